using DbSafety.Engine;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;

namespace DbSafety.Rules.Values;

/// <summary>Writes the same clock in UTC, in the words of the dialect. Nothing where the column may be one that converts by itself.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
internal sealed class DBS603LocalClockInSqlFix() : DbFix("DBS603", "Use the clock in UTC")
{
    protected override Edits? Fix(FixContext context) => context.Planned();
}
