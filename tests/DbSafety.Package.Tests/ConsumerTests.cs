using Xunit;

namespace DbSafety.Package.Tests;

public class ConsumerTests(Consumers consumers) : IClassFixture<Consumers>
{
    private const string Concatenation = "DBS501";
    private const string Number = "DBS503";

    [Theory]
    [InlineData("net8.0")]
    [InlineData("net10.0")]
    [InlineData("netstandard2.0")]
    public void Each_target_framework_gets_the_same_reports(string framework) =>
        Assert.Equal(
            [$"Users.cs({Consumers.ConcatenationLine}): warning {Concatenation}", $"Users.cs({Consumers.NumberLine}): note {Number}"],
            consumers.Plain.Found(framework).Select(r => r.ToString()));

    [Fact]
    public void A_build_prints_warnings_with_id_and_link_and_no_suggestions()
    {
        var lines = consumers.Build.Output.Split('\n').Where(l => l.Contains("Plain.csproj::TargetFramework=net10.0", StringComparison.Ordinal)).Distinct().ToList();

        Assert.Contains(lines, l => l.Contains($"Users.cs({Consumers.ConcatenationLine},", StringComparison.Ordinal)
            && l.Contains($"warning {Concatenation}: Value of 'name' becomes part of the SQL text", StringComparison.Ordinal)
            && l.Contains($"/docs/rules/{Concatenation}.md", StringComparison.Ordinal));
        Assert.DoesNotContain(lines, l => l.Contains(Number, StringComparison.Ordinal));
    }

    [Fact]
    public void An_editorconfig_silences_one_rule_and_raises_another() =>
        Assert.Equal([$"Users.cs({Consumers.NumberLine}): error {Number}"], consumers.Configured.Found().Select(r => r.ToString()));

    [Fact]
    public void Mode_Strict_makes_suggestions_warnings_and_leaves_the_editorconfig_in_charge() =>
        Assert.Equal(
            [$"Users.cs({Consumers.ConcatenationLine}): note {Concatenation}", $"Users.cs({Consumers.NumberLine}): warning {Number}"],
            consumers.ModeStrict.Found().Select(r => r.ToString()));

    [Fact]
    public void Mode_All_reports_at_least_what_Strict_does() =>
        Assert.Equal(
            [$"Users.cs({Consumers.ConcatenationLine}): warning {Concatenation}", $"Users.cs({Consumers.NumberLine}): warning {Number}"],
            consumers.ModeAll.Found().Select(r => r.ToString()));

    [Fact]
    public void Mode_Strict_and_warnings_as_errors_make_errors_of_all() =>
        Assert.Equal(
            [$"Users.cs({Consumers.ConcatenationLine}): error {Concatenation}", $"Users.cs({Consumers.NumberLine}): error {Number}"],
            consumers.StrictAsErrors.Found().Select(r => r.ToString()));

    [Fact]
    public async Task Warnaserror_stops_the_build()
    {
        var build = await DotNet.Run(consumers.Plain.Folder, "build", "--no-restore", "--no-incremental", "-f", Consumer.Net10, "-warnaserror");

        Assert.NotEqual(0, build.ExitCode);
        Assert.Contains($"error {Concatenation}", build.Output);
    }

    [Fact]
    public void A_sink_of_the_users_own_is_checked() =>
        Assert.Equal([$"Users.cs(4): warning {Concatenation}"], consumers.OwnSinks.Found().Select(r => r.ToString()));

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
