using System.Reflection;
using DbSafety.Model;
using DbSafety.Model.Catalog;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Xunit;

namespace DbSafety.Tests.Model;

/// <summary>Holds the catalogue against the real assemblies, in both directions: nothing listed that is not there, nothing there that is not listed.</summary>
public sealed class CatalogTests
{
    /// <summary>The libraries whose assemblies the tests do not have: packages or versions that cannot be restored together with the rest.</summary>
    private static readonly HashSet<string> NotRestored =
    [
        nameof(Libraries.EfCore2), nameof(Libraries.EfCoreCosmos), nameof(Libraries.EntityFramework6), nameof(Libraries.LinqToSql),
        nameof(Libraries.Linq2Db5), nameof(Libraries.DapperSqlBuilder), nameof(Libraries.NHibernate), nameof(Libraries.OrmLite),
        nameof(Libraries.NPoco), nameof(Libraries.PetaPoco), nameof(Libraries.RepoDb), nameof(Libraries.SqlKata), nameof(Libraries.FreeSql),
        nameof(Libraries.SqlSugar), nameof(Libraries.InsightDatabase), nameof(Libraries.Marten),
        nameof(Libraries.Spanner), nameof(Libraries.Cassandra), nameof(Libraries.OtherProviders),
        nameof(Libraries.WebForms), nameof(Libraries.EnterpriseLibrary), nameof(Libraries.DataApplicationBlock),
    ];

    private static readonly HashSet<string> SqlNames = new(StringComparer.OrdinalIgnoreCase)
    {
        "sql", "rawSql", "commandText", "cmdText", "command", "query", "queryText", "selectCommandText", "copyFromCommand", "copyToCommand", "copyCommand",
        "script", "statement", "sqlQueryStatement", "dmlStatement", "ddlStatement", "condition", "having", "filter", "defaultValueSql", "whereSql",
    };

    private static readonly CSharpCompilation Compilation = CSharpCompilation.Create("Catalog", references: References.All);
    private static readonly ILookup<string, INamedTypeSymbol> Types =
        Compilation.SourceModule.ReferencedAssemblySymbols.SelectMany(a => AllTypes(a.GlobalNamespace)).Where(IsPublic).ToLookup(TypeName);

    private static readonly DbModel Model = DbModel.For(Compilation, [], _ => default)!;

    public static TheoryData<string> Restored => [.. Properties().Select(p => p.Name).Where(n => !NotRestored.Contains(n))];

    public static TheoryData<string> RestoredAssemblies =>
        [.. Properties().Where(p => !NotRestored.Contains(p.Name)).Select(p => ((Library)p.GetValue(null)!).Assembly).Distinct()];

    [Fact]
    public void Every_library_is_in_the_list_of_all() =>
        Assert.Equal(Properties().Select(p => ((Library)p.GetValue(null)!).Apis).Order(), Libraries.All.Select(l => l.Apis).Order());

    [Fact]
    public void A_library_is_called_not_restored_only_when_none_of_its_types_can_be_found()
    {
        var found = from property in Properties()
                    where NotRestored.Contains(property.Name)
                    from api in ((Library)property.GetValue(null)!).Entries
                    where Types[api.Type].SelectMany(t => t.GetMembers(api.Member)).Any(m => TakesText(m, api))
                    select $"{property.Name}: {api.Type}.{api.Member}({api.Sql})";
        Assert.Empty(found);
    }

    [Theory, MemberData(nameof(Restored))]
    public void Each_listed_type_member_and_parameter_exists(string library)
    {
        var wrong = new List<string>();
        foreach (var api in Library(library).Entries)
        {
            var members = Types[api.Type].SelectMany(t => t.GetMembers(api.Member)).ToList();
            var fitting = members.Where(m => TakesText(m, api)).ToList();
            var problem =
                !Types[api.Type].Any() ? "no such type"
                : members.Count == 0 ? "no such member"
                : fitting.Count == 0 ? "no overload takes text by that name"
                : api.Parameters is { } name && !fitting.Any(m => HasParameter(m, name)) ? $"no overload has both it and '{name}'"
                : fitting.All(m => Model.ApiOf(m) != api) ? "another entry is always preferred to it"
                : null;
            if (problem is not null)
            {
                wrong.Add($"[{api.Type}]::{api.Member}({api.Sql}): {problem}");
            }
        }
        Assert.Empty(wrong);
    }

    [Theory, MemberData(nameof(RestoredAssemblies))]
    public void Each_public_member_that_takes_SQL_by_its_name_is_known_or_excluded_for_a_reason(string assembly)
    {
        var symbol = Compilation.SourceModule.ReferencedAssemblySymbols.Single(a => a.Name == assembly);
        var unknown = from member in PublicMembers(symbol)
                      where Reason(member) is null
                      from name in SqlNamesOf(member)
                      where Model.ApiOf(member) is not { } api || (api.Sql is not null && api.Sql != name && !SqlNames.Contains(api.Sql))
                      select $"{TypeName(member.ContainingType)}.{member.Name}({name})";
        Assert.Empty(unknown.Distinct().Order());
    }

    [Fact]
    public void Each_exclusion_excludes_something()
    {
        var members = Assemblies().SelectMany(PublicMembers).Where(m => SqlNamesOf(m).Any()).ToList();
        Assert.All(CatalogExclusions.All.Keys, key =>
            Assert.Contains(members, m => CatalogExclusions.Matches(key, TypeName(m.ContainingType), m.Name)));
    }

    [Fact]
    public void The_gate_does_not_open_for_what_every_project_references()
    {
        var framework = CSharpCompilation.Create("Plain", references: References.Framework);
        Assert.Null(DbModel.For(framework, [], _ => default));
        var framed = Libraries.All.Where(l => framework.ReferencedAssemblyNames.Any(a => a.Name == l.Assembly || l.Aliases.Contains(a.Name)));
        Assert.Equal(Libraries.All.Where(l => l.InFramework).Select(l => l.Assembly), framed.Select(l => l.Assembly));
    }

    private static IEnumerable<PropertyInfo> Properties() =>
        typeof(Libraries).GetProperties(BindingFlags.Public | BindingFlags.Static).Where(p => p.PropertyType == typeof(Library));

    private static Library Library(string name) => (Library)typeof(Libraries).GetProperty(name)!.GetValue(null)!;

    private static IEnumerable<IAssemblySymbol> Assemblies()
    {
        var names = RestoredAssemblies.Select(row => row.Data).ToHashSet();
        return Compilation.SourceModule.ReferencedAssemblySymbols.Where(a => names.Contains(a.Name));
    }

    private static string? Reason(ISymbol member) =>
        CatalogExclusions.All.FirstOrDefault(e => CatalogExclusions.Matches(e.Key, TypeName(member.ContainingType), member.Name)).Value;

    private static bool TakesText(ISymbol member, Api api) => member switch
    {
        IPropertySymbol property => api.Sql is null && property.SetMethod is not null && IsText(property.Type),
        IMethodSymbol method => method.Parameters.Any(p => p.Name == api.Sql && (IsText(p.Type) || api.Role == ApiRole.Quotes)),
        _ => false,
    };

    private static bool HasParameter(ISymbol member, string name) => member is IMethodSymbol method && method.Parameters.Any(p => p.Name == name);

    private static IEnumerable<string> SqlNamesOf(ISymbol member) => member switch
    {
        IMethodSymbol { MethodKind: MethodKind.Ordinary or MethodKind.Constructor } method =>
            method.Parameters.Where(p => p.RefKind == RefKind.None && SqlNames.Contains(p.Name) && IsText(p.Type)).Select(p => p.Name),
        IPropertySymbol { SetMethod.DeclaredAccessibility: Accessibility.Public } property when SqlNames.Contains(property.Name) && IsText(property.Type) =>
            ["value"],
        _ => [],
    };

    private static bool IsText(ITypeSymbol type) => type is { SpecialType: SpecialType.System_String } or { Name: "RawSqlString" };

    private static IEnumerable<ISymbol> PublicMembers(IAssemblySymbol assembly) =>
        from type in AllTypes(assembly.GlobalNamespace)
        where IsPublic(type)
        from member in type.GetMembers()
        where member.DeclaredAccessibility is Accessibility.Public or Accessibility.Protected or Accessibility.ProtectedOrInternal
        select member;

    private static bool IsPublic(INamedTypeSymbol type) =>
        type.DeclaredAccessibility is Accessibility.Public or Accessibility.Protected or Accessibility.ProtectedOrInternal
        && (type.ContainingType is null || IsPublic(type.ContainingType));

    private static IEnumerable<INamedTypeSymbol> AllTypes(INamespaceOrTypeSymbol container) =>
        container.GetMembers().OfType<INamespaceOrTypeSymbol>().SelectMany(member =>
            member is INamedTypeSymbol type ? AllTypes(type).Prepend(type) : AllTypes(member));

    private static string TypeName(INamedTypeSymbol type) => type.ContainingType is { } outer
        ? TypeName(outer) + "+" + type.Name
        : type.ContainingNamespace.ToDisplayString() + "." + type.Name;
}
