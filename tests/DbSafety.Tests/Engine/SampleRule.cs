using DbSafety.Engine;
using Microsoft.CodeAnalysis;

namespace DbSafety.Tests.Engine;

/// <summary>A rule to try the harness with: SQL that says <c>SELECT *</c>.</summary>
internal sealed class SampleRule() : DbRule(Descriptor)
{
    private static readonly DiagnosticDescriptor Descriptor = new(
        "TST001", "Star", "'{0}' selects everything; name the columns", "Test", DiagnosticSeverity.Warning, isEnabledByDefault: true);

    protected override void Register(RuleContext context) => context.OnCall((call, operation) =>
    {
        if (call.Sql.ConstantValue is { HasValue: true, Value: string sql } && sql.StartsWith("SELECT *", StringComparison.Ordinal))
        {
            operation.ReportDiagnostic(Diagnostic.Create(Descriptor, call.Sql.Syntax.GetLocation(), sql));
        }
    });
}

/// <summary>
/// Writes <c>SELECT 1</c>; not for FROM a; breaks the code for FROM b, as a wrong fix would.
/// </summary>
internal sealed class SampleFix() : DbFix("TST001", "Name the columns")
{
    protected override Edits? Fix(FixContext context) => context.Node.ToString() switch
    {
        var text when text.Contains("FROM a") => null,
        var text when text.Contains("FROM b") => context.Edit().Replace(context.Node, "Missing"),
        var text => context.Edit().Replace(context.Node, text.Replace("*", "1")),
    };

    protected override IEnumerable<Alternative> Alternatives(FixContext context) =>
        [new("TST001.Two", "Select two", context.Edit().Replace(context.Node, context.Node.ToString().Replace("*", "2")))];
}

/// <summary>Fails on a command for <c>crash</c>.</summary>
internal sealed class CrashingRule() : DbRule(Descriptor)
{
    private static readonly DiagnosticDescriptor Descriptor = new(
        "TST002", "Crash", "Crash", "Test", DiagnosticSeverity.Warning, isEnabledByDefault: true);

    protected override void Register(RuleContext context) => context.OnCall((call, _) =>
        ArgumentOutOfRangeException.ThrowIfEqual(call.Sql.ConstantValue.Value as string, "crash"));
}
