using DbSafety.Rules.Transactions;
using DbSafety.Tests.Engine;
using Xunit;

namespace DbSafety.Tests.Rules.Transactions;

public class DBS208ScopeIgnoredByProviderTests
{
    private static string Method(string body, string parameters) => $$"""
        using System.Transactions;
        class C
        {
            async Task M({{parameters}})
            {
                await Task.Yield();
                {{body}}
            }
        }
        """;

    [Fact]
    public Task Microsoft_Data_Sqlite_never_takes_part() => Verify<DBS208ScopeIgnoredByProvider>.Reports(
        """
        using (var scope = [|new System.Transactions.TransactionScope()|])
        {
            connection.Execute("DELETE FROM t");
            connection.Execute("DELETE FROM u");
            scope.Complete();
        }
        """,
        "'connection' takes no part in this TransactionScope (Microsoft.Data.Sqlite knows no scopes), so what it writes stays when the scope is not completed; begin a transaction on the connection");

    [Theory]
    [InlineData("using var scope = [|new TransactionScope(TransactionScopeAsyncFlowOption.Enabled)|]; using var c = new SqliteConnection(text); c.Open(); await c.ExecuteAsync(\"DELETE FROM t\"); scope.Complete();")]
    [InlineData("using TransactionScope scope = [|new(TransactionScopeOption.Required)|]; using DbConnection c = new SqliteConnection(text); c.Open(); c.Execute(\"DELETE FROM t\"); scope.Complete();")]
    [InlineData("using ([|new TransactionScope()|]) { using var command = new SqliteCommand(\"DELETE FROM t\", sqlite); command.ExecuteNonQuery(); }")]
    [InlineData("using ([|new TransactionScope()|]) { using var command = sqlite.CreateCommand(); command.CommandText = \"DELETE FROM t\"; command.ExecuteNonQuery(); }")]
    public Task Every_form_is_reported(string body) => Verify<DBS208ScopeIgnoredByProvider>.Reports(Method(body, "SqliteConnection sqlite, string text"));

    [Theory]
    [InlineData("using var c = new NpgsqlConnection(text); c.Open(); using var scope = [|new TransactionScope()|]; c.Execute(\"DELETE FROM t\"); scope.Complete();")]
    [InlineData("await using var c = await source.OpenConnectionAsync(); using (var scope = [|new TransactionScope(TransactionScopeAsyncFlowOption.Enabled)|]) { await c.ExecuteAsync(\"DELETE FROM t\"); scope.Complete(); }")]
    [InlineData("using var c = new SqlConnection(text); await c.OpenAsync(); using var scope = [|new TransactionScope()|]; using var command = new SqlCommand(\"DELETE FROM t\", c); command.ExecuteNonQuery(); scope.Complete();")]
    public Task A_connection_that_was_opened_before_is_reported(string body) => Verify<DBS208ScopeIgnoredByProvider>.Reports(
        Method(body, "string text, NpgsqlDataSource source"),
        "'c' takes no part in this TransactionScope (it was opened before), so what it writes stays when the scope is not completed; open it inside, or call EnlistTransaction");

    [Theory]
    [InlineData("new NpgsqlConnection(\"Host=db;Enlist=false\")")]
    [InlineData("new SqlConnection(\"Server=db;enlist = False;\")")]
    [InlineData("new MySqlConnection(\"Server=db;Auto Enlist=false\")")]
    public Task A_connection_that_is_told_not_to_is_reported(string made) => Verify<DBS208ScopeIgnoredByProvider>.Reports(
        Method($"using var scope = [|new TransactionScope()|]; using var c = {made}; c.Open(); c.Execute(\"DELETE FROM t\"); scope.Complete();", ""),
        "'c' takes no part in this TransactionScope (its connection string says so), so what it writes stays when the scope is not completed; drop 'Enlist=false', or begin a transaction on the connection");

    [Theory]
    [InlineData("using var scope = new TransactionScope(); using var c = new NpgsqlConnection(text); c.Open(); c.Execute(\"DELETE FROM t\"); scope.Complete();")]
    [InlineData("using var scope = new TransactionScope(); using var c = new NpgsqlConnection(\"Host=db;Enlist=true\"); c.Open(); c.Execute(\"DELETE FROM t\"); scope.Complete();")]
    [InlineData("using var c = new NpgsqlConnection(text); using var scope = new TransactionScope(); c.Open(); c.Execute(\"DELETE FROM t\"); scope.Complete();")]
    [InlineData("using var c = new NpgsqlConnection(text); using var scope = new TransactionScope(); c.Execute(\"DELETE FROM t\"); scope.Complete();")]
    [InlineData("using var c = new NpgsqlConnection(text); if (flag) c.Open(); using var scope = new TransactionScope(); c.Execute(\"DELETE FROM t\"); scope.Complete();")]
    [InlineData("using var c = new NpgsqlConnection(text); c.Open(); using var scope = new TransactionScope(); c.EnlistTransaction(Transaction.Current); c.Execute(\"DELETE FROM t\"); scope.Complete();")]
    [InlineData("using var c = new NpgsqlConnection(text); c.Open(); c.Close(); using var scope = new TransactionScope(); c.Open(); c.Execute(\"DELETE FROM t\"); scope.Complete();")]
    [InlineData("using var c = new NpgsqlConnection(text); c.Open(); using (new TransactionScope()) { } c.Execute(\"DELETE FROM t\");")]
    [InlineData("using var scope = new TransactionScope(); other.Execute(\"DELETE FROM t\"); scope.Complete();")]
    [InlineData("using var scope = new TransactionScope(); neutral.Execute(\"DELETE FROM t\"); scope.Complete();")]
    [InlineData("using var scope = new TransactionScope(); sqlite.Query(\"SELECT a FROM t\"); scope.Complete();")]
    [InlineData("using var scope = new TransactionScope(TransactionScopeOption.Suppress); sqlite.Execute(\"DELETE FROM t\"); scope.Complete();")]
    [InlineData("using var scope = new TransactionScope(); using var tx = sqlite.BeginTransaction(); sqlite.Execute(\"DELETE FROM t\"); tx.Commit(); scope.Complete();")]
    [InlineData("using (var scope = new TransactionScope()) { scope.Complete(); } sqlite.Execute(\"DELETE FROM t\");")]
    [InlineData("using var scope = new TransactionScope(); using var c = new System.Data.SQLite.SQLiteConnection(text); c.Open(); c.Execute(\"DELETE FROM t\"); scope.Complete();")]
    public Task A_connection_that_takes_part_or_may_is_not_reported(string body) => Verify<DBS208ScopeIgnoredByProvider>.Silent(
        Method(body, "string text, bool flag, NpgsqlConnection other, IDbConnection neutral, SqliteConnection sqlite"));
}
