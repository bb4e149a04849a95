using DbSafety.Engine;
using DbSafety.Flow;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace DbSafety.Rules.SqlText;

/// <summary>
/// Gives a misspelt parameter the name of its placeholder, or adds the parameter of a placeholder that is named like a value in scope.
/// </summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(DBS504ParameterMismatchFix))]
internal sealed class DBS504ParameterMismatchFix() : DbFix("DBS504", "Match the parameters with the placeholders")
{
    protected override Edits? Fix(FixContext context)
    {
        if (context.Property("rename") is { } name)
        {
            return Rename(context, name);
        }
        if (context.Property("add") is not { } placeholders || context.Diagnostic.AdditionalLocations.Count != 1
            || context.NodeAt(context.Diagnostic.AdditionalLocations[0]) is not { } place)
        {
            return null;
        }
        var values = new List<(string Name, ISymbol Value)>();
        foreach (var placeholder in placeholders.Split(' '))
        {
            if (InScope(context, place, Bare(placeholder)) is not { } value)
            {
                return null;
            }
            values.Add((context.Property("prefixed") == "no" ? Bare(placeholder) : placeholder, value));
        }
        return context.Property("command") is { } command ? AddToCommand(context, place, command, values)
            : context.Property("object") is { } way ? AddToObject(context, place, way, values)
            : null;
    }

    private static Edits? Rename(FixContext context, string name)
    {
        if (context.Node is LiteralExpressionSyntax literal)
        {
            return context.Edit().Replace(literal, SymbolDisplay.FormatLiteral(name, quote: true));
        }
        return context.Node.FirstAncestorOrSelf<AnonymousObjectMemberDeclaratorSyntax>() is { } member && member.Span == context.Diagnostic.Location.SourceSpan
            ? member.NameEquals is { } equals
                ? context.Edit().Replace(equals.Name, Identifier(name))
                : context.Edit().Insert(member.SpanStart, Identifier(name) + " = ")
            : null;
    }

    private static Edits? AddToCommand(FixContext context, SyntaxNode place, string command, List<(string Name, ISymbol Value)> values)
    {
        var edits = context.Edit();
        var adds = values.Select(v =>
            $"{Identifier(command)}.Parameters.AddWithValue({SymbolDisplay.FormatLiteral(v.Name, quote: true)}, {Written(context, place, v.Value)});").ToArray();
        if (adds.Any(a => a.IndexOf("DBNull", StringComparison.Ordinal) >= 0))
        {
            edits.Using("System");
        }
        switch (place.FirstAncestorOrSelf<StatementSyntax>())
        {
            case UsingStatementSyntax { Statement: BlockSyntax { Statements: { Count: > 0 } body } }:
                return edits.InsertBefore(body[0], adds);
            case { } statement when statement is ExpressionStatementSyntax or LocalDeclarationStatementSyntax:
                return edits.InsertAfter(statement, adds);
            default:
                return null;
        }
    }

    private static Edits? AddToObject(FixContext context, SyntaxNode place, string way, List<(string Name, ISymbol Value)> values)
    {
        var members = string.Join(", ", values.Select(v => Identifier(Bare(v.Name)) is var name && name == Identifier(v.Value.Name) ? name : $"{name} = {Identifier(v.Value.Name)}"));
        if (way == "written")
        {
            return place.FirstAncestorOrSelf<AnonymousObjectCreationExpressionSyntax>() is { Initializers: { Count: > 0 } initializers }
                ? context.Edit().Insert(initializers.Last().Span.End, ", " + members)
                : null;
        }
        var list = place switch
        {
            InvocationExpressionSyntax invocation => invocation.ArgumentList,
            BaseObjectCreationExpressionSyntax creation => creation.ArgumentList,
            _ => null,
        };
        return list is not null && context.Model.GetSymbolInfo(place, context.CancellationToken).Symbol is IMethodSymbol method
            && (method.ReducedFrom ?? method).Parameters.FirstOrDefault(p => p.Name == way) is { } parameter
                ? context.Edit().AddArgument(list, parameter, $"new {{ {members} }}")
                : null;
    }

    /// <summary>The one local or parameter of that name, letter case aside, with a value that a database takes as it is.</summary>
    private static ISymbol? InScope(FixContext context, SyntaxNode place, string name)
    {
        var found = context.Model.LookupSymbols(place.SpanStart)
            .Where(s => s is ILocalSymbol or IParameterSymbol && s.Name.Equals(name, StringComparison.OrdinalIgnoreCase)).ToList();
        return found.Count == 1 && IsPlain(TypeOf(found[0])) && !IsDeclaredLater(found[0], place) ? found[0] : null;
    }

    private static bool IsDeclaredLater(ISymbol symbol, SyntaxNode place) =>
        symbol is ILocalSymbol && symbol.DeclaringSyntaxReferences.Any(r => r.Span.End > place.SpanStart);

    private static bool IsPlain(ITypeSymbol type) =>
        type.SpecialType == SpecialType.System_String
        || type is IArrayTypeSymbol { ElementType.SpecialType: SpecialType.System_Byte }
        || (TextTypes.IsTyped(type) && Underlying(type).TypeKind == TypeKind.Struct);

    private static ITypeSymbol Underlying(ITypeSymbol type) =>
        type is INamedTypeSymbol { OriginalDefinition.SpecialType: SpecialType.System_Nullable_T } nullable ? nullable.TypeArguments[0] : type;

    private static ITypeSymbol TypeOf(ISymbol symbol) => symbol is ILocalSymbol local ? local.Type : ((IParameterSymbol)symbol).Type;

    /// <summary>The value as ADO.NET takes it, which does not take null.</summary>
    private static string Written(FixContext context, SyntaxNode place, ISymbol value)
    {
        var type = TypeOf(value);
        var name = Identifier(value.Name);
        if (type.IsValueType ? SymbolEqualityComparer.Default.Equals(Underlying(type), type) : type.NullableAnnotation == NullableAnnotation.NotAnnotated)
        {
            return name;
        }
        var question = context.Model.GetNullableContext(place.SpanStart).AnnotationsEnabled() ? "?" : "";
        return $"(object{question}){name} ?? DBNull.Value";
    }

    private static string Bare(string placeholder) => placeholder.Trim('@', ':', '$', '{', '=', '}');

    private static string Identifier(string name) =>
        SyntaxFacts.GetKeywordKind(name) != SyntaxKind.None ? "@" + name : name;
}
