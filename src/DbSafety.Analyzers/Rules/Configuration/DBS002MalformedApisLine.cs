using System.Collections.Immutable;
using DbSafety.Engine;
using DbSafety.Model;
using DbSafety.Model.Catalog;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Text;

namespace DbSafety.Rules.Configuration;

/// <summary>DBS002: a line of DbSafety.Apis.txt that cannot be read, or that names a member or parameter which its type does not have.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
[NoFix("a code fix cannot edit DbSafety.Apis.txt, and which member was meant is the author's to say")]
internal sealed class DBS002MalformedApisLine() : DbRule(Descriptor)
{
    private static readonly DiagnosticDescriptor Descriptor = Rule.Of(
        "DBS002", "A line of DbSafety.Apis.txt names no API",
        "'{0}' is ignored: {1}",
        Area.Configuration, DiagnosticSeverity.Warning,
        "A declared API that is not found makes nothing a sink, so calls of it go unchecked without a word.");

    protected override void Register(RuleContext context) =>
        context.OnAdditionalFile(UserApis.IsApisFile, Report);

    private static void Report(AdditionalFileAnalysisContext context)
    {
        if (context.AdditionalFile.GetText(context.CancellationToken) is not { } text)
        {
            return;
        }
        foreach (var line in text.Lines)
        {
            var apis = Api.Parse(line.ToString(), out var error);
            foreach (var problem in error is not null ? [error] : apis.Select(api => Problem(api, context.Compilation)).OfType<string>())
            {
                var span = ContentOf(line);
                var location = Location.Create(context.AdditionalFile.Path, span, text.Lines.GetLinePositionSpan(span));
                context.ReportDiagnostic(Diagnostic.Create(Descriptor, location, text.ToString(span), problem));
            }
        }
    }

    /// <summary>The line without its comment and the blanks around it.</summary>
    private static TextSpan ContentOf(TextLine line)
    {
        var text = line.ToString();
        var comment = text.IndexOf('#');
        var content = comment < 0 ? text : text.Substring(0, comment);
        var lead = content.Length - content.TrimStart().Length;
        return new TextSpan(line.Start + lead, content.Trim().Length);
    }

    /// <summary>
    /// What keeps a well-formed line from matching anything; null where nothing does, and where the type is not in this compilation
    /// (one file often serves several projects).
    /// </summary>
    private static string? Problem(Api api, Compilation compilation)
    {
        var types = TypesNamed(api.Type, compilation);
        if (types.IsEmpty)
        {
            return null;
        }

        var members = types.SelectMany(t => t.GetMembers(api.Member)).ToImmutableArray();
        if (members.IsEmpty)
        {
            return Inherited(types, api.Member) is { } owner
                ? $"'{api.Member}' is declared by '{Name(owner)}', so write [{Name(owner)}]"
                : $"'{api.Type}' has no member '{api.Member}'{DidYouMean(api.Member, types.SelectMany(t => t.GetMembers()).Where(IsNameable).Select(m => m.Name))}";
        }
        if (api.Sql is null)
        {
            return members.Any(m => m is IPropertySymbol { SetMethod: not null }) ? null
                : members.Any(m => m is IPropertySymbol) ? $"the property '{api.Member}' cannot be set"
                : $"'{api.Member}' is not a property, so name the parameter that carries the SQL: {api.Member}(parameter)";
        }

        var methods = members.OfType<IMethodSymbol>().ToImmutableArray();
        if (methods.IsEmpty)
        {
            return $"'{api.Member}' is not a method, so it takes no parameter";
        }
        foreach (var parameter in api.Parameters is null ? [api.Sql] : new[] { api.Sql, api.Parameters })
        {
            var names = methods.SelectMany(m => m.Parameters).Select(p => p.Name).Distinct().ToImmutableArray();
            if (!names.Contains(parameter))
            {
                return $"'{api.Member}' has no parameter '{parameter}'{DidYouMean(parameter, names)}";
            }
        }
        return null;
    }

    private static string DidYouMean(string word, IEnumerable<string> candidates) =>
        Nearest.To(word, candidates.Distinct()) is { } nearest ? $"; did you mean '{nearest}'" : "";

    private static bool IsNameable(ISymbol member) => member is { IsImplicitlyDeclared: false } and (
        IPropertySymbol { IsIndexer: false } or IMethodSymbol { MethodKind: MethodKind.Ordinary or MethodKind.Constructor });

    private static INamedTypeSymbol? Inherited(ImmutableArray<INamedTypeSymbol> types, string member)
    {
        foreach (var type in types)
        {
            for (var t = type.BaseType; t is not null; t = t.BaseType)
            {
                if (!t.GetMembers(member).IsEmpty && member != ".ctor")
                {
                    return t;
                }
            }
            if (type.AllInterfaces.FirstOrDefault(i => type.TypeKind == TypeKind.Interface && !i.GetMembers(member).IsEmpty) is { } declaring)
            {
                return declaring;
            }
        }
        return null;
    }

    private static string Name(INamedTypeSymbol type) =>
        type.ContainingType is { } outer ? Name(outer) + "+" + type.Name
        : type.ContainingNamespace.IsGlobalNamespace ? type.Name
        : type.ContainingNamespace.ToDisplayString() + "." + type.Name;

    /// <summary>The types of a catalogue name, which has no arity and writes <c>+</c> before a nested type.</summary>
    private static ImmutableArray<INamedTypeSymbol> TypesNamed(string name, Compilation compilation)
    {
        var nested = name.Split('+');
        var path = nested[0].Split('.');
        var space = compilation.GlobalNamespace;
        foreach (var part in path.Take(path.Length - 1))
        {
            if (space.GetNamespaceMembers().FirstOrDefault(n => n.Name == part) is not { } inner)
            {
                return ImmutableArray<INamedTypeSymbol>.Empty;
            }
            space = inner;
        }
        IEnumerable<INamedTypeSymbol> types = space.GetTypeMembers(path[path.Length - 1]);
        foreach (var part in nested.Skip(1))
        {
            types = types.SelectMany(t => t.GetTypeMembers(part));
        }
        return types.ToImmutableArray();
    }
}
