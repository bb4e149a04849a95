using System.Collections.Immutable;
using System.Reflection;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace DbSafety.Benchmarks;

/// <summary>A set of analyzers whose time is taken.</summary>
internal sealed record Contender(string Name, ImmutableArray<DiagnosticAnalyzer> Analyzers, ImmutableArray<string> OptIn)
{
    /// <summary>An analyzer that subscribes to nothing: what the compiler costs by itself.</summary>
    public static Contender Empty { get; } = new("empty analyzer", [new EmptyAnalyzer()], []);

    /// <summary>Every rule of this repository that is on by default.</summary>
    public static Contender DbSafety { get; } = new(
        "DbSafety",
        [
            .. Assembly.Load("DbSafety.Analyzers").GetTypes()
                .Where(t => t.IsSubclassOf(typeof(DiagnosticAnalyzer)) && !t.IsAbstract)
                .OrderBy(t => t.Name, StringComparer.Ordinal)
                .Select(t => (DiagnosticAnalyzer)Activator.CreateInstance(t, nonPublic: true)!),
        ],
        []);

    /// <summary>The one analyzer of an assembly that reports <paramref name="id"/>; null where it is not on this machine.</summary>
    public static Contender? Peer(string name, string assembly, string id)
    {
        if (!File.Exists(assembly))
        {
            return null;
        }
        var analyzer = LoadableTypes(Assembly.LoadFrom(assembly))
            .Where(t => t.IsSubclassOf(typeof(DiagnosticAnalyzer)) && !t.IsAbstract && t.GetConstructor(Type.EmptyTypes) is not null)
            .Where(t => t.GetCustomAttribute<DiagnosticAnalyzerAttribute>()?.Languages.Contains(LanguageNames.CSharp) == true)
            .Select(t => (DiagnosticAnalyzer)Activator.CreateInstance(t)!)
            .FirstOrDefault(a => a.SupportedDiagnostics.Any(d => d.Id == id));
        return analyzer is null ? null : new Contender(name, [analyzer], [id]);
    }

    private static IEnumerable<Type> LoadableTypes(Assembly assembly)
    {
        try
        {
            return assembly.GetTypes();
        }
        catch (ReflectionTypeLoadException error)
        {
            return error.Types.OfType<Type>();
        }
    }

#pragma warning disable RS1001, RS1036 // Never shipped.
    private sealed class EmptyAnalyzer : DiagnosticAnalyzer
    {
        public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } =
            [new("BENCH", "Nothing", "Nothing", "Benchmark", DiagnosticSeverity.Warning, isEnabledByDefault: true)];

        public override void Initialize(AnalysisContext context)
        {
            context.EnableConcurrentExecution();
            context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        }
    }
#pragma warning restore RS1001, RS1036
}
