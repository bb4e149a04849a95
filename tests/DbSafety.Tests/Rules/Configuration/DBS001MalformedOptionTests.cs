using DbSafety.Rules.Configuration;
using Xunit;

namespace DbSafety.Tests.Rules.Configuration;

public class DBS001MalformedOptionTests
{
    private const string Expected = "expected one of tsql, postgresql, mysql, sqlite, googlesql, oracle; the default 'unset' applies";

    [Fact]
    public async Task A_value_that_is_not_understood_is_reported_at_its_line()
    {
        var found = await Run(new Configured().Config("/src/.editorconfig", """
            root = true

            [*.cs]
            indent_size = 4
              dbsafety.dialect = mssql   # the old name
            """));

        Assert.Equal([$"/src/.editorconfig(5,3) «dbsafety.dialect = mssql» 'dbsafety.dialect = mssql' is ignored: {Expected}"], found);
    }

    [Fact]
    public async Task A_misspelt_key_is_reported_with_the_nearest_one()
    {
        var found = await Run(new Configured().Config("/src/.editorconfig", """
            [*.cs]
            DbSafety.dialekt: tsql
            dbsafety.DBS509.maintenance_name = truncate
            dbsafety.something_else_altogether = 1
            """));

        Assert.Equal(
            [
                "/src/.editorconfig(2,1) «DbSafety.dialekt: tsql» 'DbSafety.dialekt = tsql' is ignored: no option has this name; did you mean 'dbsafety.dialect'",
                "/src/.editorconfig(3,1) «dbsafety.DBS509.maintenance_name = truncate» 'dbsafety.DBS509.maintenance_name = truncate' is ignored: "
                    + "no option has this name; did you mean 'dbsafety.DBS509.maintenance_names'",
                "/src/.editorconfig(4,1) «dbsafety.something_else_altogether = 1» 'dbsafety.something_else_altogether = 1' is ignored: no option has this name",
            ],
            found);
    }

    [Fact]
    public async Task A_list_with_an_empty_or_impossible_word_is_reported()
    {
        var found = await Run(new Configured().Config("/src/.globalconfig", """
            is_global = true
            dbsafety.dbs509.maintenance_names = truncate,,reset
            dbsafety.DBS509.Maintenance_Names = drop all
            """));

        Assert.Equal(2, found.Length);
        Assert.All(found, f => Assert.Contains("expected a comma-separated list of words", f));
    }

    [Theory]
    [InlineData("dbsafety.dialect = tsql")]
    [InlineData("dbsafety.dialect = PostgreSQL")]
    [InlineData("dbsafety.dialect = unset")]
    [InlineData("dbsafety.dialect =")]
    [InlineData("DBSAFETY.DIALECT=mysql")]
    [InlineData("dbsafety.dialect = oracle ; legacy")]
    [InlineData("dbsafety.DBS509.maintenance_names = truncate, wipe_all")]
    [InlineData("# dbsafety.dialect = nonsense")]
    [InlineData("; dbsafety.dialect = nonsense")]
    [InlineData("other.dbsafety.dialect = nonsense")]
    [InlineData("dbsafetyx.dialect = nonsense")]
    [InlineData("dbsafety.dialect")]
    public async Task A_well_formed_line_is_silent(string line) =>
        Assert.Empty(await Run(new Configured().Config("/src/.editorconfig", "[*.cs]\n" + line)));

    [Fact]
    public async Task A_file_above_a_root_file_is_not_in_force_and_silent() =>
        Assert.Empty(await Run(new Configured()
            .Config("/.editorconfig", "[*.cs]\ndbsafety.dialect = nonsense")
            .Config("/src/.editorconfig", "ROOT = True\n[*.cs]\ndbsafety.dialect = tsql")));

    [Fact]
    public async Task A_file_above_a_root_file_that_another_source_obeys_is_reported() =>
        Assert.Single(await Run(new Configured()
            .Source("/src/app/C.cs", Configured.Database)
            .Source("/shared/D.cs", "class D;")
            .Config("/.editorconfig", "[*.cs]\ndbsafety.dialect = nonsense")
            .Config("/src/.editorconfig", "root = true")));

    [Fact]
    public async Task A_section_that_says_root_makes_no_root_file() =>
        Assert.Single(await Run(new Configured()
            .Config("/.editorconfig", "[*.cs]\ndbsafety.dialect = nonsense")
            .Config("/src/.editorconfig", "[*.cs]\nroot = true")));

    [Fact]
    public async Task Without_the_file_the_report_names_the_first_source_it_applies_to()
    {
        var found = await Run(new Configured()
            .Source("/src/app/C.cs", Configured.Database)
            .Source("/src/app/data/D.cs", "class D;")
            .Source("/src/app/data/E.cs", "class E;")
            .Config("/src/app/data/.editorconfig", "[*.cs]\ndbsafety.dialect = mssql\ndbsafety.dialects = tsql", isFile: false));

        Assert.Equal(
            [
                $"'dbsafety.dialect = mssql' is ignored: {Expected}; it is set for D.cs",
                "'dbsafety.dialects = tsql' is ignored: no option has this name; did you mean 'dbsafety.dialect'; it is set for D.cs",
            ],
            found);
    }

    [Fact]
    public async Task An_MSBuild_property_that_is_not_understood_is_reported() =>
        Assert.Equal(
            [$"'DbSafetyDialect = sqlserver' is ignored: {Expected}; it is set as an MSBuild property"],
            await Run(new Configured().BuildProperty("DbSafetyDialect", "sqlserver")));

    [Fact]
    public async Task An_MSBuild_property_that_is_not_set_is_silent() =>
        Assert.Empty(await Run(new Configured().BuildProperty("DbSafetyDialect", "").BuildProperty("DbSafetyDBS509MaintenanceNames", "wipe")));

    [Fact]
    public async Task A_compilation_without_a_database_is_silent() =>
        Assert.Empty(await Run(new Configured()
            .Source("/src/app/C.cs", "class C;")
            .Config("/src/.editorconfig", "[*.cs]\ndbsafety.dialect = nonsense")));

    private static Task<string[]> Run(Configured configured) => configured.Run(new DBS001MalformedOption());
}
