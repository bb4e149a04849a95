using System.Collections.Immutable;
using System.Reflection;
using System.Text;
using DbSafety.Rules.SqlText;
using DbSafety.Tests.Engine;
using Microsoft.CodeAnalysis;
using Xunit;

namespace DbSafety.Tests.Execution;

/// <summary>Every shape in every way, as methods of one assembly before and one after the fixes.</summary>
internal sealed class FixedAssemblies
{
    private const string Support = """
        using System.Globalization;

        public sealed class Context(DbConnection connection) : DbContext
        {
            protected override void OnConfiguring(DbContextOptionsBuilder options) => Use(options, connection);
            static void Use(DbContextOptionsBuilder options, DbConnection connection)
            {
                if (connection is SqliteConnection) { options.UseSqlite(connection); } else { options.UseNpgsql(connection); }
            }
        }

        public static class Support
        {
            public static string Rows(DbCommand command)
            {
                using var reader = command.ExecuteReader();
                var rows = new List<string>();
                while (reader.Read()) { rows.Add(Convert.ToString(reader.GetValue(0), CultureInfo.InvariantCulture)!); }
                return List(rows);
            }

            public static string List<T>(IEnumerable<T> rows) => string.Join(",", rows.Select(r => Convert.ToString(r, CultureInfo.InvariantCulture)).Order());
        }
        """;

    private FixedAssemblies(ImmutableArray<Method> methods) => Methods = methods;

    /// <param name="After">Equal to <paramref name="Before"/> where nothing was fixed.</param>
    public sealed record Method(Shape Shape, Way Way, MethodInfo Before, MethodInfo After, bool IsFixed, string Source);

    public ImmutableArray<Method> Methods { get; }

    public static async Task<FixedAssemblies> Of(IReadOnlyList<Way> ways, IReadOnlyList<Shape> shapes)
    {
        var source = new StringBuilder("public static class Shapes\n{\n");
        foreach (var (way, shape, name) in Names(ways, shapes))
        {
            source.Append($"    public static string {name}({way.Connection} c, {Shapes.Signature})\n    {{\n        {way.Body.Replace("§", shape.Sql).ReplaceLineEndings("\n        ")}\n    }}\n");
        }
        var document = await TestProject.Of(source.Append("}\n").ToString(), new Setup { Sources = [Support] });
        Assert.Equal("", await TestProject.Errors(document.Project));
        var fixedDocument = document;
        foreach (var rule in new Microsoft.CodeAnalysis.Diagnostics.DiagnosticAnalyzer[] { new DBS501SqlFromConcatenation(), new DBS503ValueInlinedInSql() })
        {
            var found = await TestProject.Analyze(fixedDocument.Project, [rule]);
            fixedDocument = await DotnetFormat.FixAll(Pack.FixOf(rule.SupportedDiagnostics[0].Id)!, fixedDocument, found, rule.SupportedDiagnostics[0].Id);
        }
        var (before, after) = (await Emit(document), await Emit(fixedDocument));
        var (sourceBefore, sourceAfter) = (await Sources(document), await Sources(fixedDocument));
        return new(
        [
            .. Names(ways, shapes).Select(n => new Method(
                n.Shape, n.Way, before.GetMethod(n.Name)!, after.GetMethod(n.Name)!, sourceBefore[n.Name] != sourceAfter[n.Name], sourceAfter[n.Name])),
        ]);
    }

    private static IEnumerable<(Way Way, Shape Shape, string Name)> Names(IReadOnlyList<Way> ways, IReadOnlyList<Shape> shapes) =>
        from way in ways
        from shape in shapes.Select((s, i) => (s, i))
        select (way, shape.s, $"{way.Name}{shape.i}");

    private static async Task<Type> Emit(Document document)
    {
        using var stream = new MemoryStream();
        var compilation = (await document.Project.GetCompilationAsync())!.WithAssemblyName("Shapes" + Guid.NewGuid().ToString("N"));
        var result = compilation.Emit(stream);
        Assert.True(result.Success, string.Join('\n', result.Diagnostics.Where(d => d.Severity == DiagnosticSeverity.Error)) + "\n" + await document.GetTextAsync());
        return Assembly.Load(stream.ToArray()).GetType("Shapes")!;
    }

    private static async Task<Dictionary<string, string>> Sources(Document document) =>
        (await document.GetSyntaxRootAsync())!.DescendantNodes().OfType<Microsoft.CodeAnalysis.CSharp.Syntax.MethodDeclarationSyntax>()
            .ToDictionary(m => m.Identifier.ValueText, m => m.ToString());
}
