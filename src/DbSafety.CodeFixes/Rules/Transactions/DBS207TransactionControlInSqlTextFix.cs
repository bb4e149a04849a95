using DbSafety.Engine;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace DbSafety.Rules.Transactions;

/// <summary>Makes a transaction that the connection knows of, and that its <c>using</c> rolls back.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(DBS207TransactionControlInSqlTextFix))]
internal sealed class DBS207TransactionControlInSqlTextFix() : DbFix("DBS207", "Use BeginTransaction")
{
    protected override Edits? Fix(FixContext context)
    {
        if (context.Property("connection") is not { } connection || context.Diagnostic.AdditionalLocations is not { Count: 2 } places
            || context.NodeAt(places[0]) is not ExpressionStatementSyntax begin || context.NodeAt(places[1]) is not ExpressionStatementSyntax commit)
        {
            return null;
        }
        var name = context.UniqueName(begin, "transaction");
        var token = context.Property("token") ?? "";
        return context.Edit()
            .Replace(begin, IsAwaited(begin)
                ? $"await using var {name} = await {connection}.BeginTransactionAsync({token});"
                : $"using var {name} = {connection}.BeginTransaction();")
            .Replace(commit, IsAwaited(commit) ? $"await {name}.CommitAsync({token});" : $"{name}.Commit();");
    }

    private static bool IsAwaited(ExpressionStatementSyntax statement) => statement.Expression is AwaitExpressionSyntax;
}
