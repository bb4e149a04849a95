using System.Collections.Immutable;
using DbSafety.Engine;
using DbSafety.Model;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace DbSafety.Rules.Locks;

/// <summary>
/// An INSERT of a key that runs where a SELECT by that key has found none, with nothing that keeps a second caller out between the two:
/// no ON CONFLICT, no catch, no lock, no Serializable transaction. Each may be all that a method of the compilation runs. The same of
/// EF Core, as advice.
/// </summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
internal sealed class DBS305CheckThenInsert() : DbRule(Descriptor)
{
    private static readonly DiagnosticDescriptor Descriptor = Rule.Of(
        "DBS305", "Check, then insert",
        "Another caller can insert the same '{0}' into '{1}'{2} after line {3} found none{4}; {5}",
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
            var found = EfCheckThenInsert.IsAdd(call) ? EfCheckThenInsert.Of(call, efProvider, context.Model) is { } advice ? [advice] : [] : SqlCheckThenInsert.Of(call, context.Model);
            foreach (var finding in found)
            {
                if (IsElsewhere(finding.Check))
                {
                    continue;
                }
                operation.ReportDiagnostic(Diagnostic.Create(
                    Descriptor, finding.Place, finding.IsEf ? DiagnosticSeverity.Info : DiagnosticSeverity.Warning, null,
                    finding.Fix is { } fix ? ImmutableDictionary<string, string?>.Empty.Add(TextEdits.Property, fix.Encode()) : null,
                    finding.Column, finding.Table, finding.By is { } method ? $" by '{method}'" : "", finding.Check.Syntax.GetLocation().GetLineSpan().StartLinePosition.Line + 1,
                    finding.LocksNothing ? " (FOR UPDATE locks nothing where there is no row)" : "", finding.Instead));
            }
        }, OperationKind.Invocation);
    }

    /// <summary>What runs alone: tests, migrations, the first rows of a new database.</summary>
    private static bool IsElsewhere(IOperation check) =>
        check.SemanticModel?.GetEnclosingSymbol(check.Syntax.SpanStart) is { } symbol
        && (Surroundings.IsTest(symbol) || Surroundings.IsMigration(symbol)
            || Surroundings.Names(symbol).Any(n => n.Contains("Seed") || n.Contains("Migrat") || n.Contains("Initial") || n.Contains("Install") || n.Contains("Setup")));
}

/// <summary>An INSERT that hangs on a question.</summary>
/// <param name="Check">The question, in the body that is reported.</param>
/// <param name="LocksNothing">It asks with a row lock.</param>
/// <param name="Instead">What to do.</param>
/// <param name="By">The method that inserts, where it is another one.</param>
internal sealed record CheckedInsert(Location Place, string Column, string Table, IOperation Check, bool LocksNothing, bool IsEf, string Instead, string? By = null, TextEdits? Fix = null);
