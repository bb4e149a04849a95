using System.Collections.Immutable;

namespace DbSafety.Sql;

/// <summary>Cuts SQL text into tokens that cover every character exactly once, in order. Never throws.</summary>
internal static class SqlScanner
{
    public static ImmutableArray<SqlToken> Scan(SqlText text, SqlDialect dialect) =>
        text.Text.Length == 0 ? ImmutableArray<SqlToken>.Empty : ImmutableArray.Create(new SqlToken(SqlTokenKind.Other, 0, text.Text.Length));
}
