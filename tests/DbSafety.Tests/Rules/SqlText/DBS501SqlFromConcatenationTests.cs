using DbSafety.Rules.SqlText;
using DbSafety.Tests.Engine;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Xunit;

namespace DbSafety.Tests.Rules.SqlText;

public class DBS501SqlFromConcatenationTests
{
    [Theory]
    [InlineData("""_ = new SqliteCommand([|$"SELECT 1 FROM t WHERE n = '{name}'"|], connection);""")]
    [InlineData("""SqliteCommand c = new([|"SELECT 1 FROM t WHERE n = '" + name + "'"|], connection);""")]
    [InlineData("""_ = new SqliteCommand(connection: connection, commandText: [|$"SELECT 1 FROM t WHERE n = '{name}'"|]);""")]
    [InlineData("""var c = connection.CreateCommand(); c.CommandText = [|$"DELETE FROM t WHERE n = {name}"|];""")]
    [InlineData("""IDbCommand c = connection.CreateCommand(); c.CommandText = [|$"DELETE FROM t WHERE n = '{name}'"|];""")]
#if !ROSLYN48 // C# 14
    [InlineData("""SqliteCommand? c = connection.CreateCommand(); c?.CommandText = [|$"DELETE FROM t WHERE n = '{name}'"|];""")]
#endif
    [InlineData("""_ = new SqliteCommand { CommandText = [|$"DELETE FROM t WHERE n = '{name}'"|], Connection = connection };""")]
    [InlineData("""var c = new SqliteCommand("SELECT 1 FROM t", connection); c.CommandText += [|$" WHERE n = '{name}'"|];""")]
    [InlineData("""_ = new SqlDataAdapter([|$"SELECT 1 FROM t WHERE n = '{name}'"|], "server=.");""")]
    [InlineData("""_ = new NpgsqlBatchCommand([|$"SELECT 1 FROM t WHERE n = '{name}'"|]);""")]
    [InlineData("""var b = new NpgsqlBatchCommand(); b.CommandText = [|$"SELECT 1 FROM t WHERE n = '{name}'"|];""")]
    [InlineData("""NpgsqlDataSource s = null!; using var c = s.CreateCommand([|$"SELECT 1 FROM t WHERE n = '{name}'"|]);""")]
    [InlineData("""connection.Execute([|$"DELETE FROM t WHERE n = '{name}'"|]);""")]
    [InlineData("""SqlMapper.Execute(connection, [|$"DELETE FROM t WHERE n = '{name}'"|]);""")]
    [InlineData("""connection.Execute(param: null, sql: [|$"DELETE FROM t WHERE n = '{name}'"|]);""")]
    [InlineData("""await connection.QueryAsync<int>([|$"SELECT 1 FROM t WHERE n = '{name}'"|]);""")]
    [InlineData("""_ = connection.Query(typeof(int), [|"SELECT 1 FROM t WHERE n LIKE '%" + name + "%'"|]);""")]
    [InlineData("""_ = new CommandDefinition([|$"SELECT 1 FROM t WHERE n = '{name}'"|]);""")]
    [InlineData("""DbContext db = null!; db.Database.ExecuteSqlRaw([|$"DELETE FROM t WHERE n = '{name}'"|]);""")]
    [InlineData("""DbContext db = null!; _ = db.Database.SqlQueryRaw<int>([|$"SELECT 1 FROM t WHERE n = '{name}'"|]).ToList();""")]
    [InlineData("""DbSet<string> set = null!; _ = set.FromSqlRaw([|$"SELECT 1 FROM t WHERE n = '{name}' AND i = {{0}}"|], id).ToList();""")]
    [InlineData("""SQLite.SQLiteConnection db = null!; db.Execute([|$"DELETE FROM t WHERE n = '{name}'"|]);""")]
    [InlineData("""new MySqlCommand([|$"SELECT 1 FROM t WHERE n IN ('a', '{name}')"|]).ExecuteScalar();""")]
    public Task Every_sink_is_reported(string source) => Verify<DBS501SqlFromConcatenation>.Reports(source);

    [Theory]
    [InlineData("""connection.Execute([|string.Concat("DELETE FROM t WHERE n = '", name, "'")|]);""")]
    [InlineData("""connection.Execute([|string.Format("DELETE FROM t WHERE n = '{0}' AND i = {1}", name, id)|]);""")]
    [InlineData("""connection.Execute([|string.Format(System.Globalization.CultureInfo.InvariantCulture, "DELETE FROM t WHERE n = '{0}'", name)|]);""")]
    [InlineData("""connection.Execute([|string.Join(" ", "DELETE FROM t WHERE n =", "'" + name + "'")|]);""")]
    [InlineData("""connection.Execute([|string.Join(" ", new[] { "DELETE FROM t WHERE n =", "'" + name + "'" })|]);""")]
    [InlineData("""connection.Execute([|"DELETE FROM t WHERE n = '{n}'".Replace("{n}", name)|]);""")]
    [InlineData("""connection.Execute([|FormattableString.Invariant($"DELETE FROM t WHERE n = '{name}'")|]);""")]
    [InlineData("""connection.Execute([|string.Create(null, $"DELETE FROM t WHERE n = '{name}'")|]);""")]
    [InlineData("""connection.Execute([|$"DELETE FROM t WHERE n = '{name.Trim()}'"|]);""")]
    [InlineData("""connection.Execute([|$"DELETE FROM t WHERE n = '{name.Replace("'", "''")}'"|]);""")]
    [InlineData("""IDbConnection c = connection; c.Execute([|"INSERT INTO t (n) VALUES (\"" + name + "\")"|]);""")]
    [InlineData("""connection.Execute([|@"DELETE FROM t WHERE n = '" + name + @"'"|]);""")]
    [InlineData("""connection.Execute([|("DELETE FROM t WHERE n = '" + name + "'").Trim()|]);""")]
    [InlineData("""var sql = "DELETE FROM t WHERE n = '" + name + "'"; connection.Execute([|sql|]);""")]
    [InlineData("""var sql = "DELETE FROM t"; sql = sql + " WHERE n = '" + name + "'"; connection.Execute([|sql|]);""")]
    [InlineData("""var sql = "DELETE FROM t"; sql += " WHERE n = '"; sql += name; sql += "'"; connection.Execute([|sql|]);""")]
    [InlineData("""string sql; if (id > 1) sql = "DELETE FROM t"; else sql = "DELETE FROM t WHERE n = '" + name + "'"; connection.Execute([|sql|]);""")]
    [InlineData("""var sql = "SELECT 1 FROM t WHERE 1 = 1"; if (id > 1) sql += $" AND n = '{name}'"; if (id > 2) sql += " AND x = 1"; connection.Execute([|sql|]);""")]
    [InlineData("""connection.Execute([|id > 1 ? "DELETE FROM t" : $"DELETE FROM t WHERE n = '{name}'"|]);""")]
    [InlineData("""connection.Execute([|"DELETE FROM t" + (id > 1 ? "" : " WHERE n = '" + name + "'")|]);""")]
    [InlineData("""connection.Execute([|id switch { 1 => "DELETE FROM t WHERE i = 1", _ => $"DELETE FROM t WHERE n = '{name}'" }|]);""")]
    [InlineData("""string? sql = null; sql ??= $"DELETE FROM t WHERE n = '{name}'"; connection.Execute([|sql|]);""")]
    [InlineData("""var sb = new StringBuilder("DELETE FROM t"); sb.Append(" WHERE n = '").Append(name).Append("'"); connection.Execute([|sb.ToString()|]);""")]
    [InlineData("""var sb = new StringBuilder(); sb.AppendLine("DELETE FROM t"); sb.AppendFormat(" WHERE n = '{0}'", name); connection.Execute([|sb.ToString()|]);""")]
    [InlineData("""var sb = new StringBuilder(); sb.Append($"DELETE FROM t WHERE n = '{name}'"); connection.Execute([|sb.ToString()|]);""")]
    [InlineData("""connection.Execute([|new StringBuilder().Append("DELETE FROM t WHERE n = '").Append(name).Append('\'').ToString()|]);""")]
    [InlineData("""var parts = new List<string> { "x = 1" }; parts.Add($"n = '{name}'"); connection.Execute([|"DELETE FROM t WHERE " + string.Join(" AND ", parts)|]);""")]
    [InlineData("""var names = name.Split(','); connection.Execute([|"DELETE FROM t WHERE n IN (" + string.Join(",", names.Select(n => "'" + n + "'")) + ")"|]);""")]
    [InlineData("""var names = name.Split(','); var sql = "DELETE FROM t WHERE 1 = 1"; foreach (var n in names) { sql += " OR n = '" + n + "'"; } connection.Execute([|sql|]);""")]
    [InlineData("""foreach (var n in name.Split(',')) connection.Execute([|$"DELETE FROM t WHERE n = '{n}'"|]);""")]
    [InlineData("""(string sql, int x) = ("DELETE FROM t WHERE n = '" + name + "'", 1); connection.Execute([|sql + "" + " AND m = '" + name + "'"|]);""")]
    [InlineData("""void Run(string n) => connection.Execute([|$"DELETE FROM t WHERE n = '{n}'"|]); Run(name);""")]
    [InlineData("""Func<string, int> run = n => connection.Execute([|$"DELETE FROM t WHERE n = '{n}'"|]); run(name);""")]
    [InlineData("""string Where(string n) => $" WHERE n = '{n}'"; connection.Execute([|"DELETE FROM t" + Where(name)|]);""")]
    [InlineData("""static void Build(StringBuilder b, string n) { b.Append("DELETE FROM t WHERE n = '").Append(n).Append("'"); } var sb = new StringBuilder(); Build(sb, name); connection.Execute([|sb.ToString()|]);""")]
    [InlineData("""static bool Try(string n, out string sql) { sql = $"DELETE FROM t WHERE n = '{n}'"; return true; } if (Try(name, out var text)) connection.Execute([|text|]);""")]
    [InlineData("""var (sql, x) = ($"DELETE FROM t WHERE n = '{name}'", 1); connection.Execute([|sql|]);""")]
    [InlineData("""Func<string, string> make = n => $"DELETE FROM t WHERE n = '{n}'"; connection.Execute([|make(name)|]);""")]
    [InlineData("""connection.Execute([|name.Split(',').Aggregate("DELETE FROM t WHERE 1 = 1", (all, n) => all + " OR n = '" + n + "'")|]);""")]
    [InlineData("""connection.Execute([|$"DELETE FROM t WHERE n = '{Environment.GetEnvironmentVariable("N")}'"|]);""")]
    [InlineData("""using var reader = connection.ExecuteReader("SELECT n FROM t"); connection.Execute([|$"DELETE FROM t WHERE n = '{reader.GetString(0)}'"|]);""")]
    [InlineData(""""connection.Execute([|$"""DELETE FROM t WHERE n = '{name}'"""|]);"""")]
    public Task Every_way_to_glue_is_followed(string source) => Verify<DBS501SqlFromConcatenation>.Reports(source);

    [Theory]
    [InlineData("""connection.Execute("DELETE FROM t WHERE n = @name", new { name });""")]
    [InlineData("""connection.Execute("DELETE FROM t " + "WHERE n = 'x'");""")]
    [InlineData("""const string table = "t"; connection.Execute($"DELETE FROM {table} WHERE n = 'x'");""")]
    [InlineData("""var table = "t"; connection.Execute($"DELETE FROM {table} WHERE n = 'x'");""")]
    [InlineData("""connection.Execute($"DELETE FROM {nameof(String)} WHERE n = '{typeof(string).Name}'");""")]
    [InlineData("""connection.Execute($"DELETE FROM t WHERE i = {id} AND g = '{Guid.NewGuid()}' AND d = '{DateTime.UtcNow:yyyy-MM-dd}' AND s = '{DayOfWeek.Friday}' AND x = {(int?)id}");""")]
    [InlineData("""connection.Execute($"DELETE FROM t WHERE i = {id.ToString()} AND g = '{Guid.NewGuid().ToString("N")}' AND x = {int.Parse(name)}");""")]
    [InlineData("""var ids = new[] { 1, 2 }; connection.Execute($"DELETE FROM t WHERE i IN ({string.Join(",", ids)})");""")]
    [InlineData("""var ids = new List<long>(); connection.Execute("DELETE FROM t WHERE i IN (" + string.Join(",", ids.Select(i => i.ToString())) + ")");""")]
    [InlineData("""var names = name.Split(','); connection.Execute("DELETE FROM t WHERE n IN (" + string.Join(",", names.Select((n, i) => "@p" + i)) + ")");""")]
    [InlineData("""var sb = new StringBuilder("DELETE FROM t WHERE n IN ("); for (var i = 0; i < id; i++) { if (i > 0) sb.Append(','); sb.Append("@p").Append(i); } sb.Append(')'); connection.Execute(sb.ToString());""")]
    [InlineData("""connection.Execute("DELETE FROM t" + (id > 1 ? " WHERE n = 'a'" : " WHERE n = 'b'"));""")]
    [InlineData("""var status = id switch { 1 => "open", 2 => "closed", _ => throw new ArgumentException() }; connection.Execute($"DELETE FROM t WHERE s = '{status}'");""")]
    [InlineData("""if (name == "open") connection.Execute($"DELETE FROM t WHERE s = '{name}'");""")]
    [InlineData("""if (name is not ("open" or "closed")) throw new ArgumentException(); connection.Execute($"DELETE FROM t WHERE s = '{name}'");""")]
    [InlineData("""var allowed = new HashSet<string> { "a", "b" }; if (!allowed.Contains(name)) return; connection.Execute($"DELETE FROM t WHERE s = '{name}'");""")]
    [InlineData("""if (!new[] { "a", "b" }.Contains(name)) throw new ArgumentException(); connection.Execute($"DELETE FROM t WHERE s = '{name}'");""")]
    [InlineData("""switch (name) { case "a": case "b": connection.Execute($"DELETE FROM t WHERE s = '{name}'"); break; }""")]
    [InlineData("""var columns = new Dictionary<string, string> { ["n"] = "Name", ["i"] = "Id" }; connection.Execute($"SELECT 1 FROM t WHERE k = '{columns[name]}'");""")]
    [InlineData("""var columns = new Dictionary<string, string> { ["n"] = "Name" }; if (columns.TryGetValue(name, out var c)) connection.Execute($"SELECT 1 FROM t WHERE k = '{c}'");""")]
    [InlineData("""connection.Execute("SELECT 1" + Environment.NewLine + "FROM t" + string.Empty);""")]
    [InlineData("""var parts = new List<string>(); if (id > 1) parts.Add("n = @name"); if (id > 2) parts.Add("i = @id"); connection.Execute("DELETE FROM t WHERE " + string.Join(" AND ", parts), new { name, id });""")]
    [InlineData("""var c = connection.CreateCommand(); c.CommandText = "SELECT n FROM t WHERE x = @x"; c.CommandText = c.CommandText.Replace("t", "u");""")]
    [InlineData("""connection.Execute(name);""")]
    [InlineData("""connection.Execute(File.ReadAllText(name));""")]
    [InlineData("""connection.Execute("proc_" + name, commandType: CommandType.StoredProcedure);""")]
    [InlineData("""var c = new SqlCommand("p '" + name + "'") { CommandType = CommandType.StoredProcedure };""")]
    [InlineData("""var c = new SqlCommand("p '" + name + "'"); c.CommandType = CommandType.StoredProcedure;""")]
    [InlineData("""DbSet<string> set = null!; _ = set.FromSql($"SELECT 1 FROM t WHERE n = {name}").ToList(); _ = set.FromSqlInterpolated($"SELECT 1 FROM t WHERE n = {name}").ToList();""")]
    [InlineData("""DbContext db = null!; db.Database.ExecuteSql($"DELETE FROM t WHERE n = {name}");""")]
    [InlineData("""DbContext db = null!; db.Database.ExecuteSqlRaw("DELETE FROM t WHERE n = {0}", name);""")]
    [InlineData("""Console.WriteLine($"SELECT 1 FROM t WHERE n = '{name}'");""")]
    [InlineData("""_ = new SqliteConnection("Data Source=" + name);""")]
    [InlineData("""connection.Query<int, int, int>("SELECT 1, 2", (a, b) => a + b, splitOn: name);""")]
    [InlineData("""connection.Query<int>("SELECT 1 WHERE n = @p", new { p = "'" + name + "'" });""")]
    [InlineData("""var b = new SqlCommandBuilder(); connection.Execute($"SELECT 1 FROM {b.QuoteIdentifier(name)} WHERE i = 1");""")]
    [InlineData("""var c = new SqliteCommand("SELECT @p" + id, connection);""")]
    [InlineData("""if (Enum.TryParse<DayOfWeek>(name, out var day)) connection.Execute($"DELETE FROM t WHERE s = '{day}'");""")]
    [InlineData("""string Order(bool d) { if (d) return "DESC"; return "ASC"; } connection.Execute("SELECT 1 FROM t ORDER BY n " + Order(id > 1));""")]
    public Task What_cannot_inject_is_silent(string source) => Verify<DBS501SqlFromConcatenation>.Silent(source);

    [Fact]
    public Task What_another_assembly_formats_of_numbers_is_silent() => Verify<DBS501SqlFromConcatenation>.Silent("""
        public class Store(SqliteConnection connection)
        {
            public void A(long n, int[] ids)
            {
                var text = System.Xml.XmlConvert.ToString(n);
                connection.Execute($"DELETE FROM t WHERE n = {text} AND i IN ({System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(ids)})");
                var (added, removed) = Parts(n);
                connection.Execute($"SELECT 1 FROM t WHERE i IN ({added}) AND j IN ({removed})");
            }
            private static (string, string) Parts(long n) => ("SELECT i FROM u", "SELECT j FROM v");
        }
        """);

    [Theory]
    [InlineData("private const string Table = \"t\";")]
    [InlineData("private static readonly string Table = \"t\";")]
    [InlineData("private readonly string Table = \"t\";")]
    [InlineData("private string Table => \"t\";")]
    [InlineData("private string Table { get; } = \"t\";")]
    [InlineData("private static string Table { get { return \"t\"; } }")]
    [InlineData("private string Table = \"t\"; void Set() { Table = \"u\"; }")]
    [InlineData("private static readonly string[] Tables = [\"t\", \"u\"]; private string Table => Tables[0];")]
    [InlineData("private static readonly Dictionary<string, string> Tables = new() { [\"a\"] = \"t\" }; private string Table => Tables[\"a\"];")]
    public Task Members_that_hold_only_constants_are_silent(string member) => Verify<DBS501SqlFromConcatenation>.Silent($$"""
        class Store(SqliteConnection connection)
        {
            {{member}}
            public void Delete() => connection.Execute($"DELETE FROM x WHERE n = '{Table}'");
        }
        """);

    [Fact]
    public Task A_readonly_field_from_outside_where_a_value_stands_is_reported() => Verify<DBS501SqlFromConcatenation>.Reports("""
        public class Store(SqliteConnection connection, string schema)
        {
            private readonly string _schema = schema;
            public object? Find() => connection.ExecuteScalar([|$"SELECT 1 FROM information_schema.tables WHERE s = '{_schema}' AND t = '{schema}'"|]);
        }
        """, "Value of '_schema', 'schema' becomes part of the SQL text; pass it as a parameter");

    [Fact]
    public Task The_schema_a_script_creates_is_silent_where_it_asks_for_it() => Verify<DBS501SqlFromConcatenation>.Silent("""
        public class Store(SqlConnection connection, string schema)
        {
            private readonly string _schema = schema;
            public void Create() => connection.Execute($"IF NOT EXISTS (SELECT 1 FROM sys.schemas WHERE name = '{_schema}') EXEC('CREATE SCHEMA {_schema}')");
        }
        """);

    [Fact]
    public Task What_a_dialect_renders_is_sql() => Verify<DBS501SqlFromConcatenation>.Silent("""
        public interface ISqlDialect { string RenderMethod(string name); }
        public class Store(SqliteConnection connection, ISqlDialect dialect)
        {
            public void Find() => connection.Execute("SELECT 1 FROM t WHERE d > " + dialect.RenderMethod("now"));
        }
        """);

    [Fact]
    public Task A_private_helper_whose_callers_pass_constants_is_silent() => Verify<DBS501SqlFromConcatenation>.Silent("""
        public class Store(SqliteConnection connection)
        {
            private void Close(string status) => connection.Execute($"UPDATE t SET s = '{status}' WHERE i = 1");
            public void A() => Close("open");
            public void B(bool b) => this.Close(b ? "closed" : "void");
            public void C() { foreach (var s in new[] { "x", "y" }) Close(status: s); }
        }
        """);

    [Fact]
    public Task A_private_helper_with_one_caller_from_outside_is_reported() => Verify<DBS501SqlFromConcatenation>.Reports("""
        public class Store(SqliteConnection connection)
        {
            private void Close(string status) => connection.Execute([|$"UPDATE t SET s = '{status}' WHERE i = 1"|]);
            public void A() => Close("open");
            public void B(string status) => Close(status);
        }
        """);

    [Fact]
    public Task A_method_group_may_be_called_with_anything() => Verify<DBS501SqlFromConcatenation>.Reports("""
        public class Store(SqliteConnection connection)
        {
            private void Close(string status) => connection.Execute([|$"UPDATE t SET s = '{status}' WHERE i = 1"|]);
            public void A(List<string> all) { Close("open"); all.ForEach(Close); }
        }
        """);

    [Fact]
    public Task A_wrapper_is_silent_and_its_callers_are_judged() => Verify<DBS501SqlFromConcatenation>.Reports("""
        public class Store(SqliteConnection connection)
        {
            public void Run(string sql, params SqliteParameter[] parameters)
            {
                using var command = connection.CreateCommand();
                command.CommandText = sql;
                command.ExecuteNonQuery();
            }
            public void Page(string sql, int n) => Run(sql + " LIMIT " + n);
            public void A(string name) => Run([|$"DELETE FROM t WHERE n = '{name}'"|]);
            public void B(string name) => Page([|"SELECT 1 FROM t WHERE n = '" + name + "'"|], 5);
            public void C() => Run("DELETE FROM t WHERE n = 'x'");
        }
        """);

    [Fact]
    public Task A_user_declared_sink_and_an_annotated_parameter_are_sinks() => Verify<DBS501SqlFromConcatenation>.Reports("""
        using System.Diagnostics.CodeAnalysis;
        namespace N
        {
            public interface IDb
            {
                void Run(string statement);
                void Ask([StringSyntax("Sql")] string query);
            }
            public class User(IDb db)
            {
                public void A(string name)
                {
                    db.Run([|$"DELETE FROM t WHERE n = '{name}'"|]);
                    db.Ask([|$"DELETE FROM t WHERE n = '{name}'"|]);
                }
            }
        }
        """, new Setup { AdditionalFiles = [("DbSafety.Apis.txt", "[N.IDb]::Run(statement)\n")] });

    [Fact]
    public async Task A_helper_of_another_assembly_on_commands_is_a_sink_by_the_name_of_its_parameter()
    {
        var helpers = CSharpCompilation.Create("Helpers", [CSharpSyntaxTree.ParseText("""
            public static class CommandHelpers
            {
                public static int Run(this System.Data.IDbCommand command, string cmdtext) => 0;
                public static void Tag(this System.Data.IDbCommand command, string label) { }
            }
            public class Names
            {
                public static readonly string Table = "t";
                public string Column { get; } = "n";
                private static string Make(string n) => "n = '" + n + "'";
                public static string Where(string n) => Make(n);
                public static void Delete(System.Data.IDbCommand command, string text) => command.CommandText = text;
            }
            """, cancellationToken: TestContext.Current.CancellationToken)], TestProject.MetadataReferences(References.Net100), new(OutputKind.DynamicallyLinkedLibrary));
        var document = await TestProject.Of("""
            class C
            {
                void M(SqliteCommand command, string name)
                {
                    command.Run($"DELETE FROM t WHERE n = '{name}'");
                    command.Tag($"DELETE FROM t WHERE n = '{name}'");
                    command.CommandText = $"DELETE FROM {Names.Table} WHERE {new Names().Column} = 1 AND {Names.Where("x")}";
                    Names.Delete(command, $"DELETE FROM t WHERE n = '{name}'");
                }
            }
            """, Setup.Default);
        var project = document.Project.AddMetadataReference(helpers.ToMetadataReference());
        Assert.DoesNotContain(await TestProject.Analyze(project, Pack.Analyzers), d => d.Id == "AD0001");
        var found = await TestProject.Analyze(project, [new DBS501SqlFromConcatenation()]);
        Assert.Equal(4, Assert.Single(found).Location.GetLineSpan().StartLinePosition.Line);
    }

    [Fact]
    public Task Without_a_database_library_nothing_is_looked_at() => Verify<DBS501SqlFromConcatenation>.Silent("""
        class Command { public string CommandText { get; set; } = ""; }
        class C { void M(Command c, string name) => c.CommandText = $"DELETE FROM t WHERE n = '{name}'"; }
        """, new Setup { References = References.Net100, Usings = false });

    [Fact]
    public Task An_unknown_provider_is_known_by_its_interface() => Verify<DBS501SqlFromConcatenation>.Reports("""
        using System.Data;
        class C { void M(IDbCommand c, string name) => c.CommandText = [|$"DELETE FROM t WHERE n = '{name}'"|]; }
        """, new Setup { References = References.Net100, Usings = false });

    [Fact]
    public Task Generated_code_is_left_alone() => Verify<DBS501SqlFromConcatenation>.Silent("""
        // <auto-generated/>
        class C { void M(SqliteConnection c, string name) => c.Execute($"DELETE FROM t WHERE n = '{name}'"); }
        """);

    [Fact]
    public Task Top_level_statements_and_CSharp_9() => Verify<DBS501SqlFromConcatenation>.Reports("""
        using Dapper;
        using Microsoft.Data.Sqlite;
        using var connection = new SqliteConnection("Data Source=:memory:");
        connection.Execute([|"DELETE FROM t WHERE n = '" + args[0] + "'"|]);
        """, new Setup { TopLevel = true, Language = LanguageVersion.CSharp9, Usings = false, Nullable = false });
}
