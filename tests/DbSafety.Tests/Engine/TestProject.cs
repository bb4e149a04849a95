using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Reflection;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Text;

namespace DbSafety.Tests.Engine;

/// <summary>Projects for tests: one for each kind of setup, with its references bound once, and a fork of it for each test.</summary>
internal static class TestProject
{
    private const string Usings = """
        global using System;
        global using System.Collections.Generic;
        global using System.Data;
        global using System.Data.Common;
        global using System.IO;
        global using System.Linq;
        global using System.Text;
        global using System.Threading;
        global using System.Threading.Tasks;
        """;

    private const string LibraryUsings = Usings + """

        global using Dapper;
        global using Microsoft.Data.SqlClient;
        global using Microsoft.Data.Sqlite;
        global using Microsoft.EntityFrameworkCore;
        global using MySqlConnector;
        global using Npgsql;
        """;

    // By name, so that the compiler and the test runner beside them stay out.
    private static readonly string[] Libraries =
    [
        "Dapper", "linq2db", "Microsoft.Data.", "Microsoft.EntityFrameworkCore", "MySql", "Npgsql", "SQLite", "System.Data.", "FirebirdSql",
        "DuckDB.", "Microsoft.Azure.Cosmos.Client", "Microsoft.Extensions.", "Newtonsoft.Json", "Polly", "Google.Cloud.Spanner",
    ];

    private static readonly AdhocWorkspace Workspace = new();
    private static readonly ConcurrentDictionary<Shape, Lazy<Task<Project>>> Bases = new();
    private static readonly ConcurrentDictionary<References, Lazy<ImmutableArray<MetadataReference>>> ReferencesOf = new();

    /// <summary>The document <c>Test.cs</c> with <paramref name="source"/>, in a project as <paramref name="setup"/> says.</summary>
    /// <param name="optIn">Ids to enable that are off by default.</param>
    public static async Task<Document> Of(string source, Setup setup, params IEnumerable<string> optIn)
    {
        var shape = new Shape(setup.References, setup.Language, setup.Nullable, setup.Usings, setup.TopLevel, string.Join(' ', optIn));
        var project = await Bases.GetOrAdd(shape, s => new(() => Base(s))).Value;
        foreach (var (name, text) in setup.AdditionalFiles)
        {
            project = project.AddAdditionalDocument(name, text, filePath: "/" + name).Project;
        }
        if (setup.EditorConfig is { } config)
        {
            config = "root = true\n" + (config.Contains('[') ? "" : "[*.cs]\n") + config;
            project = project.AddAnalyzerConfigDocument(".editorconfig", SourceText.From(config), filePath: "/.editorconfig").Project;
        }
        for (var i = 0; i < setup.Sources.Length; i++)
        {
            project = project.AddDocument($"Other{i}.cs", setup.Sources[i], filePath: $"/Other{i}.cs").Project;
        }
        return project.AddDocument("Test.cs", source, filePath: "/Test.cs");
    }

    /// <summary>
    /// Source as short as a test wants it: statements become the body of a method with what they mostly use in scope.
    /// It is async where they await, and has a token where they name <c>ct</c>.
    /// </summary>
    public static string Complete(string source, Setup setup) =>
        setup.TopLevel || !SyntaxFactory.ParseCompilationUnit(Markup.Parse(source, "").Source).Members.OfType<GlobalStatementSyntax>().Any()
            ? source
            : Method(source, setup.References == References.All ? "SqliteConnection" : "System.Data.IDbConnection");

    /// <summary>Analyzer diagnostics, those of crashed analyzers included, in source order.</summary>
    public static async Task<ImmutableArray<Diagnostic>> Analyze(Project project, ImmutableArray<DiagnosticAnalyzer> analyzers) =>
        await Analyze((await project.GetCompilationAsync())!, project.AnalyzerOptions, analyzers);

    public static async Task<ImmutableArray<Diagnostic>> Analyze(
        Compilation compilation, AnalyzerOptions analyzerOptions, ImmutableArray<DiagnosticAnalyzer> analyzers)
    {
        if (analyzers.IsEmpty)
        {
            return [];
        }
        var options = new CompilationWithAnalyzersOptions(analyzerOptions, null, concurrentAnalysis: false, logAnalyzerExecutionTime: false);
        var found = await compilation.WithAnalyzers(analyzers, options).GetAnalyzerDiagnosticsAsync();
        return [.. found.OrderBy(d => d.Location.SourceTree?.FilePath).ThenBy(d => d.Location.SourceSpan.Start).ThenBy(d => d.Location.SourceSpan.End).ThenBy(d => d.Id)];
    }

    /// <summary>Compile errors of the whole project, one a line; empty when it compiles.</summary>
    public static async Task<string> Errors(Project project) =>
        string.Join('\n', (await project.GetCompilationAsync())!.GetDiagnostics().Where(d => d.Severity == DiagnosticSeverity.Error));

    public static ImmutableArray<MetadataReference> MetadataReferences(References kind) =>
        ReferencesOf.GetOrAdd(kind, k => new(() => LoadReferences(k))).Value;

    private static string Method(string body, string connection)
    {
        var token = Regex.IsMatch(body, @"\bct\b") ? ", CancellationToken ct" : "";
        var returns = body.Contains("await ") ? "async Task" : "void";
        return $"class C\n{{\n{returns} M({connection} connection, string name, int id{token})\n{{\n{body}\n}}\n}}\n";
    }

    private static async Task<Project> Base(Shape shape)
    {
        var options = new CSharpCompilationOptions(
            shape.Program ? OutputKind.ConsoleApplication : OutputKind.DynamicallyLinkedLibrary,
            nullableContextOptions: shape.Nullable ? NullableContextOptions.Enable : NullableContextOptions.Disable,
            allowUnsafe: true,
            specificDiagnosticOptions: shape.OptIn.Split(' ', StringSplitOptions.RemoveEmptyEntries).ToDictionary(id => id, _ => ReportDiagnostic.Warn));
        var project = Workspace.CurrentSolution
            .AddProject("Test", "Test", LanguageNames.CSharp)
            .WithCompilationOptions(options)
            .WithParseOptions(new CSharpParseOptions(shape.Language))
            .WithMetadataReferences(MetadataReferences(shape.References));
        if (shape.Usings && shape.Language >= LanguageVersion.CSharp10)
        {
            project = project.AddDocument("Usings.cs", shape.References == References.All ? LibraryUsings : Usings, filePath: "/Usings.cs").Project;
        }
        // Forks of a project whose compilation exists share its bound references.
        await project.GetCompilationAsync();
        return project;
    }

    private static ImmutableArray<MetadataReference> LoadReferences(References kind)
    {
        var folder = AppContext.BaseDirectory;
        var resources = Assembly.LoadFrom(Path.Combine(folder, "refs", $"Basic.Reference.Assemblies.Net{(kind == References.Net80 ? "80" : "100")}.dll"));
        var framework = resources.GetManifestResourceNames().Select(name => (MetadataReference)MetadataReference.CreateFromStream(resources.GetManifestResourceStream(name)!));
        var libraries = kind is not (References.All or References.SqliteEf) ? [] : Directory.GetFiles(folder, "*.dll")
            .Where(file => kind == References.All || !Path.GetFileName(file).StartsWith("Npgsql.EntityFrameworkCore", StringComparison.OrdinalIgnoreCase))
            .Where(file => Libraries.Any(l => Path.GetFileName(file).StartsWith(l, StringComparison.OrdinalIgnoreCase)))
            .Select(file => (MetadataReference)MetadataReference.CreateFromFile(file));
        return [.. framework, .. libraries];
    }

    private readonly record struct Shape(References References, LanguageVersion Language, bool Nullable, bool Usings, bool Program, string OptIn);
}
