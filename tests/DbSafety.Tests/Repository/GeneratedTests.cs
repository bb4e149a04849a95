using System.Text;
using DbSafety.Engine;
using DbSafety.Tests.Engine;
using Microsoft.CodeAnalysis;
using Xunit;

namespace DbSafety.Tests.Repository;

/// <summary>
/// What is written from the descriptors: the tables in README.md and docs/README.md, and the presets of the package. The test compares;
/// <c>eng/docs</c> runs it with DBSAFETY_WRITE=1, and it writes.
/// </summary>
public class GeneratedTests
{
    private const string Begin = "<!-- rules:begin -->", End = "<!-- rules:end -->";

    private static readonly Dictionary<string, Func<string, string>> Files = new()
    {
        ["README.md"] = text => Between(text, Tables("docs/rules/", described: false)),
        ["docs/README.md"] = text => Between(text, Tables("rules/", described: true)),
        ["src/DbSafety/build/presets/DbSafety.None.globalconfig"] = _ =>
            Preset("None. Every rule off.", _ => "none"),
        ["src/DbSafety/build/presets/DbSafety.Strict.globalconfig"] = _ =>
            Preset("Strict. Every rule that is on, at least a warning.", d => d.IsEnabledByDefault ? AtLeastWarning(d) : null),
        ["src/DbSafety/build/presets/DbSafety.All.globalconfig"] = _ =>
            Preset("All. Every rule, the opt-in ones too, at least a warning.", AtLeastWarning),
    };

    public static TheoryData<string> Paths => [.. Files.Keys];

    [Theory, MemberData(nameof(Paths))]
    public void What_is_generated_is_up_to_date(string path)
    {
        var current = Repo.Read(path);
        var wanted = Files[path](current);
        if (Environment.GetEnvironmentVariable("DBSAFETY_WRITE") == "1")
        {
            File.WriteAllText(Repo.At(path), wanted);
        }
        else
        {
            Assert.True(wanted == current, $"{path} differs from the descriptors; run eng/docs.");
        }
    }

    private static string Between(string text, string content)
    {
        var (begin, end) = (text.IndexOf(Begin, StringComparison.Ordinal), text.IndexOf(End, StringComparison.Ordinal));
        Assert.True(begin >= 0 && end > begin, $"{Begin} and {End} are missing.");
        return text[..(begin + Begin.Length)] + "\n" + content + text[end..];
    }

    private static string Tables(string rules, bool described)
    {
        var text = new StringBuilder();
        foreach (var area in Pack.Rules.GroupBy(r => r.SupportedDiagnostics[0].Category).OrderBy(g => Enum.Parse<Area>(g.Key.Split('.')[1])))
        {
            text.Append($"\n### {Words(area.Key.Split('.')[1])}\n\n| Rule | {(described ? "Name | " : "")}Reports | Severity | Fix |\n|---|{(described ? "---|" : "")}---|---|---|\n");
            foreach (var rule in area)
            {
                var d = rule.SupportedDiagnostics[0];
                var name = described ? $"{rule.GetType().Name[d.Id.Length..]} | " : "";
                var reports = described ? $"{d.Title}. {d.Description}" : d.Title.ToString();
                var severity = d.IsEnabledByDefault ? d.DefaultSeverity.ToString() : "opt-in";
                text.Append($"| [{d.Id}]({rules}{d.Id}.md) | {name}{reports.Replace("|", "\\|")} | {severity} | {(Pack.FixOf(d.Id) is null ? "" : "yes")} |\n");
            }
        }
        return text.Append('\n').ToString();
    }

    private static string Preset(string what, Func<DiagnosticDescriptor, string?> severity) =>
        $"# DbSafetyMode={what}\nis_global = true\nglobal_level = -1\n\n"
        + string.Concat(Pack.Descriptors.Select(d => severity(d) is { } value ? $"dotnet_diagnostic.{d.Id}.severity = {value}\n" : ""));

    private static string AtLeastWarning(DiagnosticDescriptor d) => d.DefaultSeverity == DiagnosticSeverity.Error ? "error" : "warning";

    /// <summary>SqlText: "SQL text".</summary>
    private static string Words(string name) => name == nameof(Area.SqlText) ? "SQL text" : name;
}
