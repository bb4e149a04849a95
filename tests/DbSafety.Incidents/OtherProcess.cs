using System.Diagnostics;
using System.Reflection;
using Xunit;

namespace DbSafety.Incidents;

/// <summary>
/// A second process, as the next release, or the service beside this one: this program again, running one method of a test class,
/// which leaves what it found in the database that the variables name.
/// </summary>
internal static class OtherProcess
{
    private const string Part = "--part";

    /// <summary>Runs a static method without parameters in a process of its own, and waits until it has returned.</summary>
    public static async Task RunAsync(Type tests, string method, params (string Name, string Value)[] variables)
    {
        var start = new ProcessStartInfo("dotnet", [Assembly.GetExecutingAssembly().Location, Part, $"{tests.FullName}.{method}"]) { RedirectStandardError = true };
        foreach (var (name, value) in variables)
        {
            start.Environment[name] = value;
        }
        using var process = Process.Start(start)!;
        var errors = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, errors);
    }

    /// <summary>In that process: what the first one gave it.</summary>
    public static string Given(string variable) =>
        Environment.GetEnvironmentVariable(variable) ?? throw new InvalidOperationException($"{variable} is not set.");

    /// <summary>The tests, or the part of one that this process is started for.</summary>
    private static int Main(string[] args)
    {
        if (args is [Part, var name])
        {
            var dot = name.LastIndexOf('.');
            Type.GetType(name[..dot], throwOnError: true)!.GetMethod(name[(dot + 1)..], BindingFlags.Static | BindingFlags.NonPublic)!.Invoke(null, null);
            return 0;
        }
        return args.Any(a => a is "--server" or "--internal-msbuild-node")
            ? Xunit.MicrosoftTestingPlatform.TestPlatformTestFramework.RunAsync(args, SelfRegisteredExtensions.AddSelfRegisteredExtensions).GetAwaiter().GetResult()
            : Xunit.Runner.InProc.SystemConsole.ConsoleRunner.Run(args).GetAwaiter().GetResult();
    }
}
