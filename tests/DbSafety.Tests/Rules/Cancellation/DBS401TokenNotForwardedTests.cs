using DbSafety.Tests.Engine;
using Microsoft.CodeAnalysis.CSharp;
using Xunit;
using Rule = DbSafety.Tests.Engine.Verify<DbSafety.Rules.Cancellation.DBS401TokenNotForwarded>;

namespace DbSafety.Tests.Rules.Cancellation;

public class DBS401TokenNotForwardedTests
{
    private const string Model = """
        public class Order { public int Id { get; set; } public string Name { get; set; } = ""; }
        public class Store : DbContext { public DbSet<Order> Orders => Set<Order>(); }

        """;

    [Theory]
    [InlineData("await connection.OpenAsync();", "await connection.OpenAsync(ct);")]
    [InlineData("using var tx = await connection.BeginTransactionAsync();", "using var tx = await connection.BeginTransactionAsync(ct);")]
    [InlineData("using var tx = await connection.BeginTransactionAsync(IsolationLevel.Serializable);", "using var tx = await connection.BeginTransactionAsync(IsolationLevel.Serializable, ct);")]
    [InlineData("await new SqliteCommand(\"x\", connection).ExecuteNonQueryAsync();", "await new SqliteCommand(\"x\", connection).ExecuteNonQueryAsync(ct);")]
    [InlineData("await new SqliteCommand().ExecuteReaderAsync(CommandBehavior.SingleRow);", "await new SqliteCommand().ExecuteReaderAsync(CommandBehavior.SingleRow, ct);")]
    [InlineData("await new SqliteCommand().ExecuteReaderAsync(behavior: CommandBehavior.SingleRow);", "await new SqliteCommand().ExecuteReaderAsync(behavior: CommandBehavior.SingleRow, cancellationToken: ct);")]
    [InlineData("await new SqliteCommand().ExecuteScalarAsync().ConfigureAwait(false);", "await new SqliteCommand().ExecuteScalarAsync(ct).ConfigureAwait(false);")]
    [InlineData("await ((IDbConnection)connection as DbConnection)!.OpenAsync();", "await ((IDbConnection)connection as DbConnection)!.OpenAsync(ct);")]
    [InlineData("DbCommand? command = null; if (command?.ExecuteNonQueryAsync() is { } task) await task;", "DbCommand? command = null; if (command?.ExecuteNonQueryAsync(ct) is { } task) await task;")]
    public async Task Ado_net_takes_the_token_last(string before, string after) =>
        await Rule.Fixes(Marked(before) + " _ = ct;", after + " _ = ct;", new() { EitherNullable = false });

    [Theory]
    [InlineData("await reader.ReadAsync();", "await reader.ReadAsync(ct);")]
    [InlineData("while (await reader.ReadAsync()) { }", "while (await reader.ReadAsync(ct)) { }")]
    [InlineData("_ = !await reader.IsDBNullAsync(0);", "_ = !await reader.IsDBNullAsync(0, ct);")]
    [InlineData("_ = await reader.GetFieldValueAsync<int>(0);", "_ = await reader.GetFieldValueAsync<int>(0, ct);")]
    [InlineData("await reader.NextResultAsync();", "await reader.NextResultAsync(ct);")]
    public async Task Readers(string before, string after)
    {
        const string Frame = "class C { async Task M(DbDataReader reader, CancellationToken ct) { BODY } }";
        await Rule.Fixes(Frame.Replace("BODY", Marked(before)), Frame.Replace("BODY", after));
    }

    [Theory]
    [InlineData("await db.Orders.ToListAsync();", "await db.Orders.ToListAsync(ct);")]
    [InlineData("await db.Orders.Where(o => o.Id > 1).FirstOrDefaultAsync(o => o.Name == \"\");", "await db.Orders.Where(o => o.Id > 1).FirstOrDefaultAsync(o => o.Name == \"\", ct);")]
    [InlineData("await db.SaveChangesAsync();", "await db.SaveChangesAsync(ct);")]
    [InlineData("await db.SaveChangesAsync(acceptAllChangesOnSuccess: true);", "await db.SaveChangesAsync(acceptAllChangesOnSuccess: true, cancellationToken: ct);")]
    [InlineData("await db.Orders.FindAsync(1);", "await db.Orders.FindAsync([1], ct);")]
    [InlineData("await db.FindAsync<Order>(1);", "await db.FindAsync<Order>([1], ct);")]
    [InlineData("await db.Database.ExecuteSqlRawAsync(\"x\");", "await db.Database.ExecuteSqlRawAsync(\"x\", ct);")]
    [InlineData("await db.Database.ExecuteSqlRawAsync(\"x {0} {1}\", 1, \"a\");", "await db.Database.ExecuteSqlRawAsync(\"x {0} {1}\", [1, \"a\"], ct);")]
    [InlineData("await db.Database.ExecuteSqlRawAsync(\"x {0}\", 1, ct);", "await db.Database.ExecuteSqlRawAsync(\"x {0}\", [1], ct);")]
    [InlineData("await db.Database.ExecuteSqlAsync($\"x {1}\");", "await db.Database.ExecuteSqlAsync($\"x {1}\", ct);")]
    [InlineData("await db.Orders.ExecuteDeleteAsync();", "await db.Orders.ExecuteDeleteAsync(ct);")]
    [InlineData("await db.Database.BeginTransactionAsync();", "await db.Database.BeginTransactionAsync(ct);")]
    [InlineData("await EntityFrameworkQueryableExtensions.ToListAsync(db.Orders);", "await EntityFrameworkQueryableExtensions.ToListAsync(db.Orders, ct);")]
    public async Task EF_Core(string before, string after)
    {
        const string Frame = Model + "class C { async Task M(Store db, CancellationToken ct) { BODY } }";
        await Rule.Fixes(Frame.Replace("BODY", Marked(before)), Frame.Replace("BODY", after));
    }

    [Fact]
    public async Task Keys_become_an_array_before_CSharp_12()
    {
        const string Frame = "using System.Threading; using System.Threading.Tasks; using Microsoft.EntityFrameworkCore;\nclass Order { } class C { async Task M(DbSet<Order> orders, CancellationToken ct) { BODY } }";
        var setup = new Setup { Language = LanguageVersion.CSharp10 };
        await Rule.Fixes(Frame.Replace("BODY", "await orders.[|FindAsync|](1, \"a\");"), Frame.Replace("BODY", "await orders.FindAsync(new object[] { 1, \"a\" }, ct);"), setup);
    }

    [Theory]
    [InlineData("await connection.QueryAsync<int>(\"x\");", "await connection.QueryAsync<int>(new CommandDefinition(\"x\", cancellationToken: ct));")]
    [InlineData("await connection.QueryAsync<int>(\"x\", new { id });", "await connection.QueryAsync<int>(new CommandDefinition(\"x\", new { id }, cancellationToken: ct));")]
    [InlineData("await connection.ExecuteAsync(\"x\", param: new { id }, commandTimeout: 5);", "await connection.ExecuteAsync(new CommandDefinition(\"x\", parameters: new { id }, commandTimeout: 5, cancellationToken: ct));")]
    [InlineData("await connection.ExecuteAsync(\"x\", new { id }, null, 5, CommandType.Text);", "await connection.ExecuteAsync(new CommandDefinition(\"x\", new { id }, null, 5, CommandType.Text, cancellationToken: ct));")]
    [InlineData("await connection.ExecuteScalarAsync<int>(transaction: null, sql: \"x\");", "await connection.ExecuteScalarAsync<int>(new CommandDefinition(transaction: null, commandText: \"x\", cancellationToken: ct));")]
    [InlineData("await connection.QueryFirstAsync(typeof(int), \"x\", new { id });", "await connection.QueryFirstAsync(typeof(int), new CommandDefinition(\"x\", new { id }, cancellationToken: ct));")]
    [InlineData("await SqlMapper.QueryAsync<int>(connection, \"x\", new { id });", "await SqlMapper.QueryAsync<int>(connection, new CommandDefinition(\"x\", new { id }, cancellationToken: ct));")]
    [InlineData("using var grid = await connection.QueryMultipleAsync(\"x\");", "using var grid = await connection.QueryMultipleAsync(new CommandDefinition(\"x\", cancellationToken: ct));")]
    [InlineData("await connection.QueryAsync<int, int, int>(\"x\", (a, b) => a, new { id }, splitOn: \"b\", buffered: false);", "await connection.QueryAsync<int, int, int>(new CommandDefinition(\"x\", new { id }, flags: CommandFlags.None, cancellationToken: ct), (a, b) => a, splitOn: \"b\");")]
    [InlineData("await connection.QueryAsync<int>(new CommandDefinition(\"x\"));", "await connection.QueryAsync<int>(new CommandDefinition(\"x\", cancellationToken: ct));")]
    public async Task Dapper_takes_it_in_a_CommandDefinition(string before, string after) =>
        await Rule.Fixes(before.Contains("new CommandDefinition") ? before.Replace("new CommandDefinition(\"x\")", "[|new CommandDefinition(\"x\")|]") + " _ = ct;" : Marked(before) + " _ = ct;", after + " _ = ct;");

    [Fact]
    public async Task Dapper_without_its_namespace_imported() => await Rule.Fixes(
        """
        using System.Threading; using System.Threading.Tasks; using System.Data;
        class C { Task M(IDbConnection c, CancellationToken ct) => Dapper.SqlMapper.[|ExecuteAsync|](c, "x"); }
        """,
        """
        using System.Threading; using System.Threading.Tasks; using System.Data;
        class C { Task M(IDbConnection c, CancellationToken ct) => Dapper.SqlMapper.ExecuteAsync(c, new Dapper.CommandDefinition("x", cancellationToken: ct)); }
        """,
        new() { Usings = false });

    [Fact]
    public async Task Under_Dapper_AOT_it_is_reported_and_left_alone() => await Rule.NoFix("""
        class DapperAotAttribute : Attribute;
        [DapperAot] class C { Task M(IDbConnection c, CancellationToken ct) => c.[|ExecuteAsync|]("x"); }
        """);

    [Theory]
    [InlineData("await foreach (var x in connection.QueryUnbufferedAsync<int>(\"x\")) { }", "await foreach (var x in connection.QueryUnbufferedAsync<int>(\"x\").WithCancellation(ct)) { }")]
    [InlineData("await foreach (var x in connection.QueryUnbufferedAsync<int>(\"x\").ConfigureAwait(false)) { }", "await foreach (var x in connection.QueryUnbufferedAsync<int>(\"x\").WithCancellation(ct).ConfigureAwait(false)) { }")]
    public async Task A_sequence_takes_it_by_WithCancellation(string before, string after) =>
        await Rule.Fixes(Marked(before) + " _ = ct;", after + " _ = ct;");

    [Fact]
    public async Task An_EF_query_as_a_sequence() => await Rule.Fixes(
        Model + "class C { async Task M(Store db, CancellationToken ct) { await foreach (var o in db.Orders.Where(o => o.Id > 1).[|AsAsyncEnumerable|]()) { } } }",
        Model + "class C { async Task M(Store db, CancellationToken ct) { await foreach (var o in db.Orders.Where(o => o.Id > 1).AsAsyncEnumerable().WithCancellation(ct)) { } } }");

    [Theory]
    [InlineData("Task M(MySql.Data.MySqlClient.MySqlConnection c, CancellationToken ct) => MySql.Data.MySqlClient.MySqlHelper.[|ExecuteNonQueryAsync|](c, \"x\");", "MySqlHelper.ExecuteNonQueryAsync(c, \"x\", ct);")]
    [InlineData("Task M(NpgsqlBinaryImporter w, CancellationToken ct) => w.[|WriteRowAsync|](default, 1);", null)]
    [InlineData("ValueTask<ulong> M(NpgsqlBinaryImporter w, CancellationToken ct) => w.[|CompleteAsync|]();", "w.CompleteAsync(ct);")]
    [InlineData("Task M(SqlBulkCopy w, DataTable t, CancellationToken ct) => w.[|WriteToServerAsync|](t);", "w.WriteToServerAsync(t, ct);")]
    [InlineData("Task M(LinqToDB.Data.DataConnection d, CancellationToken ct) => LinqToDB.Data.DataContextExtensions.[|ExecuteAsync|](d, \"x\", new LinqToDB.Data.DataParameter(\"a\", 1), new LinqToDB.Data.DataParameter(\"b\", 1));", "DataContextExtensions.ExecuteAsync(d, \"x\", ct, new LinqToDB.Data.DataParameter(\"a\", 1), new LinqToDB.Data.DataParameter(\"b\", 1));")]
    public async Task The_token_stands_where_the_method_has_it(string member, string? call)
    {
        if (call is null)
        {
            await Rule.Silent($"class C {{ {member.Replace("[|", "").Replace("|]", "")} }}");
            return;
        }
        var before = $"class C {{ {member} }}";
        var after = before.Replace("[|", "").Replace("|]", "");
        var name = call[..call.IndexOf('(')];
        await Rule.Fixes(before, after[..after.IndexOf(name, StringComparison.Ordinal)] + call + " }");
    }

    [Theory]
    [InlineData("async Task M(CancellationToken stop) { await c.OpenAsync(); }", "stop")]
    [InlineData("async Task M() { using var cts = new CancellationTokenSource(); await c.OpenAsync(); }", "cts.Token")]
    [InlineData("async Task M(CancellationToken outer) { async Task Local(CancellationToken inner) { await c.OpenAsync(); } await Local(outer); }", "inner")]
    [InlineData("async Task M(CancellationToken outer) { async Task Local() { await c.OpenAsync(); } await Local(); }", "outer")]
    [InlineData("void M(CancellationToken outer) { Func<CancellationToken, Task> f = async inner => { await c.OpenAsync(); }; }", "inner")]
    [InlineData("void M(CancellationToken outer) { Func<CancellationToken, Task> f = async _ => { await c.OpenAsync(); }; }", "outer")]
    [InlineData("CancellationToken _stop; async Task M() { await c.OpenAsync(); }", "_stop")]
    [InlineData("readonly CancellationTokenSource _stop = new(); async Task M() { await c.OpenAsync(); }", "_stop.Token")]
    [InlineData("CancellationToken _stop; async Task M() { await c.OpenAsync(); static async Task S() { } await S(); }", "_stop")]
    [InlineData("async Task M(Job job) { await c.OpenAsync(); }", "job.CancellationToken")]
    [InlineData("Job Context => new(); async Task M() { await c.OpenAsync(); }", "Context.CancellationToken")]
    [InlineData("async Task M(CancellationToken ct) { var linked = CancellationTokenSource.CreateLinkedTokenSource(ct); await c.OpenAsync(); }", "linked.Token")]
    [InlineData("Task P { get { var stop = new CancellationTokenSource().Token; return c.OpenAsync(); } }", "stop")]
    public async Task The_nearest_token_is_taken(string member, string token)
    {
        const string Frame = "class Job { public CancellationToken CancellationToken => default; }\nclass C(DbConnection c)\n{\n    MEMBER\n}\n";
        await Rule.Fixes(Frame.Replace("MEMBER", member.Replace("OpenAsync", "[|OpenAsync|]")), Frame.Replace("MEMBER", member.Replace("OpenAsync()", $"OpenAsync({token})")), new() { EitherNullable = false });
    }

    [Fact]
    public async Task Primary_constructors() => await Rule.Fixes(
        "class C(DbConnection c, CancellationToken stop) { async Task M() { await c.[|OpenAsync|](); } }",
        "class C(DbConnection c, CancellationToken stop) { async Task M() { await c.OpenAsync(stop); } }");

    [Fact]
    public async Task Top_level_statements() => await Rule.Fixes(
        "using var cts = new CancellationTokenSource();\nusing var connection = new SqliteConnection();\nawait connection.[|OpenAsync|]();\n",
        "using var cts = new CancellationTokenSource();\nusing var connection = new SqliteConnection();\nawait connection.OpenAsync(cts.Token);\n",
        new() { TopLevel = true });

    [Fact]
    public async Task Of_several_tokens_the_author_chooses() => await Rule.NoFix(
        "class C(DbConnection c) { async Task M(CancellationToken a, CancellationToken b) { await c.[|OpenAsync|](); } }");

    [Fact]
    public async Task Its_message_names_both() => await Rule.Reports(
        "await connection.[|OpenAsync|](); _ = ct;", "'OpenAsync' is called without 'ct'; pass it, so that the database stops working when the caller has given up");

    [Fact]
    public async Task Arguments_on_lines_of_their_own_stay_so() => await Rule.Fixes(
        """
        class C
        {
            Task M(IDbConnection c, CancellationToken ct) =>
                c.[|ExecuteAsync|](
                    "x", // one
                    new { a = 1 });
            Task N(DbContext c, CancellationToken ct) =>
                c.Database.[|ExecuteSqlAsync|](
                    $"x");
        }
        """,
        """
        class C
        {
            Task M(IDbConnection c, CancellationToken ct) =>
                c.ExecuteAsync(
                    new CommandDefinition("x", // one
                    new { a = 1 }, cancellationToken: ct));
            Task N(DbContext c, CancellationToken ct) =>
                c.Database.ExecuteSqlAsync(
                    $"x",
                    ct);
        }
        """);

    [Fact]
    public async Task Calls_within_calls_are_fixed_together() => await Rule.Fixes(
        "class C { async Task M(DbContext db, IQueryable<int> q, CancellationToken ct) => await db.[|FindAsync|]<string>(await q.[|CountAsync|](), await q.[|SumAsync|]()); }",
        "class C { async Task M(DbContext db, IQueryable<int> q, CancellationToken ct) => await db.FindAsync<string>([await q.CountAsync(ct), await q.SumAsync(ct)], ct); }");

    [Fact]
    public async Task Own_extensions_on_database_types_are_database_calls() => await Rule.Fixes(
        """
        static class Ext { public static async Task<int> CountAsync(this DbCommand command, string sql, CancellationToken token = default) => await Task.FromResult(sql.Length); }
        class C { async Task M(SqliteCommand command, CancellationToken ct) => await command.[|CountAsync|]("x"); }
        """,
        """
        static class Ext { public static async Task<int> CountAsync(this DbCommand command, string sql, CancellationToken token = default) => await Task.FromResult(sql.Length); }
        class C { async Task M(SqliteCommand command, CancellationToken ct) => await command.CountAsync("x", ct); }
        """);

    [Theory]
    [InlineData("await connection.OpenAsync(CancellationToken.None); _ = ct;")]
    [InlineData("await connection.OpenAsync(default); _ = ct;")]
    [InlineData("await connection.OpenAsync(cancellationToken: default); _ = ct;")]
    [InlineData("try { _ = ct; } finally { await connection.OpenAsync(); }")]
    [InlineData("try { _ = ct; } catch (Exception) { await connection.ExecuteAsync(\"x\"); }")]
    [InlineData("using var tx = await connection.BeginTransactionAsync(ct); await tx.RollbackAsync();")]
    [InlineData("await connection.CloseAsync(); await connection.DisposeAsync(); _ = ct;")]
    [InlineData("await connection.QueryAsync(new CommandDefinition(\"x\", cancellationToken: ct));")]
    [InlineData("var command = new CommandDefinition(\"x\", cancellationToken: ct); await connection.QueryAsync<int>(command);")]
    [InlineData("connection.Execute(new CommandDefinition(\"x\")); await Task.Delay(1, ct);")]
    [InlineData("await connection.QueryAsync<int>(\"x\", new[] { typeof(int) }, o => 1); _ = ct;")]
    [InlineData("await foreach (var x in connection.QueryUnbufferedAsync<int>(\"x\").WithCancellation(ct)) { }")]
    [InlineData("static async Task F(DbConnection c) { await c.OpenAsync(); } await F(connection); _ = ct;")]
    [InlineData("await File.ReadAllTextAsync(name); await Task.Delay(1); _ = ct;")]
    public async Task What_has_its_token_or_shall_have_none(string source) => await Rule.Silent(source);

    [Theory]
    [InlineData("async Task M() { await c.OpenAsync(); }")]
    [InlineData("CancellationToken _stop; static async Task M(DbConnection d) { await d.OpenAsync(); }")]
    [InlineData("async Task DisposeAsync(CancellationToken ct) { await c.OpenAsync(); }")]
    [InlineData("async Task M(OperationCanceledException e) { await c.OpenAsync(); }")]
    [InlineData("async Task M(CancellationTokenRegistration e) { await c.OpenAsync(); }")]
    [InlineData("async Task M(Life life) { await c.OpenAsync(); }")]
    [InlineData("async Task M() { var ct = CancellationToken.None; await c.OpenAsync(); }")]
    [InlineData("async Task M() { await c.OpenAsync(); var ct = new CancellationTokenSource().Token; }")]
    [InlineData("async Task M() { { var ct = new CancellationTokenSource().Token; } await c.OpenAsync(); }")]
    [InlineData("async Task M(DbSet<string> set, CancellationToken ct) { await set.FindAsync(1, ct); await set.AddAsync(\"\"); }")]
    public async Task Where_there_is_no_token(string member) => await Rule.Silent(
        "class Life { public CancellationToken ApplicationStarted => default; public CancellationToken ApplicationStopped => default; }\nclass C(DbConnection c)\n{\n    " + member + "\n}\n");

    [Theory]
    [InlineData("async Task Stop() { _cts.Cancel(); await c.OpenAsync(); }")]
    [InlineData("async Task Stop() { await _cts.CancelAsync(); if (c.State == default) { await c.OpenAsync(); } }")]
    [InlineData("async Task M(CancellationToken ct) { while (!ct.IsCancellationRequested) { await Task.Delay(1, ct); } await c.OpenAsync(); }")]
    [InlineData("async Task M(CancellationToken ct) { if (ct.IsCancellationRequested) { await c.OpenAsync(); return; } }")]
    [InlineData("async Task M(CancellationToken ct) { try { await Task.Delay(-1, ct); } catch (OperationCanceledException) { } await c.OpenAsync(); }")]
    [InlineData("async Task M(CancellationToken ct) { try { await Task.Delay(-1, ct); } catch (TaskCanceledException) { Console.WriteLine(); } await c.OpenAsync(); }")]
    [InlineData("void M(CancellationToken ct) { ct.Register(async () => await c.OpenAsync()); }")]
    [InlineData("async Task M(CancellationToken ct) { try { await Task.Delay(1, ct); } catch { await Reset(); throw; } } private async Task Reset() { await c.OpenAsync(); }")]
    [InlineData("async Task UndoAsync(CancellationToken ct) { await c.OpenAsync(); }")]
    [InlineData("/// <summary>Opens.</summary>\n/// <param name=\"ct\">A token (currently not observed by this operation).</param>\nasync Task M(CancellationToken ct) { await c.OpenAsync(); }")]
    [InlineData("/// <param name=\"ct\">Is ignored: a half-open connection is of no use.</param>\nasync Task M(CancellationToken ct) { await c.OpenAsync(); }")]
    public async Task What_runs_when_the_token_is_cancelled_needs_none(string members) => await Rule.Silent(Cancelling(members));

    [Theory]
    [InlineData("async Task M(Order order) { order.Cancel(); await c.[|OpenAsync|](); }")]
    [InlineData("async Task M(CancellationToken ct) { while (!ct.IsCancellationRequested) { await c.[|OpenAsync|](); } }")]
    [InlineData("async Task M(CancellationToken ct) { if (!ct.IsCancellationRequested) { await c.[|OpenAsync|](); } }")]
    [InlineData("async Task M(CancellationToken ct) { if (ct.IsCancellationRequested) { return; } await c.[|OpenAsync|](); }")]
    [InlineData("async Task M(CancellationToken ct) { try { await Task.Delay(1, ct); } catch (OperationCanceledException) { return; } await c.[|OpenAsync|](); }")]
    [InlineData("async Task M(CancellationToken ct) { try { await c.[|OpenAsync|](); } catch (OperationCanceledException) { } }")]
    [InlineData("async Task M() { try { await Reset(); } catch { await Reset(); throw; } } private async Task Reset() { await c.[|OpenAsync|](); }")]
    [InlineData("/// <param name=\"ct\">Observed.</param>\nasync Task M(CancellationToken ct) { await c.[|OpenAsync|](); }")]
    [InlineData("/// <param name=\"n\">Not used.</param>\nasync Task M(int n, CancellationToken ct) { await c.[|OpenAsync|](); }")]
    public async Task What_runs_before_the_token_is_cancelled_needs_it(string members) => await Rule.Reports(Cancelling(members));

    private static string Cancelling(string members) =>
        "class Order { public void Cancel() { } }\nclass C(DbConnection c)\n{\n    readonly CancellationTokenSource _cts = new();\n" + members + "\n}\n";

    private static string Marked(string call) => System.Text.RegularExpressions.Regex.Replace(call, @"(?<=\.)(\w+Async)(?=[<(])", "[|$1|]");
}
