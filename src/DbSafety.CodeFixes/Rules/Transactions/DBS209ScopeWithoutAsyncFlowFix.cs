using DbSafety.Engine;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace DbSafety.Rules.Transactions;

/// <summary>Appends <c>TransactionScopeAsyncFlowOption.Enabled</c>, or writes it in place of <c>Suppress</c>.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(DBS209ScopeWithoutAsyncFlowFix))]
internal sealed class DBS209ScopeWithoutAsyncFlowFix() : DbFix("DBS209", "Let the scope flow through await")
{
    protected override Edits? Fix(FixContext context)
    {
        var creation = context.Node.FirstAncestorOrSelf<BaseObjectCreationExpressionSyntax>();
        if (creation is null || context.Property("fix") is not { } how)
        {
            return null;
        }
        const string name = "TransactionScopeAsyncFlowOption";
        var isInScope = context.Model.LookupNamespacesAndTypes(creation.SpanStart, name: name).Any();
        var value = (isInScope ? "" : "System.Transactions.") + name + ".Enabled";
        if (how == "replace")
        {
            return context.Diagnostic.AdditionalLocations.FirstOrDefault() is { } place && context.NodeAt(place) is { } old
                ? context.Edit().Replace(old, value)
                : null;
        }
        if (creation.ArgumentList is not { } list)
        {
            return context.Edit().Insert(creation is ObjectCreationExpressionSyntax { Type: var type } ? type.Span.End : creation.NewKeyword.Span.End, $"({value})");
        }
        // The overloads with the option have it last and name the others alike; behind named arguments it needs its own name.
        var argument = list.Arguments.Any(a => a.NameColon is not null) ? "asyncFlowOption: " + value : value;
        return list.Arguments.Count == 0
            ? context.Edit().Insert(list.GetFirstToken().Span.End, argument)
            : context.Edit().Insert(list.Arguments.Last().Span.End, ", " + argument);
    }
}
