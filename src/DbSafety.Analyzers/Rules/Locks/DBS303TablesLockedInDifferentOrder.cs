using System.Collections.Concurrent;
using DbSafety.Engine;
using DbSafety.Model;
using DbSafety.Sql;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace DbSafety.Rules.Locks;

/// <summary>Transactions of the compilation that lock rows of the same tables in orders that cannot both be right.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
[NoFix("Which of the transactions can lock in another order only the author knows.")]
internal sealed class DBS303TablesLockedInDifferentOrder() : DbRule(Descriptor)
{
    private static readonly DiagnosticDescriptor Descriptor = Rule.Of(
        "DBS303", "Tables locked in different order",
        "{0}; when these run at once each waits for the other, so lock the tables in one order everywhere",
        Area.Locks, DiagnosticSeverity.Warning,
        "Two transactions that lock the same rows in opposite order wait for each other until the server kills one of them.",
        atCompilationEnd: true);

    protected override void Register(RuleContext context)
    {
        var transactions = new ConcurrentBag<(SqlDialect Dialect, LockOrder Order)>();
        context.OnOperation(operation =>
        {
            if (context.Model.MayLockRows(operation.Operation.Syntax.SyntaxTree) && TableLocks.MayHold(operation.Operation, context.Model)
                && context.Model.Resources.MadeBy(operation.Operation, DbResourceKind.Transaction | DbResourceKind.Scope) is (var transaction, _)
                && !Surroundings.IsTest(operation.ContainingSymbol)
                && TableLocks.Of(operation.Operation, transaction, context.Model) is { } locks && locks.Dialect.LocksRows())
            {
                var sites = locks.Locks.Select(l => new LockSite(l.Table, l.Name, l.Waits, l.Step.GetLocation())).ToList();
                transactions.Add((locks.Dialect, new(operation.ContainingSymbol, transaction.Creation.Syntax.GetLocation(), sites, locks.IsBefore)));
            }
        }, OperationKind.Invocation, OperationKind.ObjectCreation);
        context.OnCompilationEnd(end =>
        {
            foreach (var cycle in transactions.GroupBy(t => t.Dialect).SelectMany(g => LockCycles.In(g.Select(t => t.Order))))
            {
                end.ReportDiagnostic(cycle.Report(Descriptor));
            }
        });
    }
}
