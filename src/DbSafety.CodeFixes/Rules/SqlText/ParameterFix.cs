using DbSafety.Engine;
using DbSafety.Model;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace DbSafety.Rules.SqlText;

/// <summary>Makes the edits that the rule planned.</summary>
internal abstract class ParameterFix(string id) : DbFix(id, "Pass as a parameter")
{
    protected sealed override Edits? Fix(FixContext context)
    {
        if (ParameterPlan.Read(context.Diagnostic) is not { } steps)
        {
            return null;
        }
        var edits = context.Edit();
        var names = new Dictionary<string, string>();
        foreach (var step in steps)
        {
            var texts = step.Texts.Select(t => Named(context, names, t)).ToArray();
            switch (step.Kind)
            {
                case PlanStepKind.Replace when step.Span.IsEmpty:
                    edits.Insert(step.Span.Start, texts[0]);
                    break;
                case PlanStepKind.Replace:
                    edits.Replace(step.Span, texts[0]);
                    break;
                case PlanStepKind.Before:
                    edits.InsertBefore(Statement(context, step.Span), texts);
                    break;
                case PlanStepKind.After:
                    edits.InsertAfter(Statement(context, step.Span), texts);
                    break;
                case PlanStepKind.First:
                    First(edits, (BlockSyntax)Statement(context, step.Span), texts);
                    break;
                case PlanStepKind.Using:
                    edits.Using(texts[0]);
                    break;
            }
        }
        return edits;
    }

    private static StatementSyntax Statement(FixContext context, TextSpan span) =>
        context.Root.FindToken(span.Start).Parent!.AncestorsAndSelf().OfType<StatementSyntax>().First(s => s.Span == span);

    private static void First(Edits edits, BlockSyntax block, string[] statements)
    {
        if (block.Statements.Count > 0)
        {
            edits.InsertBefore(block.Statements[0], statements);
            return;
        }
        var indent = edits.Indent(block);
        edits.Insert(block.OpenBraceToken.Span.End, string.Concat(statements.Select(s => edits.File.NewLine + indent + "    " + s)));
    }

    /// <summary>Puts unique names where the plan asks for new locals.</summary>
    private static string Named(FixContext context, Dictionary<string, string> names, string text)
    {
        var parts = text.Split(PlanStep.NewName);
        for (var i = 1; i < parts.Length; i += 2)
        {
            if (!names.TryGetValue(parts[i], out var name))
            {
                names.Add(parts[i], name = context.UniqueName(context.Node, parts[i]));
            }
            parts[i] = name;
        }
        return string.Concat(parts);
    }
}
