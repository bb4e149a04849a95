using DbSafety.Engine;
using DbSafety.Model;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace DbSafety.Rules.Locks;

/// <summary>An isolation level that the provider takes and runs as another.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
[NoFix("Naming the level that runs changes nothing, and which one was meant only the author knows.")]
internal sealed class DBS311IsolationLevelSilentlyChanged() : DbRule(Descriptor)
{
    private static readonly DiagnosticDescriptor Descriptor = Rule.Of(
        "DBS311", "Isolation level the provider turns into another",
        "{0} runs IsolationLevel.{1} as {2}; name the level that runs",
        Area.Locks, DiagnosticSeverity.Info,
        "The provider takes the level and runs another one, so the anomalies and lock waits are not those that the code says.");

    protected override void Register(RuleContext context)
    {
        var efProvider = EfProviders.Only(context.Compilation);
        context.OnOperation(operation =>
        {
            if (IsolationRequest.Of((IInvocationOperation)operation.Operation, efProvider) is { Outcome.Runs: { } runs } request)
            {
                operation.ReportDiagnostic(Diagnostic.Create(
                    Descriptor, request.Argument.Value.Syntax.GetLocation(), request.Provider.Name, request.Name, runs.ToString()));
            }
        }, OperationKind.Invocation);
    }
}
