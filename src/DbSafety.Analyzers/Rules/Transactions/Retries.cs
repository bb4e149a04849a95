using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace DbSafety.Rules.Transactions;

/// <summary>What repeats work that failed: loops around a try, and Polly's pipelines.</summary>
internal static class Retries
{
    /// <summary>
    /// The loop that runs a try again until it succeeds: success leaves it, by a jump or by what it asks of a variable that the try sets.
    /// Null where there is none; a loop over items goes on after success, too.
    /// </summary>
    public static ILoopOperation? Around(ITryOperation attempt)
    {
        IOperation? inner = attempt;
        while (inner.Parent is not null and not (ILoopOperation or IAnonymousFunctionOperation or ILocalFunctionOperation))
        {
            inner = inner.Parent;
        }
        return inner.Parent is ILoopOperation loop && !IsOverItems(loop) && (Leaves(attempt, loop) || IsAsked(attempt, loop)) ? loop : null;
    }

    /// <summary>The catch lets what follows it run, or the loop go round.</summary>
    public static bool GoesOn(ICatchClauseOperation clause) =>
        clause.SemanticModel?.AnalyzeControlFlow(((CatchClauseSyntax)clause.Syntax).Block) is { Succeeded: true } paths
        && (paths.EndPointIsReachable || paths.ExitPoints.Any(p => p.IsKind(SyntaxKind.ContinueStatement)));

    /// <summary>A call of a Polly pipeline or policy that is seen to retry.</summary>
    public static bool IsPipeline(IInvocationOperation call) =>
        call.TargetMethod.Name.StartsWith("Execute", StringComparison.Ordinal) && IsPolly(call.TargetMethod.ContainingType)
        && (call.Instance ?? call.Arguments.FirstOrDefault()?.Value) is { } pipeline
        && (IsRetry(pipeline.Type?.Name ?? "") || Names(pipeline).Any(IsRetry));

    private static bool IsRetry(string name) => name.IndexOf("Retry", StringComparison.Ordinal) >= 0 && !name.EndsWith("Options", StringComparison.Ordinal);

    /// <summary>The methods that make a pipeline, by name: where it stands, or where its variable gets its value.</summary>
    private static IEnumerable<string> Names(IOperation pipeline)
    {
        var made = pipeline switch
        {
            ILocalReferenceOperation { Local: var local } => Values(local, local.ContainingSymbol),
            IFieldReferenceOperation { Field: var field } => Values(field, field.ContainingType),
            IPropertyReferenceOperation { Property: var property } => Values(property, property.ContainingType),
            _ => [pipeline.Syntax],
        };
        return made.SelectMany(m => m.DescendantNodesAndSelf()).OfType<InvocationExpressionSyntax>().Select(i => i.Expression switch
        {
            MemberAccessExpressionSyntax access => access.Name.Identifier.ValueText,
            SimpleNameSyntax name => name.Identifier.ValueText,
            _ => "",
        });
    }

    private static IEnumerable<SyntaxNode> Values(ISymbol variable, ISymbol owner) =>
        variable.DeclaringSyntaxReferences.Select(r => r.GetSyntax()).Concat(owner.DeclaringSyntaxReferences.SelectMany(r => r.GetSyntax().DescendantNodes()
            .OfType<AssignmentExpressionSyntax>().Where(a => a.Left is IdentifierNameSyntax { Identifier.ValueText: var name } && name == variable.Name)));

    private static bool IsPolly(INamedTypeSymbol type)
    {
        var space = type.ContainingNamespace;
        while (space is { ContainingNamespace: { IsGlobalNamespace: false } outer })
        {
            space = outer;
        }
        return space?.Name == "Polly";
    }

    /// <summary>It goes through a collection, or through what a call gives (a reader, a queue); not <c>Enumerable.Range(1, 3)</c>.</summary>
    private static bool IsOverItems(ILoopOperation loop) => loop switch
    {
        IForEachLoopOperation { Collection: var items } =>
            (items is IConversionOperation conversion ? conversion.Operand : items) is not IInvocationOperation { TargetMethod: { Name: "Range", ContainingType.Name: "Enumerable" } },
        IWhileLoopOperation { Condition: { } condition } => condition.DescendantsAndSelf().Any(o => o is IInvocationOperation),
        _ => false,
    };

    private static bool Leaves(ITryOperation attempt, ILoopOperation loop) => loop.Body.Descendants().Any(o =>
        !attempt.Catches.Any(c => c.Syntax.Span.Contains(o.Syntax.Span)) && o.Syntax.SpanStart >= attempt.Syntax.SpanStart
        && (o is IReturnOperation { Kind: OperationKind.Return, IsImplicit: false } && IsSameFunction(o, loop)
            || o is IBranchOperation { BranchKind: BranchKind.Break, Target: var target } && SymbolEqualityComparer.Default.Equals(loop.ExitLabel, target)));

    private static bool IsSameFunction(IOperation inner, IOperation outer) => Flow.LifetimeGraphs.BodyAround(inner) == Flow.LifetimeGraphs.BodyAround(outer);

    private static bool IsAsked(ITryOperation attempt, ILoopOperation loop)
    {
        var condition = loop switch
        {
            IWhileLoopOperation { Condition: var asked } => asked,
            IForLoopOperation { Condition: var asked } => asked,
            _ => null,
        };
        return condition is not null && attempt.Body.Descendants().OfType<ISimpleAssignmentOperation>().Any(a => a.Target is ILocalReferenceOperation { Local: var set }
            && condition.DescendantsAndSelf().Any(o => o is ILocalReferenceOperation { Local: var read } && SymbolEqualityComparer.Default.Equals(set, read)));
    }
}
