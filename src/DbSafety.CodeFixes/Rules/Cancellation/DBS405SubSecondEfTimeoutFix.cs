using DbSafety.Engine;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;

namespace DbSafety.Rules.Cancellation;

/// <summary>A second, the shortest timeout EF Core has.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
internal sealed class DBS405SubSecondEfTimeoutFix() : DbFix("DBS405", "Set a timeout of 1 second")
{
    protected override Edits? Fix(FixContext context) => TriedEdits.Of(context);
}
