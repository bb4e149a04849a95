using System.Collections.Immutable;
using DbSafety.Tests.Engine;
using Microsoft.CodeAnalysis;
using Xunit;

namespace DbSafety.Tests.Repository;

/// <summary>The pages of the rules: complete, and their Bad and Good run.</summary>
public class DocsTests
{
    public static TheoryData<string> Ids => [.. Pack.Descriptors.Select(d => d.Id)];

    [Theory, MemberData(nameof(Ids))]
    public void A_page_has_every_section(string id)
    {
        var page = Page.Of(id);
        var descriptor = Pack.Descriptors.First(d => d.Id == id);
        Assert.Equal($"# {id}: {descriptor.Title}", page.Title);
        Assert.Equal(Page.Headings, page.Sections.Select(s => s.Heading));
        Assert.All(page.Sections, s => Assert.True(s.Body.Length > 0, $"{Page.PathOf(id)}: '{s.Heading}' is empty."));
        Assert.DoesNotContain("TODO", page.Text);
    }

    [Fact]
    public void A_page_has_a_rule() =>
        Assert.Equal(
            Pack.Descriptors.Select(d => d.Id).Concat(Pack.Suppressors.SelectMany(s => s.SupportedSuppressions).Select(s => s.Id)).Order(StringComparer.Ordinal).Select(Page.PathOf),
            Repo.Files("docs/rules", "*.md"));

    [Theory, MemberData(nameof(Ids))]
    public async Task Bad_reports_the_rule_and_Good_does_not(string id)
    {
        var page = Page.Of(id);
        if (id.StartsWith("DBS0", StringComparison.Ordinal))
        {
            return; // Rules about configuration files show those.
        }
        var (bad, good) = (page.Code("Bad"), page.Code("Good"));
        Assert.NotEmpty(bad);
        Assert.NotEmpty(good);
        foreach (var code in bad)
        {
            Assert.Equal([id], (await Loud(code, id)).Select(d => d.Id).Distinct());
        }
        foreach (var code in good)
        {
            Assert.Empty(await Loud(code, id));
        }
    }

    [Theory, MemberData(nameof(Ids))]
    public async Task Good_is_what_the_fix_makes_of_Bad(string id)
    {
        var page = Page.Of(id);
        if (Pack.FixOf(id) is not { } fix || page.GoodIsNotTheFix)
        {
            return;
        }
        var document = await Document(page.Code("Bad")[0]);
        var result = await (await DotnetFormat.FixEach(fix, document, await Report(document), Report)).GetTextAsync(TestContext.Current.CancellationToken);
        Assert.Equal(TestProject.Complete(page.Code("Good")[0], Setup.Default), result.ToString());

        async Task<ImmutableArray<Diagnostic>> Report(Document of) => [.. (await TestProject.Analyze(of.Project, Pack.Analyzers)).Where(d => d.Id == id)];
    }

    /// <summary>What is reported as a warning or an error, and <paramref name="id"/> whatever its severity.</summary>
    private static async Task<ImmutableArray<Diagnostic>> Loud(string code, string id)
    {
        var document = await Document(code, id);
        Assert.Equal("", await TestProject.Errors(document.Project));
        return [.. (await TestProject.Analyze(document.Project, Pack.Analyzers)).Where(d => d.Id == id || d.Severity >= DiagnosticSeverity.Warning)];
    }

    private static Task<Document> Document(string code, string? id = null) => TestProject.Of(
        TestProject.Complete(code, Setup.Default), Setup.Default, Pack.Descriptors.Where(d => d.Id == id && !d.IsEnabledByDefault).Select(d => d.Id));
}
