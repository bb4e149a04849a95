using DbSafety.Engine;
using DbSafety.Flow;
using DbSafety.Model;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace DbSafety.Rules.Transactions;

/// <summary>
/// A call over HTTP, a mail, a message to a broker or a wait where a transaction of the same body is open on every path; or a call of a
/// method of the compilation that always makes one of the first three. Not tests, nor waits in a catch or on purpose, nor publishers that an outbox stands behind.
/// </summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
[NoFix("Whether the call comes before the transaction, behind it or from an outbox decides what happens when one of the two fails.")]
internal sealed class DBS213ExternalCallInsideTransaction() : DbRule(Descriptor)
{
    private static readonly DiagnosticDescriptor Descriptor = Rule.Of(
        "DBS213", "External call inside a transaction",
        "'{0}' {1} while {2} is open and holds its locks; {3}",
        Area.Transactions, DiagnosticSeverity.Warning,
        "Every lock is held for as long as the other side takes, and what it did is not undone by a rollback.");

    protected override void Register(RuleContext context)
    {
        if (Surroundings.IsTestProject(context.Compilation))
        {
            return;
        }
        var methods = new ExternalMethods(context.Model);
        var hasOutbox = context.Compilation.ReferencedAssemblyNames.Any(a => a.Name is "MassTransit.EntityFrameworkCoreIntegration" or "MassTransit.MongoDbIntegration");
        context.OnBody(body =>
        {
            var operations = BodyOperations.Of(body.Operation);
            // By the names alone: nearly all bodies begin nothing.
            if (!operations.HasCall(DbResources.MayBegin) || Surroundings.IsTest(body.ContainingSymbol))
            {
                return;
            }
            var begun = operations[OperationKind.Invocation].Concat(operations[OperationKind.ObjectCreation]).Where(DbResources.MayBegin).Min(o => o.Syntax.Span.End);
            foreach (var call in operations[OperationKind.Invocation].Cast<IInvocationOperation>().Where(c => c.Syntax.Span.End > begun))
            {
                Judge(call, body);
            }
        });

        void Judge(IInvocationOperation call, OperationPlace body)
        {
            var own = ExternalCalls.Of(call);
            if (own is null && !(methods.MayCall(call.TargetMethod) && ExternalMethods.IsWaitedFor(call, orReturned: false)) || own == ExternalKind.Wait && !IsWait(call)
                || context.Model.Resources.FlowAround(call) is not { } flow)
            {
                return;
            }
            var open = flow.OpenBefore(call).OfType<DbResource>().Where(r => r.Kind is DbResourceKind.Transaction or DbResourceKind.Scope).ToList();
            if (open.Count == 0 || open.Exists(r => DbResources.MaySuppress(r.Creation))
                || (own is null ? methods.CallIn(call.TargetMethod) : call) is not { } leaving || ExternalCalls.Of(leaving) is not { } kind
                || kind == ExternalKind.Broker && hasOutbox && leaving.TargetMethod.ContainingType is { Name: not "IBus", ContainingNamespace.Name: "MassTransit" }
                || open.TrueForAll(r => r.Kind == DbResourceKind.Scope && (kind == ExternalKind.Broker || !AsksDatabase(r, call, context.Model)))
                || kind == ExternalKind.Wait && Surroundings.Names(EnclosingSymbol(call, body)).Any(IsOnPurpose))
            {
                return;
            }
            var transaction = open.Find(r => r.Kind == DbResourceKind.Transaction) ?? open[0];
            body.ReportDiagnostic(Diagnostic.Create(
                Descriptor, call.Syntax.GetLocation(), NameOf(call), Does(kind) + (leaving == call ? "" : $" by '{NameOf(leaving)}'"), NameOf(transaction), Instead(kind)));
        }
    }

    /// <summary>It is waited for here, for a time, and not because something failed.</summary>
    private static bool IsWait(IInvocationOperation call) =>
        call.Arguments.FirstOrDefault()?.Value.ConstantValue is not { HasValue: true, Value: 0 } && ExternalMethods.IsWaitedFor(call, orReturned: false);

    /// <summary>Scopes are also made around files and queues.</summary>
    private static bool AsksDatabase(DbResource scope, IInvocationOperation call, DbModel model) =>
        LifetimeGraphs.BodyAround(call).Descendants().OfType<IInvocationOperation>().Any(other =>
            other.Syntax.SpanStart > scope.Creation.Syntax.SpanStart && model.Operations.Of(other.TargetMethod) is not null);

    private static ISymbol EnclosingSymbol(IOperation operation, OperationPlace body) =>
        operation.SemanticModel?.GetEnclosingSymbol(operation.Syntax.SpanStart, body.CancellationToken) ?? body.ContainingSymbol;

    /// <summary>A program that shows or measures locks.</summary>
    private static bool IsOnPurpose(string name) =>
        name.Contains("Lock") || name.Contains("Simulat") || name.Contains("Slow") || name.Contains("Demo") || name.Contains("Benchmark");

    private static string NameOf(IInvocationOperation call)
    {
        var receiver = call.Instance ?? (call.TargetMethod.IsExtensionMethod ? call.Arguments.FirstOrDefault()?.Value : null);
        return LifetimeSymbols.Of(receiver) is { } symbol ? $"{symbol.Name}.{call.TargetMethod.Name}" : $"{call.TargetMethod.ContainingType.Name}.{call.TargetMethod.Name}";
    }

    private static string NameOf(DbResource transaction) =>
        (transaction.Kind == DbResourceKind.Scope ? "the transaction scope" : "transaction") + (transaction.Local is { } local ? $" '{local.Name}'" : "");

    private static string Does(ExternalKind kind) => kind switch
    {
        ExternalKind.Wait => "waits",
        ExternalKind.Mail => "sends a mail",
        ExternalKind.Broker => "sends a message",
        _ => "calls another service",
    };

    private static string Instead(ExternalKind kind) => kind switch
    {
        ExternalKind.Wait => "wait before the transaction begins or after it ends",
        ExternalKind.Broker => "write the message to an outbox table, or send it after the commit",
        _ => "do it before the transaction begins or after it ends",
    };
}
