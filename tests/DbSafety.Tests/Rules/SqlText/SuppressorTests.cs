using System.Collections.Immutable;
using System.Reflection;
using DbSafety.Rules.SqlText;
using DbSafety.Tests.Engine;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Xunit;
#if ROSLYN48
using Microsoft.CodeAnalysis.Operations;
#endif

namespace DbSafety.Tests.Rules.SqlText;

/// <summary>DBSS01 and DBSS02, next to the analyzers whose reports they take back.</summary>
public class SuppressorTests
{
#if ROSLYN48
    private static readonly DiagnosticAnalyzer ReviewSql = new StandIn(); // The one at hand needs a newer compiler.
#else
    private static readonly DiagnosticAnalyzer ReviewSql = Peer("Microsoft.CodeAnalysis.NetAnalyzers", "CA2100");
#endif
    private static readonly DiagnosticAnalyzer RawSql = Peer("Microsoft.EntityFrameworkCore.Analyzers", "EF1002");

    [Theory]
    [InlineData("""var k = connection.CreateCommand(); k.CommandText = "SELECT * FROM t WHERE id IN (" + string.Join(",", new[] { id, 2 }) + ")";""")]
    [InlineData("""new SqliteCommand("SELECT * FROM t WHERE id = " + id, connection);""")]
    [InlineData("""new SqliteCommand($"SELECT * FROM t WHERE id = {id} AND day = '{DateTime.UtcNow:yyyy-MM-dd}'", connection);""")]
    [InlineData("""var k = new SqliteCommand { CommandText = "SELECT * FROM " + new SqlCommandBuilder().QuoteIdentifier(name) };""")]
    [InlineData("""var sql = new StringBuilder("SELECT 1"); if (id > 1) sql.Append(" WHERE 1 = 0"); new SqliteCommand(sql.ToString(), connection);""")]
    [InlineData("""new SqlDataAdapter("SELECT " + id, "Server=.").ToString();""")]
    public async Task CA2100_on_a_known_text_is_taken_back(string source) => Assert.Equal("taken back", await Outcome(ReviewSql, new DBSS01ConstantCommandText(), source));

    [Theory]
    [InlineData("""new SqliteCommand("SELECT * FROM t WHERE name = '" + name + "'", connection);""")]
    [InlineData("""var k = connection.CreateCommand(); k.CommandText = "SELECT * FROM " + name;""")]
    [InlineData("""new SqliteCommand(Environment.GetEnvironmentVariable("SQL")!, connection);""")]
    [InlineData("""var sql = "SELECT 1"; Change(ref sql); new SqliteCommand(sql, connection); void Change(ref string s) => s += name;""")]
    [InlineData("""new SqliteCommand(string.Concat("SELECT ", id, name), connection);""")]
    public async Task CA2100_on_any_other_text_stays(string source) => Assert.Equal("stays", await Outcome(ReviewSql, new DBSS01ConstantCommandText(), source));

    [Theory]
    [InlineData("""db.Set<Row>().FromSqlRaw($"SELECT * FROM t WHERE id = {id}").ToList();""")]
    [InlineData("""await db.Database.ExecuteSqlRawAsync($"UPDATE t SET a = {{0}} WHERE id = {id}", name);""")]
    [InlineData("""RelationalDatabaseFacadeExtensions.ExecuteSqlRaw(parameters: [], sql: $"DELETE FROM {(id > 1 ? "a" : "b")}", databaseFacade: db.Database);""")]
    public async Task EF1002_on_a_known_text_is_taken_back(string source) => Assert.Equal("taken back", await Outcome(RawSql, new DBSS02ConstantRawSql(), Ef(source)));

    [Theory]
    [InlineData("""db.Set<Row>().FromSqlRaw($"SELECT * FROM t WHERE name = '{name}'").ToList();""")]
    [InlineData("""await db.Database.ExecuteSqlRawAsync($"UPDATE t SET a = 1 WHERE id = {id} AND name = '{name}'");""")]
    public async Task EF1002_on_any_other_text_stays(string source) => Assert.Equal("stays", await Outcome(RawSql, new DBSS02ConstantRawSql(), Ef(source)));

    [Fact]
    public async Task A_parameter_is_known_where_all_callers_are() => Assert.Equal("taken back", await Outcome(ReviewSql, new DBSS01ConstantCommandText(),
        """
        class C
        {
            void M(SqliteConnection connection) { Count(connection, "a"); Count(connection, "b"); }
            private void Count(SqliteConnection connection, string table) { using var k = new SqliteCommand("SELECT count(*) FROM " + table, connection); }
        }
        """));

    [Fact]
    public async Task A_parameter_of_a_public_method_is_not_known() => Assert.Equal("stays", await Outcome(ReviewSql, new DBSS01ConstantCommandText(),
        """
        public class C
        {
            void M(SqliteConnection connection) => Count(connection, "a");
            public void Count(SqliteConnection connection, string table) { using var k = new SqliteCommand("SELECT count(*) FROM " + table, connection); }
        }
        """));

    [Fact]
    public async Task Broken_code_and_a_project_without_database_are_no_trouble()
    {
        foreach (var source in new[] { "new SqliteCommand(\"SELECT \" + ", "class C { void M(System.Data.IDbCommand k, string s) { k.CommandText = s + ; } }", "k.CommandText = $\"{id}\";" })
        {
            var document = await TestProject.Of(source, new Setup { AllowErrors = true }, "CA2100");
            Assert.DoesNotContain(await TestProject.Analyze(document.Project, [ReviewSql, RawSql, new DBSS01ConstantCommandText(), new DBSS02ConstantRawSql()]), d => d.Id == "AD0001");
        }
        Assert.Equal("stays", await Outcome(ReviewSql, new DBSS01ConstantCommandText(),
            "class C { void M(System.Data.Common.DbCommand k, int id) { k.CommandText = \"SELECT \" + id; } }", new Setup { References = References.Net100, Usings = false }));
    }

    private static string Ef(string source) => $$"""
        class Row { public int Id { get; set; } }
        class C { async Task M(DbContext db, string name, int id) { await Task.Yield(); {{source}} } }
        """;

    /// <summary>What becomes of the one report that the peer makes of the source alone.</summary>
    private static async Task<string> Outcome(DiagnosticAnalyzer peer, DiagnosticSuppressor suppressor, string source, Setup? setup = null)
    {
        setup ??= Setup.Default;
        var id = suppressor.SupportedSuppressions.Single().SuppressedDiagnosticId;
        source = TestProject.Complete(source, setup);
        var document = await TestProject.Of(source, setup, id);
        Assert.Equal("", await TestProject.Errors(document.Project));
        Assert.Equal([id], (await TestProject.Analyze(document.Project, [peer])).Select(d => d.Id));
        var left = await TestProject.Analyze(document.Project, [peer, suppressor]);
        return left.IsEmpty ? "taken back" : left.Single().Id == id ? "stays" : left.Single().ToString();
    }

    private static DiagnosticAnalyzer Peer(string assembly, string id) =>
        Assembly.LoadFrom(Path.Combine(AppContext.BaseDirectory, "peers", assembly + ".dll")).GetTypes()
            .Where(t => !t.IsAbstract && typeof(DiagnosticAnalyzer).IsAssignableFrom(t) && t.GetCustomAttribute<DiagnosticAnalyzerAttribute>() is { } a && a.Languages.Contains(LanguageNames.CSharp))
            .Select(t => (DiagnosticAnalyzer)Activator.CreateInstance(t)!)
            .First(a => a.SupportedDiagnostics.Any(d => d.Id == id));

#if ROSLYN48
    /// <summary>Reports what CA2100 does, where it does: a command made or given a text that is no constant.</summary>
    private sealed class StandIn : DiagnosticAnalyzer
    {
        private static readonly DiagnosticDescriptor Descriptor = new($"CA{2100}", "Review SQL", "Review SQL", "Security", DiagnosticSeverity.Warning, isEnabledByDefault: true);

        public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics => [Descriptor];

        public override void Initialize(AnalysisContext context)
        {
            context.EnableConcurrentExecution();
            context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
            context.RegisterOperationAction(c =>
            {
                var text = c.Operation switch
                {
                    IObjectCreationOperation { Type.Name: "SqliteCommand" or "SqlDataAdapter", Arguments: { Length: > 0 } arguments } => arguments[0].Value,
                    ISimpleAssignmentOperation { Target: IPropertyReferenceOperation { Property.Name: "CommandText" } } assignment => assignment.Value,
                    _ => null,
                };
                if (text is { ConstantValue.HasValue: false })
                {
                    c.ReportDiagnostic(Diagnostic.Create(Descriptor, c.Operation.Syntax.GetLocation()));
                }
            }, OperationKind.ObjectCreation, OperationKind.SimpleAssignment);
        }
    }
#endif
}
