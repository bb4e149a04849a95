using DbSafety.Rules.Transactions;
using DbSafety.Tests.Engine;
using Xunit;

namespace DbSafety.Tests.Rules.Transactions;

public class DBS206NestedTransactionTests
{
    [Fact]
    public Task A_second_transaction_is_reported() => Verify<DBS206NestedTransaction>.Reports(
        """
        using var tx = connection.BeginTransaction();
        using var inner = [|connection.BeginTransaction()|];
        inner.Commit();
        tx.Commit();
        """,
        "'connection' has transaction 'tx' open here, and a second one throws; use that one, or a savepoint");

    [Theory]
    [InlineData("SqlConnection c", "using (var a = c.BeginTransaction()) { using (var b = [|c.BeginTransaction()|]) { b.Commit(); } a.Commit(); }")]
    [InlineData("NpgsqlConnection c", "await using var a = await c.BeginTransactionAsync(); if (c.ConnectionTimeout > 1) { await using var b = await [|c.BeginTransactionAsync()|]; }")]
    [InlineData("DbContext c", "using var a = c.Database.BeginTransaction(); c.SaveChanges(); using var b = [|c.Database.BeginTransaction()|];")]
    public Task Every_provider_that_throws_is_reported(string parameter, string body) => Verify<DBS206NestedTransaction>.Reports(
        $$"""
        class C
        {
            async Task M({{parameter}})
            {
                await Task.Yield();
                {{body}}
            }
        }
        """);

    [Theory]
    [InlineData("using (var a = connection.BeginTransaction()) { a.Commit(); } using var b = connection.BeginTransaction();")]
    [InlineData("using var a = connection.BeginTransaction(); a.Commit(); using var b = connection.BeginTransaction();")]
    [InlineData("using var a = connection.BeginTransaction(); using var b = other.BeginTransaction();")]
    [InlineData("foreach (var i in new[] { 1 }) { using var a = connection.BeginTransaction(); a.Commit(); }")]
    [InlineData("if (id == 0) { using var a = connection.BeginTransaction(); } else { using var b = connection.BeginTransaction(); }")]
    [InlineData("using var a = connection.BeginTransaction(); connection = other; using var b = connection.BeginTransaction();")]
    [InlineData("using var a = pair.Left.BeginTransaction(); using var b = pair.Right.BeginTransaction();")]
    [InlineData("using var a = neutral.BeginTransaction(); using var b = neutral.BeginTransaction();")]
    [InlineData("using var a = nesting.BeginTransaction(); using var b = nesting.BeginTransaction();")]
    public Task One_after_the_other_or_on_another_connection_is_not_reported(string body) => Verify<DBS206NestedTransaction>.Silent(
        $$"""
        class Pair { public required SqliteConnection Left; public required SqliteConnection Right; }
        class C
        {
            void M(SqliteConnection connection, SqliteConnection other, Pair pair, IDbConnection neutral, System.Data.SQLite.SQLiteConnection nesting, int id)
            {
                {{body}}
            }
        }
        """);

    [Fact]
    public Task The_fix_makes_a_savepoint_of_it() => Verify<DBS206NestedTransaction>.Fixes(
        """
        using var tx = connection.BeginTransaction();
        using (var inner = [|connection.BeginTransaction()|]) // the lines
        {
            try
            {
                using var command = new SqliteCommand("DELETE FROM t", connection, inner);
                command.ExecuteNonQuery();
                inner.Commit(); // well
            }
            catch
            {
                inner.Rollback();
                throw;
            }
        }
        tx.Commit();
        """,
        """
        using var tx = connection.BeginTransaction();
        tx.Save("before_inner"); // the lines
        {
            try
            {
                using var command = new SqliteCommand("DELETE FROM t", connection, tx);
                command.ExecuteNonQuery();
                tx.Release("before_inner"); // well
            }
            catch
            {
                tx.Rollback("before_inner");
                throw;
            }
        }
        tx.Commit();
        """);

    [Theory]
    [InlineData("NpgsqlConnection c", "await using var a = await c.BeginTransactionAsync(ct); await using var b = await [|c.BeginTransactionAsync(ct)|].ConfigureAwait(false); await c.ExecuteAsync(\"DELETE FROM t\", null, b); await b.CommitAsync(ct); await a.CommitAsync(ct);",
        "await using var a = await c.BeginTransactionAsync(ct); await a.SaveAsync(\"before_b\", ct).ConfigureAwait(false); await c.ExecuteAsync(\"DELETE FROM t\", null, a); await a.ReleaseAsync(\"before_b\", ct); await a.CommitAsync(ct);")]
    [InlineData("MySqlConnection c", "using var a = c.BeginTransaction(); using var b = [|c.BeginTransaction()|]; using var d = c.CreateCommand(); d.Transaction = b; d.ExecuteNonQuery(); if (c.ConnectionTimeout > 1) b.Commit(); else b.Rollback(); a.Commit();",
        "using var a = c.BeginTransaction(); a.Save(\"before_b\"); using var d = c.CreateCommand(); d.Transaction = a; d.ExecuteNonQuery(); if (c.ConnectionTimeout > 1) a.Release(\"before_b\"); else a.Rollback(\"before_b\"); a.Commit();")]
    [InlineData("DbContext c", "await using var a = await c.Database.BeginTransactionAsync(ct); await using var b = await [|c.Database.BeginTransactionAsync(ct)|]; await c.SaveChangesAsync(ct); await b.CommitAsync(ct); await a.CommitAsync(ct);",
        "await using var a = await c.Database.BeginTransactionAsync(ct); await a.CreateSavepointAsync(\"before_b\", ct); await c.SaveChangesAsync(ct); await a.ReleaseSavepointAsync(\"before_b\", ct); await a.CommitAsync(ct);")]
    public Task Each_provider_has_its_own_members(string parameter, string before, string after) => Verify<DBS206NestedTransaction>.Fixes(
        $$"""class C { async Task M({{parameter}}, CancellationToken ct) { await Task.Yield(); {{before}} } }""",
        $$"""class C { async Task M({{parameter}}, CancellationToken ct) { await Task.Yield(); {{after}} } }""");

    [Fact]
    public Task SQL_Server_has_nothing_to_release() => Verify<DBS206NestedTransaction>.Fixes(
        """
        class C
        {
            void M(SqlConnection c)
            {
                using var a = c.BeginTransaction();
                using var b = [|c.BeginTransaction()|];
                using var command = new SqlCommand("DELETE FROM t", c, b);
                command.ExecuteNonQuery();
                b.Commit();
                a.Commit();
            }
        }
        """,
        """
        class C
        {
            void M(SqlConnection c)
            {
                using var a = c.BeginTransaction();
                a.Save("before_b");
                using var command = new SqlCommand("DELETE FROM t", c, a);
                command.ExecuteNonQuery();
                a.Commit();
            }
        }
        """);

    [Theory]
    [InlineData("using var a = c.BeginTransaction(); using var b = [|c.BeginTransaction()|]; c.Execute(\"DELETE FROM t\", transaction: b); a.Commit();")]
    [InlineData("using var a = c.BeginTransaction(); using var b = [|c.BeginTransaction()|]; if (flag) { b.Commit(); } a.Commit();")]
    [InlineData("using var a = c.BeginTransaction(); try { using var b = [|c.BeginTransaction()|]; b.Commit(); } catch (SqliteException) { } a.Commit();")]
    [InlineData("using var a = c.BeginTransaction(); using var b = [|c.BeginTransaction(IsolationLevel.Serializable)|]; b.Commit(); a.Commit();")]
    [InlineData("using var a = c.BeginTransaction(); var b = [|c.BeginTransaction()|]; b.Commit(); b.Dispose(); a.Commit();")]
    [InlineData("using var a = c.BeginTransaction(); using var b = [|c.BeginTransaction()|]; var alias = b; alias.Commit(); b.Commit(); a.Commit();")]
    [InlineData("using (c.BeginTransaction()) { using var b = [|c.BeginTransaction()|]; b.Commit(); }")]
    [InlineData("using var a = c.BeginTransaction(); using var größe = [|c.BeginTransaction()|]; größe.Commit(); a.Commit();")]
    public Task What_has_no_counterpart_is_not_fixed(string body) =>
        Verify<DBS206NestedTransaction>.NoFix($"class C {{ void M(SqliteConnection c, bool flag) {{ {body} }} }}");
}
