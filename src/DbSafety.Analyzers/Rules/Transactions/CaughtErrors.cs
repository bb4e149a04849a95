using DbSafety.Model;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace DbSafety.Rules.Transactions;

/// <summary>Which errors of a database a catch clause takes.</summary>
internal static class CaughtErrors
{
    private static readonly string[] Deadlocks = ["DeadlockDetected", "SerializationFailure", "LockDeadlock", "IsTransient"];

    /// <summary>Errors of the database are among them.</summary>
    public static bool OfDatabase(ITypeSymbol? type)
    {
        if (type is null or { SpecialType: SpecialType.System_Object } or { Name: "Exception" or "SystemException" or "ExternalException" })
        {
            return true;
        }
        for (; type is not null; type = type.BaseType)
        {
            if (type.Name == "DbException")
            {
                return true;
            }
        }
        return false;
    }

    /// <summary>The filter names an error after which the server has rolled the transaction back: a deadlock, a failure to serialize.</summary>
    public static bool NamesDeadlock(ICatchClauseOperation clause, Provider provider) =>
        clause.Filter is { } filter && filter.DescendantsAndSelf().Any(o => o switch
        {
            IFieldReferenceOperation { Field.Name: var name } when Deadlocks.Contains(name) => true,
            IPropertyReferenceOperation { Property.Name: "IsTransient" } => true,
            { ConstantValue: { HasValue: true, Value: "40P01" or "40001" } } => true,
            // A lock wait that timed out is 1205 on MySQL, and undoes one statement there.
            { ConstantValue: { HasValue: true, Value: 1213 } } => provider == Provider.MySqlConnector || provider == Provider.MySqlData,
            { ConstantValue: { HasValue: true, Value: 1205 } } => provider == Provider.SqlClient || provider == Provider.SystemSqlClient,
            _ => false,
        });
}
