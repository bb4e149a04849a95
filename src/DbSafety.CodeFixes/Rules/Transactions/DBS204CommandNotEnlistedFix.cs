using DbSafety.Engine;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace DbSafety.Rules.Transactions;

/// <summary>Passes the open transaction: as an argument, in the initializer, or by <c>command.Transaction = …</c>.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
internal sealed class DBS204CommandNotEnlistedFix() : DbFix("DBS204", "Pass the open transaction")
{
    protected override Edits? Fix(FixContext context)
    {
        if (context.Property("transaction") is not { } transaction)
        {
            return null;
        }
        var edits = context.Node switch
        {
            BaseObjectCreationExpressionSyntax creation => InCreation(context, creation, transaction),
            InvocationExpressionSyntax call => InCall(context, call, transaction),
            _ => null,
        };
        return context.Property("import") is { } import ? edits?.Using(import) : edits;
    }

    private static Edits? InCreation(FixContext context, BaseObjectCreationExpressionSyntax creation, string transaction)
    {
        if (creation.ArgumentList is { } list && context.Model.GetSymbolInfo(creation, context.CancellationToken).Symbol is IMethodSymbol { ContainingType: var type } chosen
            && type.InstanceConstructors.Where(c => Parameter(c) is not null && chosen.Parameters.All(p => c.Parameters.Any(o => o.Name == p.Name)))
                .OrderBy(c => c.Parameters.Length).FirstOrDefault() is { } constructor
            && (SymbolEqualityComparer.Default.Equals(constructor, chosen) || constructor.Parameters.Length == chosen.Parameters.Length + 1 && list.Arguments.Count == chosen.Parameters.Length))
        {
            return context.Edit().AddArgument(list, Parameter(constructor)!, As(context, transaction, Parameter(constructor)!.Type));
        }
        if (creation.Initializer is { Expressions: { Count: > 0 } members } initializer)
        {
            var last = members.Last();
            var newLine = context.Text.Lines.IndexOf(last.SpanStart) != context.Text.Lines.IndexOf(initializer.OpenBraceToken.SpanStart);
            return context.Edit().Insert(last.Span.End, "," + (newLine ? context.Edit().File.NewLine + context.Edit().Indent(last) : " ") + "Transaction = " + As(context, transaction, TypeOf(context, creation)));
        }
        return AfterCreation(context, creation, transaction);
    }

    private static Edits? InCall(FixContext context, InvocationExpressionSyntax call, string transaction)
    {
        if (context.Model.GetSymbolInfo(call, context.CancellationToken).Symbol is not IMethodSymbol method)
        {
            return null;
        }
        if (Parameter(method.ReducedFrom ?? method) is { } parameter)
        {
            return context.Edit().AddArgument(call.ArgumentList, parameter, As(context, transaction, parameter.Type));
        }
        return method.Name.StartsWith("Execute", StringComparison.Ordinal) ? BeforeRun(context, call, transaction) : AfterCreation(context, call, transaction);
    }

    /// <summary>A statement of its own behind the declaration, or at the beginning of the block of its <c>using</c>.</summary>
    private static Edits? AfterCreation(FixContext context, ExpressionSyntax made, string transaction)
    {
        if (made.FirstAncestorOrSelf<VariableDeclaratorSyntax>() is not { Identifier: var name, Parent: VariableDeclarationSyntax { Variables.Count: 1, Parent: { } owner } })
        {
            return null;
        }
        var assignment = $"{name.Text}.Transaction = {As(context, transaction, TypeOf(context, made))};";
        return owner switch
        {
            LocalDeclarationStatementSyntax declaration => context.Edit().InsertAfter(declaration, assignment),
            UsingStatementSyntax { Statement: BlockSyntax { Statements: { Count: > 0 } statements } } => context.Edit().InsertBefore(statements[0], assignment),
            UsingStatementSyntax { Statement: not BlockSyntax and var only } => context.Edit().InsertBefore(only, assignment),
            _ => null,
        };
    }

    private static Edits? BeforeRun(FixContext context, InvocationExpressionSyntax call, string transaction) =>
        call.Expression is MemberAccessExpressionSyntax { Expression: IdentifierNameSyntax command } && call.FirstAncestorOrSelf<StatementSyntax>() is { } statement
            ? context.Edit().InsertBefore(statement, $"{command.Identifier.Text}.Transaction = {As(context, transaction, TypeOf(context, command))};")
            : null;

    /// <summary>The type of the Transaction property of what an expression is.</summary>
    private static ITypeSymbol? TypeOf(FixContext context, ExpressionSyntax command)
    {
        for (var type = context.Model.GetTypeInfo(command, context.CancellationToken).Type; type is not null; type = type.BaseType)
        {
            if (type.GetMembers("Transaction").OfType<IPropertySymbol>().FirstOrDefault() is { } property)
            {
                return property.Type;
            }
        }
        return null;
    }

    /// <summary>With a cast where the provider's own type is wanted of a transaction that is known as a DbTransaction only.</summary>
    private static string As(FixContext context, string transaction, ITypeSymbol? wanted)
    {
        var position = context.Node.SpanStart;
        var type = context.Property("import") is not null ? context.Model.Compilation.GetTypeByMetadataName("System.Data.Common.DbTransaction")
            : context.Model.LookupSymbols(position, name: transaction).FirstOrDefault() switch { ILocalSymbol local => local.Type, IParameterSymbol parameter => parameter.Type, _ => null };
        return type is null || wanted is null || context.Model.Compilation.ClassifyCommonConversion(type, wanted).IsImplicit
            ? transaction
            : $"({wanted.WithNullableAnnotation(NullableAnnotation.NotAnnotated).ToMinimalDisplayString(context.Model, position)}){transaction}";
    }

    private static IParameterSymbol? Parameter(IMethodSymbol method) => method.Parameters.FirstOrDefault(p => p.Name == "transaction");
}
