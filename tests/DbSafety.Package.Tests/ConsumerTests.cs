using Xunit;

namespace DbSafety.Package.Tests;

public class ConsumerTests(Consumers consumers) : IClassFixture<Consumers>
{
    private const string Concatenation = "DBS501";
    private const string Number = "DBS503";

    [Fact]
    public void A_misspelt_option_is_reported_with_file_and_line()
    {
        var found = consumers.Malformed.Found().Where(r => r.Id is "DBS001" or "DBS002").Select(r => r.ToString());

        Assert.Equal(
            ["(0): warning DBS001", ".editorconfig(2): warning DBS001", ".globalconfig(2): warning DBS001", "DbSafety.Apis.txt(2): warning DBS002"],
            found);
        Assert.Contains($"{Path.Combine(consumers.Malformed.Folder, ".editorconfig")}(2,1): warning DBS001: 'dbsafety.dialect = mssql' is ignored", consumers.Build.Output);
        Assert.Contains("'DbSafetyDialect = sybase' is ignored", consumers.Build.Output);
    }

    [Fact]
    public void A_misspelt_mode_stops_the_build_and_names_the_modes() =>
        Assert.Contains("ModeMisspelt.csproj : error DBSMODE: DbSafetyMode is 'Strickt'; it must be None, Default, Strict or All.", consumers.Build.Output);

    [Fact]
    public void Mode_None_is_silent_in_any_letter_case() => Assert.Empty(consumers.ModeNone.Found());

    [Fact]
    public void A_project_without_a_database_library_reports_nothing() => Assert.Empty(consumers.WithoutDatabase.Found());
}
