using System.Diagnostics;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Xunit;

namespace DbSafety.Tests.Repository;

/// <summary><c>eng/new-rule</c>, run in a copy that has only what it reads.</summary>
public sealed class NewRuleTests : IDisposable
{
    private static readonly string[] Reads = ["eng/new-rule", "src/DbSafety.Analyzers/Engine/Rule.cs", "AnalyzerReleases.Unshipped.md"];

    private readonly string _folder = Directory.CreateTempSubdirectory("dbsafety-").FullName;

    public NewRuleTests()
    {
        foreach (var file in Reads)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(_folder, file))!);
            File.Copy(Repo.At(file), Path.Combine(_folder, file));
        }
        Run("git", "init", "-q");
    }

    [Fact]
    public void It_writes_the_five_touch_points()
    {
        var (code, output) = Run("eng/new-rule", "DBS599", "SomethingBad", "SqlText");

        Assert.True(code == 0, output);
        foreach (var file in new[]
        {
            "src/DbSafety.Analyzers/Rules/SqlText/DBS599SomethingBad.cs",
            "src/DbSafety.CodeFixes/Rules/SqlText/DBS599SomethingBadFix.cs",
            "tests/DbSafety.Tests/Rules/SqlText/DBS599SomethingBadTests.cs",
        })
        {
            var tree = CSharpSyntaxTree.ParseText(Read(file), new(LanguageVersion.Latest), cancellationToken: TestContext.Current.CancellationToken);
            Assert.Empty(tree.GetDiagnostics(TestContext.Current.CancellationToken));
        }
        Assert.Contains("Assert.Fail(", Read("tests/DbSafety.Tests/Rules/SqlText/DBS599SomethingBadTests.cs"));
        Assert.All(Page.Headings, heading => Assert.Contains($"\n## {heading}\n", Read("docs/rules/DBS599.md")));
        Assert.Equal(
            [.. Repo.Read("AnalyzerReleases.Unshipped.md").Split('\n').Where(IsRow).Append("DBS599 | DbSafety.SqlText | Warning | DBS599SomethingBad").Order(StringComparer.Ordinal)],
            Read("AnalyzerReleases.Unshipped.md").Split('\n').Where(IsRow));
    }

    [Theory]
    [InlineData("DBS599", "SomethingBad", "Locks", "the area of DBS599 is SqlText")]
    [InlineData("DBS5", "SomethingBad", "SqlText", "'DBS5' is not DBS and three digits")]
    [InlineData("DBS599", "something", "SqlText", "'something' is not a name")]
    public void It_refuses_what_does_not_fit(string id, string name, string area, string message)
    {
        var (code, output) = Run("eng/new-rule", id, name, area);

        Assert.Equal(1, code);
        Assert.Contains(message, output);
    }

    [Fact]
    public void It_refuses_an_id_that_exists()
    {
        Run("eng/new-rule", "DBS599", "SomethingBad", "SqlText");

        Assert.Contains("DBS599 exists:", Run("eng/new-rule", "DBS599", "Other", "SqlText").Output);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static bool IsRow(string line) => line.StartsWith("DBS", StringComparison.Ordinal);

    private string Read(string file) => File.ReadAllText(Path.Combine(_folder, file));

    private (int Code, string Output) Run(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program.Contains('/') ? "bash" : program, program.Contains('/') ? [program, .. arguments] : arguments)
        {
            WorkingDirectory = _folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output + error.Result);
    }
}
