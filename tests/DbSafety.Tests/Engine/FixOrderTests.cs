using DbSafety.Engine;
using DbSafety.Tests.Repository;
using Microsoft.CodeAnalysis;
using Xunit;

namespace DbSafety.Tests.Engine;

/// <summary><c>dotnet format</c> runs the fixes of different ids in no fixed order: over the samples each order makes the same program.</summary>
public class FixOrderTests
{
    [Fact]
    public async Task Fixes_make_the_same_program_in_any_order()
    {
        var samples = await Samples();
        var errors = await Errors(samples);
        var byId = Pack.Fixes.OrderBy(f => f.Id).ToArray();
        var expected = await Texts(await Run(samples, byId));
        foreach (var order in new[] { byId.Reverse(), Shuffled(byId, 1), Shuffled(byId, 2) })
        {
            var result = await Run(samples, order);
            Assert.Equal(expected, await Texts(result));
            Assert.Subset(errors, await Errors(result));
        }
    }

    private static async Task<Project> Run(Project project, IEnumerable<DbFix> fixes)
    {
        foreach (var fix in fixes)
        {
            var found = await TestProject.Analyze(project, [.. Pack.Rules.Where(r => r.SupportedDiagnostics[0].Id == fix.Id)]);
            if (found.FirstOrDefault() is { } first)
            {
                project = (await DotnetFormat.FixAll(fix, project.GetDocument(first.Location.SourceTree)!, found)).Project;
            }
        }
        return project;
    }

    private static async Task<Project> Samples()
    {
        var project = (await TestProject.Of("", Setup.Default)).Project;
        foreach (var file in Repo.Files("samples", "*.cs"))
        {
            project = project.AddDocument(file, Repo.Read(file), filePath: "/" + file).Project;
        }
        return project;
    }

    /// <summary>Without positions, which a fix may move; the samples use libraries that the test project does not reference.</summary>
    private static async Task<HashSet<string>> Errors(Project project) =>
        [.. (await project.GetCompilationAsync())!.GetDiagnostics().Where(d => d.Severity == DiagnosticSeverity.Error).Select(d => d.Location.SourceTree?.FilePath + d.GetMessage())];

    private static async Task<List<string>> Texts(Project project)
    {
        var texts = new List<string>();
        foreach (var document in project.Documents.OrderBy(d => d.Name, StringComparer.Ordinal))
        {
            texts.Add($"{document.Name}\n{await document.GetTextAsync()}");
        }
        return texts;
    }

    private static DbFix[] Shuffled(DbFix[] fixes, int seed)
    {
        var copy = fixes.ToArray();
        new Random(seed).Shuffle(copy);
        return copy;
    }
}
