using DbSafety.Engine;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace DbSafety.Rules.Values;

/// <summary>
/// Converts instead of unboxing; to <c>long</c> where the number stays in a local. Where the row can be missing the result is null, if the
/// place takes that, or an exception that says so; never 0.
/// </summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
internal sealed class DBS613ScalarUnboxedToWrongTypeFix() : DbFix("DBS613", "Convert the scalar")
{
    private const string NoRow = " ?? throw new InvalidOperationException(\"The statement returned no row.\")";

    protected override Edits? Fix(FixContext context)
    {
        if (context.Node is not CastExpressionSyntax cast || context.Property("fix") is not { Length: > 0 } fix)
        {
            return null;
        }
        var value = Casts.Bare(cast.Expression);
        var isTakenAsNullable = context.Model.GetTypeInfo(cast).ConvertedType is INamedTypeSymbol { OriginalDefinition.SpecialType: SpecialType.System_Nullable_T };
        switch (fix)
        {
            case "as" or "asTarget":
                // null and DBNull both give null.
                return isTakenAsNullable && IsOperand(value) && cast.Parent is not ExpressionSyntax ? context.Edit().Replace(cast, $"{value} as {cast.Type.ToString().TrimEnd('?')}?") : null;
            case "row" when isTakenAsNullable:
                return context.Edit().Replace(cast, $"({cast.Type}?){(value is AwaitExpressionSyntax or PostfixUnaryExpressionSyntax || IsOperand(value) ? value.ToString() : $"({value})")}");
            case "row":
                return IsOperand(value) ? context.Edit().Replace(cast, $"({cast.Type})({value}{NoRow})").Using("System") : null;
            default:
                if (cast.Type is not PredefinedTypeSyntax { Keyword.RawKind: var keyword } || Method((SyntaxKind)keyword) is not { } method || !IsOperand(value))
                {
                    return null;
                }
                var argument = value + (fix == "convertrow" ? NoRow : "");
                return (method == "ToInt32" ? Widening.Of(context, cast, $"Convert.ToInt64({argument})", "long") : null)?.Using("System")
                    ?? context.Edit().Replace(cast, $"Convert.{method}({argument})").Using("System");
        }
    }

    private static string? Method(SyntaxKind keyword) => keyword switch
    {
        SyntaxKind.IntKeyword => "ToInt32",
        SyntaxKind.LongKeyword => "ToInt64",
        SyntaxKind.ShortKeyword => "ToInt16",
        SyntaxKind.BoolKeyword => "ToBoolean",
        SyntaxKind.ULongKeyword => "ToUInt64",
        _ => null,
    };

    private static bool IsOperand(ExpressionSyntax value) => value is AwaitExpressionSyntax or InvocationExpressionSyntax or IdentifierNameSyntax or MemberAccessExpressionSyntax;
}
