using System.Data;
using DbSafety.Flow;
using DbSafety.Model;
using DbSafety.Sql;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace DbSafety.Rules.Locks;

/// <summary>What keeps a second caller out between a question and the write that follows from its answer, or is ready for him.</summary>
internal static class RaceGuards
{
    private static readonly string[] Words = ["advisory", "get_lock", "applock", "lock table", "immediate", "exclusive", "serializable", "holdlock"];

    /// <summary>An error of the database, or errors by a filter, are caught around an operation: a duplicate is expected.</summary>
    public static bool ExpectsDuplicate(IOperation operation)
    {
        for (IOperation child = operation; child.Parent is { } parent; child = parent)
        {
            if (parent is ITryOperation attempt && child == attempt.Body && attempt.Catches.Any(c => c.Filter is not null || IsDatabaseError(c.ExceptionType)))
            {
                return true;
            }
        }
        return false;
    }

    /// <summary>A lock of the program's own, or one by name in the database, is taken before an operation.</summary>
    public static bool IsLocked(IOperation operation, DbModel model)
    {
        for (var parent = operation.Parent; parent is not null; parent = parent.Parent)
        {
            if (parent is ILockOperation)
            {
                return true;
            }
        }
        return CommandUses.Root(operation).Descendants().Any(o => o.Syntax.SpanStart < operation.Syntax.SpanStart && o switch
        {
            IInvocationOperation { TargetMethod: { Name: var name, ContainingType.Name: var type } } =>
                name.Contains("Lock") || name.Contains("Acquire") || type.Contains("Semaphore") || type.Contains("Mutex") || type.Contains("Monitor") || type.Contains("Lock"),
            _ => false,
        } || model.CallOf(o) is { } call && call.Templates.Any(t => Array.Exists(Words, w => t.Script.Text.Text.IndexOf(w, StringComparison.OrdinalIgnoreCase) >= 0)));
    }

    /// <summary>
    /// A transaction of the body that is begun before an operation lets one of two callers win, or may: it is Serializable, its level is
    /// not known, it is one of SQLite, where there is one writer, or a scope, which is Serializable unless it says otherwise.
    /// </summary>
    public static bool IsIsolated(IOperation operation, Provider provider, DbModel model) =>
        TransactionsBefore(operation, model).Any(r => r.Kind == DbResourceKind.Scope || IsSqlite(provider) || IsSqlite(r.Provider) || LevelOf(r) is not (IsolationLevel.ReadCommitted or IsolationLevel.ReadUncommitted or IsolationLevel.RepeatableRead or IsolationLevel.Unspecified));

    /// <summary>The transactions and scopes that the body around an operation begins before it.</summary>
    public static IEnumerable<DbResource> TransactionsBefore(IOperation operation, DbModel model) =>
        (BodyOperations.Around(operation).HasCall(DbResources.MayBegin) ? model.Resources.FlowAround(operation) : null)?.Resources.OfType<DbResource>()
            .Where(r => r.Kind is DbResourceKind.Transaction or DbResourceKind.Scope && r.Creation.Syntax.SpanStart < operation.Syntax.SpanStart) ?? [];

    /// <summary>The level a transaction is begun with: Unspecified where it names none, null where it is not constant.</summary>
    public static IsolationLevel? LevelOf(DbResource transaction)
    {
        if (transaction.Creation is not IInvocationOperation begin || begin.Arguments.FirstOrDefault(a => a.Parameter?.Type.Name == nameof(IsolationLevel) && a.ArgumentKind == ArgumentKind.Explicit) is not { } level)
        {
            return IsolationLevel.Unspecified;
        }
        return level.Value.ConstantValue is { HasValue: true, Value: int value } ? (IsolationLevel)value : null;
    }

    public static bool IsSqlite(Provider provider) => provider.Dialect == SqlDialect.Sqlite;

    private static bool IsDatabaseError(ITypeSymbol? type)
    {
        for (; type is not null; type = type.BaseType)
        {
            if (type.Name is "DbException" or "DbUpdateException" || type.Name.Contains("Unique") || type.Name.Contains("Duplicate"))
            {
                return true;
            }
        }
        return false;
    }
}
