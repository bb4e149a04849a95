using DbSafety.Engine;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;

namespace DbSafety.Rules.Values;

/// <summary>A stopwatch where all uses of the start are durations; UTC where a time of the server is subtracted.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
internal sealed class DBS604WallClockDurationFix() : DbFix("DBS604", "Measure with a clock that nobody sets")
{
    protected override Edits? Fix(FixContext context) => context.Planned()?.Using(context.Property("import")!);
}
