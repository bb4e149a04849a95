using System.Collections.Immutable;
using DbSafety.Engine;
using DbSafety.Model;
using DbSafety.Model.Catalog;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace DbSafety.Rules.SqlText;

/// <summary>A constant SQL text whose placeholders and the parameters given to it differ.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
internal sealed class DBS504ParameterMismatch() : DbRule(Missing, Unused, Misspelt)
{
    private const string Title = "SQL placeholders and parameters differ";

    private const string Description =
        "A placeholder without a parameter fails when the statement runs; on PostgreSQL '@id' can also mean the absolute value of a column. "
        + "A parameter without a placeholder is a leftover or a misspelling.";

    private static readonly DiagnosticDescriptor Missing = Rule.Of(
        "DBS504", Title, "Placeholder '{0}' in the SQL text gets no parameter; add one",
        Area.SqlText, DiagnosticSeverity.Warning, Description);

    private static readonly DiagnosticDescriptor Unused = Rule.Of(
        "DBS504", Title, "Parameter '{0}' has no placeholder in the SQL text; correct its name or remove it",
        Area.SqlText, DiagnosticSeverity.Warning, Description);

    private static readonly DiagnosticDescriptor Misspelt = Rule.Of(
        "DBS504", Title, "Parameter '{0}' has no placeholder in the SQL text, and placeholder '{1}' has no parameter; give them one name",
        Area.SqlText, DiagnosticSeverity.Warning, Description);

    protected override void Register(RuleContext context) => context.OnCall((call, operation) =>
    {
        if (call.Api.IsWrapper || call.Api.Role != ApiRole.Execute || !call.IsStatement || call.Text.Truncated || call.Templates.Length != 1)
        {
            return;
        }
        var template = call.Templates[0];
        if (!template.IsExact || !template.IsConstant || !template.Script.IsBalanced)
        {
            return;
        }
        var names = new PlaceholderNames(call, template.Script);
        if (call.Api.CompositeFormat)
        {
            Format(call, names, operation);
        }
        else if (ObjectParameters.AreOf(call))
        {
            Object(call, names, operation);
        }
        else if (names.MayReport && CommandUses.Of(call) is { } command)
        {
            Command(call, names, command, operation);
        }
    });

    private static void Command(DbCall call, PlaceholderNames names, CommandUses command, OperationPlace context)
    {
        if (names.Highest is { } highest)
        {
            // Npgsql counts: what is added beyond does no harm, and one without a name is not named after a placeholder.
            if (command.IsStraight && command.Parameters.All(p => p.Name is null) && highest > command.Parameters.Length)
            {
                var missing = Enumerable.Range(command.Parameters.Length + 1, highest - command.Parameters.Length).Select(n => "$" + n);
                context.ReportDiagnostic(Diagnostic.Create(Missing, call.Sql.Syntax.GetLocation(), Joined(missing)));
            }
            return;
        }
        if (command.Parameters.Any(p => p.Name is null))
        {
            return;
        }
        var comparison = names.Compare(command.Parameters);
        Report(call, names, comparison, context, reportUnused: !command.HasOutput, mayRename: !command.IsIndexed, ways =>
        {
            if (command.Local is { } local)
            {
                ways["command"] = local.Name;
                ways["prefixed"] = command.Parameters.Any(p => !PlaceholderNames.HasPrefix(p.Name!)) ? "no" : "yes";
            }
            return command.Parameters.IsEmpty || !command.IsStraight ? command.Start : command.Parameters.Last().Adds;
        });
    }

    private static void Object(DbCall call, PlaceholderNames names, OperationPlace context)
    {
        if (!names.MayReport || names.Highest is not null || ObjectParameters.Of(call) is not { } given)
        {
            return;
        }
        var comparison = names.Compare(given.Members);
        if (given.Written is null)
        {
            // A member of a type declared elsewhere is not misspelt for this text, unless letter case is all that differs.
            var elsewhere = comparison.Misspelt.Where(m => !m.Placeholder.Name.Equals(m.Parameter.Name, StringComparison.OrdinalIgnoreCase)).ToImmutableArray();
            comparison = comparison with
            {
                Misspelt = comparison.Misspelt.RemoveRange(elsewhere),
                Missing = comparison.Missing.AddRange(elsewhere.Select(m => names.Written(m.Placeholder))),
            };
        }
        // Dapper leaves out the members that the text does not use.
        Report(call, names, comparison, context, reportUnused: false, mayRename: given.Written is not null, ways =>
        {
            ways["object"] = given.Written is not null ? "written" : given.IsAbsent ? call.Api.Parameters : null;
            return call.Argument(call.Api.Parameters!)?.Value ?? call.Operation;
        });
    }

    private static void Format(DbCall call, PlaceholderNames names, OperationPlace context)
    {
        if (FormatArguments.Of(call) is not { } given || FormatArguments.NumbersIn(names.Script.Text.Text) is not { } numbers)
        {
            return;
        }
        var count = given.Values.Length;
        var missing = numbers.Where(n => n >= count).Distinct().OrderBy(n => n).Select(n => $"{{{n}}}").ToList();
        if (missing.Count > 0)
        {
            context.ReportDiagnostic(Diagnostic.Create(Missing, call.Sql.Syntax.GetLocation(), Joined(missing)));
            return;
        }
        if (given.Values.All(v => CommandUses.IsParameter(v.Type)))
        {
            var parameters = given.Values.Where((_, i) => !numbers.Contains(i)).Select(v => CommandUses.Given(call, v)).ToList();
            if (names.MayReport && names.Highest is null && numbers.IsEmpty && parameters.TrueForAll(p => p?.Name is not null))
            {
                var provider = Provider.OfType(given.Values.FirstOrDefault()?.Type);
                Report(call, names, names.For(provider).Compare(parameters!), context, reportUnused: true, mayRename: true, _ => call.Operation);
            }
        }
        else if (names.IsEmpty)
        {
            for (var i = 0; i < count; i++)
            {
                if (!numbers.Contains(i) && !CommandUses.IsParameter(given.Values[i].Type) && given.Values[i].Type?.SpecialType != SpecialType.System_Object
                    && given.Values[i].Type?.Name != "CancellationToken")
                {
                    context.ReportDiagnostic(Diagnostic.Create(Unused, given.Values[i].Syntax.GetLocation(), $"{{{i}}}"));
                }
            }
        }
    }

    /// <param name="ways">Adds what the fix needs to add a parameter, and says where.</param>
    private static void Report(
        DbCall call, PlaceholderNames names, PlaceholderComparison comparison, OperationPlace context, bool reportUnused, bool mayRename,
        Func<Dictionary<string, string?>, IOperation> ways)
    {
        foreach (var (parameter, placeholder) in comparison.Misspelt)
        {
            var written = names.Written(placeholder);
            var name = PlaceholderNames.HasPrefix(parameter.Name!) ? written : placeholder.Name;
            var properties = ImmutableDictionary<string, string?>.Empty.Add("rename", mayRename ? name : null);
            context.ReportDiagnostic(Diagnostic.Create(Misspelt, parameter.Place.GetLocation(), properties, parameter.Name, written));
        }
        if (!comparison.Missing.IsEmpty)
        {
            var properties = new Dictionary<string, string?> { ["add"] = string.Join(" ", comparison.Missing) };
            var place = ways(properties);
            context.ReportDiagnostic(Diagnostic.Create(
                Missing, call.Sql.Syntax.GetLocation(), [place.Syntax.GetLocation()], properties.ToImmutableDictionary(), Joined(comparison.Missing)));
        }
        foreach (var parameter in reportUnused ? comparison.Unused : ImmutableArray<GivenParameter>.Empty)
        {
            context.ReportDiagnostic(Diagnostic.Create(Unused, parameter.Place.GetLocation(), parameter.Name));
        }
    }

    private static string Joined(IEnumerable<string> names) => string.Join("', '", names);
}
