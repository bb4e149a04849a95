using DbSafety.Engine;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace DbSafety.Rules.Values;

/// <summary>Reads a decimal, where it stays in a local or is made a decimal again.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
internal sealed class DBS612FractionLostOnReadFix() : DbFix("DBS612", "Keep the decimal")
{
    protected override Edits? Fix(FixContext context)
    {
        if (Exact(context) is not { } wide)
        {
            return null;
        }
        var node = (ExpressionSyntax)context.Node;
        return node.Parent is CastExpressionSyntax { Type: PredefinedTypeSyntax { Keyword.RawKind: (int)SyntaxKind.DecimalKeyword } } back
            ? context.Edit().Replace(back, wide)
            : Widening.Of(context, node, wide, "decimal");
    }

    private static string? Exact(FixContext context) => context.Node switch
    {
        CastExpressionSyntax cast when IsDecimal(context, cast.Expression) => cast.Expression.ToString(),
        InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax access } call => context.Property("fix") == "getter"
            ? access.Expression + access.OperatorToken.ToString() + "GetDecimal" + call.ArgumentList
            : call.ArgumentList.Arguments is [var only]
                ? IsDecimal(context, only.Expression) ? only.Expression.ToString() : access.Expression + ".ToDecimal" + call.ArgumentList
                : null,
        _ => null,
    };

    private static bool IsDecimal(FixContext context, ExpressionSyntax expression) => context.Model.GetTypeInfo(expression).Type?.SpecialType == SpecialType.System_Decimal;
}
