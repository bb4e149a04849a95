using System.Collections.Immutable;
using System.Diagnostics;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace DbSafety.Benchmarks;

/// <summary>What one analysis of one program took.</summary>
/// <param name="Cpu">Of all threads of the process, so that a busy machine matters less than for <paramref name="Wall"/>.</param>
/// <param name="Peak">The most managed memory in use above what was in use before, sampled every 2 ms.</param>
internal readonly record struct Run(double Wall, double Cpu, double Allocated, double Peak);

/// <summary>The runs of one contender on one program.</summary>
/// <param name="whole">The compiler's own diagnostics too, for which it binds every method body: what a build does besides analyzing.</param>
internal sealed class Measurement(Contender contender, Subject subject, bool whole = false)
{
    private readonly List<Run> _runs = [];

    public string Name => whole ? "compiler alone" : contender.Name;
    public ImmutableArray<Diagnostic> Reported { get; private set; }

    public double Median(Func<Run, double> of) => _runs.Select(of).Order().ToArray() is var sorted && sorted.Length % 2 == 1
        ? sorted[sorted.Length / 2]
        : (sorted[(sorted.Length / 2) - 1] + sorted[sorted.Length / 2]) / 2;

    public double Least(Func<Run, double> of) => _runs.Min(of);
    public double Most(Func<Run, double> of) => _runs.Max(of);

    /// <summary>Runs all in turn, A B C A B C …, so that what else happens on the machine falls on each alike. The first round only warms up.</summary>
    public static async Task Interleaved(int rounds, params IReadOnlyList<Measurement> all)
    {
        for (var round = 0; round <= rounds; round++)
        {
            foreach (var measurement in all)
            {
                var run = await measurement.Once();
                if (round > 0)
                {
                    measurement._runs.Add(run);
                }
            }
        }
    }

    private async Task<Run> Once()
    {
        var compilation = subject.Compile(contender.OptIn).WithAnalyzers(
            contender.Analyzers,
            new CompilationWithAnalyzersOptions(
                new AnalyzerOptions([]), onAnalyzerException: (error, _, _) => throw new InvalidOperationException("an analyzer failed", error),
                concurrentAnalysis: true, logAnalyzerExecutionTime: false));
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();

        using var sampler = new MemorySampler();
        var allocated = GC.GetTotalAllocatedBytes(precise: true);
        var cpu = Environment.CpuUsage.TotalTime;
        var clock = Stopwatch.StartNew();
        Reported = whole ? await compilation.GetAllDiagnosticsAsync() : await compilation.GetAnalyzerDiagnosticsAsync();
        var wall = clock.Elapsed;
        return new Run(
            wall.TotalSeconds,
            (Environment.CpuUsage.TotalTime - cpu).TotalSeconds,
            GC.GetTotalAllocatedBytes(precise: true) - allocated,
            sampler.Stop());
    }

    private sealed class MemorySampler : IDisposable
    {
        private readonly long _before = GC.GetTotalMemory(forceFullCollection: false);
        private readonly Timer _timer;
        private long _peak;

        public MemorySampler() => _timer = new Timer(_ => Sample(), null, 0, 2);

        public long Stop()
        {
            Sample();
            return _peak - _before;
        }

        public void Dispose() => _timer.Dispose();

        private void Sample() => _peak = Math.Max(_peak, GC.GetTotalMemory(forceFullCollection: false));
    }
}
