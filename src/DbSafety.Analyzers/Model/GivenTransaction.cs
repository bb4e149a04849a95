using System.Runtime.CompilerServices;
using DbSafety.Flow;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace DbSafety.Model;

/// <summary>
/// The transaction that comes with a connection: the only parameters of their kind of one method, lambda or primary constructor, two
/// read-only members that one constructor sets, or a transaction of which <c>Connection</c> is asked.
/// </summary>
internal static class GivenTransaction
{
    private static readonly ConditionalWeakTable<INamedTypeSymbol, StrongBox<bool>> WithTransaction = new();

    /// <summary>
    /// The transaction of what <paramref name="connection"/> says, which the body around it takes as it is given: never tested,
    /// assigned or ended there. Null where there is none, or either may be another one.
    /// </summary>
    public static ISymbol? Of(IOperation connection, DbModel model)
    {
        connection = CommandUses.Unwrap(connection);
        if (connection is ILocalReferenceOperation { Local: var local })
        {
            connection = UnenlistedCommand.OnlyValue(local, connection) ?? connection;
        }
        if (connection is IPropertyReferenceOperation { Property.Name: "Connection", Instance: { } instance } && DbResources.IsTransaction(instance.Type!))
        {
            return LifetimeSymbols.Of(instance) is { } own and not ILocalSymbol && IsTakenAsGiven(own, connection, ownsConnection: true, model) ? own : null;
        }
        return LifetimeSymbols.Of(connection) is { } symbol and not ILocalSymbol && TransactionBeside(symbol, connection, model) is { } beside
            && IsTakenAsGiven(beside, connection, ownsConnection: false, model) && IsOnlyUsed(symbol, connection)
            ? beside
            : null;
    }

    /// <summary>A transaction is given to a member, to a function in it, or to its object: asked before what the member runs is looked at.</summary>
    public static bool MayBe(ISymbol member, BodyOperations operations) =>
        member is IMethodSymbol method && method.Parameters.Any(IsTransaction)
        || operations[OperationKind.AnonymousFunction].Exists(o => ((IAnonymousFunctionOperation)o).Symbol.Parameters.Any(IsTransaction))
        || operations[OperationKind.LocalFunction].Exists(o => ((ILocalFunctionOperation)o).Symbol.Parameters.Any(IsTransaction))
        || member.ContainingType is { } type && IsOfType(type);

    private static bool IsOfType(INamedTypeSymbol type) => type.SpecialType == SpecialType.None && WithTransaction.GetValue(type, static t => new(
        t.GetMembers().Any(IsTransaction) || t.InstanceConstructors.Any(c => c.Parameters.Any(IsTransaction)) || t.BaseType is { } b && IsOfType(b))).Value;

    private static bool IsTransaction(ISymbol symbol) => LifetimeSymbols.TypeOf(symbol) is { } type && DbResources.IsTransaction(type);

    private static ISymbol? TransactionBeside(ISymbol connection, IOperation place, DbModel model)
    {
        switch (connection)
        {
            case IParameterSymbol { ContainingSymbol: IMethodSymbol { MethodKind: not MethodKind.Constructor } method }:
                return OnlyPair(method.Parameters, model);
            case IParameterSymbol { ContainingSymbol: IMethodSymbol { MethodKind: MethodKind.Constructor } constructor }:
                return OnlyPair(constructor.Parameters, model) is IParameterSymbol { Type.NullableAnnotation: not NullableAnnotation.Annotated } captured && !IsInConstructor(place) && IsPassedOn(captured, constructor.ContainingType) ? captured : null;
            case IFieldSymbol or IPropertySymbol:
                var type = connection.ContainingType;
                return OnlyPair(type.GetMembers().Where(m => !m.IsImplicitlyDeclared && m is IFieldSymbol or IPropertySymbol), model) is { } member
                    && IsSetOnce(connection) && IsSetOnce(member) && !IsInConstructor(place)
                    && type.InstanceConstructors.Count(c => !c.IsImplicitlyDeclared) == 1 && IsPassedOn(member, type)
                    ? member
                    : null;
            default:
                return null;
        }
    }

    /// <summary>The transaction where there is one of each kind.</summary>
    private static ISymbol? OnlyPair(IEnumerable<ISymbol> symbols, DbModel model)
    {
        ISymbol? transaction = null;
        var connections = 0;
        foreach (var symbol in symbols)
        {
            if (LifetimeSymbols.TypeOf(symbol) is not { } type)
            {
                continue;
            }
            connections += model.Shapes.IsConnection(type) ? 1 : 0;
            if (DbResources.IsTransaction(type))
            {
                if (transaction is not null)
                {
                    return null;
                }
                transaction = symbol;
            }
        }
        return connections == 1 && transaction is not IParameterSymbol { RefKind: not RefKind.None } && transaction is { Name: not "_" } ? transaction : null;
    }

    private static bool IsSetOnce(ISymbol member) => member switch
    {
        IFieldSymbol field => field is { IsReadOnly: true, IsStatic: false, Type.NullableAnnotation: not NullableAnnotation.Annotated },
        IPropertySymbol property => property is { SetMethod: null, IsStatic: false, IsVirtual: false, IsAbstract: false, IsOverride: false, Type.NullableAnnotation: not NullableAnnotation.Annotated }
            && property.ContainingType.GetMembers().OfType<IFieldSymbol>().Any(f => SymbolEqualityComparer.Default.Equals(f.AssociatedSymbol, property)),
        _ => false,
    };

    private static bool IsInConstructor(IOperation place) => CommandUses.Root(place) is IConstructorBodyOperation or IFieldInitializerOperation or IPropertyInitializerOperation;

    /// <summary>A class that passes its transaction on in another place, and nowhere asks whether there is one.</summary>
    private static bool IsPassedOn(ISymbol transaction, INamedTypeSymbol type)
    {
        var names = type.DeclaringSyntaxReferences.SelectMany(r => r.GetSyntax().DescendantNodes()).OfType<IdentifierNameSyntax>()
            .Where(n => n.Identifier.ValueText == transaction.Name)
            .Select(n => n.Parent is MemberAccessExpressionSyntax { Expression: ThisExpressionSyntax } access && access.Name == n ? access : (ExpressionSyntax)n)
            .Where(n => n.FirstAncestorOrSelf<ConstructorDeclarationSyntax>() is null).ToList();
        return names.Exists(n => n.Parent is ArgumentSyntax or AssignmentExpressionSyntax { Left: not IdentifierNameSyntax } && n.FirstAncestorOrSelf<PrimaryConstructorBaseTypeSyntax>() is null)
            && !names.Exists(n => n.Parent.IsKind(SyntaxKind.EqualsExpression) || n.Parent.IsKind(SyntaxKind.NotEqualsExpression) || n.Parent.IsKind(SyntaxKind.CoalesceExpression)
                || n.Parent is IsPatternExpressionSyntax or ConditionalAccessExpressionSyntax or SwitchStatementSyntax or SwitchExpressionSyntax
                || n.Parent is AssignmentExpressionSyntax assignment && assignment.Left == n);
    }

    /// <summary>All that the body does with it is to pass it on, to make savepoints, or to refuse to go on without it.</summary>
    private static bool IsTakenAsGiven(ISymbol transaction, IOperation place, bool ownsConnection, DbModel model) =>
        ReferencesTo(transaction, place).All(reference => Around(reference) switch
        {
            IArgumentOperation { Parameter: { RefKind: RefKind.None or RefKind.In }, Parent: var call } argument => !MayEnd(call, argument, model),
            ISimpleAssignmentOperation assignment => assignment.Target != reference && assignment.Target is IPropertyReferenceOperation { Property.Name: "Transaction" },
            IInvocationOperation call => call.TargetMethod.Name.StartsWith("Save", StringComparison.Ordinal) || call.TargetMethod.Name.StartsWith("Release", StringComparison.Ordinal)
                || call.TargetMethod.Name.StartsWith("Rollback", StringComparison.Ordinal) && call.Arguments.Any(a => a.Parameter?.Type.SpecialType == SpecialType.System_String),
            IPropertyReferenceOperation { Property.Name: "Connection" } own => ownsConnection && Around(own) is not (IBinaryOperation or IIsPatternOperation or IConditionalAccessOperation),
            INameOfOperation => true,
            IBinaryOperation or IIsPatternOperation => Refuses(reference),
            ICoalesceOperation coalesce => coalesce.WhenNull is IThrowOperation or IConversionOperation { Operand: IThrowOperation },
            _ => false,
        });

    /// <summary><c>if (transaction is null) throw …;</c></summary>
    private static bool Refuses(IOperation reference) =>
        reference.Syntax.FirstAncestorOrSelf<IfStatementSyntax>() is { Condition: var condition, Else: null, Statement: var then } && condition.Span.Contains(reference.Syntax.Span)
        && then is ThrowStatementSyntax or BlockSyntax { Statements: [ThrowStatementSyntax] };

    /// <summary>What is given a transaction commits it: by what it does, or by its name where that cannot be read.</summary>
    private static bool MayEnd(IOperation? call, IArgumentOperation argument, DbModel model)
    {
        if (call is not IInvocationOperation { TargetMethod: var method })
        {
            return false;
        }
        method = (method.ReducedFrom ?? method).OriginalDefinition;
        return model.Flow.BodyOf(method) is { } body
            ? body.Descendants().OfType<IInvocationOperation>().Any(i => IsEnd(i.TargetMethod.Name) && LifetimeSymbols.Of(i.Instance) is IParameterSymbol p && p.Ordinal == argument.Parameter!.Ordinal)
            : IsEnd(method.Name) || method.Name is "Complete" or "CompleteAsync" or "End" or "EndAsync" or "Finish" or "FinishAsync";
    }

    private static bool IsEnd(string method) =>
        method.StartsWith("Commit", StringComparison.Ordinal) || method.StartsWith("Rollback", StringComparison.Ordinal) || method.StartsWith("Dispose", StringComparison.Ordinal);

    /// <summary>The connection is neither opened, closed nor replaced by the body, and begins no transaction there.</summary>
    private static bool IsOnlyUsed(ISymbol connection, IOperation place) =>
        ReferencesTo(connection, place).All(reference => Around(reference) switch
        {
            IInvocationOperation { TargetMethod.Name: var name } call => call.Instance is null
                || !(name.StartsWith("Open", StringComparison.Ordinal) || name.StartsWith("Close", StringComparison.Ordinal) || name.StartsWith("Dispose", StringComparison.Ordinal)
                    || name.StartsWith("Begin", StringComparison.Ordinal) || name.StartsWith("Enlist", StringComparison.Ordinal)),
            IAssignmentOperation assignment => assignment.Target != reference,
            IArgumentOperation argument => argument.Parameter?.RefKind is RefKind.None or RefKind.In,
            IUsingOperation => false,
            _ => true,
        });

    private static IEnumerable<IOperation> ReferencesTo(ISymbol symbol, IOperation place)
    {
        var kind = symbol switch { IParameterSymbol => OperationKind.ParameterReference, IFieldSymbol => OperationKind.FieldReference, _ => OperationKind.PropertyReference };
        return BodyOperations.Around(place)[kind].Where(o => SymbolEqualityComparer.Default.Equals(LifetimeSymbols.Of(o), symbol));
    }

    /// <summary>What is done with a value, conversions aside.</summary>
    private static IOperation? Around(IOperation value)
    {
        var parent = value.Parent;
        while (parent is IConversionOperation { OperatorMethod: null } or IParenthesizedOperation)
        {
            parent = parent.Parent;
        }
        return parent;
    }
}
