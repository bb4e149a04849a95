using DbSafety.Engine;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;

namespace DbSafety.Rules.Transactions;

/// <summary>The rollback gets a token that is never cancelled.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(DBS212RollbackWithRequestTokenFix))]
internal sealed class DBS212RollbackWithRequestTokenFix() : DbFix("DBS212", "Pass CancellationToken.None")
{
    protected override Edits? Fix(FixContext context)
    {
        var isInScope = context.Model.LookupNamespacesAndTypes(context.Node.SpanStart, name: "CancellationToken").Any();
        return context.Edit().Replace(context.Node, (isInScope ? "" : "System.Threading.") + "CancellationToken.None");
    }
}
