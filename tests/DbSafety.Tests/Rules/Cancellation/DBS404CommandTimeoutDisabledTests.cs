using DbSafety.Rules.Cancellation;
using DbSafety.Tests.Engine;
using Microsoft.CodeAnalysis;
using Xunit;
using Rule = DbSafety.Tests.Engine.Verify<DbSafety.Rules.Cancellation.DBS404CommandTimeoutDisabled>;

namespace DbSafety.Tests.Rules.Cancellation;

public class DBS404CommandTimeoutDisabledTests
{
    [Theory]
    [InlineData("using var c = new SqlCommand(); c.CommandTimeout = [|0|];", "using var c = new SqlCommand(); c.CommandTimeout = 30;")]
    [InlineData("using var c = new NpgsqlCommand { CommandTimeout = [|0|] };", "using var c = new NpgsqlCommand { CommandTimeout = 30 };")]
    [InlineData("IDbCommand c = new MySqlCommand(); c.CommandTimeout = [|-1|];", "IDbCommand c = new MySqlCommand(); c.CommandTimeout = 30;")]
    [InlineData("const int Never = 0; DbCommand c = new SqlCommand(); c.CommandTimeout = [|Never|];", "const int Never = 0; DbCommand c = new SqlCommand(); c.CommandTimeout = 30;")]
    [InlineData("using var b = new NpgsqlBatch(); b.Timeout = [|0|];", "using var b = new NpgsqlBatch(); b.Timeout = 30;")]
    [InlineData("new NpgsqlConnection().Execute(\"x\", commandTimeout: [|0|]);", "new NpgsqlConnection().Execute(\"x\", commandTimeout: 30);")]
    [InlineData("_ = new CommandDefinition(\"x\", commandTimeout: [|0|]);", "_ = new CommandDefinition(\"x\", commandTimeout: 30);")]
    [InlineData("new DbContext(null!).Database.SetCommandTimeout([|0|]);", "new DbContext(null!).Database.SetCommandTimeout(30);")]
    [InlineData("_ = new NpgsqlConnectionStringBuilder { CommandTimeout = [|0|] };", "_ = new NpgsqlConnectionStringBuilder { CommandTimeout = 30 };")]
    [InlineData("_ = new MySqlConnectionStringBuilder { DefaultCommandTimeout = [|0|] };", "_ = new MySqlConnectionStringBuilder { DefaultCommandTimeout = 30 };")]
    [InlineData("var o = new DbContextOptionsBuilder().UseSqlServer(\"x\", s => s.CommandTimeout([|0|]));", "var o = new DbContextOptionsBuilder().UseSqlServer(\"x\", s => s.CommandTimeout(30));")]
    public async Task It_waits_for_ever(string before, string after)
    {
        if (before.Contains("UseSqlServer"))
        {
            (before, after) = (before.Replace("UseSqlServer", "UseNpgsql"), after.Replace("UseSqlServer", "UseNpgsql"));
        }
        await Rule.Fixes(before, after);
    }

    [Theory]
    [InlineData("new SqlCommand().CommandTimeout = -1;", DiagnosticSeverity.Error)]
    [InlineData("new DbContext(null!).Database.SetCommandTimeout(-1);", DiagnosticSeverity.Error)]
    [InlineData("new NpgsqlCommand().CommandTimeout = 0;", DiagnosticSeverity.Warning)]
    public async Task A_negative_one_is_an_error(string source, DiagnosticSeverity severity)
    {
        var document = await TestProject.Of(TestProject.Complete(source, Setup.Default), Setup.Default);
        var found = await TestProject.Analyze(document.Project, [new DBS404CommandTimeoutDisabled()]);
        Assert.Equal(severity, Assert.Single(found).Severity);
    }

    [Fact]
    public async Task Its_message() => await Rule.Reports(
        "new SqlCommand().CommandTimeout = [|0|];", "A timeout of 0 for 'CommandTimeout' waits for ever; set a number of seconds");

    [Theory]
    [InlineData("class C { void M(SqlCommand c, int n) { c.CommandTimeout = 30; c.CommandTimeout = n; c.CommandTimeout++; } }")]
    [InlineData("class C { void M(SqliteCommand c) { c.CommandTimeout = 0; } }")]
    [InlineData("class C { void M(IDbConnection c) { c.Execute(\"x\", commandTimeout: null); c.Execute(\"x\"); } }")]
    [InlineData("class C { void M(DbContext c) { c.Database.SetCommandTimeout((int?)null); } }")]
    [InlineData("class C { void M(SqlBulkCopy c) { c.BulkCopyTimeout = 0; } }")]
    [InlineData("class C { void RunMigrations(SqlCommand c) { c.CommandTimeout = 0; } }")]
    [InlineData("class BackupJob { void M(SqlCommand c) { c.CommandTimeout = 0; } }")]
    [InlineData("namespace Shop.Maintenance { class C { void M(SqlCommand c) { c.CommandTimeout = 0; } } }")]
    [InlineData("class Client { public int CommandTimeout { get; set; } void M() { CommandTimeout = 0; } }")]
    public async Task What_has_its_time_or_reason(string source) => await Rule.Silent(source);
}
