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
internal sealed class Wrappers(DbModel model)
{
    private readonly ConcurrentDictionary<IMethodSymbol, Api?> _wrappers = new(SymbolEqualityComparer.Default);

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
        if (!MayPassOn(method) || model.Flow.BodyOf(method) is not { } body)
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

    /// <summary>A look at the syntax, which costs nothing: the body names a sink or calls something with a text parameter.</summary>
    private bool MayPassOn(IMethodSymbol method)
    {
        var texts = method.Parameters.Where(IsText).Select(p => p.Name).ToList();
        return method.DeclaringSyntaxReferences[0].GetSyntax().DescendantNodes().OfType<IdentifierNameSyntax>().Any(name =>
            texts.Contains(name.Identifier.ValueText)
            && (name.Parent is ArgumentSyntax or InterpolationSyntax or BinaryExpressionSyntax
                || name.Parent is AssignmentExpressionSyntax { Left: var left } assignment && assignment.Right == name && TargetName(left) is { } target && model.IsSinkName(target)));
    }

    private static string? TargetName(ExpressionSyntax target) => target switch
    {
        MemberAccessExpressionSyntax access => access.Name.Identifier.ValueText,
        IdentifierNameSyntax name => name.Identifier.ValueText,
        MemberBindingExpressionSyntax binding => binding.Name.Identifier.ValueText,
        _ => null,
    };

    private static bool IsText(IParameterSymbol parameter) => parameter.Type.SpecialType == SpecialType.System_String && parameter.RefKind == RefKind.None;
}
