using Xunit;

namespace DbSafety.Package.Tests;

/// <summary>The projects that use the package, built once for all tests, by one `dotnet build`.</summary>
public sealed class Consumers(Packed packed) : IAsyncLifetime
{
    /// <summary>A line each: SQL from text (warning), a number in SQL (info), a sink of its own.</summary>
    public const string Code = """
        using Microsoft.Data.Sqlite;

        public class Users
        {
            private readonly SqliteConnection connection;

            public Users(SqliteConnection connection)
            {
                this.connection = connection;
            }

            public object ByName(string name)
            {
                using (var command = connection.CreateCommand())
                {
                    command.CommandText = "SELECT id FROM users WHERE name = '" + name + "'";
                    return command.ExecuteScalar();
                }
            }

            public object ById(int id)
            {
                using (var command = connection.CreateCommand())
                {
                    command.CommandText = "SELECT name FROM users WHERE id = " + id;
                    return command.ExecuteScalar();
                }
            }
        }
        """;

    public const int ConcatenationLine = 16;
    public const int NumberLine = 25;

    private string Root => Path.Combine(packed.Folder, "consumers");

    internal DotNet Build { get; private set; } = null!;

    public Consumer Plain { get; private set; } = null!;
    public Consumer Configured { get; private set; } = null!;
    public Consumer Malformed { get; private set; } = null!;
    public Consumer ModeNone { get; private set; } = null!;
    public Consumer ModeStrict { get; private set; } = null!;
    public Consumer ModeAll { get; private set; } = null!;
    public Consumer ModeMisspelt { get; private set; } = null!;
    public Consumer StrictAsErrors { get; private set; } = null!;
    public Consumer OwnSinks { get; private set; } = null!;
    public Consumer WithoutDatabase { get; private set; } = null!;
    public Consumer Formatted { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Directory.CreateDirectory(Root);
        Write("nuget.config", $"""
            <configuration>
              <packageSources>
                <add key="dbsafety-test" value="{packed.Feed}" />
              </packageSources>
            </configuration>
            """);
        Write(".editorconfig", "root = true\n");
        Write("Directory.Build.props", $"""
            <Project>
              <PropertyGroup>
                <LangVersion>latest</LangVersion>
                <NuGetAudit>false</NuGetAudit>
                <NoWarn>$(NoWarn);NU1603</NoWarn>
                <GenerateDocumentationFile>false</GenerateDocumentationFile>
              </PropertyGroup>
              <ItemGroup>
                <PackageReference Include="DbSafety" Version="{packed.Version}" PrivateAssets="all" />
              </ItemGroup>
            </Project>
            """);
        Write("Directory.Build.targets", """
            <Project>
              <PropertyGroup>
                <ErrorLog>$(MSBuildProjectDirectory)/$(TargetFramework).sarif,version=2.1</ErrorLog>
              </PropertyGroup>
            </Project>
            """);

        Plain = Create("Plain", frameworks: "net8.0;net10.0;netstandard2.0");
        Configured = Create("Configured", files:
        [
            (".editorconfig", """
                [*.cs]
                dotnet_diagnostic.DBS501.severity = none
                dotnet_diagnostic.DBS503.severity = error
                """),
        ]);
        (string, string)[] misspelt =
        [
            (".editorconfig", """
                [*.cs]
                dbsafety.dialect = mssql
                """),
            (".globalconfig", """
                is_global = true
                dbsafety.dialekt = tsql
                """),
            ("DbSafety.Apis.txt", """
                # the wrappers of this program
                [Users]::ByName(nam)
                """),
        ];
        Malformed = Create("Malformed", properties: "<DbSafetyDialect>sybase</DbSafetyDialect>", files: misspelt);
        ModeNone = Create("ModeNone", properties: "<DbSafetyMode>none</DbSafetyMode>", files: misspelt);
        ModeStrict = Create("ModeStrict", properties: "<DbSafetyMode>Strict</DbSafetyMode>", files: [(".editorconfig", "[Users.cs]\ndotnet_diagnostic.DBS501.severity = suggestion\n")]);
        ModeAll = Create("ModeAll", properties: "<DbSafetyMode>All</DbSafetyMode>");
        ModeMisspelt = Create("ModeMisspelt", properties: "<DbSafetyMode>Strickt</DbSafetyMode>");
        StrictAsErrors = Create("StrictAsErrors", properties: "<DbSafetyMode>Strict</DbSafetyMode><TreatWarningsAsErrors>true</TreatWarningsAsErrors>");
        OwnSinks = Create("OwnSinks", files:
        [
            ("DbSafety.Apis.txt", "[Acme.Store]::Run(script)"),
            ("Users.cs", """
                namespace Acme
                {
                    public class Store { public void Run(string script) { } }
                    public class Shop { public void Sell(Store store, string name) { store.Run("DELETE FROM stock WHERE name = '" + name + "'"); } }
                }
                """),
        ]);
        WithoutDatabase = Consumer.Create(Root, "WithoutDatabase", "", Consumer.Net10, "",
            [.. misspelt, ("Users.cs", "public class Users { public string ByName(string name) => \"SELECT \" + name; }")]);
        Formatted = Create("Formatted");

        Consumer[] all =
        [
            Plain, Configured, Malformed, ModeNone, ModeStrict, ModeAll, ModeMisspelt, StrictAsErrors, OwnSinks, WithoutDatabase, Formatted,
        ];
        Write("Consumers.slnx", $"<Solution>{string.Concat(all.Select(c => $"<Project Path=\"{c.Name}/{c.Name}.csproj\" />"))}</Solution>");
        Build = await DotNet.Run(Root, "build", "Consumers.slnx", "-m:2");
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private Consumer Create(string name, string properties = "", string frameworks = Consumer.Net10, (string, string)[]? files = null) =>
        Consumer.Create(
            Root, name, properties, frameworks,
            $"""<PackageReference Include="Microsoft.Data.Sqlite" Version="{Packed.Metadata("SqliteVersion")}" />""",
            [("Users.cs", Code), .. files ?? []]);

    private void Write(string file, string text) => File.WriteAllText(Path.Combine(Root, file), text);
}
