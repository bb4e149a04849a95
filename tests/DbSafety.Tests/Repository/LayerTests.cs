using System.Text.RegularExpressions;
using Xunit;

namespace DbSafety.Tests.Repository;

/// <summary>The layers, one way: Rules, Engine, Model, then Flow and Sql. Read from the <c>using</c> lines and the project references.</summary>
public class LayerTests
{
    [Theory]
    [InlineData("Sql", "Microsoft.CodeAnalysis", "DbSafety.Flow", "DbSafety.Model", "DbSafety.Engine", "DbSafety.Rules")]
    [InlineData("Flow", "DbSafety.Model", "DbSafety.Engine", "DbSafety.Rules")]
    [InlineData("Model", "DbSafety.Engine", "DbSafety.Rules")]
    [InlineData("Engine", "DbSafety.Rules")]
    public void A_layer_names_no_layer_above_it(string layer, params string[] above)
    {
        var files = Repo.Files($"src/DbSafety.Analyzers/{layer}", "*.cs").ToList();
        Assert.NotEmpty(files);
        Assert.Equal([], files.SelectMany(file => Imports(file).Where(i => above.Any(a => i == a || i.StartsWith(a + ".", StringComparison.Ordinal))).Select(i => $"{file}: {i}")));
    }

    [Fact]
    public void No_layer_but_the_rules_names_a_rule() =>
        Assert.Equal([], Repo.Files("src/DbSafety.Analyzers", "*.cs").Where(f => !f.Contains("/Rules/")).SelectMany(f => RulesNamed(f).Select(r => $"{f}: {r}")));

    [Fact]
    public void A_rule_names_no_other_rule_and_no_other_area()
    {
        foreach (var file in Repo.Files("src", "*.cs").Where(f => f.Contains("/Rules/")))
        {
            var own = Regex.Match(Path.GetFileName(file), "^DBS[0-9]{3}").Value;
            Assert.Equal([], RulesNamed(file).Where(r => own.Length == 0 || !r.StartsWith(own, StringComparison.Ordinal)).Select(r => $"{file}: {r}"));
            var area = $"DbSafety.Rules.{file.Split('/')[^2]}";
            Assert.Equal([], Imports(file).Where(i => i.StartsWith("DbSafety.Rules", StringComparison.Ordinal) && i != area).Select(i => $"{file}: {i}"));
        }
    }

    [Fact]
    public void The_analyzers_need_the_compiler_and_nothing_else()
    {
        Assert.Equal(["Microsoft.CodeAnalysis.CSharp"], References("src/DbSafety.Analyzers/DbSafety.Analyzers.csproj"));
        Assert.Equal(
            ["../DbSafety.Analyzers/DbSafety.Analyzers.csproj", "Microsoft.CodeAnalysis.CSharp.Workspaces"],
            References("src/DbSafety.CodeFixes/DbSafety.CodeFixes.csproj"));
    }

    private static IEnumerable<string> Imports(string file) =>
        Regex.Matches(Repo.Read(file), @"^\s*(?:global )?using (?:static |\w+ = )?([\w.]+);", RegexOptions.Multiline).Select(m => m.Groups[1].Value);

    /// <summary>Names of rule classes in code; comments may mention them.</summary>
    private static IEnumerable<string> RulesNamed(string file) =>
        Regex.Matches(Regex.Replace(Repo.Read(file), @"//.*", ""), @"\bDBS[0-9]{3}[A-Z]\w+").Select(m => m.Value).Distinct();

    // Those that only check our own code at build time do not count.
    private static IEnumerable<string> References(string project) =>
        Regex.Matches(Repo.Read(project), "<(?:Package|Project)Reference Include=\"([^\"]+)\"").Select(m => m.Groups[1].Value)
            .Where(r => r is not ("Microsoft.CodeAnalysis.Analyzers" or "Microsoft.CodeAnalysis.BannedApiAnalyzers")).Order(StringComparer.Ordinal);
}
