using System.Collections.Immutable;
using DbSafety.Engine;
using DbSafety.Model;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace DbSafety.Rules.Values;

/// <summary>The machine's local time, stored in a database or compared with what is stored there.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
internal sealed class DBS601LocalTimePersisted() : DbRule(Descriptor)
{
    /// <summary>An error where the provider throws for every zone but UTC; advice where it is about a day.</summary>
    private static readonly DiagnosticDescriptor Descriptor = Rule.Of(
        "DBS601", "Local time persisted",
        "{0} '{1}' is {2} {3}{4}; {5}",
        Area.Values, DiagnosticSeverity.Warning,
        "Columns do not keep the zone a time was in. Read on a machine in another zone, or after the clocks were set back, it is another point in time.");

    protected override bool MayApply(RuleContext context) => LocalTime.Words.AreIn(context.Compilation) || LocalTime.KindlessWords.AreIn(context.Compilation);

    protected override void Register(RuleContext context)
    {
        var conversions = new TimeConversions(context.Compilation, context.Model);
        var reachesNpgsql = context.Compilation.ReferencedAssemblyNames.Any(a => a.Name.StartsWith("Npgsql", StringComparison.OrdinalIgnoreCase));
        context.OnBody(body =>
        {
            var tree = body.Operation.Syntax.SyntaxTree;
            if (!LocalTime.Words.AreIn(tree) && !(reachesNpgsql && LocalTime.KindlessWords.AreIn(tree)) || Surroundings.IsTest(body.ContainingSymbol))
            {
                return;
            }
            foreach (var stored in StoredTime.In(body.Operation, context.Model, conversions))
            {
                body.ReportDiagnostic(Report(stored, conversions));
            }
        });
    }

    private static Diagnostic Report(StoredTime stored, TimeConversions conversions)
    {
        var (time, column) = (stored.Time, stored.Column);
        var to = column.Value;
        var utc = UtcTwin.Of(time);
        var plan = stored.IsAlone && stored.Kind != LocalTimeKind.Day && to.By != PersistedBy.EntityDefault && !stored.Sinks.Any(s => s.RefusesUtc(conversions)) ? utc?.Edits : null;
        return Diagnostic.Create(
            Descriptor, time.Place.Syntax.GetLocation(), SeverityOf(stored), null,
            plan is null ? ImmutableDictionary<string, string?>.Empty : ImmutableDictionary<string, string?>.Empty.Add(TextEdits.Property, plan.Encode()),
            stored.Kind switch { LocalTimeKind.Day => "Local day", LocalTimeKind.Kindless => "Time without a zone", _ => "Local time" },
            OneLine(time.Place.Syntax.ToString()),
            to.By switch { PersistedBy.Query => "compared with", PersistedBy.Parameter or PersistedBy.DapperParameter => "passed as", PersistedBy.SqlText => "written into", PersistedBy.EntityDefault => "made the default of", _ => "stored in" },
            to.Name is { } name ? $"'{name}'" : to.By switch { PersistedBy.SqlText => "the SQL text", PersistedBy.EntityDefault => "a column", _ => "the database" },
            stored.Kind == LocalTimeKind.Offset ? ", and Npgsql rejects offsets other than zero"
                : column.Rejects && !conversions.IsLegacyNpgsql ? ", and Npgsql rejects what is not UTC"
                : column.IsInstant ? ", where the zone of the server is applied to it"
                : stored.Kind == LocalTimeKind.Day ? "" : ", where its zone is lost",
            stored.Kind == LocalTimeKind.Day ? "decide whose day it is, as in DateOnly.FromDateTime(DateTime.UtcNow)" : utc is null ? "store UTC" : "use " + utc.Text);
    }

    private static DiagnosticSeverity SeverityOf(StoredTime stored) => stored.Kind switch
    {
        LocalTimeKind.Day => DiagnosticSeverity.Info,
        LocalTimeKind.Offset => DiagnosticSeverity.Error,
        _ => DiagnosticSeverity.Warning,
    };

    private static string OneLine(string text) => string.Join(" ", text.Split([' ', '\r', '\n', '\t'], StringSplitOptions.RemoveEmptyEntries)).Replace(" .", ".");
}
