using DbSafety.Engine;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace DbSafety.Rules.Locks;

/// <summary>Locks both rows in the order of their keys, before the first statement. Which of them is debited stays as it is.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(DBS301RowsLockedInCallerOrderFix))]
internal sealed class DBS301RowsLockedInCallerOrderFix() : DbFix("DBS301", "Lock both rows in order first")
{
    protected override Edits? Fix(FixContext context)
    {
        if (context.Property("lock") is not { } lines || context.Diagnostic.AdditionalLocations.FirstOrDefault() is not { } place
            || context.NodeAt(place)?.FirstAncestorOrSelf<StatementSyntax>() is not { Parent: BlockSyntax or GlobalStatementSyntax or SwitchSectionSyntax } statement)
        {
            return null;
        }
        var name = lines.IndexOf('\u0002') < 0 ? "" : context.UniqueName(statement, "locked");
        var edits = context.Edit().InsertBefore(statement, lines.Replace("\u0002", name).Split('\u0001'));
        return context.Property("using") is { } space ? edits.Using(space) : edits;
    }
}
