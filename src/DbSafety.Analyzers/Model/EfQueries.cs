using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace DbSafety.Model;

/// <summary>Which queries are EF Core's.</summary>
internal static class EfQueries
{
    /// <summary>Operators that run a query (facts/api §3).</summary>
    public static readonly HashSet<string> Terminals = new(StringComparer.Ordinal)
    {
        "ToList", "ToArray", "ToDictionary", "ToHashSet", "First", "FirstOrDefault", "Single", "SingleOrDefault", "Last", "LastOrDefault", "Any", "All",
        "Count", "LongCount", "Min", "Max", "Sum", "Average", "Contains", "ElementAt", "ElementAtOrDefault",
    };

    /// <summary>
    /// The query begins at a DbSet, or at a method of EF on its way. A bare IQueryable can be a list in memory.
    /// </summary>
    public static bool IsEfQuery(IOperation? query)
    {
        for (var depth = 0; depth < 40 && query is not null; depth++)
        {
            query = Unconverted(query);
            if (IsEf(query.Type))
            {
                return true;
            }
            switch (query)
            {
                case IInvocationOperation { TargetMethod: { IsExtensionMethod: true } method, Arguments: { Length: > 0 } arguments }:
                    if (method.ContainingNamespace.ToDisplayString() == "Microsoft.EntityFrameworkCore" && method.Name != "AsAsyncEnumerable")
                    {
                        return true;
                    }
                    if (method.Name is not "AsAsyncEnumerable" && method.ContainingType is not { Name: "Queryable" })
                    {
                        return false;
                    }
                    query = arguments[0].Value;
                    break;
                case ILocalReferenceOperation { Local: var local }:
                    query = local.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax() is VariableDeclaratorSyntax { Initializer.Value: var value } && value.SyntaxTree == query.Syntax.SyntaxTree
                        ? query.SemanticModel!.GetOperation(value)
                        : null;
                    break;
                default:
                    return false;
            }
        }
        return false;
    }

    /// <summary>A call of LINQ's own that runs a query, on whatever it is called.</summary>
    public static bool IsTerminal(IInvocationOperation call) =>
        Terminals.Contains(call.TargetMethod.Name) && call.Arguments.Length > 0
        && call.TargetMethod.ContainingType is { Name: "Queryable" or "Enumerable", ContainingNamespace: { Name: "Linq", ContainingNamespace.Name: "System" } };

    /// <summary>A call whose lambdas are expression trees: of Queryable, or EF's asynchronous twins.</summary>
    public static bool IsLambdaCall(IInvocationOperation call) =>
        call.TargetMethod.Parameters.Any(p => p.Type is { Name: "Expression", ContainingNamespace.Name: "Expressions" });

    /// <summary>A terminal operator of a query: of Queryable or of EF's own extensions.</summary>
    public static bool IsOperator(IInvocationOperation call) => call.TargetMethod.ContainingType is { Name: "Queryable" or "EntityFrameworkQueryableExtensions" };

    /// <summary>Without conversions and what the compiler puts around a query expression.</summary>
    public static IOperation Unconverted(IOperation operation) => operation switch
    {
        IConversionOperation conversion => Unconverted(conversion.Operand),
        ITranslatedQueryOperation query => Unconverted(query.Operation),
        _ => operation,
    };

    private static bool IsEf(ITypeSymbol? type)
    {
        for (var t = type; t is not null; t = t.BaseType)
        {
            if (t is { Name: "DbSet", ContainingNamespace: { Name: "EntityFrameworkCore", ContainingNamespace.Name: "Microsoft" } })
            {
                return true;
            }
        }
        return false;
    }
}
