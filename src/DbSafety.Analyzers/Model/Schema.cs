using System.Text;
using DbSafety.Sql;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace DbSafety.Model;

/// <summary>What the compilation shows of the tables: CREATE and ALTER TABLE, CREATE UNIQUE INDEX in string literals and in <c>.sql</c> AdditionalFiles.</summary>
/// <remarks>Read from syntax alone, once, when a rule first asks. A column that two texts declare differently is not known.</remarks>
internal sealed class Schema
{
    private static readonly Mentions Ddl = new("CREATE TABLE", "create table", "Create Table", "CREATE TEMP", "CREATE UNLOGGED", "ALTER TABLE", "alter table",
        "CREATE UNIQUE", "create unique", "DROP INDEX", "drop index", "RENAME TABLE", "rename table");

    private readonly ILookup<(string Table, string Column), SqlColumnDefinition> _columns;
    private readonly ILookup<string, SqlColumnDefinition> _byColumn;
    private readonly List<SqlKeys> _keys;

    private Schema(IReadOnlyList<SqlWords> texts)
    {
        var all = texts.SelectMany(SqlTableDefinitions.Read).Distinct().ToList();
        _columns = all.ToLookup(c => (c.Table, c.Column));
        _byColumn = all.ToLookup(c => c.Column);
        _keys = [.. texts.Select(SqlKeys.In)];
    }

    /// <summary>The schema of a compilation.</summary>
    /// <param name="files">Those that end in <c>.sql</c> are read.</param>
    public static Schema Of(Compilation compilation, IEnumerable<AdditionalText> files) => new(
    [
        .. compilation.SyntaxTrees.Where(Ddl.AreIn).SelectMany(tree => TextsIn(tree.GetRoot()))
            .Concat(files.Where(f => f.Path.EndsWith(".sql", StringComparison.OrdinalIgnoreCase)).Select(f => f.GetText()?.ToString() ?? ""))
            .Select(text => SqlWords.Of(text, SqlDialect.Unknown)),
    ]);

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

    /// <summary>Some text creates the table: its keys are all known, as far as code and files tell.</summary>
    public bool Creates(string table) => _keys.Exists(t => t.Created.Contains(NameOf(table)));

    /// <summary>
    /// The primary and unique keys of a table; none where texts disagree about them, or take some away: of two that create the table both
    /// must have the key.
    /// </summary>
    /// <param name="table">As in <see cref="SqlTable.Name"/>.</param>
    public IReadOnlyList<SqlKey> KeysOf(string table)
    {
        var name = NameOf(table);
        var schema = name.Length < table.Length && table.Substring(0, table.Length - name.Length - 1) is var given and not ("public" or "dbo" or "main") ? given : null;
        var creators = _keys.FindAll(t => t.Created.Contains(name));
        if (_keys.Exists(t => t.Unsure.Contains(name)) || creators.Exists(t => t.Created.Count(c => c == name) > 1))
        {
            return [];
        }
        return
        [
            .. (creators.Count > 1 ? creators : _keys).SelectMany(t => t.Keys).Where(k =>
                k.Table == name && (schema is null || k.Schema is null || k.Schema == schema)
                && !_keys.Exists(t => k.Name is not null && t.DroppedIndexes.Contains(k.Name))
                && creators.TrueForAll(t => creators.Count == 1 || t.Keys.Any(o => o.Table == name && o.Columns.SequenceEqual(k.Columns)))),
        ];
    }

    private static string NameOf(string table) => table.Substring(table.LastIndexOf('.') + 1);

    /// <summary>The literals of a file that declare tables or keys, those joined with <c>+</c> or with holes as one.</summary>
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
                if (text.ToString() is var whole && (Says(whole, "create") || Says(whole, "alter") || Says(whole, "drop") || Says(whole, "rename")) && (Says(whole, "table") || Says(whole, "index")))
                {
                    yield return whole;
                }
            }
        }
    }

    private static bool IsText(SyntaxNode node)
    {
        while (node is BinaryExpressionSyntax { RawKind: (int)SyntaxKind.AddExpression } sum)
        {
            if (IsString(sum.Right))
            {
                return true;
            }
            node = sum.Left;
        }
        return IsString(node);
    }

    private static bool IsString(SyntaxNode node) => node.RawKind is (int)SyntaxKind.StringLiteralExpression or (int)SyntaxKind.InterpolatedStringExpression;

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
