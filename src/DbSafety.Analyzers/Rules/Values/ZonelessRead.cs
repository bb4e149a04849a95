using DbSafety.Model;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace DbSafety.Rules.Values;

/// <summary>A DateTime that comes out of a database with <c>Kind=Unspecified</c> (facts/time-and-numbers, Reads).</summary>
internal sealed class ZonelessRead(DbModel model, Compilation compilation)
{
    /// <summary>One of these is in every file that reads a DateTime other than from an entity.</summary>
    public static readonly Mentions Words = new("GetDateTime", "DateTime>(", "DateTime?>(", "(DateTime)", "(DateTime?)", "(System.DateTime)");

    private static readonly string[] Days = ["birth", "dob", "anniversary", "holiday"];

    private static readonly Mentions MySqlKinds = new("DateTimeKind=", "DateTimeKind =", "Date Time Kind", "MySqlDateTimeKind");
    private static readonly Mentions DapperHandlers = new("TypeHandler<DateTime>", "TypeHandler<System.DateTime>", "TypeHandler<DateTime?>");
    private static readonly Mentions Materialised = new("IMaterializationInterceptor", "ObjectMaterialized", "ChangeTracker.Tracked");

    private readonly Lazy<bool> _mySqlHasKind = new(() => MySqlKinds.AreIn(compilation));
    private readonly Lazy<bool> _dapperConverts = new(() => DapperHandlers.AreIn(compilation));
    private readonly Lazy<bool> _efConverts = new(() => Materialised.AreIn(compilation));

    /// <summary>The read that a value comes from; null where there is none, or the kind it comes with is another one, or not known.</summary>
    /// <param name="isOnly">The value can be nothing else.</param>
    public DatabaseRead? Of(IOperation value, out bool isOnly)
    {
        var all = ValueTrace.Of(value, model, Through);
        isOnly = all.Count == 1;
        foreach (var traced in all)
        {
            if (DatabaseRead.Of(traced.Operation, model) is { } read && IsDateTime(read, traced) && HasNoZone(read) && !IsDay(read))
            {
                return read;
            }
        }
        return null;
    }

    /// <summary>A day on the calendar has no zone: a birthday, a column declared as <c>date</c>.</summary>
    private static bool IsDay(DatabaseRead read) =>
        IntegerRanges.NameOf(read) is { } name && Array.Exists(Days, day => name.IndexOf(day, StringComparison.OrdinalIgnoreCase) >= 0) || read.ColumnType == "date";

    /// <summary>What leaves the kind as it is.</summary>
    private static IOperation? Through(IOperation operation) => operation switch
    {
        IInvocationOperation { TargetMethod: { Name: var name, ContainingType.SpecialType: SpecialType.System_DateTime }, Instance: { } instance } call =>
            name.StartsWith("Add", StringComparison.Ordinal) || name == "Subtract" && call.Type?.SpecialType == SpecialType.System_DateTime ? instance : null,
        IPropertyReferenceOperation { Property: { Name: "Date", ContainingType.SpecialType: SpecialType.System_DateTime }, Instance: { } instance } => instance,
        IBinaryOperation { OperatorKind: BinaryOperatorKind.Add or BinaryOperatorKind.Subtract, Type.SpecialType: SpecialType.System_DateTime } sum => sum.LeftOperand,
        _ => null,
    };

    private static bool IsDateTime(DatabaseRead read, TracedValue traced) =>
        read.Type.SpecialType == SpecialType.System_DateTime || read.Type is INamedTypeSymbol { TypeArguments: [{ SpecialType: SpecialType.System_DateTime }] }
        // An object of the provider's: a text on SQLite, where the cast throws.
        || read.Provider != Provider.MicrosoftSqlite && traced.Steps.OfType<IConversionOperation>().Any(c => c.Type?.SpecialType == SpecialType.System_DateTime);

    private bool HasNoZone(DatabaseRead read)
    {
        switch (read.By)
        {
            case ReadBy.EntityProperty:
                if (_efConverts.Value || read.Property is not { } property || model.Ef.IsConverted(property) || model.Ef.IsConverted("DateTime") || !IsPlain(property) || !IsQueried(read.Operation))
                {
                    return false;
                }
                break;
            case ReadBy.TypedScalar when _dapperConverts.Value:
            case ReadBy.Row or ReadBy.LastId or ReadBy.Count:
                return false;
        }
        return read.Provider == Provider.MicrosoftSqlite || read.Provider == Provider.SqlClient || read.Provider == Provider.SystemSqlClient
            || read.Provider == Provider.MySqlConnector && !_mySqlHasKind.Value
            || read.Provider == Provider.Npgsql && read.By != ReadBy.EntityProperty && read.ColumnType is "timestamp" or "timestamp without time zone";
    }

    /// <summary>The entity is the result of a query in the same body, which nobody has written to since.</summary>
    private bool IsQueried(IOperation operation)
    {
        if (operation is not IPropertyReferenceOperation { Property: var property, Instance: { } entity })
        {
            return false;
        }
        var origins = ValueTrace.Of(entity, model, _ => null);
        return origins.Count > 0 && origins.All(t => t.Operation switch
        {
            IForEachLoopOperation loop => ValueTrace.Of(loop.Collection, model, ThroughList).All(l => EfQueries.IsEfQuery(l.Operation)),
            IInvocationOperation call => EfQueries.IsEfQuery(call) || call.TargetMethod is { Name: "Find" or "FindAsync", ContainingType.Name: "DbSet" },
            _ => false,
        }) && !CommandUses.Root(operation).Descendants().Any(o => o is ISimpleAssignmentOperation { Target: IPropertyReferenceOperation { Property: var written } } && SymbolEqualityComparer.Default.Equals(written, property));
    }

    private static IOperation? ThroughList(IOperation list) =>
        list is IInvocationOperation { TargetMethod: { Name: "ToList" or "ToArray" or "AsEnumerable", ContainingType.Name: "Enumerable" }, Arguments: [{ Value: var source }] } ? source : null;

    /// <summary>It keeps what it is given; a setter of its own may give it a kind.</summary>
    private static bool IsPlain(IPropertySymbol property) => property.DeclaringSyntaxReferences.All(r => r.GetSyntax() switch
    {
        ParameterSyntax => true,
        PropertyDeclarationSyntax { ExpressionBody: null, AccessorList.Accessors: var accessors } => accessors.All(a => a.Body is null && a.ExpressionBody is null),
        _ => false,
    });
}
