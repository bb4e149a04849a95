using DbSafety.Engine;
using DbSafety.Model;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace DbSafety.Rules.Transactions;

/// <summary>RollbackAsync in a finally, or a catch that a cancellation comes to, with the token of the work: when that was cancelled, nothing is rolled back.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
internal sealed class DBS212RollbackWithRequestToken() : DbRule(Descriptor)
{
    private static readonly DiagnosticDescriptor Descriptor = Rule.Of(
        "DBS212", "Rollback with the request's token",
        "When '{0}' is cancelled, '{1}' throws instead of rolling back; pass CancellationToken.None",
        Area.Transactions, DiagnosticSeverity.Warning,
        "The cancelled request is the usual reason for being here; then the transaction stays open until it is disposed, and the exception that led here is lost.");

    protected override void Register(RuleContext context) => context.OnOperation(operation =>
    {
        var call = (IInvocationOperation)operation.Operation;
        if (!RollsBack(call)
            || call.Arguments.FirstOrDefault(a => a.Parameter?.Type.Name == "CancellationToken" && a.ArgumentKind == ArgumentKind.Explicit) is not { } token
            || !IsOfTheWork(token.Value)
            || !call.Syntax.Ancestors().TakeWhile(n => n is not (AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax or MemberDeclarationSyntax)).Any(IsCleanUp))
        {
            return;
        }
        operation.ReportDiagnostic(Diagnostic.Create(Descriptor, token.Value.Syntax.GetLocation(), token.Value.Syntax.ToString(), call.TargetMethod.Name));
    }, OperationKind.Invocation);

    // A catch of one database error is not where a cancellation arrives.
    private static bool IsCleanUp(SyntaxNode node) =>
        node is FinallyClauseSyntax or CatchClauseSyntax { Declaration: null }
        || node is CatchClauseSyntax { Declaration.Type: var type }
            && (type is QualifiedNameSyntax qualified ? qualified.Right.Identifier.ValueText : type.ToString())
                is "Exception" or "OperationCanceledException" or "TaskCanceledException" or "SystemException";

    // A rollback to a savepoint goes on with the work, and may be cancelled like it.
    private static bool RollsBack(IInvocationOperation call) => call.TargetMethod.Name switch
    {
        "RollbackAsync" => call.Instance?.Type is { } type && DbResources.IsTransaction(type) && call.Arguments.All(a => a.Parameter?.Type.SpecialType != SpecialType.System_String),
        "RollbackTransactionAsync" => call.Instance?.Type?.Name == "DatabaseFacade",
        _ => false,
    };

    /// <summary>A parameter, a field, or a property such as RequestAborted; a local may hold a token made for the clean-up.</summary>
    private static bool IsOfTheWork(IOperation token) => token switch
    {
        IParameterReferenceOperation or IFieldReferenceOperation => true,
        IPropertyReferenceOperation { Property: { Name: not ("None" or "Token") } } => true,
        _ => false,
    };
}
