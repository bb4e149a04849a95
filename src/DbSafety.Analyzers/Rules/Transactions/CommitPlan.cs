using System.Collections.Immutable;
using DbSafety.Model;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace DbSafety.Rules.Transactions;

/// <summary>The statement that commits a transaction, and its place, where the block that the transaction lives in has one end.</summary>
/// <param name="Commit">As it is to be written.</param>
/// <param name="Before">It stands before this last <c>return</c>.</param>
/// <param name="After">It stands after this last statement.</param>
internal sealed record CommitPlan(string Commit, StatementSyntax? Before, StatementSyntax? After)
{
    public const string Statement = "commit", Place = "place";

    public ImmutableDictionary<string, string?> Properties =>
        ImmutableDictionary<string, string?>.Empty.Add(Statement, Commit).Add(Place, Before is not null ? "before" : "after");

    public Location Location => (Before ?? After)!.GetLocation();

    /// <summary>
    /// Null where the transaction is not that of a <c>using</c>, where its block is left in several places, where what the block returns comes
    /// from the database, where a reader is still open at the end, or where several tokens could be passed.
    /// </summary>
    /// <param name="creation">In the tree of the body, not of its graph.</param>
    public static CommitPlan? Of(DbResource transaction, IOperation creation, DbModel model, CancellationToken cancel)
    {
        if (transaction.Local?.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax(cancel) is not VariableDeclaratorSyntax { Initializer.Value: var value, Parent: VariableDeclarationSyntax { Variables.Count: 1, Parent: { } owner } } declarator
            || !IsMadeBy(value, creation.Syntax) || creation.SemanticModel is not { } semantics)
        {
            return null;
        }
        var statements = owner switch
        {
            LocalDeclarationStatementSyntax { UsingKeyword.RawKind: not 0, Parent: BlockSyntax block } declaration => block.Statements.Skip(block.Statements.IndexOf(declaration) + 1).ToList(),
            UsingStatementSyntax { Statement: BlockSyntax block } => [.. block.Statements],
            UsingStatementSyntax { Statement: { } only } => [only],
            _ => [],
        };
        if (statements.Count == 0 || semantics.AnalyzeControlFlow(statements[0], statements[statements.Count - 1]) is not { Succeeded: true } paths
            || statements.OfType<LocalDeclarationStatementSyntax>().Any(s => s.UsingKeyword.RawKind != 0 && IsReader(s)))
        {
            return null;
        }
        var last = statements[statements.Count - 1];
        var returns = last is ReturnStatementSyntax;
        if (returns ? paths.ExitPoints.Any(e => e != last) || UsesDatabase(last) : !paths.ExitPoints.IsEmpty || !paths.EndPointIsReachable)
        {
            return null;
        }
        return Write(transaction, declarator.Identifier.Text, value, last, semantics, cancel) is { } commit
            ? new(commit, returns ? last : null, returns ? null : last)
            : null;

        bool IsReader(LocalDeclarationStatementSyntax declaration) =>
            declaration.Declaration.Variables.Any(v => semantics.GetDeclaredSymbol(v, cancel) is ILocalSymbol { Type: var type } && (model.Shapes.IsRecord(type) || type.Name == "GridReader"));

        bool UsesDatabase(SyntaxNode node) => semantics.GetOperation(node, cancel)?.Descendants().Any(o =>
            o is IInvocationOperation && model.ExecutionOf(o) is not null
            || o is ILocalReferenceOperation or IParameterReferenceOperation or IMemberReferenceOperation && o.Type is { } type
                && (model.Shapes.IsCommand(type) || model.Shapes.IsConnection(type) || model.Shapes.IsRecord(type) || DbResources.IsTransaction(type) || DbResources.IsDbContext(type)
                    || type.Name == "DbSet" || type.AllInterfaces.Any(i => i.Name == "IQueryable"))) != false;
    }

    /// <summary>Null where it cannot be written in one way.</summary>
    private static string? Write(DbResource transaction, string name, ExpressionSyntax begin, StatementSyntax place, SemanticModel semantics, CancellationToken cancel)
    {
        if (transaction.Kind == DbResourceKind.Scope)
        {
            return name + ".Complete();";
        }
        var isAsync = semantics.GetEnclosingSymbol(place.SpanStart, cancel) is IMethodSymbol { IsAsync: true };
        if (!isAsync || !semantics.LookupSymbols(place.SpanStart, transaction.Type, "CommitAsync").Any())
        {
            return name + ".Commit();";
        }
        var tokens = TokensInScope.At(place, semantics, cancel);
        var continuation = begin is AwaitExpressionSyntax { Expression: InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: "ConfigureAwait" } } configured }
            ? ".ConfigureAwait" + configured.ArgumentList
            : "";
        return tokens.Length > 1 ? null : $"await {name}.CommitAsync({tokens.FirstOrDefault()}){continuation};";
    }

    /// <summary>The creation is all there is: not one side of a conditional.</summary>
    private static bool IsMadeBy(ExpressionSyntax value, SyntaxNode creation) =>
        value == creation
        || value is AwaitExpressionSyntax { Expression: var awaited } && (awaited == creation
            || awaited is InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: "ConfigureAwait", Expression: var inner } } && inner == creation);
}
