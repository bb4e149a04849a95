using DbSafety.Engine;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace DbSafety.Rules.Values;

/// <summary>Removes Dapper's own mapping in a statement before the one that adds the handler. Nothing where that is not a statement of its own.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
internal sealed class DBS607TypeHandlerRunsOnReadsOnlyFix() : DbFix("DBS607", "Remove Dapper's own mapping first")
{
    protected override Edits? Fix(FixContext context)
    {
        if (context.Property("type") is not { } type || context.Node.FirstAncestorOrSelf<InvocationExpressionSyntax>() is not { Parent: ExpressionStatementSyntax statement } call)
        {
            return null;
        }
        var receiver = call.Expression is MemberAccessExpressionSyntax access ? access.Expression + "." : "";
        return context.Edit().InsertBefore(statement, $"{receiver}RemoveTypeMap(typeof({type}));");
    }
}
