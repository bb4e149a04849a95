using DbSafety.Engine;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;

namespace DbSafety.Rules.Values;

/// <summary>Reads the same clock in UTC. Nothing where UTC would be rejected or shifted, where the value is used elsewhere too, and for a day.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
internal sealed class DBS601LocalTimePersistedFix() : DbFix("DBS601", "Store UTC")
{
    protected override Edits? Fix(FixContext context) => context.Planned();
}
