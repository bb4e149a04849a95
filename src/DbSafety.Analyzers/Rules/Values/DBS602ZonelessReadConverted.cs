using System.Collections.Immutable;
using DbSafety.Engine;
using DbSafety.Model;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace DbSafety.Rules.Values;

/// <summary>A time read without a zone and used where it needs one: .NET takes the machine's.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
internal sealed class DBS602ZonelessReadConverted() : DbRule(Descriptor)
{
    private static readonly DiagnosticDescriptor Descriptor = Rule.Of(
        "DBS602", "Zoneless read converted",
        "'{0}' is read without a zone, and {1}; if UTC is stored, {2}",
        Area.Values, DiagnosticSeverity.Info,
        "The provider gives DateTimeKind.Unspecified, which conversions take for local time: the result is off by the zone of the machine it runs on.");

    private static readonly Mentions Words = new("ToUniversalTime", "DateTime.Now", "ConvertTimeToUtc", "JsonSerializer", "SerializeObject");

    /// <summary>Also in a signature, as the type of <c>new(…)</c> or of a conversion.</summary>
    private static readonly Mentions Offsets = new("DateTimeOffset");

    private enum Use { Whole, Value, Clock }

    protected override bool MayApply(RuleContext context) => Words.AreIn(context.Compilation) || Offsets.AreIn(context.Compilation);

    protected override void Register(RuleContext context)
    {
        var reads = new ZonelessRead(context.Model, context.Compilation);
        context.OnBody(body =>
        {
            var code = body.Operation.Syntax;
            if (!Words.AreIn(code) && !Offsets.AreIn(code.SyntaxTree) || !context.Model.UsesEf && !ZonelessRead.Words.AreIn(code.SyntaxTree) || Surroundings.IsTest(body.ContainingSymbol))
            {
                return;
            }
            foreach (var (value, use, does) in body.Operation.Descendants().SelectMany(Uses))
            {
                if (reads.Of(value, out var isOnly) is { } read)
                {
                    var plan = isOnly && read.Type.SpecialType != SpecialType.None ? Plan(value, use) : null;
                    body.ReportDiagnostic(Diagnostic.Create(
                        Descriptor, value.Syntax.GetLocation(),
                        plan is null ? null : ImmutableDictionary<string, string?>.Empty.Add(TextEdits.Property, plan.Encode()),
                        OneLine(value.Syntax), does, use == Use.Clock ? "compare it with DateTime.UtcNow" : "say so with DateTime.SpecifyKind"));
                }
            }
        });
    }

    /// <summary>The values that an operation takes for local time, and how.</summary>
    private static IEnumerable<(IOperation Value, Use Use, string Does)> Uses(IOperation operation)
    {
        switch (operation)
        {
            case IInvocationOperation { TargetMethod: { Name: "ToUniversalTime", ContainingType.SpecialType: SpecialType.System_DateTime }, Instance: { } instance }:
                return [(instance, Use.Whole, "ToUniversalTime takes it for local time")];
            case IInvocationOperation { TargetMethod: { Name: "ConvertTimeToUtc", ContainingType.Name: "TimeZoneInfo" }, Arguments: [{ Value: var time }] }:
                return [(time, Use.Whole, "ConvertTimeToUtc takes it for local time")];
            case IObjectCreationOperation { Type: { Name: "DateTimeOffset" }, Arguments: [{ Value: { Type.SpecialType: SpecialType.System_DateTime } time }] }:
                return [(time, Use.Value, "DateTimeOffset takes it for local time")];
            case IConversionOperation { OperatorMethod.ContainingType: { Name: "DateTimeOffset", ContainingNamespace.Name: "System" }, Operand: { Type.SpecialType: SpecialType.System_DateTime } time }:
                return [(time, Use.Value, "DateTimeOffset takes it for local time")];
            case IBinaryOperation { OperatorKind: BinaryOperatorKind.Subtract or (>= BinaryOperatorKind.Equals and <= BinaryOperatorKind.GreaterThan) } binary:
                return IsLocalClock(binary.LeftOperand) ? [(binary.RightOperand, Use.Clock, "is compared with local time")]
                    : IsLocalClock(binary.RightOperand) ? [(binary.LeftOperand, Use.Clock, "is compared with local time")]
                    : [];
            case IInvocationOperation { TargetMethod: { Name: "Serialize" or "SerializeAsync" or "SerializeToUtf8Bytes" or "SerializeObject", ContainingType.Name: "JsonSerializer" or "JsonConvert" } } json:
                return json.Arguments.Select(a => CommandUses.Unwrap(a.Value)).SelectMany(a => a switch
                {
                    IAnonymousObjectCreationOperation made => made.Initializers.OfType<ISimpleAssignmentOperation>().Select(i => i.Value),
                    _ => [a],
                }).Where(v => v.Type?.SpecialType == SpecialType.System_DateTime).Select(v => (v, Use.Value, "its JSON has none either"));
            default:
                return [];
        }
    }

    private static bool IsLocalClock(IOperation operation) => EfQueries.Unconverted(operation) switch
    {
        IPropertyReferenceOperation { Property: { Name: "Now", ContainingType.SpecialType: SpecialType.System_DateTime } } => true,
        IInvocationOperation { TargetMethod: { Name: var name, ContainingType.SpecialType: SpecialType.System_DateTime }, Instance: { } instance } => name.StartsWith("Add", StringComparison.Ordinal) && IsLocalClock(instance),
        IBinaryOperation { Type.SpecialType: SpecialType.System_DateTime } sum => IsLocalClock(sum.LeftOperand),
        _ => false,
    };

    /// <summary>Nothing for a comparison, which does not look at the kind; which of the two clocks is right depends on what is stored.</summary>
    private static TextEdits? Plan(IOperation value, Use use)
    {
        if (use == Use.Clock || value is IConditionalAccessInstanceOperation || value.Type?.SpecialType != SpecialType.System_DateTime
            || value.Syntax.Parent is AnonymousObjectMemberDeclaratorSyntax { NameEquals: null })
        {
            return null;
        }
        var edits = TextEdits.None.Insert(value.Syntax.SpanStart, "DateTime.SpecifyKind(").Insert(value.Syntax.Span.End, ", DateTimeKind.Utc)");
        if (use == Use.Value)
        {
            return edits;
        }
        // What is UTC already need not be converted.
        return value.Syntax.FirstAncestorOrSelf<InvocationExpressionSyntax>(i => i.Span != value.Syntax.Span && !value.Syntax.Span.Contains(i.Span)) is { } call
            ? TextEdits.None.Replace(call.Span, edits.ApplyTo(value.Syntax))
            : null;
    }

    private static string OneLine(SyntaxNode syntax) => string.Join(" ", syntax.ToString().Split([' ', '\r', '\n', '\t'], StringSplitOptions.RemoveEmptyEntries)).Replace(" .", ".");
}
