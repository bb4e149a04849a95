using System.Security.Cryptography;
using System.Text;
using Dapper;
using Microsoft.Data.Sqlite;
using Npgsql;
using Xunit;

namespace DbSafety.Incidents.Values;

/// <summary>DBS621: what one process stores under a hash, another looks for.</summary>
public class DBS621UnstableHashPersistedIncident
{
    private const string Keys = "CREATE TABLE keys (print TEXT NOT NULL, hash INTEGER NOT NULL, stable TEXT NOT NULL)";

    private static readonly string[] Names = [.. Enumerable.Range(0, 100).Select(i => $"customer-{i}")];

    [Fact]
    public async Task Nothing_is_found_under_the_hashes_of_another_process()
    {
        using var file = new SqliteFile(Keys);
        await OtherProcess.RunAsync(GetType(), nameof(Stores_its_hashes), ("DBSAFETY_STORE", file.ConnectionString));
        using var connection = file.Open();

        Assert.Equal(100, connection.ExecuteScalar<long>("SELECT COUNT(*) FROM keys"));
        Assert.Equal(0, Names.Sum(n => connection.ExecuteScalar<long>("SELECT COUNT(*) FROM keys WHERE hash = @hash", new { hash = n.GetHashCode(StringComparison.Ordinal) })));
        Assert.Equal(0, Names.Sum(n => connection.ExecuteScalar<long>("SELECT COUNT(*) FROM keys WHERE print = @print", new { print = HashCode.Combine(n, 1).ToString("x8") })));
        // A bucket of 16 is the same one time in 16.
        Assert.InRange(Names.Sum(n => connection.ExecuteScalar<long>("SELECT COUNT(*) FROM keys WHERE stable = @stable AND abs(hash % 16) = @bucket", new { stable = Print(n), bucket = Math.Abs(n.GetHashCode(StringComparison.Ordinal) % 16) })), 0, 25);
        Assert.Equal(100, Names.Sum(n => connection.ExecuteScalar<long>("SELECT COUNT(*) FROM keys WHERE stable = @stable", new { stable = Print(n) })));
    }

    [Fact]
    public async Task Two_processes_hold_the_lock_of_one_key_at_once()
    {
        var server = Servers.Named("DBSAFETY_POSTGRES");
        using var schema = new PostgresSchema("CREATE TABLE taken (by_hash boolean NOT NULL, by_print boolean NOT NULL)");
        using var connection = schema.Open();
        var key = $"nightly-{Guid.NewGuid():N}";
        connection.Execute("SELECT pg_advisory_lock(@hash), pg_advisory_lock(@print)", new { hash = (long)key.GetHashCode(StringComparison.Ordinal), print = Number(key) });

        await OtherProcess.RunAsync(GetType(), nameof(Tries_the_locks), ("DBSAFETY_STORE", server + ";Search Path=" + connection.ExecuteScalar<string>("SELECT current_schema()")), ("DBSAFETY_KEY", key));

        Assert.Equal((true, false), connection.QuerySingle<(bool, bool)>("SELECT by_hash, by_print FROM taken"));
    }

    internal static void Stores_its_hashes()
    {
        using var connection = new SqliteConnection(OtherProcess.Given("DBSAFETY_STORE"));
        connection.Execute(
            "INSERT INTO keys VALUES (@print, @hash, @stable)",
            Names.Select(n => new { print = HashCode.Combine(n, 1).ToString("x8"), hash = n.GetHashCode(StringComparison.Ordinal), stable = Print(n) }));
    }

    internal static void Tries_the_locks()
    {
        using var connection = new NpgsqlConnection(OtherProcess.Given("DBSAFETY_STORE"));
        var key = OtherProcess.Given("DBSAFETY_KEY");
        connection.Execute(
            "INSERT INTO taken SELECT pg_try_advisory_lock(@hash), pg_try_advisory_lock(@print)",
            new { hash = (long)key.GetHashCode(StringComparison.Ordinal), print = Number(key) });
    }

    private static string Print(string text) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    private static long Number(string text) => BitConverter.ToInt64(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
