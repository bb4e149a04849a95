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
}
