using DbSafety.Engine;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

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
        if (creation.ArgumentList is { } list && context.Model.GetSymbolInfo(creation, context.CancellationToken).Symbol is IMethodSymbol chosen)
        {
            if (chosen.ContainingType.Name == "SqlBulkCopy")
            {
                return InBulkCopy(context, list, chosen.ContainingType, transaction);
            }
            if ((InPlaceOfNull(context, list, transaction) ?? AsArgument(context, list, chosen, transaction)) is { } edits)
            {
                return edits;
            }
        }
        if (creation.Initializer is { Expressions: { Count: > 0 } members } initializer)
        {
            var last = members.Last();
            var newLine = context.Text.Lines.IndexOf(last.SpanStart) != context.Text.Lines.IndexOf(initializer.OpenBraceToken.SpanStart);
            return context.Edit().Insert(last.Span.End, "," + (newLine ? context.Edit().File.NewLine + context.Edit().Indent(last) : " ") + "Transaction = " + As(context, transaction, TypeOf(context, creation)));
        }
        return AfterCreation(context, creation, transaction);
    }

    /// <summary>By the parameter of the constructor that is called, or of the one that takes a transaction besides.</summary>
    private static Edits? AsArgument(FixContext context, ArgumentListSyntax list, IMethodSymbol chosen, string transaction) =>
        chosen.ContainingType.InstanceConstructors.Where(c => Parameter(c) is not null && chosen.Parameters.All(p => c.Parameters.Any(o => o.Name == p.Name)))
            .OrderBy(c => c.Parameters.Length).FirstOrDefault() is { } constructor
        && (SymbolEqualityComparer.Default.Equals(constructor, chosen) || constructor.Parameters.Length == chosen.Parameters.Length + 1 && list.Arguments.Count == chosen.Parameters.Length)
            ? context.Edit().AddArgument(list, Parameter(constructor)!, As(context, transaction, Parameter(constructor)!.Type))
            : null;

    /// <summary>Its constructor with a transaction wants options too; they may not be those of a transaction of its own.</summary>
    private static Edits? InBulkCopy(FixContext context, ArgumentListSyntax list, ITypeSymbol type, string transaction)
    {
        const int useInternalTransaction = 32;
        return list.Arguments switch
        {
            [{ NameColon: null } only] => context.Edit().Insert(only.Span.End, $", {type.ToMinimalDisplayString(context.Model, only.SpanStart)}Options.Default, {transaction}"),
            [_, _, _] when list.Arguments.Any(a => context.Model.GetConstantValue(a.Expression, context.CancellationToken).Value is int options && (options & useInternalTransaction) == 0) =>
                InPlaceOfNull(context, list, transaction),
            _ => null,
        };
    }

    /// <summary>Where an argument says that there is no transaction; null where none does.</summary>
    private static Edits? InPlaceOfNull(FixContext context, ArgumentListSyntax list, string transaction)
    {
        foreach (var argument in list.Arguments)
        {
            if (context.Model.GetOperation(argument, context.CancellationToken) is IArgumentOperation { Parameter: { Name: "transaction" or "externalTransaction" } parameter, Value.ConstantValue: { HasValue: true, Value: null } })
            {
                return context.Edit().Replace(argument.Expression, As(context, transaction, parameter.Type));
            }
        }
        return null;
    }

    private static Edits? InCall(FixContext context, InvocationExpressionSyntax call, string transaction)
    {
        if (context.Model.GetSymbolInfo(call, context.CancellationToken).Symbol is not IMethodSymbol method)
        {
            return null;
        }
        if (InPlaceOfNull(context, call.ArgumentList, transaction) is { } replaced)
        {
            return replaced;
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
            : context.Model.LookupSymbols(position, name: transaction).FirstOrDefault() switch
            {
                ILocalSymbol local => local.Type,
                IParameterSymbol parameter => parameter.Type,
                IFieldSymbol field => field.Type,
                IPropertySymbol property => property.Type,
                _ => null,
            };
        return type is null || wanted is null || context.Model.Compilation.ClassifyCommonConversion(type, wanted).IsImplicit
            ? transaction
            : $"({wanted.WithNullableAnnotation(NullableAnnotation.NotAnnotated).ToMinimalDisplayString(context.Model, position)}){transaction}";
    }

    private static IParameterSymbol? Parameter(IMethodSymbol method) => method.Parameters.FirstOrDefault(p => p.Name == "transaction");
}
