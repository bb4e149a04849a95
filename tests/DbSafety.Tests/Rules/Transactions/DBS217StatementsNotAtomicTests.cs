using DbSafety.Rules.Transactions;
using DbSafety.Tests.Engine;
using Xunit;

namespace DbSafety.Tests.Rules.Transactions;

using Rule = Verify<DBS217StatementsNotAtomic>;

public class DBS217StatementsNotAtomicTests
{
    private const string Two = "INSERT INTO a VALUES (1); UPDATE b SET x = 1 WHERE id = 1";

    [Fact]
    public Task The_message_counts_the_statements() => Rule.Reports(
        """using var c = new SqliteConnection(name); c.Open(); c.Execute([|"INSERT INTO a VALUES (1); INSERT INTO b VALUES (1); SELECT last_insert_rowid()"|]);""",
        "Each of the 2 statements is committed by itself: when one fails, those before it stay; run them in a transaction");

    [Theory]
    [InlineData("using var c = new SqliteConnection(name); c.Execute({2});")]
    [InlineData("using var c = new MySqlConnection(name); await c.OpenAsync(); await c.ExecuteAsync({2}, new { id });")]
    [InlineData("using var c = new SqlConnection(name); c.Execute({2});")]
    [InlineData("using var c = new System.Data.SQLite.SQLiteConnection(name); c.Execute({2});")]
    [InlineData("using var c = new MySqlConnection(name); await c.ExecuteAsync(new CommandDefinition({2}));")]
    [InlineData("using var c = new SqliteConnection(name); using var k = c.CreateCommand(); k.CommandText = {2}; k.ExecuteNonQuery();")]
    [InlineData("using var c = new SqliteConnection(name); using var k = new SqliteCommand({2}, c); if (k.ExecuteNonQuery() == 2) { }")]
    [InlineData("using var c = new SqliteConnection(name); new SqliteCommand({2}, c).ExecuteNonQuery();")]
    [InlineData("using var c = new SqliteConnection(name); using var k = new SqliteCommand({2}, c); k.ExecuteNonQuery(); k.ExecuteNonQuery();")]
    [InlineData("using var c = new MySqlConnection(name); using (var t = c.BeginTransaction()) { t.Commit(); } c.Execute({2});")]
    [InlineData("await Task.Run(() => { using var c = new SqliteConnection(name); c.Execute({2}); });")]
    public Task Two_writes_in_autocommit_are_reported(string body) => Rule.Reports(Program(body.Replace("{2}", $"[|\"{Two}\"|]")));

    [Theory]
    [InlineData("using var c = new NpgsqlConnection(name); c.Execute({2});")]
    [InlineData("c0.Execute({2});")]
    [InlineData("using var c = new SqliteConnection(name); using var t = c.BeginTransaction(); c.Execute({2}, transaction: t); t.Commit();")]
    [InlineData("using var c = new SqliteConnection(name); using var t = c.BeginTransaction(); c.Execute({2}); t.Commit();")]
    [InlineData("using var s = new System.Transactions.TransactionScope(); using var c = new SqlConnection(name); c.Execute({2}); s.Complete();")]
    [InlineData("using var c = new SqliteConnection(name); c.Execute(\"BEGIN IMMEDIATE\"); c.Execute({2}); c.Execute(\"COMMIT\");")]
    [InlineData("using var c = new SqliteConnection(name); c.Execute(\"BEGIN; INSERT INTO a VALUES (1); INSERT INTO b VALUES (1); COMMIT\");")]
    [InlineData("using var c = new SqliteConnection(name); c.Execute(\"CREATE TABLE a (id INTEGER); INSERT INTO a VALUES (1); INSERT INTO a VALUES (2)\");")]
    [InlineData("using var c = new SqlConnection(name); c.Execute(\"UPDATE a SET x = 1 WHERE id = 1; IF @@ROWCOUNT = 0 INSERT INTO a VALUES (1)\");")]
    [InlineData("using var c = new SqlConnection(name); c.Execute(\"IF EXISTS (SELECT 1 FROM a) UPDATE a SET x = 1 ELSE INSERT INTO a VALUES (1)\");")]
    [InlineData("using var c = new SqlConnection(name); c.Execute(\"BEGIN TRAN; UPDATE a SET x = 1; UPDATE b SET x = 1; COMMIT\");")]
    [InlineData("using var c = new SqliteConnection(name); c.Execute(\"INSERT INTO a VALUES (1); SELECT last_insert_rowid()\");")]
    [InlineData("using var c = new SqliteConnection(name); c.Execute(\"PRAGMA foreign_keys = ON; INSERT INTO a VALUES (1)\");")]
    [InlineData("using var c = new SqliteConnection(name); c.Execute(name);")]
    [InlineData("using var c = new SqliteConnection(name); c.Execute(\"INSERT INTO a VALUES (1)\" + (id > 1 ? \"; INSERT INTO b VALUES (1)\" : \"\"));")]
    public Task A_transaction_another_script_or_Npgsql_is_silent(string body) => Rule.Silent(Program(body.Replace("{2}", $"\"{Two}\"")));

    [Fact]
    public Task A_batch_of_MySqlConnector_is_reported() => Rule.Reports(
        """
        class C
        {
            void M(string name)
            {
                using var c = new MySqlConnection(name);
                c.Open();
                using var batch = new MySqlBatch(c);
                batch.BatchCommands.Add(new MySqlBatchCommand("INSERT INTO a VALUES (1)"));
                batch.BatchCommands.Add(new MySqlBatchCommand("INSERT INTO b VALUES (1)"));
                [|batch.ExecuteNonQuery()|];
            }
            void Read(string name)
            {
                using var c = new MySqlConnection(name);
                using var batch = new MySqlBatch(c) { BatchCommands = { new MySqlBatchCommand("SELECT 1"), new MySqlBatchCommand("INSERT INTO b VALUES (1)") } };
                batch.ExecuteNonQuery();
            }
            void InTransaction(string name)
            {
                using var c = new MySqlConnection(name);
                using var t = c.BeginTransaction();
                using var batch = new MySqlBatch(c, t) { BatchCommands = { new MySqlBatchCommand("INSERT INTO a VALUES (1)"), new MySqlBatchCommand("INSERT INTO b VALUES (1)") } };
                batch.ExecuteNonQuery();
                t.Commit();
            }
            void OfTheCaller(MySqlConnection c)
            {
                using var batch = new MySqlBatch(c) { BatchCommands = { new MySqlBatchCommand("INSERT INTO a VALUES (1)"), new MySqlBatchCommand("INSERT INTO b VALUES (1)") } };
                batch.ExecuteNonQuery();
            }
        }
        """);

    [Fact]
    public Task The_fix_runs_a_Dapper_call_in_a_transaction() => Rule.Fixes(
        """
        class C
        {
            async Task M(string name, CancellationToken ct)
            {
                await using var connection = new MySqlConnection(name);
                await connection.OpenAsync(ct);
                var rows = await connection.ExecuteAsync(new CommandDefinition([|"DELETE FROM a WHERE id = 1; DELETE FROM b WHERE id = 1"|], cancellationToken: ct)); // both
                Console.WriteLine(rows);
            }
            void N(string name)
            {
                using var connection = new SqliteConnection(name);
                connection.Open();
                connection.Execute([|"DELETE FROM a WHERE id = @id; DELETE FROM b WHERE id = @id"|], new { id = 1 });
                connection.Execute([|"DELETE FROM a WHERE id = 2; DELETE FROM b WHERE id = 2"|], commandTimeout: 10);
            }
        }
        """,
        """
        class C
        {
            async Task M(string name, CancellationToken ct)
            {
                await using var connection = new MySqlConnection(name);
                await connection.OpenAsync(ct);
                await using var transaction = await connection.BeginTransactionAsync(ct);
                var rows = await connection.ExecuteAsync(new CommandDefinition("DELETE FROM a WHERE id = 1; DELETE FROM b WHERE id = 1", cancellationToken: ct, transaction: transaction)); // both
                await transaction.CommitAsync(ct);
                Console.WriteLine(rows);
            }
            void N(string name)
            {
                using var connection = new SqliteConnection(name);
                connection.Open();
                using var transaction = connection.BeginTransaction();
                connection.Execute("DELETE FROM a WHERE id = @id; DELETE FROM b WHERE id = @id", new { id = 1 }, transaction);
                transaction.Commit();
                using var transaction2 = connection.BeginTransaction();
                connection.Execute("DELETE FROM a WHERE id = 2; DELETE FROM b WHERE id = 2", commandTimeout: 10, transaction: transaction2);
                transaction2.Commit();
            }
        }
        """);

    [Fact]
    public Task The_fix_gives_a_command_the_transaction() => Rule.Fixes(
        """
        class C
        {
            async Task M(string name, CancellationToken ct)
            {
                await using var connection = new SqliteConnection(name);
                await connection.OpenAsync(ct);
                await using var command = connection.CreateCommand();
                command.CommandText = [|"DELETE FROM a WHERE id = 1; DELETE FROM b WHERE id = 1"|];
                await command.ExecuteNonQueryAsync(ct);
            }
        }
        """,
        """
        class C
        {
            async Task M(string name, CancellationToken ct)
            {
                await using var connection = new SqliteConnection(name);
                await connection.OpenAsync(ct);
                await using var command = connection.CreateCommand();
                command.CommandText = "DELETE FROM a WHERE id = 1; DELETE FROM b WHERE id = 1";
                await using var transaction = (SqliteTransaction)await connection.BeginTransactionAsync(ct);
                command.Transaction = transaction;
                await command.ExecuteNonQueryAsync(ct);
                await transaction.CommitAsync(ct);
            }
        }
        """);

    [Theory]
    [InlineData("using var c = new SqliteConnection(name); c.Execute([|\"DELETE FROM a WHERE id = 1; DELETE FROM b WHERE id = 1\"|]);")]
    [InlineData("using var c = new SqliteConnection(name); c.Open(); if (id == 1) c.Execute([|\"DELETE FROM a WHERE id = 1; DELETE FROM b WHERE id = 1\"|]);")]
    [InlineData("using var c = new SqliteConnection(name); c.Open(); if (c.Execute([|\"DELETE FROM a WHERE id = 1; DELETE FROM b WHERE id = 1\"|]) == 2) { }")]
    public Task A_connection_that_Dapper_opens_and_a_call_within_another_statement_are_left(string body) => Rule.NoFix(body);

    [Theory]
    [InlineData("UPDATE a SET n = n - 1 WHERE id = @from; UPDATE a SET n = n + 1 WHERE id = @to")]
    [InlineData("UPDATE a SET n = 0 WHERE id = @from; DELETE FROM `A` WHERE id = @to")]
    public Task Two_rows_of_one_table_are_left_as_a_transaction_would_lock_both_in_the_callers_order(string sql) => Rule.NoFix(
        $$"""
        class C { void M(string name, int from, int to) { using var c = new MySqlConnection(name); c.Open(); c.Execute([|"{{sql}}"|], new { from, to }); } }
        """);

    [Fact]
    public Task Two_statements_on_one_row_are_fixed() => Rule.Fixes(
        """
        class C
        {
            void M(string name, int id)
            {
                using var c = new MySqlConnection(name);
                c.Open();
                c.Execute([|"UPDATE a SET n = 0 WHERE id = @id; DELETE FROM a WHERE id = @id"|], new { id });
            }
        }
        """,
        """
        class C
        {
            void M(string name, int id)
            {
                using var c = new MySqlConnection(name);
                c.Open();
                using var transaction = c.BeginTransaction();
                c.Execute("UPDATE a SET n = 0 WHERE id = @id; DELETE FROM a WHERE id = @id", new { id }, transaction);
                transaction.Commit();
            }
        }
        """);

    private static string Program(string body) => $$"""
        class C
        {
            async Task M(SqliteConnection c0, string name, int id)
            {
                await Task.Yield();
                {{body}}
            }
        }
        """;
}
