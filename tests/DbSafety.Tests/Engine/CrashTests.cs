using System.Collections.Immutable;
using System.Text.RegularExpressions;
using DbSafety.Model;
using DbSafety.Tests.Repository;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using Xunit;

namespace DbSafety.Tests.Engine;

/// <summary>
/// No exception leaves a rule, whatever it is given. Every source of this test project and of the samples is cut off after its tokens
/// and with tokens dropped at random, and all rules run over all of it. Sources of up to 150 tokens (and
/// so nearly all tests) are cut at every token, longer ones the more rarely the longer they are. Were that more than <see cref="Most"/>
/// variants, every n-th of them is taken.
/// </summary>
public class CrashTests
{
#if ROSLYN48
    private const int Short = 150, Most = 5_000, Batches = 8;
#else
    private const int Short = 150, Most = 20_000, Batches = 8;
#endif

    private static readonly Lazy<ImmutableArray<(string Name, string Text)>> Sources = new(() => [.. TestSources().Concat(Samples())]);
    private static readonly ImmutableArray<DiagnosticAnalyzer> Rules = [.. Pack.Analyzers, new SampleRule()];

    public static TheoryData<int> Batch => [.. Enumerable.Range(0, Batches)];

    [Fact]
    public void There_are_sources_to_cut() => Assert.True(Sources.Value.Sum(s => Variants(s.Name, s.Text).Count()) > 10_000);

    [Theory, MemberData(nameof(Batch))]
    public async Task Cut_and_thinned_sources_crash_no_rule(int batch)
    {
        var all = Sources.Value.SelectMany(s => Variants(s.Name, s.Text)).ToList();
        var step = (all.Count + Most - 1) / Most;
        // Many files in one compilation: what costs is the compilation.
        foreach (var files in all.Where((_, i) => i % step == 0).Where((_, i) => i % Batches == batch).Chunk(250))
        {
            await NoCrash(References.All, files);
        }
    }

    [Fact]
    public Task Whole_sources_crash_no_rule_where_only_the_framework_is_referenced() => NoCrash(References.Net80, Sources.Value);

    [Fact]
    public Task Our_own_sources_crash_no_rule() =>
        NoCrash(References.All, [.. Repo.Files("src", "*.cs").Concat(Repo.Files("tests", "*.cs")).Select(f => (f, Repo.Read(f)))]);

    [Fact]
    public async Task Without_a_database_library_nothing_is_reported()
    {
        var silent = Sources.Value.Where(s => !s.Text.Contains("System.Data")).Select(s => ("/" + s.Name, s.Text)).ToArray();
        var compilation = await Compilation(References.Net100, silent, usings: false);
        Assert.False(DatabaseGate.IsOpen(compilation));
        Assert.Empty(await TestProject.Analyze(compilation, new([]), Rules));
    }

    public static TheoryData<string, string> Odd => new()
    {
        { "empty", "" },
        { "only usings", "using System.Data; using Npgsql;" },
        { "only a comment", "// nothing" },
        { "10,000 parts", Command(string.Join(" + ", Enumerable.Repeat("name", 10_000))) },
        { "10,000 constant parts", Command(string.Join(" + ", Enumerable.Repeat("\"a\"", 10_000))) },
        { "5,000 holes", Command("$\"SELECT " + string.Concat(Enumerable.Repeat("{name} ", 5_000)) + "\"") },
        { "5,000 reassignments", $"class C {{ void M(string name) {{ var s = \"\"; {string.Concat(Enumerable.Repeat("s += name; ", 5_000))} new SqliteCommand(s); }} }}" },
        { "parentheses", Command(Nested(200, "(", "name", ")")) },
        { "conditionals", Command(Nested(200, "name == null ? \"a\" : (", "name", ")")) },
        { "conditions", Command(Nested(100, "(name == null ? ", "name", " + \"a\" : name)")) },
        { "lambdas", "class C { void M(string name) { " + Nested(40, "Action a = () => { ", "new SqliteCommand(\"a\" + name);", " };") + " } }" },
        { "calls of itself", "class C { string F(string s) => F(s + \"a\"); string G(string s) => H(s); string H(string s) => G(s) + s; void M(string name) { new SqliteCommand(F(name)); new SqliteCommand(G(name)); } }" },
        { "a local made of itself", "class C { void M() { string s = s + \"a\"; new SqliteCommand(s); string t = u, u = t; new SqliteCommand(t + u); } }" },
        { "constants made of each other", "class C { const string A = B; const string B = A; static readonly string D = E, E = D; void M() { new SqliteCommand(A + B + D + E); } }" },
        { "unknown types", "class C : Missing { Missing<int>.Nested f; void M(Missing m) { new SqliteCommand(m.Text + m[0]()).Missing(); m.Execute($\"{m}\", new { m }); new(); } }" },
        { "unknown command", "class C { void M(dynamic d, string name) { d.CommandText = \"a\" + name; new SqliteCommand(d + name); ((dynamic)new SqliteCommand()).CommandText = name; } }" },
        { "wrong arguments", "class C { void M() { new SqliteCommand(1, 2, 3, 4); new SqliteCommand(commandText: ); new SqliteCommand(x: \"\", \"\"); new SqliteCommand { CommandText = , }; new SqliteCommand { Missing = \"a\" }; } }" },
        { "unsafe and unusual", "unsafe class C { delegate*<string, void> f; void M(ref string s, in string t, Span<char> c, __arglist) { f(s); new SqliteCommand(s + t + c.ToString() + *(char*)0); goto x; x: ; } }" },
        { "attributes and defaults", "[Obsolete($\"a\" + nameof(C))] class C(string s = \"a\" + null) : SqliteCommand(s + s) { SqliteCommand c = new(s); event Action E { add { new SqliteCommand(s); } remove { } } ~C() { } }" },
        { "a null character", "class C { void M() { new SqliteCommand(\"a\0" + "b" + "\\ud800\"); } } \0" },
    };

    [Theory, MemberData(nameof(Odd))]
    public Task Odd_sources_crash_no_rule(string what, string source) => NoCrash(References.All, (what, source));

    private static async Task NoCrash(References references, params IReadOnlyCollection<(string Name, string Text)> files)
    {
        var crashes = (await TestProject.Analyze(await Compilation(references, files, usings: true), new([]), Rules)).Where(d => d.Id == "AD0001").ToList();
        Assert.True(crashes.Count == 0, string.Join("\n\n", crashes));
    }

    private static async Task<Compilation> Compilation(References references, IReadOnlyCollection<(string Name, string Text)> files, bool usings)
    {
        var project = (await TestProject.Of("", new() { References = references, Usings = usings })).Project;
        var options = (CSharpParseOptions)project.ParseOptions!;
        return (await project.GetCompilationAsync())!.AddSyntaxTrees(files.Select(f => CSharpSyntaxTree.ParseText(f.Text, options, f.Name)));
    }

    /// <summary>The source cut off and thinned, each in a namespace of its own so that the files of one compilation keep apart.</summary>
    private static IEnumerable<(string Name, string Text)> Variants(string name, string source)
    {
        var tokens = SyntaxFactory.ParseCompilationUnit(source).DescendantTokens().ToList();
        var step = Math.Max(1, tokens.Count * tokens.Count / Short / Short);
        for (var i = 0; i < tokens.Count; i += step)
        {
            yield return Variant($"cut at {i}", source[..tokens[i].FullSpan.Start]);
        }
        for (var seed = 0; seed < 3; seed++)
        {
            var random = new Random(seed);
            yield return Variant($"thinned {seed}", string.Concat(tokens.Select(t => random.Next(15) == 0 ? " " : t.ToFullString())));
        }

        (string, string) Variant(string how, string text)
        {
            var path = $"{name} {how}";
            return (path, $"namespace N_{Regex.Replace(path, "[^A-Za-z0-9]", "_")};\n{text}");
        }
    }

    /// <summary>The string literals in the tests that are code; the others are cheap to try too.</summary>
    private static IEnumerable<(string, string)> TestSources() =>
        from file in Repo.Files("tests/DbSafety.Tests", "*Tests.cs")
        where file != "tests/DbSafety.Tests/Engine/CrashTests.cs"
        from literal in SyntaxFactory.ParseCompilationUnit(Repo.Read(file)).DescendantNodes().OfType<ExpressionSyntax>()
        let text = literal switch
        {
            LiteralExpressionSyntax { Token.Value: string value } => value,
            InterpolatedStringExpressionSyntax interpolated => interpolated.Contents.ToString(),
            _ => "",
        }
        where text.Contains(';') || text.Contains('}')
        let source = TestProject.Complete(text.Replace("[|", "").Replace("|]", ""), Setup.Default)
        select ($"{file}({literal.GetLocation().GetLineSpan().StartLinePosition.Line + 1})", Clean(source));

    private static IEnumerable<(string, string)> Samples() => Repo.Files("samples", "*.cs").Select(f => (f, Repo.Read(f)));

    private static string Clean(string markup)
    {
        try
        {
            return Markup.Parse(markup, "").Source;
        }
        catch (FormatException)
        {
            return markup;
        }
    }

    private static string Command(string sql) => $"class C {{ void M(string name) {{ new SqliteCommand({sql}); }} }}";

    private static string Nested(int depth, string open, string inner, string close) =>
        string.Concat(Enumerable.Repeat(open, depth)) + inner + string.Concat(Enumerable.Repeat(close, depth));
}
