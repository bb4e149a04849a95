using Microsoft.CodeAnalysis;

namespace DbSafety.Engine;

/// <summary>The areas of the catalogue; the hundreds digit of an id.</summary>
internal enum Area { Configuration, Connections, Transactions, Locks, Cancellation, SqlText, Values, Replication, Spanner, Resilience }

/// <summary>Makes the descriptor of a rule. Everything generated about rules (README table, docs index, presets) is read from it.</summary>
internal static class Rule
{
    private const string DocsRoot = "https://github.com/dbsafety/dbsafety/blob/main/docs/rules/";

    /// <param name="id">DBSnnn; never reused, never changes its meaning.</param>
    /// <param name="title">The bad pattern, as a short phrase without a full stop.</param>
    /// <param name="message">One sentence: what is wrong here, with names from the code, and what to do.</param>
    /// <param name="area">Becomes the category <c>DbSafety.Area</c>.</param>
    /// <param name="severity">Warning only where a report is right at least 95 times in 100.</param>
    /// <param name="description">What happens in production; one or two sentences.</param>
    /// <param name="enabled">False for opt-in rules.</param>
    /// <param name="atCompilationEnd">True where the rule reports when the whole compilation has been seen.</param>
    public static DiagnosticDescriptor Of(
        string id, string title, string message, Area area, DiagnosticSeverity severity, string description,
        bool enabled = true, bool atCompilationEnd = false) =>
        new(id, title, message, "DbSafety." + area, severity, enabled, description, DocsRoot + id + ".md",
            atCompilationEnd ? [WellKnownDiagnosticTags.CompilationEnd] : []);
}

/// <summary>Says why a rule has no code fix; a rule without a fix and without this fails the repository tests.</summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class NoFixAttribute(string reason) : Attribute
{
    public string Reason { get; } = reason;
}
