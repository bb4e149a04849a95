using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Xunit;
using DbSafety.Tests.Engine;
using Rule = DbSafety.Tests.Engine.Verify<DbSafety.Rules.Cancellation.DBS403BlockingCallInAsyncMethod>;

namespace DbSafety.Tests.Rules.Cancellation;

public class DBS403BlockingCallInAsyncMethodTests
{
    private const string Model = """
        public class Order { public int Id { get; set; } public string Name { get; set; } = ""; public List<Order> Lines { get; set; } = []; }
        public class Store : DbContext { public DbSet<Order> Orders => Set<Order>(); }

        """;

    [Theory]
    [InlineData("c.[|Open|]();", "await c.OpenAsync(ct);")]
    [InlineData("var n = (int)command.[|ExecuteScalar|]()!;", "var n = (int)(await command.ExecuteScalarAsync(ct))!;")]
    [InlineData("var n = command.[|ExecuteNonQuery|]() + 1;", "var n = await command.ExecuteNonQueryAsync(ct) + 1;")]
    [InlineData("using var rows = command.[|ExecuteReader|](CommandBehavior.SingleRow);", "using var rows = await command.ExecuteReaderAsync(CommandBehavior.SingleRow, ct);")]
    [InlineData("while (reader.[|Read|]()) { }", "while (await reader.ReadAsync(ct)) { }")]
    [InlineData("if (!reader.[|Read|]()) { }", "if (!await reader.ReadAsync(ct)) { }")]
    [InlineData("_ = command.[|ExecuteReader|]().[|Read|]();", "_ = await (await command.ExecuteReaderAsync(ct)).ReadAsync(ct);")]
    [InlineData("_ = command.[|ExecuteReader|]().GetInt32(0);", "_ = (await command.ExecuteReaderAsync(ct)).GetInt32(0);")]
    [InlineData("_ = command.[|ExecuteReader|]()[0];", "_ = (await command.ExecuteReaderAsync(ct))[0];")]
    [InlineData("using var t = c.[|BeginTransaction|](IsolationLevel.Snapshot);", "using var t = await c.BeginTransactionAsync(IsolationLevel.Snapshot, ct);")]
    [InlineData("tx.[|Commit|]();", "await tx.CommitAsync(ct);")]
    [InlineData("tx.[|Rollback|]();", "await tx.RollbackAsync();")]
    [InlineData("try { } finally { command.[|ExecuteNonQuery|](); }", "try { } finally { await command.ExecuteNonQueryAsync(); }")]
    [InlineData("var rows = c.[|Query|]<int>(\"x\", new { ct }).AsList();", "var rows = (await c.QueryAsync<int>(new CommandDefinition(\"x\", new { ct }, cancellationToken: ct))).AsList();")]
    [InlineData("foreach (var row in c.[|Query|]<int>(\"x\")) { }", "foreach (var row in await c.QueryAsync<int>(new CommandDefinition(\"x\", cancellationToken: ct))) { }")]
    [InlineData("c.[|Query|]<int>(\"x\", null, tx, false, 5, CommandType.Text);", "await c.QueryAsync<int>(new CommandDefinition(\"x\", null, tx, 5, CommandType.Text, flags: CommandFlags.None, cancellationToken: ct));")]
    [InlineData("c.[|Execute|]( /* why */ \"x\");", "await c.ExecuteAsync( /* why */ new CommandDefinition(\"x\", cancellationToken: ct));")]
    [InlineData("Func<Task> f = async () => c.[|Open|]();", "Func<Task> f = async () => await c.OpenAsync(ct);")]
    [InlineData("async Task L(CancellationToken inner) { c.[|Open|](); } await L(ct);", "async Task L(CancellationToken inner) { await c.OpenAsync(inner); } await L(ct);")]
    public async Task The_twin_is_awaited_with_the_token(string before, string after)
    {
        const string Frame = "class C { async Task M(DbConnection c, DbCommand command, DbDataReader reader, DbTransaction tx, CancellationToken ct) { BODY } }";
        await Rule.Fixes(Frame.Replace("BODY", before), Frame.Replace("BODY", after));
    }

    [Fact]
    public async Task A_twin_that_returns_less_is_cast() => await Rule.Fixes(
        "class C { async Task M(SqlConnection c) { using var tx = c.[|BeginTransaction|](); new SqlCommand(\"x\", c, tx).[|ExecuteNonQuery|](); } }",
        "class C { async Task M(SqlConnection c) { using var tx = (SqlTransaction)await c.BeginTransactionAsync(); await new SqlCommand(\"x\", c, tx).ExecuteNonQueryAsync(); } }");

    [Fact]
    public async Task ConfigureAwait_goes_on_where_the_class_has_it() => await Rule.Fixes(
        "class C { async Task M(DbCommand c, CancellationToken ct) { await c.PrepareAsync(ct).ConfigureAwait(false); if (c.[|ExecuteReader|]().HasRows) { } } }",
        "class C { async Task M(DbCommand c, CancellationToken ct) { await c.PrepareAsync(ct).ConfigureAwait(false); if ((await c.ExecuteReaderAsync(ct).ConfigureAwait(false)).HasRows) { } } }");

    [Theory]
    [InlineData("db.[|SaveChanges|]();", "await db.SaveChangesAsync(ct);")]
    [InlineData("var o = db.Orders.[|Find|](1);", "var o = await db.Orders.FindAsync([1], ct);")]
    [InlineData("var o = db.Orders.Where(o => o.Id > 1).[|ToList|]();", "var o = await db.Orders.Where(o => o.Id > 1).ToListAsync(ct);")]
    [InlineData("var o = db.Orders.AsNoTracking().[|First|](o => o.Id > 1).Name;", "var o = (await db.Orders.AsNoTracking().FirstAsync(o => o.Id > 1, ct)).Name;")]
    [InlineData("var n = db.Orders.OrderBy(o => o.Id).[|ToDictionary|](o => o.Id);", "var n = await db.Orders.OrderBy(o => o.Id).ToDictionaryAsync(o => o.Id, ct);")]
    [InlineData("var q = db.Orders.Take(5); if (q.[|Any|]()) { }", "var q = db.Orders.Take(5); if (await q.AnyAsync(ct)) { }")]
    [InlineData("db.Orders.[|ExecuteDelete|]();", "await db.Orders.ExecuteDeleteAsync(ct);")]
    [InlineData("using var tx = db.Database.[|BeginTransaction|]();", "using var tx = await db.Database.BeginTransactionAsync(ct);")]
    [InlineData("db.Database.[|ExecuteSqlRaw|](\"x {0}\", 1);", "await db.Database.ExecuteSqlRawAsync(\"x {0}\", [1], ct);")]
    [InlineData("foreach (var o in [|db.Orders|]) { }", "await foreach (var o in db.Orders.AsAsyncEnumerable().WithCancellation(ct)) { }")]
    [InlineData("foreach (var o in [|from o in db.Orders select o.Id|]) { }", "await foreach (var o in (from o in db.Orders select o.Id).AsAsyncEnumerable().WithCancellation(ct)) { }")]
    public async Task EF_Core(string before, string after)
    {
        const string Frame = Model + "class C { async Task M(Store db, CancellationToken ct) { BODY } }";
        await Rule.Fixes(Frame.Replace("BODY", before), Frame.Replace("BODY", after));
    }

    [Fact]
    public async Task The_namespace_of_EF_is_imported_where_it_is_not() => await Rule.Fixes(
        """
        using System.Linq;
        using System.Threading.Tasks;
        class C { async Task<int> M(Microsoft.EntityFrameworkCore.DbSet<string> set) => set.[|Count|](); }
        """,
        """
        using System.Linq;
        using System.Threading.Tasks;
        using Microsoft.EntityFrameworkCore;
        class C { async Task<int> M(Microsoft.EntityFrameworkCore.DbSet<string> set) => await set.CountAsync(); }
        """,
        new() { Usings = false });

    [Theory]
    [InlineData("async Task M(IDbCommand c) { c.[|ExecuteNonQuery|](); }", "'ExecuteNonQuery' blocks a thread in an async method while the database works; declare the 'IDbCommand' as 'DbCommand' and await 'ExecuteNonQueryAsync'")]
    [InlineData("async Task M(IDataReader r) { r.[|Read|](); }", "'Read' blocks a thread in an async method while the database works; declare the 'IDataReader' as 'DbDataReader' and await 'ReadAsync'")]
    public async Task Interfaces_have_no_twin(string member, string message)
    {
        await Rule.Reports($"class C {{ {member} }}", message);
        await Rule.NoFix($"class C {{ {member} }}");
    }

    [Fact]
    public async Task Of_several_tokens_the_author_chooses() => await Rule.NoFix(
        "class C { async Task M(DbConnection c, CancellationToken a, CancellationToken b) { c.[|Open|](); } }");

    [Fact]
    public async Task Within_a_conditional_access_there_is_no_fix() => await Rule.NoFix(
        "class C { async Task M(DbConnection? c) { c?.[|Open|](); } }");

    [Fact]
    public async Task On_SQLite_it_is_a_suggestion()
    {
        var document = await TestProject.Of("class C { async Task M(SqliteConnection c, NpgsqlConnection n) { c.Open(); n.Open(); } }", Setup.Default);
        var found = await TestProject.Analyze(document.Project, [new DbSafety.Rules.Cancellation.DBS403BlockingCallInAsyncMethod()]);
        Assert.Equal([DiagnosticSeverity.Info, DiagnosticSeverity.Warning], found.Select(d => d.Severity));
    }

    [Theory]
    [InlineData("NpgsqlConnection c", "c.BeginTransaction()", DiagnosticSeverity.Info)]
    [InlineData("NpgsqlTransaction t", "t.Commit()", DiagnosticSeverity.Warning)]
    [InlineData("SqlConnection c", "c.BeginTransaction()", DiagnosticSeverity.Info)]
    [InlineData("SqlTransaction t", "t.Rollback()", DiagnosticSeverity.Info)]
    [InlineData("SqlConnection c", "c.Open()", DiagnosticSeverity.Warning)]
    [InlineData("MySqlConnection c", "c.BeginTransaction()", DiagnosticSeverity.Warning)]
    [InlineData("DbConnection c", "c.BeginTransaction()", DiagnosticSeverity.Warning)]
    public async Task Where_the_provider_does_the_same_asynchronously_it_is_a_suggestion(string parameter, string call, DiagnosticSeverity expected)
    {
        var document = await TestProject.Of($"class C {{ async Task M({parameter}) {{ {call}; }} }}", Setup.Default);
        var found = await TestProject.Analyze(document.Project, [new DbSafety.Rules.Cancellation.DBS403BlockingCallInAsyncMethod()]);
        Assert.Equal(expected, Assert.Single(found).Severity);
    }

    [Fact]
    public async Task Top_level_statements() => await Rule.Fixes(
        "using var c = new NpgsqlConnection();\nc.[|Open|]();\nawait Task.Delay(1);\n", "using var c = new NpgsqlConnection();\nawait c.OpenAsync();\nawait Task.Delay(1);\n", new() { TopLevel = true });

    [Theory]
    [InlineData("void M(DbConnection c) { c.Open(); }")]
    [InlineData("Task M(DbConnection c) { c.Open(); return Task.CompletedTask; }")]
    [InlineData("async Task M(DbConnection c) { lock (c) { c.Open(); } }")]
    [InlineData("async Task M(DbConnection c) { void L() { c.Open(); } L(); Action a = () => c.Open(); }")]
    [InlineData("async Task M(DbDataReader r) { try { } catch (Exception) when (r.Read()) { } }")]
    [InlineData("async Task M(DbConnection c) { using var s = new System.Transactions.TransactionScope(); c.Open(); s.Complete(); }")]
    [InlineData("async Task M(DbDataReader r) { _ = r.IsDBNull(0) ? 0 : r.GetFieldValue<int>(0); r.Close(); r.Dispose(); }")]
    [InlineData("async Task M(Store db, IDbContextFactory<Store> f) { db.Orders.Add(new()); db.Add(new Order()); using var other = f.CreateDbContext(); }")]
    [InlineData("async Task M(Store db, List<Order> list) { _ = list.ToList(); _ = list.AsQueryable().Count(); foreach (var o in list.AsQueryable()) { } }")]
    [InlineData("async Task M(Store db, IQueryable<Order> query) { _ = query.Count(); foreach (var o in query) { } }")]
    [InlineData("async Task M(Store db, Order order) { _ = order.Lines.ToList(); _ = db.Orders.Local.Count(); _ = db.Orders.AsEnumerable().Count(); }")]
    [InlineData("async Task M(Store db) { _ = await db.Orders.Where(o => db.Orders.Count() > o.Id).ToListAsync(); }")]
    [InlineData("async Task M(DataTableReader r) { while (r.Read()) { } }")]
    [InlineData("async Task M(DbConnection c) { c.Close(); _ = c.CreateCommand(); }")]
    public async Task What_does_not_block_or_cannot_wait(string member) => await Rule.Silent(Model + $"class C {{ {member} }}");

    [Fact]
    public async Task Without_a_twin_there_is_nothing_to_await() => await Rule.Silent(
        "class Old : DbTransactionLike { } class DbTransactionLike { public void Commit() { } } class C { async Task M(Old old) { old.Commit(); } }");

    [Fact]
    public async Task Own_extensions_with_a_twin() => await Rule.Fixes(
        """
        static class Ext
        {
            public static int GetCount(this DbCommand c, string sql) => 1;
            public static Task<int> GetCountAsync(this DbCommand c, string sql, CancellationToken token = default) => Task.FromResult(1);
            public static DbCommand CreateCommand(this DbConnection c, string sql) => c.CreateCommand();
            public static Task<DbCommand> CreateCommandAsync(this DbConnection c, string sql) => Task.FromResult(c.CreateCommand());
        }
        class C { async Task<int> M(NpgsqlConnection c, CancellationToken ct) => c.CreateCommand("x").[|GetCount|]("x"); }
        """,
        """
        static class Ext
        {
            public static int GetCount(this DbCommand c, string sql) => 1;
            public static Task<int> GetCountAsync(this DbCommand c, string sql, CancellationToken token = default) => Task.FromResult(1);
            public static DbCommand CreateCommand(this DbConnection c, string sql) => c.CreateCommand();
            public static Task<DbCommand> CreateCommandAsync(this DbConnection c, string sql) => Task.FromResult(c.CreateCommand());
        }
        class C { async Task<int> M(NpgsqlConnection c, CancellationToken ct) => await c.CreateCommand("x").GetCountAsync("x", ct); }
        """);

    [Fact]
    public async Task With_an_old_language() => await Rule.Fixes(
        "using System.Threading.Tasks; class C { async Task M(System.Data.Common.DbConnection c) { c.[|Open|](); } }",
        "using System.Threading.Tasks; class C { async Task M(System.Data.Common.DbConnection c) { await c.OpenAsync(); } }",
        new() { Language = LanguageVersion.CSharp8 });
}
