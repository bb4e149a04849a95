using DbSafety.Rules.Values;
using DbSafety.Tests.Engine;
using Xunit;

namespace DbSafety.Tests.Rules.Values;

using Rule = Verify<DBS605LegacyTimestampSwitch>;

public class DBS605LegacyTimestampSwitchTests
{
    [Fact]
    public Task The_message_names_the_switch() => Rule.Reports(
        """AppContext.SetSwitch([|"Npgsql.EnableLegacyTimestampBehavior"|], true);""",
        "'Npgsql.EnableLegacyTimestampBehavior' turns off the check that keeps local times out of timestamptz, in the whole process; store UTC and remove it");

    [Theory]
    [InlineData("""System.AppContext.SetSwitch(isEnabled: true, switchName: [|"Npgsql." + "EnableLegacyTimestampBehavior"|]);""")]
    [InlineData("""const string Legacy = "Npgsql.EnableLegacyTimestampBehavior"; const bool On = true; AppContext.SetSwitch([|Legacy|], On);""")]
    [InlineData("""static void Start() => AppContext.SetSwitch([|"Npgsql.EnableLegacyTimestampBehavior"|], true); Start();""")]
    public Task The_switch_turned_on_is_reported(string source) => Rule.Reports(source);

    [Fact]
    public Task A_static_constructor_and_a_static_import_are_reported() => Rule.Reports(
        """
        using static System.AppContext;
        class Startup { static Startup() => SetSwitch([|"Npgsql.EnableLegacyTimestampBehavior"|], true); }
        """);

    [Theory]
    [InlineData("""AppContext.SetSwitch("Npgsql.EnableLegacyTimestampBehavior", false);""")]
    [InlineData("""AppContext.SetSwitch("Npgsql.EnableLegacyTimestampBehavior", id > 1);""")]
    [InlineData("""AppContext.SetSwitch("Npgsql.DisableDateTimeInfinityConversions", true); AppContext.SetSwitch(name, true);""")]
    [InlineData("""AppContext.TryGetSwitch("Npgsql.EnableLegacyTimestampBehavior", out var on); Console.WriteLine("Npgsql.EnableLegacyTimestampBehavior");""")]
    [InlineData("""static class AppContext { public static void SetSwitch(string name, bool on) { } static void M() => AppContext.SetSwitch("Npgsql.EnableLegacyTimestampBehavior", true); }""")]
    public Task Anything_else_is_silent(string source) => Rule.Silent(source);
}
