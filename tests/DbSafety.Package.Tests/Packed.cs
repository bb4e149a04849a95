using System.Globalization;
using System.Reflection;
using DbSafety.Package.Tests;
using Xunit;

[assembly: AssemblyFixture(typeof(Packed))]

namespace DbSafety.Package.Tests;

/// <summary>The package, packed once for each run into a feed of its own, under a version no cache has seen.</summary>
public sealed class Packed : IAsyncLifetime
{
    public static string RepositoryRoot { get; } = Metadata("RepositoryRoot");

    /// <summary>A temporary folder for all that the run leaves behind.</summary>
    public string Folder { get; } = Path.Combine(Path.GetTempPath(), "dbsafety-package-" + Guid.NewGuid().ToString("N")[..8]);

    public string Feed => Path.Combine(Folder, "feed");

    public string Version { get; } = "0.0.0-test." + DateTime.UtcNow.Ticks.ToString(CultureInfo.InvariantCulture);

    public string File => Path.Combine(Feed, $"DbSafety.{Version}.nupkg");

    public async ValueTask InitializeAsync() => await Pack(Feed);

    /// <summary>Packs what the build of the tests has built.</summary>
    public async Task Pack(string folder)
    {
        Directory.CreateDirectory(folder);
        var pack = await DotNet.Run(
            RepositoryRoot, "pack", "src/DbSafety", "--no-build", "-c", Metadata("Configuration"), "-o", folder, $"-p:PackageVersion={Version}");
        Assert.True(pack.ExitCode == 0, pack.Output);
    }

    public ValueTask DisposeAsync()
    {
        Directory.Delete(Folder, recursive: true);
        var packages = Environment.GetEnvironmentVariable("NUGET_PACKAGES")
            ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        var unpacked = Path.Combine(packages, "dbsafety", Version);
        if (Directory.Exists(unpacked))
        {
            Directory.Delete(unpacked, recursive: true);
        }
        return ValueTask.CompletedTask;
    }

    internal static string Metadata(string key) =>
        typeof(Packed).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == key).Value!;
}
