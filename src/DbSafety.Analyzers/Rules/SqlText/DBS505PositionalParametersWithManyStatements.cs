using System.Collections.Immutable;
using System.Globalization;
using DbSafety.Engine;
using DbSafety.Model;
using DbSafety.Model.Catalog;
using DbSafety.Sql;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace DbSafety.Rules.SqlText;

/// <summary>Several statements with PostgreSQL's own <c>$1</c> placeholders, which the server takes one statement at a time.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
internal sealed class DBS505PositionalParametersWithManyStatements() : DbRule(Descriptor)
{
    private static readonly DiagnosticDescriptor Descriptor = Rule.Of(
        "DBS505", "Positional parameters in several statements",
        "PostgreSQL takes one statement with positional parameters and this text has {0}; use named parameters or an NpgsqlBatch",
        Area.SqlText, DiagnosticSeverity.Error,
        "Npgsql sends a text with $1 to the server as it is, and the server refuses more than one statement: 42601, cannot insert multiple commands into a prepared statement.");

    protected override void Register(RuleContext context) => context.OnCall((call, operation) =>
    {
        if (call.Api.IsWrapper || call.Api.Role != ApiRole.Execute || !call.IsStatement || call.Provider != Provider.Npgsql
            || call.Text.Truncated || call.Templates.Length != 1 || call.Templates[0] is not { IsExact: true, Script: { IsBalanced: true } script })
        {
            return;
        }
        if (script.Statements.Length > 1 && Placeholders(script) is { Count: > 0 } places)
        {
            var (properties, parameters) = Plan(call, script, places);
            operation.ReportDiagnostic(Diagnostic.Create(Descriptor, call.Sql.Syntax.GetLocation(), parameters, properties, script.Statements.Length));
        }
    });

    /// <summary>Where <c>$n</c> stands for a parameter of the call: not in PREPARE, nor in the body of a function.</summary>
    private static List<int> Placeholders(SqlScript script) =>
        (from parameter in script.Parameters
         where parameter is { Style: SqlParameterStyle.DollarNumber, IsLocal: false }
         from position in parameter.Positions
         let statement = script.Statements.FirstOrDefault(s => s.Start <= position && position < s.End)
         where statement is not null and not { Kind: SqlStatementKind.Create or SqlStatementKind.Alter }
            && string.Compare(script.Text.Text, statement.Start, "PREPARE", 0, 7, StringComparison.OrdinalIgnoreCase) != 0
         orderby position
         select position).ToList();

    /// <summary>
    /// What the fix changes: the placeholders of a text that is one literal, and for each parameter, all of them without a name and
    /// added once and in order, the argument list or initialiser that takes the name. Nothing where that is not the shape.
    /// </summary>
    private static (ImmutableDictionary<string, string?>?, IEnumerable<Location>) Plan(DbCall call, SqlScript script, List<int> places)
    {
        // One command of a batch takes one statement, however its parameters are written.
        var made = call.Operation is IAssignmentOperation { Target: IPropertyReferenceOperation { Property.ContainingType: var owner } } ? owner : call.Operation.Type;
        if (call.Model.Shapes.IsBatchCommand(made) || call.Sql.Syntax is not LiteralExpressionSyntax || !call.Templates[0].IsConstant || script.Parameters.Any(p => p.Style is not SqlParameterStyle.DollarNumber)
            || places.Count != script.Parameters.Sum(p => p.Positions.Length)
            || CommandUses.Of(call) is not { IsStraight: true, HasOutput: false, IsIndexed: false } command
            || command.Parameters.Any(p => p.Name is not null) || command.Parameters.Select(p => p.Adds).Distinct().Count() != command.Parameters.Length
            || !script.Parameters.All(p => int.TryParse(p.Name, out var n) && n >= 1 && n <= command.Parameters.Length))
        {
            return (null, []);
        }
        var names = command.Parameters.Select(NamePlace).ToList();
        return names.Contains(null)
            ? (null, [])
            : (ImmutableDictionary<string, string?>.Empty.Add("placeholders", string.Join(",", places.Select(p => p.ToString(CultureInfo.InvariantCulture)))),
                names.Select(n => n!.GetLocation()));
    }

    /// <summary>Where a parameter takes its name: the arguments of AddWithValue, the initialiser of a new parameter.</summary>
    private static SyntaxNode? NamePlace(GivenParameter parameter) => parameter.Place switch
    {
        InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: "AddWithValue" }, ArgumentList: { Arguments.Count: 1 or 2 } arguments } => arguments,
        BaseObjectCreationExpressionSyntax { ArgumentList: null or { Arguments.Count: 0 }, Initializer: { Expressions.Count: > 0 } initializer } => initializer,
        _ => null,
    };
}
