using System.Collections.Immutable;
using DbSafety.Engine;
using DbSafety.Model;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace DbSafety.Rules.Cancellation;

/// <summary>A callback of a Polly pipeline that ignores the token of its attempt around database calls.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
internal sealed class DBS407ResilienceTokenIgnored() : DbRule(Descriptor)
{
    private static readonly DiagnosticDescriptor Descriptor = Rule.Of(
        "DBS407", "Resilience token ignored",
        "The token of this attempt is not passed to '{0}', so a timeout of the pipeline ends nothing; pass it",
        Area.Cancellation, DiagnosticSeverity.Warning,
        "A resilience timeout only cancels the token it hands to the callback. A callback that ignores it runs on, and the retry runs beside it.");

    private static readonly string[] Names = ["token", "attemptToken", "cancellation"];

    protected override void Register(RuleContext context) => context.OnOperation(o =>
    {
        var function = (IAnonymousFunctionOperation)o.Operation;
        if (function.Syntax is not LambdaExpressionSyntax lambda || !function.Symbol.Parameters.Any(p => DbOperations.IsToken(p.Type))
            || ResilienceCallbacks.UnusedToken(lambda, function.SemanticModel!, o.CancellationToken) is not { Parameter: var parameter })
        {
            return;
        }
        var given = parameter.Identifier.ValueText;
        var name = given == "_" ? Free(lambda) : given;
        var edits = given == "_" ? TextEdits.None.Replace(parameter.Identifier.Span, name) : TextEdits.None;
        string? first = null;
        var isComplete = true;
        foreach (var operation in function.Body.Descendants())
        {
            var forwarding = Forwarding.Of(context.Model, operation, o, (place, _) => Tokens(place, name), out _) ?? Other(context.Model, operation, name);
            if (forwarding is null)
            {
                continue;
            }
            first ??= forwarding.Name;
            isComplete &= forwarding.Edits is not null;
            edits = forwarding.Edits is null ? edits : edits.And(forwarding.Edits);
        }
        if (first is not null)
        {
            o.ReportDiagnostic(Diagnostic.Create(
                Descriptor, parameter.Identifier.GetLocation(),
                isComplete ? ImmutableDictionary<string, string?>.Empty.Add(TextEdits.Property, edits.Encode()) : null, first));
        }
    }, OperationKind.AnonymousFunction);

    private static ImmutableArray<string> Tokens(IOperation place, string name) =>
        CleanupPlaces.Has(place.Syntax) ? ImmutableArray<string>.Empty : ImmutableArray.Create(name);

    /// <summary>A token is passed, but one of the code around the pipeline, which no attempt cancels.</summary>
    private static Forwarding? Other(DbModel model, IOperation operation, string name) =>
        operation is IInvocationOperation call && model.Operations.Of(call.TargetMethod) is { IsAsync: true } && !CleanupPlaces.Has(call.Syntax)
        && call.Arguments.FirstOrDefault(a => a.ArgumentKind == ArgumentKind.Explicit && DbOperations.IsToken(a.Parameter?.Type)) is { Value: var value }
        && DatabaseCalls.Unconverted(value) is IParameterReferenceOperation or ILocalReferenceOperation or IFieldReferenceOperation
            ? new(DatabaseCalls.NameOf(call), call.TargetMethod.Name, TextEdits.None.Replace(value.Syntax.Span, name))
            : null;

    private static string Free(LambdaExpressionSyntax lambda)
    {
        var taken = lambda.SyntaxTree.GetRoot().DescendantTokens().Select(t => t.ValueText).ToImmutableHashSet();
        return Names.FirstOrDefault(n => !taken.Contains(n)) ?? "tokenOfAttempt";
    }
}
