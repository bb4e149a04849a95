using System.Collections.Immutable;
using DbSafety.Engine;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Text;
using Xunit;

namespace DbSafety.Tests.Rules.Configuration;

/// <summary>A small compilation with configuration files around it, which the compiler's own parser applies.</summary>
internal sealed class Configured
{
    public const string Database = "using System.Data.Common; class C { void M(DbCommand c) => c.ExecuteNonQuery(); }";

    private static readonly ImmutableArray<MetadataReference> Framework =
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(p => Path.GetDirectoryName(p) == Path.GetDirectoryName(typeof(object).Assembly.Location))
            .Select(p => MetadataReference.CreateFromFile(p)),
    ];

    private readonly List<(string Path, string Text)> _configs = [];
    private readonly List<AdditionalText> _files = [];
    private readonly Dictionary<string, string> _buildProperties = new(AnalyzerConfigOptions.KeyComparer);
    private readonly List<(string Path, string Text)> _sources = [];

    public Configured Source(string path, string text) { _sources.Add((path, text)); return this; }

    /// <summary>A configuration file that the compiler reads; as with the package, an AdditionalFile too unless <paramref name="isFile"/> is false.</summary>
    public Configured Config(string path, string text, bool isFile = true)
    {
        _configs.Add((path, text));
        return isFile ? File(path, text) : this;
    }

    public Configured File(string path, string text) { _files.Add(new TextFile(path, text)); return this; }

    public Configured BuildProperty(string name, string value) { _buildProperties["build_property." + name] = value; return this; }

    public CSharpCompilation Compilation => CSharpCompilation.Create(
        "test",
        (_sources.Count == 0 ? [("/src/app/C.cs", Database)] : _sources).Select(s => CSharpSyntaxTree.ParseText(s.Text, path: s.Path)),
        Framework,
        new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary));

    public AnalyzerOptions Options => new(
        [.. _files],
        new Provider(AnalyzerConfigSet.Create(_configs.ConvertAll(c => AnalyzerConfig.Parse(c.Text, c.Path))), _buildProperties));

    /// <summary>Each diagnostic as <c>path(line,column) «text» message</c>, in the order of places.</summary>
    public async Task<string[]> Run(DbRule rule)
    {
        var compilation = Compilation;
        Assert.Empty(compilation.GetDiagnostics().Where(d => d.Severity == DiagnosticSeverity.Error));
        var options = new CompilationWithAnalyzersOptions(Options, (e, _, _) => throw e, concurrentAnalysis: true, logAnalyzerExecutionTime: false);
        var found = await compilation.WithAnalyzers([rule], options).GetAnalyzerDiagnosticsAsync(TestContext.Current.CancellationToken);
        return [.. found.Select(Shown).Order(StringComparer.Ordinal)];
    }

    private string Shown(Diagnostic diagnostic)
    {
        var message = diagnostic.GetMessage(System.Globalization.CultureInfo.InvariantCulture);
        if (diagnostic.Location.Kind == LocationKind.None)
        {
            return message;
        }
        var place = diagnostic.Location.GetLineSpan();
        var reported = _files.Single(f => f.Path == place.Path).GetText()!.ToString(diagnostic.Location.SourceSpan);
        return $"{place.Path}({place.StartLinePosition.Line + 1},{place.StartLinePosition.Character + 1}) «{reported}» {message}";
    }

    private sealed class TextFile(string path, string text) : AdditionalText
    {
        public override string Path => path;
        public override SourceText GetText(CancellationToken cancellationToken = default) => SourceText.From(text);
    }

    private sealed class Provider(AnalyzerConfigSet set, Dictionary<string, string> properties) : AnalyzerConfigOptionsProvider
    {
        public override AnalyzerConfigOptions GlobalOptions => new Values(set.GlobalConfigOptions.AnalyzerOptions.Concat(properties));
        public override AnalyzerConfigOptions GetOptions(SyntaxTree tree) => new Values(set.GetOptionsForSourcePath(tree.FilePath).AnalyzerOptions);
        public override AnalyzerConfigOptions GetOptions(AdditionalText textFile) => new Values([]);
    }

    private sealed class Values(IEnumerable<KeyValuePair<string, string>> values) : AnalyzerConfigOptions
    {
        private readonly Dictionary<string, string> _values = new(values, KeyComparer);

        public override IEnumerable<string> Keys => _values.Keys;
        public override bool TryGetValue(string key, out string value) => _values.TryGetValue(key, out value!);
    }
}
