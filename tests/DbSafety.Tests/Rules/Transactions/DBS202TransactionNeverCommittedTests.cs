using DbSafety.Rules.Transactions;
using DbSafety.Tests.Engine;
using Xunit;

namespace DbSafety.Tests.Rules.Transactions;

public class DBS202TransactionNeverCommittedTests
{
    [Fact]
    public Task A_transaction_that_is_written_in_and_ends_is_reported() => Verify<DBS202TransactionNeverCommitted>.Reports(
        """
        using var tx = [|connection.BeginTransaction()|];
        connection.Execute("DELETE FROM t", transaction: tx);
        """,
        "Nothing commits transaction 'tx', so what is written in it is rolled back; call 'Commit' when the work is done");

    [Theory]
    [InlineData("using var command = new SqlCommand(\"DELETE FROM t\", c, tx); command.ExecuteNonQuery();")]
    [InlineData("using var command = c.CreateCommand(); command.CommandText = \"DELETE FROM t\"; command.Transaction = tx; command.ExecuteNonQuery();")]
    [InlineData("using var command = new SqlCommand { Connection = c, Transaction = tx, CommandText = \"UPDATE t SET a = 1\" }; command.ExecuteNonQuery();")]
    [InlineData("using (var command = c.CreateCommand()) { command.CommandText = \"INSERT INTO t (a) VALUES (1)\"; command.ExecuteScalar(); }")]
    [InlineData("c.Execute(\"MERGE INTO t USING s ON t.i = s.i WHEN MATCHED THEN DELETE;\", null, tx);")]
    public Task Every_kind_of_write_counts(string write) => Verify<DBS202TransactionNeverCommitted>.Reports(
        $$"""
        class C
        {
            void M(SqlConnection c)
            {
                using var tx = [|c.BeginTransaction()|];
                {{write}}
            }
        }
        """);

    [Fact]
    public Task A_context_that_is_saved_is_reported() => Verify<DBS202TransactionNeverCommitted>.Reports(
        """
        class C
        {
            async Task M(DbContext context)
            {
                await using var tx = await [|context.Database.BeginTransactionAsync()|];
                await context.SaveChangesAsync();
            }
        }
        """);

    [Fact]
    public Task A_scope_without_Complete_is_reported() => Verify<DBS202TransactionNeverCommitted>.Reports(
        """
        using (var scope = [|new System.Transactions.TransactionScope()|])
        {
            connection.Execute("DELETE FROM t");
        }
        """,
        "Nothing commits scope 'scope', so what is written in it is rolled back; call 'Complete' when the work is done");

    [Theory]
    [InlineData("using var tx = connection.BeginTransaction(); connection.Execute(\"DELETE FROM t\", transaction: tx); tx.Commit();")]
    [InlineData("using var tx = connection.BeginTransaction(); connection.Execute(\"DELETE FROM t\", transaction: tx); tx.Rollback();")]
    [InlineData("using var tx = connection.BeginTransaction(); connection.Query(\"SELECT a FROM t\", transaction: tx);")]
    [InlineData("using var tx = connection.BeginTransaction(); if (connection.Execute(\"DELETE FROM t\", transaction: tx) == 0) return; tx.Commit();")]
    [InlineData("using var tx = connection.BeginTransaction(); connection.Execute(\"DELETE FROM t\", transaction: tx); throw new InvalidOperationException();")]
    [InlineData("using var tx = connection.BeginTransaction(); connection.Execute(\"DELETE FROM t\", transaction: tx); Done(tx);")]
    [InlineData("using var tx = connection.BeginTransaction(); other.Execute(\"DELETE FROM t\");")]
    [InlineData("using var scope = new System.Transactions.TransactionScope(); connection.Execute(\"DELETE FROM t\"); scope.Complete();")]
    [InlineData("using var scope = new System.Transactions.TransactionScope(); connection.Query(\"SELECT a FROM t\");")]
    [InlineData("using var scope = new System.Transactions.TransactionScope(System.Transactions.TransactionScopeOption.Suppress); connection.Execute(\"DELETE FROM t\");")]
    public Task What_is_ended_read_or_handed_over_is_not_reported(string body) => Verify<DBS202TransactionNeverCommitted>.Silent(
        $$"""
        class C
        {
            static void Done(IDbTransaction tx) => tx.Commit();
            void M(SqliteConnection connection, SqliteConnection other)
            {
                {{body}}
            }
        }
        """);

    [Fact]
    public Task A_commit_through_the_facade_is_one() => Verify<DBS202TransactionNeverCommitted>.Silent(
        """
        class C
        {
            void M(DbContext context)
            {
                using var tx = context.Database.BeginTransaction();
                context.SaveChanges();
                context.Database.CommitTransaction();
            }
        }
        """);

    [Fact]
    public Task The_fix_commits_where_the_block_ends() => Verify<DBS202TransactionNeverCommitted>.Fixes(
        """
        using var tx = [|connection.BeginTransaction()|];
        connection.Execute("DELETE FROM t", transaction: tx);
        foreach (var i in new[] { 1, 2 })
        {
            if (i == id)
            {
                continue;
            }
            connection.Execute("DELETE FROM u", transaction: tx); // the other one
        }
        """,
        """
        using var tx = connection.BeginTransaction();
        connection.Execute("DELETE FROM t", transaction: tx);
        foreach (var i in new[] { 1, 2 })
        {
            if (i == id)
            {
                continue;
            }
            connection.Execute("DELETE FROM u", transaction: tx); // the other one
        }
        tx.Commit();
        """);

    [Theory]
    [InlineData("async Task<int> M(NpgsqlConnection c, CancellationToken ct)", "await using var tx = await [|c.BeginTransactionAsync(ct)|]; var n = await c.ExecuteAsync(\"DELETE FROM t\", null, tx); return n;", "await using var tx = await c.BeginTransactionAsync(ct); var n = await c.ExecuteAsync(\"DELETE FROM t\", null, tx); await tx.CommitAsync(ct); return n;")]
    [InlineData("async Task M(NpgsqlConnection c)", "await using var tx = await [|c.BeginTransactionAsync()|].ConfigureAwait(false); await c.ExecuteAsync(\"DELETE FROM t\", null, tx).ConfigureAwait(false);", "await using var tx = await c.BeginTransactionAsync().ConfigureAwait(false); await c.ExecuteAsync(\"DELETE FROM t\", null, tx).ConfigureAwait(false); await tx.CommitAsync().ConfigureAwait(false);")]
    [InlineData("async Task M(DbContext c, CancellationToken ct)", "await using (var tx = await [|c.Database.BeginTransactionAsync(ct)|]) { await c.SaveChangesAsync(ct); }", "await using (var tx = await c.Database.BeginTransactionAsync(ct)) { await c.SaveChangesAsync(ct); await tx.CommitAsync(ct); }")]
    [InlineData("void M(IDbConnection c)", "using (var tx = [|c.BeginTransaction()|]) { c.Execute(\"DELETE FROM t\", null, tx); }", "using (var tx = c.BeginTransaction()) { c.Execute(\"DELETE FROM t\", null, tx); tx.Commit(); }")]
    [InlineData("void M(NpgsqlConnection c)", "using (var scope = [|new System.Transactions.TransactionScope()|]) { c.Execute(\"DELETE FROM t\"); }", "using (var scope = new System.Transactions.TransactionScope()) { c.Execute(\"DELETE FROM t\"); scope.Complete(); }")]
    [InlineData("void M(SqliteConnection c, bool flag)", "if (flag) { using var tx = [|c.BeginTransaction()|]; c.Execute(\"DELETE FROM t\"); } c.Query(\"SELECT 1\");", "if (flag) { using var tx = c.BeginTransaction(); c.Execute(\"DELETE FROM t\"); tx.Commit(); } c.Query(\"SELECT 1\");")]
    public Task Each_form_has_its_commit(string method, string before, string after) =>
        Verify<DBS202TransactionNeverCommitted>.Fixes($"class C {{ {method} {{ {before} }} }}", $"class C {{ {method} {{ {after} }} }}");

    [Fact]
    public Task A_single_statement_gets_a_block() => Verify<DBS202TransactionNeverCommitted>.Fixes(
        """
        using (var scope = [|new System.Transactions.TransactionScope()|])
            connection.Execute("DELETE FROM t");
        """,
        """
        using (var scope = new System.Transactions.TransactionScope())
        {
            connection.Execute("DELETE FROM t");
            scope.Complete();
        }
        """);

    [Theory]
    [InlineData("using var tx = [|c.BeginTransaction()|]; if (c.Execute(\"DELETE FROM t\") == 0) { return 0; } return 1;")]
    [InlineData("using var tx = [|c.BeginTransaction()|]; return c.Execute(\"DELETE FROM t\");")]
    [InlineData("using var tx = [|c.BeginTransaction()|]; c.Execute(\"DELETE FROM t\"); return command.ExecuteNonQuery();")]
    [InlineData("foreach (var i in new[] { 1 }) { using var tx = [|c.BeginTransaction()|]; c.Execute(\"DELETE FROM t\"); if (i == 1) { continue; } } return 0;")]
    [InlineData("var tx = [|c.BeginTransaction()|]; c.Execute(\"DELETE FROM t\"); tx.Dispose(); return 0;")]
    [InlineData("using var tx = [|c.BeginTransaction()|]; c.Execute(\"DELETE FROM t\"); using var reader = command.ExecuteReader(); while (reader.Read()) { } return 0;")]
    [InlineData("using ([|c.BeginTransaction()|]) { c.Execute(\"DELETE FROM t\"); } return 0;")]
    public Task Where_the_end_is_not_clear_there_is_no_fix(string body) =>
        Verify<DBS202TransactionNeverCommitted>.NoFix($"class C {{ int M(SqliteConnection c, SqliteCommand command) {{ {body} }} }}");

    [Fact]
    public void It_is_never_part_of_Fix_All() => Assert.Null(Pack.FixOf("DBS202")!.GetFixAllProvider());
}
