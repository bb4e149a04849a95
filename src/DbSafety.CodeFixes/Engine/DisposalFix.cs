using DbSafety.Model;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace DbSafety.Engine;

/// <summary>Puts <c>using</c> before the declaration of a resource, and takes out a Dispose that it makes superfluous.</summary>
internal abstract class DisposalFix(string id) : DbFix(id, "Declare with 'using'")
{
    protected sealed override Edits? Fix(FixContext context)
    {
        if (context.Property(Disposal.Keyword) is not { } keyword
            || context.Node.FirstAncestorOrSelf<LocalDeclarationStatementSyntax>() is not { } declaration)
        {
            return null;
        }
        var edits = context.Edit().Insert(declaration.SpanStart, keyword + " ");
        if (FinalDispose(declaration) is { } dispose)
        {
            edits.Delete(WholeLine(context.Text, dispose));
        }
        return edits;
    }

    /// <summary>The statement that disposes the local where its block ends anyway; null where there is none, or a comment stands with it.</summary>
    private static ExpressionStatementSyntax? FinalDispose(LocalDeclarationStatementSyntax declaration)
    {
        if (declaration.Parent is not BlockSyntax { Statements: var statements } || statements.LastOrDefault() is not ExpressionStatementSyntax last)
        {
            return null;
        }
        var expression = last.Expression is AwaitExpressionSyntax awaited ? awaited.Expression : last.Expression;
        return expression is InvocationExpressionSyntax
            {
                ArgumentList.Arguments.Count: 0,
                Expression: MemberAccessExpressionSyntax { Expression: IdentifierNameSyntax { Identifier.ValueText: var name }, Name.Identifier.ValueText: "Dispose" or "DisposeAsync" },
            }
            && name == declaration.Declaration.Variables[0].Identifier.ValueText
            && !last.GetLeadingTrivia().Concat(last.GetTrailingTrivia()).Any(t => !t.IsKind(SyntaxKind.WhitespaceTrivia) && !t.IsKind(SyntaxKind.EndOfLineTrivia))
            ? last
            : null;
    }

    private static TextSpan WholeLine(SourceText text, SyntaxNode statement)
    {
        var (first, last) = (text.Lines.GetLineFromPosition(statement.SpanStart), text.Lines.GetLineFromPosition(statement.Span.End));
        var isAlone = string.IsNullOrWhiteSpace(text.ToString(TextSpan.FromBounds(first.Start, statement.SpanStart)))
            && string.IsNullOrWhiteSpace(text.ToString(TextSpan.FromBounds(statement.Span.End, last.End)));
        return isAlone ? TextSpan.FromBounds(first.Start, last.EndIncludingLineBreak) : statement.Span;
    }
}
