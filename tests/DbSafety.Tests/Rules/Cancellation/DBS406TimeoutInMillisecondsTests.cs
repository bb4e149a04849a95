using DbSafety.Rules.Cancellation;
using DbSafety.Tests.Engine;
using Microsoft.CodeAnalysis;
using Xunit;
using Rule = DbSafety.Tests.Engine.Verify<DbSafety.Rules.Cancellation.DBS406TimeoutInMilliseconds>;

namespace DbSafety.Tests.Rules.Cancellation;

public class DBS406TimeoutInMillisecondsTests
{
    [Theory]
    [InlineData("new SqlCommand().CommandTimeout = [|30000|];", "new SqlCommand().CommandTimeout = 30;")]
    [InlineData("_ = new SqliteCommand { CommandTimeout = [|5_000|] };", "_ = new SqliteCommand { CommandTimeout = 5 };")]
    [InlineData("connection.Execute(\"x\", commandTimeout: [|60000|]);", "connection.Execute(\"x\", commandTimeout: 60);")]
    [InlineData("new DbContext(null!).Database.SetCommandTimeout([|10000|]);", "new DbContext(null!).Database.SetCommandTimeout(10);")]
    [InlineData("_ = new SqlConnectionStringBuilder { ConnectTimeout = [|15000|] };", "_ = new SqlConnectionStringBuilder { ConnectTimeout = 15 };")]
    [InlineData("_ = new MySqlConnectionStringBuilder { DefaultCommandTimeout = [|20000|] };", "_ = new MySqlConnectionStringBuilder { DefaultCommandTimeout = 20 };")]
    [InlineData("_ = new CommandDefinition(\"x\", commandTimeout: [|2500|]);", "_ = new CommandDefinition(\"x\", commandTimeout: 3);")]
    [InlineData("using var b = new SqlBulkCopy(\"\"); b.BulkCopyTimeout = [|120000|];", "using var b = new SqlBulkCopy(\"\"); b.BulkCopyTimeout = 120;")]
    public async Task It_is_written_in_seconds(string before, string after) => await Rule.Fixes(before, after);

    [Fact]
    public async Task Its_message_says_how_long_that_is() => await Rule.Reports(
        "new SqlCommand().CommandTimeout = [|30000|];", "'CommandTimeout' is in seconds, so 30000 is 8 hours; 30 seconds were probably meant");

    [Fact]
    public async Task A_constant_that_others_may_use_is_reported_only() => await Rule.NoFix(
        "class C { const int Timeout = 30000; void M(SqlCommand c) => c.CommandTimeout = [|Timeout|]; }");

    [Theory]
    [InlineData(5000, DiagnosticSeverity.Warning)]
    [InlineData(1000, DiagnosticSeverity.Info)]
    [InlineData(2500, DiagnosticSeverity.Info)]
    public async Task What_may_be_meant_is_a_suggestion(int seconds, DiagnosticSeverity severity)
    {
        var document = await TestProject.Of($"class C {{ void M(SqlCommand c) => c.CommandTimeout = {seconds}; }}", Setup.Default);
        Assert.Equal(severity, Assert.Single(await TestProject.Analyze(document.Project, [new DBS406TimeoutInMilliseconds()])).Severity);
    }

    [Theory]
    [InlineData("c.CommandTimeout = 30;")]
    [InlineData("c.CommandTimeout = 999;")]
    [InlineData("c.CommandTimeout = 1800;")]
    [InlineData("c.CommandTimeout = 3600;")]
    [InlineData("c.CommandTimeout = 86400;")]
    [InlineData("c.CommandTimeout = 60 * 100;")]
    [InlineData("c.CommandTimeout = int.MaxValue;")]
    [InlineData("var o = new Client { Timeout = 30000, CommandTimeout = 30000 };")]
    [InlineData("Thread.Sleep(30000);")]
    public async Task A_time_in_seconds(string body) => await Rule.Silent(
        $"class Client {{ public int Timeout {{ get; set; }} public int CommandTimeout {{ get; set; }} }} class C {{ void M(SqlCommand c) {{ {body} }} }}");
}
