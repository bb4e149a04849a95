using DbSafety.Model;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;

namespace DbSafety.Engine;

/// <summary>
/// Base of a suppressor: asks, for each report of another analyzer that lies on a database call, whether it is unfounded.
/// Silent in a compilation that reaches no database library.
/// </summary>
internal abstract class DbSuppressor(SuppressionDescriptor descriptor) : DiagnosticSuppressor
{
    public sealed override System.Collections.Immutable.ImmutableArray<SuppressionDescriptor> SupportedSuppressions { get; } =
        System.Collections.Immutable.ImmutableArray.Create(descriptor);

    public sealed override void ReportSuppressions(SuppressionAnalysisContext context)
    {
        if (DbModels.Of(context.Compilation, context.Options) is not { } model)
        {
            return;
        }
        foreach (var diagnostic in context.ReportedDiagnostics)
        {
            context.CancellationToken.ThrowIfCancellationRequested();
            if (CallAt(diagnostic.Location, model, context) is { } call && IsUnfounded(call))
            {
                context.ReportSuppression(Suppression.Create(descriptor, diagnostic));
            }
        }
    }

    /// <summary>Whether what the other analyzer says about a call is not so.</summary>
    protected abstract bool IsUnfounded(DbCall call);

    /// <summary>The call that a report is about: the innermost one around it, where the whole call, its method's name or its SQL argument is reported.</summary>
    private static DbCall? CallAt(Location location, DbModel model, SuppressionAnalysisContext context)
    {
        if (location.SourceTree is not { } tree)
        {
            return null;
        }
        var node = tree.GetRoot(context.CancellationToken).FindNode(location.SourceSpan, getInnermostNodeForTie: true);
        var semantics = context.GetSemanticModel(tree);
        for (SyntaxNode? at = node; at is not null and not (StatementSyntax or MemberDeclarationSyntax); at = at.Parent)
        {
            if (at is InvocationExpressionSyntax or BaseObjectCreationExpressionSyntax or AssignmentExpressionSyntax
                && semantics.GetOperation(at, context.CancellationToken) is { } operation && model.CallOf(operation) is { } call)
            {
                var isNamed = at is InvocationExpressionSyntax { Expression: var method } && method.Span.End == location.SourceSpan.End;
                return at == node || isNamed || call.Sql.Syntax.FullSpan.IntersectsWith(location.SourceSpan) ? call : null;
            }
        }
        return null;
    }
}
