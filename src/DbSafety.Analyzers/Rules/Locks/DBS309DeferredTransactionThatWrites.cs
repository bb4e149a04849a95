using System.Collections.Immutable;
using DbSafety.Engine;
using DbSafety.Flow;
using DbSafety.Model;
using DbSafety.Sql;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace DbSafety.Rules.Locks;

/// <summary>A SQLite transaction that is begun as a reader's and then writes.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
internal sealed class DBS309DeferredTransactionThatWrites() : DbRule(Descriptor)
{
    private static readonly DiagnosticDescriptor Descriptor = Rule.Of(
        "DBS309", "Deferred transaction that writes",
        "Transaction '{0}' is deferred and writes, which fails with SQLITE_BUSY when another connection commits after its first read; begin it without 'deferred'",
        Area.Locks, DiagnosticSeverity.Warning,
        "A deferred SQLite transaction takes the write lock at its first write. When its snapshot is stale by then, waiting cannot help and the write fails.");

    protected override void Register(RuleContext context) => context.OnOperation(operation =>
    {
        var begin = (IInvocationOperation)operation.Operation;
        if (Deferred(begin) is { } deferred && context.Model.Resources.MadeBy(begin, DbResourceKind.Transaction) is ({ Local: { } local } transaction, _)
            && Writes(transaction, local, begin, context.Model) is { } severity)
        {
            // Without the argument an async method would have an awaitable twin to call: that is the business of another rule.
            var isAsync = begin.SemanticModel?.GetEnclosingSymbol(begin.Syntax.SpanStart, operation.CancellationToken) is IMethodSymbol { IsAsync: true };
            var properties = ImmutableDictionary<string, string?>.Empty;
            operation.ReportDiagnostic(Diagnostic.Create(
                Descriptor, deferred.Syntax.GetLocation(), severity, null, KeepsLevel(begin) ? properties.Add("fix", isAsync ? "false" : "drop") : properties, local.Name));
        }
    }, OperationKind.Invocation);

    /// <summary>The argument that says so; null where it does not say true for certain.</summary>
    private static IArgumentOperation? Deferred(IInvocationOperation call) =>
        call is { TargetMethod.Name: "BeginTransaction", Instance.Type: { } type } && Provider.OfType(type) == Provider.MicrosoftSqlite
            ? call.Arguments.FirstOrDefault(a => a.Parameter?.Name == "deferred" && a.Value.ConstantValue.Value is true && a.ArgumentKind == ArgumentKind.Explicit)
            : null;

    /// <summary>Without <c>deferred</c> a transaction is immediate, unless its level is ReadUncommitted.</summary>
    private static bool KeepsLevel(IInvocationOperation begin) => begin.Arguments.All(a =>
        a.Parameter?.Name != "isolationLevel" || a.Value.ConstantValue is { HasValue: true, Value: int level } && level != (int)System.Data.IsolationLevel.ReadUncommitted);

    /// <summary>
    /// A write that certainly runs in the transaction: behind its beginning, in the scope of its variable, before it is ended. Advice
    /// where nothing runs in it before, so that there is no snapshot that could be stale; null where there is no write.
    /// </summary>
    private static DiagnosticSeverity? Writes(DbResource transaction, ILocalSymbol local, IInvocationOperation begin, DbModel model)
    {
        var body = LifetimeGraphs.BodyAround(begin);
        var scope = ScopeOf(begin);
        var severity = DiagnosticSeverity.Info;
        HashSet<ISymbol> contexts = new(SymbolEqualityComparer.Default);
        foreach (var call in body.Descendants().OfType<IInvocationOperation>().OrderBy(o => o.Syntax.SpanStart))
        {
            if (call.Syntax.SpanStart <= begin.Syntax.Span.End || !scope.Syntax.Span.Contains(call.Syntax.Span) || LifetimeGraphs.BodyAround(call) != body)
            {
                continue;
            }
            if (Ends(call, local) && IsStraight(call, scope))
            {
                return null;
            }
            if (call.TargetMethod.Name is "UseTransaction" or "UseTransactionAsync" && call.Arguments.Any(a => Is(LifetimeSymbols.Of(a.Value), local))
                && LifetimeSymbols.Of(DbResources.ContextOf(call.Instance ?? call.Arguments[0].Value)) is { } context)
            {
                contexts.Add(context);
            }
            if (model.ExecutionOf(call) is { IsWrite: true } execution && !IsTemporary(execution)
                && (execution.IsSaveChanges ? execution.Connection is { } used && contexts.Contains(used) : execution.RunsIn(transaction)))
            {
                return severity;
            }
            if (MayRead(call, model))
            {
                severity = DiagnosticSeverity.Warning;
            }
        }
        return null;
    }

    /// <summary>It writes to <c>temp.</c> tables, which are the connection's own.</summary>
    private static bool IsTemporary(DbExecution execution) =>
        !execution.IsSaveChanges && execution.Calls.All(c => c.Templates.All(t => t.Script.Statements.All(s => s.Tables.All(table => (table.Use & SqlTableUse.Write) == 0 || table.Name.StartsWith("temp.", StringComparison.OrdinalIgnoreCase)))));

    /// <summary>Anything that runs a statement, or a method of the program.</summary>
    private static bool MayRead(IInvocationOperation call, DbModel model) =>
        model.ExecutionOf(call) is not null || model.Operations.Of(call.TargetMethod) is not null || call.TargetMethod.Locations.Any(l => l.IsInSource);

    /// <summary>The block that the variable lives in, or the statement whose <c>using</c> it is.</summary>
    private static IOperation ScopeOf(IOperation begin)
    {
        var scope = begin;
        while (scope.Parent is { } parent && scope is not (IBlockOperation or IUsingOperation))
        {
            scope = parent;
        }
        return scope;
    }

    private static bool Ends(IInvocationOperation call, ILocalSymbol transaction) =>
        call.TargetMethod.Name is "Commit" or "CommitAsync" or "Rollback" or "RollbackAsync" or "Dispose" or "DisposeAsync" or "Close"
        && call.TargetMethod.Parameters.All(p => p.Type.SpecialType != SpecialType.System_String) && Is(LifetimeSymbols.Of(call.Instance), transaction);

    /// <summary>A statement that runs whenever the scope runs to its end.</summary>
    private static bool IsStraight(IOperation call, IOperation scope)
    {
        var statement = call;
        while (statement.Parent is IAwaitOperation or IExpressionStatementOperation or IConversionOperation)
        {
            statement = statement.Parent;
        }
        return statement.Parent == scope || statement.Parent is IBlockOperation block && block.Parent == scope && scope is IUsingOperation;
    }

    private static bool Is(ISymbol? a, ISymbol b) => SymbolEqualityComparer.Default.Equals(a, b);
}
