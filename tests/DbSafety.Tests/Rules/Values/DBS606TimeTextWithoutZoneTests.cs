using Xunit;
using Rule = DbSafety.Tests.Engine.Verify<DbSafety.Rules.Values.DBS606TimeTextWithoutZone>;

namespace DbSafety.Tests.Rules.Values;

public class DBS606TimeTextWithoutZoneTests
{
    private const string Read = "using var r = new SqliteCommand(\"SELECT created_at, birth_date, name FROM t\").ExecuteReader(); ";
    private const string Styles = "DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal";

    [Theory]
    [InlineData("Use([|DateTime.Parse(r.GetString(0))|]);", "'DateTime.Parse(r.GetString(0))' makes a time of stored text in no certain zone; say that it is UTC: DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal")]
    [InlineData("Use([|DateTime.Parse(r.GetString(0), CultureInfo.InvariantCulture)|]);", null)]
    [InlineData("Use([|DateTime.Parse(r.GetString(0), null, DateTimeStyles.None)|]);", null)]
    [InlineData("Use([|DateTime.Parse(styles: DateTimeStyles.None, provider: null, s: r.GetString(0))|]);", null)]
    [InlineData("Use([|DateTime.Parse((string)r[\"created_at\"])|]);", null)]
    [InlineData("Use([|DateTime.Parse(r[\"created_at\"].ToString()!)|]);", null)]
    [InlineData("Use([|DateTime.Parse(r.GetString(r.GetOrdinal(\"created_at\")))|].ToUniversalTime());", null)]
    [InlineData("var text = r.GetString(0); Use([|DateTime.Parse(text)|]);", null)]
    [InlineData("Use([|DateTime.TryParse(r.GetString(0), out var at)|] ? at : null);", null)]
    [InlineData("Use([|DateTime.ParseExact(r.GetString(2), \"yyyy-MM-dd HH:mm:ss\", CultureInfo.InvariantCulture)|]);", null)]
    [InlineData("Use([|Convert.ToDateTime(r.GetString(0))|]);", null)]
    [InlineData("Use([|DateTime.Parse((string)new SqliteCommand(\"SELECT updated_at FROM t WHERE id = 1\").ExecuteScalar()!)|]);", null)]
    [InlineData("string Text() => r.GetString(0); Use([|DateTime.Parse(Text())|]);", null)]
    [InlineData("foreach (var row in connection.Query(\"SELECT created_at FROM t\")) { string text = row.created_at; Use([|DateTime.Parse(text)|]); }", null)]
    [InlineData("Use([|DateTime.Parse(new Shop().Orders.First().SentAt)|]);", null)]
    public Task Stored_text_is_parsed(string body, string? message) => message is null ? Rule.Reports(In(Read + body)) : Rule.Reports(In(Read + body), message);

    [Theory]
    [InlineData("Use(DateTime.Parse(r.GetString(0), null, DateTimeStyles.RoundtripKind));")]
    [InlineData("Use(DateTime.Parse(r.GetString(0), CultureInfo.InvariantCulture, " + Styles + "));")]
    [InlineData("Use(DateTime.Parse(r.GetString(0), null, DateTimeStyles.AssumeLocal));")]
    [InlineData("Use(DateTime.SpecifyKind(DateTime.Parse(r.GetString(0)), DateTimeKind.Utc));")]
    [InlineData("Use(DateTime.Parse(r.GetString(0)).Date);")]
    [InlineData("Use(DateOnly.FromDateTime(DateTime.Parse(r.GetString(0))));")]
    [InlineData("Use(new DateTimeOffset(DateTime.Parse(r.GetString(0)), TimeSpan.Zero));")]
    [InlineData("Use(DateTime.Parse(r.GetString(1)));")]
    [InlineData("Use(DateTime.Parse(r.GetString(2)));")]
    [InlineData("Use(DateTime.ParseExact(r.GetString(0), \"yyyy-MM-dd\", CultureInfo.InvariantCulture));")]
    [InlineData("Use(DateTime.ParseExact(r.GetString(0), \"yyyy-MM-ddTHH:mm:sszzz\", CultureInfo.InvariantCulture));")]
    [InlineData("Use(DateTime.ParseExact(r.GetString(0), \"o\", CultureInfo.InvariantCulture));")]
    [InlineData("Use(DateTimeOffset.Parse(r.GetString(0)));")]
    [InlineData("Use(DateTime.Parse(name)); Use(DateTime.Parse(Console.ReadLine()!));")]
    [InlineData("Use(DateTime.Parse(r.IsDBNull(0) ? name : r.GetString(0)));")]
    [InlineData("Use(r.GetDateTime(0));")]
    public Task Text_that_is_in_a_zone_or_is_no_point_in_time_or_not_stored(string body) => Rule.Silent(In(Read + body));

    [Theory]
    [InlineData("await http.PostAsJsonAsync(\"x\", new { at = [|DateTime.Now|].ToString(\"u\") });", "'DateTime.Now' is local time, and is sent as text that says it is UTC; use DateTime.UtcNow")]
    [InlineData("await http.PostAsJsonAsync(\"x\", new { at = [|DateTime.Now|].ToString(\"yyyy-MM-ddTHH:mm:ssZ\") });", null)]
    [InlineData("await http.PostAsJsonAsync(\"x\", new { at = $\"{[|DateTime.Now|]:R}\" });", null)]
    [InlineData("await http.GetAsync($\"{[|DateTime.Now|]:u}\");", null)]
    [InlineData("var at = [|DateTime.Now|].AddHours(1).ToString(\"u\"); await bus.Publish(new { at });", null)]
    public Task Local_time_is_sent_as_UTC(string body, string? message) => message is null ? Rule.Reports(In(body)) : Rule.Reports(In(body), message);

    [Theory]
    [InlineData("await http.PostAsJsonAsync(\"x\", new { at = DateTime.UtcNow.ToString(\"u\") });")]
    [InlineData("await http.PostAsJsonAsync(\"x\", new { at = DateTimeOffset.Now.ToString(\"u\") });")]
    [InlineData("await http.PostAsJsonAsync(\"x\", new { at = DateTime.Now.ToUniversalTime().ToString(\"u\") });")]
    [InlineData("await http.PostAsJsonAsync(\"x\", new { at = DateTime.Now.ToString(\"o\") });")]
    [InlineData("await http.PostAsJsonAsync(\"x\", new { at = DateTime.Now.ToString(\"s\") });")]
    [InlineData("Console.WriteLine(DateTime.Now.ToString(\"u\"));")]
    public Task Text_that_is_true_or_not_sent(string body) => Rule.Silent(In(body));

    [Theory]
    [InlineData("Use([|DateTime.Parse(r.GetString(0))|]);", "Use(DateTime.Parse(r.GetString(0), CultureInfo.InvariantCulture, " + Styles + "));")]
    [InlineData("Use([|DateTime.Parse(r.GetString(0), null)|]);", "Use(DateTime.Parse(r.GetString(0), null, " + Styles + "));")]
    [InlineData("Use([|DateTime.Parse(r.GetString(0), null, DateTimeStyles.None)|]);", "Use(DateTime.Parse(r.GetString(0), null, " + Styles + "));")]
    [InlineData("Use([|DateTime.Parse(r.GetString(0), null, DateTimeStyles.AllowWhiteSpaces)|]);", "Use(DateTime.Parse(r.GetString(0), null, DateTimeStyles.AllowWhiteSpaces | " + Styles + "));")]
    [InlineData("Use([|DateTime.ParseExact(r.GetString(0), \"yyyy-MM-dd HH:mm\", null)|]);", "Use(DateTime.ParseExact(r.GetString(0), \"yyyy-MM-dd HH:mm\", null, " + Styles + "));")]
    [InlineData("Use([|DateTime.TryParse(r.GetString(0), out var at)|] ? at : null);", "Use(DateTime.TryParse(r.GetString(0), CultureInfo.InvariantCulture, " + Styles + ", out var at) ? at : null);")]
    [InlineData("Use([|Convert.ToDateTime(r.GetString(0))|]);", "Use(DateTime.Parse(r.GetString(0), CultureInfo.InvariantCulture, " + Styles + "));")]
    public Task It_is_taken_for_UTC(string before, string after) => Rule.Fixes(In(Read + before), In(Read + after));

    [Fact]
    public Task Where_nothing_is_imported_the_fix_does() => Rule.Fixes(
        "using Microsoft.Data.Sqlite;\nclass C { DateTime At(SqliteDataReader r) => [|DateTime.Parse(r.GetString(r.GetOrdinal(\"at\")))|]; }",
        "using System.Globalization;\nusing Microsoft.Data.Sqlite;\nclass C { DateTime At(SqliteDataReader r) => DateTime.Parse(r.GetString(r.GetOrdinal(\"at\")), CultureInfo.InvariantCulture, " + Styles + "); }");

    [Fact]
    public Task What_is_sent_is_read_in_UTC() => Rule.Fixes(
        In("await http.PostAsJsonAsync(\"x\", new { at = [|DateTime.Now|].ToString(\"u\") });"), In("await http.PostAsJsonAsync(\"x\", new { at = DateTime.UtcNow.ToString(\"u\") });"));

    [Fact]
    public Task Named_arguments_are_left_to_the_author() => Rule.NoFix(In(Read + "Use([|DateTime.Parse(styles: DateTimeStyles.None, provider: null, s: r.GetString(0))|]);"));

    private static string In(string body) => $$"""
        using System.Globalization;
        using System.Net.Http;
        using System.Net.Http.Json;
        namespace MassTransit { public interface IPublishEndpoint { Task Publish(object message); } }
        public class Order { public int Id { get; set; } public string SentAt { get; set; } = ""; } public class Shop : DbContext { public DbSet<Order> Orders { get; set; } = null!; }
        class C { static void Use(object? o) { } async Task M(SqliteConnection connection, string name, HttpClient http, MassTransit.IPublishEndpoint bus) { {{body}} await Task.Yield(); } }
        """;
}
