using System.Diagnostics;
using System.Reflection;
using Xunit;

namespace DbSafety.Incidents;

/// <summary>
/// A second process, as the next release, or the service beside this one: the test program again, running one explicit test, which leaves
/// what it found in the database or file that the variables name.
/// </summary>
internal static class OtherProcess
{
    /// <summary>Runs a test that is <c>[Fact(Explicit = true)]</c> in a process of its own, and waits until it has passed.</summary>
    public static async Task RunAsync(Type tests, string test, params (string Name, string Value)[] variables)
    {
        var program = Path.ChangeExtension(Assembly.GetExecutingAssembly().Location, OperatingSystem.IsWindows() ? "exe" : null)!;
        var start = new ProcessStartInfo(program.TrimEnd('.'), ["-explicit", "only", "-method", $"{tests.FullName}.{test}", "-noLogo"]) { RedirectStandardOutput = true };
        foreach (var (name, value) in variables)
        {
            start.Environment[name] = value;
        }
        using var process = Process.Start(start)!;
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, output);
        Assert.Contains("Total: 1,", output, StringComparison.Ordinal);
    }

    /// <summary>In that process: what the first one gave it. Elsewhere the test that asks is skipped.</summary>
    public static string Given(string variable)
    {
        Assert.SkipWhen(Environment.GetEnvironmentVariable(variable) is null, "Started by another test.");
        return Environment.GetEnvironmentVariable(variable)!;
    }
}
