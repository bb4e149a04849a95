using DbSafety.Rules.Values;
using DbSafety.Tests.Engine;
using Xunit;

namespace DbSafety.Tests.Rules.Values;

public class DBS614TruncatingReaderTests
{
    [Theory]
    [InlineData("""using var r = new SQLiteCommand("SELECT id, customer_id FROM orders").ExecuteReader(); Use([|r.GetInt32(0)|]); Use([|r.GetInt16(1)|]);""", "Warning")]
    [InlineData("""using var r = new SQLiteCommand(name).ExecuteReader(); Use([|r.GetInt32(r.GetOrdinal("OrderId"))|]);""", "Warning")]
    [InlineData("""var c = new SQLiteCommand(); c.CommandText = "SELECT MAX(rowid) FROM orders"; using var r = c.ExecuteReader(); Use([|r.GetInt32(0)|]);""", "Warning")]
    [InlineData("""using var r = new SQLiteCommand("SELECT weight, COUNT(*) FROM orders").ExecuteReader(); Use([|r.GetInt32(0)|]); Use([|r.GetInt32(1)|]);""", "Info")]
    [InlineData("""SQLiteDataReader? r = null; Use([|r!.GetInt32(0)|]); Func<int> f = () => [|r.GetInt32(id)|];""", "Info")]
    public async Task Readers_that_cut_off_are_reported(string body, string severity)
    {
        var source = "using System.Data.SQLite; class C { void M(string name, int id) { " + body + " } void Use(long n) { } }";
        await Verify<DBS614TruncatingReader>.Reports(source);
        var document = await TestProject.Of(source.Replace("[|", "").Replace("|]", ""), Setup.Default);
        Assert.All(await TestProject.Analyze(document.Project, [new DBS614TruncatingReader()]), d => Assert.Equal(severity, d.Severity.ToString()));
    }

    [Fact]
    public Task Messages_name_column_or_value() => Verify<DBS614TruncatingReader>.Reports(
        """
        using var r = new System.Data.SQLite.SQLiteCommand("SELECT id FROM orders").ExecuteReader();
        var n = [|r.GetInt32(0)|];
        ulong hash = 1;
        new SqliteCommand().Parameters.AddWithValue("@h", [|hash|]);
        """,
        "System.Data.SQLite reads 'id' as another number where it does not fit into 'int'; read it with 'GetInt64'",
        "SQLite stores the ulong 'hash' as a negative number where it exceeds long.MaxValue; pass a long");

    [Theory]
    [InlineData("""using var r = new System.Data.SQLite.SQLiteCommand("SELECT is_paid, status FROM orders").ExecuteReader(); var a = r.GetInt32(0); var b = (DayOfWeek)r.GetInt32(1);""")]
    [InlineData("""using var r = new System.Data.SQLite.SQLiteCommand("SELECT x FROM orders").ExecuteReader(); var a = r.GetInt32(0) != 0; var b = r.GetInt32(0) & 3; var c = r.GetInt64(0);""")]
    [InlineData("""using var r = new System.Data.SQLite.SQLiteCommand("PRAGMA table_info(orders)").ExecuteReader(); var a = r.GetInt32(0);""")]
    [InlineData("""using var r = new SqliteCommand("SELECT id FROM orders", connection).ExecuteReader(); var a = r.GetInt32(0); DbDataReader d = new System.Data.SQLite.SQLiteCommand("SELECT id FROM orders").ExecuteReader(); var b = d.GetInt32(0);""")]
    [InlineData("""ulong n = 5; new SqliteCommand().Parameters.AddWithValue("@n", (long)n); new SqliteCommand().Parameters.AddWithValue("@n", 5UL); new NpgsqlCommand().Parameters.AddWithValue("@n", n); new MySqlCommand().Parameters.AddWithValue("@n", n);""")]
    public Task Flags_other_providers_and_longs_are_silent(string body) => Verify<DBS614TruncatingReader>.Silent(body);

    [Fact]
    public Task Scalars_of_sqlite_net_that_are_ids_are_reported() => Verify<DBS614TruncatingReader>.Reports("""
        class C(SQLite.SQLiteConnection db, SQLite.SQLiteAsyncConnection asynchronous, string sql)
        {
            async Task M(string name)
            {
                var last = [|db.ExecuteScalar<int>("SELECT last_insert_rowid()")|];
                last = [|db.ExecuteScalar<int>(query: "SELECT id FROM orders WHERE name = ?", name)|] + await [|asynchronous.ExecuteScalarAsync<int>("SELECT MAX(id) FROM orders")|];
                foreach (var id in [|db.QueryScalars<int>("SELECT id FROM orders")|]) { last = id; }
                int? none = [|db.ExecuteScalar<int?>("SELECT customer_id FROM orders WHERE name = ?", name)|];

                var count = db.ExecuteScalar<int>("SELECT COUNT(*) FROM orders") + db.ExecuteScalar<int>("PRAGMA user_version") + db.ExecuteScalar<int>(sql);
                count = db.ExecuteScalar<int>("SELECT quantity FROM orders") + db.ExecuteScalar<int>("SELECT width FROM pictures");
                var key = db.ExecuteScalar<long>("SELECT MAX(id) FROM orders");
                var text = db.ExecuteScalar<string>("SELECT id FROM orders");
            }
        }
        """);

    [Fact]
    public Task Scalars_of_others_throw_instead() => Verify<DBS614TruncatingReader>.Silent("""
        class C(SqliteConnection db) { int M() => db.ExecuteScalar<int>("SELECT MAX(id) FROM orders"); }
        """);

    [Fact]
    public Task Parameters_of_Dapper_count_too() => Verify<DBS614TruncatingReader>.Reports(
        """ulong hash = 1; connection.Execute("UPDATE t SET hash = @hash WHERE a = @a", new { [|hash|], a = 1 }); new SqliteParameter("@h", [|hash|]);""");

    [Fact]
    public Task Sixty_four_bits_are_read_and_checked() => Verify<DBS614TruncatingReader>.Fixes(
        """
        public class Orders(System.Data.SQLite.SQLiteDataReader reader)
        {
            public int Id() => [|reader.GetInt32(0)|]; // stays
            public void Find(long id) { }
            public void Use(SqliteCommand command, ulong hash)
            {
                Find([|reader.GetInt32(0)|]);
                var id = [|reader.GetInt32(0)|];
                Find(id);
                short s = [|reader.GetInt16(1)|];
                name = s;
                command.Parameters.AddWithValue("@h", [|hash|]);
                command.Parameters.AddWithValue("@i", [|hash + 1|]);
            }
            private short name;
        }
        """,
        """
        public class Orders(System.Data.SQLite.SQLiteDataReader reader)
        {
            public int Id() => checked((int)reader.GetInt64(0)); // stays
            public void Find(long id) { }
            public void Use(SqliteCommand command, ulong hash)
            {
                Find(reader.GetInt64(0));
                var id = reader.GetInt64(0);
                Find(id);
                short s = checked((short)reader.GetInt64(1));
                name = s;
                command.Parameters.AddWithValue("@h", checked((long)hash));
                command.Parameters.AddWithValue("@i", checked((long)(hash + 1)));
            }
            private short name;
        }
        """);
}
