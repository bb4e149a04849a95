using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace DbSafety.Model;

/// <summary>The calls that EF Core runs through its execution strategy: queries and SaveChanges, not ExecuteSql (facts/providers §9).</summary>
internal static class EfCalls
{
    private static readonly string[] Terminal =
    [
        "All", "Any", "Average", "Contains", "Count", "ElementAt", "ElementAtOrDefault", "First", "FirstOrDefault", "Last", "LastOrDefault", "LongCount",
        "Max", "Min", "Single", "SingleOrDefault", "Sum", "ToArray", "ToDictionary", "ToHashSet", "ToList", "ToLookup",
    ];

    /// <summary>The context whose facade (<c>context.Database</c>) an operand is; null where it is none.</summary>
    public static IOperation? ContextOfFacade(IOperation operand) =>
        Unwrapped(operand) is IPropertyReferenceOperation { Property.Name: "Database", Instance: { } context } && EfRetries.IsContext(context.Type) ? Unwrapped(context) : null;

    /// <summary>The context of a query that is run, or of SaveChanges; null where the call is neither, or its context is not in sight.</summary>
    public static IOperation? ContextOf(IInvocationOperation call)
    {
        var method = call.TargetMethod;
        if (method.Name is "SaveChanges" or "SaveChangesAsync")
        {
            return call.Instance is { } saved && EfRetries.IsContext(saved.Type) ? Unwrapped(saved) : null;
        }
        var isQuery = method.ContainingType.Name switch
        {
            "EntityFrameworkQueryableExtensions" => method.Name.EndsWith("Async", StringComparison.Ordinal) || method.Name is "ExecuteUpdate" or "ExecuteDelete" or "Load",
            "RelationalQueryableExtensions" => method.Name.StartsWith("ExecuteUpdate", StringComparison.Ordinal) || method.Name.StartsWith("ExecuteDelete", StringComparison.Ordinal),
            "DbSet" or "InternalDbSet" => method.Name is "Find" or "FindAsync",
            "DbContext" => method.Name is "Find" or "FindAsync",
            "Queryable" or "Enumerable" => Terminal.Contains(method.Name) && IsQueryable(call.Arguments.FirstOrDefault()?.Value),
            _ => false,
        };
        return isQuery ? RootOf(call) : null;
    }

    /// <summary>A call of the program's own code that may well use a context: it is given one, or is asynchronous.</summary>
    public static bool IsUnknown(IInvocationOperation call) =>
        (call.TargetMethod.MethodKind == MethodKind.DelegateInvoke || call.TargetMethod.Locations.Any(l => l.IsInSource))
        && (DbOperations.IsTask(call.Type ?? call.TargetMethod.ReturnType, out _) || call.Arguments.Any(a => EfRetries.IsContext(Unwrapped(a.Value).Type)));

    private static bool IsQueryable(IOperation? source) => source is not null && Unwrapped(source).Type is { } type && (type.Name == "IQueryable" || type.AllInterfaces.Any(i => i.Name == "IQueryable"));

    /// <summary>The context that a chain of query operators starts from.</summary>
    private static IOperation? RootOf(IOperation query)
    {
        for (var operand = query; ;)
        {
            if (EfRetries.IsContext(operand.Type))
            {
                return Unwrapped(operand);
            }
            switch (operand)
            {
                case IInvocationOperation call when (call.Instance ?? (call.TargetMethod.IsExtensionMethod ? call.Arguments.FirstOrDefault()?.Value : null)) is { } source:
                    operand = source;
                    break;
                case IPropertyReferenceOperation { Instance: { } owner }:
                    operand = owner;
                    break;
                case IConversionOperation conversion:
                    operand = conversion.Operand;
                    break;
                default:
                    return null;
            }
        }
    }

    private static IOperation Unwrapped(IOperation operand) => operand is IConversionOperation conversion ? Unwrapped(conversion.Operand) : operand;
}
