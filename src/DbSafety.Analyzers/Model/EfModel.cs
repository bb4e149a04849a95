using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace DbSafety.Model;

/// <summary>
/// What EF Core (or EF6) persists, as the compilation and its references show it: the types that are in some <c>DbSet&lt;T&gt;</c>,
/// <c>Entity&lt;T&gt;()</c> or <c>IEntityTypeConfiguration&lt;T&gt;</c>, what they inherit and implement, and what the fluent calls say of
/// their properties.
/// </summary>
/// <remarks>Symbols and syntax only, nothing is bound; made once, when a rule first asks.</remarks>
internal sealed class EfModel
{
    private static readonly Mentions FluentCalls = new("HasColumnType(", "HasConversion", "HaveColumnType(", "HaveConversion", "SetValueConverter", "ValueConverter<", "Ignore(", "Entity<", "ToTable(", "SnakeCaseNamingConvention(");

    private readonly HashSet<INamedTypeSymbol> _entities = new(SymbolEqualityComparer.Default);
    private readonly HashSet<string> _named = new(StringComparer.Ordinal);
    private readonly Dictionary<(string? Entity, string Property), Fact> _facts = [];
    private readonly Dictionary<string, Fact> _conventions = [];
    private readonly Dictionary<string, string?> _tables = [];

    private EfModel(Compilation compilation)
    {
        foreach (var tree in compilation.SyntaxTrees.Where(FluentCalls.AreIn))
        {
            ReadFluent(tree.GetRoot());
        }
        FindEntities(compilation.Assembly.GlobalNamespace);
        foreach (var assembly in compilation.SourceModule.ReferencedAssemblySymbols.Where(UsesEf))
        {
            FindEntities(assembly.GlobalNamespace);
        }
    }

    private sealed record Fact(string? ColumnType = null, bool IsConverted = false, bool IsIgnored = false);

    public static EfModel Of(Compilation compilation) => new(compilation);

    /// <summary>A value assigned to the property is written to the database: it is a mapped property of an entity.</summary>
    /// <param name="instance">The static type of the object; the property may belong to a base or an interface of it.</param>
    public bool IsPersisted(IPropertySymbol property, ITypeSymbol? instance) =>
        property is { IsStatic: false, IsIndexer: false, SetMethod: not null, GetMethod: not null, DeclaredAccessibility: Accessibility.Public }
        && (IsEntity(property.ContainingType) || instance is INamedTypeSymbol type && IsEntity(type))
        && !property.GetAttributes().Any(a => a.AttributeClass?.Name == "NotMappedAttribute") && FactOf(property) is not { IsIgnored: true };

    /// <summary>Tables and columns are called <c>order_lines</c> where nothing else is said.</summary>
    public bool IsSnakeCase { get; private set; }

    /// <summary>The table that <c>ToTable</c> names for an entity, with its schema; null where it says none, or says several.</summary>
    public string? TableOf(INamedTypeSymbol entity) => _tables.TryGetValue(entity.Name, out var table) ? table : null;

    public bool IsEntity(INamedTypeSymbol type) => _entities.Contains(type.OriginalDefinition);

    /// <summary>The column type that <c>HasColumnType</c>, <c>[Column(TypeName)]</c> or <c>HaveColumnType</c> give, lower-cased, without a length; null where none does.</summary>
    public string? ColumnTypeOf(IPropertySymbol property)
    {
        var given = FactOf(property)?.ColumnType
            ?? property.GetAttributes().FirstOrDefault(a => a.AttributeClass?.Name == "ColumnAttribute")?.NamedArguments.FirstOrDefault(a => a.Key == "TypeName").Value.Value as string
            ?? ConventionOf(property.Type)?.ColumnType;
        return given is null ? null : Plain(given);
    }

    /// <summary>A value converter stands between the property and its column: its own, or one for all properties of its type.</summary>
    public bool IsConverted(IPropertySymbol property) => FactOf(property) is { IsConverted: true } || ConventionOf(property.Type) is { IsConverted: true };

    /// <summary>A value converter stands between all properties of a type and their columns.</summary>
    /// <param name="type">Its name: <c>DateTime</c>.</param>
    public bool IsConverted(string type) => _conventions.TryGetValue(type, out var fact) && fact.IsConverted;

    private Fact? FactOf(IPropertySymbol property) =>
        _facts.TryGetValue((property.ContainingType.Name, property.Name), out var own) || _facts.TryGetValue((null, property.Name), out own) ? own : null;

    private Fact? ConventionOf(ITypeSymbol type)
    {
        var name = type is INamedTypeSymbol { OriginalDefinition.SpecialType: SpecialType.System_Nullable_T, TypeArguments: [var inner] } ? inner.Name : type.Name;
        return _conventions.TryGetValue(name, out var fact) ? fact : null;
    }

    private static string Plain(string type)
    {
        var open = type.IndexOf('(');
        var close = open < 0 ? -1 : type.IndexOf(')', open);
        return (close < 0 ? type : type.Remove(open, close + 1 - open)).Trim().ToLowerInvariant();
    }

    private static bool UsesEf(IAssemblySymbol assembly) =>
        assembly.Name is var name && !name.StartsWith("Microsoft.", StringComparison.Ordinal) && name.IndexOf("EntityFramework", StringComparison.Ordinal) < 0
        && assembly.Modules.Any(m => m.ReferencedAssemblies.Any(r => r.Name is "Microsoft.EntityFrameworkCore" or "EntityFramework"));

    private void FindEntities(INamespaceSymbol root)
    {
        var open = new Stack<INamespaceOrTypeSymbol>();
        open.Push(root);
        while (open.Count > 0)
        {
            var at = open.Pop();
            foreach (var type in at.GetTypeMembers())
            {
                FindEntities(type);
                open.Push(type);
            }
            foreach (var inner in (at as INamespaceSymbol)?.GetNamespaceMembers() ?? [])
            {
                open.Push(inner);
            }
        }
    }

    private void FindEntities(INamedTypeSymbol type)
    {
        if (_named.Contains(type.Name) && type.TypeKind == TypeKind.Class)
        {
            AddEntity(type);
        }
        foreach (var configured in type.AllInterfaces.Where(i => i is { Name: "IEntityTypeConfiguration", TypeArguments.Length: 1 }))
        {
            AddEntity(configured.TypeArguments[0]);
        }
        if (type.BaseType is { Name: "ValueConverter", TypeArguments: [var converted, _] })
        {
            Convention(converted.Name, new(IsConverted: true));
        }
        if (!IsContext(type))
        {
            return;
        }
        foreach (var property in type.GetMembers().OfType<IPropertySymbol>())
        {
            if (property.Type is INamedTypeSymbol { Name: "DbSet" or "IDbSet", TypeArguments: [var entity] })
            {
                AddEntity(entity);
            }
        }
    }

    private void AddEntity(ITypeSymbol entity)
    {
        if (entity is INamedTypeSymbol { TypeKind: TypeKind.Class } type && _entities.Add(type.OriginalDefinition))
        {
            for (var t = type.BaseType; t is { SpecialType: SpecialType.None }; t = t.BaseType)
            {
                _entities.Add(t.OriginalDefinition);
            }
            _entities.UnionWith(type.AllInterfaces.Where(i => !i.DeclaringSyntaxReferences.IsEmpty).Select(i => i.OriginalDefinition));
        }
    }

    private static bool IsContext(INamedTypeSymbol type)
    {
        for (var t = type.BaseType; t is not null; t = t.BaseType)
        {
            if (t is { Name: "DbContext", ContainingNamespace.Name: "EntityFrameworkCore" or "Entity" })
            {
                return true;
            }
        }
        return false;
    }

    private void ReadFluent(SyntaxNode root)
    {
        foreach (var name in root.DescendantNodes().OfType<SimpleNameSyntax>())
        {
            switch (name)
            {
                case GenericNameSyntax { Identifier.ValueText: "Entity", TypeArgumentList.Arguments: [var entity] }:
                    _named.Add(Last(entity));
                    break;
                case GenericNameSyntax { Identifier.ValueText: "ValueConverter", TypeArgumentList.Arguments: { Count: 2 } types }:
                    Convention(Last(types[0]), new(IsConverted: true));
                    break;
                case { Identifier.ValueText: "UseSnakeCaseNamingConvention" or "UseUpperSnakeCaseNamingConvention" }:
                    IsSnakeCase = true;
                    break;
                case { Identifier.ValueText: "ToTable" or "HasColumnType" or "HasConversion" or "Ignore" or "HaveColumnType" or "HaveConversion" or "SetValueConverter", Parent: MemberAccessExpressionSyntax { Parent: InvocationExpressionSyntax call } access }
                    when access.Name == name:
                    Read(name.Identifier.ValueText, call, access.Expression);
                    break;
            }
        }
    }

    private void Read(string method, InvocationExpressionSyntax call, ExpressionSyntax receiver)
    {
        switch (method)
        {
            case "SetValueConverter":
                // In a loop over all properties, for the types that are compared there.
                foreach (var type in call.Ancestors().OfType<MemberDeclarationSyntax>().First().DescendantNodes().OfType<TypeOfExpressionSyntax>())
                {
                    Convention(Last(type.Type is NullableTypeSyntax nullable ? nullable.ElementType : type.Type), new(IsConverted: true));
                }
                return;
            case "ToTable":
                if (Text(call) is { } table && EntityOf(call, receiver) is { } owner && !IsOfOwned(call, receiver))
                {
                    table = call.ArgumentList.Arguments is [_, { Expression: LiteralExpressionSyntax { Token.Value: string schema } }, ..] ? schema + "." + table : table;
                    _tables[owner] = _tables.TryGetValue(owner, out var known) && known != table ? null : table;
                }
                return;
            case "HaveColumnType" or "HaveConversion":
                if (Calls(receiver).Select(c => c.Name).OfType<GenericNameSyntax>().FirstOrDefault(n => n is { Identifier.ValueText: "Properties", TypeArgumentList.Arguments.Count: 1 }) is { } properties)
                {
                    Convention(Last(properties.TypeArgumentList.Arguments[0]), method == "HaveColumnType" ? new(Text(call)) : new(IsConverted: true));
                }
                return;
            case "Ignore":
                if (MemberOf(call) is { } ignored)
                {
                    Add((EntityOf(call, receiver), ignored), new(IsIgnored: true));
                }
                return;
            default:
                if (Calls(receiver).Where(c => c.Name.Identifier.ValueText is "Property").Select(c => MemberOf(c.Call)).FirstOrDefault() is { } property)
                {
                    Add((EntityOf(call, receiver), property), method == "HasColumnType" ? new(Text(call)) : new(IsConverted: true));
                }
                return;
        }
    }

    private void Add((string?, string) key, Fact fact) => _facts[key] = _facts.TryGetValue(key, out var known) ? Join(known, fact) : fact;

    private void Convention(string type, Fact fact) => _conventions[type] = _conventions.TryGetValue(type, out var known) ? Join(known, fact) : fact;

    private static Fact Join(Fact a, Fact b) => new(a.ColumnType ?? b.ColumnType, a.IsConverted || b.IsConverted, a.IsIgnored || b.IsIgnored);

    /// <summary>The calls that a receiver is a chain of, the last one first.</summary>
    private static IEnumerable<(SimpleNameSyntax Name, InvocationExpressionSyntax Call)> Calls(ExpressionSyntax receiver)
    {
        while (receiver is InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax access } call)
        {
            yield return (access.Name, call);
            receiver = access.Expression;
        }
    }

    /// <summary>The member that <c>x =&gt; x.Name</c>, <c>"Name"</c> or <c>nameof(T.Name)</c> names, given as the first argument.</summary>
    private static string? MemberOf(InvocationExpressionSyntax call) => call.ArgumentList.Arguments.FirstOrDefault()?.Expression switch
    {
        LambdaExpressionSyntax { Body: MemberAccessExpressionSyntax member } => member.Name.Identifier.ValueText,
        LiteralExpressionSyntax { Token.Value: string name } => name,
        InvocationExpressionSyntax { Expression: IdentifierNameSyntax { Identifier.ValueText: "nameof" }, ArgumentList.Arguments: [var named] } => Last(named.Expression),
        _ => null,
    };

    private static string? Text(InvocationExpressionSyntax call) =>
        call.ArgumentList.Arguments.FirstOrDefault()?.Expression is LiteralExpressionSyntax { Token.Value: string text } ? text : null;

    /// <summary>The entity a fluent call is about; null where the syntax does not say, which is then taken for any.</summary>
    private static string? EntityOf(InvocationExpressionSyntax call, ExpressionSyntax receiver)
    {
        if (EntityIn(Calls(receiver)) is { } direct)
        {
            return direct;
        }
        foreach (var ancestor in call.Ancestors())
        {
            switch (ancestor)
            {
                case LambdaExpressionSyntax { Parent: ArgumentSyntax { Parent.Parent: InvocationExpressionSyntax outer } } when EntityIn(Calls(outer)) is { } entity:
                    return entity;
                case BaseMethodDeclarationSyntax method:
                    return method.ParameterList.Parameters.Select(p => p.Type).OfType<GenericNameSyntax>()
                        .FirstOrDefault(t => t is { Identifier.ValueText: "EntityTypeBuilder", TypeArgumentList.Arguments.Count: 1 }) is { } builder
                        ? Last(builder.TypeArgumentList.Arguments[0])
                        : null;
            }
        }
        return null;

        static string? EntityIn(IEnumerable<(SimpleNameSyntax Name, InvocationExpressionSyntax Call)> calls) =>
            calls.Select(c => c.Name).OfType<GenericNameSyntax>().FirstOrDefault(n => n is { Identifier.ValueText: "Entity", TypeArgumentList.Arguments.Count: 1 }) is { } entity
                ? Last(entity.TypeArgumentList.Arguments[0])
                : null;
    }

    /// <summary>The receiver is the builder of an owned type or of a join table: <c>OwnsOne(o => o.Address, a => a.ToTable(…))</c>.</summary>
    private static bool IsOfOwned(SyntaxNode call, ExpressionSyntax receiver) =>
        Calls(receiver).Any(c => c.Name.Identifier.ValueText is not "Entity")
        || receiver is IdentifierNameSyntax { Identifier.ValueText: var builder } && call.Ancestors().OfType<LambdaExpressionSyntax>()
            .FirstOrDefault(l => l.DescendantNodes().OfType<ParameterSyntax>().Any(p => p.Identifier.ValueText == builder)) is { Parent.Parent.Parent: InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: not "Entity" } } };

    private static string Last(SyntaxNode name) => name switch
    {
        QualifiedNameSyntax qualified => qualified.Right.Identifier.ValueText,
        AliasQualifiedNameSyntax alias => alias.Name.Identifier.ValueText,
        SimpleNameSyntax simple => simple.Identifier.ValueText,
        MemberAccessExpressionSyntax member => member.Name.Identifier.ValueText,
        NullableTypeSyntax nullable => Last(nullable.ElementType),
        _ => name.ToString(),
    };
}
