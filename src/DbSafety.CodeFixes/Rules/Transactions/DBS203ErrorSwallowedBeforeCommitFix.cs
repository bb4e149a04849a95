using DbSafety.Engine;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace DbSafety.Rules.Transactions;

/// <summary>The catch ends with <c>throw;</c>, so that Commit is not reached.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(DBS203ErrorSwallowedBeforeCommitFix))]
internal sealed class DBS203ErrorSwallowedBeforeCommitFix() : DbFix("DBS203", "Rethrow")
{
    protected override Edits? Fix(FixContext context)
    {
        if (context.Node.FirstAncestorOrSelf<CatchClauseSyntax>() is not { Block: var block })
        {
            return null;
        }
        switch (block.Statements.LastOrDefault())
        {
            case { } jump when jump.Kind() is SyntaxKind.ContinueStatement or SyntaxKind.BreakStatement:
                return context.Edit().Replace(jump, "throw;");
            case { } last:
                return context.Edit().InsertAfter(last, "throw;");
            default:
                var edits = context.Edit();
                var lines = context.Text.Lines;
                var isOneLine = lines.IndexOf(block.OpenBraceToken.SpanStart) == lines.IndexOf(block.CloseBraceToken.SpanStart);
                return isOneLine
                    ? edits.Insert(block.CloseBraceToken.SpanStart, block.CloseBraceToken.SpanStart > 0 && context.Text[block.CloseBraceToken.SpanStart - 1] == ' ' ? "throw; " : " throw; ")
                    : edits.Insert(block.CloseBraceToken.SpanStart, "    throw;" + edits.File.NewLine + edits.Indent(block.CloseBraceToken.Parent!));
        }
    }
}
