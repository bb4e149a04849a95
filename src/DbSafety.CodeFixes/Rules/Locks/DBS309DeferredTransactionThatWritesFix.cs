using DbSafety.Engine;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace DbSafety.Rules.Locks;

/// <summary>Leaves the argument out, or makes it false in an async method: the transaction takes the write lock at its beginning and waits its turn.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(DBS309DeferredTransactionThatWritesFix))]
internal sealed class DBS309DeferredTransactionThatWritesFix() : DbFix("DBS309", "Begin an immediate transaction")
{
    protected override Edits? Fix(FixContext context)
    {
        if (context.Property("fix") is not { } fix || context.Node.FirstAncestorOrSelf<ArgumentSyntax>() is not { Parent: ArgumentListSyntax { Arguments: var arguments } } argument)
        {
            return null;
        }
        if (fix == "false")
        {
            return context.Edit().Replace(argument.Expression, "false");
        }
        var index = arguments.IndexOf(argument);
        var span = index > 0 ? TextSpan.FromBounds(arguments[index - 1].Span.End, argument.Span.End)
            : arguments.Count > 1 ? TextSpan.FromBounds(argument.SpanStart, arguments[1].SpanStart)
            : argument.Span;
        // A comment between the arguments would go with them.
        return context.Root.DescendantTrivia(span).Any(t => span.Contains(t.Span) && !string.IsNullOrWhiteSpace(t.ToString())) ? null : context.Edit().Delete(span);
    }
}
