using System.Collections.Immutable;
using DbSafety.Flow;
using DbSafety.Sql;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace DbSafety.Model;

/// <summary>How sure it is that a statement is a transaction of its own.</summary>
internal enum Autocommit
{
    /// <summary>It runs in a transaction, or may.</summary>
    No,
    /// <summary>Nothing in sight begins one, but the connection or context comes from callers elsewhere.</summary>
    UnlessCallersBegin,
    /// <summary>On a connection that this body makes and begins no transaction on.</summary>
    Certain,
}

/// <summary>Finds executions that run in autocommit. Costs a walk over the body and its callers' names; ask only where it matters.</summary>
internal sealed class AutocommitFinder(DbModel model)
{
    /// <summary>How many callers up an ambient transaction is looked for.</summary>
    private const int MaxDepth = 3;

    /// <param name="execution">A call that runs statements.</param>
    /// <param name="call">What gives its SQL.</param>
    public Autocommit Of(DbExecution execution, DbCall call)
    {
        var operation = execution.Operation;
        var root = CommandUses.Root(operation);
        if (operation.SemanticModel?.GetEnclosingSymbol(operation.Syntax.SpanStart) is not { } place
            || execution.Transaction is not null || PassesTransaction(operation) || PassesTransaction(call.Operation)
            || InType(place) || root.Descendants().Any(o => Begins(o, execution)))
        {
            return Autocommit.No;
        }
        var certainty = Origin(execution, call, place);
        var member = MemberAround(place);
        return certainty == Autocommit.No || IsCalledInside(member.Name, certainty, MaxDepth, []) ? Autocommit.No : certainty;
    }

    private Autocommit Origin(DbExecution execution, DbCall call, ISymbol place)
    {
        if (call.Operation is IInvocationOperation { TargetMethod.Name: "CreateCommand", Instance.Type: { } source } && !model.Shapes.IsConnection(source))
        {
            return Autocommit.Certain; // A data source: a connection for each execution.
        }
        switch (execution.Connection)
        {
            case ILocalSymbol local:
                return IsMadeHere(local, execution.Operation) ? Autocommit.Certain : Autocommit.No;
            case IParameterSymbol or IFieldSymbol or IPropertySymbol:
                return TextFlow.IsVisibleOutside(MemberAround(place)) ? Autocommit.UnlessCallersBegin : Autocommit.No;
            default:
                return Autocommit.No;
        }
    }

    /// <summary>The body makes the connection, or gets it from a method of the compilation that does, and nobody else has it.</summary>
    private bool IsMadeHere(ILocalSymbol connection, IInvocationOperation execution)
    {
        if (CommandUses.Root(execution).Descendants().Any(o => o is IInvocationOperation { TargetMethod: var method } call
            && method.Locations.Any(l => l.IsInSource) && call.Arguments.Any(a => SymbolEqualityComparer.Default.Equals(LifetimeSymbols.Of(a.Value), connection))))
        {
            return false;
        }
        if (model.Resources.FlowAround(execution) is { } flow && flow.HeldBy(connection, execution) is DbResource held)
        {
            return held.Kind == DbResourceKind.Connection && !flow.Before(execution, held).CanBeEscaped;
        }
        var declared = CommandUses.Root(execution).Descendants().OfType<IVariableDeclaratorOperation>().FirstOrDefault(d => SymbolEqualityComparer.Default.Equals(d.Symbol, connection));
        return declared is { Parent: IVariableDeclarationOperation { Parent: IVariableDeclarationGroupOperation { Parent: IUsingOperation or IUsingDeclarationOperation } } }
            && Unwrapped(declared.Initializer?.Value ?? (declared.Parent as IVariableDeclarationOperation)?.Initializer?.Value) is { } made
            && (IsNewContext(made) || IsNewConnection(made));
    }

    private static bool IsNewContext(IOperation value) => value switch
    {
        IObjectCreationOperation { Type: { } type } => DbResources.IsDbContext(type),
        IInvocationOperation { TargetMethod.Name: "CreateDbContext" or "CreateDbContextAsync" } => true,
        _ => false,
    };

    /// <summary>A method of the compilation that makes the connection and has no transaction to open on it.</summary>
    private bool IsNewConnection(IOperation value) =>
        value is IInvocationOperation { TargetMethod: { IsVirtual: false, IsAbstract: false, IsOverride: false } factory }
        && factory.Locations.Any(l => l.IsInSource) && model.Flow.BodyOf(factory) is { } body && !Mentions(body.Syntax, "Transaction")
        && body.Descendants().Any(o => model.Resources.CreatedBy(o) is DbResource { Kind: DbResourceKind.Connection });

    /// <summary>Begins a transaction that may be open when the execution runs, or may do so out of sight.</summary>
    private bool Begins(IOperation operation, DbExecution execution) => operation switch
    {
        IObjectCreationOperation { Type.ContainingNamespace: { Name: "Transactions", ContainingNamespace.Name: "System" } } => true,
        ISimpleAssignmentOperation { Target: IPropertyReferenceOperation { Property.Name: "Transaction" } } => true,
        IVariableDeclaratorOperation { Symbol: { Type: var type } local } => DbResources.IsTransaction(type) && !IsOver(r => r.Local is { } own && SymbolEqualityComparer.Default.Equals(own, local), execution),
        IInvocationOperation { TargetMethod.Name: var name } call =>
            (Contains(name, "Transaction") || Contains(name, "Enlist") || Contains(name, "UnitOfWork"))
                ? !IsEnd(name) && !IsOver(r => r.Creation.Syntax == call.Syntax, execution)
                : model.CallOf(call) is { } sql && BeginsInText(sql),
        IAssignmentOperation or IObjectCreationOperation => model.CallOf(operation) is { } text && BeginsInText(text),
        IParameterReferenceOperation { Parameter.Type: { } type } => DbResources.IsTransaction(type),
        _ => false,
    };

    /// <summary>The transaction is one of this body that has ended on every path, or belongs to another connection.</summary>
    private bool IsOver(Func<DbResource, bool> isIt, DbExecution execution) =>
        model.Resources.FlowAround(execution.Operation) is { } flow && flow.Resources.OfType<DbResource>().FirstOrDefault(isIt) is { } transaction
        && (flow.Before(execution.Operation, transaction) is { CanBeEscaped: false, CanBeOpen: false }
            || IsOther(flow, transaction.Owner, execution));

    private static bool IsOther(LifetimeFlow flow, ISymbol? owner, DbExecution execution) =>
        owner is not null && execution.Connection is { } connection
        && flow.HeldBy(owner, execution.Operation) is { } theirs && flow.HeldBy(connection, execution.Operation) is { } mine && theirs != mine;

    private static bool IsEnd(string name) => name.StartsWith("Commit", StringComparison.Ordinal) || name.StartsWith("Rollback", StringComparison.Ordinal);

    private static bool BeginsInText(DbCall call) => call.Text.Truncated || call.Templates.Any(t => t.Script.Statements.Any(s =>
        s.Kind is SqlStatementKind.Begin or SqlStatementKind.Set or SqlStatementKind.Other));

    private static bool PassesTransaction(IOperation operation)
    {
        var arguments = operation switch
        {
            IInvocationOperation call => call.Arguments,
            IObjectCreationOperation creation => creation.Arguments,
            _ => ImmutableArray<IArgumentOperation>.Empty,
        };
        return arguments.Any(a => a.Parameter is { Type: { } type } && DbResources.IsTransaction(type) && a.ArgumentKind == ArgumentKind.Explicit
            && a.Value is not { ConstantValue: { HasValue: true, Value: null } } && Unwrapped(a.Value) is not { ConstantValue: { HasValue: true, Value: null } });
    }

    /// <summary>The method takes a transaction, its type holds one, or an attribute says that one is begun around it.</summary>
    private static bool InType(ISymbol place)
    {
        for (var symbol = place; symbol is not null and not INamespaceSymbol; symbol = symbol.ContainingSymbol)
        {
            if (symbol.GetAttributes().Any(a => a.AttributeClass is { Name: var name } && (Contains(name, "Transaction") || Contains(name, "UnitOfWork")))
                || symbol is IMethodSymbol method && method.Parameters.Any(p => DbResources.IsTransaction(p.Type)))
            {
                return true;
            }
            for (var type = symbol as INamedTypeSymbol; type is { SpecialType: SpecialType.None }; type = type.BaseType)
            {
                if (type.GetMembers().Any(m => m is IFieldSymbol { Type: var f } && DbResources.IsTransaction(f) || m is IPropertySymbol { Type: var p } && DbResources.IsTransaction(p)))
                {
                    return true;
                }
            }
        }
        return false;
    }

    /// <summary>Somebody who calls a method of this name has a transaction; with a connection of one's own only an ambient one matters.</summary>
    private bool IsCalledInside(string name, Autocommit certainty, int depth, HashSet<string> seen) =>
        depth > 0 && seen.Add(name) && model.Flow.MembersNaming(name).Any(m =>
            Mentions(m, certainty == Autocommit.Certain ? "TransactionScope" : "Transaction")
            || m is MethodDeclarationSyntax { Identifier.ValueText: var caller } && IsCalledInside(caller, certainty, depth - 1, seen));

    private static bool Mentions(SyntaxNode code, string word) =>
        code.DescendantTokens().Any(t => t.IsKind(SyntaxKind.IdentifierToken) && Contains(t.ValueText, word));

    private static bool Contains(string name, string word) => name.IndexOf(word, StringComparison.Ordinal) >= 0;

    private static ISymbol MemberAround(ISymbol place)
    {
        while (place is IMethodSymbol { MethodKind: MethodKind.LocalFunction or MethodKind.AnonymousFunction })
        {
            place = place.ContainingSymbol;
        }
        return place;
    }

    private static IOperation? Unwrapped(IOperation? operation) => operation switch
    {
        IConversionOperation conversion => Unwrapped(conversion.Operand),
        IAwaitOperation awaited => Unwrapped(awaited.Operation),
        _ => operation,
    };
}
