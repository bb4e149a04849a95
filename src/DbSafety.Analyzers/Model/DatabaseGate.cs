using System.Runtime.CompilerServices;
using DbSafety.Model.Catalog;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace DbSafety.Model;

/// <summary>Whether a compilation can reach a database at all; where it cannot, no rule registers anything.</summary>
internal static class DatabaseGate
{
    private static readonly HashSet<string> Assemblies =
        new(Libraries.All.Where(l => !l.InFramework).SelectMany(l => l.Aliases.Append(l.Assembly)), StringComparer.OrdinalIgnoreCase);

    /// <summary>Every rule asks, and where the answer is no that must be all it costs.</summary>
    private static readonly ConditionalWeakTable<Compilation, object> Known = new();

    /// <summary>
    /// True when a known database library is referenced, or when a source file imports <c>System.Data</c> (which is part of the
    /// framework, so its presence among the references says nothing).
    /// </summary>
    public static bool IsOpen(Compilation compilation) => (bool)Known.GetValue(compilation, static c =>
        c.ReferencedAssemblyNames.Any(a => Assemblies.Contains(a.Name)) || c.SyntaxTrees.Any(ImportsSystemData));

    private static bool ImportsSystemData(SyntaxTree tree) =>
        tree.GetRoot() is CompilationUnitSyntax unit
        && (unit.Usings.Any(IsSystemData) || unit.Members.OfType<BaseNamespaceDeclarationSyntax>().Any(n => n.Usings.Any(IsSystemData)));

    private static bool IsSystemData(UsingDirectiveSyntax directive) =>
        directive.NamespaceOrType.ToString() is var name
        && (name == "System.Data" || name.StartsWith("System.Data.", StringComparison.Ordinal));
}
