using DbSafety.Rules.Values;
using DbSafety.Tests.Engine;
using Xunit;

namespace DbSafety.Tests.Rules.Values;

using Rule = Verify<DBS603LocalClockInSql>;

public class DBS603LocalClockInSqlTests
{
    /// <summary>One table for each kind of column that makes a difference.</summary>
    private static readonly Setup Schema = new()
    {
        AdditionalFiles = [("schema.sql", "CREATE TABLE wall (id int, at timestamp, dt datetime, day date); CREATE TABLE instants (id int, at timestamptz)")],
    };

    [Fact]
    public Task The_message_says_whose_zone_it_is_and_what_to_write() => Rule.Reports(
        """
        connection.Execute("INSERT INTO t (at) VALUES ([|datetime('now', 'localtime')|])");
        new SqlConnection().Execute("UPDATE t SET at = [|GETDATE()|]");
        new MySqlConnection().Execute("UPDATE wall SET dt = [|NOW(6)|]");
        new NpgsqlConnection().Execute("UPDATE t SET at = [|LOCALTIMESTAMP|]");
        new NpgsqlConnection().Execute("UPDATE t SET day = [|CURRENT_DATE|]");
        """, Schema,
        "'datetime('now', 'localtime')' is in the machine's zone, which the column does not keep; use datetime('now')",
        "'GETDATE()' is in the server's zone, which the column does not keep; use GETUTCDATE()",
        "'NOW(6)' is in the session's zone, which the column does not keep; use UTC_TIMESTAMP(6)",
        "'LOCALTIMESTAMP' is in the session's zone, which the column does not keep; use (now() AT TIME ZONE 'utc')",
        "'CURRENT_DATE' is in the session's zone, which the column does not keep; decide whose day it is");

    [Theory]
    [InlineData("""new SqlCommand("SELECT id FROM invoices WHERE due_date < CAST([|GETDATE()|] AS date)");""", "Info")]
    [InlineData("""new SqlCommand("SELECT id FROM invoices WHERE due_date < CONVERT(date, [|GETDATE()|])");""", "Info")]
    [InlineData("""new SqlCommand("SELECT id FROM invoices WHERE fiscal_year = YEAR([|GETDATE()|]) AND m = DATEPART(month, [|SYSDATETIME()|])");""", "Info")]
    [InlineData("""new MySqlCommand("SELECT id FROM wall WHERE dt < DATE([|NOW()|])");""", "Info")]
    [InlineData("""new SqliteCommand("SELECT id FROM t WHERE day = [|strftime('%Y-%m-%d', 'now', 'localtime')|]");""", "Info")]
    [InlineData("""new SqliteCommand("SELECT id FROM t WHERE day = [|strftime('%Y-%m-%d %H', 'now', 'localtime')|]");""", "Warning")]
    [InlineData("""new SqlCommand("SELECT id FROM t WHERE at < CAST([|GETDATE()|] AS datetime2)");""", "Warning")]
    [InlineData("""new SqlCommand("SELECT id FROM t WHERE at < DATEADD(day, -30, [|GETDATE()|])");""", "Warning")]
    public async Task A_day_or_year_of_it_is_advice(string body, string severity)
    {
        await Rule.Reports(body, Schema);
        var document = await TestProject.Of(body.Replace("[|", "").Replace("|]", ""), Schema);
        Assert.All(await TestProject.Analyze(document.Project, [new DBS603LocalClockInSql()]), d => Assert.Equal(severity, d.Severity.ToString()));
    }

    [Theory]
    [InlineData("""new SqliteCommand("UPDATE t SET at = [|strftime('%Y', 'now', 'localtime')|] WHERE id = 1");""")]
    [InlineData("""new SqliteCommand("DELETE FROM t WHERE at < [|DateTime('now','LocalTime','-1 day')|]");""")]
    [InlineData("""new SqliteCommand("CREATE TABLE t (id INT, at TEXT DEFAULT ([|datetime('now','localtime')|]))");""")]
    [InlineData("""new SqlCommand("CREATE TABLE t (at datetime2 DEFAULT [|sysdatetime()|])");""")]
    [InlineData("""new SqlCommand("SELECT id FROM t WHERE at > DATEADD(day, -1, [|getdate()|])");""")]
    [InlineData("""new SqlCommand("MERGE t USING s ON t.id = s.id WHEN MATCHED THEN UPDATE SET at = [|CURRENT_TIMESTAMP|];");""")]
    [InlineData("""new MySqlCommand("INSERT INTO wall (id, dt) VALUES (1, [|SYSDATE()|])");""")]
    [InlineData("""new MySqlCommand("SELECT id FROM wall WHERE dt < [|CURRENT_TIMESTAMP|]");""")]
    [InlineData("""new MySqlCommand("CREATE TABLE x (id int, at datetime(6) NOT NULL DEFAULT [|CURRENT_TIMESTAMP(6)|])");""")]
    [InlineData("""new MySqlCommand("INSERT INTO unknown (at) VALUES ([|NOW()|])");""")]
    [InlineData("""new NpgsqlCommand("UPDATE t SET at = [|now()::timestamp|]");""")]
    [InlineData("""new NpgsqlCommand("UPDATE t SET at = [|CAST(current_timestamp AS timestamp(0) without time zone)|]");""")]
    [InlineData("""new NpgsqlCommand("INSERT INTO t (at) SELECT [|localtimestamp|] FROM s");""")]
    [InlineData("""var sql = "UPDATE t SET at = [|GETDATE()|]"; if (id > 1) sql += " WHERE id = 1"; new SqlCommand(sql);""")]
    [InlineData("""new SqlCommand($"UPDATE t SET at = [|GETDATE()|] WHERE id = {id} AND due < [|GETDATE()|]");""")]
    [InlineData("""new SqlCommand("UPDATE t " + "SET at = [|GETDATE()|]");""")]
    [InlineData("""IDbConnection c = connection; c.Execute("UPDATE t SET at = [|GETDATE()|]"); c.Execute("UPDATE t SET at = [|datetime('now','localtime')|]"); c.Execute("UPDATE t SET at = [|now()::timestamp|]");""")]
    public Task A_local_clock_that_is_stored_or_compared_is_reported(string source) => Rule.Reports(source, Schema);

    [Fact]
    public Task Defaults_of_EF_and_texts_declared_elsewhere_are_reported() => Rule.Reports(
        """
        public class Order { public int Id { get; set; } public DateTime At { get; set; } }
        public class Shop : DbContext
        {
            private const string Touch = "UPDATE o SET at = GETDATE()";
            protected override void OnModelCreating(ModelBuilder b) => b.Entity<Order>().Property(o => o.At).HasDefaultValueSql("[|getdate()|]");
            void M(SqlConnection c) => c.Execute([|Touch|]);
        }
        """);

    [Theory]
    [InlineData("""new SqliteCommand("UPDATE t SET at = datetime('now')"); new SqliteCommand("UPDATE t SET at = CURRENT_TIMESTAMP");""")]
    [InlineData("""new SqliteCommand("SELECT datetime(at, 'localtime') FROM t WHERE id = 1"); new SqliteCommand("UPDATE t SET at = datetime(at, 'localtime')");""")]
    [InlineData("""new SqliteCommand("UPDATE t SET at = datetime('now', 'localtime', 'utc')"); new SqliteCommand("UPDATE t SET a = 'localtime', b = 'now'");""")]
    [InlineData("""new SqlCommand("UPDATE t SET at = SYSUTCDATETIME(), b = SYSDATETIMEOFFSET()"); new SqlCommand("UPDATE t SET at = GETDATE() AT TIME ZONE 'UTC'");""")]
    [InlineData("""new SqlCommand("SELECT GETDATE()"); new SqlCommand("SELECT id, GETDATE() AS now FROM t"); new SqlCommand("UPDATE t SET a = 'GETDATE()' -- GETDATE()");""")]
    [InlineData("""new MySqlCommand("UPDATE t SET at = UTC_TIMESTAMP()"); new MySqlCommand("UPDATE wall SET at = NOW()"); new MySqlCommand("UPDATE t SET at = UNIX_TIMESTAMP(NOW())"); new MySqlCommand("SELECT NOW()");""")]
    [InlineData("""new MySqlCommand("CREATE TABLE x (at TIMESTAMP DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP)"); new MySqlCommand("CREATE EVENT e ON SCHEDULE EVERY 1 DAY STARTS NOW() DO DELETE FROM t");""")]
    [InlineData("""new NpgsqlCommand("UPDATE t SET at = now()"); new NpgsqlCommand("UPDATE t SET at = now()::timestamptz"); new NpgsqlCommand("UPDATE t SET at = now()::timestamp with time zone");""")]
    [InlineData("""new NpgsqlCommand("UPDATE t SET at = (now() AT TIME ZONE 'utc')::timestamp"); new NpgsqlCommand("UPDATE instants SET at = LOCALTIMESTAMP"); new NpgsqlCommand("CREATE TABLE x (id int, at timestamp with time zone DEFAULT LOCALTIMESTAMP)");""")]
    [InlineData("""IDbConnection c = connection; c.Execute("UPDATE t SET at = NOW()"); c.Execute("UPDATE t SET at = CURRENT_TIMESTAMP"); c.Execute("UPDATE t SET now = @now");""")]
    [InlineData("""new SqlCommand(name); new SqlCommand("getdate") { CommandType = CommandType.StoredProcedure };""")]
    public Task What_is_UTC_only_read_or_converted_is_silent(string source) => Rule.Silent(source, Schema);

    [Fact]
    public Task Migrations_are_silent() => Rule.Silent(
        """
        class First : Microsoft.EntityFrameworkCore.Migrations.Migration
        {
            protected override void Up(Microsoft.EntityFrameworkCore.Migrations.MigrationBuilder b) => b.Sql("ALTER TABLE t ADD at datetime2 DEFAULT GETDATE()");
        }
        """);

    [Fact]
    public Task The_fix_writes_the_clock_of_the_dialect() => Rule.Fixes(
        """"
        connection.Execute("INSERT INTO t (at) VALUES ([|datetime('now', 'localtime')|])"); // outbox
        connection.Execute("UPDATE t SET at = [|datetime('now', 'localtime', '+1 day')|]");
        new SqlConnection().Execute(@"UPDATE t SET at = [|GETDATE()|], b = [|SYSDATETIME()|], c = [|CURRENT_TIMESTAMP|]");
        new SqlConnection().Execute($"""
            UPDATE t
            SET at = [|getdate()|]
            WHERE due < [|getdate()|] AND id = {id}
            """);
        new MySqlConnection().Execute("UPDATE wall SET dt = [|NOW(6)|]; INSERT INTO wall (dt) VALUES ([|CURRENT_TIMESTAMP|])");
        new NpgsqlConnection().Execute("UPDATE wall SET at = [|LOCALTIMESTAMP|]; UPDATE t SET at = [|now()::timestamp|]");
        """",
        """"
        connection.Execute("INSERT INTO t (at) VALUES (datetime('now'))"); // outbox
        connection.Execute("UPDATE t SET at = datetime('now', '+1 day')");
        new SqlConnection().Execute(@"UPDATE t SET at = GETUTCDATE(), b = SYSUTCDATETIME(), c = GETUTCDATE()");
        new SqlConnection().Execute($"""
            UPDATE t
            SET at = GETUTCDATE()
            WHERE due < GETUTCDATE() AND id = {id}
            """);
        new MySqlConnection().Execute("UPDATE wall SET dt = UTC_TIMESTAMP(6); INSERT INTO wall (dt) VALUES (UTC_TIMESTAMP())");
        new NpgsqlConnection().Execute("UPDATE wall SET at = (now() AT TIME ZONE 'utc'); UPDATE t SET at = (now() AT TIME ZONE 'utc')");
        """", Schema);

    [Theory]
    [InlineData("""new MySqlCommand("UPDATE unknown SET at = [|NOW()|]");""")]
    [InlineData("""new MySqlCommand("CREATE TABLE x (id int, at datetime DEFAULT [|CURRENT_TIMESTAMP|])");""")]
    [InlineData("""new NpgsqlCommand("UPDATE unknown SET at = [|LOCALTIMESTAMP|]");""")]
    [InlineData("""new NpgsqlCommand("UPDATE wall SET day = [|now()::timestamp|]");""")]
    [InlineData("""new SqliteCommand("UPDATE t SET day = [|date('now','localtime')|]");""")]
    public Task No_fix_where_it_takes_a_choice_or_the_column_is_not_known(string source) => Rule.NoFix(source, Schema);
}
