using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using Xunit;

namespace DbSafety.Tests.Engine;

/// <summary>
/// The three assertions of a rule's tests. A source is a whole file, or statements, which <see cref="TestProject.Complete"/> puts into a
/// method. It must compile, and no rule may crash on it.
/// </summary>
internal static class Verify<TRule> where TRule : DiagnosticAnalyzer, new()
{
    private static readonly ImmutableArray<DiagnosticDescriptor> Descriptors = new TRule().SupportedDiagnostics;
    private static readonly ImmutableArray<DiagnosticAnalyzer> Rule = [new TRule()];
    private static readonly ImmutableArray<DiagnosticAnalyzer> Everything = [new TRule(), .. Pack.Analyzers.Where(a => a is not TRule)];
    private static readonly ImmutableArray<string> OptIn = [.. Descriptors.Where(d => !d.IsEnabledByDefault).Select(d => d.Id)];

    /// <summary>The rule reports nothing.</summary>
    public static async Task Silent(string source, Setup? setup = null)
    {
        var (text, marks) = Read(source, setup);
        Assert.True(marks.IsEmpty, "A silent source has no markup.");
        await Reported(text, [], setup);
    }

    /// <summary>The rule reports exactly the marked places, with these messages in source order (none given: messages are not compared).</summary>
    public static Task Reports(string markup, params string[] messages) => Reports(markup, Setup.Default, messages);

    public static async Task Reports(string markup, Setup setup, params string[] messages)
    {
        var (text, marks) = Read(markup, setup);
        Assert.False(marks.IsEmpty, "Mark what is reported: [|…|].");
        var (_, found) = await Reported(text, marks, setup);
        if (messages.Length > 0)
        {
            Assert.Equal(messages, found.Select(d => d.GetMessage()));
        }
    }

    /// <summary>
    /// Fix All makes <paramref name="after"/> of <paramref name="before"/>, and everything the contract of a fix asks holds. A fix that has
    /// no Fix All does so one by one.
    /// Marks in <paramref name="after"/> are what stays reported.
    /// </summary>
    public static async Task Fixes(string before, string after, Setup? setup = null)
    {
        setup ??= Setup.Default;
        var (source, marks) = Read(before, setup);
        var (expected, left) = Read(after, setup);
        var result = await FixAll(source, marks, setup);
        Equal(expected, result.Text, "Fix All");

        var (document, remaining) = await Reported(result.Text, left, setup);
        var again = await DotnetFormat.FixEach(Fix(remaining), document, remaining, Report, setup.Action);
        Equal(expected, (await again.GetTextAsync()).ToString(), "a second Fix All");

        await NothingElse(result.Before, document, source);
        await EachAlone(source, setup, expected);
        await LineBreaks(source, expected, setup);
        if (setup.EitherNullable)
        {
            var other = setup with { Nullable = !setup.Nullable };
            var turned = await FixAll(source, null, other);
            Equal(expected, turned.Text, "Fix All with nullable turned the other way");
            Assert.Equal("", await TestProject.Errors((await TestProject.Of(turned.Text, other)).Project));
        }
    }

    /// <summary>The rule reports the marked places and offers no fix for any of them.</summary>
    public static async Task NoFix(string markup, Setup? setup = null)
    {
        var (source, marks) = Read(markup, setup);
        Assert.False(marks.IsEmpty, "Mark what is reported: [|…|].");
        var (document, found) = await Reported(source, marks, setup);
        foreach (var diagnostic in found)
        {
            Assert.Empty((await DotnetFormat.Actions(Fix(found), document, diagnostic)).Select(a => a.Title));
        }
        var fixedDocument = await DotnetFormat.FixAll(Fix(found), document, found);
        Equal(source, (await fixedDocument.GetTextAsync()).ToString(), "Fix All where there is no fix");
    }

    private static (string Source, ImmutableArray<Mark> Marks) Read(string markup, Setup? setup) =>
        Markup.Parse(TestProject.Complete(markup, setup ?? Setup.Default), Descriptors[0].Id);

    /// <summary>The document and what the rule reports in it; fails unless that is at <paramref name="expected"/> (null: anywhere).</summary>
    private static async Task<(Document, ImmutableArray<Diagnostic>)> Reported(string source, ImmutableArray<Mark>? expected, Setup? setup)
    {
        setup ??= Setup.Default;
        var document = await TestProject.Of(source, setup, OptIn);
        if (!setup.AllowErrors && await TestProject.Errors(document.Project) is { Length: > 0 } errors)
        {
            Assert.Fail($"The source does not compile:\n{errors}\n\n{source}");
        }
        var found = await TestProject.Analyze(document.Project, Rule);
        NoCrash(found);
        if (expected is { } marks)
        {
            var tree = await document.GetSyntaxTreeAsync();
            // What is reported outside the test's file (an additional file, another source) counts at the end of it.
            var actual = found.Select(d => new Mark(d.Id, d.Location.SourceTree == tree ? d.Location.SourceSpan : new(source.Length, 0)));
            Equal(Markup.Render(source, marks), Markup.Render(source, actual), "reports");
        }
        return (document, found);
    }

    private static async Task<(Document Before, string Text)> FixAll(string source, ImmutableArray<Mark>? marks, Setup setup)
    {
        var (document, found) = await Reported(source, marks is { IsEmpty: true } ? null : marks, setup);
        Assert.False(found.IsEmpty, "Nothing is reported, so there is nothing to fix:\n" + source);
        var result = await DotnetFormat.FixEach(Fix(found), document, found, Report, setup.Action);
        return (document, (await result.GetTextAsync()).ToString());
    }

    private static Task<ImmutableArray<Diagnostic>> Report(Document document) => TestProject.Analyze(document.Project, Rule);

    /// <summary>No rule of the package reports more than before, and every comment is still there.</summary>
    private static async Task NothingElse(Document before, Document after, string source)
    {
        var was = await TestProject.Analyze(before.Project, Everything);
        var now = await TestProject.Analyze(after.Project, Everything);
        NoCrash(now);
        var counts = was.CountBy(d => d.Id).ToDictionary();
        var more = now.CountBy(d => d.Id).Where(c => c.Value > counts.GetValueOrDefault(c.Key)).Select(c => c.Key).ToHashSet();
        Assert.True(more.Count == 0, "The fix brings in\n" + string.Join('\n', now.Where(d => more.Contains(d.Id))) + "\nin\n" + await after.GetTextAsync());

        var text = (await after.GetTextAsync()).ToString();
        var kept = Comments(text).CountBy(c => c).ToDictionary();
        Assert.All(Comments(source).CountBy(c => c), c => Assert.True(kept.GetValueOrDefault(c.Key) >= c.Value, $"The fix loses the comment {c.Key}"));
    }

    /// <summary>The light bulb on one diagnostic: where it offers a fix, the result compiles and reports less.</summary>
    private static async Task EachAlone(string source, Setup setup, string expected)
    {
        var (document, found) = await Reported(source, null, setup);
        foreach (var diagnostic in found)
        {
            var actions = await DotnetFormat.Actions(Fix(found), document, diagnostic);
            Assert.Equal(actions.Select(a => a.EquivalenceKey).Distinct(), actions.Select(a => a.EquivalenceKey));
            if (actions.Find(a => a.EquivalenceKey == (setup.Action ?? diagnostic.Id)) is not { } action)
            {
                continue;
            }
            var text = (await (await DotnetFormat.Apply(action, document)).GetTextAsync()).ToString();
            var (_, left) = await Reported(text, null, setup);
            Assert.True(left.Length < found.Length, $"The fix of {diagnostic} leaves as much reported:\n{text}");
            if (found.Length == 1)
            {
                Equal(expected, text, "the fix of the one diagnostic");
            }
        }
    }

    private static async Task LineBreaks(string source, string expected, Setup setup)
    {
        var result = await FixAll(source.ReplaceLineEndings("\r\n"), null, setup);
        Equal(expected.ReplaceLineEndings("\r\n").Replace("\r", "<CR>"), result.Text.Replace("\r", "<CR>"), "Fix All in a file with CRLF");
    }

    private static CodeFixProvider Fix(ImmutableArray<Diagnostic> found) =>
        found.Select(d => d.Id).Concat(Descriptors.Select(d => d.Id)).Select(Pack.FixOf).FirstOrDefault(f => f is not null)
            ?? throw new InvalidOperationException($"No fix for {Descriptors[0].Id} in DbSafety.CodeFixes.");

    private static IEnumerable<string> Comments(string source) =>
        from trivia in SyntaxFactory.ParseCompilationUnit(source).DescendantTrivia()
        where trivia.Kind() is SyntaxKind.SingleLineCommentTrivia or SyntaxKind.MultiLineCommentTrivia or SyntaxKind.SingleLineDocumentationCommentTrivia
        select trivia.ToString().Trim();

    private static void NoCrash(ImmutableArray<Diagnostic> found) =>
        Assert.True(found.All(d => d.Id != "AD0001"), string.Join('\n', found.Where(d => d.Id == "AD0001")));

    private static void Equal(string expected, string actual, string what) =>
        Assert.True(expected == actual, $"{Descriptors[0].Id}: {what}.\n--- expected\n{expected}\n--- actual\n{actual}\n---");
}
