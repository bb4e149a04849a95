using DbSafety.Engine;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;

namespace DbSafety.Rules.Cancellation;

/// <summary>Passes the one token that is nearest.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
internal sealed class DBS401TokenNotForwardedFix() : DbFix("DBS401", "Pass the cancellation token")
{
    protected override Edits? Fix(FixContext context) => TriedEdits.Of(context);
}
