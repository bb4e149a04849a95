using DbSafety.Rules.Transactions;
using DbSafety.Tests.Engine;
using Xunit;

namespace DbSafety.Tests.Rules.Transactions;

public class DBS203ErrorSwallowedBeforeCommitTests
{
    [Fact]
    public Task A_catch_that_goes_on_is_reported() => Verify<DBS203ErrorSwallowedBeforeCommit>.Reports(
        """
        using var tx = connection.BeginTransaction();
        try { connection.Execute("DELETE FROM t", transaction: tx); }
        [|catch|] (Exception e) { Console.WriteLine(e); }
        tx.Commit();
        """,
        "A failed statement is swallowed here and 'tx' is committed all the same: the half that worked is stored; rethrow, roll back, or set a savepoint before the statement");

    [Fact]
    public Task On_PostgreSQL_nothing_is_stored() => Verify<DBS203ErrorSwallowedBeforeCommit>.Reports(
        """
        class C
        {
            async Task M(NpgsqlConnection c)
            {
                await using var tx = await c.BeginTransactionAsync();
                await using var command = new NpgsqlCommand("INSERT INTO t (a) VALUES (1)", c, tx);
                try { await command.ExecuteNonQueryAsync(); }
                [|catch|] (PostgresException e) when (e.SqlState == "23505") { }
                await tx.CommitAsync();
            }
        }
        """,
        "A failed statement is swallowed here and 'tx' is committed all the same: PostgreSQL stores nothing; rethrow, roll back, or set a savepoint before the statement");

    [Fact]
    public Task A_loop_that_skips_what_fails_is_reported() => Verify<DBS203ErrorSwallowedBeforeCommit>.Reports(
        """
        using var tx = connection.BeginTransaction();
        foreach (var i in new[] { 1, 2 })
        {
            try { connection.Execute("DELETE FROM t WHERE i = @i", new { i }, tx); }
            [|catch|] { continue; }
        }
        tx.Commit();
        """);

    [Fact]
    public Task A_statement_in_a_method_that_is_given_the_transaction_counts() =>
        Verify<DBS203ErrorSwallowedBeforeCommit>.Reports(InHelper("", "[|catch|]"));

    [Fact]
    public Task A_method_that_is_given_the_transaction_and_makes_a_savepoint_is_not_reported() =>
        Verify<DBS203ErrorSwallowedBeforeCommit>.Silent(InHelper("tx.Save(\"row\");", "catch"));

    private static string InHelper(string before, string clause) =>
        $$"""
        using System; using System.Collections.Generic; using Npgsql;
        public class Import
        {
            public void All(NpgsqlConnection connection, IEnumerable<long> ids)
            {
                using var transaction = connection.BeginTransaction();
                foreach (var id in ids)
                {
                    try { One(connection, transaction, id); }
                    {{clause}} (PostgresException e) { Console.WriteLine(e); }
                }
                transaction.Commit();
            }

            private static void One(NpgsqlConnection connection, NpgsqlTransaction tx, long id)
            {
                {{before}}
                using var command = new NpgsqlCommand("INSERT INTO t VALUES (@id)", connection, tx);
                command.Parameters.AddWithValue("id", id);
                command.ExecuteNonQuery();
            }
        }
        """;

    [Theory]
    [InlineData("catch { throw; }")]
    [InlineData("catch { return; }")]
    [InlineData("catch { tx.Rollback(); return; }")]
    [InlineData("catch { tx.Rollback(\"s\"); }")]
    [InlineData("catch (SqliteException e) when (e.SqliteErrorCode == 19) { }")]
    [InlineData("catch (FormatException) { }")]
    [InlineData("catch (Exception e) { errors.Add(e); }")]
    [InlineData("catch { failed = true; }")]
    public Task A_catch_that_ends_mends_or_remembers_is_not_reported(string clause) => Verify<DBS203ErrorSwallowedBeforeCommit>.Silent(
        $$"""
        var errors = new List<Exception>();
        var failed = false;
        using var tx = connection.BeginTransaction();
        try { connection.Execute("DELETE FROM t", transaction: tx); }
        {{clause}}
        if (!failed && errors.Count == 0) tx.Commit();
        """);

    [Fact]
    public Task Saving_a_context_sets_a_savepoint_itself() => Verify<DBS203ErrorSwallowedBeforeCommit>.Silent(
        """
        class C
        {
            void M(DbContext context)
            {
                using var tx = context.Database.BeginTransaction();
                try { context.SaveChanges(); } catch (DbUpdateException) { }
                tx.Commit();
            }
        }
        """);

    [Fact]
    public Task What_runs_outside_the_transaction_is_not_reported() => Verify<DBS203ErrorSwallowedBeforeCommit>.Silent(
        """
        try { connection.Execute("DELETE FROM t"); } catch { }
        using var tx = connection.BeginTransaction();
        connection.Execute("DELETE FROM t", transaction: tx);
        tx.Commit();
        try { connection.Execute("DELETE FROM t"); } catch { }
        """);

    [Fact]
    public Task A_table_that_need_not_be_there_is_not_reported() => Verify<DBS203ErrorSwallowedBeforeCommit>.Silent(
        """
        using var tx = connection.BeginTransaction();
        try { connection.Execute("DROP TABLE t", transaction: tx); } catch (SqliteException) { }
        tx.Commit();
        """);

    [Fact]
    public Task The_fix_rethrows() => Verify<DBS203ErrorSwallowedBeforeCommit>.Fixes(
        """
        using var tx = connection.BeginTransaction();
        try
        {
            connection.Execute("DELETE FROM t", transaction: tx);
        }
        [|catch|] (Exception e)
        {
            // Told to whoever reads it.
            Console.WriteLine(e);
        }
        try { connection.Execute("DELETE FROM u", transaction: tx); } [|catch|] { }
        foreach (var i in new[] { 1, 2 })
        {
            try { connection.Execute("DELETE FROM t WHERE i = @i", new { i }, tx); }
            [|catch|] { continue; }
        }
        try
        {
            connection.Execute("DELETE FROM v", transaction: tx);
        }
        [|catch|]
        {
            // nothing
        }
        tx.Commit();
        """,
        """
        using var tx = connection.BeginTransaction();
        try
        {
            connection.Execute("DELETE FROM t", transaction: tx);
        }
        catch (Exception e)
        {
            // Told to whoever reads it.
            Console.WriteLine(e);
            throw;
        }
        try { connection.Execute("DELETE FROM u", transaction: tx); } catch { throw; }
        foreach (var i in new[] { 1, 2 })
        {
            try { connection.Execute("DELETE FROM t WHERE i = @i", new { i }, tx); }
            catch { throw; }
        }
        try
        {
            connection.Execute("DELETE FROM v", transaction: tx);
        }
        catch
        {
            // nothing
            throw;
        }
        tx.Commit();
        """);
}
