using DbSafety.Rules.Locks;
using DbSafety.Tests.Engine;
using Xunit;

namespace DbSafety.Tests.Rules.Locks;

using Rule = Verify<DBS311IsolationLevelSilentlyChanged>;

public class DBS311IsolationLevelSilentlyChangedTests
{
    [Fact]
    public Task The_message_says_what_runs() => Rule.Reports(
        "connection.BeginTransaction([|IsolationLevel.ReadCommitted|]);",
        "Microsoft.Data.Sqlite runs IsolationLevel.ReadCommitted as Serializable; name the level that runs");

    [Theory]
    [InlineData("connection.BeginTransaction([|IsolationLevel.RepeatableRead|]);")]
    [InlineData("connection.BeginTransaction([|IsolationLevel.ReadCommitted|], deferred: true);")]
    [InlineData("await new NpgsqlConnection().BeginTransactionAsync([|IsolationLevel.ReadUncommitted|], ct);")]
    [InlineData("new NpgsqlConnection().BeginTransaction([|IsolationLevel.Snapshot|]);")]
    [InlineData("new MySqlConnection().BeginTransaction([|IsolationLevel.Snapshot|]);")]
    public Task Levels_that_become_others_are_reported(string source) => Rule.Reports(source);

    [Theory]
    [InlineData("connection.BeginTransaction();")]
    [InlineData("connection.BeginTransaction(IsolationLevel.Unspecified);")]
    [InlineData("connection.BeginTransaction(IsolationLevel.Serializable);")]
    [InlineData("connection.BeginTransaction(IsolationLevel.ReadUncommitted);")]
    [InlineData("connection.BeginTransaction(IsolationLevel.Snapshot);")]
    [InlineData("new NpgsqlConnection().BeginTransaction(IsolationLevel.RepeatableRead);")]
    [InlineData("new MySqlConnection().BeginTransaction(IsolationLevel.ReadCommitted);")]
    [InlineData("new SqlConnection().BeginTransaction(IsolationLevel.Snapshot);")]
    [InlineData("new System.Data.SQLite.SQLiteConnection().BeginTransaction(IsolationLevel.ReadCommitted);")]
    [InlineData("DbConnection c = connection; c.BeginTransaction(IsolationLevel.ReadCommitted);")]
    public Task Levels_that_run_as_asked_or_cannot_be_known_are_silent(string source) => Rule.Silent(source);

    [Fact]
    public Task EF_Core_is_judged_by_its_only_provider() => Rule.Reports(
        """
        using System.Data;
        using Microsoft.EntityFrameworkCore;
        class C
        {
            void M(DbContext context) => context.Database.BeginTransaction([|IsolationLevel.ReadCommitted|]);
        }
        """,
        new Setup { References = References.SqliteEf });
}
