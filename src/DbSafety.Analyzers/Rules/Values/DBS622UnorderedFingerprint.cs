using System.Collections.Concurrent;
using System.Collections.Immutable;
using DbSafety.Engine;
using DbSafety.Model;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace DbSafety.Rules.Values;

/// <summary>A fingerprint of rows, or one that is stored, over text in the format of the current culture or in an order that nobody gave.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
internal sealed class DBS622UnorderedFingerprint() : DbRule(Descriptor)
{
    private static readonly DiagnosticDescriptor Descriptor = Rule.Of(
        "DBS622", "Unordered fingerprint",
        "The fingerprint depends on {0}; {1}",
        Area.Values, DiagnosticSeverity.Info,
        "Two machines, or two runs, work out different fingerprints of the same data, and a comparison finds differences that are none.");

    protected override bool MayApply(RuleContext context) => Fingerprint.Words.AreIn(context.Compilation);

    protected override void Register(RuleContext context)
    {
        var fingerprint = new Fingerprint(context.Model);
        var reported = new ConcurrentDictionary<SyntaxNode, bool>();
        context.OnBody(body =>
        {
            if (!Fingerprint.Words.AreIn(body.Operation.Syntax.SyntaxTree) || Surroundings.IsTest(body.ContainingSymbol))
            {
                return;
            }
            foreach (var flaw in body.Operation.Descendants().Where(o => Fingerprint.InputOf(o) is not null).SelectMany(fingerprint.FlawsOf).Where(f => f.IsRows || IsRead(f)))
            {
                Report(flaw);
            }
            foreach (var stored in PersistedValues.In(body.Operation, context.Model, v => fingerprint.In(v).Any()))
            {
                foreach (var flaw in fingerprint.In(stored.Value).SelectMany(t => fingerprint.FlawsOf(t.Operation)))
                {
                    Report(flaw);
                }
            }

            void Report(Flaw flaw)
            {
                if (reported.TryAdd(flaw.Operation.Syntax, true))
                {
                    body.ReportDiagnostic(ToDiagnostic(flaw));
                }
            }

            bool IsRead(Flaw flaw) => flaw.Operation.DescendantsAndSelf().Any(o => o is IInvocationOperation or IPropertyReferenceOperation or IDynamicMemberReferenceOperation or ILocalReferenceOperation
                && ValueTrace.Of(o, context.Model, _ => null).Any(t => DatabaseRead.Of(t.Operation, context.Model) is not null));
        });
    }

    private static Diagnostic ToDiagnostic(Flaw flaw)
    {
        var syntax = flaw.Operation.Syntax;
        if (flaw.Formatted is { } formatted)
        {
            var isCase = flaw.Operation is IInvocationOperation { TargetMethod.Name: "ToLower" or "ToUpper" };
            var properties = Invariant(flaw.Operation) is { } edits ? ImmutableDictionary<string, string?>.Empty.Add(TextEdits.Property, edits.Encode()) : null;
            return Diagnostic.Create(Descriptor, syntax.GetLocation(), properties, $"how the current culture writes '{(isCase ? syntax : formatted.Syntax)}'", "use the invariant culture");
        }
        return Diagnostic.Create(Descriptor, syntax.GetLocation(), SortKey(flaw), flaw.IsRows ? "the order in which the database happens to return rows" : $"the order of '{syntax}', which is by chance", flaw.IsRows ? "add an ORDER BY" : "sort it");
    }

    private static TextEdits? Invariant(IOperation formatted) => formatted.Syntax switch
    {
        InterpolatedStringExpressionSyntax text => TextEdits.None.Insert(text.SpanStart, "FormattableString.Invariant(").Insert(text.Span.End, ")"),
        InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name: { Identifier.ValueText: "ToLower" or "ToUpper" } name } } => TextEdits.None.Insert(name.Span.End, "Invariant"),
        InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: "Format" }, ArgumentList: var arguments } when arguments.Arguments.All(a => a.NameColon is null) =>
            TextEdits.None.Insert(arguments.OpenParenToken.Span.End, "CultureInfo.InvariantCulture, "),
        InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: "ToString" }, ArgumentList: var arguments } when arguments.Arguments.All(a => a.NameColon is null) =>
            TextEdits.None.Insert(arguments.CloseParenToken.SpanStart, (arguments.Arguments.Count > 0 ? ", " : "") + "CultureInfo.InvariantCulture"),
        ExpressionSyntax value and (IdentifierNameSyntax or MemberAccessExpressionSyntax or InvocationExpressionSyntax) when formatted.Type?.OriginalDefinition.SpecialType != SpecialType.System_Nullable_T =>
            TextEdits.None.Insert(value.Span.End, ".ToString(CultureInfo.InvariantCulture)"),
        _ => null,
    };

    /// <summary>By what the elements can be sorted so that it is the same everywhere; null where that takes a choice.</summary>
    private static ImmutableDictionary<string, string?>? SortKey(Flaw flaw)
    {
        var collection = CommandUses.Unwrap(flaw.Operation);
        if (flaw.IsRows || collection.Parent is IArgumentOperation { Parent: IInvocationOperation { TargetMethod.ContainingType.Name: "JsonSerializer" or "JsonConvert" } } || ElementOf(collection.Type) is not INamedTypeSymbol element)
        {
            return null;
        }
        var key = element is { Name: "KeyValuePair", TypeArguments: [var of, _] } ? of : element;
        return key.SpecialType is SpecialType.System_String or (>= SpecialType.System_Char and <= SpecialType.System_UInt64) || key is { Name: "Guid", ContainingNamespace.Name: "System" }
            ? ImmutableDictionary<string, string?>.Empty.Add("key", SymbolEqualityComparer.Default.Equals(key, element) ? "" : ".Key").Add("text", key.SpecialType == SpecialType.System_String ? "text" : "")
            : null;
    }

    private static ITypeSymbol? ElementOf(ITypeSymbol? type) =>
        (type is INamedTypeSymbol own ? own.AllInterfaces.Insert(0, own) : ImmutableArray<INamedTypeSymbol>.Empty)
            .FirstOrDefault(i => i.OriginalDefinition.SpecialType == SpecialType.System_Collections_Generic_IEnumerable_T)?.TypeArguments[0];
}
