using DbSafety.Rules.Transactions;
using DbSafety.Tests.Engine;
using Xunit;

namespace DbSafety.Tests.Rules.Transactions;

public class DBS215RetryInsideTransactionTests
{
    private const string Sql = "\"UPDATE accounts SET cents = 0\"";

    private static string Method(string body, string connection = "NpgsqlConnection") => $$"""
        using Polly;
        using Polly.Retry;

        class Ledger
        {
            private readonly ResiliencePipeline _retry = new ResiliencePipelineBuilder().AddRetry(new RetryStrategyOptions()).Build();
            private readonly ResiliencePipeline _timeout = new ResiliencePipelineBuilder().AddTimeout(TimeSpan.FromSeconds(1)).Build();

            async Task M({{connection}} c, ResiliencePipeline given, string text)
            {
                {{body.Replace("SQL", Sql)}}
                await Task.Yield();
            }

            void Log(Exception e) { }
        }
        """;

    [Fact]
    public Task A_retry_loop_in_a_transaction_is_reported() => Verify<DBS215RetryInsideTransaction>.Reports(
        """
        class Ledger(NpgsqlConnection connection)
        {
            public async Task Transfer(long from, long to)
            {
                await using var tx = await connection.BeginTransactionAsync();
                for (var attempt = 0; ; attempt++)
                {
                    try
                    {
                        await connection.ExecuteAsync("UPDATE accounts SET cents = cents - 1 WHERE id = @from", new { from }, tx);
                        await connection.ExecuteAsync("UPDATE accounts SET cents = cents + 1 WHERE id = @to", new { to }, tx);
                        break;
                    }
                    [|catch|] (PostgresException e) when (e.SqlState == "40P01" && attempt < 3)
                    {
                        await Task.Delay(50);
                    }
                }
                await tx.CommitAsync();
            }
        }
        """,
        "The retry goes on in transaction 'tx', which PostgreSQL aborts at the first error; roll back and repeat the whole transaction");

    [Theory]
    [InlineData("using var tx = c.BeginTransaction(); while (true) { try { c.Execute(SQL, transaction: tx); tx.Commit(); return; } [|catch|] (NpgsqlException) { continue; } }")]
    [InlineData("using var tx = c.BeginTransaction(); var done = false; while (!done) { try { c.Execute(SQL, transaction: tx); done = true; } [|catch|] { await Task.Delay(1); } } tx.Commit();")]
    [InlineData("using var tx = c.BeginTransaction(); var done = false; do { try { c.Execute(SQL, transaction: tx); done = true; } [|catch|] (DbException e) { Log(e); } } while (!done); tx.Commit();")]
    [InlineData("using var tx = c.BeginTransaction(); foreach (var i in Enumerable.Range(1, 3)) { try { c.Execute(SQL, transaction: tx); break; } [|catch|] (Exception e) when (i < 3) { Log(e); } } tx.Commit();")]
    [InlineData("using var tx = c.BeginTransaction(); for (var i = 0; i < 3; i++) { try { using var cmd = new NpgsqlCommand(SQL, c, tx); cmd.ExecuteNonQuery(); } [|catch|] (PostgresException) { continue; } break; } tx.Commit();")]
    [InlineData("NpgsqlTransaction tx = c.BeginTransaction(); try { for (var i = 0; i < 3; i++) { try { c.Execute(SQL); break; } [|catch|] (PostgresException) when (i < 2) { } } tx.Commit(); } finally { tx.Dispose(); }")]
    [InlineData("using var tx = c.BeginTransaction(); using var cmd = c.CreateCommand(); cmd.CommandText = SQL; retry: try { cmd.ExecuteNonQuery(); } catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.DeadlockDetected) { [|cmd.ExecuteNonQuery()|]; } tx.Commit();")]
    [InlineData("using var tx = c.BeginTransaction(); try { c.Execute(SQL); } catch (PostgresException e) when (e.SqlState is \"40001\" or \"40P01\") { await Task.Delay(5); [|c.Execute(SQL)|]; } tx.Commit();")]
    [InlineData("using var tx = c.BeginTransaction(); try { c.Execute(SQL); } catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.UniqueViolation) { [|c.Execute(SQL)|]; } tx.Commit();")]
    [InlineData("using var tx = c.BeginTransaction(); [|_retry.Execute(() => { c.Execute(SQL, transaction: tx); })|]; tx.Commit();")]
    [InlineData("await using var tx = await c.BeginTransactionAsync(); await [|_retry.ExecuteAsync(async token => await c.ExecuteAsync(SQL, transaction: tx))|]; await tx.CommitAsync();")]
    [InlineData("var local = new ResiliencePipelineBuilder().AddRetry(new RetryStrategyOptions()).AddTimeout(TimeSpan.FromSeconds(1)).Build(); using var tx = c.BeginTransaction(); [|local.Execute(() => { using var cmd = new NpgsqlCommand(SQL, c); cmd.ExecuteNonQuery(); })|]; tx.Commit();")]
    public Task Every_form_is_reported_on_PostgreSQL(string body) => Verify<DBS215RetryInsideTransaction>.Reports(Method(body.Replace("retry: ", "")));

    [Theory]
    [InlineData("MySqlConnection", "using var tx = c.BeginTransaction(); for (var i = 0; ; i++) { try { c.Execute(SQL, transaction: tx); break; } [|catch|] (MySqlException e) when (e.ErrorCode == MySqlErrorCode.LockDeadlock) { } } tx.Commit();")]
    [InlineData("MySqlConnection", "using var tx = c.BeginTransaction(); for (var i = 0; ; i++) { try { c.Execute(SQL, transaction: tx); break; } [|catch|] (MySqlException e) when (e.Number == 1213) { } } tx.Commit();")]
    [InlineData("MySqlConnection", "using var tx = c.BeginTransaction(); try { c.Execute(SQL, transaction: tx); } catch (MySqlException e) when (e.Number is 1213) { [|c.Execute(SQL, transaction: tx)|]; } tx.Commit();")]
    [InlineData("SqlConnection", "using var tx = c.BeginTransaction(); try { c.Execute(SQL, transaction: tx); } catch (SqlException e) when (e.Number == 1205) { [|c.Execute(SQL, transaction: tx)|]; } tx.Commit();")]
    [InlineData("SqlConnection", "using var tx = c.BeginTransaction(); while (true) { try { c.Execute(SQL, transaction: tx); break; } [|catch|] (SqlException e) { Log(e); } } tx.Commit();")]
    [InlineData("SqlConnection", "using var tx = c.BeginTransaction(); [|_retry.Execute(() => { c.Execute(SQL, transaction: tx); })|]; tx.Commit();")]
    public Task A_deadlock_ends_the_transaction_on_MySQL_and_SQL_Server(string connection, string body) => Verify<DBS215RetryInsideTransaction>.Reports(Method(body, connection));

    [Theory]
    [InlineData("MySqlConnection", "using var tx = c.BeginTransaction(); for (var i = 0; ; i++) { try { c.Execute(SQL, transaction: tx); break; } catch (MySqlException e) when (e.Number == 1205) { } } tx.Commit();")]
    [InlineData("MySqlConnection", "using var tx = c.BeginTransaction(); try { c.Execute(SQL, transaction: tx); } catch (MySqlException e) when (e.ErrorCode == MySqlErrorCode.DuplicateKeyEntry) { c.Execute(SQL, transaction: tx); } tx.Commit();")]
    [InlineData("MySqlConnection", "using var tx = c.BeginTransaction(); try { c.Execute(SQL, transaction: tx); } catch (MySqlException) { c.Execute(SQL, transaction: tx); } tx.Commit();")]
    [InlineData("SqlConnection", "using var tx = c.BeginTransaction(); while (true) { try { c.Execute(SQL, transaction: tx); break; } catch (SqlException e) when (e.Number == -2) { Log(e); } } tx.Commit();")]
    [InlineData("SqliteConnection", "using var tx = c.BeginTransaction(); while (true) { try { c.Execute(SQL, transaction: tx); break; } catch (SqliteException e) when (e.SqliteErrorCode == 5) { } } tx.Commit();")]
    public Task What_leaves_the_transaction_open_is_not_reported(string connection, string body) => Verify<DBS215RetryInsideTransaction>.Silent(Method(body, connection));

    [Theory]
    [InlineData("for (var i = 0; ; i++) { using var tx = c.BeginTransaction(); try { c.Execute(SQL); tx.Commit(); break; } catch (PostgresException) when (i < 3) { } }")]
    [InlineData("var tx = c.BeginTransaction(); for (var i = 0; ; i++) { try { c.Execute(SQL); tx.Commit(); break; } catch (PostgresException) when (i < 3) { tx.Rollback(); tx = c.BeginTransaction(); } }")]
    [InlineData("using var tx = c.BeginTransaction(); for (var i = 0; ; i++) { tx.Save(\"s\"); try { c.Execute(SQL); break; } catch (PostgresException) when (i < 3) { tx.Rollback(\"s\"); } } tx.Commit();")]
    [InlineData("using var tx = c.BeginTransaction(); for (var i = 0; ; i++) { c.Execute(\"SAVEPOINT s\"); try { c.Execute(SQL); break; } catch (PostgresException) when (i < 3) { c.Execute(\"ROLLBACK TO SAVEPOINT s\"); } } tx.Commit();")]
    [InlineData("using var tx = c.BeginTransaction(); try { c.Execute(SQL); tx.Commit(); } catch (PostgresException) { tx.Rollback(); c.Execute(SQL); }")]
    [InlineData("using (var tx = c.BeginTransaction()) { try { c.Execute(SQL); tx.Commit(); return; } catch (PostgresException) { } } c.Execute(SQL);")]
    [InlineData("using var tx = c.BeginTransaction(); foreach (var i in new[] { 1, 2 }) { try { c.Execute(SQL); } catch (PostgresException e) { Log(e); } } tx.Commit();")]
    [InlineData("using var tx = c.BeginTransaction(); for (var i = 0; i < 3; i++) { try { c.Execute(SQL); } catch (PostgresException e) { Log(e); } } tx.Commit();")]
    [InlineData("using var tx = c.BeginTransaction(); for (var i = 0; ; i++) { try { await Task.Delay(5); break; } catch (Exception e) { Log(e); } } c.Execute(SQL); tx.Commit();")]
    [InlineData("using var tx = c.BeginTransaction(); for (var i = 0; ; i++) { try { c.Execute(SQL); break; } catch (PostgresException e) { Log(e); throw; } } tx.Commit();")]
    [InlineData("using var tx = c.BeginTransaction(); for (var i = 0; ; i++) { try { c.Execute(SQL); break; } catch (IOException e) { Log(e); } } tx.Commit();")]
    [InlineData("using var tx = c.BeginTransaction(); for (var i = 0; ; i++) { try { c.Execute(text); break; } catch (PostgresException e) { c.Execute(text); } } tx.Commit();")]
    [InlineData("_retry.Execute(() => { using var tx = c.BeginTransaction(); c.Execute(SQL, transaction: tx); tx.Commit(); });")]
    [InlineData("using var tx = c.BeginTransaction(); _timeout.Execute(() => { c.Execute(SQL, transaction: tx); }); given.Execute(() => { c.Execute(SQL, transaction: tx); }); tx.Commit();")]
    [InlineData("using (var tx = c.BeginTransaction()) { c.Execute(SQL, transaction: tx); tx.Commit(); } _retry.Execute(() => { c.Execute(SQL); });")]
    [InlineData("using var tx = c.BeginTransaction(); _retry.Execute(() => { tx.Save(\"s\"); try { c.Execute(SQL); } catch { tx.Rollback(\"s\"); throw; } }); tx.Commit();")]
    [InlineData("var tx = c.BeginTransaction(); c.Execute(SQL, transaction: tx); tx.Commit(); _retry.Execute(() => { c.Execute(SQL, transaction: tx); });")]
    [InlineData("using var tx = c.BeginTransaction(); _retry.Execute(() => { Console.WriteLine(); }); c.Execute(SQL); tx.Commit();")]
    public Task A_whole_transaction_or_a_savepoint_is_not_reported(string body) => Verify<DBS215RetryInsideTransaction>.Silent(Method(body));

    [Fact]
    public Task EF_Core_goes_back_to_a_savepoint_of_its_own_when_SaveChanges_fails() => Verify<DBS215RetryInsideTransaction>.Silent(
        """
        class Shop(DbContext db, SqlConnection unused)
        {
            void M()
            {
                using var tx = db.Database.BeginTransaction();
                for (var i = 0; ; i++)
                {
                    try
                    {
                        db.SaveChanges();
                        break;
                    }
                    catch (DbUpdateConcurrencyException) when (i < 3)
                    {
                    }
                }
                tx.Commit();
            }
        }
        """);
}
