using System.Reflection;
using DbSafety.Engine;
using DbSafety.Tests.Engine;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.Diagnostics;
using Xunit;

namespace DbSafety.Tests.Repository;

/// <summary>The touch points of each rule: files by name, attributes, the row in the release list.</summary>
public class RuleTests
{
    public static TheoryData<string> Names => [.. Pack.Rules.Select(r => r.GetType().Name)];

    [Theory, MemberData(nameof(Names))]
    public void A_rule_is_one_class_with_one_id_in_the_folder_of_its_area(string name)
    {
        var rule = Rule(name);
        var descriptor = Assert.Single(rule.SupportedDiagnostics.DistinctBy(d => (d.Id, d.Category, d.IsEnabledByDefault)));
        Assert.Matches("^DBS[0-9]{3}[A-Z][A-Za-z]+$", name);
        Assert.StartsWith(descriptor.Id, name);
        var area = (Area)(descriptor.Id[3] - '0');
        Assert.Equal($"DbSafety.{area}", descriptor.Category);
        Assert.Equal($"DbSafety.Rules.{area}", rule.GetType().Namespace);
        Assert.True(File.Exists(Repo.At($"src/DbSafety.Analyzers/Rules/{area}/{name}.cs")));
        Assert.True(File.Exists(Repo.At($"tests/DbSafety.Tests/Rules/{area}/{name}Tests.cs")), $"{name}Tests.cs is missing.");
        Assert.True(rule.GetType().IsSealed);
        Assert.Equal([LanguageNames.CSharp], rule.GetType().GetCustomAttribute<DiagnosticAnalyzerAttribute>()?.Languages ?? []);
    }

    [Theory, MemberData(nameof(Names))]
    public void A_rule_has_one_fix_or_says_why_not(string name)
    {
        var rule = Rule(name);
        var id = rule.SupportedDiagnostics[0].Id;
        var fixes = Pack.Fixes.Where(f => f.Id == id).Select(f => f.GetType()).ToList();
        if (rule.GetType().GetCustomAttribute<NoFixAttribute>() is { } none)
        {
            Assert.True(none.Reason.Length > 10);
            Assert.Empty(fixes);
            return;
        }
        var fix = Assert.Single(fixes);
        Assert.Equal($"{rule.GetType().Namespace}.{name}Fix", fix.FullName);
        Assert.True(File.Exists(Repo.At($"src/DbSafety.CodeFixes/{rule.GetType().Namespace!["DbSafety.".Length..].Replace('.', '/')}/{name}Fix.cs")));
        Assert.Equal([LanguageNames.CSharp], fix.GetCustomAttribute<ExportCodeFixProviderAttribute>()?.Languages ?? []);
        // [Shared] would tie the assembly to a System.Composition newer than the one Roslyn 4.8 comes with; a package's fixes do without.
        Assert.DoesNotContain(fix.GetCustomAttributes(), a => a.GetType().Name == "SharedAttribute");
        Assert.Matches(@"\bFixes\(", Tests(name));
        // A person who reads the page knows that `dotnet format` leaves it out.
        Assert.True(Pack.FixOf(id)!.GetFixAllProvider() is not null || Page.Of(id).Text.Contains("no Fix All", StringComparison.Ordinal));
        Assert.DoesNotContain(WellKnownDiagnosticTags.CompilationEnd, rule.SupportedDiagnostics.SelectMany(d => d.CustomTags));
    }

    [Theory, MemberData(nameof(Names))]
    public void A_rule_has_tests_of_what_it_reports_and_of_what_not(string name)
    {
        var tests = Tests(name);
        Assert.Matches(@"\bReports\(|is_reported", tests);
        Assert.Matches(@"\bSilent\(|is_not_reported|Assert\.Empty\(", tests);
        Assert.DoesNotContain("Skip =", tests);
    }

    [Theory, MemberData(nameof(Names))]
    public void A_message_is_one_sentence(string name) => Assert.All(Rule(name).SupportedDiagnostics, d =>
    {
        Assert.DoesNotMatch(@"\.$|\. [A-Z]|TODO", d.MessageFormat.ToString());
        Assert.DoesNotMatch(@"\.$|TODO", d.Title.ToString());
        Assert.EndsWith(".", d.Description.ToString());
        Assert.EndsWith($"/docs/rules/{d.Id}.md", d.HelpLinkUri);
    });

    [Fact]
    public void The_release_lists_have_a_row_for_each_rule()
    {
        var rows = new[] { "AnalyzerReleases.Shipped.md", "AnalyzerReleases.Unshipped.md" }
            .SelectMany(f => Repo.Read(f).Split('\n'))
            .Where(l => l.StartsWith("DBS", StringComparison.Ordinal))
            .Select(l => l.Split('|', StringSplitOptions.TrimEntries))
            .Select(c => (c[0], c[1], c[2], c[3]));
        Assert.Equal(
            Pack.Rules.Select(r => (r.SupportedDiagnostics[0], r.GetType().Name))
                .Select(r => (r.Item1.Id, r.Item1.Category, r.Item1.IsEnabledByDefault ? r.Item1.DefaultSeverity.ToString() : "Disabled", r.Name)),
            rows.Order());
    }

    [Fact]
    public void A_fix_or_a_test_has_a_rule()
    {
        Assert.Equal([], Pack.Fixes.Select(f => f.Id).Except(Pack.Descriptors.Select(d => d.Id)));
        Assert.Equal([], Repo.Files("tests/DbSafety.Tests/Rules", "DBS*.cs").Where(f => !Pack.Rules.Any(r => Path.GetFileName(f).StartsWith(r.GetType().Name, StringComparison.Ordinal))));
    }

    private static DbRule Rule(string name) => Pack.Rules.Single(r => r.GetType().Name == name);

    /// <summary>A rule with many tests has several files: DBS501Name…Tests.cs.</summary>
    private static string Tests(string name) => string.Concat(Repo.Files("tests/DbSafety.Tests/Rules", name + "*Tests.cs").Select(Repo.Read));
}
