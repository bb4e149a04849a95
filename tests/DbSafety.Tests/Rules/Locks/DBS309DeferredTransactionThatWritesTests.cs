using DbSafety.Rules.Locks;
using DbSafety.Tests.Engine;
using Microsoft.CodeAnalysis;
using Xunit;

namespace DbSafety.Tests.Rules.Locks;

using Rule = Verify<DBS309DeferredTransactionThatWrites>;

public class DBS309DeferredTransactionThatWritesTests
{
    [Fact]
    public Task The_message_names_the_transaction() => Rule.Reports(
        """using var transfer = connection.BeginTransaction([|deferred: true|]); connection.Execute("DELETE FROM a WHERE id = 1"); transfer.Commit();""",
        "Transaction 'transfer' is deferred and writes, which fails with SQLITE_BUSY when another connection commits after its first read; begin it without 'deferred'");

    [Theory]
    [InlineData("""using var t = connection.BeginTransaction([|true|]); connection.Execute("UPDATE a SET x = 1 WHERE id = 1", transaction: t); t.Commit();""")]
    [InlineData("""using var t = connection.BeginTransaction(IsolationLevel.Serializable, [|deferred: true|]); connection.Execute("INSERT INTO a VALUES (1)"); t.Commit();""")]
    [InlineData("""using (var t = connection.BeginTransaction([|deferred: true|])) { connection.Execute("INSERT INTO a VALUES (1)"); t.Commit(); }""")]
    [InlineData("""using var t = connection.BeginTransaction([|deferred: true|]); using var c = connection.CreateCommand(); c.CommandText = "INSERT INTO a VALUES (1)"; c.ExecuteNonQuery(); t.Commit();""")]
    [InlineData("""using var t = connection.BeginTransaction([|deferred: true|]); using var c = new SqliteCommand("INSERT INTO a VALUES (1)", connection, t); c.ExecuteNonQuery(); t.Commit();""")]
    [InlineData("""using var t = connection.BeginTransaction([|deferred: true|]); new SqliteCommand("INSERT INTO a VALUES (1)", connection, t).ExecuteNonQuery(); t.Commit();""")]
    [InlineData("""using var t = connection.BeginTransaction([|deferred: true|]); if (connection.ExecuteScalar<int>("SELECT 1") == 0) connection.Execute("INSERT INTO a VALUES (1)"); t.Commit();""")]
    [InlineData("""using var t = connection.BeginTransaction([|deferred: true|]); try { connection.Execute("INSERT INTO a VALUES (1)"); t.Commit(); } catch { t.Rollback(); throw; }""")]
    [InlineData("""using var t = connection.BeginTransaction([|deferred: true|]); if (id == 1) { t.Rollback(); return; } connection.Execute("INSERT INTO a VALUES (1)"); t.Commit();""")]
    [InlineData("""using var t = connection.BeginTransaction([|deferred: true|]); t.Save("s"); t.Rollback("s"); await connection.ExecuteAsync("INSERT INTO a VALUES (1)"); t.Commit();""")]
    [InlineData("""using var t = connection.BeginTransaction([|deferred: true|]); await connection.ExecuteAsync(new CommandDefinition("INSERT INTO a VALUES (1)", transaction: t)); t.Commit();""")]
    [InlineData("""const bool Deferred = true; using var t = connection.BeginTransaction([|Deferred|]); connection.Execute("REPLACE INTO a VALUES (1)"); t.Commit();""")]
    public Task A_write_in_a_deferred_transaction_is_reported(string source) => Rule.Reports(source);

    [Theory]
    [InlineData("", DiagnosticSeverity.Info)]
    [InlineData("if (id > 1) return;", DiagnosticSeverity.Info)]
    [InlineData("""var n = connection.ExecuteScalar<int>("SELECT 1", transaction: t);""", DiagnosticSeverity.Warning)]
    [InlineData("""using var c = connection.CreateCommand(); c.CommandText = name; c.ExecuteScalar();""", DiagnosticSeverity.Warning)]
    [InlineData("""Read(); int Read() => connection.ExecuteScalar<int>("SELECT 1");""", DiagnosticSeverity.Warning)]
    public async Task Nothing_is_stale_where_the_write_is_first(string before, DiagnosticSeverity severity)
    {
        var source = $$"""using var t = connection.BeginTransaction(deferred: true); {{before}} connection.Execute("INSERT INTO a VALUES (1)"); t.Commit();""";
        var document = await TestProject.Of(TestProject.Complete(source, Setup.Default), Setup.Default);
        Assert.Equal(severity, (await TestProject.Analyze(document.Project, [new DBS309DeferredTransactionThatWrites()])).Single().Severity);
    }

    [Fact]
    public Task SaveChanges_writes_in_the_transaction_the_context_was_given() => Rule.Reports(
        """
        class C
        {
            void Given(SqliteConnection connection, DbContext context)
            {
                using var t = connection.BeginTransaction([|deferred: true|]);
                context.Database.UseTransaction(t);
                context.SaveChanges();
                t.Commit();
            }
            void NotGiven(SqliteConnection connection, DbContext context, DbContext other)
            {
                using var t = connection.BeginTransaction(deferred: true);
                other.Database.UseTransaction(t);
                context.SaveChanges();
                t.Commit();
            }
        }
        """);

    [Theory]
    [InlineData("""using var t = connection.BeginTransaction(); connection.Execute("INSERT INTO a VALUES (1)"); t.Commit();""")]
    [InlineData("""using var t = connection.BeginTransaction(deferred: false); connection.Execute("INSERT INTO a VALUES (1)"); t.Commit();""")]
    [InlineData("""using var t = connection.BeginTransaction(deferred: id > 1); connection.Execute("INSERT INTO a VALUES (1)"); t.Commit();""")]
    public Task An_immediate_or_unknown_transaction_is_silent(string source) => Rule.Silent(source);

    [Theory]
    [InlineData("""using var t = connection.BeginTransaction(deferred: true); connection.Query("SELECT * FROM a"); t.Commit();""")]
    [InlineData("""using var t = connection.BeginTransaction(deferred: true); connection.Execute("PRAGMA user_version"); t.Commit();""")]
    [InlineData("""using var t = connection.BeginTransaction(deferred: true); connection.Execute("CREATE TEMP TABLE x (n)"); connection.Execute("INSERT INTO temp.x SELECT n FROM a"); t.Commit();""")]
    [InlineData("""using var t = connection.BeginTransaction(deferred: true); connection.Execute(name); t.Commit();""")]
    [InlineData("""connection.Execute("DELETE FROM a WHERE id = 1"); using var t = connection.BeginTransaction(deferred: true); connection.Query("SELECT 1"); t.Commit();""")]
    [InlineData("""using (var t = connection.BeginTransaction(deferred: true)) { connection.Query("SELECT 1"); } connection.Execute("DELETE FROM a WHERE id = 1");""")]
    [InlineData("""using var t = connection.BeginTransaction(deferred: true); connection.Query("SELECT 1"); t.Commit(); connection.Execute("DELETE FROM a WHERE id = 1");""")]
    [InlineData("""using (var t = connection.BeginTransaction(deferred: true)) { connection.Query("SELECT 1"); t.Commit(); connection.Execute("DELETE FROM a WHERE id = 1"); }""")]
    [InlineData("""using var other = new SqliteConnection(); using var t = connection.BeginTransaction(deferred: true); other.Execute("DELETE FROM a WHERE id = 1"); t.Commit();""")]
    [InlineData("""using var t = connection.BeginTransaction(deferred: true); Action later = () => connection.Execute("DELETE FROM a WHERE id = 1"); t.Commit(); later();""")]
    [InlineData("""connection.BeginTransaction(deferred: true); connection.Execute("DELETE FROM a WHERE id = 1");""")]
    public Task A_transaction_that_only_reads_is_silent(string source) => Rule.Silent(source);

    [Fact]
    public Task The_argument_goes() => Rule.Fixes(
        """
        using (var a = connection.BeginTransaction([|deferred: true|])) // transfer
        {
            connection.Execute("UPDATE a SET x = 1 WHERE id = 1");
            a.Commit();
        }
        using (var b = connection.BeginTransaction(IsolationLevel.Serializable, [|deferred: true|]))
        {
            connection.Execute("UPDATE a SET x = 1 WHERE id = 1");
            b.Commit();
        }
        using (var c = connection.BeginTransaction([|deferred: true|], isolationLevel: IsolationLevel.Serializable))
        {
            connection.Execute("UPDATE a SET x = 1 WHERE id = 1");
            c.Commit();
        }
        """,
        """
        using (var a = connection.BeginTransaction()) // transfer
        {
            connection.Execute("UPDATE a SET x = 1 WHERE id = 1");
            a.Commit();
        }
        using (var b = connection.BeginTransaction(IsolationLevel.Serializable))
        {
            connection.Execute("UPDATE a SET x = 1 WHERE id = 1");
            b.Commit();
        }
        using (var c = connection.BeginTransaction(isolationLevel: IsolationLevel.Serializable))
        {
            connection.Execute("UPDATE a SET x = 1 WHERE id = 1");
            c.Commit();
        }
        """);

    [Fact]
    public Task An_async_method_gets_no_blocking_call_that_has_a_twin() => Rule.Fixes(
        """
        await using var t = connection.BeginTransaction([|deferred: true|]);
        await connection.ExecuteAsync(new CommandDefinition("UPDATE a SET x = 1 WHERE id = 1", transaction: t, cancellationToken: ct));
        await t.CommitAsync(ct);
        """,
        """
        await using var t = connection.BeginTransaction(deferred: false);
        await connection.ExecuteAsync(new CommandDefinition("UPDATE a SET x = 1 WHERE id = 1", transaction: t, cancellationToken: ct));
        await t.CommitAsync(ct);
        """);

    [Theory]
    [InlineData("""using var t = connection.BeginTransaction(IsolationLevel.ReadUncommitted, [|deferred: true|]); connection.Execute("INSERT INTO a VALUES (1)"); t.Commit();""")]
    [InlineData("""using var t = connection.BeginTransaction([|deferred: /* why */ true|]); connection.Execute("INSERT INTO a VALUES (1)"); t.Commit();""")]
    public Task A_level_that_defers_by_itself_and_a_comment_are_left(string source) => Rule.NoFix(source);
}
