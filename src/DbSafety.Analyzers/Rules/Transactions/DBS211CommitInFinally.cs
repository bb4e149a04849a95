using DbSafety.Engine;
using DbSafety.Flow;
using DbSafety.Model;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace DbSafety.Rules.Transactions;

/// <summary>A transaction committed, or a scope completed, in a finally that nothing but a test for null decides.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
[NoFix("The Commit belongs after the last statement that has to succeed; which one that is, the author knows.")]
internal sealed class DBS211CommitInFinally() : DbRule(Descriptor)
{
    private static readonly DiagnosticDescriptor Descriptor = Rule.Of(
        "DBS211", "Commit in finally",
        "'{0}' runs in 'finally', so also when the work before it failed; move it to the end of the 'try' block",
        Area.Transactions, DiagnosticSeverity.Warning,
        "A finally runs after an exception, too: half of the work is stored.");

    protected override void Register(RuleContext context) => context.OnOperation(operation =>
    {
        var call = (IInvocationOperation)operation.Operation;
        if (!Commits(call))
        {
            return;
        }
        foreach (var node in call.Syntax.Ancestors())
        {
            switch (node)
            {
                case FinallyClauseSyntax:
                    operation.ReportDiagnostic(Diagnostic.Create(Descriptor, call.Syntax.GetLocation(), call.TargetMethod.Name));
                    return;
                case IfStatementSyntax choice when !(operation.Operation.SemanticModel?.GetOperation(choice.Condition) is { } condition && NullTest.Of(condition) is not null):
                case ConditionalExpressionSyntax or SwitchStatementSyntax or SwitchExpressionSyntax or WhileStatementSyntax:
                case BinaryExpressionSyntax:
                case AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax or MemberDeclarationSyntax:
                    return;
            }
        }
    }, OperationKind.Invocation);

    private static bool Commits(IInvocationOperation call) => call.TargetMethod.Name switch
    {
        "Commit" or "CommitAsync" => call.Instance?.Type is { } type && DbResources.IsTransaction(type),
        "Complete" => call.Instance?.Type is { Name: "TransactionScope", ContainingNamespace.Name: "Transactions" },
        "CommitTransaction" or "CommitTransactionAsync" => call.Instance?.Type?.Name == "DatabaseFacade",
        _ => false,
    };
}
