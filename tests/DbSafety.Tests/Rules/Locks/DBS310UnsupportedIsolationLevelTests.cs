using DbSafety.Rules.Locks;
using DbSafety.Tests.Engine;
using Xunit;

namespace DbSafety.Tests.Rules.Locks;

using Rule = Verify<DBS310UnsupportedIsolationLevel>;

public class DBS310UnsupportedIsolationLevelTests
{
    private static readonly Setup SqliteEf = new() { References = References.SqliteEf };

    [Fact]
    public Task The_message_names_provider_level_exception_and_remedy() => Rule.Reports(
        "connection.BeginTransaction([|IsolationLevel.Snapshot|]); new NpgsqlConnection().BeginTransaction([|(IsolationLevel)5|]);",
        "Microsoft.Data.Sqlite rejects IsolationLevel.Snapshot with ArgumentException; use Serializable",
        "Npgsql rejects IsolationLevel.5 with NotSupportedException; use ReadCommitted");

    [Theory]
    [InlineData("connection.BeginTransaction([|IsolationLevel.Chaos|]);")]
    [InlineData("connection.BeginTransaction(deferred: false, isolationLevel: [|IsolationLevel.Snapshot|]);")]
    [InlineData("await connection.BeginTransactionAsync([|IsolationLevel.Snapshot|]);")]
    [InlineData("await connection.BeginTransactionAsync([|System.Data.IsolationLevel.Snapshot|], ct);")]
    [InlineData("const IsolationLevel level = IsolationLevel.Snapshot; connection.BeginTransaction([|level|]);")]
    [InlineData("connection.BeginTransaction([|(IsolationLevel)16777216|]);")]
    [InlineData("connection?.BeginTransaction([|IsolationLevel.Snapshot|]);")]
    [InlineData("new System.Data.SQLite.SQLiteConnection().BeginTransaction([|IsolationLevel.RepeatableRead|]);")]
    [InlineData("new System.Data.SQLite.SQLiteConnection().BeginTransaction([|IsolationLevel.ReadUncommitted|]);")]
    [InlineData("new NpgsqlConnection().BeginTransaction([|IsolationLevel.Chaos|]);")]
    [InlineData("await new MySqlConnection().BeginTransactionAsync([|IsolationLevel.Chaos|]);")]
    [InlineData("""new SqlConnection().BeginTransaction([|IsolationLevel.Chaos|], "t");""")]
    [InlineData("new System.Data.SqlClient.SqlConnection().BeginTransaction([|IsolationLevel.Chaos|]);")]
    public Task Rejected_levels_are_reported(string source) => Rule.Reports(source);

    [Theory]
    [InlineData("connection.BeginTransaction(IsolationLevel.Serializable);")]
    [InlineData("connection.BeginTransaction(IsolationLevel.Unspecified);")]
    [InlineData("connection.BeginTransaction(IsolationLevel.ReadUncommitted);")]
    [InlineData("connection.BeginTransaction(IsolationLevel.RepeatableRead);")]
    [InlineData("connection.BeginTransaction();")]
    [InlineData("connection.BeginTransaction(deferred: true);")]
    [InlineData("new System.Data.SQLite.SQLiteConnection().BeginTransaction(IsolationLevel.ReadCommitted);")]
    [InlineData("new NpgsqlConnection().BeginTransaction(IsolationLevel.Snapshot);")]
    [InlineData("new MySqlConnection().BeginTransaction(IsolationLevel.Snapshot);")]
    [InlineData("new SqlConnection().BeginTransaction(IsolationLevel.Snapshot);")]
    public Task Supported_levels_are_silent(string source) => Rule.Silent(source);

    [Theory]
    [InlineData("var level = id > 1 ? IsolationLevel.Snapshot : IsolationLevel.Serializable; connection.BeginTransaction(level);")]
    [InlineData("DbConnection c = connection; c.BeginTransaction(IsolationLevel.Chaos);")]
    [InlineData("IDbConnection c = connection; c.BeginTransaction(IsolationLevel.Chaos);")]
    [InlineData("new DuckDB.NET.Data.DuckDBConnection().BeginTransaction(IsolationLevel.Chaos);")]
    [InlineData("Assert.Throws(() => connection.BeginTransaction(IsolationLevel.Chaos)); static class Assert { public static void Throws(Func<object> f) { } }")]
    public Task What_is_not_certain_is_silent(string source) => Rule.Silent(source.Contains("static class") ? Whole(source) : source);

    [Fact]
    public Task A_derived_connection_may_take_it() => Rule.Silent(
        """
        class Lenient : SqliteConnection
        {
            public new SqliteTransaction BeginTransaction(IsolationLevel level) => base.BeginTransaction();
            void M(Lenient connection) => connection.BeginTransaction(IsolationLevel.Snapshot);
        }
        """);

    [Fact]
    public Task Spanner_rejects_the_weak_levels_in_every_version() => Rule.Reports(
        """
        namespace Google.Cloud.Spanner.Data
        {
            public abstract class SpannerConnection : DbConnection;
        }
        class C
        {
            void M(Google.Cloud.Spanner.Data.SpannerConnection connection)
            {
                connection.BeginTransaction([|IsolationLevel.ReadCommitted|]);
                connection.BeginTransaction(IsolationLevel.RepeatableRead);
                connection.BeginTransaction(IsolationLevel.Snapshot);
            }
        }
        """,
        "Spanner rejects IsolationLevel.ReadCommitted with NotSupportedException; use Serializable");

    [Fact]
    public Task EF_Core_is_judged_by_its_only_provider() => Rule.Reports(
        """
        using System.Data;
        using System.Threading.Tasks;
        using Microsoft.EntityFrameworkCore;
        class C
        {
            async Task M(DbContext context)
            {
                context.Database.BeginTransaction([|IsolationLevel.Snapshot|]);
                await context.Database.BeginTransactionAsync([|IsolationLevel.Snapshot|]);
                await context.Database.BeginTransactionAsync(IsolationLevel.Serializable);
            }
        }
        """,
        SqliteEf);

    [Fact]
    public Task EF_Core_with_two_providers_is_silent() => Rule.Silent(
        "class C { void M(DbContext context) => context.Database.BeginTransaction(IsolationLevel.Chaos); }");

    [Fact]
    public Task A_supported_level_takes_its_place() => Rule.Fixes(
        """
        using var a = connection.BeginTransaction([|IsolationLevel.Snapshot|]); // stays
        using var b = await connection.BeginTransactionAsync([|System.Data.IsolationLevel /* why */ .Chaos|], ct);
        using var c = new NpgsqlConnection().BeginTransaction([|(IsolationLevel)7|]);
        const IsolationLevel Level = IsolationLevel.Chaos;
        using var d = new MySqlConnection().BeginTransaction([|Level|]);
        """,
        """
        using var a = connection.BeginTransaction(IsolationLevel.Serializable); // stays
        using var b = await connection.BeginTransactionAsync(System.Data.IsolationLevel /* why */ .Serializable, ct);
        using var c = new NpgsqlConnection().BeginTransaction(IsolationLevel.ReadCommitted);
        const IsolationLevel Level = IsolationLevel.Chaos;
        using var d = new MySqlConnection().BeginTransaction(IsolationLevel.ReadCommitted);
        """);

    [Fact]
    public Task The_enum_is_qualified_where_it_has_to_be() => Rule.Fixes(
        """
        using Microsoft.Data.Sqlite;
        using static System.Data.IsolationLevel;
        class C
        {
            void M(SqliteConnection connection) => connection.BeginTransaction([|Snapshot|]);
        }
        """,
        """
        using Microsoft.Data.Sqlite;
        using static System.Data.IsolationLevel;
        class C
        {
            void M(SqliteConnection connection) => connection.BeginTransaction(System.Data.IsolationLevel.Serializable);
        }
        """,
        new() { Usings = false });

    private static string Whole(string source)
    {
        var split = source.IndexOf("static class", StringComparison.Ordinal);
        return $"class C {{ void M(SqliteConnection connection) {{ {source[..split]} }} }} {source[split..]}";
    }
}
