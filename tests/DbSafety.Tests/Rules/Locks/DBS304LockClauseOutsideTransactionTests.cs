using DbSafety.Rules.Locks;
using DbSafety.Tests.Engine;
using Microsoft.CodeAnalysis;
using Xunit;

namespace DbSafety.Tests.Rules.Locks;

using Rule = Verify<DBS304LockClauseOutsideTransaction>;

public class DBS304LockClauseOutsideTransactionTests
{
    private const string Sql = "\"SELECT * FROM accounts WHERE id = @id FOR UPDATE\"";

    [Fact]
    public Task A_lock_on_a_connection_of_ones_own_is_reported() => Rule.Reports(
        """
        using var own = new NpgsqlConnection("");
        own.Open();
        using var select = new NpgsqlCommand([|"SELECT balance FROM Accounts WHERE id = @id FOR UPDATE"|], own);
        select.Parameters.AddWithValue("id", id);
        var balance = select.ExecuteScalar();
        using var update = new NpgsqlCommand("UPDATE accounts SET balance = 0", own);
        update.ExecuteNonQuery();
        """,
        "FOR UPDATE locks the rows of 'Accounts' until this statement ends, as no transaction is open; begin one, and run what needs the lock in it");

    [Theory]
    [InlineData("""await using var own = await source.OpenConnectionAsync(); await own.QueryAsync([|SQL|], new { id });""")]
    [InlineData("""var own = source.OpenConnection(); try { own.Query([|SQL|]); } finally { own.Dispose(); }""")]
    [InlineData("""using NpgsqlConnection own = new(""); SqlMapper.Query(sql: [|SQL|], cnn: own);""")]
    [InlineData("""using var own = new MySqlConnection(""); using var c = own.CreateCommand(); c.CommandText = [|SQL|]; using var r = c.ExecuteReader(CommandBehavior.SingleRow);""")]
    [InlineData("""using var own = new MySqlConnection(""); var c = new MySqlCommand { Connection = own, CommandText = [|SQL|] }; c.ExecuteReader();""")]
    [InlineData("""using var c = source.CreateCommand([|SQL|]); await c.ExecuteScalarAsync();""")]
    [InlineData("""await using var own = await source.OpenConnectionAsync(); await own.QueryAsync(new CommandDefinition([|SQL|], new { id }, transaction: null));""")]
    [InlineData("""using var own = new NpgsqlConnection(""); own.Query([|"SELECT * FROM a WHERE id = 1 FOR SHARE"|]);""")]
    [InlineData("""using var own = new NpgsqlConnection(""); own.Query([|"SELECT * FROM jobs WHERE s = 1 ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED"|]);""")]
    [InlineData("""using var own = new NpgsqlConnection(""); own.Query([|"WITH j AS (SELECT id FROM jobs FOR UPDATE SKIP LOCKED) SELECT * FROM j"|]);""")]
    [InlineData("""using var own = new MySqlConnection(""); own.Query([|"SELECT * FROM a WHERE id = 1 LOCK IN SHARE MODE"|]);""")]
    [InlineData("""using var own = new SqlConnection(""); own.Query([|"SELECT * FROM a WITH (UPDLOCK, ROWLOCK) WHERE id = 1"|]);""")]
    [InlineData("""using var own = new SqlConnection(""); own.Query([|"SELECT TOP 1 * FROM jobs WITH (XLOCK, READPAST)"|]);""")]
    [InlineData("""using (var own = source.OpenConnection()) { Action a = () => { using var mine = source.OpenConnection(); mine.Query([|SQL|]); }; a(); }""")]
    [InlineData("""async Task Local() { await using var own = await source.OpenConnectionAsync(); await own.QueryAsync([|SQL|]); } await Local();""")]
    public Task Every_way_to_run_it_is_reported(string source) =>
        Rule.Reports("await Task.Yield(); NpgsqlDataSource source = NpgsqlDataSource.Create(\"\");\n" + source.Replace("SQL|", Sql + "|"));

    [Fact]
    public Task After_the_transaction_has_ended_is_reported() => Rule.Reports(
        """
        using var own = new NpgsqlConnection("");
        own.Open();
        using (var tx = own.BeginTransaction())
        {
            own.Execute("UPDATE accounts SET x = 1");
            tx.Commit();
        }
        own.Query([|"SELECT * FROM accounts FOR UPDATE"|]);
        """);

    [Fact]
    public Task A_transaction_on_another_connection_does_not_help() => Rule.Reports(
        """
        using var own = new NpgsqlConnection("");
        using var other = new NpgsqlConnection("");
        own.Open();
        other.Open();
        using var tx = other.BeginTransaction();
        own.Query([|"SELECT * FROM accounts FOR UPDATE"|]);
        other.Execute("UPDATE accounts SET x = 1", transaction: tx);
        tx.Commit();
        """);

    [Fact]
    public Task A_connection_that_a_method_here_opens_is_ones_own() => Rule.Reports(
        """
        class Repository(NpgsqlDataSource source)
        {
            private async Task<NpgsqlConnection> OpenAsync() => await source.OpenConnectionAsync();
            public async Task<int> Lock(int id)
            {
                await using var own = await OpenAsync();
                return await own.QuerySingleAsync<int>([|"SELECT x FROM accounts WHERE id = @id FOR UPDATE"|], new { id });
            }
        }
        """);

    [Fact]
    public Task A_context_of_ones_own_is_reported() => Rule.Reports(
        """
        class Order { public int Id { get; set; } }
        class Store : DbContext { public DbSet<Order> Orders => Set<Order>(); }
        class Repository(IDbContextFactory<Store> contexts)
        {
            public async Task<Order> Lock(int id)
            {
                await using var context = await contexts.CreateDbContextAsync();
                return await context.Orders.FromSqlRaw([|"SELECT * FROM orders WHERE id = {0} FOR UPDATE"|], id).SingleAsync();
            }
        }
        """, new Setup { EditorConfig = "dbsafety.dialect = postgresql" });

    [Theory]
    [InlineData("class Repository(NpgsqlConnection connection)", "")]
    [InlineData("class Repository { public required NpgsqlConnection connection { get; init; }", "}")]
    [InlineData("class Repository { private readonly NpgsqlConnection connection = new();", "}")]
    public async Task Public_repository_methods_on_a_connection_from_outside_get_advice(string head, string tail)
    {
        var source = $$"""
            public {{head}}
            {{(tail == "" ? "{" : "")}}
                public void Freeze(int id) => connection.Execute([|"SELECT * FROM accounts WHERE id = @id FOR UPDATE"|], new { id });
                internal void Internal(int id) => connection.Execute("SELECT * FROM accounts WHERE id = @id FOR UPDATE", new { id });
                private void Private(int id) => connection.Execute("SELECT * FROM accounts WHERE id = @id FOR UPDATE", new { id });
            }
            """;
        await Rule.Reports(source,
            "FOR UPDATE locks the rows of 'accounts' until this statement ends unless a caller has begun a transaction; take the transaction as a parameter, or begin one");
        Assert.Equal(DiagnosticSeverity.Info, await Severity(source.Replace("[|", "").Replace("|]", "")));
    }

    [Theory]
    [InlineData("using var tx = own.BeginTransaction(); own.Query(SQL, transaction: tx); tx.Commit();")]
    [InlineData("using var tx = own.BeginTransaction(); own.Query(SQL);")]
    [InlineData("using var tx = own.BeginTransaction(); using var c = new NpgsqlCommand(SQL, own) { Transaction = tx }; c.ExecuteScalar();")]
    [InlineData("using var tx = id > 0 ? own.BeginTransaction() : null; own.Query(SQL);")]
    [InlineData("NpgsqlTransaction? tx = null; if (id > 0) { tx = own.BeginTransaction(); } own.Query(SQL);")]
    [InlineData("IDbTransaction tx = Begin(own); own.Query(SQL);")]
    [InlineData("Prepare(own); own.Query(SQL);")]
    [InlineData("own.Execute(\"BEGIN\"); own.Query(SQL); own.Execute(\"COMMIT\");")]
    [InlineData("own.Execute(\"START TRANSACTION\"); own.Query(SQL);")]
    [InlineData("own.Execute(name); own.Query(SQL);")]
    [InlineData("own.EnlistTransaction(null); own.Query(SQL);")]
    [InlineData("using var scope = new System.Transactions.TransactionScope(); own.Query(SQL);")]
    [InlineData("own.Query(SQL, transaction: Current);")]
    [InlineData("InTransaction(() => { using var c = new NpgsqlConnection(); c.Query(SQL); });")]
    [InlineData("own.Query(\"SELECT * FROM a FOR UPDATE NOWAIT\");")]
    [InlineData("own.Query(\"SELECT * FROM a FOR UPDATE; UPDATE a SET b = 1\");")]
    [InlineData("own.Query(\"BEGIN; SELECT * FROM a FOR UPDATE\");")]
    [InlineData("own.Query(\"UPDATE a SET b = 1 WHERE id = (SELECT id FROM a LIMIT 1 FOR UPDATE SKIP LOCKED)\");")]
    [InlineData("own.Query(\"WITH j AS (SELECT id FROM a FOR UPDATE), k AS (UPDATE a SET b = 1 FROM j RETURNING a.id) SELECT * FROM k\");")]
    [InlineData("own.Query(\"SELECT ' FOR UPDATE ' FROM a -- FOR UPDATE\");")]
    [InlineData("own.Query(\"SELECT * FROM a\");")]
    [InlineData("using var c = new NpgsqlCommand(SQL); Keep(c);")]
    [InlineData("using var wrapped = Shared(); wrapped.Query(SQL);")]
    [InlineData("using var held = Wrapper.Open(); held.Query(SQL);")]
    [InlineData("new SqlConnection().Query(SQL);")]
    public Task In_a_transaction_or_not_certainly_outside_is_silent(string source) => Rule.Silent(
        $$"""
        abstract class C
        {
            private protected abstract IDbTransaction Current();
            private protected abstract IDbTransaction Begin(IDbConnection connection);
            private protected abstract NpgsqlConnection Shared();
            private protected abstract void Prepare(IDbConnection connection);
            private protected abstract void Keep(IDbCommand command);
            private protected abstract void InTransaction(Action action);
            public void M(int id, string name)
            {
                using var own = new NpgsqlConnection("");
                own.Open();
                {{source.Replace("Current", "Current()").Replace("SQL", Sql)}}
            }
        }
        static class Wrapper
        {
            public static NpgsqlConnection Open() { var c = new NpgsqlConnection(); c.Open(); var t = c.BeginTransaction(); return c; }
        }
        """);

    [Theory]
    [InlineData("private readonly NpgsqlTransaction? _tx;", "")]
    [InlineData("public IDbTransaction? Tx { get; set; }", "")]
    [InlineData("", ", IDbTransaction? tx = null")]
    [InlineData("[Transactional]", "")]
    public Task Who_holds_a_transaction_knows(string member, string parameter) => Rule.Silent(
        $$"""
        class TransactionalAttribute : Attribute;
        public class Repository
        {
            {{member}}
            public void M(int id{{parameter}})
            {
                using var own = new NpgsqlConnection("");
                own.Query({{Sql}}, new { id });
            }
            public void N(NpgsqlConnection connection{{parameter}}) => connection.Query({{Sql}});
        }
        """.Replace("public void N", member.StartsWith('[') ? "[Transactional] public void N" : "public void N"));

    [Theory]
    [InlineData("using var scope = new System.Transactions.TransactionScope(); repository.Lock(1);")]
    [InlineData("using var scope = new System.Transactions.TransactionScope(); Between(repository);")]
    public Task An_ambient_transaction_of_a_caller_counts(string body) => Rule.Silent(
        $$"""
        public interface IRepository { void Lock(int id); }
        public class Repository : IRepository
        {
            public void Lock(int id)
            {
                using var own = new NpgsqlConnection("");
                own.Query({{Sql}}, new { id });
            }
        }
        public class Service
        {
            public void M(IRepository repository) { {{body}} }
            private void Between(IRepository repository) => repository.Lock(2);
        }
        """);

    [Fact]
    public Task A_caller_with_a_transaction_on_the_connection_it_passes_counts() => Rule.Silent(
        $$"""
        public class Repository
        {
            public void Lock(NpgsqlConnection connection) => connection.Query({{Sql}});
            public void Service(NpgsqlConnection connection) { using var tx = connection.BeginTransaction(); Lock(connection); tx.Commit(); }
        }
        """);

    [Fact]
    public async Task On_SQLite_it_is_a_syntax_error_wherever_it_runs()
    {
        const string Source = """using var tx = connection.BeginTransaction(); connection.Query([|"SELECT * FROM accounts FOR UPDATE"|], transaction: tx);""";
        await Rule.Reports(Source, "FOR UPDATE is a syntax error on SQLite; begin a transaction that is not deferred, which locks the database");
        Assert.Equal(DiagnosticSeverity.Error, await Severity(Source.Replace("[|", "").Replace("|]", "")));
        await Rule.Silent("""connection.Query("SELECT * FROM accounts");""");
    }

    [Fact]
    public Task A_test_that_expects_the_error_is_silent() => Rule.Silent(
        """
        static class Assert { public static void Throws<T>(Action action) { } }
        class Tests { void M(SqliteConnection connection) => Assert.Throws<SqliteException>(() => connection.Query("SELECT * FROM accounts FOR UPDATE")); }
        """);

    [Fact]
    public Task Without_a_known_dialect_is_silent() => Rule.Silent(
        $$"""
        class C { public void M(DbProviderFactory factory) { using var own = factory.CreateConnection()!; own.Query({{Sql}}); } }
        """);

    [Fact]
    public Task Top_level_statements_are_bodies_too() => Rule.Reports(
        """
        using var own = new NpgsqlConnection("");
        own.Open();
        own.Query([|"SELECT * FROM accounts FOR UPDATE"|]);
        """, new Setup { TopLevel = true });

    private static async Task<DiagnosticSeverity> Severity(string source)
    {
        var document = await TestProject.Of(TestProject.Complete(source, Setup.Default), Setup.Default);
        return (await TestProject.Analyze(document.Project, [new DBS304LockClauseOutsideTransaction()])).Single().Severity;
    }
}
