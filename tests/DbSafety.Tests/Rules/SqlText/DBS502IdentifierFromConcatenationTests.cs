using DbSafety.Rules.SqlText;
using DbSafety.Tests.Engine;
using Microsoft.CodeAnalysis;
using Xunit;

namespace DbSafety.Tests.Rules.SqlText;

public class DBS502IdentifierFromConcatenationTests
{
    [Theory]
    [InlineData("""connection.Execute([|$"DELETE FROM {name} WHERE i = 1"|]);""")]
    [InlineData("""connection.Execute([|$"DELETE FROM [{name}] WHERE i = 1"|]);""")]
    [InlineData("""connection.Execute([|$"DELETE FROM tbl_{name} WHERE i = 1"|]);""")]
    [InlineData("""connection.Query<int>([|$"SELECT {name} FROM t"|]);""")]
    [InlineData("""connection.Query<int>([|"SELECT 1 FROM t ORDER BY " + name|]);""")]
    [InlineData("""connection.Query<int>([|$"SELECT 1 FROM t ORDER BY n {name}"|]);""")]
    [InlineData("""connection.Query<int>([|"SELECT 1 FROM t WHERE " + name|]);""")]
    [InlineData("""connection.Query<int>([|$"SELECT 1 FROM t WHERE {name} = @p"|], new { p = 1 });""")]
    [InlineData("""connection.Execute([|"CREATE TABLE " + name + " (i INTEGER)"|]);""")]
    [InlineData("""connection.Execute([|$"CREATE USER u PASSWORD '{name}'"|]);""")]
    [InlineData("""connection.Execute([|$"PRAGMA {name}"|]);""")]
    [InlineData("""connection.Execute([|string.Concat(name, name)|]);""")]
    [InlineData("""if (string.IsNullOrEmpty(name)) return; connection.Execute([|$"DELETE FROM {name} WHERE i = 1"|]);""")]
    [InlineData("""if (name.Contains("a")) connection.Execute([|$"DELETE FROM {name} WHERE i = 1"|]);""")]
    [InlineData("""var o = name.Length > 3 ? name : "id"; connection.Query<int>([|$"SELECT 1 FROM t ORDER BY {o}"|]);""")]
    public Task A_name_keyword_or_clause_from_outside_is_reported(string source) => Verify<DBS502IdentifierFromConcatenation>.Reports(source);

    [Theory]
    [InlineData("""var o = name == "price" ? "Price" : "Name"; connection.Query<int>($"SELECT 1 FROM t ORDER BY {o}");""")]
    [InlineData("""var o = name switch { "p" => "Price", _ => "Name" }; connection.Query<int>($"SELECT 1 FROM t ORDER BY {o} {(id > 1 ? "DESC" : "ASC")}");""")]
    [InlineData("""if (name is not ("A" or "B")) throw new ArgumentException(); connection.Query<int>($"SELECT 1 FROM t ORDER BY {name}");""")]
    [InlineData("""var allowed = new[] { "A", "B" }; if (!allowed.Contains(name, StringComparer.OrdinalIgnoreCase)) return; connection.Query<int>($"SELECT 1 FROM t ORDER BY {name}");""")]
    [InlineData("""var allowed = new[] { "A", "B" }; if (Array.IndexOf(allowed, name) < 0) return; connection.Query<int>($"SELECT 1 FROM t ORDER BY {name}");""")]
    [InlineData("""if (!System.Text.RegularExpressions.Regex.IsMatch(name, "^[A-Za-z_]+$")) throw new ArgumentException(); connection.Query<int>($"SELECT 1 FROM t ORDER BY {name}");""")]
    [InlineData("""if (!name.All(char.IsLetter)) throw new ArgumentException(); connection.Query<int>($"SELECT 1 FROM {name}");""")]
    [InlineData("""static void ValidateName(string n) { if (n.Length > 3) throw new ArgumentException(); } ValidateName(name); connection.Query<int>($"SELECT 1 FROM {name}");""")]
    [InlineData("""var b = new SqlCommandBuilder(); connection.Query<int>($"SELECT 1 FROM {b.QuoteIdentifier(name)}");""")]
    [InlineData("""string Q(string n) => "[" + n.Replace("]", "]]") + "]"; connection.Query<int>($"SELECT 1 FROM {Q(name)}");""")]
    [InlineData("""connection.Query<int>($"SELECT 1 FROM \"{name.Replace("\"", "\"\"")}\"");""")]
    [InlineData("""connection.Query<int>($"SELECT 1 FROM {typeof(string).Name} ORDER BY {DayOfWeek.Friday} LIMIT {id}");""")]
    [InlineData("""connection.Query<int>($"SELECT 1 FROM t_{id}");""")]
    [InlineData("""connection.Query<int>(name + " LIMIT 10");""")]
    [InlineData("""connection.Execute("proc_" + name, commandType: CommandType.StoredProcedure);""")]
    [InlineData("""connection.Query<int>($"SELECT 1 FROM t WHERE n = '{name}'");""")]
    [InlineData("""var columns = typeof(string).GetProperties().Select(p => p.Name); connection.Query<int>($"SELECT {string.Join(", ", columns)} FROM t");""")]
    public Task A_name_from_a_fixed_list_or_quoted_is_silent(string source) => Verify<DBS502IdentifierFromConcatenation>.Silent(source);

    [Fact]
    public Task Configuration_set_once_is_silent() => Verify<DBS502IdentifierFromConcatenation>.Silent("""
        public class Options { public string Table { get; set; } = "t"; }
        public class Store(SqliteConnection connection, string schema, Options options)
        {
            private readonly string _schema = schema;
            private readonly Options _options = options;
            private string Prefix { get; } = schema;
            private string Full => _schema + ".t";
            public void A() => connection.Execute($"DELETE FROM {_schema}.t WHERE i = 1");
            public void B() => connection.Execute($"DELETE FROM {_options.Table} WHERE i = 1");
            public void C() => connection.Execute($"DELETE FROM {Prefix}t WHERE i = 1");
            public void D() => connection.Execute($"DELETE FROM {Full} WHERE i = 1");
        }
        """);

    [Fact]
    public Task A_name_the_database_gave_is_silent() => Verify<DBS502IdentifierFromConcatenation>.Silent("""
        using var reader = connection.ExecuteReader("SELECT name FROM sqlite_master");
        while (reader.Read()) connection.Execute($"DELETE FROM {reader.GetString(0)} WHERE i = 1; DELETE FROM {reader["name"]} WHERE i = 1");
        """);

    [Fact]
    public Task Options_that_check_what_they_are_set_to_are_configuration() => Verify<DBS502IdentifierFromConcatenation>.Silent("""
        public class Settings { private string _schema = "public"; public string Schema { get => _schema; set { if (value.Length == 0) throw new ArgumentException(); _schema = value; } } }
        public class Store(SqliteConnection connection, Settings settings)
        {
            private readonly Settings _settings = settings;
            public void A() => connection.Execute($"DELETE FROM {_settings.Schema}.t WHERE i = 1");
        }
        """);

    [Fact]
    public async Task Code_outside_the_assembly_makes_it_a_warning_and_a_private_helper_a_suggestion()
    {
        const string source = """
            public class Store(SqliteConnection connection)
            {
                public void A(string table) => connection.Execute($"DELETE FROM {table} WHERE i = 1");
                public void B(string[] tables) { foreach (var t in tables) Clear(t.Trim()); }
                private void Clear(string table) => connection.Execute($"DELETE FROM {table} WHERE i = 2");
            }
            """;
        var document = await TestProject.Of(source, Setup.Default);
        var found = await TestProject.Analyze(document.Project, [new DBS502IdentifierFromConcatenation()]);
        Assert.Equal([DiagnosticSeverity.Warning, DiagnosticSeverity.Info], found.Select(d => d.Severity));
    }

    [Theory]
    [InlineData("store.Dump(\"orders\");", DiagnosticSeverity.Info)]
    [InlineData("store.Dump(Console.ReadLine()!);", DiagnosticSeverity.Warning)]
    [InlineData("", DiagnosticSeverity.Warning)]
    [InlineData("", DiagnosticSeverity.Info, "[{table}]")]
    public async Task A_public_method_all_of_whose_callers_pass_their_own_names_is_a_suggestion(string caller, DiagnosticSeverity severity, string name = "{table}")
    {
        var source = $$"""
            public class Store(SqliteConnection connection)
            {
                public void Dump(string table) => connection.Query<int>($"SELECT 1 FROM {{name}}");
            }
            public class Report { public void Run(Store store) { {{caller}} } }
            """;
        var document = await TestProject.Of(source, Setup.Default);
        var found = await TestProject.Analyze(document.Project, [new DBS502IdentifierFromConcatenation()]);
        Assert.Equal([severity], found.Select(d => d.Severity));
    }

    [Fact]
    public Task A_helper_whose_callers_pass_constants_is_silent() => Verify<DBS502IdentifierFromConcatenation>.Silent("""
        public class Store(SqliteConnection connection)
        {
            public void A() { Clear("a"); Clear(nameof(Store)); }
            internal void Clear(string table) => Run($"DELETE FROM {table} WHERE i = 2");
            private void Run(string sql) => connection.Execute(sql);
        }
        """);
}
