using DbSafety.Engine;
using DbSafety.Flow;
using DbSafety.Model;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace DbSafety.Rules.Connections;

/// <summary>
/// A connection that is opened, a command, a reader or a batch that its body does not dispose on every path. Not what is borrowed or
/// handed on, nor a connection that only Dapper opens and closes, nor a command whose connection ends in the same body.
/// </summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
internal sealed class DBS120ConnectionNotDisposed() : DbRule(Descriptor)
{
    private static readonly DiagnosticDescriptor Descriptor = Rule.Of(
        "DBS120", "Connection not disposed",
        "{0} is not disposed on every path; declare {1} with 'using'",
        Area.Connections, DiagnosticSeverity.Warning,
        "A connection that is not returned to the pool is missing there; with enough of them the next caller waits, and then fails.");

    protected override void Register(RuleContext context) => context.OnOperation(operation =>
    {
        if (context.Model.Resources.MaybeLeftBy(operation.Operation, DbResourceKind.Any & ~(DbResourceKind.Transaction | DbResourceKind.Scope)) is not { Resource: var resource, Flow: var flow }
            || flow.AtExit(resource).CanBeEscaped // Handed on where all is well: a factory.
            || !IsLeaked(resource, flow.AtExit(resource), flow.AtThrow(resource)))
        {
            return;
        }
        var kind = resource.Kind.ToString();
        var (name, it) = resource.Local is { } local
            ? ($"{kind} '{local.Name}'", "it")
            : ($"The {kind.ToLowerInvariant()} of '{operation.Operation.Syntax}'", "a local for it");
        operation.ReportDiagnostic(Diagnostic.Create(Descriptor, operation.Operation.Syntax.GetLocation(), Disposal.Of(resource, operation.Operation), name, it));
    }, OperationKind.Invocation, OperationKind.ObjectCreation);

    private static bool IsLeaked(DbResource resource, Lifetimes exit, Lifetimes thrown) => resource.Kind switch
    {
        // Opened when it was made, or after.
        DbResourceKind.Connection when resource.Creation is IInvocationOperation { TargetMethod.Name: var name } && name.StartsWith("Open", StringComparison.Ordinal) =>
            exit.Known.Concat(thrown.Known).Any(l => l.Release != Release.Disposed),
        DbResourceKind.Connection => exit.Known.Concat(thrown.Known).Any(l => l is { IsUsed: true, Release: not Release.Disposed }),
        // A reader blocks its connection; when an exception ends both, it does not matter.
        DbResourceKind.Reader => exit.Known.Any(l => l.Release != Release.Disposed) || thrown.Known.Any(l => l.Release == Release.None),
        // A command nobody holds cannot have been left to its connection on purpose.
        _ => exit.Known.Any(l => l.Release == Release.None || resource.Local is null && l.Release == Release.WithOwner),
    };
}
