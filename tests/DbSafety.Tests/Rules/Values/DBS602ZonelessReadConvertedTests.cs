using DbSafety.Tests.Engine;
using Xunit;
using Rule = DbSafety.Tests.Engine.Verify<DbSafety.Rules.Values.DBS602ZonelessReadConverted>;

namespace DbSafety.Tests.Rules.Values;

public class DBS602ZonelessReadConvertedTests
{
    private const string Sqlite = "using var r = new SqliteCommand(\"SELECT at FROM t\").ExecuteReader(); ";
    private const string MySql = "using var r = new MySqlCommand(\"SELECT at FROM t\").ExecuteReader(); ";
    private const string SqlServer = "using var r = new SqlCommand(\"SELECT at FROM t\").ExecuteReader(); ";
    private const string Timestamp = "const string Ddl = \"CREATE TABLE t (at timestamp)\"; using var r = new NpgsqlCommand(\"SELECT at FROM t\").ExecuteReader(); ";

    [Theory]
    [InlineData(Sqlite + "Use([|r.GetDateTime(0)|].ToUniversalTime());", "'r.GetDateTime(0)' is read without a zone, and ToUniversalTime takes it for local time; if UTC is stored, say so with DateTime.SpecifyKind")]
    [InlineData(Sqlite + "Use(new DateTimeOffset([|r.GetDateTime(0)|]));", "'r.GetDateTime(0)' is read without a zone, and DateTimeOffset takes it for local time; if UTC is stored, say so with DateTime.SpecifyKind")]
    [InlineData(Sqlite + "DateTimeOffset o = [|r.GetDateTime(0)|]; Use(o);", null)]
    [InlineData(Sqlite + "Use((DateTimeOffset)[|r.GetDateTime(0)|]);", null)]
    [InlineData(Sqlite + "DateTimeOffset o = new([|r.GetDateTime(0)|]); Use(o);", null)]
    [InlineData(Sqlite + "Use(TimeZoneInfo.ConvertTimeToUtc([|r.GetDateTime(0)|]));", null)]
    [InlineData(Sqlite + "Use([|r.GetDateTime(0)|] < DateTime.Now);", "'r.GetDateTime(0)' is read without a zone, and is compared with local time; if UTC is stored, compare it with DateTime.UtcNow")]
    [InlineData(Sqlite + "Use(DateTime.Now.AddMinutes(-5) > [|r.GetDateTime(0)|]);", null)]
    [InlineData(Sqlite + "Use(DateTime.Now - [|r.GetDateTime(0)|]);", null)]
    [InlineData(Sqlite + "Use(System.Text.Json.JsonSerializer.Serialize(new { at = [|r.GetDateTime(0)|] }));", "'r.GetDateTime(0)' is read without a zone, and its JSON has none either; if UTC is stored, say so with DateTime.SpecifyKind")]
    [InlineData(Sqlite + "var at = r.GetDateTime(0); Use([|at|].ToUniversalTime());", null)]
    [InlineData(Sqlite + "var at = r.IsDBNull(0) ? (DateTime?)null : r.GetDateTime(0); Use([|at!.Value|].ToUniversalTime());", null)]
    [InlineData(Sqlite + "Use([|r.GetDateTime(0).AddHours(1).Date|].ToUniversalTime());", null)]
    [InlineData(Sqlite + "Use([|r.GetFieldValue<DateTime>(0)|].ToUniversalTime());", null)]
    [InlineData(Sqlite + "Use(([|await r.GetFieldValueAsync<DateTime>(0)|]).ToUniversalTime());", null)]
    [InlineData(Sqlite + "DateTime At() => r.GetDateTime(0); Use([|At()|].ToUniversalTime());", null)]
    [InlineData(MySql + "Use([|r.GetDateTime(\"at\")|].ToUniversalTime());", null)]
    [InlineData(MySql + "Use(([|(DateTime)r[\"at\"]|]).ToUniversalTime());", null)]
    [InlineData(SqlServer + "Use(([|(DateTime)r.GetValue(0)|]).ToUniversalTime());", null)]
    [InlineData("Use(([|(DateTime)new SqlCommand(\"SELECT MAX(at) FROM t\").ExecuteScalar()|]).ToUniversalTime());", null)]
    [InlineData("Use([|connection.ExecuteScalar<DateTime>(\"SELECT at FROM t\")|].ToUniversalTime());", null)]
    [InlineData(Timestamp + "Use([|r.GetDateTime(0)|].ToUniversalTime());", null)]
    public Task What_is_read_has_no_zone(string body, string? message) => message is null ? Rule.Reports(In(body)) : Rule.Reports(In(body), message);

    [Theory]
    [InlineData(Sqlite + "Use(DateTime.SpecifyKind(r.GetDateTime(0), DateTimeKind.Utc).ToUniversalTime());")]
    [InlineData(Sqlite + "Use(r.GetDateTime(0).ToLocalTime());")]
    [InlineData(Sqlite + "Use(r.GetDateTime(0)); Use(DateTime.Now);")]
    [InlineData(Sqlite + "Use(new DateTimeOffset(r.GetDateTime(0), TimeSpan.Zero));")]
    [InlineData(Sqlite + "Use(r.GetDateTime(0) < DateTime.UtcNow);")]
    [InlineData(Sqlite + "var at = r.GetDateTime(0); at = DateTime.UtcNow; Use(at.ToUniversalTime());")]
    [InlineData(Sqlite + "Use(r.GetDateTimeOffset(0).ToUniversalTime());")]
    [InlineData(Sqlite + "Use(((DateTime)r[0]).ToUniversalTime());")]
    [InlineData("using var r = new NpgsqlCommand(\"SELECT at FROM t\").ExecuteReader(); Use(r.GetDateTime(0).ToUniversalTime());")]
    [InlineData("const string Ddl = \"CREATE TABLE t (at timestamptz)\"; using var r = new NpgsqlCommand(\"SELECT at FROM t\").ExecuteReader(); Use(r.GetDateTime(0).ToUniversalTime());")]
    [InlineData("IDataReader r = null!; Use(r.GetDateTime(0).ToUniversalTime());")]
    [InlineData("const string Cs = \"Server=x;DateTimeKind=Utc\"; " + MySql + "Use(r.GetDateTime(0).ToUniversalTime());")]
    [InlineData("Use(DateTime.Parse(name).ToUniversalTime()); Use(DateTime.Now.ToUniversalTime());")]
    [InlineData("Use(new Order().At.ToUniversalTime());")]
    [InlineData(MySql + "Use(System.Text.Json.JsonSerializer.Serialize(new { born = r.GetDateTime(\"birth_date\"), r.GetDateTime(\"Birthday\").Year }));")]
    [InlineData("const string Ddl = \"CREATE TABLE t (at date)\"; " + SqlServer + "Use(DateTime.Now - r.GetDateTime(0));")]
    public Task What_has_a_zone_and_what_is_not_known(string body) => Rule.Silent(In(body));

    [Theory]
    [InlineData("var o = new Shop().Orders.First(); Use([|o.At|].ToUniversalTime());")]
    [InlineData("var o = await new Shop().Orders.FirstAsync(x => x.Id == 1); Use(new DateTimeOffset([|o.At|]));")]
    [InlineData("foreach (var o in new Shop().Orders.ToList()) Use([|o.At|].ToUniversalTime());")]
    [InlineData("foreach (var o in new Shop().Orders) Use(DateTime.Now - [|o.At|]);")]
    [InlineData("var o = new Shop().Orders.Find(1); Use([|o!.At|].ToUniversalTime());")]
    public Task An_entity_of_EF_on_SQLite(string body) => Rule.Reports(Ef(body, ""), new Setup { References = References.SqliteEf });

    [Theory]
    [InlineData("var o = new Shop().Orders.First(); o.At = DateTime.UtcNow; Use(o.At.ToUniversalTime());", "")]
    [InlineData("var o = new Order(); Use(o.At.ToUniversalTime());", "")]
    [InlineData("var o = new Shop().Orders.First(); Use(o.At.ToUniversalTime());", "protected override void ConfigureConventions(ModelConfigurationBuilder b) => b.Properties<DateTime>().HaveConversion<Utc>();")]
    [InlineData("var o = new Shop().Orders.First(); Use(o.At.ToUniversalTime());", "protected override void OnModelCreating(ModelBuilder b) => b.Entity<Order>().Property(o => o.At).HasConversion(v => v, v => DateTime.SpecifyKind(v, DateTimeKind.Utc));")]
    [InlineData("Use(new Shop().Orders.Where(o => o.At < DateTime.Now).ToList());", "")]
    public Task An_entity_with_a_kind(string body, string context) => Rule.Silent(Ef(body, context), new Setup { References = References.SqliteEf });

    [Fact]
    public Task A_type_handler_of_Dapper_may_set_the_kind() => Rule.Silent(In(
        "Use(connection.ExecuteScalar<DateTime>(\"SELECT at FROM t\").ToUniversalTime());")
        + "class H : SqlMapper.TypeHandler<DateTime> { public override void SetValue(IDbDataParameter p, DateTime v) => p.Value = v; public override DateTime Parse(object v) => DateTime.SpecifyKind((DateTime)v, DateTimeKind.Utc); }");

    [Fact]
    public Task Primary_constructors_and_lambdas() => Rule.Reports(
        "class C(SqliteDataReader r) { public DateTime At => [|r.GetDateTime(0)|].ToUniversalTime(); public Func<DateTimeOffset> Later() => () => new([|r.GetDateTime(0)|]); public DateTimeOffset When => [|r.GetDateTime(1)|]; }");

    [Theory]
    [InlineData("Use([|r.GetDateTime(0)|].ToUniversalTime()); /* at */", "Use(DateTime.SpecifyKind(r.GetDateTime(0), DateTimeKind.Utc)); /* at */")]
    [InlineData("Use(new DateTimeOffset([|r.GetDateTime(0)|]));", "Use(new DateTimeOffset(DateTime.SpecifyKind(r.GetDateTime(0), DateTimeKind.Utc)));")]
    [InlineData("DateTimeOffset o = [|r.GetDateTime(0)|]; Use(o);", "DateTimeOffset o = DateTime.SpecifyKind(r.GetDateTime(0), DateTimeKind.Utc); Use(o);")]
    [InlineData("var at = r.GetDateTime(0); Use([|at|].ToUniversalTime());", "var at = r.GetDateTime(0); Use(DateTime.SpecifyKind(at, DateTimeKind.Utc));")]
    [InlineData("Use(TimeZoneInfo.ConvertTimeToUtc([|r.GetDateTime(0)|]));", "Use(DateTime.SpecifyKind(r.GetDateTime(0), DateTimeKind.Utc));")]
    [InlineData("Use(System.Text.Json.JsonSerializer.Serialize(new { at = [|r.GetDateTime(0)|] }));", "Use(System.Text.Json.JsonSerializer.Serialize(new { at = DateTime.SpecifyKind(r.GetDateTime(0), DateTimeKind.Utc) }));")]
    public Task The_kind_is_said(string before, string after) => Rule.Fixes(In(Sqlite + before), In(Sqlite + after));

    [Theory]
    [InlineData(Sqlite + "Use([|r.GetDateTime(0)|] < DateTime.Now);")]
    [InlineData(Sqlite + "DateTime? at = r.GetDateTime(0); Use([|at|]?.ToUniversalTime());")]
    [InlineData(Sqlite + "Use(([|r.IsDBNull(0) ? DateTime.Now : r.GetDateTime(0)|]).ToUniversalTime());")]
    public Task Where_it_is_not_certain_or_does_not_help_nothing_is_offered(string body) => Rule.NoFix(In(body));

    private static string In(string body) =>
        $"class C {{ static void Use(object? o) {{ }} async Task M(SqliteConnection connection, string name) {{ {body} await Task.Yield(); }} }} public class Order {{ public int Id {{ get; set; }} public DateTime At {{ get; set; }} }}\n";

    private static string Ef(string body, string context) => $$"""
        using Microsoft.EntityFrameworkCore;
        using Microsoft.EntityFrameworkCore.Storage.ValueConversion;
        {{In(body).Replace("SqliteConnection", "IDbConnection", StringComparison.Ordinal)}}
        public class Shop : DbContext { public DbSet<Order> Orders { get; set; } = null!; {{context}} }
        """ + (context.Contains("<Utc>", StringComparison.Ordinal) ? "class Utc() : ValueConverter<DateTime, DateTime>(v => v, v => DateTime.SpecifyKind(v, DateTimeKind.Utc));" : "");
}
