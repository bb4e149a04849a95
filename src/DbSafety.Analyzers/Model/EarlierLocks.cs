using DbSafety.Flow;
using DbSafety.Sql;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace DbSafety.Model;

/// <summary>What a transaction has done before it locks rows, and that makes their order harmless.</summary>
internal static class EarlierLocks
{
    private static readonly string[] Advisory = ["advisory", "get_lock", "applock", "dbms_lock"];

    /// <summary>How columns begin that say who works on a row.</summary>
    private static readonly string[] Leases = ["lock", "lease", "claim", "worker", "acquired"];

    /// <summary>
    /// Before <paramref name="first"/> the body locks the rows in order, their parent, the table or a lock of the application's own;
    /// or nobody else works on the rows, because the transaction has inserted them, or they are leased: <c>AND leased_by = @worker</c>.
    /// </summary>
    public static bool Guard(RowLock rows, IOperation first, DbModel model)
    {
        var table = NameOf(rows.Table);
        if (table.StartsWith("#", StringComparison.Ordinal) || table.StartsWith("temp", StringComparison.OrdinalIgnoreCase) || table.StartsWith("tmp", StringComparison.OrdinalIgnoreCase)
            || rows.Keys.Any(k => k.Column.Split('_').Any(part => Array.Exists(Leases, l => part.StartsWith(l, StringComparison.OrdinalIgnoreCase))))
            || rows.Text is var (_, script, statement) && ((statement.Lock & SqlLockClause.TableLock) != 0 || Guards(script, table, script.Statements.Where(s => s.Start < statement.Start))))
        {
            return true;
        }
        foreach (var call in LifetimeGraphs.BodyAround(first).Descendants().OfType<IInvocationOperation>())
        {
            if (call.Syntax.SpanStart >= first.Syntax.SpanStart)
            {
                continue;
            }
            if (call.TargetMethod.Name.IndexOf("Lock", StringComparison.Ordinal) >= 0 || call.TargetMethod.Name.IndexOf("ForUpdate", StringComparison.Ordinal) >= 0)
            {
                return true; // LockOrderAsync(…): a helper that takes the lock of what the rows belong to.
            }
            if (RowLock.MayBe(call, model) && ScriptsOf(call, rows.Dialect, model).Any(earlier => Guards(earlier, table, earlier.Statements)))
            {
                return true;
            }
        }
        return false;
    }

    /// <summary>What a call runs, or the method that it calls.</summary>
    private static IEnumerable<SqlScript> ScriptsOf(IInvocationOperation call, SqlDialect dialect, DbModel model) =>
        model.LockingMethods.MayLock(call) && model.Flow.BodyOf((call.TargetMethod.ReducedFrom ?? call.TargetMethod).OriginalDefinition) is { } body
            ? body.Descendants().OfType<IInvocationOperation>().SelectMany(inner => OwnScriptsOf(inner, dialect, model))
            : OwnScriptsOf(call, dialect, model);

    private static IEnumerable<SqlScript> OwnScriptsOf(IInvocationOperation call, SqlDialect dialect, DbModel model) =>
        model.ExecutionOf(call) is { } execution ? execution.Calls.SelectMany(c => c.Templates).Select(t => t.Script)
        : RowLock.Interpolated(call, dialect) is var (script, _) ? [script]
        : [];

    private static bool Guards(SqlScript script, string table, IEnumerable<SqlStatement> statements) =>
        IsAdvisory(script) || statements.Any(s => s.Kind == SqlStatementKind.Lock || RowLock.Waits(s.Lock) || (s.Lock & SqlLockClause.TableLock) != 0
            // SKIP LOCKED, and then the rows that it gave.
            || s.Kind == SqlStatementKind.Select && s.Lock != SqlLockClause.None && s.Tables.Any(t => NameOf(t.Name).Equals(table, StringComparison.OrdinalIgnoreCase))
            || s.Kind == SqlStatementKind.Insert && !s.HasOnConflict && s.Tables.Any(t => (t.Use & SqlTableUse.Write) != 0 && NameOf(t.Name).Equals(table, StringComparison.OrdinalIgnoreCase))
            || s.Kind is SqlStatementKind.Update or SqlStatementKind.Delete && s.Tables.Any(t => (t.Use & SqlTableUse.Write) != 0 && IsParent(NameOf(t.Name), table)));

    /// <summary>A lock of the application's own: <c>pg_try_advisory_xact_lock</c>, <c>GET_LOCK</c>, <c>sp_getapplock</c>.</summary>
    public static bool IsAdvisory(SqlScript script) => Array.Exists(Advisory, a => script.Text.Text.IndexOf(a, StringComparison.OrdinalIgnoreCase) >= 0);

    /// <summary>By its name: <c>orders</c> of <c>order_lines</c>. Who has written the parent row holds the lock on it.</summary>
    private static bool IsParent(string parent, string child)
    {
        var stem = parent.TrimEnd('s', 'S');
        return stem.Length > 2 && child.Length > parent.Length && child.StartsWith(stem, StringComparison.OrdinalIgnoreCase);
    }

    private static string NameOf(string table) => table.Substring(table.LastIndexOf('.') + 1).Trim('"', '[', ']', '`');
}
