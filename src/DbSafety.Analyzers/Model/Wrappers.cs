using System.Collections.Concurrent;
using DbSafety.Model.Catalog;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace DbSafety.Model;

/// <summary>
/// Methods of the compilation that pass a string parameter on to a sink, unchanged or as the beginning of the text. They are
/// sinks for their callers, who are judged instead of the wrapper.
/// </summary>
internal sealed class Wrappers(DbModel model, Compilation compilation)
{
    /// <summary>How many wrappers deep a statement is followed.</summary>
    private const int MaxDepth = 3;

    private readonly ConcurrentDictionary<IMethodSymbol, Api?> _wrappers = new(SymbolEqualityComparer.Default);
    private readonly ConcurrentDictionary<(string Name, int Depth), bool> _mayPassOn = new();

    [ThreadStatic]
    private static HashSet<IMethodSymbol>? s_inProgress;

    /// <summary>The method as a sink; null when it is none, has no body here, or more than one target.</summary>
    public Api? ApiOf(IMethodSymbol method)
    {
        method = (method.ReducedFrom ?? method).OriginalDefinition;
        if (method.DeclaringSyntaxReferences.IsEmpty || method.IsAbstract || !method.Parameters.Any(IsText))
        {
            return null;
        }
        if (_wrappers.TryGetValue(method, out var known))
        {
            return known;
        }
        var inProgress = s_inProgress ??= new(SymbolEqualityComparer.Default);
        if (!inProgress.Add(method))
        {
            return null; // Recursion: whoever asked first gets the answer.
        }
        try
        {
            return _wrappers.GetOrAdd(method, Find);
        }
        finally
        {
            inProgress.Remove(method);
        }
    }

    private Api? Find(IMethodSymbol method)
    {
        if (!MayPassOn(method, 0) || model.Flow.BodyOf(method) is not { } body)
        {
            return null;
        }
        foreach (var operation in body.DescendantsAndSelf())
        {
            if (operation is (IInvocationOperation or IObjectCreationOperation or IAssignmentOperation)
                && model.CallOf(operation) is { } call
                && Leading(call.Sql) is IParameterReferenceOperation { Parameter: var parameter }
                && IsText(parameter) && SymbolEqualityComparer.Default.Equals(parameter.ContainingSymbol, method))
            {
                return new Api(method.ContainingType.ToDisplayString(), method.Name, parameter.Name, call.Api.Role, CompositeFormat: call.Api.CompositeFormat, IsWrapper: true);
            }
        }
        return null;
    }

    /// <summary>The expression the text begins with.</summary>
    private static IOperation Leading(IOperation sql)
    {
        while (true)
        {
            switch (sql)
            {
                case IConversionOperation conversion:
                    sql = conversion.Operand;
                    break;
                case IBinaryOperation { OperatorKind: BinaryOperatorKind.Add } sum:
                    sql = sum.LeftOperand;
                    break;
                case IInterpolatedStringOperation { Parts: { Length: > 0 } parts } when parts[0] is IInterpolationOperation first:
                    sql = first.Expression;
                    break;
                default:
                    return sql;
            }
        }
    }

    /// <summary>A look at syntax alone, so that few methods are bound: the body gives a text parameter to something named like a sink, or like a method that may be a wrapper.</summary>
    private bool MayPassOn(IMethodSymbol method, int depth)
    {
        var texts = method.Parameters.Where(IsText).Select(p => p.Name).ToList();
        return texts.Count > 0 && method.DeclaringSyntaxReferences.Length > 0
            && method.DeclaringSyntaxReferences[0].GetSyntax().DescendantNodes().OfType<IdentifierNameSyntax>()
                .Any(name => texts.Contains(name.Identifier.ValueText) && ReceiverName(name) is { } receiver && IsSinkOrWrapper(receiver, depth));
    }

    private bool IsSinkOrWrapper(string name, int depth) =>
        model.IsSinkName(name) || depth < MaxDepth && _mayPassOn.GetOrAdd((name, depth), key =>
            compilation.GetSymbolsWithName(key.Name, SymbolFilter.Member).OfType<IMethodSymbol>().Any(m => MayPassOn(m, depth + 1)));

    /// <summary>What the text that an expression is part of is given to: the called member, the created type, the assigned property.</summary>
    private static string? ReceiverName(ExpressionSyntax text)
    {
        SyntaxNode node = text;
        while (node.Parent is BinaryExpressionSyntax or ParenthesizedExpressionSyntax or InterpolationSyntax or InterpolatedStringExpressionSyntax)
        {
            node = node.Parent;
        }
        return node.Parent switch
        {
            ArgumentSyntax { Parent.Parent: InvocationExpressionSyntax invocation } => TargetName(invocation.Expression),
            ArgumentSyntax { Parent.Parent: ObjectCreationExpressionSyntax creation } => (creation.Type as SimpleNameSyntax ?? (creation.Type as QualifiedNameSyntax)?.Right)?.Identifier.ValueText,
            ArgumentSyntax { Parent.Parent: ImplicitObjectCreationExpressionSyntax } => "CommandText", // new(sql): of which type, the syntax does not say.
            AssignmentExpressionSyntax assignment when assignment.Right == node => TargetName(assignment.Left),
            _ => null,
        };
    }

    private static string? TargetName(ExpressionSyntax target) => target switch
    {
        MemberAccessExpressionSyntax access => access.Name.Identifier.ValueText,
        SimpleNameSyntax name => name.Identifier.ValueText,
        MemberBindingExpressionSyntax binding => binding.Name.Identifier.ValueText,
        _ => null,
    };

    private static bool IsText(IParameterSymbol parameter) => parameter.Type.SpecialType == SpecialType.System_String && parameter.RefKind == RefKind.None;
}
