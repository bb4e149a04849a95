using DbSafety.Engine;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace DbSafety.Rules.Values;

/// <summary>Reads 64 bits and checks the cast; checks that an unsigned number fits.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
internal sealed class DBS614TruncatingReaderFix() : DbFix("DBS614", "Read 64 bits, or check the cast")
{
    protected override Edits? Fix(FixContext context)
    {
        if (context.Property("type") is not { } type || context.Node is not ExpressionSyntax node)
        {
            return null;
        }
        if (type == "long")
        {
            var isSimple = node is IdentifierNameSyntax or MemberAccessExpressionSyntax or InvocationExpressionSyntax or ElementAccessExpressionSyntax;
            return context.Edit().Wrap(node, isSimple ? "checked((long)" : "checked((long)(", isSimple ? ")" : "))");
        }
        if (node is not InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax getter } call)
        {
            return null;
        }
        var wide = getter.Expression + getter.OperatorToken.ToString() + "GetInt64" + call.ArgumentList;
        return Widening.Of(context, call, wide, "long") ?? context.Edit().Replace(call, $"checked(({type}){wide})");
    }
}
