using DbSafety.Engine;
using DbSafety.Flow;
using DbSafety.Model;
using DbSafety.Sql;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace DbSafety.Rules.Locks;

/// <summary>A SELECT that locks rows and is a transaction of its own, so that the locks are gone when it returns.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
[NoFix("Which of the statements that follow belong in the transaction with the lock only the author knows.")]
internal sealed class DBS304LockClauseOutsideTransaction() : DbRule(Descriptor)
{
    /// <summary>A suggestion where the connection comes from callers elsewhere, who may have begun a transaction; an error on SQLite.</summary>
    private static readonly DiagnosticDescriptor Descriptor = Rule.Of(
        "DBS304", "Lock clause outside of a transaction",
        "{0} {1}; {2}",
        Area.Locks, DiagnosticSeverity.Warning,
        "A lock lasts until its transaction ends, and in autocommit that is the statement itself: another session changes the row before the next statement.");

    private static readonly (SqlLockClause Clause, string Words)[] Clauses =
    [
        (SqlLockClause.ForUpdate, "FOR UPDATE"), (SqlLockClause.ForNoKeyUpdate, "FOR NO KEY UPDATE"), (SqlLockClause.ForShare, "FOR SHARE"),
        (SqlLockClause.ForKeyShare, "FOR KEY SHARE"), (SqlLockClause.LockInShareMode, "LOCK IN SHARE MODE"), (SqlLockClause.UpdLock, "UPDLOCK"), (SqlLockClause.XLock, "XLOCK"),
    ];

    protected override void Register(RuleContext context)
    {
        var efProvider = EfProviders.Only(context.Compilation);
        var autocommit = new AutocommitFinder(context.Model);
        context.OnCall((call, operation) =>
        {
            if (!call.IsStatement || call.Text.Truncated || call.Templates.Length != 1
                || call.Templates[0] is not { IsExact: true, Script: { IsBalanced: true, Statements: { Length: 1 } statements } script }
                || statements[0] is not { Kind: SqlStatementKind.Select, IsInsideBlock: false, Lock: not SqlLockClause.None, Tables: { Length: > 0 } tables } select
                || Clauses.FirstOrDefault(c => (select.Lock & c.Clause) != 0).Words is not { } words)
            {
                return;
            }
            var executions = Executions(call).ToList();
            var dialect = Dialect(call, executions);
            if (dialect == SqlDialect.Sqlite)
            {
                if (words.StartsWith("FOR ", StringComparison.Ordinal) && !Surroundings.IsExpectedToThrow(call.Operation))
                {
                    Report(operation, call, DiagnosticSeverity.Error, words, "is a syntax error on SQLite", "begin a transaction that is not deferred, which locks the database");
                }
                return;
            }
            // NOWAIT asks whether somebody else has the lock; a statement that writes, too, needs the lock no longer than it runs.
            if (dialect is SqlDialect.GoogleSql or SqlDialect.Unknown || (select.Lock & SqlLockClause.NoWait) != 0 || tables.Any(t => (t.Use & SqlTableUse.Write) != 0))
            {
                return;
            }
            var table = tables[0].Name.Length > 0 ? $"the rows of '{script.Text.Text.Substring(tables[0].Start, tables[0].Length)}'" : "its rows";
            switch (executions.Select(e => autocommit.Of(e, call)).DefaultIfEmpty(Autocommit.No).Min())
            {
                case Autocommit.Certain:
                    Report(operation, call, DiagnosticSeverity.Warning, words, $"locks {table} until this statement ends, as no transaction is open", "begin one, and run what needs the lock in it");
                    break;
                case Autocommit.UnlessCallersBegin:
                    Report(operation, call, DiagnosticSeverity.Info, words, $"locks {table} until this statement ends unless a caller has begun a transaction", "take the transaction as a parameter, or begin one");
                    break;
            }
        });

        void Report(OperationPlace operation, DbCall call, DiagnosticSeverity severity, params object[] message) =>
            operation.ReportDiagnostic(Diagnostic.Create(Descriptor, call.Sql.Syntax.GetLocation(), severity, null, null, message));

        IEnumerable<DbExecution> Executions(DbCall call) => context.Model.ExecutionOf(call.Operation) is { } own ? [own]
            : LifetimeGraphs.BodyAround(call.Operation).Descendants().Select(context.Model.ExecutionOf).OfType<DbExecution>().Where(e => e.Calls.Contains(call));

        SqlDialect Dialect(DbCall call, List<DbExecution> executions) => call.Dialect != SqlDialect.Unknown ? call.Dialect
            : call.Operation is IInvocationOperation { TargetMethod.Name: "FromSqlRaw" or "SqlQueryRaw" } ? efProvider?.Dialect ?? SqlDialect.Unknown
            : executions.Select(e => Provider.OfType(LifetimeSymbols.TypeOf(e.Connection)).Dialect).FirstOrDefault();
    }
}
