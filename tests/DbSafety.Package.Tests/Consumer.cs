using System.Text.Json;

namespace DbSafety.Package.Tests;

/// <summary>One diagnostic of a build, from the compiler's error log.</summary>
/// <param name="Level">error, warning or note.</param>
/// <param name="File">The name of the file, without its folder; empty where the diagnostic has no place.</param>
/// <param name="Line">From 1; 0 where the diagnostic has no place.</param>
public sealed record Reported(string Id, string Level, string File, int Line, string Message)
{
    public override string ToString() => $"{File}({Line}): {Level} {Id}";
}

/// <summary>A project that uses the package, in a folder of its own; the compiler writes what it finds into a log for each framework.</summary>
public sealed class Consumer(string folder)
{
    public const string Net10 = "net10.0";

    public string Folder => folder;
    public string Name => Path.GetFileName(folder);
    public string Project => Path.Combine(folder, Name + ".csproj");

    public static Consumer Create(string root, string name, string properties, string frameworks, string items, params (string File, string Text)[] files)
    {
        var folder = Directory.CreateDirectory(Path.Combine(root, name)).FullName;
        var consumer = new Consumer(folder);
        var tag = frameworks.Contains(';', StringComparison.Ordinal) ? "TargetFrameworks" : "TargetFramework";
        consumer.Write(name + ".csproj", $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <{tag}>{frameworks}</{tag}>
                {properties}
              </PropertyGroup>
              <ItemGroup>
                {items}
              </ItemGroup>
            </Project>
            """);
        foreach (var (file, text) in files)
        {
            consumer.Write(file, text);
        }
        return consumer;
    }

    public void Write(string file, string text) => File.WriteAllText(Path.Combine(folder, file), text);

    public string Read(string file) => File.ReadAllText(Path.Combine(folder, file));

    /// <summary>What DbSafety reported for a framework, crashes of analyzers included, in the order of places.</summary>
    public IReadOnlyList<Reported> Found(string framework = Net10)
    {
        using var log = JsonDocument.Parse(Read(framework + ".sarif"));
        return
        [
            .. log.RootElement.GetProperty("runs")[0].GetProperty("results").EnumerateArray()
                .Select(Read)
                .Where(r => r.Id.StartsWith("DBS", StringComparison.Ordinal) || r.Id.StartsWith("AD", StringComparison.Ordinal))
                .OrderBy(r => r.File, StringComparer.Ordinal).ThenBy(r => r.Line).ThenBy(r => r.Id, StringComparer.Ordinal),
        ];
    }

    private static Reported Read(JsonElement result)
    {
        var (file, line) = ("", 0);
        if (result.TryGetProperty("locations", out var locations) && locations.GetArrayLength() > 0)
        {
            var place = locations[0].GetProperty("physicalLocation");
            file = Path.GetFileName(place.GetProperty("artifactLocation").GetProperty("uri").GetString()!);
            line = place.GetProperty("region").GetProperty("startLine").GetInt32();
        }
        return new Reported(
            result.GetProperty("ruleId").GetString()!,
            result.GetProperty("level").GetString()!,
            file,
            line,
            result.GetProperty("message").GetProperty("text").GetString()!);
    }
}
