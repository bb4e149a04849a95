using Microsoft.CodeAnalysis.CSharp;
using Xunit;
using Xunit.Sdk;

namespace DbSafety.Tests.Engine;

/// <summary>The verifier itself: what it lets pass, and that it fails where it must.</summary>
public class VerifyTests
{
    [Fact]
    public async Task Statements_and_whole_files_are_sources()
    {
        await Verify<SampleRule>.Reports("new SqliteCommand([|\"SELECT *\"|]);", "'SELECT *' selects everything; name the columns");
        await Verify<SampleRule>.Reports("""class D { object F() => new SqliteCommand({|TST001:"SELECT *"|}); }""");
        await Verify<SampleRule>.Silent("await new SqliteCommand(\"SELECT 1\", connection).ExecuteScalarAsync(ct);");
    }

    [Theory]
    [InlineData("new SqliteCommand([|\"SELECT 1\"|]);")]
    [InlineData("new SqliteCommand(\"SELECT *\");")]
    [InlineData("new SqliteCommand([|\"SELECT *\"|]); new SqliteCommand(\"SELECT *\");")]
    [InlineData("new SqliteCommand({|TST002:\"SELECT *\"|});")]
    public Task A_mark_in_the_wrong_place_fails(string source) => Fails(() => Verify<SampleRule>.Reports(source));

    [Fact]
    public async Task A_wrong_message_a_compile_error_and_a_crash_fail()
    {
        await Fails(() => Verify<SampleRule>.Reports("new SqliteCommand([|\"SELECT *\"|]);", "other"));
        await Fails(() => Verify<SampleRule>.Silent("new SqliteCommand(missing);"));
        await Verify<SampleRule>.Silent("new SqliteCommand(missing);", new() { AllowErrors = true });
        var failure = await Fails(() => Verify<CrashingRule>.Silent("new SqliteCommand(\"crash\");"));
        Assert.Contains("CrashingRule failed at /Test.cs(5,1): ArgumentOutOfRangeException", failure);
    }

    [Fact]
    public async Task A_fix_is_applied_to_all_it_can_fix()
    {
        await Verify<SampleRule>.Fixes(
            """
            new SqliteCommand([|"SELECT * FROM a"|]); // one
            new SqliteCommand([|"SELECT * FROM b"|]);
            new SqliteCommand([|"SELECT * FROM c"|]); /* three */ new SqliteCommand([|"SELECT * FROM d"|]);
            """,
            """
            new SqliteCommand([|"SELECT * FROM a"|]); // one
            new SqliteCommand([|"SELECT * FROM b"|]);
            new SqliteCommand("SELECT 1 FROM c"); /* three */ new SqliteCommand("SELECT 1 FROM d");
            """);
        await Verify<SampleRule>.Fixes(
            "new SqliteCommand(\"SELECT *\");", "new SqliteCommand(\"SELECT 2\");", new() { Action = "TST001.Two" });
    }

    [Fact]
    public async Task A_fix_that_breaks_the_code_is_not_offered()
    {
        await Fails(() => Verify<SampleRule>.Fixes("new SqliteCommand(\"SELECT * FROM b\");", "new SqliteCommand(Missing);"));
        await Fails(() => Verify<SampleRule>.NoFix("new SqliteCommand([|\"SELECT * FROM c\"|]);"));
    }

    [Fact]
    public async Task Options_reach_the_compilation()
    {
        var off = new Setup { EditorConfig = "dotnet_diagnostic.TST001.severity = none" };
        await Verify<SampleRule>.Silent("new SqliteCommand(\"SELECT *\");", off);
        await Verify<SampleRule>.Silent("System.Console.WriteLine(\"SELECT *\");", new() { References = References.Net80 });
        await Verify<SampleRule>.Reports("new SqliteCommand([|\"SELECT *\"|]); class D;", new Setup { TopLevel = true });
        await Verify<SampleRule>.Reports(
            "Sink.Run([|\"SELECT *\"|]);",
            new Setup { Sources = ["class Sink { public static void Run(string sql) { } }"], AdditionalFiles = [("DbSafety.Apis.txt", "[Sink]::Run(sql)")] });
        await Verify<SampleRule>.Silent("class D { }", new() { Language = LanguageVersion.CSharp8 });
        await Fails(() => Verify<SampleRule>.Silent("record D;", new() { Language = LanguageVersion.CSharp8 }));
    }

    private static async Task<string> Fails(Func<Task> assertion) => (await Assert.ThrowsAnyAsync<XunitException>(assertion)).Message;
}
