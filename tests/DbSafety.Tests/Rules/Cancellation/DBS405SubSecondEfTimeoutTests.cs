using Xunit;
using Rule = DbSafety.Tests.Engine.Verify<DbSafety.Rules.Cancellation.DBS405SubSecondEfTimeout>;

namespace DbSafety.Tests.Rules.Cancellation;

public class DBS405SubSecondEfTimeoutTests
{
    [Theory]
    [InlineData("db.Database.SetCommandTimeout([|TimeSpan.FromMilliseconds(500)|]);", "db.Database.SetCommandTimeout(TimeSpan.FromSeconds(1));")]
    [InlineData("db.Database.SetCommandTimeout(timeout: [|TimeSpan.FromSeconds(0.2)|]);", "db.Database.SetCommandTimeout(timeout: TimeSpan.FromSeconds(1));")]
    [InlineData("db.Database.SetCommandTimeout([|new TimeSpan(0, 0, 0, 0, 100)|]);", "db.Database.SetCommandTimeout(TimeSpan.FromSeconds(1));")]
    [InlineData("db.Database.SetCommandTimeout([|new TimeSpan(1_000_000)|]);", "db.Database.SetCommandTimeout(TimeSpan.FromSeconds(1));")]
    [InlineData("var t = TimeSpan.FromMilliseconds(250); db.Database.SetCommandTimeout([|t|]);", "var t = TimeSpan.FromMilliseconds(250); db.Database.SetCommandTimeout(TimeSpan.FromSeconds(1));")]
    [InlineData("db.Database.SetCommandTimeout([|System.TimeSpan.FromMilliseconds(1)|]);", "db.Database.SetCommandTimeout(System.TimeSpan.FromSeconds(1));")]
    [InlineData("RelationalDatabaseFacadeExtensions.SetCommandTimeout(db.Database, [|TimeSpan.FromMilliseconds(1)|]);", "RelationalDatabaseFacadeExtensions.SetCommandTimeout(db.Database, TimeSpan.FromSeconds(1));")]
    public async Task Half_a_second_and_less_becomes_none(string before, string after) => await Rule.Fixes(
        $"class C {{ void M(DbContext db) {{ {before} }} }}", $"class C {{ void M(DbContext db) {{ {after} }} }}");

    [Fact]
    public async Task A_field_of_the_class() => await Rule.Reports(
        "class C { static readonly TimeSpan Short = TimeSpan.FromMilliseconds(300); void M(DbContext db) => db.Database.SetCommandTimeout([|Short|]); }",
        "EF Core rounds 'Short' to 0 seconds, which is no timeout at all; set at least a second");

    [Theory]
    [InlineData("db.Database.SetCommandTimeout(TimeSpan.FromMilliseconds(501));")]
    [InlineData("db.Database.SetCommandTimeout(TimeSpan.FromSeconds(1));")]
    [InlineData("db.Database.SetCommandTimeout(TimeSpan.Zero);")]
    [InlineData("db.Database.SetCommandTimeout(Timeout.InfiniteTimeSpan);")]
    [InlineData("db.Database.SetCommandTimeout(30);")]
    [InlineData("var t = TimeSpan.FromMilliseconds(250); t = t * 100; db.Database.SetCommandTimeout(t);")]
    [InlineData("_ = TimeSpan.FromMilliseconds(100);")]
    public async Task Long_enough_or_unknown(string body) => await Rule.Silent($"class C {{ void M(DbContext db) {{ {body} }} }}");
}
