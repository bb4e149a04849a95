using System.Collections.Immutable;
using DbSafety.Engine;
using DbSafety.Flow;
using DbSafety.Model;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace DbSafety.Rules.Transactions;

/// <summary>
/// A command, a bulk copy or a mapper's call that is given no transaction anywhere, where the provider wants it, and that runs on a
/// connection whose transaction is open on every path or comes with it. Facts: api.md §5.
/// </summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
internal sealed class DBS204CommandNotEnlisted() : DbRule(Descriptor)
{
    private static readonly Provider[] Throws = [Provider.SqlClient, Provider.SystemSqlClient, Provider.MySqlConnector, Provider.MicrosoftSqlite];

    private static readonly DiagnosticDescriptor Descriptor = Rule.Of(
        "DBS204", "Command not enlisted",
        "This runs on '{0}' without its {3} '{1}', {2}; pass it",
        Area.Transactions, DiagnosticSeverity.Warning,
        "SqlClient, MySqlConnector and Microsoft.Data.Sqlite throw; on Spanner the statement has a transaction of its own, which a rollback does not undo.");

    protected override void Register(RuleContext context)
    {
        var tolerant = new Lazy<bool>(() => ConnectionOptions.IgnoresCommandTransaction(context.Compilation));
        var efProvider = new Lazy<Provider?>(() => EfProviders.Only(context.Compilation));
        context.OnOperation(operation =>
        {
            if (operation.Operation is IInvocationOperation { TargetMethod.Name: "RunWithRetriableTransaction" or "RunWithRetriableTransactionAsync" } retried)
            {
                InsideOf(retried, context.Model, operation);
            }
            else if (DbResources.MayBegin(operation.Operation) && MayMiss(operation.Operation, context.Model)
                && context.Model.Resources.MadeBy(operation.Operation, DbResourceKind.Transaction) is ({ Local: { } local, Owner: { } owner } transaction, var flow))
            {
                var isContext = transaction.Type.Name == "IDbContextTransaction";
                var isHeldAsContexts = isContext && local.Type.Name == transaction.Type.Name;
                var provider = isContext ? efProvider.Value ?? Provider.Unknown
                    : transaction.Provider != Provider.Unknown ? transaction.Provider
                    : (flow.HeldBy(owner, operation.Operation) as DbResource)?.Provider ?? Provider.Unknown;
                if (provider != Provider.Spanner && !Throws.Contains(provider))
                {
                    return;
                }
                var missing = Missing(operation.Operation, transaction, flow, provider, context.Model).ToList();
                if (missing.Count == 0 || LifetimeSymbols.IsAssigned(owner, operation.Operation) || provider == Provider.MySqlConnector && tolerant.Value)
                {
                    return;
                }
                foreach (var (place, _) in missing)
                {
                    Report(operation.ReportDiagnostic, place, owner.Name, local.Name, isHeldAsContexts, provider == Provider.Spanner);
                }
            }
        }, OperationKind.Invocation);
        context.OnBody(body =>
        {
            var operations = BodyOperations.Of(body.Operation);
            if (!GivenTransaction.MayBe(body.ContainingSymbol, operations))
            {
                return;
            }
            HashSet<IOperation> seen = [];
            foreach (var run in operations[OperationKind.Invocation].Cast<IInvocationOperation>())
            {
                if (UnenlistedCommand.Of(run, context.Model) is { } command && GivenWith(command, run, context.Model) is var (transaction, provider)
                    && seen.Add(command.Made) && !(provider == Provider.MySqlConnector && tolerant.Value))
                {
                    Report(body.ReportDiagnostic, command.Made.Syntax, command.Connection.Syntax.ToString(), transaction.Name, isContext: false, provider == Provider.Spanner, isGiven: true);
                }
            }
        });
    }

    /// <summary>The transaction that comes with the connection of a command, and whose they are; null where it is none for which the provider minds.</summary>
    private static (ISymbol Transaction, Provider)? GivenWith(UnenlistedCommand command, IOperation run, DbModel model)
    {
        var provider = Provider.OfType(CommandUses.Unwrap(command.Connection).Type);
        return (provider == Provider.Spanner || Throws.Contains(provider))
            && !(provider == Provider.MicrosoftSqlite && (command.IsOfMapper || command.Made is not IObjectCreationOperation))
            && run.Syntax.FirstAncestorOrSelf<CatchClauseSyntax>() is null
            && GivenTransaction.Of(command.Connection, model) is { } transaction && IsOfBody(transaction, run)
            ? (transaction, provider)
            : null;
    }

    /// <summary>A lambda or local function may run when the transaction that is around it is over.</summary>
    private static bool IsOfBody(ISymbol transaction, IOperation run) => LifetimeGraphs.BodyAround(run) switch
    {
        IAnonymousFunctionOperation lambda => Is(transaction.ContainingSymbol, lambda.Symbol),
        ILocalFunctionOperation function => Is(transaction.ContainingSymbol, function.Symbol),
        _ => true,
    };

    /// <summary>The provider may mind, and something in the body is run without a transaction: asked before any path is followed.</summary>
    private static bool MayMiss(IOperation begin, DbModel model) =>
        model.Resources.CreatedBy(begin) is DbResource { Provider: var provider }
        && (provider == Provider.Unknown || provider == Provider.Spanner || Throws.Contains(provider))
        && BodyOperations.Around(begin)[OperationKind.Invocation].Exists(o => UnenlistedCommand.Of((IInvocationOperation)o, model) is not null);

    /// <summary>Each command once: where it is made with the transaction open, else where it first runs.</summary>
    private static IEnumerable<(SyntaxNode Place, IOperation Made)> Missing(IOperation begin, DbResource transaction, LifetimeFlow flow, Provider provider, DbModel model)
    {
        var body = LifetimeGraphs.BodyAround(begin);
        HashSet<IOperation> seen = [];
        foreach (var run in body.Descendants().OfType<IInvocationOperation>())
        {
            if (!flow.Before(run, transaction).IsOpen || LifetimeGraphs.BodyAround(run) != body
                || UnenlistedCommand.Of(run, model) is not { } command || !IsOn(command.Connection, transaction)
                || provider == Provider.MicrosoftSqlite && IsEnlistedWhenMade(command, transaction, flow)
                || run.Syntax.FirstAncestorOrSelf<CatchClauseSyntax>() is not null // The server may have ended it.
                || !seen.Add(command.Made))
            {
                continue;
            }
            yield return (flow.Before(command.Made, transaction).IsOpen ? command.Made.Syntax : run.Syntax, command.Made);
        }
    }

    /// <summary>Microsoft.Data.Sqlite's CreateCommand, which mappers call, gives a command the transaction that is open then.</summary>
    private static bool IsEnlistedWhenMade(UnenlistedCommand command, DbResource transaction, LifetimeFlow flow) =>
        command.Made is not IObjectCreationOperation
        && !(command.Local is not null && flow.Before(command.Made, transaction) is { CanBeEscaped: false, CanBeAbsent: true } then && !then.Known.Any())
        || command.IsOfMapper;

    /// <summary>The connection that the transaction was begun on: by its variable, as the transaction's own, or as that of its EF Core context.</summary>
    private static bool IsOn(IOperation connection, DbResource transaction)
    {
        connection = CommandUses.Unwrap(connection);
        if (connection is ILocalReferenceOperation { Local: var local } && !Is(local, transaction.Owner))
        {
            connection = UnenlistedCommand.OnlyValue(local, connection) ?? connection;
        }
        return connection switch
        {
            IPropertyReferenceOperation { Property.Name: "Connection", Instance: { } instance } => Is(LifetimeSymbols.Of(instance), transaction.Local),
            IInvocationOperation { TargetMethod.Name: "GetDbConnection" } call when (call.Instance ?? call.Arguments.FirstOrDefault()?.Value) is { } facade =>
                Is(LifetimeSymbols.Of(DbResources.ContextOf(facade)), transaction.Owner),
            _ => transaction.Type.Name != "IDbContextTransaction" && Is(LifetimeSymbols.Of(connection), transaction.Owner),
        };
    }

    /// <summary>Spanner gives its transaction to the function that it retries.</summary>
    private static void InsideOf(IInvocationOperation retried, DbModel model, OperationPlace operation)
    {
        if (Provider.OfType(retried.TargetMethod.ContainingType) != Provider.Spanner || LifetimeSymbols.Of(retried.Instance) is not { } connection
            || retried.Arguments.Select(a => a.Value).OfType<IDelegateCreationOperation>().FirstOrDefault()?.Target is not IAnonymousFunctionOperation { Symbol.Parameters: { Length: > 0 } parameters } work)
        {
            return;
        }
        HashSet<IOperation> seen = [];
        foreach (var run in work.Descendants().OfType<IInvocationOperation>())
        {
            if (UnenlistedCommand.Of(run, model) is { } command && Is(LifetimeSymbols.Of(command.Connection), connection)
                && work.Syntax.Span.Contains(command.Made.Syntax.Span) && seen.Add(command.Made))
            {
                Report(operation.ReportDiagnostic, command.Made.Syntax, connection.Name, parameters[0].Name, isContext: false, isSpanner: true);
            }
        }
    }

    private static void Report(Action<Diagnostic> report, SyntaxNode place, string connection, string transaction, bool isContext, bool isSpanner, bool isGiven = false) =>
        report(Diagnostic.Create(
            Descriptor, place.GetLocation(), isSpanner ? DiagnosticSeverity.Error : Descriptor.DefaultSeverity, null,
            ImmutableDictionary<string, string?>.Empty.Add("transaction", isContext ? transaction + ".GetDbTransaction()" : transaction).Add("import", isContext ? "Microsoft.EntityFrameworkCore.Storage" : null),
            connection, transaction, isSpanner ? "so that a rollback does not undo it" : "which throws", isGiven ? "transaction" : "open transaction"));

    private static bool Is(ISymbol? a, ISymbol? b) => a is not null && SymbolEqualityComparer.Default.Equals(a, b);
}
