using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Dapper;
using Microsoft.Data.Sqlite;
using Xunit;

namespace DbSafety.Incidents.Values;

/// <summary>DBS622: the same data, two fingerprints.</summary>
public class DBS622UnorderedFingerprintIncident
{
    private static readonly ImmutableDictionary<string, int> Stock = Enumerable.Range(0, 50).ToImmutableDictionary(i => $"sku-{i}");

    [Fact]
    public void In_two_cultures()
    {
        var at = new DateTime(2026, 1, 31, 0, 0, 0, DateTimeKind.Utc);
        Assert.Equal("1234.5|2026-01-31", In("en-US", () => $"{1234.5m}|{at:yyyy-MM-dd}"));
        Assert.Equal("1234,5|2026-01-31", In("de-DE", () => $"{1234.5m}|{at:yyyy-MM-dd}"));
        Assert.Equal("1234.5|2569-01-31", In("th-TH", () => $"{1234.5m}|{at:yyyy-MM-dd}"));
        Assert.Equal(["tıtle", "title"], new[] { In("tr-TR", () => "TITLE".ToLower(CultureInfo.CurrentCulture)), In("tr-TR", () => "TITLE".ToLowerInvariant()) });

        string[] cultures = ["en-US", "de-DE", "th-TH"];
        Assert.Equal(3, cultures.Select(c => In(c, () => Print($"{1234.5m}|{at:yyyy-MM-dd}"))).Distinct().Count());
        Assert.Single(cultures.Select(c => In(c, () => Print(FormattableString.Invariant($"{1234.5m}|{at:yyyy-MM-dd}")))).Distinct());
    }

    [Fact]
    public void After_an_update_that_changes_nothing()
    {
        using var schema = new PostgresSchema("CREATE TABLE t (id int PRIMARY KEY, name text); INSERT INTO t SELECT i, 'n' || i FROM generate_series(1, 10) i");
        using var connection = schema.Open();
        var (before, sorted) = (Rows("SELECT name FROM t"), Rows("SELECT name FROM t ORDER BY id"));
        connection.Execute("UPDATE t SET name = name WHERE id = 3");
        Assert.NotEqual(before, Rows("SELECT name FROM t"));
        Assert.Equal(sorted, Rows("SELECT name FROM t ORDER BY id"));

        string Rows(string sql) => Print(string.Join('|', connection.Query<string>(sql)));
    }

    [Fact]
    public async Task In_two_processes()
    {
        using var file = new SqliteFile("CREATE TABLE prints (happens TEXT NOT NULL, sorted TEXT NOT NULL)");
        await OtherProcess.RunAsync(GetType(), nameof(Stores_its_fingerprints), ("DBSAFETY_STORE", file.ConnectionString));
        using var connection = file.Open();
        var (happens, sorted) = connection.QuerySingle<(string, string)>("SELECT happens, sorted FROM prints");
        Assert.NotEqual(happens, Happens());
        Assert.Equal(sorted, Sorted());
    }

    internal static void Stores_its_fingerprints()
    {
        using var connection = new SqliteConnection(OtherProcess.Given("DBSAFETY_STORE"));
        connection.Execute("INSERT INTO prints VALUES (@happens, @sorted)", new { happens = Happens(), sorted = Sorted() });
    }

    private static string Happens() => Print(string.Join(',', Stock));

    private static string Sorted() => Print(string.Join(',', Stock.OrderBy(x => x.Key, StringComparer.Ordinal)));

    private static string Print(string text) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    private static string In(string culture, Func<string> text)
    {
        var before = CultureInfo.CurrentCulture;
        CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo(culture);
        try
        {
            return text();
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }
}
