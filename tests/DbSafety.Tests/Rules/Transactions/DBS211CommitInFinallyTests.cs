using DbSafety.Rules.Transactions;
using DbSafety.Tests.Engine;
using Xunit;

namespace DbSafety.Tests.Rules.Transactions;

public class DBS211CommitInFinallyTests
{
    [Fact]
    public Task A_commit_in_finally_is_reported() => Verify<DBS211CommitInFinally>.Reports(
        """
        using var tx = connection.BeginTransaction();
        try { connection.Execute("DELETE FROM t", transaction: tx); }
        finally { [|tx.Commit()|]; }
        """,
        "'Commit' runs in 'finally', so also when the work before it failed; move it to the end of the 'try' block");

    [Theory]
    [InlineData("if (tx != null) { [|tx.Commit()|]; }")]
    [InlineData("tx?[|.Commit()|];")]
    [InlineData("try { [|tx.Commit()|]; } catch { }")]
    [InlineData("await [|tx.CommitAsync()|];")]
    [InlineData("[|scope.Complete()|];")]
    [InlineData("[|context.Database.CommitTransaction()|];")]
    public Task Every_form_is_reported(string clause) => Verify<DBS211CommitInFinally>.Reports(
        $$"""
        class C
        {
            async Task M(DbTransaction tx, System.Transactions.TransactionScope scope, DbContext context)
            {
                try { await Task.Yield(); }
                finally { {{clause}} }
            }
        }
        """);

    [Theory]
    [InlineData("try { tx.Commit(); } finally { tx.Dispose(); }")]
    [InlineData("try { done = true; } finally { if (done) tx.Commit(); else tx.Rollback(); }")]
    [InlineData("try { done = true; } finally { (done ? (Action)tx.Commit : tx.Rollback)(); }")]
    [InlineData("try { done = true; } finally { Later(() => tx.Commit()); }")]
    [InlineData("try { done = true; } finally { Commit(); }")]
    public Task What_is_decided_or_elsewhere_is_not_reported(string body) => Verify<DBS211CommitInFinally>.Silent(
        $$"""
        class C
        {
            static void Later(Action action) => action();
            static void Commit() { }
            void M(IDbTransaction tx, bool done)
            {
                {{body}}
            }
        }
        """);
}
