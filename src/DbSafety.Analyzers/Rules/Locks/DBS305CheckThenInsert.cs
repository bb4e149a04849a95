using DbSafety.Engine;
using DbSafety.Flow;
using DbSafety.Model;
using DbSafety.Sql;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace DbSafety.Rules.Locks;

/// <summary>
/// An INSERT of a key that runs where a SELECT by that key has found none, with nothing that keeps a second caller out between the two:
/// no ON CONFLICT, no catch, no lock, no Serializable transaction. The same of EF Core, as advice.
/// </summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
[NoFix("ON CONFLICT needs a unique key, which only the schema shows, and what the caller gets when the row is there already is for its author to say.")]
internal sealed class DBS305CheckThenInsert() : DbRule(Descriptor)
{
    private static readonly DiagnosticDescriptor Descriptor = Rule.Of(
        "DBS305", "Check, then insert",
        "Another caller can insert the same '{0}' into '{1}' after line {2} found none{3}; give it a unique key and {4}",
        Area.Locks, DiagnosticSeverity.Warning,
        "Two callers that ask at the same time both find nothing, and both insert: the row is there twice, or the second one fails.");

    protected override void Register(RuleContext context)
    {
        if (Surroundings.IsTestProject(context.Compilation))
        {
            return;
        }
        var efProvider = EfProviders.Only(context.Compilation) ?? Provider.Unknown;
        context.OnOperation(operation =>
        {
            var call = (IInvocationOperation)operation.Operation;
            var finding = EfCheckThenInsert.IsAdd(call) ? EfCheckThenInsert.Of(call, efProvider, context.Model) : Sql(call, context.Model);
            if (finding is null || IsElsewhere(operation))
            {
                return;
            }
            operation.ReportDiagnostic(Diagnostic.Create(
                Descriptor, finding.Place, finding.IsEf ? DiagnosticSeverity.Info : DiagnosticSeverity.Warning, null, null,
                finding.Column, finding.Table, finding.Check.GetLocation().GetLineSpan().StartLinePosition.Line + 1,
                finding.LocksNothing ? " (FOR UPDATE locks nothing where there is no row)" : "", finding.Instead));
        }, OperationKind.Invocation);
    }

    private static CheckedInsert? Sql(IInvocationOperation call, DbModel model)
    {
        if (model.ExecutionOf(call) is not { IsWrite: true, IsSaveChanges: false, Calls.Length: 1 } write || StatementOf(write.Calls[0]) is not ({ Kind: SqlStatementKind.Insert, HasOnConflict: false } statement, var template)
            || statement.Tables is not { Length: 1 } || statement.Tables[0] is not { Use: SqlTableUse.Write, Name: { Length: > 0 } table })
        {
            return null;
        }
        var insert = write.Calls[0];
        foreach (var check in AbsenceTests.EmptyBefore(call))
        {
            if (model.ExecutionOf(check) is { Calls.Length: 1 } read && StatementOf(read.Calls[0]) is ({ Kind: SqlStatementKind.Select } select, var question)
                && select.Tables.Length == 1 && select.Tables[0].Name == table && IsAboutRows(select, question)
                && SharedKey(read, select, question, write, statement, template) is { } column
                && !IsGuarded(write, read, table, ProviderOf(insert, call), select, model))
            {
                var instead = insert.Dialect is SqlDialect.Unknown ? ProviderOf(insert, call).Dialect : insert.Dialect;
                return new(insert.Sql.Syntax.GetLocation(), column, table, check.Syntax, LocksRows(select), false, instead switch
                {
                    SqlDialect.PostgreSql or SqlDialect.Sqlite => "insert with ON CONFLICT DO NOTHING",
                    SqlDialect.MySql => "insert with ON DUPLICATE KEY UPDATE",
                    _ => "handle the error of the second insert",
                });
            }
        }
        return null;
    }

    /// <summary>The only statement of a call, which is fully known; an INSERT may be followed by the question for its id.</summary>
    private static (SqlStatement, SqlTemplate)? StatementOf(DbCall call) =>
        call is { IsStatement: true, Text.Truncated: false, Templates.Length: 1 }
            && call.Templates[0] is { IsExact: true, Script: { IsBalanced: true, Statements: { Length: 1 or 2 } statements } } template && !statements[0].IsInsideBlock
            && (statements.Length == 1 || statements[0].Kind == SqlStatementKind.Insert && statements[1] is { Kind: SqlStatementKind.Select, Tables.IsEmpty: true })
                ? (statements[0], template)
                : null;

    /// <summary>It asks for rows, their number or key, not for a sum or the highest number.</summary>
    private static bool IsAboutRows(SqlStatement select, SqlTemplate template)
    {
        var (text, from) = (template.Script.Text.Text, select.Tables[0].Start);
        var head = text.Substring(select.Start, from - select.Start);
        return new[] { "MAX(", "MIN(", "SUM(", "AVG(", "NOT EXISTS" }.All(f => head.IndexOf(f, StringComparison.OrdinalIgnoreCase) < 0);
    }

    /// <summary>A column that the SELECT compares with the value the INSERT writes to it; null where there is none, or another key differs.</summary>
    private static string? SharedKey(DbExecution read, SqlStatement select, SqlTemplate question, DbExecution write, SqlStatement statement, SqlTemplate template)
    {
        if (SqlInsert.ValuesOf(statement, template.Script) is not { } written)
        {
            return null;
        }
        string? shared = null;
        foreach (var key in select.KeyEqualities.Where(k => k.Kind is SqlOperandKind.Parameter or SqlOperandKind.Hole))
        {
            if (!written.TryGetValue(key.Column, out var operand)
                || ComparedValue.Of(read.Calls[0], question, question.Script.Text.Text.Substring(key.Start, key.Length), read.Operation) is not { } wanted
                || ComparedValue.Of(write.Calls[0], template, operand, write.Operation) != wanted)
            {
                return null;
            }
            shared ??= key.Column;
        }
        return shared;
    }

    private static bool IsGuarded(DbExecution write, DbExecution read, string table, Provider provider, SqlStatement select, DbModel model)
    {
        var call = write.Operation;
        if (RaceGuards.ExpectsDuplicate(call) || RaceGuards.IsIsolated(call, provider, model) || RaceGuards.IsLocked(call, model)
            || (select.Lock & (SqlLockClause.HoldLock | SqlLockClause.TableLock | SqlLockClause.XLock)) != 0)
        {
            return true;
        }
        // A transaction of the caller, whose level is not known here; on SQLite any transaction of his lets nobody else write.
        var own = RaceGuards.TransactionsBefore(call, model).ToList();
        if (new[] { write.Transaction, read.Transaction }.Any(t => t is not null && !own.Exists(r => SymbolEqualityComparer.Default.Equals(r.Local, t)))
            || RaceGuards.IsSqlite(provider) && write.Connection is not ILocalSymbol)
        {
            return true;
        }
        // MySQL locks the gap at its default level, and kills one of the two; a row of another table that both lock keeps the second out.
        return own.Count > 0 && (provider.Dialect == SqlDialect.MySql && LocksRows(select) && !own.TrueForAll(r => RaceGuards.LevelOf(r) == System.Data.IsolationLevel.ReadCommitted)
            || LifetimeGraphs.BodyAround(call).Descendants().OfType<IInvocationOperation>().Any(other =>
                other.Syntax.SpanStart < call.Syntax.SpanStart && model.ExecutionOf(other) is { } before && before.Calls.Any(c => c.Templates.Any(t => t.Script.Statements.Any(s =>
                    (s.Kind is SqlStatementKind.Update or SqlStatementKind.Delete or SqlStatementKind.Insert or SqlStatementKind.Merge or SqlStatementKind.Lock || s.Lock != SqlLockClause.None)
                    && !s.Tables.Any(o => o.Name == table))))));
    }

    private static bool LocksRows(SqlStatement select) =>
        (select.Lock & (SqlLockClause.ForUpdate | SqlLockClause.ForNoKeyUpdate | SqlLockClause.ForShare | SqlLockClause.LockInShareMode)) != 0;

    /// <summary>A CommandDefinition knows no connection; the call that takes it does.</summary>
    private static Provider ProviderOf(DbCall call, IInvocationOperation execution) => call.Provider != Provider.Unknown
        ? call.Provider
        : Provider.OfType(CommandUses.Unwrap(execution.Instance ?? execution.Arguments[0].Value).Type);

    /// <summary>What runs alone: tests, migrations, the first rows of a new database.</summary>
    private static bool IsElsewhere(OperationPlace operation)
    {
        var symbol = operation.Operation.SemanticModel?.GetEnclosingSymbol(operation.Operation.Syntax.SpanStart, operation.CancellationToken) ?? operation.ContainingSymbol;
        return Surroundings.IsTest(symbol) || Surroundings.IsMigration(symbol)
            || Surroundings.Names(symbol).Any(n => n.Contains("Seed") || n.Contains("Migrat") || n.Contains("Initial") || n.Contains("Install") || n.Contains("Setup"));
    }
}

/// <summary>An INSERT that hangs on a question.</summary>
/// <param name="Check">The question.</param>
/// <param name="LocksNothing">It asks with a row lock.</param>
internal sealed record CheckedInsert(Location Place, string Column, string Table, SyntaxNode Check, bool LocksNothing, bool IsEf, string Instead);
