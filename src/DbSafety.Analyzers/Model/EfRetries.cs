using System.Collections.Immutable;
using DbSafety.Flow;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace DbSafety.Model;

/// <summary>
/// Which contexts of a compilation are configured with a strategy that retries (facts/api §7), by the options that the compilation
/// builds for them. A context whose options are built elsewhere, or in different ways, is not among them.
/// </summary>
internal sealed class EfRetries(Compilation compilation, TextFlow flow)
{
    /// <summary>How many methods options are handed through.</summary>
    private const int MaxDepth = 2;

    /// <summary>What names the provider of a context; in-memory databases have no transactions and do not count.</summary>
    private static readonly string[] Providers =
    [
        "UseNpgsql", "UseSqlServer", "UseAzureSql", "UseAzureSynapse", "UseSqlEngine", "ConfigureSqlEngine", "UseMySql", "UseMySQL", "UseOracle", "UseSqlite", "UseFirebird",
        "AddNpgsql", "AddSqlServer", "AddAzureSql", "AddAzureSynapse", "AddMySql", "AddOracle", "AddSqlite",
    ];

    /// <summary>.NET Aspire's integrations retry unless DisableRetry is set.</summary>
    private static readonly string[] Aspire =
    [
        "AddNpgsqlDbContext", "AddAzureNpgsqlDbContext", "AddSqlServerDbContext", "AddMySqlDbContext", "AddOracleDatabaseDbContext",
        "EnrichNpgsqlDbContext", "EnrichAzureNpgsqlDbContext", "EnrichSqlServerDbContext", "EnrichMySqlDbContext", "EnrichOracleDatabaseDbContext",
    ];

    private static readonly Mentions Retrying = new(
        ["EnableRetryOnFailure", "ExecutionStrategy(", "UseAzureS", "AddAzureS", "NpgsqlDbContext<", "SqlServerDbContext<", "MySqlDbContext<", "OracleDatabaseDbContext<"]);

    private readonly Lazy<ImmutableArray<Configuration>> _configurations = new(() => !Retrying.AreIn(compilation) ? ImmutableArray<Configuration>.Empty : Providers.Concat(Aspire)
        .SelectMany(flow.CallsOf)
        .SelectMany(call => Configurations(call, flow))
        .ToImmutableArray());

    /// <summary>The words are there with which a context is made to retry: asked first.</summary>
    public bool MayBeAny => Retrying.AreIn(compilation);

    /// <summary>Some context retries.</summary>
    public bool AreAny => _configurations.Value.Any(c => c.Retries);

    /// <summary>Whether all that configures a context makes it retry, and something does.</summary>
    public bool IsRetried(ITypeSymbol? context)
    {
        var own = true;
        for (var type = context; type is not null && IsContext(type); type = type.BaseType)
        {
            var found = _configurations.Value.Where(c => (own || c.IsInherited) && SymbolEqualityComparer.Default.Equals(c.Context, type.OriginalDefinition)).ToList();
            if (found.Count > 0)
            {
                return found.TrueForAll(c => c.Retries);
            }
            if (type.GetMembers("OnConfiguring").Any())
            {
                return false; // It may not ask its base.
            }
            own = false;
        }
        return false;
    }

    /// <summary>A class that derives from DbContext.</summary>
    public static bool IsContext(ITypeSymbol? type)
    {
        for (var t = type?.BaseType; t is not null; t = t.BaseType)
        {
            if (t is { Name: "DbContext", ContainingNamespace: { Name: "EntityFrameworkCore", ContainingNamespace.Name: "Microsoft" } })
            {
                return true;
            }
        }
        return false;
    }

    /// <summary>What a call on options says, for each context the options are of; nothing where that cannot be seen.</summary>
    private static IEnumerable<Configuration> Configurations(IInvocationOperation call, TextFlow flow)
    {
        var method = call.TargetMethod;
        var isAspire = method.ContainingType.Name.StartsWith("Aspire", StringComparison.Ordinal) && Aspire.Contains(method.Name);
        if (!isAspire && Aspire.Contains(method.Name) || !method.IsExtensionMethod || IsDesignTime(call))
        {
            return [];
        }
        var contexts = method.Name.StartsWith("Use", StringComparison.Ordinal) || method.Name.StartsWith("Configure", StringComparison.Ordinal)
            ? ContextsOf(call.Instance ?? call.Arguments[0].Value, flow, 0)
            : TypeArguments(method, flow, 0).Select(t => (t, false));
        var retries = isAspire
            ? !call.Syntax.DescendantNodes().OfType<IdentifierNameSyntax>().Any(n => n.Identifier.ValueText == "DisableRetry")
            : Retries(call, flow);
        return contexts.Select(c => new Configuration(c.Item1, retries, c.Item2));
    }

    private static bool Retries(IInvocationOperation call, TextFlow flow)
    {
        var retries = call.TargetMethod.Name.EndsWith("AzureSql", StringComparison.Ordinal) || call.TargetMethod.Name.EndsWith("AzureSynapse", StringComparison.Ordinal);
        foreach (var option in call.Arguments.Select(a => FunctionOf(a.Value, flow)).SelectMany(f => f is null ? [] : f.Descendants().OfType<IInvocationOperation>()))
        {
            switch (option.TargetMethod.Name)
            {
                case "EnableRetryOnFailure" or "EnableRetryOnFailureByDefault":
                    // No retry at all, or not by default.
                    retries = !option.Arguments.Any(a => a.Value.ConstantValue.Value is 0 or false);
                    break;
                case "ExecutionStrategy":
                    return option.Arguments.Select(a => FunctionOf(a.Value, flow)).Any(IsRetryingStrategy);
            }
        }
        return retries;
    }

    /// <summary>All it does is to make a strategy that retries and that refuses transactions as EF Core's own do.</summary>
    private static bool IsRetryingStrategy(IOperation? function)
    {
        var returned = function?.Descendants().OfType<IReturnOperation>().ToList();
        if (returned is not { Count: 1 } || returned[0].ReturnedValue is not { } value)
        {
            return false;
        }
        var type = (value is IConversionOperation conversion ? conversion.Operand : value) is IObjectCreationOperation creation ? creation.Type : null;
        for (; type is not null; type = type.BaseType)
        {
            if (type is { Name: "ExecutionStrategy", ContainingNamespace: { Name: "Storage", ContainingNamespace.Name: "EntityFrameworkCore" } })
            {
                return true;
            }
            if (type.Locations.Any(l => l.IsInSource) && type.GetMembers().Any(m => m.Name is "OnFirstExecution" or "RetriesOnFailure"))
            {
                return false;
            }
        }
        return false;
    }

    /// <summary>The contexts that an options builder is of; inherited where a context configures itself.</summary>
    private static IEnumerable<(ITypeSymbol Context, bool IsInherited)> ContextsOf(IOperation options, TextFlow flow, int depth)
    {
        while (options is IConversionOperation conversion)
        {
            options = conversion.Operand;
        }
        if (options.Type is INamedTypeSymbol { Name: "DbContextOptionsBuilder", TypeArguments: { Length: 1 } arguments })
        {
            return arguments.Where(IsContext).Select(t => (t.OriginalDefinition, false));
        }
        switch (options)
        {
            case IInvocationOperation fluent when (fluent.Instance ?? fluent.Arguments.FirstOrDefault()?.Value) is { } inner:
                return ContextsOf(inner, flow, depth);
            case IParameterReferenceOperation { Parameter.ContainingSymbol: IMethodSymbol { MethodKind: MethodKind.AnonymousFunction } lambda }:
                var function = (IOperation)options;
                while (function is not null && !(function is IAnonymousFunctionOperation { Symbol: var symbol } && SymbolEqualityComparer.Default.Equals(symbol, lambda)))
                {
                    function = function.Parent!;
                }
                return function is not null && CallGiven(function) is { } given && !Aspire.Contains(given.TargetMethod.Name)
                    ? TypeArguments(given.TargetMethod, flow, depth).Select(t => (t, false))
                    : [];
            case IParameterReferenceOperation { Parameter: { ContainingSymbol: IMethodSymbol { Name: "OnConfiguring" } configuring } }:
                return IsContext(configuring.ContainingType) ? [(configuring.ContainingType.OriginalDefinition, true)] : [];
            case IParameterReferenceOperation { Parameter: { ContainingSymbol: IMethodSymbol method } parameter } when depth < MaxDepth:
                return flow.CallsOf(method)
                    .Select(c => c.Arguments.FirstOrDefault(a => a.Parameter?.Ordinal == parameter.Ordinal)?.Value).OfType<IOperation>()
                    .SelectMany(a => ContextsOf(a, flow, depth + 1))
                    .Concat(flow.GroupsOf(method).Select(CallGiven).OfType<IInvocationOperation>().SelectMany(c => TypeArguments(c.TargetMethod, flow, depth).Select(t => (t, false))));
            default:
                return [];
        }
    }

    /// <summary>The contexts among the type arguments of a call; those of its callers for a type parameter of the method around it.</summary>
    private static IEnumerable<ITypeSymbol> TypeArguments(IMethodSymbol called, TextFlow flow, int depth) => called.TypeArguments.SelectMany(argument => argument switch
    {
        ITypeParameterSymbol { DeclaringMethod: { } generic } parameter when depth < MaxDepth =>
            flow.CallsOf(generic).SelectMany(c => c.TargetMethod.TypeArguments.Where((_, i) => i == parameter.Ordinal)).Where(IsContext).Select(t => t.OriginalDefinition),
        _ => IsContext(argument) ? [argument.OriginalDefinition] : Enumerable.Empty<ITypeSymbol>(),
    });

    /// <summary>The body of a function that is passed: a lambda's, or that of the method it names.</summary>
    private static IOperation? FunctionOf(IOperation value, TextFlow flow) => value switch
    {
        IConversionOperation conversion => FunctionOf(conversion.Operand, flow),
        IDelegateCreationOperation creation => FunctionOf(creation.Target, flow),
        IAnonymousFunctionOperation lambda => lambda.Body,
        IMethodReferenceOperation { Method: var method } => flow.BodyOf(method),
        _ => null,
    };

    /// <summary>The call that a function is an argument of; null where it is something else.</summary>
    public static IInvocationOperation? CallGiven(IOperation function)
    {
        var parent = function.Parent;
        while (parent is IConversionOperation or IDelegateCreationOperation)
        {
            parent = parent.Parent;
        }
        return parent is IArgumentOperation { Parent: IInvocationOperation call } ? call : null;
    }

    /// <summary>What <c>dotnet ef</c> makes its contexts with; the program does not.</summary>
    private static bool IsDesignTime(IOperation call) =>
        call.SemanticModel?.GetEnclosingSymbol(call.Syntax.SpanStart)?.ContainingType is { } type && type.AllInterfaces.Any(i => i.Name == "IDesignTimeDbContextFactory");

    /// <param name="IsInherited">Derived contexts are configured so, too.</param>
    private readonly record struct Configuration(ITypeSymbol Context, bool Retries, bool IsInherited);
}
