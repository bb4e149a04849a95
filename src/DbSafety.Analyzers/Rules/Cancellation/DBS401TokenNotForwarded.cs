using System.Collections.Immutable;
using DbSafety.Engine;
using DbSafety.Model;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace DbSafety.Rules.Cancellation;

/// <summary>A database call that takes a token, while one is at hand and none is passed.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
internal sealed class DBS401TokenNotForwarded() : DbRule(Descriptor)
{
    private static readonly DiagnosticDescriptor Descriptor = Rule.Of(
        "DBS401", "Cancellation token not forwarded",
        "'{0}' is called without '{1}'; pass it, so that the database stops working when the caller has given up",
        Area.Cancellation, DiagnosticSeverity.Warning,
        "A call without the token runs to its end after the caller has left, and holds its connection and its locks until then.");

    protected override void Register(RuleContext context)
    {
        context.OnOperation(o => Call(context.Model, (IInvocationOperation)o.Operation, o), OperationKind.Invocation);
        context.OnOperation(o => Definition(context.Model, (IObjectCreationOperation)o.Operation, o), OperationKind.ObjectCreation);
        context.OnOperation(o => Loop(context.Model, o), OperationKind.Loop);
    }

    private static void Call(DbModel model, IInvocationOperation call, OperationAnalysisContext context)
    {
        if (model.Operations.Of(call.TargetMethod) is { IsAsync: true, TakesToken: true } && !DatabaseCalls.HasToken(call)
            && TokensFor(call, context) is { IsEmpty: false } tokens
            // The client may be gone when the work is done, and the work is to be kept.
            && !(call.TargetMethod.Name.StartsWith("Commit", StringComparison.Ordinal) && tokens[0].Contains("."))
            && CallRewrite.WithToken(call, tokens[0]) is { } rewrite)
        {
            var isFixable = !DatabaseCalls.IsDapperAot(call, rewrite.Target, context.ContainingSymbol);
            Report(context, DatabaseCalls.NameOf(call), call.TargetMethod.Name, tokens, isFixable ? rewrite.Edits : null);
        }
    }

    /// <summary>A CommandDefinition is all that Dapper takes; without a token it has to get one where it is made.</summary>
    private static void Definition(DbModel model, IObjectCreationOperation creation, OperationAnalysisContext context)
    {
        if (creation.Type is not { } type || !DbOperations.IsCommandDefinition(type) || creation.Syntax is not BaseObjectCreationExpressionSyntax { ArgumentList: { Arguments: { Count: > 0 } arguments } }
            || creation.Arguments.FirstOrDefault(a => DbOperations.IsToken(a.Parameter?.Type)) is not { ArgumentKind: ArgumentKind.DefaultValue } argument
            || !IsForAsyncCall(model, creation)
            || TokensFor(creation, context) is not { IsEmpty: false } tokens)
        {
            return;
        }
        var edits = TextEdits.None.Insert(arguments.Last().Span.End, $", {argument.Parameter!.Name}: {tokens[0]}");
        Report(context, creation.Syntax.GetLocation(), type.Name, tokens, edits);
    }

    private static void Loop(DbModel model, OperationAnalysisContext context)
    {
        if (context.Operation is not IForEachLoopOperation { IsAsynchronous: true } loop)
        {
            return;
        }
        var source = DatabaseCalls.Unconverted(loop.Collection);
        if (source is IInvocationOperation { TargetMethod: { Name: "ConfigureAwait", IsExtensionMethod: true } } configured)
        {
            source = DatabaseCalls.Unconverted(configured.Arguments[0].Value);
        }
        if (source is IInvocationOperation call && DbOperations.IsAsyncSequence(call.Type) && !call.TargetMethod.Parameters.Any(p => DbOperations.IsToken(p.Type))
            && (call.TargetMethod.Name == "AsAsyncEnumerable" ? DatabaseCalls.IsEfQuery(call) : model.Operations.Of(call.TargetMethod) is { IsAsync: true })
            && TokensFor(call, context) is { IsEmpty: false } tokens)
        {
            Report(context, DatabaseCalls.NameOf(call), call.TargetMethod.Name, tokens, TextEdits.None.Insert(call.Syntax.Span.End, $".WithCancellation({tokens[0]})"));
        }
    }

    private static ImmutableArray<string> TokensFor(IOperation operation, OperationAnalysisContext context) =>
        TokensInScope.IsCleanup(operation.Syntax) || DatabaseCalls.IsInExpressionTree(operation.Syntax, operation.SemanticModel!, context.CancellationToken)
            ? ImmutableArray<string>.Empty
            : TokensInScope.At(operation.Syntax, operation.SemanticModel!, context.CancellationToken);

    /// <summary>Where several tokens are equally near, the author has to choose.</summary>
    private static void Report(OperationAnalysisContext context, Location place, string what, ImmutableArray<string> tokens, TextEdits? edits) =>
        context.ReportDiagnostic(Diagnostic.Create(
            Descriptor, place,
            tokens.Length > 1 || edits is null ? null : ImmutableDictionary<string, string?>.Empty.Add(TextEdits.Property, edits.Encode()),
            what, string.Join("' or '", tokens)));

    private static bool IsForAsyncCall(DbModel model, IObjectCreationOperation creation)
    {
        var use = creation.Parent is IConversionOperation conversion ? conversion.Parent : creation.Parent;
        if (use is IArgumentOperation { Parent: IInvocationOperation call })
        {
            return model.Operations.Of(call.TargetMethod) is { IsAsync: true };
        }
        if (use is not IVariableInitializerOperation { Syntax.Parent: VariableDeclaratorSyntax variable } || variable.FirstAncestorOrSelf<BlockSyntax>() is not { } block)
        {
            return false;
        }
        var uses = block.DescendantNodes().OfType<IdentifierNameSyntax>().Where(n => n.Identifier.ValueText == variable.Identifier.ValueText).ToList();
        return uses.Count > 0 && uses.TrueForAll(n => n.Parent is ArgumentSyntax { Parent.Parent: InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: var name } } }
            && name.EndsWith("Async", StringComparison.Ordinal));
    }
}
