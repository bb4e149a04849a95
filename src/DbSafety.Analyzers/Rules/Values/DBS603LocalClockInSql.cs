using System.Collections.Immutable;
using DbSafety.Engine;
using DbSafety.Model;
using DbSafety.Sql;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace DbSafety.Rules.Values;

/// <summary>SQL text that stores, or compares with, the time of a zone that the server, the session or the machine happens to be in.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
internal sealed class DBS603LocalClockInSql() : DbRule(Descriptor)
{
    /// <summary>Advice for a day, and on MySQL where the column is not known: in a TIMESTAMP, NOW() is right.</summary>
    private static readonly DiagnosticDescriptor Descriptor = Rule.Of(
        "DBS603", "Local clock in SQL",
        "'{0}' is in {1} zone, which the column does not keep; {2}",
        Area.Values, DiagnosticSeverity.Warning,
        "Another server, session setting or machine gives another time for the same moment, and an hour a year is there twice.");

    protected override void Register(RuleContext context) => context.OnCall((call, operation) =>
    {
        if (!call.IsStatement || !call.Text.Alternatives.Any(t => t.Pieces.Any(p => p.Literal is { } text && SqlClocks.MayBeIn(text)))
            || Surroundings.IsMigration(operation.ContainingSymbol) || Surroundings.IsTest(operation.ContainingSymbol))
        {
            return;
        }
        var dialect = call.Dialect == SqlDialect.Unknown && call.Api.Type.StartsWith("Microsoft.EntityFrameworkCore.", StringComparison.Ordinal) ? context.Model.EfProvider.Dialect : call.Dialect;
        var seen = new HashSet<Location>();
        for (var i = 0; i < call.Templates.Length; i++)
        {
            var script = call.Templates[i].Script;
            var words = SqlWords.Of(script);
            foreach (var clock in SqlClocks.In(words, dialect, (from, to) => Between(script, words, from, to)))
            {
                if (Judge(call, script, words, clock, dialect) is not { } verdict)
                {
                    continue;
                }
                var span = TextPlaces.Of(call.Text.Alternatives[i], words[clock.First].Start, clock.Text, call.Sql.Syntax);
                var location = span is { } known ? Location.Create(call.Sql.Syntax.SyntaxTree, known) : call.Sql.Syntax.GetLocation();
                if (seen.Add(location))
                {
                    operation.ReportDiagnostic(Diagnostic.Create(
                        Descriptor, location, verdict.Severity, null,
                        span is { } place && verdict.IsFixable ? ImmutableDictionary<string, string?>.Empty.Add(TextEdits.Property, TextEdits.None.Replace(place, clock.Utc!).Encode()) : null,
                        clock.Text, clock.Zone, clock.Utc is { } utc ? "use " + utc : "decide whose day it is"));
                }
            }
        }
    });

    private readonly record struct Verdict(DiagnosticSeverity Severity, bool IsFixable);

    /// <summary>Null where the clock is only read, or its column keeps points in time.</summary>
    private static Verdict? Judge(DbCall call, SqlScript script, SqlWords words, SqlClock clock, SqlDialect dialect)
    {
        var isDefault = call.Api.Member.EndsWith("DefaultValueSql", StringComparison.Ordinal);
        var statement = script.Statements.FirstOrDefault(s => s.Start <= words[clock.First].Start && words[clock.First].Start < s.End);
        if (!isDefault && (statement is null || !IsStoredOrCompared(words, clock, statement)))
        {
            return null;
        }
        var isDdl = statement?.Kind is SqlStatementKind.Create or SqlStatementKind.Alter;
        var type = isDefault ? MappedType(call)
            : isDdl ? DeclaredType(words, clock)
            : SqlColumns.OfOperand(script, words, clock.First, clock.End) is { } column ? call.Model.Schema.ColumnOf(column)?.Type
            : null;
        if (dialect == SqlDialect.PostgreSql && type is "timestamptz" or "timestamp with time zone" || dialect == SqlDialect.MySql && (type == "timestamp" || isDdl && type != "datetime"))
        {
            return null; // the server converts with the same zone, in and out
        }
        if (clock.Kind == SqlClockKind.Day || type == "date")
        {
            return new(DiagnosticSeverity.Info, false);
        }
        return dialect == SqlDialect.MySql
            // In DDL no function but NOW() may be a default before MySQL 8.0.13.
            ? new(type == "datetime" ? DiagnosticSeverity.Warning : DiagnosticSeverity.Info, type == "datetime" && !isDdl && !isDefault)
            // LOCALTIMESTAMP goes into a timestamp, or into a timestamptz, where it is harmless and the fix would not be.
            : new(DiagnosticSeverity.Warning, !clock.Text.StartsWith("localtimestamp", StringComparison.OrdinalIgnoreCase) || type is "timestamp" or "timestamp without time zone");
    }

    /// <summary>The statement changes rows or declares a default, or the clock stands behind its WHERE.</summary>
    private static bool IsStoredOrCompared(SqlWords words, SqlClock clock, SqlStatement statement)
    {
        if (statement.Kind is SqlStatementKind.Insert or SqlStatementKind.Update or SqlStatementKind.Delete or SqlStatementKind.Merge or SqlStatementKind.Replace
            or SqlStatementKind.Create or SqlStatementKind.Alter)
        {
            return true;
        }
        for (var i = clock.First - 1; i >= 0 && words[i].Start >= statement.Start && statement.Kind == SqlStatementKind.Select; i--)
        {
            if (words.Is(i, "where"))
            {
                return true;
            }
        }
        return false;
    }

    /// <summary>The type of the column whose declaration the clock stands in: what stands behind the name that begins the item.</summary>
    private static string? DeclaredType(SqlWords words, SqlClock clock)
    {
        var depth = 0;
        for (var i = clock.First - 1; i >= 0; i--)
        {
            depth += words.IsSymbol(i, ")") ? 1 : words.IsSymbol(i, "(") ? -1 : 0;
            if (depth < 0 || depth == 0 && words.IsSymbol(i, ",") || words.Is(i, "column") || words.Is(i, "add"))
            {
                // DEFAULT (GETDATE()) has a parenthesis of its own.
                if (depth < 0 && words.Is(i - 1, "default"))
                {
                    depth = 0;
                    continue;
                }
                var type = words.Name(i + 2);
                return type == "timestamp" && words.Is(i + 3, "with") ? "timestamp with time zone" : type;
            }
        }
        return null;
    }

    private static string? MappedType(DbCall call)
    {
        var receiver = call.Operation is IInvocationOperation invocation ? invocation.Instance ?? invocation.Arguments[0].Value : null;
        while (receiver is not null)
        {
            receiver = CommandUses.Unwrap(receiver);
            if (receiver is not IInvocationOperation inner)
            {
                return null;
            }
            if (inner.TargetMethod.Name == "Property")
            {
                return inner.Descendants().OfType<IPropertyReferenceOperation>().FirstOrDefault()?.Property is { } property ? call.Model.Ef.ColumnTypeOf(property) : null;
            }
            receiver = inner.Instance ?? inner.Arguments.FirstOrDefault()?.Value;
        }
        return null;
    }

    private static string Between(SqlScript script, SqlWords words, int from, int to) =>
        words[from].Start < words[to - 1].End ? script.Text.Text.Substring(words[from].Start, words[to - 1].End - words[from].Start) : "";
}
