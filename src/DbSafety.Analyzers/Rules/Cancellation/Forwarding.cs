using System.Collections.Immutable;
using DbSafety.Engine;
using DbSafety.Flow;
using DbSafety.Model;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace DbSafety.Rules.Cancellation;

/// <summary>A place where a token is to be passed.</summary>
/// <param name="Place">What a person would edit.</param>
/// <param name="Name">What is called there.</param>
/// <param name="Edits">How the token is passed; null where the author has to find a way.</param>
internal sealed record Forwarding(Location Place, string Name, TextEdits? Edits)
{
    /// <summary>The tokens to choose from at a place; empty where none is to be passed.</summary>
    public delegate ImmutableArray<string> TokensAt(IOperation place, CancellationToken cancel);

    /// <summary>The operations of a body that a token may be passed to, for <see cref="Of"/>.</summary>
    /// <param name="root">An operation without parent.</param>
    public static IEnumerable<IOperation> Candidates(DbModel model, IOperation root)
    {
        foreach (var (call, operation) in model.Operations.In(root))
        {
            if (operation is { IsAsync: true, TakesToken: true })
            {
                yield return call;
            }
        }
        foreach (var creation in BodyOperations.Of(root)[OperationKind.ObjectCreation])
        {
            if (creation.Type is { } type && DbOperations.IsCommandDefinition(type))
            {
                yield return creation;
            }
        }
        foreach (var loop in BodyOperations.Of(root)[OperationKind.Loop])
        {
            if (loop is IForEachLoopOperation { IsAsynchronous: true })
            {
                yield return loop;
            }
        }
    }

    /// <summary>
    /// What <paramref name="operation"/> needs to pass a token: a database call, a CommandDefinition, or an <c>await foreach</c>.
    /// </summary>
    /// <param name="body">What the operation is in.</param>
    /// <param name="tokens">The first of several is tried.</param>
    /// <returns>Null where there is nothing to pass, or no place to pass it to.</returns>
    public static Forwarding? Of(DbModel model, IOperation operation, OperationPlace body, TokensAt tokens, out ImmutableArray<string> found)
    {
        found = ImmutableArray<string>.Empty;
        return operation switch
        {
            IInvocationOperation call => Call(model, call, body, tokens, out found),
            IObjectCreationOperation creation => Definition(model, creation, body, tokens, out found),
            IForEachLoopOperation { IsAsynchronous: true } loop => Loop(model, loop, body, tokens, out found),
            _ => null,
        };
    }

    private static Forwarding? Call(DbModel model, IInvocationOperation call, OperationPlace body, TokensAt tokens, out ImmutableArray<string> found)
    {
        found = ImmutableArray<string>.Empty;
        if (model.Operations.Of(call.TargetMethod) is not { IsAsync: true, TakesToken: true } || DatabaseCalls.HasToken(call)
            || Chosen(call, body, tokens, out found) is not { } token
            // The client may be gone when the work is done, and the work is to be kept.
            || (call.TargetMethod.Name.StartsWith("Commit", StringComparison.Ordinal) && token.Contains("."))
            || CallRewrite.WithToken(call, token) is not { } rewrite)
        {
            return null;
        }
        var isAot = DatabaseCalls.IsDapperAot(call, rewrite.Target, body.ContainingSymbol);
        return new(DatabaseCalls.NameOf(call), call.TargetMethod.Name, isAot ? null : rewrite.Edits);
    }

    /// <summary>A CommandDefinition is all that Dapper takes; without a token it has to get one where it is made.</summary>
    private static Forwarding? Definition(DbModel model, IObjectCreationOperation creation, OperationPlace body, TokensAt tokens, out ImmutableArray<string> found)
    {
        found = ImmutableArray<string>.Empty;
        if (creation.Type is not { } type || !DbOperations.IsCommandDefinition(type) || creation.Syntax is not BaseObjectCreationExpressionSyntax { ArgumentList: { Arguments: { Count: > 0 } arguments } }
            || creation.Arguments.FirstOrDefault(a => DbOperations.IsToken(a.Parameter?.Type)) is not { ArgumentKind: ArgumentKind.DefaultValue } argument
            || !IsForAsyncCall(model, creation)
            || Chosen(creation, body, tokens, out found) is not { } token)
        {
            return null;
        }
        return new(creation.Syntax.GetLocation(), type.Name, TextEdits.None.Insert(arguments.Last().Span.End, $", {argument.Parameter!.Name}: {token}"));
    }

    private static Forwarding? Loop(DbModel model, IForEachLoopOperation loop, OperationPlace body, TokensAt tokens, out ImmutableArray<string> found)
    {
        found = ImmutableArray<string>.Empty;
        var source = DatabaseCalls.Unconverted(loop.Collection);
        if (source is IInvocationOperation { TargetMethod: { Name: "ConfigureAwait", IsExtensionMethod: true } } configured)
        {
            source = DatabaseCalls.Unconverted(configured.Arguments[0].Value);
        }
        return source is IInvocationOperation call && DbOperations.IsAsyncSequence(call.Type) && !call.TargetMethod.Parameters.Any(p => DbOperations.IsToken(p.Type))
            && (call.TargetMethod.Name == "AsAsyncEnumerable" ? DatabaseCalls.IsEfQuery(call) : model.Operations.Of(call.TargetMethod) is { IsAsync: true })
            && Chosen(call, body, tokens, out found) is { } token
            ? new(DatabaseCalls.NameOf(call), call.TargetMethod.Name, TextEdits.None.Insert(call.Syntax.Span.End, $".WithCancellation({token})"))
            : null;
    }

    private static string? Chosen(IOperation place, OperationPlace body, TokensAt tokens, out ImmutableArray<string> found) =>
        (found = tokens(place, body.CancellationToken)).FirstOrDefault();

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
