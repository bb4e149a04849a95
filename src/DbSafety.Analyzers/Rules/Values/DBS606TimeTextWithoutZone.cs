using System.Collections.Immutable;
using System.Globalization;
using DbSafety.Engine;
using DbSafety.Model;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace DbSafety.Rules.Values;

/// <summary>Text of a time, from the database, parsed so that it is in no certain zone; and local time sent away as text that says it is UTC.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
internal sealed class DBS606TimeTextWithoutZone() : DbRule(Descriptor)
{
    private const string Styles = "DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal";

    private static readonly DiagnosticDescriptor Descriptor = Rule.Of(
        "DBS606", "Time text without a zone",
        "'{0}' {1}; {2}",
        Area.Values, DiagnosticSeverity.Warning,
        "The same text is another point in time on a machine in another zone: parsed text with a Z becomes local time, text without has no zone, and the formats u and R write a Z that is not true.");

    private static readonly Mentions Parsing = new("DateTime.Parse", "DateTime.TryParse", "ToDateTime(");
    private static readonly Mentions Formats = new("\"u\"", "\"R\"", "\"r\"", "Z\"", "'Z'", ":u}", ":R}", ":r}", "Z}");

    protected override bool MayApply(RuleContext context) => Parsing.AreIn(context.Compilation) || Formats.AreIn(context.Compilation);

    protected override void Register(RuleContext context) => context.OnBody(body =>
    {
        var tree = body.Operation.Syntax.SyntaxTree;
        var (parses, formats) = (Parsing.AreIn(tree), Formats.AreIn(tree) && LocalTime.Words.AreIn(tree));
        if (!parses && !formats || Surroundings.IsTest(body.ContainingSymbol))
        {
            return;
        }
        foreach (var call in parses && Parsing.AreIn(body.Operation.Syntax) ? body.Operation.Descendants().OfType<IInvocationOperation>().Where(c => IsParse(c.TargetMethod)) : [])
        {
            if (!SaysZone(call) && IsPointInTime(call) && ReadOf(call, context.Model) is not null)
            {
                Report(call, Plan(call), "makes a time of stored text in no certain zone", "say that it is UTC: " + Styles);
            }
        }
        foreach (var time in formats ? SentValues.In(body.Operation, ExternalKind.Broker, ExternalKind.Http).SelectMany(v => LocalTime.In(v, context.Model)) : [])
        {
            if (time is { Kind: LocalTimeKind.Time } && time.Source.Type?.SpecialType == SpecialType.System_DateTime && time.Steps.Any(ClaimsUtc))
            {
                var twin = time.Place == time.Source && !IsLocal(time.Source) ? UtcTwin.Of(time) : null;
                Report(time.Place, twin?.Edits, "is local time, and is sent as text that says it is UTC", twin is null ? "send UTC" : "use " + twin.Text);
            }
        }

        void Report(IOperation operation, TextEdits? plan, params string[] message) => body.ReportDiagnostic(Diagnostic.Create(
            Descriptor, operation.Syntax.GetLocation(), plan is null ? null : ImmutableDictionary<string, string?>.Empty.Add(TextEdits.Property, plan.Encode()),
            string.Join(" ", operation.Syntax.ToString().Split([' ', '\r', '\n', '\t'], StringSplitOptions.RemoveEmptyEntries)), message[0], message[1]));
    });

    private static bool IsParse(IMethodSymbol method) =>
        method is { Name: "Parse" or "ParseExact" or "TryParse" or "TryParseExact", ContainingType.SpecialType: SpecialType.System_DateTime }
        || method is { Name: "ToDateTime", ContainingType: { Name: "Convert", ContainingNamespace.Name: "System" }, Parameters: [{ Type.SpecialType: SpecialType.System_String }, ..] };

    /// <summary>Styles that say what zone text without one is in, or that are not known here; or what is done with the result does.</summary>
    private static bool SaysZone(IInvocationOperation call)
    {
        const DateTimeStyles zones = DateTimeStyles.AssumeUniversal | DateTimeStyles.AssumeLocal | DateTimeStyles.AdjustToUniversal | DateTimeStyles.RoundtripKind;
        if (call.Arguments.FirstOrDefault(a => a.Parameter?.Type.Name == "DateTimeStyles" && a.ArgumentKind == ArgumentKind.Explicit)?.Value is { } styles
            && (styles.ConstantValue is not { HasValue: true, Value: int given } || ((DateTimeStyles)given & zones) != 0))
        {
            return true;
        }
        return call.Parent switch
        {
            IPropertyReferenceOperation { Property.Name: "Date" or "TimeOfDay" or "DayOfWeek" or "Year" or "Month" or "Day" } => true,
            IArgumentOperation { Parent: IInvocationOperation { TargetMethod.Name: "SpecifyKind" or "FromDateTime" or "ConvertTimeToUtc" or "ConvertTime" } } => true,
            IArgumentOperation { Parent: IObjectCreationOperation { Arguments.Length: > 1 } } => true,
            _ => false,
        };
    }

    /// <summary>A format with hours and without an offset; any, where there is none.</summary>
    private static bool IsPointInTime(IInvocationOperation call) =>
        call.Arguments.FirstOrDefault(a => a.Parameter?.Name is "format" or "formats")?.Value is not { } format
        || format.ConstantValue is { HasValue: true, Value: string { Length: > 1 } text } && text.IndexOfAny(['H', 'h']) >= 0 && text.IndexOfAny(['z', 'K']) < 0;

    /// <summary>The column that the text is read from; null where it is not, or its name does not say that it holds points in time.</summary>
    private static DatabaseRead? ReadOf(IInvocationOperation call, DbModel model)
    {
        var reads = ValueTrace.Of(call.Arguments.First(a => a.Parameter?.Ordinal == 0).Value, model, o => o is IInvocationOperation { TargetMethod: { Name: "ToString" or "Trim" }, Instance: { } text } ? text : null)
            .Select(t => DatabaseRead.Of(t.Operation, model)).ToList();
        return reads.TrueForAll(r => r is not null) && reads.FirstOrDefault() is { } read && (IsTimeName(read.Name) || IsTimeName(read.Item?.Name) || IsTimeName(read.Item?.Column?.Column)
            || call.TargetMethod.Name.EndsWith("Exact", StringComparison.Ordinal))
            ? read
            : null;
    }

    /// <summary><c>created_at</c>, <c>LastLoginUtc</c>, <c>timestamp</c>; not <c>birth_date</c> and not <c>format</c>.</summary>
    private static bool IsTimeName(string? name)
    {
        if (name is null)
        {
            return false;
        }
        var lower = name.ToLowerInvariant();
        return lower == "at" || lower.EndsWith("_at", StringComparison.Ordinal) || name.Length > 2 && name.EndsWith("At", StringComparison.Ordinal) && char.IsLower(name[name.Length - 3])
            || lower.EndsWith("timestamp", StringComparison.Ordinal) || lower.EndsWith("datetime", StringComparison.Ordinal) || lower.EndsWith("utc", StringComparison.Ordinal)
            || lower is "created" or "updated" or "modified" or "expires" || lower.EndsWith("_on", StringComparison.Ordinal) && lower.StartsWith("created", StringComparison.Ordinal);
    }

    /// <summary>A step that writes a Z, or GMT, whatever the time is: <c>u</c>, <c>R</c>, a literal Z.</summary>
    private static bool ClaimsUtc(IOperation step)
    {
        var format = step switch
        {
            IInvocationOperation { TargetMethod.Name: "ToString" } text => text.Arguments.FirstOrDefault(a => a.Parameter?.Name == "format")?.Value,
            IInterpolatedStringOperation { Parts: [IInterpolationOperation { FormatString: var written }] } => written,
            _ => null,
        };
        return format?.ConstantValue.Value is string given && (given is "u" or "R" or "r" || given.EndsWith("Z", StringComparison.Ordinal) || given.EndsWith("'Z'", StringComparison.Ordinal));
    }

    private static bool IsLocal(IOperation source) => source is IInvocationOperation { TargetMethod.Name: "ToLocalTime" };

    private static TextEdits? Plan(IInvocationOperation call)
    {
        if (call.Syntax is not InvocationExpressionSyntax { ArgumentList: { Arguments: { Count: > 0 } arguments } list, Expression: MemberAccessExpressionSyntax access } || arguments.Any(a => a.NameColon is not null))
        {
            return null;
        }
        if (call.Arguments.FirstOrDefault(a => a.Parameter?.Type.Name == "DateTimeStyles" && a.ArgumentKind == ArgumentKind.Explicit) is { } none)
        {
            return TextEdits.None.Replace(none.Value.Syntax.Span, none.Value.ConstantValue.Value is 0 ? Styles : $"{none.Value.Syntax} | {Styles}");
        }
        const string invariant = ", CultureInfo.InvariantCulture, ";
        return (call.TargetMethod.Name, arguments.Count) switch
        {
            ("Parse", 1) => TextEdits.None.Insert(list.CloseParenToken.SpanStart, invariant + Styles),
            ("Parse", 2) or ("ParseExact", 3) => TextEdits.None.Insert(list.CloseParenToken.SpanStart, ", " + Styles),
            ("TryParse", 2) => TextEdits.None.Insert(arguments[0].Span.End, invariant + Styles),
            ("ToDateTime", 1) => TextEdits.None.Replace(access.Span, "DateTime.Parse").Insert(list.CloseParenToken.SpanStart, invariant + Styles),
            ("ToDateTime", 2) => TextEdits.None.Replace(access.Span, "DateTime.Parse").Insert(list.CloseParenToken.SpanStart, ", " + Styles),
            _ => null,
        };
    }
}
