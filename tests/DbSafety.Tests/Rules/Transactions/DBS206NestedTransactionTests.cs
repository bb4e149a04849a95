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
}
