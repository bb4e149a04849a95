using System.Collections.Immutable;
using DbSafety.Engine;
using DbSafety.Model;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace DbSafety.Rules.Locks;

/// <summary>An isolation level that the provider throws at.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
internal sealed class DBS310UnsupportedIsolationLevel() : DbRule(Descriptor)
{
    private static readonly DiagnosticDescriptor Descriptor = Rule.Of(
        "DBS310", "Isolation level the provider rejects",
        "{0} rejects IsolationLevel.{1} with {2}; use {3}",
        Area.Locks, DiagnosticSeverity.Error,
        "The call throws every time it runs: the provider has no such level.");

    protected override void Register(RuleContext context)
    {
        var efProvider = EfProviders.Only(context.Compilation);
        context.OnOperation(operation =>
        {
            if (IsolationRequest.Of((IInvocationOperation)operation.Operation, efProvider) is { Outcome.Error: { } error } request
                && !Surroundings.IsExpectedToThrow(operation.Operation))
            {
                var instead = request.Instead.ToString();
                operation.ReportDiagnostic(Diagnostic.Create(
                    Descriptor, request.Argument.Value.Syntax.GetLocation(), ImmutableDictionary<string, string?>.Empty.Add("level", instead),
                    request.Provider.Name, request.Name, error, instead));
            }
        }, OperationKind.Invocation);
    }
}
