using DbSafety.Rules.Values;
using DbSafety.Tests.Engine;
using Microsoft.CodeAnalysis.CSharp;
using Xunit;

namespace DbSafety.Tests.Rules.Values;

public class DBS611IntegerNarrowedOnReadTests
{
    private static readonly Setup Schema = new() { AdditionalFiles = [("schema.sql", "CREATE TABLE orders (id bigint NOT NULL, customer_id bigint, quantity integer, year smallint, paid boolean)")] };

    private const string Shop = """
        public class Order { public long Id { get; set; } public long Bytes { get; set; } [System.ComponentModel.DataAnnotations.Schema.NotMapped] public long Other { get; set; } }
        public class Shop : DbContext { public DbSet<Order> Orders { get; set; } = null!; }
        """;

    [Theory]
    [InlineData("""using var r = new SqliteCommand("SELECT id FROM orders", connection).ExecuteReader(); Take([|(int)r.GetInt64(0)|]);""")]
    [InlineData("""using var r = new NpgsqlCommand("SELECT id FROM orders").ExecuteReader(); Take([|(int)r.GetFieldValue<long>(0)|]);""")]
    [InlineData("""using var r = new NpgsqlCommand("SELECT id FROM orders").ExecuteReader(); Take([|(int)await r.GetFieldValueAsync<long>(0)|]);""")]
    [InlineData("""DbDataReader r = new MySqlCommand("SELECT id FROM orders").ExecuteReader(); Take([|(Int32)r.GetInt64(r.GetOrdinal("id"))|]);""")]
    [InlineData("""IDataReader? r = new SqliteCommand("SELECT id FROM orders", connection).ExecuteReader(); Take([|(int)(r?.GetInt64(0) ?? 0L)|]);""")]
    [InlineData("""using var r = new SqliteCommand("SELECT id FROM orders", connection).ExecuteReader(); var key = r.GetInt64(0); if (key > 0) Take([|(int)key|]);""")]
    [InlineData("""using var r = new SqliteCommand("SELECT id FROM orders", connection).ExecuteReader(); int? n = r.IsDBNull(0) ? null : [|(int)r.GetInt64(0)|]; short s = [|(short)r.GetInt64(0)|];""")]
    [InlineData("""using var r = new SqliteCommand("SELECT id FROM orders", connection).ExecuteReader(); Take([|(int)(long)r["id"]|]); Take([|(int)(long)r.GetValue(0)|]);""")]
    [InlineData("""using var r = new SqliteCommand("SELECT id FROM orders", connection).ExecuteReader(); if (r[0] is long key) Take([|(int)key|]);""")]
    [InlineData("""Take([|(int)(long)new SqliteCommand("SELECT last_insert_rowid()", connection).ExecuteScalar()!|]);""")]
    [InlineData("""Take([|(int)Convert.ToInt64(new SqliteCommand("SELECT MAX(id) FROM orders", connection).ExecuteScalar())|]);""")]
    [InlineData("""Take([|(int)(ulong)new MySqlCommand("SELECT LAST_INSERT_ID()").ExecuteScalar()!|]);""")]
    [InlineData("""Take([|(int)(await connection.ExecuteScalarAsync<long>("INSERT INTO orders VALUES (1) RETURNING id"))|]);""")]
    [InlineData("""var c = new MySqlCommand("INSERT INTO orders VALUES (1)"); Take([|(int)c.LastInsertedId|]); var u = [|(uint)c.LastInsertedId|];""")]
    [InlineData("""foreach (var row in connection.Query("SELECT id FROM orders")) Take([|(int)row.id|]);""")]
    [InlineData("""using var r = new SqliteCommand("SELECT id FROM orders", connection).ExecuteReader(); Take(Local()); int Local() => [|(int)r.GetInt64(0)|]; Func<int> f = () => [|(int)r.GetInt64(0)|];""")]
    public Task A_64_bit_value_that_is_read_and_cast_is_reported(string body) => Verify<DBS611IntegerNarrowedOnRead>.Reports(body + " static void Take(int id) { }");

    [Fact]
    public async Task Messages_name_the_column_and_the_type()
    {
        await Verify<DBS611IntegerNarrowedOnRead>.Reports(
            """using var r = new SqliteCommand("SELECT id FROM orders", connection).ExecuteReader(); var key = [|(int)r.GetInt64(0)|];""",
            "'id' becomes another number where it does not fit into 'int'; keep it a 'long', or cast it in checked(…)");
        await Verify<DBS611IntegerNarrowedOnRead>.Reports(
            """using var r = new NpgsqlCommand("SELECT id FROM orders").ExecuteReader(); var key = [|r.GetInt32(0)|];""", Schema,
            "'id' is declared as bigint, and 'GetInt32' throws where it does not fit; read it with 'GetInt64'");
    }

    [Theory]
    [InlineData("""using var r = c.ExecuteReader(); var n = checked((int)r.GetInt64(0)); checked { n = (int)r.GetInt64(1); } n = unchecked((int)r.GetInt64(0));""")]
    [InlineData("""using var r = c.ExecuteReader(); var n = (int)(r.GetInt64(0) & 0xFF); n = (int)(r.GetInt64(0) >> 32); n = (int)(r.GetInt64(0) % 16); n = (int)r.GetInt64(0) & 0xFF; n = (int)r.GetInt64(0) ^ 7;""")]
    [InlineData("""using var r = c.ExecuteReader(); var n = (int)Math.Min(r.GetInt64(0), 100); n = (int)Math.Clamp(r.GetInt64(0), 0, 100); n = (int)(r.GetInt64(0) / 1024);""")]
    [InlineData("""using var r = c.ExecuteReader(); var key = r.GetInt64(0); if (key > int.MaxValue) throw new Exception(); var n = (int)key;""")]
    [InlineData("""using var r = c.ExecuteReader(); var key = r.GetInt64(0); var n = key <= 100 ? (int)key : 0; if (r.GetInt64(1) is >= 0 and <= 500) n = (int)r.GetInt64(1);""")]
    [InlineData("""using var r = c.ExecuteReader(); var key = r.GetInt64(0); ArgumentOutOfRangeException.ThrowIfGreaterThan(key, int.MaxValue); var n = (int)key;""")]
    [InlineData("""using var r = c.ExecuteReader(); var paid = (int)r.GetInt64(0) != 0; var one = (int)r.GetInt64(0) == 1; var day = (DayOfWeek)(int)r.GetInt64(0); var d = (DayOfWeek)r.GetInt64(0);""")]
    [InlineData("""using var r = c.ExecuteReader(); var b = (byte)r.GetInt64(0); var u = (uint)r.GetInt64(0); var l = (long)r.GetInt64(0); var d = (double)r.GetInt64(0); var i = r.GetInt32(0);""")]
    [InlineData("""using var r = c.ExecuteReader(); var n = (int)r.GetInt64(r.GetOrdinal("user_version")); n = (int)r.GetInt64(r.GetOrdinal("IsPaid")); n = (int)r.GetInt64(r.GetOrdinal("status"));""")]
    [InlineData("""using var r = c.ExecuteReader(); var size = ((int)(long)r["width"], (int)(long)r["Height"]); var n = (int)r.GetInt64(r.GetOrdinal("timeout_seconds")) + (int)(long)r["SortOrder"] + (int)(long)r["attempts"];""")]
    [InlineData("""var n = (int)(long)new SqliteCommand("SELECT MAX(sort_order) FROM items", connection).ExecuteScalar()!; n = (int)(long)new SqliteCommand("SELECT COALESCE(MAX(age), 0) FROM items", connection).ExecuteScalar()!;""")]
    [InlineData("""var n = (int)(long)new SqliteCommand("PRAGMA user_version", connection).ExecuteScalar()!; n = (int)(long)new SqliteCommand("SELECT EXISTS (SELECT 1 FROM orders)", connection).ExecuteScalar()!;""")]
    [InlineData("""var n = (int)(long)new SqliteCommand("SELECT length(name) FROM orders", connection).ExecuteScalar()!; n = (int)(long)new SqliteCommand("SELECT CASE WHEN a THEN 1 ELSE 0 END FROM orders", connection).ExecuteScalar()!;""")]
    [InlineData("""using var r = new NpgsqlCommand("SELECT quantity, year, paid FROM orders").ExecuteReader(); var n = (int)r.GetInt64(0); n = (int)r.GetInt64(1); n = r.GetInt32(0);""")]
    [InlineData("""foreach (var row in connection.Query("SELECT quantity FROM orders")) { int n = (int)row.quantity; } using var pg = new NpgsqlConnection(); foreach (var row in pg.Query("SELECT number_id FROM other")) { int n = (int)row.number_id; }""")]
    [InlineData("""long ticks = Environment.TickCount64; var n = (int)ticks; n = (int)new System.IO.FileInfo(name).Length; n = (int)name.LongCount();""")]
    [InlineData("""var n = (int)new SqlCommand("SELECT COUNT(*) FROM orders").ExecuteScalar();""")]
    public Task What_is_bounded_small_or_not_read_is_silent(string body) =>
        Verify<DBS611IntegerNarrowedOnRead>.Silent("var c = new SqliteCommand(name, connection);\n" + body, Schema);

    [Theory]
    [InlineData("""var n = [|(int)(long)new SqliteCommand("SELECT COUNT(*) FROM orders", connection).ExecuteScalar()!|];""", "Info")]
    [InlineData("""var n = [|(int)(long)new SqliteCommand(name, connection).ExecuteScalar()!|];""", "Info")]
    [InlineData("""using var s = new Shop(); var n = [|(int)s.Orders.LongCount()|];""", "Info")]
    [InlineData("""using var s = new Shop(); var n = [|(int)s.Orders.First().Id|];""", "Warning")]
    [InlineData("""using var r = new SqliteCommand("SELECT id FROM orders", connection).ExecuteReader(); var n = [|(int)r.GetInt64(0)|];""", "Warning")]
    [InlineData("""using var r = new SqliteCommand("SELECT size FROM files", connection).ExecuteReader(); var n = [|(int)r.GetInt64(0)|];""", "Info")]
    [InlineData("""using var r = new SqliteCommand(name, connection).ExecuteReader(); var n = [|(int)r.GetInt64(0)|];""", "Info")]
    [InlineData("""using var r = new SqliteCommand(name, connection).ExecuteReader(); var n = [|(int)(long)r["customer_id"]|];""", "Warning")]
    [InlineData("""var c = new MySqlCommand("INSERT INTO orders VALUES (1)"); var n = [|(int)c.LastInsertedId|];""", "Warning")]
    public async Task Ids_are_warned_of_and_numbers_of_rows_and_what_is_not_known_are_information(string body, string severity)
    {
        var source = Shop + "class C { void M(SqliteConnection connection, string name) { " + body + " } }";
        await Verify<DBS611IntegerNarrowedOnRead>.Reports(source);
        var document = await TestProject.Of(source.Replace("[|", "").Replace("|]", ""), Setup.Default);
        var found = await TestProject.Analyze(document.Project, [new DBS611IntegerNarrowedOnRead()]);
        Assert.Equal(severity, Assert.Single(found).Severity.ToString());
    }

    [Fact]
    public Task Entities_count_only_outside_of_queries_and_where_they_are_mapped() => Verify<DBS611IntegerNarrowedOnRead>.Reports(Shop + """
        class C
        {
            void M(Shop shop, Order order)
            {
                var a = [|(int)order.Id|];
                var b = (int)order.Other;
                var c = shop.Orders.Select(o => (int)o.Id).ToList();
                var d = shop.Orders.AsEnumerable().Select(o => [|(int)o.Id|]).ToList();
                var e = (int)(order.Bytes / 1024);
            }
            public override int GetHashCode() { var order = new Order(); return (int)order.Id; }
        }
        """);

    [Fact]
    public async Task A_project_that_checks_every_cast_and_tests_are_silent()
    {
        const string Cast = """SqliteConnection connection) { using var r = new SqliteCommand("SELECT id FROM orders", connection).ExecuteReader(); var id = (int)r.GetInt64(0); } }""";
        await Verify<DBS611IntegerNarrowedOnRead>.Silent("class FactAttribute : Attribute; class C { [Fact] void M(" + Cast);

        var project = (await TestProject.Of("class C { void M(" + Cast, Setup.Default)).Project;
        Assert.Single(await TestProject.Analyze(project, [new DBS611IntegerNarrowedOnRead()]));
        project = project.WithCompilationOptions(((CSharpCompilationOptions)project.CompilationOptions!).WithOverflowChecks(true));
        Assert.Empty(await TestProject.Analyze(project, [new DBS611IntegerNarrowedOnRead()]));
    }

    [Fact]
    public Task Any_shape_of_member_is_looked_into() => Verify<DBS611IntegerNarrowedOnRead>.Reports("""
        partial class Rows(SqliteDataReader r)
        {
            public int Id => [|(int)r.GetInt64(0)|];
            private readonly int _first = [|(int)r.GetInt64(0)|];
            public Rows(SqliteDataReader r, int n) : this(r) => _second = [|(int)r.GetInt64(1)|];
            private int _second;
            private long Raw() => r.GetInt64(2);
            public int Helped() => [|(int)Raw()|];
        #if MISSING
            public int Not => (int)r.GetInt64(0);
        #endif
        }
        """);

    private const string Own = """
        public static class Own
        {
            public static async Task<long> ExecuteScalarInt64Async(this SqliteCommand cmd, string sql, CancellationToken ct = default)
            {
                cmd.CommandText = sql;
                return Convert.ToInt64(await cmd.ExecuteScalarAsync(ct));
            }
            public static long Long(this DbDataReader reader, string name) { var at = reader.GetOrdinal(name); return reader.IsDBNull(at) ? -1 : reader.GetInt64(at); }
            public static long LongAt(DbDataReader reader, int column) => (long)reader[column];
            public static T Get<T>(this DbDataReader reader, string name, T missing = default!) where T : struct
            {
                if (reader.IsDBNull(reader.GetOrdinal(name))) return missing;
                return (T)Convert.ChangeType(reader[name], typeof(T));
            }
            public static T Field<T>(DbDataReader reader, string name) => reader.GetFieldValue<T>(reader.GetOrdinal(name));
            public static T Cut<T>(this SqliteDataReader reader, string name) => (T)(dynamic)reader.GetValue(reader.GetOrdinal(name));
            public static T Checked<T>(this SqliteDataReader reader, string name) => checked((T)(dynamic)reader.GetValue(reader.GetOrdinal(name)));
            public static T Unboxed<T>(this DbDataReader reader, string name) => (T)reader[name];
            public static async Task<T> ReadScalar<T>(NpgsqlCommand command) => (T)Convert.ChangeType(await command.ExecuteScalarAsync(), typeof(T))!;
            public static long Size(string file) => new System.IO.FileInfo(file).Length;
            public static long Half(DbDataReader reader) => reader.GetInt64(0) / 2;
            public static T Parsed<T>(string text) => (T)Convert.ChangeType(text, typeof(T));
        }
        public abstract class Base
        {
            public abstract long Abstract(DbDataReader reader);
            public virtual long Virtual(DbDataReader reader) => reader.GetInt64(0);
        }
        """;

    [Fact]
    public Task Own_readers_are_followed_one_step() => Verify<DBS611IntegerNarrowedOnRead>.Reports(Own + """
        class C(SqliteCommand cmd)
        {
            async Task M(DbDataReader reader, SqliteDataReader sqlite)
            {
                var last = [|(int)await cmd.ExecuteScalarInt64Async("SELECT MAX(id) FROM orders")|];
                var key = [|(int)reader.Long("order_id")|];
                key = [|(int)Own.Long(name: "id", reader: reader)|];
                using var rows = new NpgsqlCommand("SELECT quantity, id FROM orders").ExecuteReader();
                key = [|(int)Own.LongAt(rows, 1)|] + [|rows.Get<int>("id")|] + [|Own.Field<int>(rows, "id")|] + [|rows.GetFieldValue<int>(1)|];
                int? none = [|Own.Get<int>(reader: rows, missing: 7, name: "id")|];
                key = [|Own.Get<short>(rows, "id")|] + [|sqlite.Cut<int>("order_id")|];
            }
        }
        """, Schema);

    [Fact]
    public Task Own_readers_are_named_as_the_code_calls_them() => Verify<DBS611IntegerNarrowedOnRead>.Reports(
        Own + """class C { int M(DbDataReader reader, int column, int other) => [|(int)Own.LongAt(reader, column)|] + [|(int)Own.Long(reader, "seq_id")|]; }""",
        "'LongAt' becomes another number where it does not fit into 'int'; keep it a 'long', or cast it in checked(…)",
        "'seq_id' becomes another number where it does not fit into 'int'; keep it a 'long', or cast it in checked(…)");

    [Fact]
    public Task Own_readers_of_what_is_small_not_known_or_not_read_are_silent() => Verify<DBS611IntegerNarrowedOnRead>.Silent(Own + """
        class C(SqliteCommand cmd)
        {
            async Task M(DbDataReader reader, SqliteDataReader sqlite, Base own, string file)
            {
                var n = (int)await cmd.ExecuteScalarInt64Async("SELECT MAX(version) FROM changes");
                n = (int)await cmd.ExecuteScalarInt64Async("PRAGMA user_version") + checked((int)reader.Long("order_id"));
                n = (int)reader.Long("is_paid") + (int)reader.Long("status") + (int)Own.Half(reader) + (int)Own.Size(file) + (int)(reader.Long("id") % 8);
                using var rows = new NpgsqlCommand("SELECT quantity, id FROM orders").ExecuteReader();
                n = (int)Own.LongAt(rows, 0) + (int)own.Abstract(rows) + (int)own.Virtual(rows);
                n = rows.Get<int>("quantity") + Own.Field<int>(rows, "quantity") + rows.GetFieldValue<int>(0) + rows.Unboxed<int>("id");
                n = reader.Get<int>("id") + reader.GetFieldValue<int>(0) + await Own.ReadScalar<int>(new NpgsqlCommand("SELECT count(*) FROM orders"));
                n = sqlite.Checked<int>("order_id") + sqlite.Cut<int>("status") + Own.Parsed<int>("1") + Own.Parsed<int>(file);
                var big = rows.Get<long>("id") + Own.Field<long>(rows, "id") + sqlite.Cut<long>("order_id");
                List<int> list = [.. Enumerable.Repeat<int>(1, 2)];
            }
        }
        """, Schema);

    [Fact]
    public Task Nullable_off_and_an_old_language_make_no_difference() => Verify<DBS611IntegerNarrowedOnRead>.Reports("""
        using Microsoft.Data.Sqlite;
        class C { int M(SqliteDataReader r) { return [|(int)r.GetInt64(0)|]; } }
        """, new Setup { Language = LanguageVersion.CSharp7_3, Nullable = false });

    [Fact]
    public Task The_cast_is_checked_where_the_value_leaves() => Verify<DBS611IntegerNarrowedOnRead>.Fixes(
        """
        public record Order(int Id);
        public class Orders(SqliteDataReader reader)
        {
            public Order Read() => new([|(int)reader.GetInt64(0)|]); // stays
            public int Id() { var id = [|(int)reader.GetInt64(0)|]; return id; }
            public string Text() => ([|(int)reader.GetInt64(0)|]).ToString();
            public List<object> Boxed() { var id = [|(int)reader.GetInt64(0)|]; return [id]; }
            public int Sum { get; } = 1 + [|(int)reader.GetInt64(0)|];
            public int Seen;
            public void See() { Seen = [|(int)reader.GetInt64(0)|]; }
        }
        """,
        """
        public record Order(int Id);
        public class Orders(SqliteDataReader reader)
        {
            public Order Read() => new(checked((int)reader.GetInt64(0))); // stays
            public int Id() { var id = checked((int)reader.GetInt64(0)); return id; }
            public string Text() => (checked((int)reader.GetInt64(0))).ToString();
            public List<object> Boxed() { var id = checked((int)reader.GetInt64(0)); return [id]; }
            public int Sum { get; } = 1 + checked((int)reader.GetInt64(0));
            public int Seen;
            public void See() { Seen = checked((int)reader.GetInt64(0)); }
        }
        """);

    [Fact]
    public Task The_cast_goes_where_the_value_stays() => Verify<DBS611IntegerNarrowedOnRead>.Fixes(
        """
        public class Orders(SqliteDataReader reader)
        {
            private int _last;
            public void Find(long id) { }
            public string Read()
            {
                Find([|(int)reader.GetInt64(0)|]);
                int id = [|(int)reader.GetInt64(0)|]; // stays
                var other = [|(int)reader.GetInt64(1)|];
                _last = [|(int)reader.GetInt64(2)|];
                Find(id);
                return id == other || this._last > 1 ? $"{id}" : "no " + other;
            }
        }
        """,
        """
        public class Orders(SqliteDataReader reader)
        {
            private long _last;
            public void Find(long id) { }
            public string Read()
            {
                Find(reader.GetInt64(0));
                long id = reader.GetInt64(0); // stays
                var other = reader.GetInt64(1);
                _last = reader.GetInt64(2);
                Find(id);
                return id == other || this._last > 1 ? $"{id}" : "no " + other;
            }
        }
        """);

    [Fact]
    public Task Checking_is_an_alternative_there() => Verify<DBS611IntegerNarrowedOnRead>.Fixes(
        """using var r = new SqliteCommand(name, connection).ExecuteReader(); var key = (int)r.GetInt64(0); Console.WriteLine($"{key}");""",
        """using var r = new SqliteCommand(name, connection).ExecuteReader(); var key = checked((int)r.GetInt64(0)); Console.WriteLine($"{key}");""",
        new() { Action = "DBS611.Checked" });

    [Fact]
    public async Task A_getter_is_widened_with_the_schema_where_the_value_stays()
    {
        await Verify<DBS611IntegerNarrowedOnRead>.Fixes(
            """using var r = new NpgsqlCommand("SELECT id FROM orders").ExecuteReader(); int key = [|r.GetInt32(0)|]; Console.WriteLine($"{key}");""",
            """using var r = new NpgsqlCommand("SELECT id FROM orders").ExecuteReader(); long key = r.GetInt64(0); Console.WriteLine($"{key}");""", Schema);
        await Verify<DBS611IntegerNarrowedOnRead>.NoFix(
            """using var r = new NpgsqlCommand("SELECT id FROM orders").ExecuteReader(); name.Substring([|r.GetInt32(0)|]); object boxed = [|r.GetInt32(0)|];""", Schema);
    }
}
