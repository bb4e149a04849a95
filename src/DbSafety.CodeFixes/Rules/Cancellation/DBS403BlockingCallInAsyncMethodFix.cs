using DbSafety.Engine;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;

namespace DbSafety.Rules.Cancellation;

/// <summary>Awaits the asynchronous twin and passes the token, in one step.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
internal sealed class DBS403BlockingCallInAsyncMethodFix() : DbFix("DBS403", "Await the asynchronous method")
{
    protected override Edits? Fix(FixContext context) => TriedEdits.Of(context);
}
