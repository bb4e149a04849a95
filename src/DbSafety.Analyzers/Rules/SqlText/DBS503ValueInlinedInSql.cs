using System.Collections.Immutable;
using DbSafety.Engine;
using DbSafety.Model;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace DbSafety.Rules.SqlText;

/// <summary>A number, date, Guid or enum formatted into SQL.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
internal sealed class DBS503ValueInlinedInSql() : DbRule(Descriptor)
{
    private static readonly DiagnosticDescriptor Descriptor = Rule.Of(
        "DBS503", "Value inlined in SQL text",
        "Value of '{0}' is formatted into the SQL text; as a parameter it would share one plan and ignore the culture",
        Area.SqlText, DiagnosticSeverity.Info,
        "Not an injection, but each value makes a new statement to parse and plan, and numbers and dates are written as the current culture writes them.");

    protected override void Register(RuleContext context) => context.OnCall((call, operation) =>
    {
        var glued = call.Glued.Where(p => p.Kind == GluedKind.TypedValue).ToImmutableArray();
        if (glued.IsEmpty || call.Glued.Any(p => p.Kind == GluedKind.Value))
        {
            return; // DBS501 reports the statement, and its fix takes all values.
        }
        var plan = ParameterPlan.Of(call);
        operation.ReportDiagnostic(Diagnostic.Create(
            Descriptor, call.Sql.Syntax.GetLocation(), plan?.Places ?? glued.Select(p => p.Hole.Value.Syntax.GetLocation()),
            plan?.Properties, HoleNames.Of(glued)));
    });
}
