using System.Collections.Immutable;
using DbSafety.Engine;
using DbSafety.Flow;
using DbSafety.Model;
using DbSafety.Sql;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace DbSafety.Rules.SqlText;

/// <summary>Text from outside glued into SQL where a name, keyword or clause stands, which no parameter can be.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
[NoFix("A name cannot be a parameter, and which names are allowed only the author knows.")]
internal sealed class DBS502IdentifierFromConcatenation() : DbRule(Descriptor)
{
    /// <summary>A warning where code outside the assembly passes the text, a suggestion elsewhere.</summary>
    private static readonly DiagnosticDescriptor Descriptor = Rule.Of(
        "DBS502", "SQL identifier from concatenation",
        "Text of '{0}' becomes {1} of the SQL; choose it from a fixed list, or quote it with the provider's quoting",
        Area.SqlText, DiagnosticSeverity.Warning,
        "No parameter can stand for a name, a sort direction or a clause. Text that does is an injection unless it is chosen from a fixed list or quoted.");

    protected override void Register(RuleContext context) => context.OnCall((call, operation) =>
    {
        var glued = call.Glued.Where(p => p.Kind == GluedKind.Name).ToImmutableArray();
        if (glued.IsEmpty)
        {
            return;
        }
        operation.ReportDiagnostic(Diagnostic.Create(
            Descriptor, call.Sql.Syntax.GetLocation(), glued.Any(p => IsPassedFromOutside(p, call.Model)) ? DiagnosticSeverity.Warning : DiagnosticSeverity.Info,
            glued.Select(p => p.Hole.Value.Syntax.GetLocation()), null, HoleNames.Of(glued), HoleNames.Part(glued[0].Place.Place)));
    });

    /// <summary>
    /// A parameter of a public method, unless all its callers here pass names of their own. In DDL, which administrators write,
    /// and inside the quotes of a name, where it takes a quote to get out, it says less.
    /// </summary>
    private static bool IsPassedFromOutside(GluedPiece piece, DbModel model) =>
        piece is { Origin: Origin.Parameter, Place.InDdl: false, Hole.Symbol: IParameterSymbol { ContainingSymbol: { DeclaredAccessibility: Accessibility.Public } method } parameter }
        && piece.Place.Place != SqlHolePlace.QuotedIdentifier && TextFlow.IsVisibleOutside(method) && model.IsPassedFromOutside(parameter);
}
