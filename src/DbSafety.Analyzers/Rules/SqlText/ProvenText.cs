using DbSafety.Flow;
using DbSafety.Model;

namespace DbSafety.Rules.SqlText;

/// <summary>Whether the SQL of a call is known to hold nothing from outside.</summary>
internal static class ProvenText
{
    /// <summary>
    /// Every text the SQL can be is listed, and each of its holes is a number or the like, one of a fixed set of texts, or quoted.
    /// A parameter counts as what its callers pass, where all of them are in the compilation.
    /// </summary>
    public static bool Of(DbCall call) =>
        call.Text is { Truncated: false, Alternatives.IsEmpty: false } text
        && text.Alternatives.All(t => t.Pieces.All(p => p.Hole is not { } hole || call.Model.OriginOf(hole) is Origin.Typed or Origin.Fixed or Origin.Quoted));
}
