using DbSafety.Engine;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace DbSafety.Rules.Transactions;

/// <summary>Makes a function of the transaction's statements, which the context's execution strategy runs; each attempt begins with nothing tracked.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(DBS214UserTransactionUnderRetryStrategyFix))]
internal sealed class DBS214UserTransactionUnderRetryStrategyFix() : DbFix("DBS214", "Run the transaction inside the execution strategy")
{
    private const string Unit = "    ";

    protected override Edits? Fix(FixContext context)
    {
        if (context.Property(StrategyBlock.Facade) is not { } facade || context.Diagnostic.AdditionalLocations is not { Count: 2 } places
            || StatementAt(context, places[0]) is not { } first || StatementAt(context, places[1]) is not { } last || SharesLine(context, first, last))
        {
            return null;
        }
        var edits = context.Edit();
        var (indent, newLine) = (edits.Indent(first), edits.File.NewLine);
        var name = context.UniqueName(first, "strategy");
        var start = context.Property(StrategyBlock.Start) is { } statement ? newLine + indent + Unit + statement : "";
        edits.Insert(first.SpanStart,
            $"var {name} = {facade}.CreateExecutionStrategy();{newLine}{indent}{context.Property(StrategyBlock.Before)}{name}.{context.Property(StrategyBlock.Function)}{newLine}{indent}{{{start}{newLine}{indent}{Unit}");
        var lines = context.Text.Lines;
        for (var i = lines.IndexOf(first.SpanStart) + 1; i <= lines.IndexOf(last.Span.End); i++)
        {
            // Of a text over several lines each belongs to the text.
            var token = context.Root.FindToken(lines[i].Start, findInsideTrivia: true);
            if (!string.IsNullOrWhiteSpace(lines[i].ToString()) && !(token.SpanStart < lines[i].Start && lines[i].Start < token.Span.End))
            {
                edits.Insert(lines[i].Start, Unit);
            }
        }
        return edits.InsertAfter(last, "}" + context.Property(StrategyBlock.Behind));
    }

    private static StatementSyntax? StatementAt(FixContext context, Location place) => context.NodeAt(place)?.FirstAncestorOrSelf<StatementSyntax>(s => s.Span == place.SourceSpan);

    private static bool SharesLine(FixContext context, StatementSyntax first, StatementSyntax last)
    {
        var lines = context.Text.Lines;
        var (previous, next) = (first.GetFirstToken().GetPreviousToken(), last.GetLastToken().GetNextToken());
        return lines.IndexOf(previous.Span.End) == lines.IndexOf(first.SpanStart) || lines.IndexOf(next.SpanStart) == lines.IndexOf(last.Span.End);
    }
}
