using DbSafety.Rules.Transactions;
using DbSafety.Tests.Engine;
using Xunit;

namespace DbSafety.Tests.Rules.Transactions;

public class DBS209ScopeWithoutAsyncFlowTests
{
    private const string Using = "using System.Transactions;\n";

    [Fact]
    public Task An_await_in_the_using_is_reported() => Verify<DBS209ScopeWithoutAsyncFlow>.Reports(
        """
        using (var scope = [|new System.Transactions.TransactionScope()|])
        {
            await connection.ExecuteAsync("DELETE FROM t");
            scope.Complete();
        }
        """,
        "This TransactionScope is lost at the 'await' in line 7; pass TransactionScopeAsyncFlowOption.Enabled");

    [Theory]
    [InlineData("using var scope = [|new TransactionScope()|]; await Task.Yield();")]
    [InlineData("using var scope = [|new TransactionScope(TransactionScopeOption.RequiresNew, TimeSpan.FromSeconds(5))|]; await Task.Yield();")]
    [InlineData("using var scope = [|new TransactionScope(TransactionScopeAsyncFlowOption.Suppress)|]; await Task.Yield();")]
    [InlineData("using var scope = [|new TransactionScope()|]; await foreach (var i in items) { }")]
    [InlineData("using var scope = [|new TransactionScope()|]; await using var item = made;")]
    [InlineData("TransactionScope scope = [|new()|]; try { await Task.Yield(); } finally { scope.Dispose(); }")]
    public Task Every_form_is_reported(string body) => Verify<DBS209ScopeWithoutAsyncFlow>.Reports(
        Using + $$"""
        class C
        {
            async Task M(IAsyncEnumerable<int> items, IAsyncDisposable made)
            {
                {{body}}
            }
        }
        """);

    [Theory]
    [InlineData("using var scope = new TransactionScope(TransactionScopeAsyncFlowOption.Enabled); await Task.Yield();")]
    [InlineData("using var scope = new TransactionScope(TransactionScopeOption.Required, TransactionScopeAsyncFlowOption.Enabled); await Task.Yield();")]
    [InlineData("using var scope = new TransactionScope(flow); await Task.Yield();")]
    [InlineData("using (var scope = new TransactionScope()) { scope.Complete(); } await Task.Yield();")]
    [InlineData("await Task.Yield(); using var scope = new TransactionScope(); scope.Complete();")]
    [InlineData("using var scope = new TransactionScope(); Func<Task> later = async () => await Task.Yield(); scope.Complete();")]
    [InlineData("var scope = new TransactionScope(); scope.Complete(); scope.Dispose(); await Task.Yield();")]
    public Task What_flows_or_has_ended_is_not_reported(string body) => Verify<DBS209ScopeWithoutAsyncFlow>.Silent(
        Using + $$"""
        class C
        {
            async Task M(TransactionScopeAsyncFlowOption flow)
            {
                {{body}}
            }
        }
        """);

    [Fact]
    public Task The_fix_appends_the_option() => Verify<DBS209ScopeWithoutAsyncFlow>.Fixes(
        Using + """
        class C
        {
            async Task M(TransactionOptions options)
            {
                using (var a = [|new TransactionScope()|]) { await Task.Yield(); }
                using (TransactionScope b = [|new()|]) { await Task.Yield(); }
                using (new TransactionScope(TransactionScopeOption.Required, options, TransactionScopeAsyncFlowOption.Enabled)) { await Task.Yield(); }
                using ([|new TransactionScope(TransactionScopeOption.Required, options)|]) { await Task.Yield(); }
                using ([|new TransactionScope(scopeOption: TransactionScopeOption.Required)|]) { await Task.Yield(); }
                using ([|new TransactionScope(TransactionScopeAsyncFlowOption.Suppress)|]) { await Task.Yield(); }
            }
        }
        """,
        Using + """
        class C
        {
            async Task M(TransactionOptions options)
            {
                using (var a = new TransactionScope(TransactionScopeAsyncFlowOption.Enabled)) { await Task.Yield(); }
                using (TransactionScope b = new(TransactionScopeAsyncFlowOption.Enabled)) { await Task.Yield(); }
                using (new TransactionScope(TransactionScopeOption.Required, options, TransactionScopeAsyncFlowOption.Enabled)) { await Task.Yield(); }
                using (new TransactionScope(TransactionScopeOption.Required, options, TransactionScopeAsyncFlowOption.Enabled)) { await Task.Yield(); }
                using (new TransactionScope(scopeOption: TransactionScopeOption.Required, asyncFlowOption: TransactionScopeAsyncFlowOption.Enabled)) { await Task.Yield(); }
                using (new TransactionScope(TransactionScopeAsyncFlowOption.Enabled)) { await Task.Yield(); }
            }
        }
        """);

    [Fact]
    public Task Without_the_import_the_option_is_written_in_full() => Verify<DBS209ScopeWithoutAsyncFlow>.Fixes(
        """
        using var scope = [|new System.Transactions.TransactionScope()|];
        await connection.ExecuteAsync("DELETE FROM t");
        """,
        """
        using var scope = new System.Transactions.TransactionScope(System.Transactions.TransactionScopeAsyncFlowOption.Enabled);
        await connection.ExecuteAsync("DELETE FROM t");
        """);

    [Fact]
    public Task The_overload_for_Enterprise_Services_has_no_fix() => Verify<DBS209ScopeWithoutAsyncFlow>.NoFix(
        Using + """
        class C
        {
            async Task M(TransactionOptions options)
            {
                using ([|new TransactionScope(TransactionScopeOption.Required, options, EnterpriseServicesInteropOption.Full)|]) { await Task.Yield(); }
            }
        }
        """);
}
