using DbSafety.Engine;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;

namespace DbSafety.Rules.Cancellation;

/// <summary>The same time, in seconds.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
internal sealed class DBS406TimeoutInMillisecondsFix() : DbFix("DBS406", "Write it in seconds")
{
    protected override Edits? Fix(FixContext context) => TriedEdits.Of(context);
}
