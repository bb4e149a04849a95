using DbSafety.Engine;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;

namespace DbSafety.Rules.Cancellation;

/// <summary>Adds a token at the end of the parameters, optional where it may be, and passes it to every database call in there.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
internal sealed class DBS402QueryWithoutTokenFix() : DbFix("DBS402", "Take a CancellationToken and pass it")
{
    protected override Edits? Fix(FixContext context) => TriedEdits.Of(context);
}
