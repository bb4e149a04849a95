using DbSafety.Rules.Transactions;
using DbSafety.Tests.Engine;
using Xunit;

namespace DbSafety.Tests.Rules.Transactions;

public class DBS201TransactionWithoutGuaranteedRollbackTests
{
    [Fact]
    public Task A_commit_that_an_exception_jumps_over_is_reported() => Verify<DBS201TransactionWithoutGuaranteedRollback>.Reports(
        """
        var tx = [|connection.BeginTransaction()|];
        connection.Execute("DELETE FROM t", transaction: tx);
        tx.Commit();
        """,
        "Transaction 'tx' stays open when something throws before it is committed or rolled back; declare it with 'using'");

    [Theory]
    [InlineData("catch (SqliteException) { tx.Rollback(); throw; }")]
    [InlineData("catch (Exception e) when (e is IOException) { tx.Rollback(); throw; }")]
    [InlineData("catch { throw; }")]
    [InlineData("finally { Console.WriteLine(); }")]
    public Task A_try_that_does_not_cover_every_exception_is_reported(string handler) => Verify<DBS201TransactionWithoutGuaranteedRollback>.Reports(
        $$"""
        var tx = [|connection.BeginTransaction()|];
        try
        {
            connection.Execute("DELETE FROM t", transaction: tx);
            tx.Commit();
        }
        {{handler}}
        """);

    [Theory]
    [InlineData("NpgsqlConnection c", "var tx = await [|c.BeginTransactionAsync()|];")]
    [InlineData("MySqlConnection c", "var tx = [|c.BeginTransaction(IsolationLevel.Serializable)|];")]
    [InlineData("SqlConnection c", "SqlTransaction tx = [|c.BeginTransaction()|];")]
    [InlineData("IDbConnection c", "IDbTransaction tx = [|c.BeginTransaction()|];")]
    [InlineData("DbConnection c", "DbTransaction? tx = null; tx = [|c.BeginTransaction()|];")]
    [InlineData("DbContext c", "var tx = await [|c.Database.BeginTransactionAsync()|].ConfigureAwait(false);")]
    public Task Every_kind_of_transaction_is_reported(string parameter, string begin) => Verify<DBS201TransactionWithoutGuaranteedRollback>.Reports(
        $$"""
        class C
        {
            async Task M({{parameter}}, Func<Task> work)
            {
                {{begin}}
                await work();
                tx.Commit();
            }
        }
        """);

    [Theory]
    [InlineData("static IDbTransaction M(DbContext c) => c.Database.BeginTransaction().GetDbTransaction();")]
    [InlineData("static async Task<DbTransaction> M(DbContext c) { var tx = await c.Database.BeginTransactionAsync(); c.SaveChanges(); return tx.GetDbTransaction(); }")]
    [InlineData("DbTransaction? _tx; void M(DbContext c) { _tx = c.Database.BeginTransaction().GetDbTransaction(); c.SaveChanges(); }")]
    [InlineData("static void M(DbContext c) { using var tx = c.Database.BeginTransaction().GetDbTransaction(); c.SaveChanges(); tx.Commit(); }")]
    [InlineData("static void M(DbContext c) { var tx = c.Database.BeginTransaction(); var inner = tx.GetDbTransaction(); try { c.SaveChanges(); inner.Commit(); } finally { inner.Dispose(); } }")]
    public Task The_transaction_of_a_context_as_ADO_NET_knows_it_is_the_same(string method) => Verify<DBS201TransactionWithoutGuaranteedRollback>.Silent(
        "using Microsoft.EntityFrameworkCore.Storage;\nclass C { " + method + " }");

    [Fact]
    public Task It_is_reported_where_it_is_left_open() => Verify<DBS201TransactionWithoutGuaranteedRollback>.Reports(
        """
        using Microsoft.EntityFrameworkCore.Storage;
        class C { void M(DbContext c) { var tx = [|c.Database.BeginTransaction()|].GetDbTransaction(); c.SaveChanges(); tx.Commit(); } }
        """);

    [Fact]
    public Task A_return_that_leaves_it_open_is_reported() => Verify<DBS201TransactionWithoutGuaranteedRollback>.Reports(
        """
        var tx = [|connection.BeginTransaction()|];
        try
        {
            if (connection.Execute("DELETE FROM t", transaction: tx) == 0) return;
            tx.Commit();
        }
        catch { tx.Rollback(); throw; }
        """);

    [Fact]
    public Task A_method_that_only_uses_it_does_not_take_it_over() => Verify<DBS201TransactionWithoutGuaranteedRollback>.Reports(
        """
        class C
        {
            static void Delete(SqliteConnection connection, SqliteTransaction tx) => connection.Execute("DELETE FROM t", transaction: tx);
            void M(SqliteConnection connection)
            {
                var tx = [|connection.BeginTransaction()|];
                Delete(connection, tx);
                tx.Commit();
            }
        }
        """);

    [Theory]
    [InlineData("using var tx = connection.BeginTransaction(); Work(); tx.Commit();")]
    [InlineData("using (var tx = connection.BeginTransaction()) { Work(); tx.Commit(); }")]
    [InlineData("var tx = connection.BeginTransaction(); using (tx) { Work(); tx.Commit(); }")]
    [InlineData("var tx = connection.BeginTransaction(); try { Work(); tx.Commit(); } finally { tx.Dispose(); }")]
    [InlineData("var tx = connection.BeginTransaction(); try { Work(); tx.Commit(); } catch { tx.Rollback(); throw; }")]
    [InlineData("var tx = connection.BeginTransaction(); try { Work(); tx.Commit(); } catch (Exception) { try { tx.Rollback(); } catch (Exception) { } throw; }")]
    [InlineData("var tx = connection.BeginTransaction(); try { Work(); tx.Commit(); } catch (Exception) { if (tx.Connection != null) tx.Rollback(); throw; }")]
    [InlineData("var tx = connection.BeginTransaction(); var ok = false; try { Work(); ok = true; } finally { if (ok) tx.Commit(); else tx.Rollback(); }")]
    [InlineData("SqliteTransaction? tx = null; try { tx = connection.BeginTransaction(); Work(); tx.Commit(); } catch { tx?.Rollback(); throw; }")]
    [InlineData("using var tx = id == 0 ? connection.BeginTransaction() : null; Work(); tx?.Commit();")]
    [InlineData("_tx = connection.BeginTransaction(); Work(); _tx.Commit();")]
    [InlineData("var tx = connection.BeginTransaction(); _tx = tx; Work(); tx.Commit();")]
    [InlineData("var tx = connection.BeginTransaction(); Task.Run(() => tx.Dispose()); Work();")]
    [InlineData("var tx = connection.BeginTransaction(); tx.Commit();")]
    [InlineData("var tx = id == 0 ? null : connection.BeginTransaction(); try { Work(); } finally { if (id != 0) tx!.Rollback(); }")]
    public Task What_is_covered_or_handed_over_is_not_reported(string body) => Verify<DBS201TransactionWithoutGuaranteedRollback>.Silent(
        $$"""
        class C
        {
            SqliteTransaction? _tx;
            static void Work() => Console.WriteLine(File.ReadAllText("x"));
            void M(SqliteConnection connection, int id)
            {
                {{body}}
            }
        }
        """);

    [Fact]
    public Task An_owner_that_is_handed_out_is_not_reported() => Verify<DBS201TransactionWithoutGuaranteedRollback>.Silent(
        """
        sealed class Work(NpgsqlConnection connection, NpgsqlTransaction transaction) : IDisposable
        {
            public static async Task<Work> Begin(NpgsqlDataSource source)
            {
                var connection = await source.OpenConnectionAsync();
                try
                {
                    var transaction = await connection.BeginTransactionAsync();
                    return new Work(connection, transaction);
                }
                catch
                {
                    await connection.DisposeAsync();
                    throw;
                }
            }
            public void Dispose() { transaction.Dispose(); connection.Dispose(); }
        }
        """);

    [Fact]
    public Task What_may_be_the_callers_is_not_reported() => Verify<DBS201TransactionWithoutGuaranteedRollback>.Silent(
        """
        class C
        {
            void M(IDbConnection connection, IDbTransaction? transaction)
            {
                var tx = transaction ?? connection.BeginTransaction();
                try
                {
                    connection.Execute("DELETE FROM t", transaction: tx);
                    if (transaction == null) tx.Commit();
                }
                finally
                {
                    if (transaction == null) tx.Dispose();
                }
            }
        }
        """);

    [Fact]
    public Task The_facade_ends_the_transaction_of_the_context() => Verify<DBS201TransactionWithoutGuaranteedRollback>.Silent(
        """
        class C
        {
            void M(DbContext context)
            {
                var tx = context.Database.BeginTransaction();
                try { context.SaveChanges(); context.Database.CommitTransaction(); }
                catch { context.Database.RollbackTransaction(); throw; }
            }
        }
        """);

    [Fact]
    public Task The_fix_declares_it_with_using() => Verify<DBS201TransactionWithoutGuaranteedRollback>.Fixes(
        """
        // Old rows go.
        var tx = [|connection.BeginTransaction()|]; // no lock before this
        connection.Execute("DELETE FROM t", transaction: tx);
        tx.Commit();
        tx.Dispose();
        """,
        """
        // Old rows go.
        using var tx = connection.BeginTransaction(); // no lock before this
        connection.Execute("DELETE FROM t", transaction: tx);
        tx.Commit();
        """);

    [Fact]
    public Task The_fix_awaits_the_disposal_where_that_is_asynchronous() => Verify<DBS201TransactionWithoutGuaranteedRollback>.Fixes(
        """
        class C
        {
            async Task Npgsql(NpgsqlConnection c, Func<Task> work)
            {
                var tx = await [|c.BeginTransactionAsync()|];
                await work();
                await tx.CommitAsync();
                await tx.DisposeAsync();
            }
            async Task Sqlite(SqliteConnection c, Func<Task> work)
            {
                var tx = [|c.BeginTransaction()|];
                await work();
                tx.Commit();
            }
        }
        """,
        """
        class C
        {
            async Task Npgsql(NpgsqlConnection c, Func<Task> work)
            {
                await using var tx = await c.BeginTransactionAsync();
                await work();
                await tx.CommitAsync();
            }
            async Task Sqlite(SqliteConnection c, Func<Task> work)
            {
                using var tx = c.BeginTransaction();
                await work();
                tx.Commit();
            }
        }
        """);

    [Fact]
    public Task A_variable_that_is_assigned_again_is_not_fixed() => Verify<DBS201TransactionWithoutGuaranteedRollback>.NoFix(
        """
        var tx = [|connection.BeginTransaction()|];
        connection.Execute("DELETE FROM t", transaction: tx);
        tx.Commit();
        tx = null;
        """);

    [Fact]
    public Task Before_CSharp_8_there_is_no_fix() => Verify<DBS201TransactionWithoutGuaranteedRollback>.NoFix(
        """
        class C
        {
            void M(System.Data.IDbConnection connection)
            {
                var tx = [|connection.BeginTransaction()|];
                System.IO.File.ReadAllText("x");
                tx.Commit();
            }
        }
        """,
        new() { Language = Microsoft.CodeAnalysis.CSharp.LanguageVersion.CSharp7_3, Nullable = false });
}
