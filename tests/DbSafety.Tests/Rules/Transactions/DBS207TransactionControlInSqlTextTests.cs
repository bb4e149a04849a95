using DbSafety.Rules.Transactions;
using DbSafety.Tests.Engine;
using Microsoft.CodeAnalysis;
using Xunit;

namespace DbSafety.Tests.Rules.Transactions;

using Rule = Verify<DBS207TransactionControlInSqlText>;

public class DBS207TransactionControlInSqlTextTests
{
    [Fact]
    public Task The_message_says_what_becomes_of_the_transaction() => Rule.Reports(
        """connection.Execute([|"BEGIN IMMEDIATE;"|]); new NpgsqlConnection().Execute([|"begin transaction"|]);""",
        "'BEGIN IMMEDIATE' as SQL text makes a transaction that the next user of the pooled connection inherits when something fails; use BeginTransaction",
        "'begin transaction' as SQL text makes a transaction that stays open when something fails; use BeginTransaction");

    [Fact]
    public async Task It_is_an_error_where_the_pool_hands_the_transaction_on()
    {
        var document = await TestProject.Of(
            TestProject.Complete("""connection.Execute("BEGIN"); new NpgsqlConnection().Execute("BEGIN");""", Setup.Default), Setup.Default);
        var found = await TestProject.Analyze(document.Project, [new DBS207TransactionControlInSqlText()]);
        Assert.Equal([DiagnosticSeverity.Error, DiagnosticSeverity.Warning], found.Select(d => d.Severity));
    }

    [Theory]
    [InlineData("""using var c = connection.CreateCommand(); c.CommandText = [|"BEGIN"|]; c.ExecuteNonQuery();""")]
    [InlineData("""new SqliteCommand([|"BEGIN DEFERRED TRANSACTION"|], connection).ExecuteNonQuery();""")]
    [InlineData("""new MySqlConnection().Execute([|"START TRANSACTION"|]);""")]
    [InlineData("""new MySqlConnection().Execute([|"START TRANSACTION WITH CONSISTENT SNAPSHOT"|]);""")]
    [InlineData("""new NpgsqlConnection().Execute([|"BEGIN ISOLATION LEVEL SERIALIZABLE"|]);""")]
    [InlineData("""new SqlConnection().Execute([|"BEGIN TRAN"|]);""")]
    [InlineData("""new SqlConnection().Execute([|"BEGIN TRANSACTION transfer"|]);""")]
    [InlineData("""((IDbConnection)connection).Execute([|"BEGIN"|]);""")]
    [InlineData("""const string Begin = "BEGIN"; connection.Execute([|Begin|]);""")]
    [InlineData("""connection.Execute([|"-- start\nBEGIN; DELETE FROM a WHERE id = 1"|]);""")]
    [InlineData("""connection.Execute([|"DELETE FROM a WHERE id = 1; COMMIT"|]);""")]
    [InlineData("""connection.Execute([|"ROLLBACK"|]);""")]
    [InlineData("""connection.Execute([|"END TRANSACTION"|]);""")]
    [InlineData("""connection.Execute([|"BEGIN; DELETE FROM a WHERE id = 1; DELETE FROM b WHERE id = 1; COMMIT;"|]);""")]
    [InlineData("""new MySqlConnection().Execute([|"START TRANSACTION; DELETE FROM a WHERE id = 1; COMMIT;"|]);""")]
    [InlineData("""void Run(string sql) => connection.Execute(sql); Run([|"BEGIN"|]);""")]
    public Task Transaction_control_is_reported(string source) => Rule.Reports(source);

    [Fact]
    public Task A_transaction_is_reported_where_it_begins() => Rule.Reports(
        """
        connection.Execute([|"BEGIN"|]);
        try { connection.Execute("DELETE FROM a WHERE id = 1"); connection.Execute("COMMIT"); } catch { connection.Execute("ROLLBACK"); throw; }
        """);

    [Theory]
    [InlineData("""new SqlConnection().Execute("BEGIN DELETE FROM a WHERE id = 1 END");""")]
    [InlineData("""new SqlConnection().Execute("IF 1 = 1 BEGIN DELETE FROM a WHERE id = 1; END");""")]
    [InlineData("""new SqlConnection().Execute("BEGIN TRY BEGIN TRAN; DELETE FROM a WHERE id = 1; COMMIT; END TRY BEGIN CATCH ROLLBACK; THROW; END CATCH");""")]
    [InlineData("""new SqlConnection().Execute("SET XACT_ABORT ON; BEGIN TRAN; DELETE FROM a WHERE id = 1; COMMIT");""")]
    [InlineData("""new SqlConnection().Execute("BEGIN DIALOG @h FROM SERVICE a TO SERVICE 'b'");""")]
    [InlineData("""new SqlConnection().Execute("ROLLBACK TRANSACTION before_delete");""")]
    [InlineData("""new NpgsqlConnection().Execute("BEGIN; DELETE FROM a WHERE id = 1; COMMIT");""")]
    [InlineData("""new NpgsqlConnection().Execute("DO $$ BEGIN PERFORM 1; COMMIT; END $$");""")]
    [InlineData("""new NpgsqlConnection().Execute("COMMIT PREPARED 'x'");""")]
    [InlineData("""connection.Execute("SAVEPOINT a"); connection.Execute("ROLLBACK TO a"); connection.Execute("RELEASE a");""")]
    [InlineData("""connection.Execute("BEGIN; CREATE TABLE a (id INTEGER); COMMIT");""")]
    [InlineData("""connection.Execute("CREATE TRIGGER t AFTER INSERT ON a BEGIN DELETE FROM b; END");""")]
    [InlineData("""new MySqlConnection().Execute("CREATE PROCEDURE p() BEGIN START TRANSACTION; COMMIT; END");""")]
    [InlineData("""connection.Execute("SELECT 'BEGIN'");""")]
    [InlineData("""connection.Execute("INSERT INTO log VALUES ('x; COMMIT')");""")]
    [InlineData("""connection.Execute(name);""")]
    [InlineData("""connection.Execute("begin", commandType: CommandType.StoredProcedure);""")]
    [InlineData("""Console.WriteLine("BEGIN");""")]
    public Task What_looks_alike_is_silent(string source) => Rule.Silent(source);

    [Theory]
    [InlineData("class AddIndex : Migration { void Up(SqliteConnection c) => c.Execute(\"BEGIN\"); } abstract class Migration;")]
    [InlineData("class T { [Fact] void Locked() => new SqliteConnection().Execute(\"BEGIN\"); } class FactAttribute : Attribute;")]
    [InlineData("abstract class Own : DbTransaction { protected void Begin(SqliteConnection c) => c.Execute(\"BEGIN\"); }")]
    public Task Migrations_tests_and_providers_are_silent(string source) => Rule.Silent(source);

    [Fact]
    public Task A_pair_in_one_block_becomes_a_transaction() => Rule.Fixes(
        """
        class C(NpgsqlConnection shared)
        {
            void Dapper(SqliteConnection connection)
            {
                connection.Open();
                connection.Execute([|"BEGIN"|]); // both or none
                connection.Execute("DELETE FROM a WHERE id = 1");
                using (var command = connection.CreateCommand())
                {
                    command.CommandText = "DELETE FROM b WHERE id = 1";
                    command.ExecuteNonQuery();
                }
                connection.Execute("COMMIT");
            }
            async Task Command(CancellationToken ct)
            {
                var transaction = 1;
                await new NpgsqlCommand([|"START TRANSACTION"|], shared).ExecuteNonQueryAsync(ct);
                await shared.ExecuteAsync("DELETE FROM a WHERE id = @transaction", new { transaction });
                await new NpgsqlCommand("COMMIT", shared).ExecuteNonQueryAsync(ct);
            }
        }
        """,
        """
        class C(NpgsqlConnection shared)
        {
            void Dapper(SqliteConnection connection)
            {
                connection.Open();
                using var transaction = connection.BeginTransaction(); // both or none
                connection.Execute("DELETE FROM a WHERE id = 1");
                using (var command = connection.CreateCommand())
                {
                    command.CommandText = "DELETE FROM b WHERE id = 1";
                    command.ExecuteNonQuery();
                }
                transaction.Commit();
            }
            async Task Command(CancellationToken ct)
            {
                var transaction = 1;
                await using var transaction2 = await shared.BeginTransactionAsync(ct);
                await shared.ExecuteAsync("DELETE FROM a WHERE id = @transaction", new { transaction });
                await transaction2.CommitAsync(ct);
            }
        }
        """);

    [Theory]
    [InlineData("""connection.Execute([|"BEGIN EXCLUSIVE"|]); connection.Execute("DELETE FROM a WHERE id = 1"); connection.Execute("COMMIT");""")]
    [InlineData("""connection.Execute([|"BEGIN"|]); if (id > 1) { connection.Execute("COMMIT"); }""")]
    [InlineData("""connection.Execute([|"BEGIN"|]); connection.Execute("DELETE FROM a WHERE id = 1"); connection.Execute("ROLLBACK");""")]
    [InlineData("""connection.Execute([|"BEGIN"|]); try { connection.Execute("DELETE FROM a WHERE id = 1"); } catch { connection.Execute("ROLLBACK"); } connection.Execute("COMMIT");""")]
    [InlineData("""using var c = connection.CreateCommand(); connection.Execute([|"BEGIN"|]); c.CommandText = "DELETE FROM a WHERE id = 1"; c.ExecuteNonQuery(); connection.Execute("COMMIT");""")]
    [InlineData("""connection.Execute([|"BEGIN"|]); new SqliteCommand("DELETE FROM a WHERE id = 1", connection).ExecuteNonQuery(); connection.Execute("COMMIT");""")]
    [InlineData("""connection.Execute([|"BEGIN"|]); Work(); connection.Execute("COMMIT"); void Work() => connection.Execute("DELETE FROM a WHERE id = 1");""")]
    [InlineData("""var c = new MySqlConnection(); c.Execute([|"BEGIN"|]); c.Execute("DELETE FROM a WHERE id = 1"); c.Execute("COMMIT");""")]
    [InlineData("""var other = new SqliteConnection(); connection.Execute([|"BEGIN"|]); other.Execute("COMMIT");""")]
    [InlineData("""connection.Execute([|"COMMIT"|]);""")]
    public Task What_is_not_a_plain_pair_is_left(string source) => Rule.NoFix(source);
}
