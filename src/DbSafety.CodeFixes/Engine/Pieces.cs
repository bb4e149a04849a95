using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace DbSafety.Engine;

/// <summary>The edits most fixes are made of. Each follows the indentation and line breaks of its surroundings.</summary>
internal static class Pieces
{
    private const string Unit = "    ";

    /// <summary>
    /// Puts statements before <paramref name="statement"/>, one a line, or on its line where that is shared with another.
    /// A statement that is the whole body of an <c>if</c> or a loop gets a block.
    /// </summary>
    public static Edits InsertBefore(this Edits edits, StatementSyntax statement, params string[] statements)
    {
        var inner = edits.EmbedIn(statement);
        var separator = inner is null && SharesLine(edits, statement) ? " " : edits.File.NewLine + (inner ?? edits.Indent(statement));
        return edits.Insert(statement.SpanStart, string.Concat(statements.Select(s => s + separator)));
    }

    /// <summary>Puts statements after <paramref name="statement"/>; as <see cref="InsertBefore"/>. A comment on its line stays there.</summary>
    public static Edits InsertAfter(this Edits edits, StatementSyntax statement, params string[] statements)
    {
        var inner = edits.EmbedIn(statement);
        var separator = inner is null && SharesLine(edits, statement) ? " " : edits.File.NewLine + (inner ?? edits.Indent(statement));
        return edits.Insert(EndOnLine(statement), string.Concat(statements.Select(s => separator + s)));
    }

    /// <summary>
    /// Makes a block of a statement that is the whole body of an <c>if</c>, <c>else</c>, loop, <c>using</c> or <c>lock</c>.
    /// </summary>
    /// <returns>The indentation inside the new block; null where the statement is in a block already and nothing was done.</returns>
    public static string? EmbedIn(this Edits edits, StatementSyntax statement)
    {
        if (statement.Parent is null or BlockSyntax or SwitchSectionSyntax or GlobalStatementSyntax || statement is BlockSyntax)
        {
            return null;
        }
        var (text, newLine) = (edits.File.Text, edits.File.NewLine);
        var outer = edits.Indent(statement.Parent);
        var before = statement.GetFirstToken().GetPreviousToken();
        var sameLine = text.Lines.IndexOf(before.SpanStart) == text.Lines.IndexOf(statement.SpanStart);
        // On a line of its own the statement keeps its indentation, and the brace takes the place at the end of the line above.
        var inner = sameLine ? outer + Unit : edits.Indent(statement);
        if (sameLine)
        {
            var start = statement.SpanStart;
            while (text[start - 1] is ' ' or '\t')
            {
                start--;
            }
            edits.Replace(TextSpan.FromBounds(start, statement.SpanStart), newLine + outer + "{" + newLine + inner);
        }
        else
        {
            edits.Insert(EndOnLine(before), newLine + outer + "{");
        }
        edits.Insert(EndOnLine(statement), newLine + outer + "}", order: 1);
        return inner;
    }

    /// <summary>
    /// Appends an argument for <paramref name="parameter"/> of the called method: by position where that is the next one, else by name.
    /// </summary>
    public static Edits AddArgument(this Edits edits, BaseArgumentListSyntax list, IParameterSymbol parameter, string value)
    {
        var arguments = list.Arguments;
        var reduced = parameter.ContainingSymbol is IMethodSymbol { ReducedFrom: null, IsExtensionMethod: true }
            && list.Parent is InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax access }
            && edits.File.Model.GetSymbolInfo(access).Symbol is IMethodSymbol { ReducedFrom: not null };
        var position = parameter.Ordinal - (reduced ? 1 : 0);
        var byPosition = position == arguments.Count && arguments.All(a => a.NameColon is null);
        var argument = byPosition ? value : parameter.Name + ": " + value;
        return arguments.Count == 0
            ? edits.Insert(list.GetFirstToken().Span.End, argument)
            : edits.Insert(arguments.Last().Span.End, "," + ArgumentGap(edits, list) + argument);
    }

    /// <summary>Imports a namespace in the file, in its place among the other imports; nothing where it is imported or enclosing already.</summary>
    public static Edits Using(this Edits edits, string @namespace)
    {
        var (root, newLine) = ((CompilationUnitSyntax)edits.File.Root, edits.File.NewLine);
        var scope = root.Usings.Count == 0
            ? root.Members.OfType<BaseNamespaceDeclarationSyntax>().FirstOrDefault(n => n.Usings.Count > 0)
            : null;
        var usings = scope?.Usings ?? root.Usings;
        var place = scope?.Usings[0].SpanStart ?? root.Members.FirstOrDefault()?.SpanStart ?? root.EndOfFileToken.SpanStart;
        if (edits.File.Model.GetImportScopes(place).Any(s => s.Imports.Any(i => i.NamespaceOrType is INamespaceSymbol n && n.ToDisplayString() == @namespace)))
        {
            return edits;
        }
        var plain = usings.Where(u => u.Alias is null && u.StaticKeyword.IsKind(SyntaxKind.None) && u.GlobalKeyword.IsKind(SyntaxKind.None)).ToList();
        if (plain.FindLast(u => Precedes(u.NamespaceOrType.ToString(), @namespace)) is { } previous)
        {
            return edits.Insert(EndOnLine(previous), newLine + edits.Indent(previous) + $"using {@namespace};");
        }
        if (usings.FirstOrDefault() is { } first)
        {
            return edits.Insert(first.SpanStart, $"using {@namespace};" + newLine + edits.Indent(first));
        }
        var start = root.Externs.LastOrDefault()?.FullSpan.End ?? root.GetFirstToken(includeZeroWidth: true).SpanStart;
        return edits.Insert(start, $"using {@namespace};" + newLine + newLine);
    }

    /// <summary>The white space at the start of the line on which a node begins.</summary>
    public static string Indent(this Edits edits, SyntaxNode node)
    {
        var line = edits.File.Text.Lines.GetLineFromPosition(node.SpanStart).ToString();
        return line.Substring(0, line.Length - line.TrimStart().Length);
    }

    private static string ArgumentGap(Edits edits, BaseArgumentListSyntax list)
    {
        var last = list.Arguments.Last();
        var lines = edits.File.Text.Lines;
        return lines.IndexOf(last.SpanStart) == lines.IndexOf(last.GetFirstToken().GetPreviousToken().SpanStart)
            ? " "
            : edits.File.NewLine + edits.Indent(last);
    }

    private static bool SharesLine(Edits edits, StatementSyntax statement)
    {
        var lines = edits.File.Text.Lines;
        var (previous, next) = (statement.GetFirstToken().GetPreviousToken(), statement.GetLastToken().GetNextToken());
        return (!previous.IsKind(SyntaxKind.None) && lines.IndexOf(previous.Span.End) == lines.IndexOf(statement.SpanStart))
            || (!next.IsKind(SyntaxKind.None) && !next.IsKind(SyntaxKind.EndOfFileToken) && lines.IndexOf(next.SpanStart) == lines.IndexOf(statement.Span.End));
    }

    /// <summary>The end of what belongs to the node on its last line: behind a comment, before white space and the line break.</summary>
    private static int EndOnLine(SyntaxNodeOrToken node)
    {
        var comment = node.GetTrailingTrivia().LastOrDefault(t => !t.IsKind(SyntaxKind.WhitespaceTrivia) && !t.IsKind(SyntaxKind.EndOfLineTrivia));
        return comment.IsKind(SyntaxKind.None) ? node.Span.End : comment.Span.End;
    }

    private static bool Precedes(string existing, string added) =>
        IsSystem(existing) == IsSystem(added) ? string.CompareOrdinal(existing, added) < 0 : IsSystem(existing);

    private static bool IsSystem(string name) => name == "System" || name.StartsWith("System.", StringComparison.Ordinal);
}
