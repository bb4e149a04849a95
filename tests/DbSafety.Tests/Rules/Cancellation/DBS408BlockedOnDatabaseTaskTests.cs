using Xunit;
using Rule = DbSafety.Tests.Engine.Verify<DbSafety.Rules.Cancellation.DBS408BlockedOnDatabaseTask>;

namespace DbSafety.Tests.Rules.Cancellation;

public class DBS408BlockedOnDatabaseTaskTests
{
    private const string Frame = "class C { async Task M(DbConnection c, DbCommand command, CancellationToken ct) { BODY } static Task<int> Count(DbConnection c) => c.ExecuteScalarAsync<int>(\"x\"); }";

    [Theory]
    [InlineData("var n = command.ExecuteScalarAsync(ct).[|Result|];", "var n = await command.ExecuteScalarAsync(ct);")]
    [InlineData("var n = command.ExecuteScalarAsync(ct).[|Result|]!.ToString();", "var n = (await command.ExecuteScalarAsync(ct))!.ToString();")]
    [InlineData("c.OpenAsync(ct).[|Wait|]();", "await c.OpenAsync(ct);")]
    [InlineData("c.OpenAsync(ct).GetAwaiter().[|GetResult|]();", "await c.OpenAsync(ct);")]
    [InlineData("c.OpenAsync(ct).ConfigureAwait(false).GetAwaiter().[|GetResult|]();", "await c.OpenAsync(ct);")]
    [InlineData("using var t = c.BeginTransactionAsync(ct).AsTask().[|Result|];", "using var t = await c.BeginTransactionAsync(ct);")]
    [InlineData("var n = Count(c).[|Result|] + 1;", "var n = await Count(c) + 1;")]
    [InlineData("var n = c.QueryAsync<int>(new CommandDefinition(\"x\", cancellationToken: ct)).[|Result|].First();", "var n = (await c.QueryAsync<int>(new CommandDefinition(\"x\", cancellationToken: ct))).First();")]
    public async Task It_is_awaited(string before, string after) => await Rule.Fixes(Frame.Replace("BODY", before), Frame.Replace("BODY", after), new() { EitherNullable = false });

    [Theory]
    [InlineData("int M(DbCommand c) => (int)c.ExecuteScalarAsync().[|Result|]!;")]
    [InlineData("void M(DbContext c) { c.SaveChangesAsync().[|Wait|](); }")]
    [InlineData("void M(DbContext c) { lock (c) { c.SaveChangesAsync().GetAwaiter().[|GetResult|](); } }")]
    [InlineData("void M(DbContext c) { Outer(c).[|Wait|](); } async Task Outer(DbContext c) { try { await Inner(c); } catch (Exception) { } } Task Inner(DbContext c) => c.SaveChangesAsync();")]
    [InlineData("async Task M(DbContext c) { lock (c) { c.SaveChangesAsync().GetAwaiter().[|GetResult|](); } }")]
    public async Task Where_nothing_can_be_awaited_it_is_reported(string member) => await Rule.NoFix($"class C {{ {member} }}");

    [Fact]
    public async Task Its_message() => await Rule.Reports(
        "class C { void M(DbContext c) { c.SaveChangesAsync().[|Wait|](); } }",
        "'Wait' blocks a thread until the task of 'SaveChangesAsync' is done; make the method async and await it");

    [Theory]
    [InlineData("static void Main() { new SqlConnection().OpenAsync().Wait(); }")]
    [InlineData("static C() { new SqlConnection().OpenAsync().Wait(); }")]
    [InlineData("public void Dispose() { new SqlConnection().CloseAsync().Wait(); new DbContext(null!).SaveChangesAsync().Wait(); }")]
    [InlineData("void M() { Task.Delay(1).Wait(); _ = File.ReadAllTextAsync(\"x\").Result; }")]
    [InlineData("async Task M(DbContext c) { var task = c.SaveChangesAsync(); await task; _ = task.Result; }")]
    [InlineData("void M(DbContext c) { c.SaveChangesAsync().Wait(100); }")]
    [InlineData("void M(DbContext c) { Later(c).Wait(); } Task Later(DbContext c) { Func<Task> f = async () => await c.SaveChangesAsync(); return Task.CompletedTask; }")]
    [InlineData("void M(int n) { Again(n).Wait(); } async Task Again(int n) { if (n > 0) await Again(n - 1); }")]
    [InlineData("void M(DbContext c) { var tasks = Load(c).Result; } Task<int> Load(DbContext c) => Task.FromResult(c.SaveChanges());")]
    public async Task Other_tasks_and_places_that_must_block(string member) => await Rule.Silent($"class C {{ {member} }}");
}
