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
