using DbSafety.Tests.Engine;
using Microsoft.CodeAnalysis.CSharp;
using Xunit;

namespace DbSafety.Tests.Rules.SqlText;

/// <summary>How each kind of sink gets its parameters.</summary>
public partial class DBS501SqlFromConcatenationFixTests
{
    [Fact]
    public Task A_command_text_gets_statements_after_it() => Fixes(
        """
        using var command = connection.CreateCommand();
        command.CommandText = $"DELETE FROM t WHERE a = '{name}'"; // gone
        command.ExecuteNonQuery();
        """,
        """
        using var command = connection.CreateCommand();
        command.CommandText = "DELETE FROM t WHERE a = @name"; // gone
        command.Parameters.AddWithValue("@name", name);
        command.ExecuteNonQuery();
        """);

    [Fact]
    public Task A_null_becomes_DBNull() => Fixes(
        """
        class C { void M(SqliteCommand command, string? name, int? id)
        {
            command.CommandText = $"UPDATE t SET a = '{name}' WHERE b = {id}";
        } }
        """,
        """
        class C { void M(SqliteCommand command, string? name, int? id)
        {
            command.CommandText = "UPDATE t SET a = @name WHERE b = @id";
            command.Parameters.Clear();
            command.Parameters.AddWithValue("@name", (object?)name ?? DBNull.Value);
            command.Parameters.AddWithValue("@id", (object?)id ?? DBNull.Value);
        } }
        """);

    [Fact]
    public Task A_null_becomes_DBNull_where_nullable_is_off() => Fixes(
        """
        using System;
        using Microsoft.Data.Sqlite;
        class C { void M(SqliteCommand command, string name, bool b, string text)
        {
            command.CommandText = "UPDATE t SET a = '" + (b ? name : text) + "' WHERE b = '%" + name + "'";
        } }
        """,
        """
        using System;
        using Microsoft.Data.Sqlite;
        class C { void M(SqliteCommand command, string name, bool b, string text)
        {
            command.CommandText = "UPDATE t SET a = @p0 WHERE b = @name";
            command.Parameters.Clear();
            command.Parameters.AddWithValue("@p0", (object)(b ? name : text) ?? DBNull.Value);
            command.Parameters.AddWithValue("@name", "%" + name);
        } }
        """, NullableOff with { Usings = false });

    [Fact]
    public Task Types_that_are_not_imported_are_written_in_full() => Fixes(
        """
        class C { object M(Microsoft.Data.Sqlite.SqliteConnection c, string name) => new Microsoft.Data.Sqlite.SqliteCommand($"SELECT '{name}'", c); }
        """,
        """
        class C { object M(Microsoft.Data.Sqlite.SqliteConnection c, string name) => new Microsoft.Data.Sqlite.SqliteCommand("SELECT @name", c) { Parameters = { new Microsoft.Data.Sqlite.SqliteParameter("@name", (object)name ?? System.DBNull.Value) } }; }
        """, NullableOff with { Usings = false });

    [Fact]
    public Task A_command_that_is_used_again_is_cleared() => Fixes(
        """
        using var command = connection.CreateCommand();
        foreach (var n in Environment.GetCommandLineArgs())
            command.CommandText = $"DELETE FROM t WHERE a = '{n}'";
        """,
        """
        using var command = connection.CreateCommand();
        foreach (var n in Environment.GetCommandLineArgs())
        {
            command.CommandText = "DELETE FROM t WHERE a = @n";
            command.Parameters.Clear();
            command.Parameters.AddWithValue("@n", n);
        }
        """);

    [Fact]
    public Task A_second_text_clears_the_parameters_of_the_first() => Fixes(
        """
        using var command = connection.CreateCommand();
        command.CommandText = $"DELETE FROM t WHERE a = '{name}'";
        command.ExecuteNonQuery();
        command.CommandText = $"DELETE FROM u WHERE a = '{name}'";
        """,
        """
        using var command = connection.CreateCommand();
        command.CommandText = "DELETE FROM t WHERE a = @name";
        command.Parameters.Clear();
        command.Parameters.AddWithValue("@name", name);
        command.ExecuteNonQuery();
        command.CommandText = "DELETE FROM u WHERE a = @name";
        command.Parameters.Clear();
        command.Parameters.AddWithValue("@name", name);
        """);

    [Fact]
    public async Task A_command_with_parameters_of_unknown_origin_is_left_alone()
    {
        await NoFix("class C { void M(SqliteCommand command, string name) { command.CommandText = [|$\"DELETE FROM t WHERE a = '{name}' AND b = @b\"|]; } }");
        await Fixes(
            """
            using var command = connection.CreateCommand();
            command.CommandText = $"DELETE FROM t WHERE a = '{name}' AND b = @b";
            command.Parameters.AddWithValue("@b", id);
            """,
            """
            using var command = connection.CreateCommand();
            command.CommandText = "DELETE FROM t WHERE a = @name AND b = @b";
            command.Parameters.AddWithValue("@name", name);
            command.Parameters.AddWithValue("@b", id);
            """);
    }

    [Fact]
    public Task A_piece_that_is_added_keeps_the_parameters_before_it() => Fixes(
        """
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT 1 FROM t";
        command.CommandText += $" WHERE a = '{name}'";
        command.CommandText += $" AND b LIKE '{name}%'";
        """,
        """
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT 1 FROM t";
        command.CommandText += " WHERE a = @name";
        command.Parameters.AddWithValue("@name", name);
        command.CommandText += " AND b LIKE @name2";
        command.Parameters.AddWithValue("@name2", name + "%");
        """);

    [Fact]
    public Task A_switch_section_and_a_top_level_statement_take_statements() => Fixes(
        """
        using var connection = new SqliteConnection();
        using var command = new SqliteCommand("SELECT 1 FROM t WHERE a = '" + args[0] + "'", connection);
        switch (args.Length)
        {
            case 1:
                var other = new SqliteCommand("SELECT 2 FROM t WHERE a = '" + args[0] + "'", connection);
                break;
        }
        """,
        """
        using var connection = new SqliteConnection();
        using var command = new SqliteCommand("SELECT 1 FROM t WHERE a = @args", connection);
        command.Parameters.AddWithValue("@args", args[0]);
        switch (args.Length)
        {
            case 1:
                var other = new SqliteCommand("SELECT 2 FROM t WHERE a = @args", connection);
                other.Parameters.AddWithValue("@args", args[0]);
                break;
        }
        """, NullableOn with { TopLevel = true });

    [Fact]
    public Task A_using_statement_takes_them_first_in_its_block() => Fixes(
        """
        using (var command = new SqliteCommand($"DELETE FROM t WHERE a = '{name}'", connection))
        {
            command.ExecuteNonQuery();
        }
        using (var command = new SqliteCommand($"DELETE FROM t WHERE a = '{name}'", connection))
        {
        }
        """,
        """
        using (var command = new SqliteCommand("DELETE FROM t WHERE a = @name", connection))
        {
            command.Parameters.AddWithValue("@name", name);
            command.ExecuteNonQuery();
        }
        using (var command = new SqliteCommand("DELETE FROM t WHERE a = @name", connection))
        {
            command.Parameters.AddWithValue("@name", name);
        }
        """);

    [Fact]
    public Task Elsewhere_a_new_command_gets_an_initializer() => Fixes(
        """
        class C
        {
            SqlCommand? _command;
            SqlCommand Make(SqlConnection c, string name) => new($"DELETE FROM t WHERE a = '{name}'", c);
            void M(SqlConnection c, string name)
            {
                new SqlCommand($"DELETE FROM t WHERE a = '{name}'", c).ExecuteNonQuery();
                using (var d = new SqlCommand($"DELETE FROM t WHERE a = '{name}'", c) { CommandTimeout = 3 })
                using (var r = d.ExecuteReader()) { }
                Run(new SqlCommand($"DELETE FROM t WHERE a = '{name}'", c) { CommandTimeout = 3, });
                Run(new() { Connection = c, CommandText = $"DELETE FROM t WHERE a = '{name}'" });
                Run(new($"DELETE FROM t WHERE a = '{name}' AND b = @b", c) { Parameters = { new SqlParameter("@b", 1) } });
                _command = new SqlCommand($"DELETE FROM t WHERE a = '{name}'", c);
            }
            void Run(SqlCommand command) { }
        }
        """,
        """
        class C
        {
            SqlCommand? _command;
            SqlCommand Make(SqlConnection c, string name) => new("DELETE FROM t WHERE a = @name", c) { Parameters = { new SqlParameter("@name", name) } };
            void M(SqlConnection c, string name)
            {
                new SqlCommand("DELETE FROM t WHERE a = @name", c) { Parameters = { new SqlParameter("@name", name) } }.ExecuteNonQuery();
                using (var d = new SqlCommand("DELETE FROM t WHERE a = @name", c) { CommandTimeout = 3, Parameters = { new SqlParameter("@name", name) } })
                using (var r = d.ExecuteReader()) { }
                Run(new SqlCommand("DELETE FROM t WHERE a = @name", c) { CommandTimeout = 3, Parameters = { new SqlParameter("@name", name) } });
                Run(new() { Connection = c, CommandText = "DELETE FROM t WHERE a = @name", Parameters = { new SqlParameter("@name", name) } });
                Run(new("DELETE FROM t WHERE a = @name AND b = @b", c) { Parameters = { new SqlParameter("@b", 1), new SqlParameter("@name", name) } });
                _command = new SqlCommand("DELETE FROM t WHERE a = @name", c);
                _command.Parameters.AddWithValue("@name", name);
            }
            void Run(SqlCommand command) { }
        }
        """);

    [Fact]
    public Task A_provider_neutral_command_makes_its_parameters() => Fixes(
        """
        class C { void M(DbConnection c, string name, int idParameter)
        {
            using var command = c.CreateCommand();
            command.CommandText = $"DELETE FROM t WHERE a = '{name}' AND b = {idParameter}";
        } }
        """,
        """
        class C { void M(DbConnection c, string name, int idParameter)
        {
            using var command = c.CreateCommand();
            command.CommandText = "DELETE FROM t WHERE a = @name AND b = @idParameter";
            var nameParameter = command.CreateParameter();
            nameParameter.ParameterName = "@name";
            nameParameter.Value = name;
            command.Parameters.Add(nameParameter);
            var idParameterParameter = command.CreateParameter();
            idParameterParameter.ParameterName = "@idParameter";
            idParameterParameter.Value = idParameter;
            command.Parameters.Add(idParameterParameter);
        } }
        """);

    [Fact]
    public Task An_adapter_has_its_parameters_on_the_select_command() => Fixes(
        """
        class C { void M(SqlConnection c, string name, DataTable table)
        {
            var adapter = new SqlDataAdapter("SELECT * FROM t WHERE a = '" + name + "'", c);
            new SqlDataAdapter($"SELECT * FROM t WHERE a = '{name}'", c).Fill(table);
            adapter.SelectCommand.CommandText = $"SELECT * FROM u WHERE a = '{name}'";
        } }
        """,
        """
        class C { void M(SqlConnection c, string name, DataTable table)
        {
            var adapter = new SqlDataAdapter("SELECT * FROM t WHERE a = @name", c);
            adapter.SelectCommand.Parameters.AddWithValue("@name", name);
            new SqlDataAdapter("SELECT * FROM t WHERE a = @name", c) { SelectCommand = { Parameters = { new SqlParameter("@name", name) } } }.Fill(table);
            adapter.SelectCommand.CommandText = "SELECT * FROM u WHERE a = @name";
            adapter.SelectCommand.Parameters.Clear();
            adapter.SelectCommand.Parameters.AddWithValue("@name", name);
        } }
        """);

    [Fact]
    public async Task An_adapter_whose_command_may_be_null_is_told_that_it_is_not()
    {
        const string Before = """
            class C { void M(NpgsqlConnection c, string name) {
                var adapter = new NpgsqlDataAdapter($"SELECT * FROM t WHERE a = '{name}' AND b = {1 + name.Length}", c);
            } }
            """;
        await Fixes(Before, """
            using NpgsqlTypes;

            class C { void M(NpgsqlConnection c, string name) {
                var adapter = new NpgsqlDataAdapter("SELECT * FROM t WHERE a = @name AND b = @p0", c);
                adapter.SelectCommand!.Parameters.Add(new NpgsqlParameter("name", NpgsqlDbType.Unknown) { Value = name });
                adapter.SelectCommand!.Parameters.AddWithValue("p0", 1 + name.Length);
            } }
            """);
    }

    [Fact]
    public Task Npgsql_infers_the_type_of_text_as_it_did_that_of_the_literal() => Fixes(
        """
        using System.Data;
        class C { void M(NpgsqlConnection c, string name, Guid id, int n)
        {
            using var command = new NpgsqlCommand($"SELECT * FROM t WHERE a = '{name}' AND b = '{id}' AND c = {n} AND d = {name}", c);
        } }
        """,
        """
        using System.Data;
        using NpgsqlTypes;
        class C { void M(NpgsqlConnection c, string name, Guid id, int n)
        {
            using var command = new NpgsqlCommand("SELECT * FROM t WHERE a = @name AND b = @id AND c = @n AND d = @name", c);
            command.Parameters.Add(new NpgsqlParameter("name", NpgsqlDbType.Unknown) { Value = name });
            command.Parameters.Add(new NpgsqlParameter("id", NpgsqlDbType.Unknown) { Value = id.ToString() });
            command.Parameters.AddWithValue("n", n);
        } }
        """);

    [Fact]
    public Task Npgsql_takes_an_array_for_a_list() => Fixes(
        """
        class C { void M(NpgsqlConnection c, int[] ids, List<string> names, IEnumerable<long> keys)
        {
            using var command = new NpgsqlCommand($"SELECT * FROM t WHERE a IN ({string.Join(",", ids)}) AND b NOT IN ('{string.Join("','", names)}') AND c IN ({string.Join(", ", keys)})", c);
        } }
        """,
        """
        class C { void M(NpgsqlConnection c, int[] ids, List<string> names, IEnumerable<long> keys)
        {
            using var command = new NpgsqlCommand("SELECT * FROM t WHERE a = ANY(@ids) AND b <> ALL(@names) AND c = ANY(@keys)", c);
            command.Parameters.AddWithValue("ids", ids);
            command.Parameters.AddWithValue("names", names);
            command.Parameters.AddWithValue("keys", keys.ToArray());
        } }
        """);

    [Fact]
    public async Task Npgsql_never_mixes_names_and_numbers()
    {
        await Fixes(
            """
            class C { object M(NpgsqlConnection c, string name, int n)
                => new NpgsqlCommand($"SELECT * FROM t WHERE a = $1 AND b = {n} AND c = '{name}'", c) { Parameters = { new() { Value = 1 } } }; }
            """,
            """
            using NpgsqlTypes;

            class C { object M(NpgsqlConnection c, string name, int n)
                => new NpgsqlCommand("SELECT * FROM t WHERE a = $1 AND b = $2 AND c = $3", c) { Parameters = { new() { Value = 1 }, new NpgsqlParameter { Value = n }, new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.Unknown, Value = name } } }; }
            """);
        await NoFix(
            """
            class C { void M(NpgsqlConnection c, string name)
            {
                using var command = new NpgsqlCommand([|$"SELECT * FROM t WHERE a = $1 AND c = '{name}'"|], c);
                command.Parameters.Add(new() { Value = 1 });
            } }
            """);
    }

    [Fact]
    public Task A_batch_command_gets_an_initializer() => Fixes(
        """
        class C { void M(SqlConnection c, string name)
        {
            var batch = new SqlBatch(c) { BatchCommands = { new SqlBatchCommand($"DELETE FROM t WHERE a = '{name}'") } };
            batch.BatchCommands.Add(new SqlBatchCommand { CommandText = $"DELETE FROM t WHERE a = '{name}'" });
        } }
        """,
        """
        class C { void M(SqlConnection c, string name)
        {
            var batch = new SqlBatch(c) { BatchCommands = { new SqlBatchCommand("DELETE FROM t WHERE a = @name") { Parameters = { new SqlParameter("@name", name) } } } };
            batch.BatchCommands.Add(new SqlBatchCommand { CommandText = "DELETE FROM t WHERE a = @name", Parameters = { new SqlParameter("@name", name) } });
        } }
        """);

    [Fact]
    public Task A_command_of_a_data_source_goes_into_a_local() => Fixes(
        """
        class C { async Task<object?> M(NpgsqlDataSource source, DbDataSource other, string name, int command)
        {
            await using var declared = source.CreateCommand($"SELECT 1 FROM t WHERE a LIKE '{name}%'");
            await source.CreateCommand($"DELETE FROM t WHERE a = '{name}'").ExecuteNonQueryAsync();
            return await other.CreateCommand($"SELECT 1 FROM t WHERE a LIKE '{name}%'").ExecuteScalarAsync();
        } }
        """,
        """
        using NpgsqlTypes;

        class C { async Task<object?> M(NpgsqlDataSource source, DbDataSource other, string name, int command)
        {
            await using var declared = source.CreateCommand("SELECT 1 FROM t WHERE a LIKE @name");
            declared.Parameters.Add(new NpgsqlParameter("name", NpgsqlDbType.Unknown) { Value = name + "%" });
            var command2 = source.CreateCommand("DELETE FROM t WHERE a = @name");
            command2.Parameters.Add(new NpgsqlParameter("name", NpgsqlDbType.Unknown) { Value = name });
            await command2.ExecuteNonQueryAsync();
            var command3 = other.CreateCommand("SELECT 1 FROM t WHERE a LIKE @name");
            var nameParameter = command3.CreateParameter();
            nameParameter.ParameterName = "@name";
            nameParameter.Value = name + "%";
            command3.Parameters.Add(nameParameter);
            return await command3.ExecuteScalarAsync();
        } }
        """);

    [Fact]
    public Task Other_providers_write_their_own_placeholders() => Fixes(
        """
        class C { void M(DuckDB.NET.Data.DuckDBConnection d, FirebirdSql.Data.FirebirdClient.FbConnection f, System.Data.SQLite.SQLiteConnection s, string name)
        {
            using var duck = new DuckDB.NET.Data.DuckDBCommand($"SELECT 1 FROM t WHERE a = '{name}'", d);
            using var bird = new FirebirdSql.Data.FirebirdClient.FbCommand($"SELECT 1 FROM t WHERE a = '{name}'", f);
            using var lite = new System.Data.SQLite.SQLiteCommand($"SELECT 1 FROM t WHERE a = '{name}'", s);
            MySql.Data.MySqlClient.MySqlHelper.ExecuteScalar("", $"SELECT 1 FROM t WHERE a = '{name}'");
        } }
        """,
        """
        class C { void M(DuckDB.NET.Data.DuckDBConnection d, FirebirdSql.Data.FirebirdClient.FbConnection f, System.Data.SQLite.SQLiteConnection s, string name)
        {
            using var duck = new DuckDB.NET.Data.DuckDBCommand("SELECT 1 FROM t WHERE a = $name", d);
            duck.Parameters.Add(new DuckDB.NET.Data.DuckDBParameter("name", name));
            using var bird = new FirebirdSql.Data.FirebirdClient.FbCommand("SELECT 1 FROM t WHERE a = @name", f);
            bird.Parameters.AddWithValue("@name", name);
            using var lite = new System.Data.SQLite.SQLiteCommand("SELECT 1 FROM t WHERE a = @name", s);
            lite.Parameters.AddWithValue("@name", name);
            MySql.Data.MySqlClient.MySqlHelper.ExecuteScalar("", "SELECT 1 FROM t WHERE a = @name", new MySql.Data.MySqlClient.MySqlParameter("@name", name));
        } }
        """);

    [Fact]
    public Task Dapper_gets_or_extends_an_anonymous_object() => Verify501(
        """
        class C { void M(SqliteConnection c, string name, int id, User user)
        {
            c.Execute($"DELETE FROM t WHERE a = '{name}'");
            c.Execute($"DELETE FROM t WHERE a = '{name}'", null);
            c.Execute($"DELETE FROM t WHERE a = '{name}' AND b = @id", new { id });
            c.Execute($"DELETE FROM t WHERE a = '{name}' AND b = @user", new { user.Name, user = id });
            c.Execute($"DELETE FROM t WHERE a = '{name}'", commandTimeout: 3);
            c.Execute(sql: $"DELETE FROM t WHERE a = '{name}'", commandTimeout: 3);
            c.Query<User, User, User>($"SELECT * FROM t WHERE a = '{name}'", (a, b) => a);
            SqlMapper.Execute(c, $"DELETE FROM t WHERE a = '{user.Name}'");
            c.Execute(new CommandDefinition($"DELETE FROM t WHERE a = '{name}'", commandTimeout: 3));
        } }
        class User { public string Name = ""; }
        """,
        """
        class C { void M(SqliteConnection c, string name, int id, User user)
        {
            c.Execute("DELETE FROM t WHERE a = @name", new { name });
            c.Execute("DELETE FROM t WHERE a = @name", new { name });
            c.Execute("DELETE FROM t WHERE a = @name AND b = @id", new { id, name });
            c.Execute("DELETE FROM t WHERE a = @name2 AND b = @user", new { user.Name, user = id, name2 = name });
            c.Execute("DELETE FROM t WHERE a = @name", new { name }, commandTimeout: 3);
            c.Execute(sql: "DELETE FROM t WHERE a = @name", commandTimeout: 3, param: new { name });
            c.Query<User, User, User>("SELECT * FROM t WHERE a = @name", (a, b) => a, new { name });
            SqlMapper.Execute(c, "DELETE FROM t WHERE a = @name", new { name = user.Name });
            c.Execute(new CommandDefinition("DELETE FROM t WHERE a = @name", new { name }, commandTimeout: 3));
        } }
        class User { public string Name = ""; }
        """);

    private static Task Verify501(string before, string after) => Fixes(before, after, Setup.Default);

    [Theory]
    [InlineData("connection.Execute([|$\"DELETE FROM t WHERE a = '{name}'\"|], new DynamicParameters());")]
    [InlineData("object p = new { id }; connection.Execute([|$\"DELETE FROM t WHERE a = '{name}' AND b = @id\"|], p);")]
    [InlineData("connection.Execute([|$\"DELETE FROM t WHERE a = '{Console.ReadLine()}'\"|], new { x = Console.ReadLine() });")]
    public Task Dapper_with_other_parameters_is_left_alone(string source) => NoFix(source);

    [Fact]
    public Task Linq2db_and_sqlite_net_take_arguments() => Verify501(
        """
        using LinqToDB.Data;
        class C { async Task M(DataConnection d, SQLite.SQLiteConnection s, SQLite.SQLiteAsyncConnection a, string name, int id)
        {
            d.Query<int>($"SELECT 1 FROM t WHERE a = '{name}'");
            d.Execute($"DELETE FROM t WHERE a = '{name}' AND b = '{name}'");
            s.Query<User>($"SELECT 1 FROM t WHERE a = '{name}' AND b = {id} AND c = '{name}'");
            await a.ExecuteAsync($"DELETE FROM t WHERE a LIKE '{name}%'");
        } }
        class User { }
        """,
        """
        using LinqToDB.Data;
        class C { async Task M(DataConnection d, SQLite.SQLiteConnection s, SQLite.SQLiteAsyncConnection a, string name, int id)
        {
            d.Query<int>("SELECT 1 FROM t WHERE a = @name", new { name });
            d.Execute("DELETE FROM t WHERE a = @name AND b = @name", new { name });
            s.Query<User>("SELECT 1 FROM t WHERE a = ? AND b = ? AND c = ?", name, id, name);
            await a.ExecuteAsync("DELETE FROM t WHERE a LIKE ?", name + "%");
        } }
        class User { }
        """);

    [Fact]
    public Task EF_Core_takes_an_interpolated_string() => Verify501(
        EfCore("""
            Set.FromSqlRaw($"SELECT * FROM t WHERE a = '{name}' AND b = {id}");
            Set.FromSqlRaw("SELECT * FROM t WHERE a LIKE '%" + name + "%' AND b = " + id);
            Set.FromSqlRaw(string.Format("SELECT * FROM t WHERE a = '{0}'", name));
            Set.FromSqlRaw(@"SELECT *
                FROM t WHERE a = '" + name + "'");
            Set.FromSqlRaw($$'''SELECT * FROM t WHERE a = '{{name}}' OR b = 1''');
            Database.ExecuteSqlRaw($"DELETE FROM t WHERE a = '{key}'");
            Database.SqlQueryRaw<int>($"SELECT 1 FROM t WHERE a = '{name.Trim()}'");
            await Database.ExecuteSqlRawAsync($"DELETE FROM t WHERE a = '{name}'", ct);
            """),
        EfCore("""
            Set.FromSql($"SELECT * FROM t WHERE a = {name} AND b = {id}");
            Set.FromSql($"SELECT * FROM t WHERE a LIKE {"%" + name + "%"} AND b = {id}");
            Set.FromSql($"SELECT * FROM t WHERE a = {name}");
            Set.FromSql($@"SELECT *
                FROM t WHERE a = {name}");
            Set.FromSql($$'''SELECT * FROM t WHERE a = {{name}} OR b = 1''');
            Database.ExecuteSql($"DELETE FROM t WHERE a = {key}");
            Database.SqlQuery<int>($"SELECT 1 FROM t WHERE a = {name.Trim()}");
            await Database.ExecuteSqlAsync($"DELETE FROM t WHERE a = {name}", ct);
            """));

    private static string EfCore(string statements) => $$"""
        class Row { }
        class Context : DbContext
        {
            public DbSet<Row> Set => Set<Row>();
            public async Task M(string name, int id, string key, string table, CancellationToken ct)
            {
                {{statements.Replace("'''", "\"\"\"").Replace("\n", "\n        ")}}
                await Task.CompletedTask;
            }
        }
        """;

    [Fact]
    public Task EF_Core_takes_arguments_where_the_text_is_more_than_values() => Verify501(
        EfCore("""
            Set.FromSqlRaw("SELECT * FROM t WHERE a = '" + name + "' AND b = {0}", id);
            Set.FromSqlRaw("SELECT * FROM " + table + " WHERE a = '" + name + "'");
            Set.FromSqlRaw($"SELECT * FROM {table} WHERE a = '{name}'");
            var sql = $"DELETE FROM t WHERE a = '{name}' OR b = '{name}'";
            Database.ExecuteSqlRaw(sql);
            await Database.ExecuteSqlRawAsync("DELETE FROM " + table + " WHERE a = '" + name + "'", ct);
            """),
        EfCore("""
            Set.FromSqlRaw("SELECT * FROM t WHERE a = {1} AND b = {0}", id, name);
            Set.FromSqlRaw("SELECT * FROM " + table + " WHERE a = {0}", name);
            Set.FromSqlRaw($"SELECT * FROM {table} WHERE a = {{0}}", name);
            var sql = "DELETE FROM t WHERE a = {0} OR b = {0}";
            Database.ExecuteSqlRaw(sql, name);
            await Database.ExecuteSqlRawAsync("DELETE FROM " + table + " WHERE a = {0}", new object[] { name }, ct);
            """));

    [Fact]
    public Task EF_Core_holes_cannot_hold_quotes_before_CSharp_11() => Fixes(
        """
        using Microsoft.EntityFrameworkCore;
        class Context : DbContext
        {
            public void M(string name)
            {
                Database.ExecuteSqlRaw($"DELETE FROM t WHERE a LIKE '%{name}'");
                Database.ExecuteSqlRaw($"DELETE FROM t WHERE a = '{name}'");
            }
        }
        """,
        """
        using Microsoft.EntityFrameworkCore;
        class Context : DbContext
        {
            public void M(string name)
            {
                Database.ExecuteSqlRaw("DELETE FROM t WHERE a LIKE {0}", "%" + name);
                Database.ExecuteSql($"DELETE FROM t WHERE a = {name}");
            }
        }
        """, new() { Language = LanguageVersion.CSharp9 });

    [Fact]
    public Task Raw_text_with_braces_is_left_alone() => NoFix(EfCore("""
        Set.FromSqlRaw([|$"SELECT '{{{{}}}}' FROM t WHERE a = '{name}'"|]);
        """));

    [Fact]
    public Task A_value_with_effects_is_worked_out_once_and_in_order() => Fixes(
        """
        using var command = connection.CreateCommand();
        command.CommandText = $"SELECT 1 FROM t WHERE a = '{Console.ReadLine()}' AND b = '{Console.ReadLine()}'";
        """,
        """
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT 1 FROM t WHERE a = @readLine AND b = @readLine2";
        command.Parameters.AddWithValue("@readLine", (object?)Console.ReadLine() ?? DBNull.Value);
        command.Parameters.AddWithValue("@readLine2", (object?)Console.ReadLine() ?? DBNull.Value);
        """);
}
