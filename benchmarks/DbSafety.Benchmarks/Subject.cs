using System.Collections.Immutable;
using System.Reflection;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace DbSafety.Benchmarks;

/// <summary>A program that is analyzed. It is parsed once; each run binds it anew, so that no contender finds what another has bound.</summary>
internal sealed class Subject
{
    private static readonly Lazy<ImmutableArray<MetadataReference>> Framework = new(LoadFramework);
    private static readonly Lazy<ImmutableArray<MetadataReference>> Libraries = new(LoadLibraries);

    private readonly ImmutableArray<SyntaxTree> _trees;
    private readonly ImmutableArray<MetadataReference> _references;

    public Subject(string name, IEnumerable<string> sources, bool libraries)
    {
        Name = name;
        _trees = [.. sources.Select((text, i) => CSharpSyntaxTree.ParseText(text, new CSharpParseOptions(LanguageVersion.Latest), $"/src/File{i}.cs"))];
        _references = libraries ? [.. Framework.Value, .. Libraries.Value] : Framework.Value;
        Lines = _trees.Sum(t => t.GetText().Lines.Count);
        if (Compile([]).GetDiagnostics().Where(d => d.Severity == DiagnosticSeverity.Error).Take(10).ToList() is { Count: > 0 } errors)
        {
            throw new InvalidOperationException($"{name} does not compile:\n{string.Join('\n', errors)}");
        }
    }

    public string Name { get; }
    public int Files => _trees.Length;
    public int Lines { get; }

    public CSharpCompilation Compile(IEnumerable<string> optIn) =>
        CSharpCompilation.Create("Program", _trees, _references, new CSharpCompilationOptions(
            OutputKind.DynamicallyLinkedLibrary,
            specificDiagnosticOptions: optIn.Select(id => KeyValuePair.Create(id, ReportDiagnostic.Warn))));

    public static string Metadata(string key) =>
        typeof(Subject).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == key).Value!;

    private static ImmutableArray<MetadataReference> LoadFramework()
    {
        var assembly = Assembly.LoadFrom(Metadata("Framework"));
        return [.. assembly.GetManifestResourceNames().Select(n => MetadataReference.CreateFromStream(assembly.GetManifestResourceStream(n)!))];
    }

    private static ImmutableArray<MetadataReference> LoadLibraries()
    {
        string[] names = ["Dapper", "Npgsql", "MySqlConnector", "Microsoft.Data.", "Microsoft.EntityFrameworkCore", "Microsoft.Extensions."];
        return
        [
            .. Directory.GetFiles(AppContext.BaseDirectory, "*.dll")
                .Where(f => names.Any(n => Path.GetFileName(f).StartsWith(n, StringComparison.Ordinal)))
                .Select(f => MetadataReference.CreateFromFile(f)),
        ];
    }
}
