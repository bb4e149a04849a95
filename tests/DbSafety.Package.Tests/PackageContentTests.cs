using System.IO.Compression;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Xml.Linq;
using Xunit;

namespace DbSafety.Package.Tests;

public class PackageContentTests(Packed packed)
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public void The_package_holds_exactly_these_files()
    {
        using var zip = ZipFile.OpenRead(packed.File);

        // _rels, [Content_Types].xml and package/ are the envelope that every nupkg has.
        var files = zip.Entries.Select(e => e.FullName)
            .Where(n => !n.StartsWith("_rels/", StringComparison.Ordinal) && !n.StartsWith("package/", StringComparison.Ordinal) && n != "[Content_Types].xml")
            .Order(StringComparer.Ordinal);
        Assert.Equal(
            [
                "DbSafety.nuspec",
                "README.md",
                "analyzers/dotnet/cs/DbSafety.Analyzers.dll",
                "analyzers/dotnet/cs/DbSafety.CodeFixes.dll",
                "build/DbSafety.props",
                "build/DbSafety.targets",
                "build/presets/DbSafety.All.globalconfig",
                "build/presets/DbSafety.None.globalconfig",
                "build/presets/DbSafety.Strict.globalconfig",
                "buildTransitive/DbSafety.props",
                "buildTransitive/DbSafety.targets",
                "icon.png",
            ],
            files);
    }

    [Fact]
    public async Task Packing_again_gives_the_same_bytes()
    {
        var again = Path.Combine(packed.Folder, "again");
        await packed.Pack(again);

        Assert.Equal(await File.ReadAllBytesAsync(packed.File, Cancelled), await File.ReadAllBytesAsync(Path.Combine(again, Path.GetFileName(packed.File)), Cancelled));
    }

    [Fact]
    public void The_nuspec_makes_it_a_development_dependency_without_dependencies()
    {
        using var zip = ZipFile.OpenRead(packed.File);
        using var stream = zip.GetEntry("DbSafety.nuspec")!.Open();
        var metadata = XDocument.Load(stream).Root!.Elements().Single();
        string? Value(string name) => metadata.Elements().SingleOrDefault(e => e.Name.LocalName == name)?.Value;

        Assert.Equal("DbSafety", Value("id"));
        Assert.Equal("true", Value("developmentDependency"));
        Assert.Equal("MIT", Value("license"));
        Assert.Equal("README.md", Value("readme"));
        Assert.Equal("icon.png", Value("icon"));
        Assert.Null(Value("dependencies"));
        Assert.Null(Value("frameworkAssemblies"));
        Assert.Equal("https://github.com/dbsafety/dbsafety", metadata.Elements().Single(e => e.Name.LocalName == "repository").Attribute("url")!.Value);
    }

    /// <summary>Whatever else an analyzer references, some host of Roslyn 4.8 does not have in that version, and then the rule is not there.</summary>
    [Theory]
    [InlineData("DbSafety.Analyzers.dll", "Microsoft.CodeAnalysis", "Microsoft.CodeAnalysis.CSharp", "System.Collections.Immutable", "System.Memory", "netstandard")]
    [InlineData(
        "DbSafety.CodeFixes.dll",
        "DbSafety.Analyzers", "Microsoft.CodeAnalysis", "Microsoft.CodeAnalysis.CSharp", "Microsoft.CodeAnalysis.CSharp.Workspaces",
        "Microsoft.CodeAnalysis.Workspaces", "System.Collections.Immutable", "System.Memory", "netstandard")]
    public void The_assemblies_reference_only_what_Roslyn_4_8_brings(string assembly, params string[] allowed)
    {
        using var zip = ZipFile.OpenRead(packed.File);
        using var copy = new MemoryStream();
        using (var stream = zip.GetEntry("analyzers/dotnet/cs/" + assembly)!.Open())
        {
            stream.CopyTo(copy);
        }
        copy.Position = 0;
        using var image = new PEReader(copy);
        var metadata = image.GetMetadataReader();
        var references = metadata.AssemblyReferences
            .Select(metadata.GetAssemblyReference)
            .ToDictionary(r => metadata.GetString(r.Name), r => r.Version);

        Assert.Empty(references.Keys.Except(allowed));
        Assert.All(references.Where(r => r.Key.StartsWith("Microsoft.CodeAnalysis", StringComparison.Ordinal)), r => Assert.Equal(new Version(4, 8, 0, 0), r.Value));
        Assert.All(references.Where(r => r.Key == "System.Collections.Immutable"), r => Assert.Equal(new Version(7, 0, 0, 0), r.Value));
        Assert.All(references.Where(r => r.Key == "System.Memory"), r => Assert.Equal(new Version(4, 0, 1, 2), r.Value));
        Assert.All(references.Where(r => r.Key == "netstandard"), r => Assert.Equal(new Version(2, 0, 0, 0), r.Value));
    }

    [Fact]
    public void The_readme_shows_the_options_by_the_names_that_exist()
    {
        using var zip = ZipFile.OpenRead(packed.File);
        using var reader = new StreamReader(zip.GetEntry("README.md")!.Open());
        var readme = reader.ReadToEnd();

        Assert.All(["DbSafetyMode", "Default", "Strict", "All", "None", "DbSafety.Apis.txt", "dbsafety.dialect"], word => Assert.Contains(word, readme));
    }
}
