using System.Collections.Immutable;
using Xunit;

namespace DbSafety.Tests.Repository;

/// <summary>The page of a rule, docs/rules/DBSnnn.md.</summary>
internal sealed record Page(string Title, string Text, ImmutableArray<(string Heading, string Body)> Sections)
{
    public static readonly string[] Headings = ["What", "Why", "Bad", "Good", "Fix safety", "Known problems", "Options", "See also"];

    /// <summary>The page says that its Good is another way than the fix takes.</summary>
    public bool GoodIsNotTheFix => Text.Contains("<!-- good-is-not-the-fix -->", StringComparison.Ordinal);

    public static string PathOf(string id) => $"docs/rules/{id}.md";

    public static Page Of(string id)
    {
        Assert.True(File.Exists(Repo.At(PathOf(id))), $"{PathOf(id)} is missing.");
        var text = Repo.Read(PathOf(id));
        var parts = ("\n" + text).Split("\n## ");
        return new Page(
            parts[0].Trim().Split('\n')[0],
            text,
            [.. parts.Skip(1).Select(p => p.Split('\n', 2)).Select(p => (p[0].Trim(), p.ElementAtOrDefault(1)?.Trim() ?? ""))]);
    }

    /// <summary>The C# blocks of a section.</summary>
    public ImmutableArray<string> Code(string heading) =>
        [.. Sections.First(s => s.Heading == heading).Body.Split("```csharp\n").Skip(1).Select(b => b[..b.IndexOf("\n```", StringComparison.Ordinal)])];
}
