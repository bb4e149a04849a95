using DbSafety.Engine;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace DbSafety.Rules.Values;

/// <summary>
/// Leaves out the cast where the value certainly stays in locals and private fields; else checks it. A getter becomes <c>GetInt64</c> in
/// the first case alone.
/// </summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
internal sealed class DBS611IntegerNarrowedOnReadFix() : DbFix("DBS611", "Keep all 64 bits, or check the cast")
{
    protected override Edits? Fix(FixContext context) => Wide(context) ?? Checked(context);

    protected override IEnumerable<Alternative> Alternatives(FixContext context) =>
        Wide(context) is null ? [] : [new("DBS611.Checked", "Check the cast", Checked(context))];

    private static Edits? Wide(FixContext context) => context.Node switch
    {
        CastExpressionSyntax cast when context.Model.GetTypeInfo(cast.Expression).Type?.SpecialType == SpecialType.System_Int64 =>
            Widening.Of(context, cast, cast.Expression.ToString(), "long"),
        InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax getter } call =>
            Widening.Of(context, call, getter.Expression + getter.OperatorToken.ToString() + "GetInt64" + call.ArgumentList, "long"),
        _ => null,
    };

    private static Edits? Checked(FixContext context) => context.Node is CastExpressionSyntax cast ? context.Edit().Wrap(cast, "checked(", ")") : null;
}
