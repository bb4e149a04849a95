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

    /// <summary>How many methods deep a task is followed.</summary>
    private const int MaxDepth = 3;

    protected override bool MayApply(RuleContext context) => context.HasName("Result", "Wait", "GetResult");

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

    private static void Report(DbModel model, IOperation task, IOperation wait, string how, OperationPlace context)
    {
        var source = DatabaseCalls.Unconverted(task);
        if (source is IInvocationOperation { TargetMethod: { Name: "ConfigureAwait" or "AsTask" }, Instance: { } inner })
        {
            source = DatabaseCalls.Unconverted(inner);
        }
        if (source is not IInvocationOperation call || wait.Syntax is not ExpressionSyntax syntax || syntax.Span.Length <= call.Syntax.Span.Length
            || !IsDatabaseTask(model, call.TargetMethod, call.SemanticModel!, 0) || MayBlock(context.ContainingSymbol))
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

    /// <summary>A database call, or a method of the same file that awaits or hands out the task of one.</summary>
    private static bool IsDatabaseTask(DbModel model, IMethodSymbol method, SemanticModel semantics, int depth)
    {
        if (model.Operations.Of(method) is { IsAsync: true })
        {
            return true;
        }
        // The method's own file is bound already; another one would have to be.
        return depth < MaxDepth && DbOperations.IsTask(method.ReturnType, out _)
            && method.OriginalDefinition.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax() is { } declaration && declaration.SyntaxTree == semantics.SyntaxTree
            && Awaited(declaration).Any(call => semantics.GetSymbolInfo(call).Symbol is IMethodSymbol target && IsDatabaseTask(model, target, semantics, depth + 1));
    }

    /// <summary>The calls a method awaits or returns, those of its lambdas and local functions aside.</summary>
    private static IEnumerable<InvocationExpressionSyntax> Awaited(SyntaxNode declaration) =>
        declaration.DescendantNodes(n => n == declaration || n is not (AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax))
            .Select(n => n switch
            {
                AwaitExpressionSyntax awaited => awaited.Expression,
                ReturnStatementSyntax { Expression: { } returned } => returned,
                ArrowExpressionClauseSyntax arrow when arrow.Parent == declaration => arrow.Expression,
                _ => null,
            })
            .Select(value => value is InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: "ConfigureAwait" or "AsTask", Expression: var inner } } ? inner : value)
            .OfType<InvocationExpressionSyntax>();

    /// <summary>Where nothing can be awaited: the entry point, static constructors, Dispose.</summary>
    private static bool MayBlock(ISymbol? place) =>
        place is IMethodSymbol { Name: "Main" or "<Main>$" or "Dispose" } or IMethodSymbol { MethodKind: MethodKind.StaticConstructor or MethodKind.Destructor }
        || place is IFieldSymbol or IMethodSymbol { ExplicitInterfaceImplementations.Length: > 0, Name: "System.IDisposable.Dispose" };
}
