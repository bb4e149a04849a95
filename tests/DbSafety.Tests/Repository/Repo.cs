using System.Reflection;

namespace DbSafety.Tests.Repository;

/// <summary>The files of this repository.</summary>
internal static class Repo
{
    private static readonly string[] Built = ["bin", "obj", "artifacts", ".git", ".servers", "TestResults", "BenchmarkDotNet.Artifacts"];

    public static string Root { get; } = typeof(Repo).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "RepositoryRoot").Value!;

    /// <summary>The full path of a file or folder named from the root, with forward slashes.</summary>
    public static string At(string path) => Path.Combine(Root, path);

    public static string Read(string path) => File.ReadAllText(At(path)).ReplaceLineEndings("\n");

    /// <summary>The files under a folder, named from the root with forward slashes and in order; none where it does not exist.</summary>
    public static IEnumerable<string> Files(string folder, string pattern) =>
        !Directory.Exists(At(folder)) ? [] :
            from file in Directory.EnumerateFiles(At(folder), pattern, SearchOption.AllDirectories)
            let name = Path.GetRelativePath(Root, file).Replace('\\', '/')
            where !name.Split('/').Any(Built.Contains)
            orderby name
            select name;
}
