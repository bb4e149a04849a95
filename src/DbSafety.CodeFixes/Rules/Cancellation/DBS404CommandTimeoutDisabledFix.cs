using DbSafety.Engine;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;

namespace DbSafety.Rules.Cancellation;

/// <summary>Thirty seconds, the default of the providers.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
internal sealed class DBS404CommandTimeoutDisabledFix() : DbFix("DBS404", "Set a timeout of 30 seconds")
{
    protected override Edits? Fix(FixContext context) => TriedEdits.Of(context);
}
