using DbSafety.Flow;
using DbSafety.Model;
using DbSafety.Sql;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace DbSafety.Rules.Locks;

/// <summary>The SQL form of DBS305. An INSERT that is all that a method runs is judged in those that call it.</summary>
internal static class SqlCheckThenInsert
{
    /// <summary>More are not looked at.</summary>
    private const int MaxCallers = 50;

    public static IEnumerable<CheckedInsert> Of(IInvocationOperation call, DbModel model) =>
        RunStatement.Of(call, model) is { Statement: { Kind: SqlStatementKind.Insert, HasOnConflict: false, Tables: [{ Use: SqlTableUse.Write, Name.Length: > 0 }] } } insert
            ? Of(insert, model)
            : [];

    private static IEnumerable<CheckedInsert> Of(RunStatement insert, DbModel model) =>
        Judge(insert, model) is { } own ? [own] : CallersOf(insert, model).Select(caller => Judge(insert with { Step = caller }, model)).OfType<CheckedInsert>();

    /// <summary>The calls of the method that does nothing but insert, where there may be a condition.</summary>
    private static IEnumerable<IInvocationOperation> CallersOf(RunStatement insert, DbModel model)
    {
        var run = insert.Run;
        return run.SemanticModel?.GetEnclosingSymbol(run.Syntax.SpanStart) is IMethodSymbol { MethodKind: MethodKind.Ordinary or MethodKind.LocalFunction } method
            && TextFlow.HasOneTarget(method) && insert.Execution.Transaction is null
            && RunStatement.OnlyRun(LifetimeGraphs.BodyAround(run), model) == run
            && Branches.AlwaysRuns(run) && !RaceGuards.ExpectsDuplicate(run) && !RaceGuards.IsLocked(run, model) && !RaceGuards.TransactionsBefore(run, model).Any()
            ? model.Flow.CallsOf(method.OriginalDefinition, call => MayBeChecked(call, method)).Take(MaxCallers)
            : [];
    }

    /// <summary>By its syntax the call is of the method, and something decides whether it is made: <c>Add</c> is the name of many.</summary>
    private static bool MayBeChecked(InvocationExpressionSyntax call, IMethodSymbol method)
    {
        if (call.ArgumentList.Arguments.Count > method.Parameters.Length
            || method.DeclaredAccessibility == Accessibility.Private && !method.ContainingType.DeclaringSyntaxReferences.Any(t => t.SyntaxTree == call.SyntaxTree && t.Span.Contains(call.Span)))
        {
            return false;
        }
        for (SyntaxNode node = call; node.Parent is { } parent and not MemberDeclarationSyntax; node = parent)
        {
            if (parent is IfStatementSyntax choice && node != choice.Condition || parent is ElseClauseSyntax or ConditionalExpressionSyntax or BinaryExpressionSyntax { RawKind: (int)SyntaxKind.CoalesceExpression }
                || parent is BlockSyntax { Statements: var statements } && statements.Any(s => s.SpanStart < node.SpanStart && s is IfStatementSyntax))
            {
                return true;
            }
        }
        return false;
    }

    private static CheckedInsert? Judge(RunStatement insert, DbModel model)
    {
        var table = insert.Statement.Tables[0].Name;
        foreach (var test in AbsenceTests.EmptyBefore(insert.Step))
        {
            if ((RunStatement.Of(test.Call, model) ?? RunStatement.Question(test.Call, model)) is { Statement: { Kind: SqlStatementKind.Select, Tables: [{ Name: var asked }] } } check
                && asked == table && IsAboutRows(check.Statement, check.Template)
                && SharedKey(check, insert) is { } column && !IsGuarded(insert, check, table, model))
            {
                var clause = ConflictClause.KeyOf(check, insert.Statement, model) is { } key ? ConflictClause.TextOf(key, insert, insert.Dialect, model) : null;
                return new(
                    insert.IsFollowed ? insert.Step.Syntax.GetLocation() : insert.Execution.Calls[0].Sql.Syntax.GetLocation(), column, table, test.Call, LocksRows(check.Statement), false,
                    clause is not null ? "insert with " + clause : "give it a unique key and " + insert.Dialect switch
                    {
                        SqlDialect.PostgreSql or SqlDialect.Sqlite => "insert with ON CONFLICT DO NOTHING",
                        SqlDialect.MySql => "insert with ON DUPLICATE KEY UPDATE",
                        _ => "handle the error of the second insert",
                    },
                    insert.IsFollowed ? insert.Step.TargetMethod.Name : null,
                    clause is not null ? ConflictClause.Edit(clause, insert, test, check, model) : null);
            }
        }
        return null;
    }

    /// <summary>It asks for rows, their number or key, not for a sum or the highest number.</summary>
    private static bool IsAboutRows(SqlStatement select, SqlTemplate template)
    {
        var (text, from) = (template.Script.Text.Text, select.Tables[0].Start);
        var head = text.Substring(select.Start, from - select.Start);
        return new[] { "MAX(", "MIN(", "SUM(", "AVG(", "NOT EXISTS" }.All(f => head.IndexOf(f, StringComparison.OrdinalIgnoreCase) < 0);
    }

    /// <summary>A column that the SELECT compares with the value the INSERT writes to it; null where there is none, or another key differs.</summary>
    private static string? SharedKey(RunStatement check, RunStatement insert)
    {
        if (SqlInsert.ValuesOf(insert.Statement, insert.Template.Script) is not { } written)
        {
            return null;
        }
        string? shared = null;
        foreach (var key in check.Statement.KeyEqualities.Where(k => k.Kind is SqlOperandKind.Parameter or SqlOperandKind.Hole))
        {
            if (!written.TryGetValue(key.Column, out var operand)
                || check.ValueOf(check.Template.Script.Text.Text.Substring(key.Start, key.Length)) is not { } wanted || insert.ValueOf(operand) != wanted)
            {
                return null;
            }
            shared ??= key.Column;
        }
        return shared;
    }

    private static bool IsGuarded(RunStatement insert, RunStatement check, string table, DbModel model)
    {
        var (call, provider, select) = (insert.Step, insert.Provider, check.Statement);
        if (RaceGuards.ExpectsDuplicate(call) || RaceGuards.IsIsolated(call, provider, model) || RaceGuards.IsLocked(call, model)
            || (select.Lock & (SqlLockClause.HoldLock | SqlLockClause.TableLock | SqlLockClause.XLock)) != 0)
        {
            return true;
        }
        // A transaction of the caller, whose level is not known here; on SQLite any transaction of his lets nobody else write.
        var own = RaceGuards.TransactionsBefore(call, model).ToList();
        if (new[] { insert.Execution.Transaction, check.Execution.Transaction }.Any(t => t is not null && !own.Exists(r => SymbolEqualityComparer.Default.Equals(r.Local, t)))
            || RaceGuards.IsSqlite(provider) && insert.Execution.Connection is not ILocalSymbol)
        {
            return true;
        }
        // Whether a method that is called takes part in the transaction is not followed.
        if (insert.IsFollowed || check.IsFollowed)
        {
            return own.Count > 0 || check.IsFollowed && RaceGuards.IsLocked(check.Run, model);
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
}
