using System.Collections.Immutable;

namespace DbSafety.Sql;

/// <summary>What surrounds a hole, and so what may stand in its place.</summary>
internal enum SqlHolePlace
{
    /// <summary>Not decidable: the script is not balanced before the hole, or dialects disagree.</summary>
    Unknown,
    /// <summary>A whole operand: <c>= {x}</c>, <c>VALUES ({x}, …)</c>, <c>SET c = {x}</c>, a function argument.</summary>
    Value,
    /// <summary>A string literal that is exactly the hole: <c>'{x}'</c>, <c>N'{x}'</c>.</summary>
    String,
    /// <summary>A string literal of the hole and other text.</summary>
    StringPart,
    /// <summary>Inside the string literal on the right of LIKE, ILIKE or GLOB.</summary>
    LikePattern,
    /// <summary>The only element of an IN list: one value or a joined list.</summary>
    InList,
    /// <summary><c>LIMIT {n}</c>, <c>OFFSET {n}</c>, <c>TOP {n}</c>, <c>FETCH NEXT {n} ROWS</c>.</summary>
    Number,
    /// <summary>The unquoted name of a table, column, schema, alias or function.</summary>
    Identifier,
    /// <summary>Inside <c>[…]</c>, <c>"…"</c> or <c>`…`</c>.</summary>
    QuotedIdentifier,
    /// <summary>A sort direction, an operator, a join type, an option: what no parameter can stand for.</summary>
    Keyword,
    /// <summary>Glued to word characters: <c>tbl_{x}</c>.</summary>
    PartOfToken,
    Comment,
    /// <summary>A whole condition, clause or list: <c>WHERE {x}</c>, <c>… WHERE a = 1 {x}</c>.</summary>
    Fragment,
    /// <summary>The hole begins a statement or is all of it.</summary>
    Statement,
    /// <summary>Part of a placeholder's name: <c>@p{i}</c>.</summary>
    Parameter,
}

/// <summary>The place of one hole.</summary>
/// <param name="Token">The token that contains the hole.</param>
/// <param name="Statement">Index of its statement in <see cref="SqlScript.Statements"/>, or -1.</param>
/// <param name="Column">The plain column the hole is compared with or assigned to, lower-cased, or null.</param>
/// <param name="InDdl">In a statement that takes no parameters (CREATE, ALTER, DROP, GRANT, PRAGMA, a session SET …).</param>
/// <param name="IsTyped">In a typed literal (<c>DATE '{x}'</c>), where a parameter can stand only without the word.</param>
internal readonly record struct SqlHole(int Index, int Position, SqlHolePlace Place, SqlToken Token, int Statement, string? Column, bool InDdl, bool IsTyped = false);

internal enum SqlParameterStyle { At, Colon, DollarNumber, DollarName, Question, Brace }

/// <summary>One distinct placeholder. The name has no prefix (<c>@id</c> is <c>id</c>), is empty for a bare <c>?</c>
/// (which is listed once with all its positions) and keeps its case. A generated name (<c>@p{i}</c>) contains
/// <see cref="SqlText.HoleChar"/>.</summary>
/// <param name="IsLocal">The script itself declares or assigns it (DECLARE @x, SET @x =, EXEC p @x = …, a routine's
/// own parameter), so no caller has to supply it.</param>
internal sealed record SqlParameterName(string Name, SqlParameterStyle Style, ImmutableArray<int> Positions, bool IsLocal);

/// <summary>A SQL text as read: its tokens, statements, holes and placeholders.</summary>
internal sealed class SqlScript
{
    public SqlScript(SqlText text, SqlDialect dialect, ImmutableArray<SqlToken> tokens, ImmutableArray<SqlStatement> statements,
        ImmutableArray<SqlHole> holes, ImmutableArray<SqlParameterName> parameters, bool isBalanced)
    {
        Text = text;
        Dialect = dialect;
        Tokens = tokens;
        Statements = statements;
        Holes = holes;
        Parameters = parameters;
        IsBalanced = isBalanced;
    }

    public SqlText Text { get; }
    public SqlDialect Dialect { get; }
    public ImmutableArray<SqlToken> Tokens { get; }
    public ImmutableArray<SqlStatement> Statements { get; }

    /// <summary>One for each hole of the text, in order.</summary>
    public ImmutableArray<SqlHole> Holes { get; }
    public ImmutableArray<SqlParameterName> Parameters { get; }

    /// <summary>Every quote, comment and parenthesis is closed, whichever of the possible dialects it is.</summary>
    public bool IsBalanced { get; }
}
