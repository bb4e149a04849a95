using DbSafety.Engine;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace DbSafety.Rules.Values;

/// <summary>The switch that brings back the time semantics Npgsql had before version 6.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
[NoFix("Without the switch the columns have to be timestamptz and the values UTC: work for a migration, not for an edit.")]
internal sealed class DBS605LegacyTimestampSwitch() : DbRule(Descriptor)
{
    private const string Switch = "Npgsql.EnableLegacyTimestampBehavior";

    private static readonly DiagnosticDescriptor Descriptor = Rule.Of(
        "DBS605", "Legacy timestamp switch",
        "'{0}' turns off the check that keeps local times out of timestamptz, in the whole process; store UTC and remove it",
        Area.Values, DiagnosticSeverity.Info,
        "With the switch a timestamptz is read as local time and a DateTime without a kind is taken for UTC, so what is stored depends on the machine.");

    protected override bool MayApply(RuleContext context) => context.HasName("SetSwitch");

    protected override void Register(RuleContext context) => context.OnOperation(operation =>
    {
        if (operation.Operation is IInvocationOperation { TargetMethod: { Name: "SetSwitch", ContainingType: { Name: "AppContext", ContainingNamespace.Name: "System" } }, Arguments: { Length: 2 } arguments }
            && arguments.FirstOrDefault(a => a.Parameter?.Ordinal == 0)?.Value is { ConstantValue.Value: Switch } name
            && arguments.FirstOrDefault(a => a.Parameter?.Ordinal == 1)?.Value.ConstantValue.Value is true)
        {
            operation.ReportDiagnostic(Diagnostic.Create(Descriptor, name.Syntax.GetLocation(), Switch));
        }
    }, OperationKind.Invocation);
}
