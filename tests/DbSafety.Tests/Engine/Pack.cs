using System.Collections.Immutable;
using System.Reflection;
using DbSafety.Engine;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.Diagnostics;

namespace DbSafety.Tests.Engine;

/// <summary>What the package holds, found by reflection as the compiler finds it; no list to keep.</summary>
internal static class Pack
{
    /// <summary>The rules, by id.</summary>
    public static ImmutableArray<DbRule> Rules { get; } = [.. Instances<DbRule>(typeof(DbRule).Assembly).OrderBy(r => r.SupportedDiagnostics[0].Id)];

    public static ImmutableArray<DiagnosticSuppressor> Suppressors { get; } = Instances<DiagnosticSuppressor>(typeof(DbRule).Assembly);

    public static ImmutableArray<DiagnosticAnalyzer> Analyzers { get; } = [.. Rules, .. Suppressors];

    public static ImmutableArray<DbFix> Fixes { get; } = Instances<DbFix>(typeof(DbFix).Assembly);

    public static ImmutableArray<DiagnosticDescriptor> Descriptors { get; } =
        [.. Rules.SelectMany(r => r.SupportedDiagnostics).DistinctBy(d => d.Id).OrderBy(d => d.Id, StringComparer.Ordinal)];

    // The test assembly has small rules of its own, to try the engine with.
    private static readonly ImmutableArray<DbFix> AllFixes = [.. Fixes, .. Instances<DbFix>(typeof(Pack).Assembly)];

    /// <summary>Null for a rule that only reports.</summary>
    public static CodeFixProvider? FixOf(string id) => AllFixes.FirstOrDefault(f => f.FixableDiagnosticIds.Contains(id));

    private static ImmutableArray<T> Instances<T>(Assembly assembly) =>
        [.. assembly.GetTypes().Where(t => !t.IsAbstract && typeof(T).IsAssignableFrom(t)).Select(t => (T)Activator.CreateInstance(t)!)];
}
