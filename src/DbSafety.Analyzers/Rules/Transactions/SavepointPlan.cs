using DbSafety.Flow;
using DbSafety.Model;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using Microsoft.CodeAnalysis.Text;

namespace DbSafety.Rules.Transactions;

/// <summary>Turns a nested transaction into a savepoint of the outer one. Facts: the providers' own members, and the incident of DBS206.</summary>
internal sealed class SavepointPlan
{
    private readonly ILocalSymbol _outer;
    private readonly string _name;
    private readonly (string Save, string Rollback, string? Release) _members;
    private readonly IInvocationOperation _begin;

    private SavepointPlan(IInvocationOperation begin, ILocalSymbol outer, ILocalSymbol inner, (string, string, string?) members) =>
        (_begin, _outer, _name, _members) = (begin, outer, "before_" + inner.Name, members);

    /// <summary>
    /// Null where not all that is done with the inner transaction has a counterpart, where it does not end in commit or rollback on every path,
    /// where a catch between the two would have to undo it, or where the provider has no savepoints.
    /// </summary>
    /// <param name="begin">Begins <paramref name="inner"/>, in the tree of the body.</param>
    public static TextEdits? Of(IInvocationOperation begin, DbResource inner, DbResource outer, LifetimeFlow flow)
    {
        if (inner.Local is not { } local || outer.Local is not { } outerLocal || Members(outer) is not { } members
            || begin.Arguments.Any(a => a.ArgumentKind == ArgumentKind.Explicit && !DbOperations.IsToken(a.Parameter?.Type)) // An isolation level of its own.
            || flow.AtExit(inner) is not { CanBeEscaped: false } ends || ends.Known.Any(l => l.Ending == Ending.Open)
            || LifetimeSymbols.IsAssigned(outerLocal, begin) || LifetimeSymbols.IsAssigned(local, begin)
            || !local.Name.All(c => c is >= 'a' and <= 'z' or >= 'A' and <= 'Z' or >= '0' and <= '9' or '_') || local.Name.Length > 25 // SQL Server: 32
            || IsCaught(begin.Syntax, outer.Creation.Syntax))
        {
            return null;
        }
        var plan = new SavepointPlan(begin, outerLocal, local, members);
        var edits = plan.Begin();
        foreach (var reference in CommandUses.ReferencesTo(local, CommandUses.Root(begin)).OfType<ILocalReferenceOperation>())
        {
            if (edits is null || LifetimeGraphs.BodyAround(reference) != LifetimeGraphs.BodyAround(begin) || plan.Instead(reference, outer, flow) is not { } instead)
            {
                return null;
            }
            edits = edits.And(instead);
        }
        return edits;
    }

    private static (string Save, string Rollback, string? Release)? Members(DbResource outer) =>
        outer.Type.Name == "IDbContextTransaction" ? ("CreateSavepoint", "RollbackToSavepoint", "ReleaseSavepoint")
        : outer.Provider == Provider.Npgsql || outer.Provider == Provider.MySqlConnector || outer.Provider == Provider.MicrosoftSqlite ? ("Save", "Rollback", "Release")
        // SQL Server forgets savepoints at the end of the transaction. System.Data.SqlClient's Save is not that of DbTransaction.
        : outer.Provider == Provider.SqlClient ? ("Save", "Rollback", null)
        : null;

    /// <summary>An exception of the inner part is caught while the outer transaction goes on.</summary>
    private static bool IsCaught(SyntaxNode inner, SyntaxNode outer) =>
        inner.Ancestors().TakeWhile(n => !n.Span.Contains(outer.Span)).Any(n => n is TryStatementSyntax { Catches.Count: > 0 } attempt && attempt.Block.Span.Contains(inner.Span));

    /// <summary>The declaration, or the head of the <c>using</c>, becomes the savepoint.</summary>
    private TextEdits? Begin()
    {
        var value = _begin.Syntax.FirstAncestorOrSelf<EqualsValueClauseSyntax>();
        if (value is not { Parent: VariableDeclaratorSyntax { Parent: VariableDeclarationSyntax { Variables.Count: 1, Parent: { } owner } } }
            || _begin.Syntax is not InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax access } call)
        {
            return null;
        }
        var isAsync = access.Name.Identifier.ValueText.EndsWith("Async", StringComparison.Ordinal);
        var arguments = string.Concat(call.ArgumentList.Arguments.Select(a => ", " + a));
        var save = $"{_outer.Name}.{_members.Save}{(isAsync ? "Async" : "")}(\"{_name}\"{arguments})";
        // What stands around the call stays: await, ConfigureAwait.
        var text = value.Value.ToString();
        var start = call.SpanStart - value.Value.SpanStart;
        var statement = text.Remove(start, call.Span.Length).Insert(start, save) + ";";
        return owner switch
        {
            LocalDeclarationStatementSyntax declaration when value.Value == call || value.Value is AwaitExpressionSyntax => TextEdits.None.Replace(declaration.Span, statement),
            UsingStatementSyntax { Statement: BlockSyntax } block when value.Value == call || value.Value is AwaitExpressionSyntax =>
                TextEdits.None.Replace(TextSpan.FromBounds(block.SpanStart, block.CloseParenToken.Span.End), statement),
            _ => null,
        };
    }

    private TextEdits? Instead(ILocalReferenceOperation reference, DbResource outer, LifetimeFlow flow)
    {
        IOperation value = reference;
        while (value.Parent is IConversionOperation { OperatorMethod: null })
        {
            value = value.Parent;
        }
        switch (value.Parent)
        {
            case IArgumentOperation { Parameter.RefKind: RefKind.None }:
            case ISimpleAssignmentOperation { Target: IPropertyReferenceOperation { Property.Name: "Transaction" } }:
                return TextEdits.None.Replace(reference.Syntax.Span, _outer.Name);
            case IInvocationOperation { Syntax: InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax access } call } end
                when end.Instance == value && flow.Before(end, outer).IsOpen && end.TargetMethod.Parameters.All(p => DbOperations.IsToken(p.Type)):
                var suffix = end.TargetMethod.Name.EndsWith("Async", StringComparison.Ordinal) ? "Async" : "";
                return end.TargetMethod.Name switch
                {
                    "Commit" or "CommitAsync" => _members.Release is { } release ? Renamed(access, call, release + suffix) : Deleted(call),
                    "Rollback" or "RollbackAsync" => Renamed(access, call, _members.Rollback + suffix),
                    _ => null,
                };
            default:
                return null;
        }
    }

    private TextEdits Renamed(MemberAccessExpressionSyntax access, InvocationExpressionSyntax call, string method) =>
        TextEdits.None.Replace(access.Expression.Span, _outer.Name).Replace(access.Name.Span, method)
            .Insert(call.ArgumentList.OpenParenToken.Span.End, $"\"{_name}\"" + (call.ArgumentList.Arguments.Count > 0 ? ", " : ""));

    /// <summary>The statement with its line, where nothing else is on it; null where it is not a statement of a block.</summary>
    private static TextEdits? Deleted(InvocationExpressionSyntax call)
    {
        if (call.FirstAncestorOrSelf<ExpressionStatementSyntax>() is not { Parent: BlockSyntax } statement || call.SyntaxTree.GetText() is not { } text)
        {
            return null;
        }
        var line = text.Lines.GetLineFromPosition(statement.SpanStart);
        return TextEdits.None.Replace(text.ToString(line.Span).Trim() == statement.ToString() ? line.SpanIncludingLineBreak : statement.Span, "");
    }
}
