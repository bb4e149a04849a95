using DbSafety.Engine;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace DbSafety.Rules.Transactions;

/// <summary>Begins a transaction before the statement, gives it to the call, and commits behind it.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(DBS217StatementsNotAtomicFix))]
internal sealed class DBS217StatementsNotAtomicFix() : DbFix("DBS217", "Run in a transaction")
{
    protected override Edits? Fix(FixContext context)
    {
        if (context.Property("connection") is not { } connection || context.Property("await") is not { } awaits || context.Property("token") is not { } token
            || context.Diagnostic.AdditionalLocations is not { Count: > 0 } places || context.NodeAt(places[0]) is not StatementSyntax statement)
        {
            return null;
        }
        var (name, suffix) = (context.UniqueName(statement, "transaction"), awaits.Length > 0 ? "Async" : "");
        var begin = $"{awaits}using var {name} = {context.Property("cast")}{awaits}{connection}.BeginTransaction{suffix}({token});";
        var edits = context.Edit();
        if (context.Property("command") is { } command)
        {
            edits.InsertBefore(statement, begin, $"{command}.Transaction = {name};");
        }
        else
        {
            var list = places.Count > 1 ? context.NodeAt(places[1]) switch
            {
                InvocationExpressionSyntax call => call.ArgumentList,
                BaseObjectCreationExpressionSyntax { ArgumentList: { } arguments } => arguments,
                _ => null,
            } : null;
            if (list?.Parent is not { } taker || context.Model.GetSymbolInfo(taker, context.CancellationToken).Symbol is not IMethodSymbol method
                || method.Parameters.FirstOrDefault(p => p.Name == "transaction") is not { } parameter)
            {
                return null;
            }
            edits.InsertBefore(statement, begin).AddArgument(list, parameter, name);
        }
        return edits.InsertAfter(statement, $"{awaits}{name}.Commit{suffix}({token});");
    }
}
