using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace DbSafety.Model;

/// <summary>What kind of code a place is in, where that makes a difference: a test and a migration may do what a service may not.</summary>
internal static class Surroundings
{
    private static readonly string[] TestFrameworks =
        ["xunit.core", "xunit.v3.core", "nunit.framework", "Microsoft.VisualStudio.TestPlatform.TestFramework", "MSTest.TestFramework", "TUnit.Core"];

    private static readonly ConditionalWeakTable<INamedTypeSymbol, StrongBox<bool>> WithTests = new();

    /// <summary>The compilation references a test framework.</summary>
    public static bool IsTestProject(Compilation compilation) =>
        compilation.ReferencedAssemblyNames.Any(a => TestFrameworks.Contains(a.Name, StringComparer.OrdinalIgnoreCase));

    /// <summary>The symbol is, or is in, a type with tests: one that has, or whose methods have, an attribute such as <c>[Fact]</c> or <c>[TestClass]</c>.</summary>
    public static bool IsTest(ISymbol symbol)
    {
        for (var type = symbol as INamedTypeSymbol ?? symbol.ContainingType; type is not null; type = type.ContainingType)
        {
            if (WithTests.GetValue(type, static t => new(HasTestAttribute(t) || t.GetMembers().Any(m => m is IMethodSymbol && HasTestAttribute(m)))).Value)
            {
                return true;
            }
        }
        return false;
    }

    /// <summary>The symbol is, or is in, a migration: a type whose base is called so, of EF Core, EF6, FluentMigrator or the program's own.</summary>
    public static bool IsMigration(ISymbol symbol)
    {
        for (var type = symbol as INamedTypeSymbol ?? symbol.ContainingType; type is not null; type = type.ContainingType)
        {
            for (var t = type.BaseType; t is not null; t = t.BaseType)
            {
                if (t.Name.EndsWith("Migration", StringComparison.Ordinal) || t.Name.EndsWith("MigrationBase", StringComparison.Ordinal))
                {
                    return true;
                }
            }
            if (type.AllInterfaces.Any(i => i.Name.EndsWith("Migration", StringComparison.Ordinal)) || type.Name.EndsWith("Migration", StringComparison.Ordinal))
            {
                return true;
            }
        }
        return false;
    }

    /// <summary>A test that says so: <c>Assert.Throws(() =&gt; …)</c>.</summary>
    public static bool IsExpectedToThrow(IOperation operation)
    {
        for (var parent = operation.Parent; parent is not null; parent = parent.Parent)
        {
            if (parent is IInvocationOperation { TargetMethod.Name: var name } && name.IndexOf("Throw", StringComparison.Ordinal) >= 0)
            {
                return true;
            }
        }
        return false;
    }

    /// <summary>The names of what a place is in, from the local function to the outermost type.</summary>
    public static IEnumerable<string> Names(ISymbol symbol)
    {
        for (ISymbol? s = symbol; s is not null and not INamespaceSymbol; s = s.ContainingSymbol)
        {
            yield return s is IMethodSymbol { AssociatedSymbol: { } property } ? property.Name : s.Name;
        }
    }

    private static bool HasTestAttribute(ISymbol symbol) => symbol.GetAttributes().Any(a => a.AttributeClass switch
    {
        { Name: "FactAttribute" or "TheoryAttribute" } => true,
        { Name: "TestAttribute" or "TestCaseAttribute" or "TestCaseSourceAttribute" or "TestFixtureAttribute" or "SetUpAttribute" or "TearDownAttribute" or "OneTimeSetUpAttribute" } => true,
        { Name: "TestMethodAttribute" or "DataTestMethodAttribute" or "TestClassAttribute" or "TestInitializeAttribute" or "TestCleanupAttribute" } => true,
        _ => false,
    });
}
