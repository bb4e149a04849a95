using DbSafety.Model;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Xunit;

namespace DbSafety.Tests.Model;

/// <summary>What is not bound must not be able to touch a database.</summary>
public sealed class CodeOfInterestTests
{
    private static readonly CSharpCompilation Compilation = CSharpCompilation.Create("Interest", references: References.All);
    private static readonly DbOperations Operations = new(Compilation);

    /// <summary>Names that any class has, of methods that stand beside others of these: on streams, on what listens, on SQLite's own settings.</summary>
    private static readonly HashSet<string> Common =
    [
        .. "Backup Complete Create CreateAndInitialize DisableCancel Drop EnableCancel EnableLoadExtension EnableWriteAheadLogging ExportRemote Flush GetColumnSchema ImportRemote Initialize IntoTempTable".Split(' '),
        .. "OpenRead OpenReadWrite QueueEvents ReKey Release RetrieveIdentity Seek SetBusyTimeout SetLength Skip Start Stop Send Unlink Wait WrapTask Write WriteNull".Split(' '),
        .. "AcquireToken CreateIndex DecryptColumnEncryptionKey ElementAt ElementAtOrDefault EncryptColumnEncryptionKey EndInvoke FTS3IntegrityCheck FTS3Optimize FTS3Rebuild".Split(' '),
        .. "FTS5IntegrityCheck FTS5Optimize FTS5Pgsz FTS5Rank FTS5Rebuild OnClosed OnClosing SignColumnMasterKeyMetadata VerifyColumnMasterKeyMetadata".Split(' '),
    ];

    [Fact]
    public void Every_database_operation_of_the_real_libraries_is_a_name_of_interest()
    {
        var code = new CodeOfInterest([], usesEf: true, hasOrm: false);
        var withOrm = new CodeOfInterest([], usesEf: true, hasOrm: true);
        var missed = from assembly in Compilation.SourceModule.ReferencedAssemblySymbols
                     from type in Types(assembly.GlobalNamespace)
                     from method in type.GetMembers().OfType<IMethodSymbol>()
                     where method.DeclaredAccessibility == Accessibility.Public && Operations.Of(method) is { } operation && (operation.IsAsync || operation.Twin is not null)
                     where !((assembly.Name.StartsWith("linq2db", StringComparison.Ordinal) || assembly.Name.StartsWith("Microsoft.Azure.Cosmos", StringComparison.Ordinal)) ? withOrm : code).IsName(method.Name) && !Common.Contains(method.Name.EndsWith("Async", StringComparison.Ordinal) ? method.Name[..^5] : method.Name)
                     select method.Name;
        Assert.Equal("", string.Join(' ', missed.Distinct().Order()));
    }

    [Theory]
    [InlineData("void M() { _db.Add(order); }")]
    [InlineData("void M(NpgsqlCommand c) => c.Cancel();")]
    [InlineData("void M() => Run(\"SELECT 1\");")]
    [InlineData("void M() => Run(\"\"\"\n    delete from t\n    \"\"\");")]
    [InlineData("Order M() => new() { Created = DateTime.Now };")]
    [InlineData("void M() { lock (_first) { } }")]
    [InlineData("int M(Order o) => (int)o.Total;")]
    [InlineData("int? M(Order o) => (int?)o.Total;")]
    [InlineData("async Task M() { foreach (var o in Orders.ToList()) await Send(o); }")]
    [InlineData("Task M() => Orders.ToListAsync();")]
    [InlineData("void M() { @execute(); }")]
    [InlineData("void M() { a(); // of the query\n }")]
    public void Code_that_may_touch_a_database_is_of_interest(string member) => Assert.True(Includes(member));

    [Theory]
    [InlineData("int M(int a, int b) => a + b;")]
    [InlineData("void M() { Name = name ?? throw new ArgumentNullException(nameof(name)); }")]
    [InlineData("List<string> M() => _names.ToList();")]
    [InlineData("async Task M() => await _bus.PublishAsync(new Changed());")]
    [InlineData("void M()\n{\n    // of the query\n    a();\n}")]
    [InlineData("void M() => Selected = Updated;")]
    [InlineData("void Ended(Adbmal a) => a.Rowsest();")]
    public void Other_code_is_not(string member) => Assert.False(Includes(member));

    [Fact]
    public void Each_member_is_judged_by_its_own_words()
    {
        var tree = CSharpSyntaxTree.ParseText("class C { void A() { a(); } void B() { _db.Add(b); } void D() { d(); } }", cancellationToken: TestContext.Current.CancellationToken);
        var code = new CodeOfInterest([], usesEf: true, hasOrm: false);
        Assert.Equal([false, true, false], Members(tree).Select(code.Includes));
    }

    [Fact]
    public void The_names_a_user_declares_count() =>
        Assert.True(new CodeOfInterest(["Fire"], usesEf: false, hasOrm: false).IsName("Fire"));

    private static bool Includes(string member) =>
        new CodeOfInterest([], usesEf: true, hasOrm: false).Includes(Members(CSharpSyntaxTree.ParseText($"class C\n{{\n{member}\n}}")).Single());

    private static IEnumerable<MemberDeclarationSyntax> Members(SyntaxTree tree) => ((ClassDeclarationSyntax)tree.GetCompilationUnitRoot().Members[0]).Members;

    private static IEnumerable<INamedTypeSymbol> Types(INamespaceSymbol space) =>
        space.GetTypeMembers().Where(t => t.DeclaredAccessibility == Accessibility.Public)
            .Concat(space.GetNamespaceMembers().SelectMany(Types));
}
