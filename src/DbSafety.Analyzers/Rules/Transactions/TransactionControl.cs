using DbSafety.Model;
using DbSafety.Model.Catalog;
using DbSafety.Sql;

namespace DbSafety.Rules.Transactions;

internal enum TransactionControlKind { Begin, End, Both }

/// <summary>A call whose SQL text begins or ends a transaction.</summary>
/// <param name="Statement">The statement that does, as written.</param>
/// <param name="IsPlain">It is the whole text, and says no more than BEGIN or COMMIT of any transaction.</param>
internal sealed record TransactionControl(TransactionControlKind Kind, string Statement, bool IsPlain)
{
    private static readonly string[] BeginWords = ["TRAN", "TRANSACTION", "WORK", "DEFERRED", "IMMEDIATE", "EXCLUSIVE", "CONCURRENT", "ISOLATION", "READ", "NOT", "DISTRIBUTED", "WITH"];
    private static readonly string[] PlainWords = ["BEGIN", "START", "COMMIT", "END", "TRAN", "TRANSACTION", "WORK", "DEFERRED", "IMMEDIATE"];

    /// <summary>
    /// What a call's first or last statement does; null where it is something else, where the text is not known, and in a script with DDL.
    /// Savepoints, prepared transactions and blocks are something else.
    /// </summary>
    public static TransactionControl? Of(DbCall call)
    {
        if (call.Api.Role != ApiRole.Execute || !call.IsStatement || call.Text.Truncated || call.Templates.Length != 1
            || call.Templates[0] is not { IsExact: true, Script: { IsBalanced: true, Statements: { Length: > 0 } statements } script }
            || statements.Any(s => s.Kind is SqlStatementKind.Create or SqlStatementKind.Alter or SqlStatementKind.Drop))
        {
            return null;
        }
        return Of(statements[0], script, call.Dialect) ?? Of(statements[statements.Length - 1], script, call.Dialect);
    }

    private static TransactionControl? Of(SqlStatement statement, SqlScript script, SqlDialect dialect)
    {
        if (statement.IsInsideBlock || KindOf(statement, script, dialect) is not { } kind)
        {
            return null;
        }
        var isBoth = script.Statements.Any(s => KindOf(s, script, dialect) is { } other && other != kind);
        return new(isBoth ? TransactionControlKind.Both : kind, script.Text.Text.Substring(statement.Start, statement.Length).TrimEnd(';'),
            script.Statements.Length == 1 && Words(statement, script)!.TrueForAll(PlainWords.Contains));
    }

    private static TransactionControlKind? KindOf(SqlStatement statement, SqlScript script, SqlDialect dialect) => statement.Kind switch
    {
        SqlStatementKind.Begin => Words(statement, script) is { } words && IsBegin(words, dialect) ? TransactionControlKind.Begin : null,
        SqlStatementKind.Commit or SqlStatementKind.Rollback => Words(statement, script) is { } words && IsEnd(words, dialect) ? TransactionControlKind.End : null,
        _ => null,
    };

    private static bool IsBegin(List<string> words, SqlDialect dialect) => words[0] switch
    {
        "START" => true,
        // BEGIN alone opens a block of T-SQL and PL/SQL.
        "BEGIN" => words.Count == 1 ? dialect is not (SqlDialect.TSql or SqlDialect.Oracle) : BeginWords.Contains(words[1]),
        _ => false,
    };

    private static bool IsEnd(List<string> words, SqlDialect dialect) => words[0] switch
    {
        "END" => dialect is SqlDialect.Sqlite or SqlDialect.PostgreSql,
        // ROLLBACK TO a savepoint, COMMIT PREPARED; in T-SQL a name can be a savepoint's.
        "COMMIT" or "ROLLBACK" => !words.Exists(w => w is "TO" or "PREPARED" or "SAVEPOINT") && (words.Count <= 2 || dialect != SqlDialect.TSql),
        _ => false,
    };

    /// <summary>The words of a statement in upper case; null where a hole is among them.</summary>
    private static List<string>? Words(SqlStatement statement, SqlScript script)
    {
        var text = script.Text.Text;
        var words = script.Tokens.Where(t => t.Kind == SqlTokenKind.Word && t.Start >= statement.Start && t.End <= statement.End)
            .Select(t => text.Substring(t.Start, t.Length).ToUpperInvariant()).ToList();
        return words.Count == 0 || text.IndexOf(Sql.SqlText.HoleChar, statement.Start, statement.Length) >= 0 ? null : words;
    }
}
