using System.Globalization;
using System.Runtime.InteropServices;
using DbSafety.Benchmarks;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
if (args.Except(["--quick", "--memory", "--tree", "--long"]).Any())
{
    Console.Error.WriteLine("usage: dotnet run -c Release --project benchmarks/DbSafety.Benchmarks [-- [--quick] [--memory] [--tree | --long]]");
    return 2;
}
var quick = args.Contains("--quick");
var memory = args.Contains("--memory");
var files = quick ? 100 : 400;
var rounds = quick ? 3 : 9;

#if DEBUG
Console.WriteLine("This is a Debug build: the numbers mean nothing. Use -c Release.\n");
#endif
var clock = System.Diagnostics.Stopwatch.StartNew();
Console.WriteLine($"{Machine()}, {Environment.ProcessorCount} cores, {RuntimeInformation.OSDescription}");
Console.WriteLine($"{RuntimeInformation.FrameworkDescription}, Roslyn {typeof(Microsoft.CodeAnalysis.Compilation).Assembly.GetName().Version}, {Contender.DbSafety.Analyzers.Length} rules of DbSafety");
Console.WriteLine($"Each line: {rounds} runs after one to warm up, contenders in turn. A run binds the program anew and analyzes it.");

Contender?[] found =
[
    Contender.Empty,
    Contender.Peer("CA2100", Subject.Metadata("NetAnalyzers"), "CA2100"),
    Contender.Peer("S2077", Subject.Metadata("Sonar"), "S2077"),
    Contender.DbSafety,
];
Contender[] contenders = [.. found.OfType<Contender>()];

if (!args.Contains("--long"))
{
    await Compare(new Subject("database-heavy program", SourceTree.Database(files), libraries: true), contenders, memory);
    await Compare(new Subject("program without a database library", SourceTree.WithoutDatabase(files), libraries: false), [Contender.Empty, Contender.DbSafety], memory);
    await Growth("the database-heavy program doubles", "files", quick ? 2 : 3,
        [.. new[] { files / 2, files }.Select(n => new Subject(n.ToString(), SourceTree.Database(n), libraries: true))]);
}
if (!args.Contains("--tree"))
{
    await Growth("one concatenation doubles", "parts", rounds,
        [.. new[] { 2500, 5000, 10000 }.Select(n => new Subject(n.ToString(), [SourceTree.Concatenation(n)], libraries: false))]);
    await Growth("one interpolated string doubles", "holes", rounds,
        [.. new[] { 1250, 2500, 5000 }.Select(n => new Subject(n.ToString(), [SourceTree.Interpolation(n)], libraries: false))]);
}
Console.WriteLine($"\n{clock.Elapsed.TotalSeconds:F0} s in all");
return 0;

async Task Compare(Subject subject, Contender[] those, bool withMemory)
{
    Measurement compiler = new(Contender.Empty, subject, whole: true);
    Measurement[] all = [.. those.Select(c => new Measurement(c, subject))];
    await Measurement.Interleaved(rounds, [compiler, .. all]);

    Console.WriteLine($"\n{subject.Name}: {subject.Files} files, {subject.Lines:N0} lines");
    Console.WriteLine($"{"",-16}{"CPU ms",10}{"min",8}{"max",8}{"wall ms",10}{"min",8}{"max",8}{"CPU / compiler",16}   reported");
    foreach (var m in (Measurement[])[compiler, .. all])
    {
        Console.WriteLine(
            $"{m.Name,-16}{Milliseconds(m, Cpu)}{Milliseconds(m, Wall)}{m.Median(Cpu) / compiler.Median(Cpu),16:P0}   "
            + string.Join(" ", m.Reported.Where(d => !d.Id.StartsWith("CS", StringComparison.Ordinal)).CountBy(d => d.Id).OrderBy(d => d.Key, StringComparer.Ordinal).Select(d => $"{d.Key}:{d.Value}")));
    }
    var ours = all[^1];
    foreach (var peer in all[1..^1])
    {
        Console.WriteLine($"DbSafety takes {ours.Median(Cpu) / peer.Median(Cpu):F2} times the CPU time of {peer.Name}, and {ours.Median(Wall) / peer.Median(Wall):F2} times the wall time");
    }
    if (withMemory)
    {
        Console.WriteLine($"{"",-16}{"allocated MB",14}{"peak MB",10}");
        foreach (var m in all)
        {
            Console.WriteLine($"{m.Name,-16}{m.Median(r => r.Allocated) / 1e6,14:N0}{m.Median(r => r.Peak) / 1e6,10:N0}");
        }
    }

    static string Milliseconds(Measurement m, Func<Run, double> of) =>
        $"{m.Median(of) * 1000,10:N0}{m.Least(of) * 1000,8:N0}{m.Most(of) * 1000,8:N0}";
}

async Task Growth(string title, string unit, int times, Subject[] sizes)
{
    var all = sizes.Select(s => new Measurement(Contender.DbSafety, s)).ToArray();
    await Measurement.Interleaved(times, all);

    Console.WriteLine($"\n{title} (2 is linear)");
    Console.WriteLine($"{unit,10}{"CPU ms",10}{"min",8}{"max",8}{"ratio",8}{"of min",8}");
    for (var i = 0; i < sizes.Length; i++)
    {
        var m = all[i];
        Console.WriteLine(
            $"{sizes[i].Name,10}{m.Median(Cpu) * 1000,10:N0}{m.Least(Cpu) * 1000,8:N0}{m.Most(Cpu) * 1000,8:N0}"
            + (i == 0 ? "" : $"{m.Median(Cpu) / all[i - 1].Median(Cpu),8:F2}{m.Least(Cpu) / all[i - 1].Least(Cpu),8:F2}"));
    }
}

static double Wall(Run run) => run.Wall;
static double Cpu(Run run) => run.Cpu;

static string Machine() =>
    File.Exists("/proc/cpuinfo") && File.ReadLines("/proc/cpuinfo").FirstOrDefault(l => l.StartsWith("model name", StringComparison.Ordinal)) is { } line
        ? line[(line.IndexOf(':') + 1)..].Trim()
        : RuntimeInformation.ProcessArchitecture.ToString();
