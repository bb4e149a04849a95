namespace DbSafety.Sql;

internal enum SqlTokenKind { Whitespace, Comment, Word, QuotedName, String, Number, Parameter, Operator, Punctuation, Hole, Other }

/// <summary>One token. A hole standing alone is a <see cref="SqlTokenKind.Hole"/>; a hole glued to word characters
/// is inside a Word, one inside quotes inside a String or QuotedName, and <c>@{x}</c> is a Parameter.</summary>
internal readonly record struct SqlToken(SqlTokenKind Kind, int Start, int Length)
{
    public int End => Start + Length;
}
