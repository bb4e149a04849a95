using DbSafety.Engine;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;

namespace DbSafety.Rules.Cancellation;

/// <summary>Passes the token of the attempt to every database call of the callback.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
internal sealed class DBS407ResilienceTokenIgnoredFix() : DbFix("DBS407", "Pass the token of the attempt")
{
    protected override Edits? Fix(FixContext context) => TriedEdits.Of(context);
}
