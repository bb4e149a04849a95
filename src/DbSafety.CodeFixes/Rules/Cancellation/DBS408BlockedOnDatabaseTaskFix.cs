using DbSafety.Engine;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;

namespace DbSafety.Rules.Cancellation;

/// <summary>Awaits the task, where the function is async already.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
internal sealed class DBS408BlockedOnDatabaseTaskFix() : DbFix("DBS408", "Await the task")
{
    protected override Edits? Fix(FixContext context) => TriedEdits.Of(context);
}
