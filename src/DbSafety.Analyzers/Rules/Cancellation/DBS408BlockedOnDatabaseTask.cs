using System.Collections.Immutable;
using DbSafety.Engine;
using DbSafety.Model;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace DbSafety.Rules.Cancellation;

/// <summary>A thread that waits for the task of a database call.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
internal sealed class DBS408BlockedOnDatabaseTask() : DbRule(Descriptor)
{
    private static readonly DiagnosticDescriptor Descriptor = Rule.Of(
        "DBS408", "Thread blocked on a database task",
        "'{0}' blocks a thread until the task of '{1}' is done; {2}",
        Area.Cancellation, DiagnosticSeverity.Warning,
        "Where continuations need the blocked thread, this deadlocks; elsewhere it costs two threads for one call, and the thread pool starves under load.");

    protected override void Register(RuleContext context)
    {
        context.OnOperation(o =>
        {
            var reference = (IPropertyReferenceOperation)o.Operation;
            if (reference is { Property: { Name: "Result", ContainingType: { } type }, Instance: { } task } && DbOperations.IsTask(type, out _))
            {
                Report(context.Model, task, reference, "Result", o);
            }
        }, OperationKind.PropertyReference);
        context.OnOperation(o =>
        {
            var call = (IInvocationOperation)o.Operation;
            switch (call)
            {
                case { TargetMethod: { Name: "Wait", ContainingType: { } type }, Instance: { } task, Arguments.Length: 0 } when DbOperations.IsTask(type, out _):
                    Report(context.Model, task, call, "Wait", o);
                    break;
                case { TargetMethod: { Name: "GetResult", ContainingNamespace.Name: "CompilerServices" }, Instance: IInvocationOperation { TargetMethod.Name: "GetAwaiter", Instance: { } task } }:
                    Report(context.Model, task, call, "GetResult", o);
                    break;
            }
        }, OperationKind.Invocation);
    }

    private static void Report(DbModel model, IOperation task, IOperation wait, string how, OperationAnalysisContext context)
    {
        var source = DatabaseCalls.Unconverted(task);
        if (source is IInvocationOperation { TargetMethod: { Name: "ConfigureAwait" or "AsTask" }, Instance: { } inner })
        {
            source = DatabaseCalls.Unconverted(inner);
        }
        if (source is not IInvocationOperation call || wait.Syntax is not ExpressionSyntax syntax || syntax.Span.Length <= call.Syntax.Span.Length
            || !IsDatabaseTask(model, call) || MayBlock(context.ContainingSymbol))
        {
            return;
        }
        var canAwait = AsyncPlaces.CanAwait(syntax, wait.SemanticModel!, context.CancellationToken);
        DbOperations.IsTask(call.TargetMethod.ReturnType, out var result);
        var fix = canAwait && AsyncPlaces.Await(syntax, null, result, wait.SemanticModel!) is { } wrap
            ? AsyncPlaces.Properties(TextEdits.None.Replace(Microsoft.CodeAnalysis.Text.TextSpan.FromBounds(call.Syntax.Span.End, syntax.Span.End), ""), wrap, null)
            : null;
        context.ReportDiagnostic(Diagnostic.Create(
            Descriptor, (syntax is InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax a } ? a : (MemberAccessExpressionSyntax)syntax).Name.GetLocation(),
            [syntax.GetLocation()], fix, how, call.TargetMethod.Name, canAwait ? "await it" : "make the method async and await it"));
    }

    /// <summary>A database call, or a method beside this one that only hands out the task of one.</summary>
    private static bool IsDatabaseTask(DbModel model, IInvocationOperation call)
    {
        if (model.Operations.Of(call.TargetMethod) is { IsAsync: true })
        {
            return true;
        }
        var declaration = call.TargetMethod.OriginalDefinition.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax();
        // The method's own file is bound already; another one would have to be.
        return declaration is not null && declaration.SyntaxTree == call.Syntax.SyntaxTree
            && Returned(declaration) is { } returned
            && call.SemanticModel!.GetSymbolInfo(returned).Symbol is IMethodSymbol target
            && model.Operations.Of(target) is { IsAsync: true };
    }

    /// <summary>The one call a method returns or awaits as its last deed.</summary>
    private static InvocationExpressionSyntax? Returned(SyntaxNode declaration)
    {
        var (body, block) = declaration switch
        {
            MethodDeclarationSyntax method => (method.ExpressionBody?.Expression, method.Body),
            LocalFunctionStatementSyntax function => (function.ExpressionBody?.Expression, function.Body),
            _ => (null, null),
        };
        var value = body ?? block?.Statements.LastOrDefault() switch
        {
            ReturnStatementSyntax { Expression: { } returned } => returned,
            ExpressionStatementSyntax { Expression: AwaitExpressionSyntax last } => last,
            _ => null,
        };
        while (value is AwaitExpressionSyntax or InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: "ConfigureAwait" or "AsTask" } })
        {
            value = value is AwaitExpressionSyntax awaited ? awaited.Expression : ((MemberAccessExpressionSyntax)((InvocationExpressionSyntax)value).Expression).Expression;
        }
        return value as InvocationExpressionSyntax;
    }

    /// <summary>Where nothing can be awaited: the entry point, static constructors, Dispose.</summary>
    private static bool MayBlock(ISymbol? place) =>
        place is IMethodSymbol { Name: "Main" or "<Main>$" or "Dispose" } or IMethodSymbol { MethodKind: MethodKind.StaticConstructor or MethodKind.Destructor }
        || place is IFieldSymbol or IMethodSymbol { ExplicitInterfaceImplementations.Length: > 0, Name: "System.IDisposable.Dispose" };
}
