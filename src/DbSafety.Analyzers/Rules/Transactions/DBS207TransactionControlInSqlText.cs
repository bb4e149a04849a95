using System.Collections.Immutable;
using DbSafety.Engine;
using DbSafety.Flow;
using DbSafety.Model;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace DbSafety.Rules.Transactions;

/// <summary>A transaction that is begun and ended by SQL text, behind the connection's back.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
internal sealed class DBS207TransactionControlInSqlText() : DbRule(Descriptor)
{
    private static readonly DiagnosticDescriptor Descriptor = Rule.Of(
        "DBS207", "Transaction control as SQL text",
        "'{0}' as SQL text makes a transaction that {1}; use BeginTransaction",
        Area.Transactions, DiagnosticSeverity.Warning,
        "Nobody rolls back a transaction that only the text knows of. When something fails in between it stays open, and the connection goes back to the pool with it.");

    protected override void Register(RuleContext context) => context.OnCall((call, operation) =>
    {
        if (TransactionControl.Of(call) is not { } control || control.Kind == TransactionControlKind.Both && !LeavesOpen(call.Provider) || IsElsewhere(operation))
        {
            return;
        }
        var others = ControlsAround(call);
        if (control.Kind == TransactionControlKind.End && others.Any(o => o.Control.Kind == TransactionControlKind.Begin))
        {
            return; // reported once, where it begins
        }
        var inherits = call.Provider == Provider.MicrosoftSqlite;
        var (properties, places) = Plan(call, control, others);
        operation.ReportDiagnostic(Diagnostic.Create(
            Descriptor, call.Sql.Syntax.GetLocation(), inherits ? DiagnosticSeverity.Error : DiagnosticSeverity.Warning, places, properties,
            control.Statement, inherits ? "the next user of the pooled connection inherits when something fails" : "stays open when something fails"));
    });

    /// <summary>A text that begins and commits leaves the transaction open on an error in the middle; Npgsql and SqlClient clear that up.</summary>
    private static bool LeavesOpen(Provider provider) =>
        provider == Provider.MicrosoftSqlite || provider == Provider.MySqlConnector || provider == Provider.MySqlData;

    /// <summary>Tests, migrations, and the classes of a provider itself.</summary>
    private static bool IsElsewhere(OperationPlace operation)
    {
        var symbol = operation.Operation.SemanticModel?.GetEnclosingSymbol(operation.Operation.Syntax.SpanStart, operation.CancellationToken) ?? operation.ContainingSymbol;
        return Surroundings.IsTest(symbol) || Surroundings.IsMigration(symbol)
            || symbol.ContainingType?.AllInterfaces.Any(i => i.Name is "IDbTransaction" or "IDbConnection" or "IDbCommand") == true;
    }

    private static List<(DbCall Call, TransactionControl Control)> ControlsAround(DbCall call) =>
        (from operation in CommandUses.Root(call.Operation).Descendants()
         let other = call.Model.CallOf(operation)
         where other is not null
         let control = TransactionControl.Of(other)
         where control is not null
         select (other, control)).ToList();

    /// <summary>
    /// What the fix needs where one block begins and commits on one connection, and nothing in between could mind a transaction that the
    /// provider knows of: the two statements and what names the connection. Nothing elsewhere.
    /// </summary>
    private static (ImmutableDictionary<string, string?>?, IEnumerable<Location>) Plan(DbCall begin, TransactionControl control, List<(DbCall Call, TransactionControl Control)> all)
    {
        var other = all.FirstOrDefault(o => o.Call.Operation != begin.Operation);
        if (control is not { Kind: TransactionControlKind.Begin, IsPlain: true } || all.Count != 2
            || other is not ({ } commit, { Kind: TransactionControlKind.End, IsPlain: true })
            || begin.Provider != Provider.Npgsql && begin.Provider != Provider.MicrosoftSqlite && begin.Provider != Provider.SystemSqlite
            || commit.Provider != begin.Provider
            || Statement.Of(begin) is not { } first || Statement.Of(commit) is not { } last
            || !SymbolEqualityComparer.Default.Equals(first.Symbol, last.Symbol)
            || first.Syntax.Parent is not BlockSyntax block || last.Syntax.Parent != block || first.Syntax.SpanStart > last.Syntax.SpanStart
            || ((CSharpParseOptions)block.SyntaxTree.Options).LanguageVersion < LanguageVersion.CSharp8
            || !IsQuiet(begin, first, last))
        {
            return (null, []);
        }
        return (
            ImmutableDictionary<string, string?>.Empty.Add("connection", first.Connection.Syntax.ToString()).Add("token", first.Token ?? last.Token),
            [first.Syntax.GetLocation(), last.Syntax.GetLocation()]);
    }

    /// <summary>
    /// In between nothing begins a transaction of its own and every command is made there, by the connection, so that it gets the
    /// transaction; and no other code of the program gets the connection.
    /// </summary>
    private static bool IsQuiet(DbCall begin, Statement first, Statement last)
    {
        var between = Microsoft.CodeAnalysis.Text.TextSpan.FromBounds(first.Syntax.Span.End, last.Syntax.SpanStart);
        var shapes = begin.Model.Shapes;
        return LifetimeGraphs.BodyAround(begin.Operation).Descendants().Where(o => between.Contains(o.Syntax.Span)).All(o => o switch
        {
            IObjectCreationOperation made => !shapes.IsCommand(made.Type),
            IInvocationOperation { TargetMethod: var method } call => !method.Name.StartsWith("BeginTransaction", StringComparison.Ordinal)
                && !(method.Locations.Any(l => l.IsInSource)
                    && (first.Symbol is not ILocalSymbol || call.Arguments.Any(a => SymbolEqualityComparer.Default.Equals(LifetimeSymbols.Of(a.Value), first.Symbol)))),
            ILocalReferenceOperation { Local: var local } => !shapes.IsCommand(local.Type) || local.DeclaringSyntaxReferences.All(r => between.Contains(r.Span)),
            IParameterReferenceOperation { Parameter.Type: var type } => !shapes.IsCommand(type),
            IMemberReferenceOperation { Member: IFieldSymbol or IPropertySymbol, Type: { } type } => !shapes.IsCommand(type),
            _ => true,
        });
    }

    /// <summary>A statement that does nothing but run the text: <c>connection.Execute("…");</c>, <c>new …Command("…", connection).ExecuteNonQuery();</c>.</summary>
    private sealed record Statement(ExpressionStatementSyntax Syntax, IOperation Connection, ISymbol Symbol, string? Token)
    {
        public static Statement? Of(DbCall call)
        {
            var (run, connection, token) = call.Operation switch
            {
                IInvocationOperation { TargetMethod: { Name: "Execute" or "ExecuteAsync", ContainingType.Name: "SqlMapper" } } dapper
                    when dapper.Arguments.Count(a => a.ArgumentKind == ArgumentKind.Explicit) == 2 => (dapper, dapper.Arguments.First(a => a.Parameter?.Ordinal == 0).Value, null),
                IObjectCreationOperation { Initializer: null, Arguments: { Length: 2 } arguments, Parent: IInvocationOperation { TargetMethod.Name: "ExecuteNonQuery" or "ExecuteNonQueryAsync" } execute }
                    when call.Model.Shapes.IsConnection(arguments[1].Value.Type) => (execute, arguments[1].Value, TokenOf(execute)),
                _ => ((IInvocationOperation?)null, (IOperation?)null, (string?)null),
            };
            connection = connection is null ? null : CommandUses.Unwrap(connection);
            if (run is null || connection is null || LifetimeSymbols.Of(connection) is not { } symbol
                || connection.Syntax is not (IdentifierNameSyntax or MemberAccessExpressionSyntax { Expression: ThisExpressionSyntax }))
            {
                return null;
            }
            var syntax = run.Syntax.Parent is AwaitExpressionSyntax await ? await.Parent : run.Syntax.Parent;
            var isAwaited = run.Syntax.Parent is AwaitExpressionSyntax;
            return syntax is ExpressionStatementSyntax statement && isAwaited == run.TargetMethod.Name.EndsWith("Async", StringComparison.Ordinal)
                ? new(statement, connection, symbol, token)
                : null;
        }

        private static string? TokenOf(IInvocationOperation execute) =>
            execute.Arguments.FirstOrDefault(a => a.ArgumentKind == ArgumentKind.Explicit)?.Value.Syntax.ToString();
    }
}
