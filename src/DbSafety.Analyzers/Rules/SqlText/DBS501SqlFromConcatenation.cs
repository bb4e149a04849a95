using System.Collections.Immutable;
using DbSafety.Engine;
using DbSafety.Model;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace DbSafety.Rules.SqlText;

/// <summary>Text from outside glued into SQL where a value stands.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
internal sealed class DBS501SqlFromConcatenation() : DbRule(Descriptor)
{
    private static readonly DiagnosticDescriptor Descriptor = Rule.Of(
        "DBS501", "SQL text from concatenation",
        "Value of '{0}' becomes part of the SQL text; pass it as a parameter",
        Area.SqlText, DiagnosticSeverity.Warning,
        "Text that becomes part of a statement can end it and begin another (SQL injection), and breaks on the first apostrophe. "
        + "A parameter cannot.");

    protected override void Register(RuleContext context) => context.OnCall((call, operation) =>
    {
        var glued = call.Glued.Where(p => p.Kind == GluedKind.Value).ToImmutableArray();
        if (glued.IsEmpty)
        {
            return;
        }
        var plan = ParameterPlan.Of(call);
        operation.ReportDiagnostic(Diagnostic.Create(
            Descriptor, call.Sql.Syntax.GetLocation(), plan?.Places ?? glued.Select(p => p.Hole.Value.Syntax.GetLocation()),
            plan?.Properties, HoleNames.Of(glued)));
    });
}
