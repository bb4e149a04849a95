using DbSafety.Rules.Transactions;
using DbSafety.Tests.Engine;
using Xunit;

namespace DbSafety.Tests.Rules.Transactions;

public class DBS205ForeignTransactionTests
{
    [Fact]
    public Task The_transaction_of_another_connection_is_reported() => Verify<DBS205ForeignTransaction>.Reports(
        """
        using var second = new SqliteConnection("");
        second.Open();
        using var tx = connection.BeginTransaction();
        [|second.Execute("DELETE FROM t", transaction: tx)|];
        tx.Commit();
        """,
        "This runs on 'second' with transaction 'tx', which belongs to 'connection'; run it on 'connection', or without that transaction");

    [Theory]
    [InlineData("using var command = new SqlCommand(\"DELETE FROM t\", b, tx); [|command.ExecuteNonQuery()|];")]
    [InlineData("using var command = b.CreateCommand(); command.Transaction = tx; [|command.ExecuteNonQuery()|];")]
    [InlineData("using var command = new SqlCommand { Connection = b, Transaction = tx }; await [|command.ExecuteNonQueryAsync()|];")]
    [InlineData("await [|b.ExecuteAsync(\"DELETE FROM t\", null, tx)|];")]
    public Task Every_form_is_reported(string body) => Verify<DBS205ForeignTransaction>.Reports(
        $$"""
        class C
        {
            async Task M()
            {
                await using var a = new SqlConnection("");
                await using var b = new SqlConnection("");
                using var tx = a.BeginTransaction();
                {{body}}
            }
        }
        """);

    [Theory]
    [InlineData("connection.Execute(\"DELETE FROM t\", transaction: tx);")]
    [InlineData("second.Execute(\"DELETE FROM t\");")]
    [InlineData("var same = connection; same.Execute(\"DELETE FROM t\", transaction: tx);")]
    [InlineData("other.Execute(\"DELETE FROM t\", transaction: tx);")]
    [InlineData("tx.Connection.Execute(\"DELETE FROM t\", transaction: tx);")]
    [InlineData("using var mine = second.BeginTransaction(); second.Execute(\"DELETE FROM t\", transaction: mine);")]
    public Task Its_own_transaction_or_what_may_be_the_same_is_not_reported(string body) => Verify<DBS205ForeignTransaction>.Silent(
        $$"""
        class C
        {
            void M(SqliteConnection connection, SqliteConnection other)
            {
                using var second = new SqliteConnection("");
                using var tx = connection.BeginTransaction();
                {{body}}
            }
        }
        """);
}
