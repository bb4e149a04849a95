using System.Text;
using DbSafety.Sql;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace DbSafety.Model;

/// <summary>What the compilation shows of the tables: CREATE and ALTER TABLE in string literals and in <c>.sql</c> AdditionalFiles.</summary>
/// <remarks>Read from syntax alone, once, when a rule first asks. A column that two texts declare differently is not known.</remarks>
internal sealed class Schema
{
    private static readonly Mentions Ddl = new("CREATE TABLE", "create table", "Create Table", "CREATE TEMP", "CREATE UNLOGGED", "ALTER TABLE", "alter table");

    private readonly ILookup<(string Table, string Column), SqlColumnDefinition> _columns;
    private readonly ILookup<string, SqlColumnDefinition> _byColumn;

    private Schema(IEnumerable<SqlColumnDefinition> columns)
    {
        var all = columns.Distinct().ToList();
        _columns = all.ToLookup(c => (c.Table, c.Column));
        _byColumn = all.ToLookup(c => c.Column);
    }

    /// <summary>The schema of a compilation.</summary>
    /// <param name="files">Those that end in <c>.sql</c> are read.</param>
    public static Schema Of(Compilation compilation, IEnumerable<AdditionalText> files) => new(
        compilation.SyntaxTrees.Where(Ddl.AreIn).SelectMany(tree => TextsIn(tree.GetRoot()))
            .Concat(files.Where(f => f.Path.EndsWith(".sql", StringComparison.OrdinalIgnoreCase)).Select(f => f.GetText()?.ToString() ?? ""))
            .SelectMany(text => SqlTableDefinitions.Read(SqlWords.Of(text, SqlDialect.Unknown))));

    /// <summary>
    /// How a column is declared; null where no text declares it or two do so differently. Where the statement does not say of which of its
    /// tables the column is, every table that has one of the name must agree.
    /// </summary>
    public SqlColumnDefinition? ColumnOf(SqlColumnName column)
    {
        var declared = (column.Table is { } table ? _columns[(table, column.Column)] : _byColumn[column.Column]).ToList();
        return declared.Count > 0 && declared.TrueForAll(d => d.Type == declared[0].Type)
            ? declared[0] with { IsNotNull = declared.TrueForAll(d => d.IsNotNull), Scale = declared.TrueForAll(d => d.Scale == declared[0].Scale) ? declared[0].Scale : null }
            : null;
    }

    /// <summary>The literals of a file that declare tables, those joined with <c>+</c> or with holes as one.</summary>
    private static IEnumerable<string> TextsIn(SyntaxNode root)
    {
        foreach (var node in root.DescendantNodes(n => !IsText(n)))
        {
            if (IsText(node))
            {
                var text = new StringBuilder();
                foreach (var operand in OperandsOf((ExpressionSyntax)node).Reverse())
                {
                    Append(operand, text);
                }
                if (text.ToString() is var whole && (Says(whole, "create") || Says(whole, "alter")) && Says(whole, "table"))
                {
                    yield return whole;
                }
            }
        }
    }

    private static bool IsText(SyntaxNode node) => node is ExpressionSyntax expression && OperandsOf(expression).Any(o => o switch
    {
        LiteralExpressionSyntax literal => literal.IsKind(SyntaxKind.StringLiteralExpression),
        _ => o is InterpolatedStringExpressionSyntax,
    });

    /// <summary>The operands of a sum, last to first; the expression itself where it is none.</summary>
    private static IEnumerable<ExpressionSyntax> OperandsOf(ExpressionSyntax expression)
    {
        while (expression is BinaryExpressionSyntax { RawKind: (int)SyntaxKind.AddExpression } sum)
        {
            yield return sum.Right;
            expression = sum.Left;
        }
        yield return expression;
    }

    private static void Append(ExpressionSyntax operand, StringBuilder text)
    {
        switch (operand)
        {
            case LiteralExpressionSyntax { Token.Value: string literal }:
                text.Append(literal);
                break;
            case InterpolatedStringExpressionSyntax interpolated:
                foreach (var part in interpolated.Contents)
                {
                    text.Append(part is InterpolatedStringTextSyntax literal ? literal.TextToken.ValueText : SqlText.HoleChar.ToString());
                }
                break;
            default:
                text.Append(SqlText.HoleChar);
                break;
        }
    }

    private static bool Says(string text, string word) => text.IndexOf(word, StringComparison.OrdinalIgnoreCase) >= 0;
}
