using System.Collections.Immutable;
using System.Data.Common;
using System.Globalization;
using System.Reflection;
using Microsoft.Data.Sqlite;
using MySqlConnector;
using Npgsql;
using Xunit;

namespace DbSafety.Tests.Execution;

/// <summary>
/// Every shape of glued SQL runs before and after its fix, over hostile values: what the text returned, and left in the table, the
/// parameters return and leave too. Where the text itself failed, or said something else than it meant, the row is found now.
/// </summary>
public class FixExecutionTests
{
    private static readonly Shape[] Common =
    [
        new("""$"SELECT id FROM t WHERE text = '{text}'" """, Finds: true),
        new("""
            "SELECT id FROM t WHERE text = '" + text + "'"
            """, Finds: true),
        new("""string.Format("SELECT id FROM t WHERE text = '{0}' AND id > {1}", text, -1000)""", Finds: true),
        new("""
            @"SELECT id
            FROM t
            WHERE text = '" + text + @"' OR id = " + number
            """, Finds: true),
        new(""""
            $"""
                SELECT id FROM t
                  WHERE text = '{text}' AND 1 = 1
                """
            """", Finds: true),
        new("""$"SELECT id FROM t WHERE text='{text}'AND id<>{number}+100000" """, Finds: true),
        new("""$"SELECT id FROM t WHERE text LIKE '%{text}%'" """),
        new("""
            "SELECT id FROM t WHERE text LIKE '" + text + "_%'"
            """),
        new("""$"SELECT id FROM t WHERE text = 'x{text}'" """),
        new("""$"SELECT id FROM t WHERE text = '{text.Trim()}' AND '{text}' <> ''" """),
        new("""$"SELECT id FROM t WHERE '{text}' = text" """, Finds: true),
        new("""$"SELECT id FROM t WHERE text IN ('{text}', 'a')" """),
        new("""$"SELECT id FROM t WHERE number = {number} OR number BETWEEN {number} AND {number + 2}" """),
        new("""
            "SELECT id FROM t WHERE number = " + number.ToString()
            """),
        new("""$"SELECT id FROM t WHERE number = {number} ORDER BY id LIMIT {numbers.Length} OFFSET {numbers.Length - 2}" """, NotIn: ["Neutral", "Ef", "NeutralPostgres", "NeutralMaria"]),
        new("""$"SELECT id FROM t WHERE price >= {price}" """, NotIn: ["Ef", "EfPostgres"]),
        new("""$"SELECT id FROM t WHERE ratio <= {ratio}" """),
        new("""$"SELECT id FROM t WHERE number = {numeric}" """, NotIn: ["Neutral", "Ef", "DapperPostgres", "EfPostgres", "NeutralPostgres", "NeutralMaria"]),
        new("""$"UPDATE t SET text = '{text}', number = {number} WHERE number = {number}" """),
        new("""
            "INSERT INTO t (id, text, number, price) VALUES (9999, '" + text + "', " + number + ", " + number + ")"
            """),
        new("""$"DELETE FROM t WHERE text = '{text}'" """),
    ];

    private static readonly Shape[] Sqlite =
    [
        .. Common,
        new("""$"SELECT id FROM t WHERE key = '{key}' OR day = '{day:yyyy-MM-dd}' AND flag = {flag}" """, NotIn: ["Neutral", "Ef"]),
        new("""$"SELECT id FROM t WHERE text GLOB '{text}*'" """),
        new("""$"SELECT id FROM t WHERE text = '{text.Replace("'", "''")}'" """, Finds: true),
        new("""$"SELECT id FROM t WHERE price = '{price}' OR number = '{number}'" """, NotIn: ["Neutral", "Ef"]),
    ];

    private static readonly Shape[] Postgres =
    [
        .. Common,
        new("""$"SELECT id FROM t WHERE key = '{key}' OR day = '{day:yyyy-MM-dd}' AND flag = {flag}" """, NotIn: ["DapperPostgres", "EfPostgres", "NeutralPostgres"]),
        new("""$"SELECT id FROM t WHERE mood = '{(flag ? "glad" : numeric == "5" ? "sad" : "glad")}' AND text = '{text}'" """, Finds: false),
        new("""$"SELECT id FROM t WHERE data->>'text' = '{text}'" """),
        new("""$"SELECT id FROM t WHERE text ILIKE '{text}%'" """),
        new("""$"SELECT id FROM t WHERE number IN ({string.Join(",", numbers)})" """, NotIn: ["EfPostgres", "NeutralPostgres"]),
        new("""$"SELECT id FROM t WHERE text NOT IN ('{string.Join("','", texts)}')" """, NotIn: ["EfPostgres", "NeutralPostgres"]),
        new("""$"SELECT id FROM t WHERE key = '{key}'::uuid OR text = '{text}'::text" """, NotIn: ["DapperPostgres", "EfPostgres", "NeutralPostgres"]),
    ];

    private static readonly Shape[] MariaDb =
    [
        .. Common,
        new("""$"SELECT id FROM t WHERE `key` = '{key}' OR day = '{day:yyyy-MM-dd}' AND flag = {flag}" """, NotIn: ["NeutralMaria"]),
        new("""$"SELECT id FROM t WHERE text IN ({string.Join(",", texts.Select(x => $"'{x}'"))})" """, NotIn: ["CommandMaria", "NeutralMaria"]),
    ];

    private const string SqliteSchema =
        "CREATE TABLE t (id INTEGER PRIMARY KEY, text TEXT, number INTEGER, price NUMERIC, ratio REAL, day TEXT, key TEXT, flag INTEGER)";

    private static readonly string[] Cultures = ["", "de-DE"];

    [Fact]
    public async Task Fixed_code_returns_the_same_rows_on_SQLite()
    {
        Way[] ways =
        [
            new("CommandText", "SqliteConnection", "using var command = c.CreateCommand();\ncommand.CommandText = §;\nreturn Support.Rows(command);"),
            new("Constructor", "SqliteConnection", "var sql = §;\nusing (var command = new SqliteCommand(sql, c))\n{\n    return Support.Rows(command);\n}"),
            new("Chained", "SqliteConnection", "return Support.Rows(new SqliteCommand(§, c));"),
            new("Neutral", "DbConnection", "using var command = c.CreateCommand();\ncommand.CommandText = §;\nreturn Support.Rows(command);"),
            new("Dapper", "SqliteConnection", "return Support.List(c.Query<long>(§));"),
            new("Ef", "SqliteConnection", "using var context = new Context(c);\nreturn Support.List(context.Database.SqlQueryRaw<long>(§).ToList());"),
        ];
        using var connection = new SqliteConnection("Data Source=:memory:");
        connection.Open();
        await Compare(connection, ways, Sqlite, SqliteSchema);
    }

    [Fact]
    public async Task Fixed_code_returns_the_same_rows_on_System_Data_SQLite()
    {
        Way[] ways =
        [
            new("CommandText", "System.Data.SQLite.SQLiteConnection", "using var command = c.CreateCommand();\ncommand.CommandText = §;\nreturn Support.Rows(command);"),
            new("Chained", "System.Data.SQLite.SQLiteConnection", "return Support.Rows(new System.Data.SQLite.SQLiteCommand(§, c));"),
        ];
        using var connection = new System.Data.SQLite.SQLiteConnection("Data Source=:memory:");
        connection.Open();
        await Compare(connection, ways, Sqlite, SqliteSchema);
    }

    [Fact]
    public async Task Fixed_code_returns_the_same_rows_on_sqlite_net()
    {
        Way[] ways = [new("SqliteNet", "SQLite.SQLiteConnection", "return Support.List(c.QueryScalars<long>(§));")];
        var file = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName() + ".db");
        try
        {
            using var connection = new SqliteConnection($"Data Source={file};Pooling=False");
            connection.Open();
            using var net = new SQLite.SQLiteConnection(file);
            // Writes of the one connection would wait for the other; what it selects says enough.
            Shape[] selects = [.. Sqlite.Where(s => s.Sql.Contains("SELECT"))];
            await Compare(connection, ways, selects, SqliteSchema, net);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public async Task Fixed_code_returns_the_same_rows_on_PostgreSQL()
    {
        Way[] ways =
        [
            new("CommandText", "NpgsqlConnection", "using var command = c.CreateCommand();\ncommand.CommandText = §;\nreturn Support.Rows(command);"),
            new("Constructor", "NpgsqlConnection", "using var command = new NpgsqlCommand(§, c);\nreturn Support.Rows(command);"),
            new("Chained", "NpgsqlConnection", "return Support.Rows(new NpgsqlCommand(§, c));"),
            new("NeutralPostgres", "DbConnection", "using var command = c.CreateCommand();\ncommand.CommandText = §;\nreturn Support.Rows(command);"),
            new("DapperPostgres", "NpgsqlConnection", "return Support.List(c.Query<long>(§));"),
        ];
        await using var connection = new NpgsqlConnection(Server("DBSAFETY_POSTGRES"));
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await Compare(connection, ways, Postgres, """
            DROP TYPE IF EXISTS pg_temp.mood;
            CREATE TYPE pg_temp.mood AS ENUM ('glad', 'sad');
            CREATE TEMP TABLE t (id bigint PRIMARY KEY, text varchar(6000), number int, price numeric, ratio double precision, day date, key uuid, flag boolean,
                mood pg_temp.mood DEFAULT 'glad', data jsonb DEFAULT '{"text": "a"}')
            """);
    }

    [Fact]
    public async Task Fixed_code_returns_the_same_rows_on_MariaDB()
    {
        Way[] ways =
        [
            new("CommandMaria", "MySqlConnection", "using var command = c.CreateCommand();\ncommand.CommandText = §;\nreturn Support.Rows(command);"),
            new("NeutralMaria", "DbConnection", "using var command = c.CreateCommand();\ncommand.CommandText = §;\nreturn Support.Rows(command);"),
            new("DapperMaria", "MySqlConnection", "return Support.List(c.Query<long>(§));"),
        ];
        await using var connection = new MySqlConnection(Server("DBSAFETY_MARIADB"));
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await Compare(connection, ways, MariaDb, """
            CREATE TEMPORARY TABLE t (id bigint PRIMARY KEY, text varchar(6000), number int, price decimal(12,4), ratio double, day date, `key` char(36), flag boolean)
            CHARACTER SET utf8mb4 COLLATE utf8mb4_bin
            """);
    }

    private static string Server(string variable)
    {
        var connection = Environment.GetEnvironmentVariable(variable);
        if (string.IsNullOrEmpty(connection))
        {
            Assert.True(Environment.GetEnvironmentVariable("DBSAFETY_REQUIRE_SERVERS") != "1", variable + " is not set.");
            Assert.Skip("eng/servers start && eval \"$(eng/servers env)\"");
        }
        return connection!;
    }

    /// <param name="target">What the methods are called with, where that is not the connection itself.</param>
    private static async Task Compare(DbConnection connection, Way[] ways, Shape[] shapes, string schema, object? target = null)
    {
        Fill(connection, schema);
        var assemblies = await FixedAssemblies.Of(ways, shapes);
        var wrong = new List<string>();
        foreach (var method in assemblies.Methods)
        {
            if (method.IsFixed == method.Shape.NotIn.Contains(method.Way.Name))
            {
                wrong.Add((method.IsFixed ? "fixed, though it should not be: " : "not fixed: ") + method.Source);
            }
        }
        Assert.True(wrong.Count == 0, string.Join("\n", wrong));

        var (same, found) = (0, 0);
        foreach (var culture in Cultures)
        {
            var usual = CultureInfo.CurrentCulture;
            CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo(culture);
            try
            {
                // Text is written the same everywhere.
                foreach (var method in assemblies.Methods.Where(m => m.IsFixed && (culture.Length == 0 || m.Shape.Sql.Contains("{price") || m.Shape.Sql.Contains("{ratio") || m.Shape.Sql.Contains("{day"))))
                {
                    for (var i = 0; i < Shapes.Rows.Length; i++)
                    {
                        var values = Shapes.Rows[i];
                        var (before, beforeFailed) = Run(connection, method.Before, values, target);
                        var (after, afterFailed) = Run(connection, method.After, values, target);
                        var meantOtherwise = Glued(method, values);
                        if (afterFailed && after != before && !IsOfAnotherType(method, values))
                        {
                            wrong.Add($"{culture} '{values.Text}': {after}, was {before}\n{method.Source}");
                        }
                        else if (!beforeFailed && !meantOtherwise && before != after)
                        {
                            wrong.Add($"{culture} '{values.Text}': '{after}', was '{before}'\n{method.Source}");
                        }
                        same += !beforeFailed && !meantOtherwise ? 1 : 0;
                        if (method.Shape.Finds && values.Text is not null && !afterFailed)
                        {
                            found++;
                            if (!after.Split('|')[0].Split(',').Contains(i.ToString(CultureInfo.InvariantCulture)))
                            {
                                wrong.Add($"{culture} '{values.Text}' is not found, but '{after}'\n{method.Source}");
                            }
                        }
                    }
                }
            }
            finally
            {
                CultureInfo.CurrentCulture = usual;
            }
        }
        Assert.True(wrong.Count == 0, $"{wrong.Count} differ; the first:\n" + string.Join("\n", wrong.DistinctBy(w => w[^Math.Min(w.Length, 200)..]).Take(12)));
        Assert.True(same > assemblies.Methods.Length * 20 && found > 100, $"{same} compared, {found} found");
        TestContext.Current.TestOutputHelper?.WriteLine($"{assemblies.Methods.Count(m => m.IsFixed)} fixed of {assemblies.Methods.Length} methods; {same} runs gave the same, {found} found their row");
    }

    /// <summary>
    /// The text changed the statement it was glued into: it held a quote, a backslash where that is an escape, or was null, which text
    /// cannot be and a parameter can. Or it was no number of the column's type, which PostgreSQL then says.
    /// </summary>
    private static bool Glued(FixedAssemblies.Method method, Values values) =>
        IsOfAnotherType(method, values)
        || method.Shape.Sql.Contains("text") && (values.Text is null || values.Text.Contains('\'')
            || (values.Text.Contains('\\') && method.Way.Name.EndsWith("Maria", StringComparison.Ordinal))
            || (values.Text.AsSpan().ContainsAny("@$?:{\"") && !method.Way.Name.StartsWith('C')));

    private static bool IsOfAnotherType(FixedAssemblies.Method method, Values values) =>
        method.Shape.Sql.Contains("{numeric}") && values.Numeric.Contains('.') && method.Way.Connection.StartsWith("Npgsql", StringComparison.Ordinal);

    private static (string Result, bool Failed) Run(DbConnection connection, MethodInfo method, Values values, object? target)
    {
        var isWrite = target is null;
        if (isWrite)
        {
            Execute(connection, "BEGIN");
        }
        try
        {
            var rows = (string)method.Invoke(null, values.Arguments(target ?? connection))!;
            return (isWrite ? rows + "|" + Dump(connection) : rows, false);
        }
        catch (TargetInvocationException error) when (error.InnerException is { } inner)
        {
            return (inner.GetType().Name + ": " + inner.Message, true);
        }
        finally
        {
            if (isWrite)
            {
                Execute(connection, "ROLLBACK");
            }
        }
    }

    /// <summary>What is in the table, short.</summary>
    private static string Dump(DbConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT id, text, number, price FROM t ORDER BY id";
        using var reader = command.ExecuteReader();
        var (hash, rows) = (new HashCode(), 0);
        while (reader.Read())
        {
            rows++;
            for (var i = 0; i < reader.FieldCount; i++)
            {
                hash.Add(Convert.ToString(reader.GetValue(i), CultureInfo.InvariantCulture));
            }
        }
        return $"{rows} rows {hash.ToHashCode()}";
    }

    private static void Fill(DbConnection connection, string schema)
    {
        Execute(connection, schema);
        for (var i = 0; i < Shapes.Rows.Length; i++)
        {
            var row = Shapes.Rows[i];
            using var insert = connection.CreateCommand();
            insert.CommandText = $"INSERT INTO t (id, text, number, price, ratio, day, {(connection is MySqlConnection ? "`key`" : "key")}, flag) VALUES (@i, @text, @number, @price, @ratio, @day, @key, @flag)";
            var isSqlite = connection is SqliteConnection or System.Data.SQLite.SQLiteConnection;
            Add(insert, "@i", i);
            Add(insert, "@text", row.Text);
            Add(insert, "@number", row.Number);
            Add(insert, "@price", row.Price);
            Add(insert, "@ratio", row.Ratio);
            Add(insert, "@day", isSqlite ? row.Day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) : DateOnly.FromDateTime(row.Day));
            Add(insert, "@key", connection is NpgsqlConnection ? row.Key : row.Key.ToString());
            Add(insert, "@flag", row.Flag);
            insert.ExecuteNonQuery();
        }
    }

    private static void Add(DbCommand command, string name, object? value)
    {
        var parameter = command.CreateParameter();
        parameter.ParameterName = name;
        parameter.Value = value ?? DBNull.Value;
        command.Parameters.Add(parameter);
    }

    private static void Execute(DbConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
