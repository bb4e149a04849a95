using DbSafety.Engine;
using DbSafety.Sql;
using DbSafety.Tests.Rules.Configuration;
using Xunit;

namespace DbSafety.Tests.Engine;

public class OptionTests
{
    [Fact]
    public void An_editorconfig_section_overrides_a_global_config_which_overrides_the_MSBuild_property()
    {
        var configured = new Configured()
            .Source("/src/app/a/A.cs", "class A;")
            .Source("/src/app/b/B.cs", "class B;")
            .BuildProperty("DbSafetyDialect", "mysql");
        Assert.Equal([SqlDialect.MySql, SqlDialect.MySql], Dialects(configured));

        configured.Config("/src/.globalconfig", "is_global = true\ndbsafety.dialect = sqlite");
        Assert.Equal([SqlDialect.Sqlite, SqlDialect.Sqlite], Dialects(configured));

        configured.Config("/src/app/.editorconfig", "[b/*.cs]\nDbSafety.Dialect = TSQL");
        Assert.Equal([SqlDialect.Sqlite, SqlDialect.TSql], Dialects(configured));
    }

    [Fact]
    public void A_value_that_is_not_understood_counts_as_absent()
    {
        var configured = new Configured().Config("/src/.editorconfig", "[*.cs]\ndbsafety.dialect = mssql");
        Assert.Equal([SqlDialect.Unknown], Dialects(configured));

        configured.BuildProperty("DbSafetyDialect", "oracle");
        Assert.Equal([SqlDialect.Oracle], Dialects(configured));
    }

    [Fact]
    public void A_list_replaces_the_default_words()
    {
        var configured = new Configured();
        Assert.Contains("truncate", Options.MaintenanceNames.In(configured.Compilation.SyntaxTrees[0], configured.Options));

        configured.Config("/src/.editorconfig", "[*.cs]\ndbsafety.DBS509.maintenance_names = flush , zap");
        Assert.Equal(["flush", "zap"], Options.MaintenanceNames.In(configured.Compilation.SyntaxTrees[0], configured.Options));
    }

    [Fact]
    public void Every_option_understands_its_default_and_has_a_key_and_an_MSBuild_property_of_its_own()
    {
        Assert.Contains(Options.Dialect, Options.All);
        Assert.Equal("DbSafetyDialect", Options.Dialect.BuildProperty);
        Assert.Equal("DbSafetyDBS509MaintenanceNames", Options.MaintenanceNames.BuildProperty);
        Assert.All(Options.All, o => Assert.True(o.Understands(o.Fallback), o.Key));
        Assert.All(Options.All, o => Assert.Matches(@"^dbsafety\.(DBS\d{3}\.)?[a-z_]+$", o.Key));
        Assert.Distinct(Options.All.Select(o => o.Key.ToUpperInvariant()));
        Assert.Distinct(Options.All.Select(o => o.BuildProperty.ToUpperInvariant()));
    }

    [Fact]
    public void Every_option_is_documented_and_visible_to_the_compiler()
    {
        var page = File.ReadAllText(RepositoryFile("docs/configuration.md"));
        var props = File.ReadAllText(RepositoryFile("src/DbSafety/build/DbSafety.props"));

        Assert.All(Options.All, o => Assert.Contains($"""
            ### {o.Key}

            {o.Meaning}

            - accepted: {o.Accepts}
            - default: `{o.Fallback}`
            """, page));
        Assert.All(Options.All, o => Assert.Contains($"- MSBuild: `{o.BuildProperty}`\n", page));
        Assert.Equal(
            Options.All.Select(o => o.BuildProperty).Order(StringComparer.Ordinal),
            System.Text.RegularExpressions.Regex.Matches(props, "CompilerVisibleProperty Include=\"(.*?)\"").Select(m => m.Groups[1].Value).Order(StringComparer.Ordinal));
    }

    private static string RepositoryFile(string name)
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "DbSafety.sln")))
        {
            folder = Path.GetDirectoryName(folder)!;
        }
        return Path.Combine(folder, name);
    }

    private static SqlDialect[] Dialects(Configured configured) =>
        [.. configured.Compilation.SyntaxTrees.Select(tree => Options.Dialect.In(tree, configured.Options))];
}
