using DbSafety.Model;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace DbSafety.Rules.Values;

/// <summary>What leaves the program other than to its database.</summary>
internal static class SentValues
{
    /// <summary>The values in the messages and requests of a body: arguments, and what an object made right there is given.</summary>
    public static IEnumerable<IOperation> In(IOperation body, params ExternalKind[] kinds) =>
        body.Descendants().OfType<IInvocationOperation>().Where(c => ExternalCalls.Of(c) is { } kind && kinds.Contains(kind)).SelectMany(Of);

    private static IEnumerable<IOperation> Of(IInvocationOperation call) => call.Arguments.Select(a => CommandUses.Unwrap(a.Value)).SelectMany(a => a switch
    {
        IObjectCreationOperation made => made.Arguments.Select(x => x.Value).Concat(Members(made.Initializer?.Initializers)),
        IAnonymousObjectCreationOperation made => Members(made.Initializers),
        _ => [a],
    });

    private static IEnumerable<IOperation> Members(IEnumerable<IOperation>? initializers) => initializers?.OfType<ISimpleAssignmentOperation>().Select(i => i.Value) ?? [];
}
