using DbSafety.Engine;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;

namespace DbSafety.Rules.Values;

/// <summary>Says that what was read is UTC, right where it is used. Not for comparisons, and not where the value can be another one.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
internal sealed class DBS602ZonelessReadConvertedFix() : DbFix("DBS602", "It is UTC: specify the kind")
{
    protected override Edits? Fix(FixContext context) => context.Planned();
}
