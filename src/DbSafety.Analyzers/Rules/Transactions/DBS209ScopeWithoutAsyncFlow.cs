using System.Collections.Immutable;
using DbSafety.Engine;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace DbSafety.Rules.Transactions;

/// <summary>A TransactionScope that does not flow through <c>await</c>, with an <c>await</c> before its end.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
internal sealed class DBS209ScopeWithoutAsyncFlow() : DbRule(Descriptor)
{
    private const string Option = "TransactionScopeAsyncFlowOption";
    private const int Enabled = 1;

    private static readonly DiagnosticDescriptor Descriptor = Rule.Of(
        "DBS209", "Transaction scope without async flow",
        "This TransactionScope is lost at the 'await' in line {0}; pass TransactionScopeAsyncFlowOption.Enabled",
        Area.Transactions, DiagnosticSeverity.Error,
        "After the await statements run outside the transaction and stay, disposing the scope throws, and the thread it was made on is left with it.");

    protected override bool MayApply(RuleContext context) => context.HasName("TransactionScope");

    protected override void Register(RuleContext context) => context.OnOperation(operation =>
    {
        var creation = (IObjectCreationOperation)operation.Operation;
        if (creation.Type is not { Name: "TransactionScope", ContainingNamespace: { Name: "Transactions", ContainingNamespace: { Name: "System", ContainingNamespace.IsGlobalNamespace: true } } }
            || creation.Constructor is not { } constructor)
        {
            return;
        }
        var flow = creation.Arguments.FirstOrDefault(a => a.Parameter?.Type.Name == Option);
        if (flow is not null && flow.Value.ConstantValue is not { HasValue: true, Value: not Enabled } || AwaitIn(creation.Syntax) is not { } awaited)
        {
            return;
        }
        var properties = ImmutableDictionary<string, string?>.Empty;
        // The overloads for Enterprise Services have no twin that flows.
        if (constructor.Parameters.All(p => p.Type.Name != "EnterpriseServicesInteropOption"))
        {
            properties = properties.Add("fix", flow is null ? "append" : "replace");
        }
        operation.ReportDiagnostic(Diagnostic.Create(
            Descriptor, creation.Syntax.GetLocation(), flow is null ? null : [flow.Value.Syntax.GetLocation()], properties,
            awaited.GetLocation().GetLineSpan().StartLinePosition.Line + 1));
    }, OperationKind.ObjectCreation);

    /// <summary>The first await while the scope lives: in its using, or in what is left of its block; null where there is none.</summary>
    private static SyntaxNode? AwaitIn(SyntaxNode creation)
    {
        for (var node = creation.Parent; node is not null; node = node.Parent)
        {
            switch (node)
            {
                case UsingStatementSyntax statement:
                    return Awaits(statement.Statement, 0);
                case LocalDeclarationStatementSyntax { Parent: { } block } declaration:
                    var end = declaration.UsingKeyword.IsKind(SyntaxKind.UsingKeyword) ? block.Span.End : LastUse(block, declaration);
                    return Awaits(block, declaration.Span.End) is { } found && found.SpanStart < end ? found : null;
                case StatementSyntax or MemberDeclarationSyntax or AnonymousFunctionExpressionSyntax:
                    return null;
            }
        }
        return null;
    }

    private static int LastUse(SyntaxNode block, LocalDeclarationStatementSyntax declaration)
    {
        var names = declaration.Declaration.Variables.Select(v => v.Identifier.ValueText).ToImmutableHashSet();
        return block.DescendantNodes().OfType<IdentifierNameSyntax>().Where(n => names.Contains(n.Identifier.ValueText)).Select(n => n.SpanStart).DefaultIfEmpty(0).Max();
    }

    private static SyntaxNode? Awaits(SyntaxNode scope, int after)
    {
        var found = scope.DescendantNodesAndSelf(n => n is not (AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax))
            .Where(n => n.SpanStart >= after)
            .Select(n => n switch
            {
                AwaitExpressionSyntax => n,
                ForEachStatementSyntax { AwaitKeyword.RawKind: not 0 } => n,
                UsingStatementSyntax { AwaitKeyword.RawKind: not 0 } => n,
                LocalDeclarationStatementSyntax { AwaitKeyword.RawKind: not 0 } => n,
                _ => null,
            })
            .FirstOrDefault(n => n is not null);
        return found;
    }
}
