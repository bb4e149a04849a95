using DbSafety.Rules.Transactions;
using DbSafety.Tests.Engine;
using Xunit;

namespace DbSafety.Tests.Rules.Transactions;

public class DBS204CommandNotEnlistedTests
{
    /// <summary>The library is not referenced here; this much of it is what the rule looks at.</summary>
    private const string Spanner = """
        namespace Google.Cloud.Spanner.Data;
        public sealed class SpannerConnection : System.Data.Common.DbConnection
        {
            public override string ConnectionString { get; set; } = "";
            public override string Database => "";
            public override string DataSource => "";
            public override string ServerVersion => "";
            public override System.Data.ConnectionState State => default;
            public override void ChangeDatabase(string databaseName) { }
            public override void Close() { }
            public override void Open() { }
            protected override System.Data.Common.DbTransaction BeginDbTransaction(System.Data.IsolationLevel isolationLevel) => null!;
            protected override System.Data.Common.DbCommand CreateDbCommand() => null!;
            public new SpannerTransaction BeginTransaction() => null!;
            public System.Threading.Tasks.Task<SpannerTransaction> BeginTransactionAsync() => null!;
            public SpannerCommand CreateDmlCommand(string dmlStatement) => null!;
            public SpannerCommand CreateSelectCommand(string sqlQueryStatement) => null!;
            public SpannerCommand CreateDdlCommand(string ddlStatement) => null!;
            public System.Threading.Tasks.Task RunWithRetriableTransactionAsync(System.Func<SpannerTransaction, System.Threading.Tasks.Task> work) => null!;
        }
        public sealed class SpannerTransaction : System.Data.Common.DbTransaction
        {
            public override System.Data.IsolationLevel IsolationLevel => default;
            protected override System.Data.Common.DbConnection? DbConnection => null;
            public override void Commit() { }
            public override void Rollback() { }
        }
        public sealed class TimestampBound { public static TimestampBound Strong => null!; }
        public sealed class SpannerCommand : System.Data.Common.DbCommand
        {
            public override string CommandText { get; set; } = "";
            public override int CommandTimeout { get; set; }
            public override System.Data.CommandType CommandType { get; set; }
            public override bool DesignTimeVisible { get; set; }
            public override System.Data.UpdateRowSource UpdatedRowSource { get; set; }
            protected override System.Data.Common.DbConnection? DbConnection { get; set; }
            protected override System.Data.Common.DbParameterCollection DbParameterCollection => null!;
            protected override System.Data.Common.DbTransaction? DbTransaction { get; set; }
            public override void Cancel() { }
            public override int ExecuteNonQuery() => 0;
            public override object? ExecuteScalar() => null;
            public System.Data.Common.DbDataReader ExecuteReader(TimestampBound bound) => null!;
            public override void Prepare() { }
            protected override System.Data.Common.DbParameter CreateDbParameter() => null!;
            protected override System.Data.Common.DbDataReader ExecuteDbDataReader(System.Data.CommandBehavior behavior) => null!;
        }
        """;

    private static readonly Setup WithSpanner = Setup.Default with { Sources = [Spanner] };

    private static string Method(string body, string types = "SqlConnection c, SqlConnection other", string members = "") => $$"""
        class C
        {
            {{members}}
            async Task M({{types}}, bool flag)
            {
                await Task.Yield();
                {{body}}
            }
        }
        """;

    [Fact]
    public Task A_command_that_is_given_no_transaction_is_reported() => Verify<DBS204CommandNotEnlisted>.Fixes(
        """
        using var tx = connection.BeginTransaction();
        using var command = [|new SqliteCommand("DELETE FROM t WHERE id = $id", connection)|]; // the old ones
        command.Parameters.AddWithValue("$id", id);
        command.ExecuteNonQuery();
        tx.Commit();
        """,
        """
        using var tx = connection.BeginTransaction();
        using var command = new SqliteCommand("DELETE FROM t WHERE id = $id", connection, tx); // the old ones
        command.Parameters.AddWithValue("$id", id);
        command.ExecuteNonQuery();
        tx.Commit();
        """);

    [Fact]
    public Task The_message_names_connection_and_transaction() => Verify<DBS204CommandNotEnlisted>.Reports(
        """
        using var tx = connection.BeginTransaction();
        [|new SqliteCommand("DELETE FROM t", connection)|].ExecuteNonQuery();
        tx.Commit();
        """,
        "This runs on 'connection' without its open transaction 'tx', which throws; pass it");

    [Theory]
    [InlineData("SqliteConnection", "using SqliteCommand command = [|new(\"DELETE FROM t\", c)|]; command.ExecuteNonQuery();", "using SqliteCommand command = new(\"DELETE FROM t\", c, tx); command.ExecuteNonQuery();")]
    [InlineData("SqlConnection", "using var command = [|new SqlCommand(connection: c, cmdText: \"DELETE FROM t\")|]; command.ExecuteNonQuery();", "using var command = new SqlCommand(connection: c, cmdText: \"DELETE FROM t\", transaction: tx); command.ExecuteNonQuery();")]
    [InlineData("SqlConnection", "using var command = [|new SqlCommand { Connection = c, CommandText = \"DELETE FROM t\" }|]; command.ExecuteNonQuery();", "using var command = new SqlCommand { Connection = c, CommandText = \"DELETE FROM t\", Transaction = tx }; command.ExecuteNonQuery();")]
    [InlineData("SqlConnection", "using SqlCommand command = [|new() { Connection = c, CommandText = \"DELETE FROM t\" }|]; await command.ExecuteNonQueryAsync();", "using SqlCommand command = new() { Connection = c, CommandText = \"DELETE FROM t\", Transaction = tx }; await command.ExecuteNonQueryAsync();")]
    [InlineData("SqlConnection", "using var command = [|new SqlCommand(\"DELETE FROM t\", c) { CommandTimeout = 9 }|]; command.ExecuteNonQuery();", "using var command = new SqlCommand(\"DELETE FROM t\", c, tx) { CommandTimeout = 9 }; command.ExecuteNonQuery();")]
    [InlineData("MySqlConnection", "using var command = [|new MySqlCommand(\"DELETE FROM t\", c)|]; using var reader = await command.ExecuteReaderAsync();", "using var command = new MySqlCommand(\"DELETE FROM t\", c, tx); using var reader = await command.ExecuteReaderAsync();")]
    [InlineData("MySqlConnection", "using var command = [|c.CreateCommand()|]; command.CommandText = \"DELETE FROM t\"; command.ExecuteNonQuery();", "using var command = c.CreateCommand(); command.Transaction = tx; command.CommandText = \"DELETE FROM t\"; command.ExecuteNonQuery();")]
    [InlineData("MySqlConnection", "using (var command = [|c.CreateCommand()|]) { command.CommandText = \"DELETE FROM t\"; command.ExecuteNonQuery(); }", "using (var command = c.CreateCommand()) { command.Transaction = tx; command.CommandText = \"DELETE FROM t\"; command.ExecuteNonQuery(); }")]
    [InlineData("SqlConnection", "foreach (var i in new[] { 1 }) { using var command = [|new SqlCommand(\"DELETE FROM t\", tx.Connection)|]; command.ExecuteNonQuery(); command.ExecuteNonQuery(); }", "foreach (var i in new[] { 1 }) { using var command = new SqlCommand(\"DELETE FROM t\", tx.Connection, tx); command.ExecuteNonQuery(); command.ExecuteNonQuery(); }")]
    [InlineData("MySqlConnection", "[|c.Execute(\"DELETE FROM t\")|];", "c.Execute(\"DELETE FROM t\", transaction: tx);")]
    [InlineData("MySqlConnection", "await [|c.ExecuteAsync(\"DELETE FROM t WHERE i = @i\", new { i = 1 })|];", "await c.ExecuteAsync(\"DELETE FROM t WHERE i = @i\", new { i = 1 }, tx);")]
    [InlineData("SqlConnection", "await [|SqlMapper.ExecuteAsync(c, \"DELETE FROM t\", commandTimeout: 5)|];", "await SqlMapper.ExecuteAsync(c, \"DELETE FROM t\", commandTimeout: 5, transaction: tx);")]
    [InlineData("SqlConnection", "await c.ExecuteAsync([|new CommandDefinition(\"DELETE FROM t\", commandTimeout: 5)|]);", "await c.ExecuteAsync(new CommandDefinition(\"DELETE FROM t\", commandTimeout: 5, transaction: tx));")]
    [InlineData("SqlConnection", "var rows = (await [|c.QueryAsync<int>(sql: \"SELECT i FROM t\", param: null)|]).ToList();", "var rows = (await c.QueryAsync<int>(sql: \"SELECT i FROM t\", param: null, transaction: tx)).ToList();")]
    [InlineData("SqlConnection", "var rows = [|tx.Connection.Query<int>(\"SELECT i FROM t\")|];", "var rows = tx.Connection.Query<int>(\"SELECT i FROM t\", transaction: tx);")]
    public Task Each_form_is_fixed_in_its_own_way(string connection, string before, string after) => Verify<DBS204CommandNotEnlisted>.Fixes(
        Method($"using var tx = c.BeginTransaction();\n        {before}\n        tx.Commit();", connection + " c"),
        Method($"using var tx = c.BeginTransaction();\n        {after}\n        tx.Commit();", connection + " c"),
        Setup.Default with { EitherNullable = false });

    [Fact]
    public Task A_long_argument_list_and_an_initializer_keep_their_lines() => Verify<DBS204CommandNotEnlisted>.Fixes(
        """
        using var tx = connection.BeginTransaction();
        using var a = [|new SqliteCommand(
            "DELETE FROM t",
            connection)|];
        a.ExecuteNonQuery();
        using var b = [|new SqliteCommand
        {
            Connection = connection, // the one
            CommandText = "DELETE FROM u"
        }|];
        b.ExecuteNonQuery();
        tx.Commit();
        """,
        """
        using var tx = connection.BeginTransaction();
        using var a = new SqliteCommand(
            "DELETE FROM t",
            connection,
            tx);
        a.ExecuteNonQuery();
        using var b = new SqliteCommand
        {
            Connection = connection, // the one
            CommandText = "DELETE FROM u",
            Transaction = tx
        };
        b.ExecuteNonQuery();
        tx.Commit();
        """);

    [Fact]
    public Task A_command_that_is_older_than_the_transaction_gets_it_before_it_runs() => Verify<DBS204CommandNotEnlisted>.Fixes(
        """
        using var a = connection.CreateCommand();
        a.CommandText = "DELETE FROM t";
        using var b = new SqliteCommand("DELETE FROM u", connection);
        b.ExecuteNonQuery();
        using var tx = connection.BeginTransaction();
        [|a.ExecuteNonQuery()|];
        if (id > 0)
            [|b.ExecuteNonQuery()|];
        tx.Commit();
        """,
        """
        using var a = connection.CreateCommand();
        a.CommandText = "DELETE FROM t";
        using var b = new SqliteCommand("DELETE FROM u", connection);
        b.ExecuteNonQuery();
        using var tx = connection.BeginTransaction();
        a.Transaction = tx;
        a.ExecuteNonQuery();
        if (id > 0)
        {
            b.Transaction = tx;
            b.ExecuteNonQuery();
        }
        tx.Commit();
        """);

    [Fact]
    public Task What_begins_where_the_connection_is_of_the_base_type_is_reported_when_it_is_seen_which_it_is() => Verify<DBS204CommandNotEnlisted>.Reports(
        """
        class C
        {
            void M()
            {
                using DbConnection c = new MySqlConnection("Server=db");
                c.Open();
                using var tx = c.BeginTransaction();
                [|c.Execute("DELETE FROM t")|];
                tx.Commit();
            }
        }
        """);

    [Theory]
    [InlineData("class C(SqlConnection c) { void M() { using var tx = c.BeginTransaction(); [|c.Execute(\"DELETE FROM t\")|]; tx.Commit(); } }")]
    [InlineData("partial class C { readonly SqlConnection _c = new(); } partial class C { void M() { using var tx = this._c.BeginTransaction(); [|_c.Execute(\"DELETE FROM t\")|]; tx.Commit(); } }")]
    [InlineData("class C { Func<SqlConnection, Task> F = async c => { using var tx = c.BeginTransaction(); await [|c.ExecuteAsync(\"DELETE FROM t\")|]; tx.Commit(); }; }")]
    [InlineData("class C { void M(SqlConnection c) { Run(); void Run() { using var tx = c.BeginTransaction(); [|c.Execute(\"DELETE FROM t\")|]; tx.Commit(); } } }")]
    [InlineData("class C { IEnumerable<int> M(SqlConnection c) { using var tx = c.BeginTransaction(); foreach (var i in [|c.Query<int>(\"SELECT i FROM t\")|]) { yield return i; } tx.Commit(); } }")]
    [InlineData("class C { void M(SqlConnection c) { var tx = c.BeginTransaction(); try { [|c.Execute(\"DELETE FROM t\")|]; tx.Commit(); } finally { tx.Dispose(); } } }")]
    [InlineData("class C { void M(SqlConnection c) { using var tx = c.BeginTransaction(); SqlCommand d = [|c.CreateCommand()|]; d.CommandText = \"DELETE FROM t\"; using (d) { d.ExecuteNonQuery(); } tx.Commit(); } }")]
    [InlineData("#nullable disable\nclass C { void M(SqlConnection c) { using var tx = c.BeginTransaction(); using var d = [|new SqlCommand()|]; d.Connection = c;\n#if !DEBUG\n d.CommandText = \"DELETE FROM t\";\n#endif\n d.ExecuteNonQuery(); tx.Commit(); } }")]
    public Task Wherever_both_are_in_one_body_it_is_reported(string source) => Verify<DBS204CommandNotEnlisted>.Reports(source);

    [Fact]
    public Task Parameters_that_a_helper_adds_change_nothing() => Verify<DBS204CommandNotEnlisted>.Reports(Method(
        """
        using var tx = c.BeginTransaction();
        using var command = [|new SqlCommand("DELETE FROM t WHERE i = @i", c)|];
        Add(command, 5);
        command.ExecuteNonQuery();
        tx.Commit();
        """,
        members: "static void Add(SqlCommand command, int i) { var p = command.CreateParameter(); p.Value = i; command.Parameters.Add(p); }"));

    [Theory]
    [InlineData("using var tx = c.BeginTransaction(); using var command = new SqlCommand(\"DELETE FROM t\", c, tx); command.ExecuteNonQuery();")]
    [InlineData("using var tx = c.BeginTransaction(); using var command = new SqlCommand(\"DELETE FROM t\", c); command.Transaction = tx; command.ExecuteNonQuery();")]
    [InlineData("using var tx = c.BeginTransaction(); using var command = new SqlCommand(\"DELETE FROM t\", c) { Transaction = tx }; command.ExecuteNonQuery();")]
    [InlineData("using var tx = c.BeginTransaction(); using var command = c.CreateCommand(); Enlist(command, tx); command.ExecuteNonQuery();")]
    [InlineData("using var tx = c.BeginTransaction(); using var command = c.CreateCommand(); Both(command); command.ExecuteNonQuery();")]
    [InlineData("using var tx = c.BeginTransaction(); using var command = c.CreateCommand(); ((IDbCommand)command).Transaction = tx; command.ExecuteNonQuery();")]
    [InlineData("using var tx = c.BeginTransaction(); using var command = c.CreateCommand(); var alias = command; alias.Transaction = tx; command.ExecuteNonQuery();")]
    [InlineData("using var tx = c.BeginTransaction(); using var command = Make(c, tx); command.ExecuteNonQuery();")]
    [InlineData("using var tx = c.BeginTransaction(); _command.ExecuteNonQuery();")]
    [InlineData("using var tx = c.BeginTransaction(); using var command = new SqlCommand(\"DELETE FROM t\", other); command.ExecuteNonQuery();")]
    [InlineData("using var tx = c.BeginTransaction(); other.Execute(\"DELETE FROM t\");")]
    [InlineData("using var tx = c.BeginTransaction(); c.Execute(\"DELETE FROM t\", null, tx);")]
    [InlineData("using var tx = c.BeginTransaction(); c.Execute(new CommandDefinition(\"DELETE FROM t\", transaction: tx));")]
    [InlineData("using var tx = c.BeginTransaction(); c.Execute(\"DELETE FROM t\", transaction: flag ? tx : null);")]
    [InlineData("using var tx = c.BeginTransaction(); tx.Commit(); c.Execute(\"DELETE FROM t\");")]
    [InlineData("using (var tx = c.BeginTransaction()) { tx.Commit(); } c.Execute(\"DELETE FROM t\");")]
    [InlineData("using var tx = flag ? c.BeginTransaction() : null; c.Execute(\"DELETE FROM t\");")]
    [InlineData("using var tx = c.BeginTransaction(); if (flag) { tx.Rollback(); } c.Execute(\"DELETE FROM t\");")]
    [InlineData("using var tx = c.BeginTransaction(); Finish(tx); c.Execute(\"DELETE FROM t\");")]
    [InlineData("using var tx = c.BeginTransaction(); try { c.Execute(\"DELETE FROM t\", transaction: tx); } catch { c.Execute(\"INSERT INTO log (a) VALUES (1)\"); throw; }")]
    [InlineData("using var tx = c.BeginTransaction(); void Later() => c.Execute(\"DELETE FROM t\"); tx.Commit(); Later();")]
    [InlineData("using var tx = c.BeginTransaction(); c = other; c.Execute(\"DELETE FROM t\");")]
    [InlineData("_tx = c.BeginTransaction(); c.Execute(\"DELETE FROM t\");")]
    public Task A_command_with_its_transaction_or_where_that_is_not_certain_is_not_reported(string body) => Verify<DBS204CommandNotEnlisted>.Silent(Method(
        body,
        members: """
            SqlCommand _command = new(); SqlTransaction? _tx;
            static void Enlist(SqlCommand command, SqlTransaction tx) => command.Transaction = tx;
            void Both(SqlCommand command) => Enlist(command, _tx!);
            static SqlCommand Make(SqlConnection c, SqlTransaction tx) => new("DELETE FROM t", c, tx);
            static void Finish(SqlTransaction tx) => tx.Commit();
            """));

    [Theory]
    [InlineData("NpgsqlConnection c", "c.Execute(\"DELETE FROM t\"); using var command = new NpgsqlCommand(\"DELETE FROM t\", c); command.ExecuteNonQuery();")]
    [InlineData("SqliteConnection c", "c.Execute(\"DELETE FROM t\"); using var command = c.CreateCommand(); command.CommandText = \"DELETE FROM t\"; command.ExecuteNonQuery();")]
    [InlineData("System.Data.SQLite.SQLiteConnection c", "c.Execute(\"DELETE FROM t\"); using var command = new System.Data.SQLite.SQLiteCommand(\"DELETE FROM t\", c); command.ExecuteNonQuery();")]
    [InlineData("DbConnection c", "c.Execute(\"DELETE FROM t\"); using var command = c.CreateCommand(); command.CommandText = \"DELETE FROM t\"; command.ExecuteNonQuery();")]
    [InlineData("IDbConnection c", "c.Execute(\"DELETE FROM t\");")]
    [InlineData("DbContext c", "c.Database.ExecuteSqlRaw(\"DELETE FROM t\"); c.SaveChanges();")]
    public Task Providers_that_do_not_mind_or_are_not_known_are_not_reported(string parameter, string body) => Verify<DBS204CommandNotEnlisted>.Silent(Method(
        $"using var tx = {(parameter.StartsWith("DbContext", StringComparison.Ordinal) ? "c.Database" : "c")}.BeginTransaction(); {body} tx.Commit();", parameter));

    [Theory]
    [InlineData("var text = \"Server=db;Ignore Command Transaction=true\";")]
    [InlineData("var builder = new MySqlConnectionStringBuilder { IgnoreCommandTransaction = true };")]
    public Task A_program_that_tells_MySqlConnector_not_to_mind_is_not_reported(string said) => Verify<DBS204CommandNotEnlisted>.Silent(
        Method($"{said} using var tx = c.BeginTransaction(); c.Execute(\"DELETE FROM t\"); tx.Commit();", "MySqlConnection c"));

    [Fact]
    public Task Spanner_runs_it_outside() => Verify<DBS204CommandNotEnlisted>.Fixes(
        """
        using Google.Cloud.Spanner.Data;
        class C
        {
            async Task M(SpannerConnection c)
            {
                using var tx = await c.BeginTransactionAsync();
                var command = [|c.CreateDmlCommand("DELETE FROM t WHERE true")|];
                command.ExecuteNonQuery();
                c.CreateDdlCommand("DROP TABLE t").ExecuteNonQuery();
                c.CreateSelectCommand("SELECT 1").ExecuteReader(TimestampBound.Strong);
                tx.Commit();
            }

            Task Retried(SpannerConnection c) =>
                c.RunWithRetriableTransactionAsync(async work =>
                {
                    var inside = [|c.CreateSelectCommand("SELECT 1")|];
                    inside.ExecuteScalar();
                    var right = c.CreateSelectCommand("SELECT 2");
                    right.Transaction = work;
                    await right.ExecuteScalarAsync();
                });
        }
        """,
        """
        using Google.Cloud.Spanner.Data;
        class C
        {
            async Task M(SpannerConnection c)
            {
                using var tx = await c.BeginTransactionAsync();
                var command = c.CreateDmlCommand("DELETE FROM t WHERE true");
                command.Transaction = tx;
                command.ExecuteNonQuery();
                c.CreateDdlCommand("DROP TABLE t").ExecuteNonQuery();
                c.CreateSelectCommand("SELECT 1").ExecuteReader(TimestampBound.Strong);
                tx.Commit();
            }

            Task Retried(SpannerConnection c) =>
                c.RunWithRetriableTransactionAsync(async work =>
                {
                    var inside = c.CreateSelectCommand("SELECT 1");
                    inside.Transaction = work;
                    inside.ExecuteScalar();
                    var right = c.CreateSelectCommand("SELECT 2");
                    right.Transaction = work;
                    await right.ExecuteScalarAsync();
                });
        }
        """,
        WithSpanner);

    [Fact]
    public Task On_Spanner_it_is_an_error_and_says_why() => Verify<DBS204CommandNotEnlisted>.Reports(
        """
        using Google.Cloud.Spanner.Data;
        class C
        {
            void M(SpannerConnection c)
            {
                using var tx = c.BeginTransaction();
                [|c.CreateDmlCommand("DELETE FROM t WHERE true")|].ExecuteNonQuery();
                tx.Commit();
            }
        }
        """,
        WithSpanner,
        "This runs on 'c' without its open transaction 'tx', so that a rollback does not undo it; pass it");

    [Fact]
    public Task Under_EF_Core_the_command_beside_it_gets_the_transaction_behind_it() => Verify<DBS204CommandNotEnlisted>.Fixes(
        """
        using System.Threading.Tasks;
        using Microsoft.Data.Sqlite;
        using Microsoft.EntityFrameworkCore;

        class C
        {
            async Task M(DbContext context)
            {
                await using var tx = await context.Database.BeginTransactionAsync();
                using var command = [|new SqliteCommand("DELETE FROM t", (SqliteConnection)context.Database.GetDbConnection())|];
                await command.ExecuteNonQueryAsync();
                await tx.CommitAsync();
            }
        }
        """,
        """
        using System.Threading.Tasks;
        using Microsoft.Data.Sqlite;
        using Microsoft.EntityFrameworkCore;
        using Microsoft.EntityFrameworkCore.Storage;

        class C
        {
            async Task M(DbContext context)
            {
                await using var tx = await context.Database.BeginTransactionAsync();
                using var command = new SqliteCommand("DELETE FROM t", (SqliteConnection)context.Database.GetDbConnection(), (SqliteTransaction)tx.GetDbTransaction());
                await command.ExecuteNonQueryAsync();
                await tx.CommitAsync();
            }
        }
        """,
        new Setup { References = References.SqliteEf, Usings = false });

    [Fact]
    public Task The_transaction_of_a_context_in_a_variable_of_ADO_NET_is_passed_as_it_is() => Verify<DBS204CommandNotEnlisted>.Fixes(
        """
        using Microsoft.Data.Sqlite;
        using Microsoft.EntityFrameworkCore;
        using Microsoft.EntityFrameworkCore.Storage;

        class C
        {
            void M(DbContext context)
            {
                using var tx = context.Database.BeginTransaction().GetDbTransaction();
                using var command = [|new SqliteCommand("DELETE FROM t", (SqliteConnection)context.Database.GetDbConnection())|];
                command.ExecuteNonQuery();
                tx.Commit();
            }
        }
        """,
        """
        using Microsoft.Data.Sqlite;
        using Microsoft.EntityFrameworkCore;
        using Microsoft.EntityFrameworkCore.Storage;

        class C
        {
            void M(DbContext context)
            {
                using var tx = context.Database.BeginTransaction().GetDbTransaction();
                using var command = new SqliteCommand("DELETE FROM t", (SqliteConnection)context.Database.GetDbConnection(), (SqliteTransaction)tx);
                command.ExecuteNonQuery();
                tx.Commit();
            }
        }
        """,
        new Setup { References = References.SqliteEf, Usings = false });

    [Fact]
    public Task Top_level_statements_are_read_too() => Verify<DBS204CommandNotEnlisted>.Reports(
        """
        using var c = new SqlConnection("Server=db");
        c.Open();
        using var tx = c.BeginTransaction();
        [|c.Execute("DELETE FROM t")|];
        tx.Commit();
        """,
        Setup.Default with { TopLevel = true });

    [Fact]
    public Task A_method_that_is_given_both_is_fixed() => Verify<DBS204CommandNotEnlisted>.Fixes(
        """
        class C
        {
            static async Task AddAsync(SqlConnection connection, SqlTransaction transaction, int id)
            {
                await using var header = new SqlCommand("INSERT INTO orders (id) VALUES (@id)", connection, transaction);
                header.Parameters.AddWithValue("@id", id);
                await header.ExecuteNonQueryAsync();
                await using var line = [|new SqlCommand("INSERT INTO lines (id) VALUES (@id)", connection)|];
                line.Parameters.AddWithValue("@id", id);
                await line.ExecuteNonQueryAsync();
                await line.ExecuteNonQueryAsync();
                await [|connection.ExecuteAsync("DELETE FROM carts WHERE id = @id", new { id })|];
            }
        }
        """,
        """
        class C
        {
            static async Task AddAsync(SqlConnection connection, SqlTransaction transaction, int id)
            {
                await using var header = new SqlCommand("INSERT INTO orders (id) VALUES (@id)", connection, transaction);
                header.Parameters.AddWithValue("@id", id);
                await header.ExecuteNonQueryAsync();
                await using var line = new SqlCommand("INSERT INTO lines (id) VALUES (@id)", connection, transaction);
                line.Parameters.AddWithValue("@id", id);
                await line.ExecuteNonQueryAsync();
                await line.ExecuteNonQueryAsync();
                await connection.ExecuteAsync("DELETE FROM carts WHERE id = @id", new { id }, transaction);
            }
        }
        """);

    [Fact]
    public Task A_transaction_that_is_given_is_not_said_to_be_open() => Verify<DBS204CommandNotEnlisted>.Reports(
        """
        class C { void M(SqlConnection c, SqlTransaction tx) { [|c.Execute("DELETE FROM t")|]; } }
        """,
        "This runs on 'c' without its transaction 'tx', which throws; pass it");

    [Theory]
    [InlineData("class C { void M(SqlConnection c, SqlTransaction tx) { using var d = [|c.CreateCommand()|]; d.CommandText = \"DELETE FROM t\"; d.ExecuteNonQuery(); } }", "class C { void M(SqlConnection c, SqlTransaction tx) { using var d = c.CreateCommand(); d.Transaction = tx; d.CommandText = \"DELETE FROM t\"; d.ExecuteNonQuery(); } }")]
    [InlineData("class C { void M(SqlTransaction tx) { using var d = [|new SqlCommand(\"DELETE FROM t\", tx.Connection)|]; d.ExecuteNonQuery(); } }", "class C { void M(SqlTransaction tx) { using var d = new SqlCommand(\"DELETE FROM t\", tx.Connection, tx); d.ExecuteNonQuery(); } }")]
    [InlineData("class C { void M(MySqlTransaction tx) { var c = tx.Connection!; [|c.Execute(\"DELETE FROM t\")|]; } }", "class C { void M(MySqlTransaction tx) { var c = tx.Connection!; c.Execute(\"DELETE FROM t\", transaction: tx); } }")]
    [InlineData("class C { void M(SqliteConnection c, SqliteTransaction tx) { using var d = [|new SqliteCommand(\"DELETE FROM t\", c)|]; d.ExecuteNonQuery(); c.Execute(\"DELETE FROM t\"); } }", "class C { void M(SqliteConnection c, SqliteTransaction tx) { using var d = new SqliteCommand(\"DELETE FROM t\", c, tx); d.ExecuteNonQuery(); c.Execute(\"DELETE FROM t\"); } }")]
    [InlineData("class C { void M(MySqlConnection c, DbTransaction tx) { using var d = [|new MySqlCommand(\"DELETE FROM t\", c)|]; d.ExecuteNonQuery(); } }", "class C { void M(MySqlConnection c, DbTransaction tx) { using var d = new MySqlCommand(\"DELETE FROM t\", c, (MySqlTransaction)tx); d.ExecuteNonQuery(); } }")]
    [InlineData("class C { void M(SqlConnection c, SqlTransaction tx) => [|c.Execute(\"DELETE FROM t\", null, null)|]; }", "class C { void M(SqlConnection c, SqlTransaction tx) => c.Execute(\"DELETE FROM t\", null, tx); }")]
    [InlineData("class C { void M(MySqlConnection c, MySqlTransaction tx) { using var d = [|new MySqlCommand(\"DELETE FROM t\", c, null)|]; d.ExecuteNonQuery(); } }", "class C { void M(MySqlConnection c, MySqlTransaction tx) { using var d = new MySqlCommand(\"DELETE FROM t\", c, tx); d.ExecuteNonQuery(); } }")]
    [InlineData("class C { Task M(SqlConnection c, SqlTransaction? tx = null) => [|c.ExecuteAsync(\"DELETE FROM t\")|]; }", "class C { Task M(SqlConnection c, SqlTransaction? tx = null) => c.ExecuteAsync(\"DELETE FROM t\", transaction: tx); }")]
    [InlineData("class C { void M(SqlConnection c, SqlTransaction tx) { if (tx is null) throw new ArgumentNullException(nameof(tx)); ArgumentNullException.ThrowIfNull(c); tx.Save(\"a\"); [|c.Execute(\"DELETE FROM t\")|]; Also(c, tx); } void Also(SqlConnection c, SqlTransaction tx) { c.Execute(\"DELETE FROM t\", transaction: tx); } }", "class C { void M(SqlConnection c, SqlTransaction tx) { if (tx is null) throw new ArgumentNullException(nameof(tx)); ArgumentNullException.ThrowIfNull(c); tx.Save(\"a\"); c.Execute(\"DELETE FROM t\", transaction: tx); Also(c, tx); } void Also(SqlConnection c, SqlTransaction tx) { c.Execute(\"DELETE FROM t\", transaction: tx); } }")]
    [InlineData("class C { Func<SqlConnection, SqlTransaction, Task> F = async (c, tx) => await [|c.ExecuteAsync(\"DELETE FROM t\")|]; }", "class C { Func<SqlConnection, SqlTransaction, Task> F = async (c, tx) => await c.ExecuteAsync(\"DELETE FROM t\", transaction: tx); }")]
    [InlineData("class C { void M() { void Run(SqlConnection c, SqlTransaction tx) => [|c.Execute(\"DELETE FROM t\")|]; } }", "class C { void M() { void Run(SqlConnection c, SqlTransaction tx) => c.Execute(\"DELETE FROM t\", transaction: tx); } }")]
    [InlineData("class C(SqlConnection c, SqlTransaction tx) { void A() => c.Execute(\"DELETE FROM t\", null, tx); void B() => [|c.Execute(\"DELETE FROM u\")|]; }", "class C(SqlConnection c, SqlTransaction tx) { void A() => c.Execute(\"DELETE FROM t\", null, tx); void B() => c.Execute(\"DELETE FROM u\", transaction: tx); }")]
    [InlineData("class C { readonly SqlConnection _c; readonly SqlTransaction _tx; public C(SqlConnection c) { _c = c; _tx = c.BeginTransaction(); } void A() => _c.Execute(\"DELETE FROM t\", null, _tx); void B() => [|this._c.Execute(\"DELETE FROM u\")|]; void Commit() => _tx.Commit(); void Dispose() { _tx.Dispose(); _c.Dispose(); } }", "class C { readonly SqlConnection _c; readonly SqlTransaction _tx; public C(SqlConnection c) { _c = c; _tx = c.BeginTransaction(); } void A() => _c.Execute(\"DELETE FROM t\", null, _tx); void B() => this._c.Execute(\"DELETE FROM u\", transaction: _tx); void Commit() => _tx.Commit(); void Dispose() { _tx.Dispose(); _c.Dispose(); } }")]
    [InlineData("class C { SqlConnection Connection { get; } SqlTransaction Transaction { get; } public C(SqlTransaction tx) { Transaction = tx; Connection = tx.Connection; } void A() { using var d = Connection.CreateCommand(); d.Transaction = Transaction; d.CommandText = \"DELETE FROM t\"; d.ExecuteNonQuery(); } void B() { using var d = [|new SqlCommand(\"DELETE FROM t\", Connection)|]; d.ExecuteNonQuery(); } }", "class C { SqlConnection Connection { get; } SqlTransaction Transaction { get; } public C(SqlTransaction tx) { Transaction = tx; Connection = tx.Connection; } void A() { using var d = Connection.CreateCommand(); d.Transaction = Transaction; d.CommandText = \"DELETE FROM t\"; d.ExecuteNonQuery(); } void B() { using var d = new SqlCommand(\"DELETE FROM t\", Connection, Transaction); d.ExecuteNonQuery(); } }")]
    public Task What_comes_with_the_connection_is_passed(string before, string after) =>
        Verify<DBS204CommandNotEnlisted>.Fixes(before, after, Setup.Default with { EitherNullable = false });

    [Theory]
    [InlineData("void M(SqlConnection c, SqlTransaction tx) { c.Execute(\"DELETE FROM t\", transaction: tx); using var d = new SqlCommand(\"DELETE FROM t\", c, tx); d.ExecuteNonQuery(); }")]
    [InlineData("void M(SqlConnection c, SqlTransaction? tx) { if (tx == null) { c.Execute(\"DELETE FROM t\"); } else { c.Execute(\"DELETE FROM t\", transaction: tx); } }")]
    [InlineData("void M(SqlConnection c, SqlTransaction? tx = null) { if (tx is not null) { c.Execute(\"DELETE FROM t\", transaction: tx); return; } c.Execute(\"DELETE FROM t\"); }")]
    [InlineData("void M(SqlConnection c, SqlTransaction? tx) { var own = tx ?? c.BeginTransaction(); c.Execute(\"DELETE FROM t\"); }")]
    [InlineData("void M(SqlConnection c, SqlTransaction tx) { tx.Commit(); c.Execute(\"DELETE FROM t\"); }")]
    [InlineData("void M(SqlConnection c, SqlTransaction tx) { End(tx); c.Execute(\"DELETE FROM t\"); }")]
    [InlineData("void M(SqlConnection c, SqlTransaction tx, IUnit unit) { unit.Complete(tx); c.Execute(\"DELETE FROM t\"); }")]
    [InlineData("void M(SqlConnection c, SqlTransaction tx) { using (tx) { } c.Execute(\"DELETE FROM t\"); }")]
    [InlineData("void M(SqlConnection source, SqlConnection target, SqlTransaction tx) { source.Execute(\"DELETE FROM t\"); target.Execute(\"DELETE FROM t\", transaction: tx); }")]
    [InlineData("void M(SqlConnection source, SqlTransaction tx) { source.Execute(\"DELETE FROM t\"); tx.Connection.Execute(\"DELETE FROM t\", transaction: tx); }")]
    [InlineData("void M(SqlConnection c, SqlTransaction a, SqlTransaction b) { c.Execute(\"DELETE FROM t\"); }")]
    [InlineData("void M(SqlConnection c, SqlTransaction tx) { c.Open(); c.Execute(\"DELETE FROM t\"); }")]
    [InlineData("void M(SqlConnection c, SqlTransaction tx) { using var own = new SqlConnection(\"Server=db\"); own.Execute(\"DELETE FROM t\"); c = own; c.Execute(\"DELETE FROM t\"); }")]
    [InlineData("void M(SqlConnection c, SqlTransaction tx) { using var own = c.BeginTransaction(); c.Execute(\"DELETE FROM t\", transaction: own); }")]
    [InlineData("void M(SqlConnection c, SqlTransaction tx) { try { c.Execute(\"DELETE FROM t\", transaction: tx); } catch { c.Execute(\"INSERT INTO log (a) VALUES (1)\"); throw; } }")]
    [InlineData("void M(SqlConnection c, SqlTransaction tx, List<Action> after) { after.Add(() => c.Execute(\"DELETE FROM t\")); }")]
    [InlineData("void M(SqlConnection c, SqlTransaction tx) { if (tx.Connection == null) { c.Execute(\"DELETE FROM t\"); } }")]
    [InlineData("void M(SqlTransaction tx) { if (tx.Connection is { } c) { c.Execute(\"DELETE FROM t\", transaction: tx); } }")]
    [InlineData("void M(NpgsqlConnection c, NpgsqlTransaction tx) { c.Execute(\"DELETE FROM t\"); }")]
    [InlineData("void M(IDbConnection c, IDbTransaction tx) { c.Execute(\"DELETE FROM t\"); }")]
    [InlineData("void M(DbTransaction tx) { tx.Connection.Execute(\"DELETE FROM t\"); }")]
    [InlineData("void M(SqliteConnection c, SqliteTransaction tx) { using var d = c.CreateCommand(); d.CommandText = \"DELETE FROM t\"; d.ExecuteNonQuery(); }")]
    [InlineData("void M(SqlConnection c, SqlTransaction tx) { using var d = c.CreateCommand(); Enlist(d, tx); d.ExecuteNonQuery(); }")]
    [InlineData("void M(SqlConnection c, ref SqlTransaction tx) { c.Execute(\"DELETE FROM t\"); }")]
    [InlineData("void M(SqlConnection c, SqlTransaction _) { c.Execute(\"DELETE FROM t\"); }")]
    public Task What_may_be_another_transaction_or_none_is_not_reported(string method) => Verify<DBS204CommandNotEnlisted>.Silent(
        $$"""
        interface IUnit { void Complete(SqlTransaction tx); }
        class C
        {
            {{method}}
            static void End(SqlTransaction tx) => tx.Commit();
            static void Enlist(SqlCommand command, SqlTransaction tx) => command.Transaction = tx;
        }
        """);

    [Theory]
    [InlineData("class C(SqlConnection c, SqlTransaction tx) { void A() => c.Execute(\"DELETE FROM t\"); void B() => tx.Commit(); }")]
    [InlineData("class C(SqlConnection c, SqlTransaction? tx) { void A() => c.Execute(\"DELETE FROM t\", null, tx); void B() { if (tx is null) { c.Execute(\"DELETE FROM t\"); } } }")]
    [InlineData("class C(SqlConnection c, SqlTransaction? tx = null) { void A() => c.Execute(\"DELETE FROM t\", null, tx); void B() => c.Execute(\"DELETE FROM t\"); }")]
    [InlineData("class C(SqlConnection c) { SqlTransaction? _tx; void Begin() => _tx = c.BeginTransaction(); void A() => c.Execute(\"DELETE FROM t\", null, _tx); void B() => c.Execute(\"DELETE FROM t\"); }")]
    [InlineData("class C { readonly SqlConnection _c; readonly SqlTransaction? _tx; public C(SqlConnection c, SqlTransaction? tx) { _c = c; _tx = tx; } void A() => _c.Execute(\"DELETE FROM t\", null, _tx); void B() => _c.Execute(\"DELETE FROM t\"); }")]
    [InlineData("class C { readonly SqlConnection _c; readonly SqlTransaction _tx; public C(SqlConnection c) { _c = c; c.Execute(\"SET NOCOUNT ON\"); _c.Execute(\"SET NOCOUNT ON\"); _tx = c.BeginTransaction(); } void A() => _c.Execute(\"DELETE FROM t\", null, _tx); }")]
    [InlineData("class C { readonly SqlConnection _c; readonly SqlTransaction _tx; public C(SqlConnection c, SqlTransaction tx) { _c = c; _tx = tx; } void A() => _c.Execute(\"DELETE FROM t\", null, _tx); void B() { _tx.Commit(); _c.Execute(\"DELETE FROM t\"); } }")]
    [InlineData("class C { readonly SqlConnection _c, _other; readonly SqlTransaction _tx; public C(SqlConnection c, SqlConnection other, SqlTransaction tx) { _c = c; _other = other; _tx = tx; } void A() => _c.Execute(\"DELETE FROM t\", null, _tx); void B() => _other.Execute(\"DELETE FROM t\"); }")]
    [InlineData("class C { readonly SqlConnection _c; readonly SqlTransaction _tx; public C(SqlConnection c) { _c = c; _tx = null!; } public C(SqlConnection c, SqlTransaction tx) { _c = c; _tx = tx; } void A() => _c.Execute(\"DELETE FROM t\", null, _tx); void B() => _c.Execute(\"DELETE FROM t\"); }")]
    public Task A_class_whose_transaction_may_be_over_or_missing_is_not_reported(string source) => Verify<DBS204CommandNotEnlisted>.Silent(source);

    [Theory]
    [InlineData("using var bulk = [|new SqlBulkCopy(c)|];", "using var bulk = new SqlBulkCopy(c, SqlBulkCopyOptions.Default, tx);")]
    [InlineData("using var bulk = [|new SqlBulkCopy(c, SqlBulkCopyOptions.TableLock, null)|];", "using var bulk = new SqlBulkCopy(c, SqlBulkCopyOptions.TableLock, tx);")]
    public Task A_bulk_copy_is_given_the_transaction(string before, string after) => Verify<DBS204CommandNotEnlisted>.Fixes(
        Method($"using var tx = c.BeginTransaction(); {before} bulk.DestinationTableName = \"t\"; await bulk.WriteToServerAsync(rows); tx.Commit();", "SqlConnection c, DataTable rows"),
        Method($"using var tx = c.BeginTransaction(); {after} bulk.DestinationTableName = \"t\"; await bulk.WriteToServerAsync(rows); tx.Commit();", "SqlConnection c, DataTable rows"),
        Setup.Default with { EitherNullable = false });

    [Fact]
    public Task MySqlConnectors_bulk_copy_is_given_the_transaction_too() => Verify<DBS204CommandNotEnlisted>.Fixes(
        """
        class C { async Task M(MySqlConnection c, MySqlTransaction tx, DataTable rows) { var bulk = [|new MySqlBulkCopy(c)|]; bulk.DestinationTableName = "t"; await bulk.WriteToServerAsync(rows); } }
        """,
        """
        class C { async Task M(MySqlConnection c, MySqlTransaction tx, DataTable rows) { var bulk = new MySqlBulkCopy(c, tx); bulk.DestinationTableName = "t"; await bulk.WriteToServerAsync(rows); } }
        """,
        Setup.Default with { EitherNullable = false });

    [Fact]
    public Task A_bulk_copy_that_wants_its_own_transaction_is_left_to_a_person() => Verify<DBS204CommandNotEnlisted>.NoFix(
        """
        class C { void M(SqlConnection c, SqlTransaction tx, DataTable rows) { using var bulk = [|new SqlBulkCopy(c, SqlBulkCopyOptions.UseInternalTransaction | SqlBulkCopyOptions.TableLock, null)|]; bulk.WriteToServer(rows); } }
        """);

    [Theory]
    [InlineData("using var bulk = new SqlBulkCopy(c, SqlBulkCopyOptions.Default, tx);")]
    [InlineData("using var bulk = new SqlBulkCopy(c.ConnectionString);")]
    [InlineData("using var bulk = new SqlBulkCopy(other);")]
    public Task A_bulk_copy_with_the_transaction_or_on_its_own_is_not_reported(string bulk) => Verify<DBS204CommandNotEnlisted>.Silent(
        Method($"using var tx = c.BeginTransaction(); {bulk} bulk.WriteToServer(rows); tx.Commit();", "SqlConnection c, SqlConnection other, DataTable rows"));

    [Theory]
    [InlineData("MySqlConnection c", "using var batch = [|new MySqlBatch(c)|];", "using var batch = new MySqlBatch(c, tx);")]
    [InlineData("MySqlConnection c", "using var batch = [|c.CreateBatch()|];", "using var batch = c.CreateBatch(); batch.Transaction = tx;")]
    [InlineData("SqlConnection c", "using var batch = [|new SqlBatch(c)|];", "using var batch = new SqlBatch(c, tx);")]
    public Task A_batch_is_given_the_transaction(string connection, string before, string after) => Verify<DBS204CommandNotEnlisted>.Fixes(
        Method($"using var tx = c.BeginTransaction(); {before} Fill(batch); await batch.ExecuteNonQueryAsync(); tx.Commit();", connection, Fill),
        Method($"using var tx = c.BeginTransaction(); {after} Fill(batch); await batch.ExecuteNonQueryAsync(); tx.Commit();", connection, Fill),
        Setup.Default with { EitherNullable = false });

    private const string Fill = "static void Fill(DbBatch batch) { var one = batch.CreateBatchCommand(); one.CommandText = \"DELETE FROM t\"; batch.BatchCommands.Add(one); }";

    [Fact]
    public Task Npgsqls_batch_runs_inside() => Verify<DBS204CommandNotEnlisted>.Silent(
        Method("using var tx = c.BeginTransaction(); using var batch = new NpgsqlBatch(c); Fill(batch); await batch.ExecuteNonQueryAsync(); tx.Commit();", "NpgsqlConnection c", Fill));

    [Fact]
    public Task What_runs_in_place_without_a_variable_has_no_fix_where_there_is_no_constructor_for_it() => Verify<DBS204CommandNotEnlisted>.NoFix(
        """
        using Google.Cloud.Spanner.Data;
        class C
        {
            void M(SpannerConnection c)
            {
                using var tx = c.BeginTransaction();
                [|c.CreateDmlCommand("DELETE FROM t WHERE true")|].ExecuteNonQuery();
                tx.Commit();
            }
        }
        """,
        WithSpanner);
}
