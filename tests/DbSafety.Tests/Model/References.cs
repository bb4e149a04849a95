using Microsoft.CodeAnalysis;

namespace DbSafety.Tests.Model;

/// <summary>Metadata of what the test project itself references: the framework it runs on, and the database libraries.</summary>
internal static class References
{
    private static readonly string[] Paths =
        ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator);

    public static readonly IReadOnlyList<MetadataReference> All = [.. Paths.Select(p => MetadataReference.CreateFromFile(p))];

    public static readonly IReadOnlyList<MetadataReference> Framework =
        [.. Paths.Where(p => Path.GetDirectoryName(p) == Path.GetDirectoryName(typeof(object).Assembly.Location)).Select(p => MetadataReference.CreateFromFile(p))];
}
