using DbSafety.Engine;
using DbSafety.Flow;
using DbSafety.Model;
using DbSafety.Tests.Engine;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Xunit;

namespace DbSafety.Tests.Flow;

/// <summary>
/// What becomes of each resource: <c>kind name: fates at the exits; fates where an exception leaves</c>. A fate is open, committed or
/// rolledback, with <c>+disposed</c>, <c>+owner</c> (given back with its connection), <c>*</c> (used) and <c>!</c> (spoiled by an
/// exception that was caught); or absent, or escaped.
/// </summary>
public class LifetimeFlowTests
{
    [Fact]
    public Task A_using_declaration_disposes_on_every_path() => Follows(
        """
        using var tx = connection.BeginTransaction();
        connection.Execute("DELETE FROM t", transaction: tx);
        tx.Commit();
        """,
        "Transaction tx: committed+disposed*; absent, committed+disposed*, open+disposed!");

    [Fact]
    public Task Without_a_guard_an_exception_leaves_it_open() => Follows(
        """
        var tx = connection.BeginTransaction();
        connection.Execute("DELETE FROM t", transaction: tx);
        tx.Commit();
        tx.Dispose();
        """,
        "Transaction tx: committed+disposed*; absent, committed*, open!");

    [Fact]
    public Task A_catch_that_rolls_back_and_rethrows_covers_the_exception() => Follows(
        """
        var tx = connection.BeginTransaction();
        try
        {
            connection.Execute("DELETE FROM t", transaction: tx);
            tx.Commit();
        }
        catch
        {
            Console.WriteLine("failed");
            tx.Rollback();
            throw;
        }
        """,
        "Transaction tx: committed*; absent, committed*, rolledback");

    [Fact]
    public Task A_catch_of_some_exceptions_lets_the_others_out() => Follows(
        """
        var tx = connection.BeginTransaction();
        try
        {
            connection.Execute("SELECT 1", transaction: tx);
            tx.Commit();
        }
        catch (SqliteException)
        {
            tx.Rollback();
        }
        """,
        "Transaction tx: committed, rolledback; absent, committed, open!");

    [Fact]
    public Task A_caught_error_spoils_what_is_committed_after_it() => Follows(
        """
        using var tx = connection.BeginTransaction();
        try { connection.Execute("DELETE FROM t", transaction: tx); } catch (Exception) { }
        tx.Commit();
        """,
        "Transaction tx: committed+disposed!, committed+disposed*; absent, committed+disposed!, committed+disposed*");

    [Fact]
    public Task A_finally_is_followed_for_each_way_into_it() => Follows(
        """
        SqliteTransaction? tx = null;
        try
        {
            tx = connection.BeginTransaction();
            connection.Execute("SELECT 1", transaction: tx);
            tx.Commit();
        }
        finally
        {
            if (tx != null) tx.Dispose();
        }
        """,
        "Transaction tx: committed+disposed; absent, committed+disposed, open+disposed!");

    [Fact]
    public Task A_conditional_access_disposes_what_is_there() => Follows(
        """
        SqliteConnection? c = null;
        try
        {
            c = new SqliteConnection("");
            c.Open();
        }
        finally
        {
            c?.Dispose();
        }
        """,
        "Connection c: open+disposed*; open+disposed");

    [Fact]
    public Task What_may_be_the_callers_is_not_ours() => Follows(
        """
        void Run(SqliteTransaction? given)
        {
            var tx = given ?? connection.BeginTransaction();
            try { connection.Execute("SELECT 1", transaction: tx); if (given == null) tx.Commit(); }
            finally { if (given == null) tx.Dispose(); }
        }
        Run(null);
        """,
        "Transaction : absent, escaped; absent, escaped");

    [Fact]
    public Task A_branch_in_a_member_of_it_does_not_lose_it() => Follows(
        """
        using var command = connection.CreateCommand();
        command.Parameters["a"].Value = name ?? "";
        """,
        "Command command: open+disposed; ");

    [Fact]
    public Task A_using_of_a_conditional_is_followed() => Follows(
        """
        using (var tx = id == 0 ? connection.BeginTransaction() : null)
        {
            connection.Execute("SELECT 1", transaction: tx);
            tx?.Commit();
        }
        """,
        "Transaction tx: absent, committed+disposed; absent, committed+disposed, open+disposed!");

    [Fact]
    public Task A_guard_in_a_finally_is_on_purpose() => Follows(
        """
        var done = false;
        var tx = connection.BeginTransaction();
        try
        {
            connection.Execute("SELECT 1", transaction: tx);
            tx.Commit();
            done = true;
        }
        finally
        {
            if (!done) tx.Rollback();
        }
        """,
        "Transaction tx: committed, escaped; absent, committed, escaped, rolledback");

    [Theory]
    [InlineData("return command;")]
    [InlineData("_kept = command; return null;")]
    [InlineData("_all.Add(command); return null;")]
    [InlineData("return new Owner(command);")]
    [InlineData("Func<object?> later = () => command.ExecuteScalar(); return later();")]
    [InlineData("object[] all = [command]; return all;")]
    [InlineData("Keep(command); return null;")]
    public Task What_is_handed_over_has_escaped(string statement) => Exits(
        $$"""
        class Owner(IDisposable inner) { public IDisposable Inner => inner; }
        class C
        {
            private object? _kept;
            private readonly List<object> _all = [];
            private void Keep(SqliteCommand command) => _kept = command;
            public object? M(SqliteConnection connection)
            {
                var command = connection.CreateCommand();
                {{statement}}
            }
        }
        """,
        "escaped");

    [Fact]
    public Task A_method_that_only_uses_it_borrows() => Follows(
        """
        class C
        {
            private static void Fill(SqliteCommand command, string text) { command.CommandText = text; command.ExecuteNonQuery(); }
            public void M(SqliteConnection connection)
            {
                var command = connection.CreateCommand();
                Fill(command, "DELETE FROM t");
                command.Dispose();
            }
        }
        """,
        "Command command: open+disposed; open");

    [Fact]
    public Task What_is_made_from_a_connection_ends_with_it() => Follows(
        """
        using var c = new SqliteConnection("");
        c.Open();
        var tx = c.BeginTransaction();
        var command = new SqliteCommand("DELETE FROM t", c, tx);
        command.ExecuteNonQuery();
        """,
        "Connection c: open+disposed*; open+disposed, open+disposed*",
        "Transaction tx: open+owner*; absent, open+owner!",
        "Command command: open+owner; absent, open+owner");

    [Fact]
    public Task Nothing_is_made_from_an_owner_that_is_null() => Exits(
        """
        Func<DbConnection> make = () => connection;
        using var c = make();
        var command = c.CreateCommand();
        """,
        "absent, open+owner");

    [Fact]
    public Task A_reader_that_closes_the_connection_owns_it() => Exits(
        """
        var c = new SqliteConnection("");
        var command = new SqliteCommand("SELECT 1", c);
        using var reader = command.ExecuteReader(CommandBehavior.CloseConnection);
        """,
        "escaped", "escaped", "open+disposed");

    [Fact]
    public Task A_command_nobody_holds_stays_open() => Exits(
        """using var reader = connection.CreateCommand().ExecuteReader();""",
        "open", "open+disposed");

    [Fact]
    public Task Await_using_with_ConfigureAwait_disposes() => Exits(
        """
        var c = new NpgsqlConnection("");
        await using var _ = c.ConfigureAwait(false);
        await c.OpenAsync().ConfigureAwait(false);
        await using var tx = await c.BeginTransactionAsync().ConfigureAwait(false);
        await tx.CommitAsync();
        """,
        "open+disposed*", "committed+disposed");

    [Fact]
    public Task A_lambda_is_a_body_of_its_own() => Follows(
        """
        Func<Task> run = async () =>
        {
            var c = new SqliteConnection("");
            await c.OpenAsync();
        };
        await run();
        """,
        "Connection c: open*; open");

    [Fact]
    public Task A_field_initialiser_and_a_local_function_have_bodies() => Exits(
        """
        class C
        {
            private readonly SqliteConnection _connection = new("");
            public void M()
            {
                void Inner() { var c = new SqliteConnection(""); c.Open(); }
                Inner();
            }
        }
        """,
        "escaped", "open*");

    [Fact]
    public async Task It_says_what_is_open_before_a_call()
    {
        var (operations, model) = await Operations("""
            connection.Execute("SELECT 1");
            var tx = connection.BeginTransaction();
            connection.Execute("SELECT 2");
            if (id == 0) tx.Commit();
            connection.Execute("SELECT 3");
            """);
        var open = operations.Where(o => o.Syntax.ToString().StartsWith("connection.Execute"))
            .Select(o => string.Join(',', model.Resources.FlowAround(o)!.OpenBefore(o).Select(r => $"{r.Local!.Name} of {r.Owner!.Name}")));
        Assert.Equal(["", "tx of connection", ""], open);
    }

    [Fact]
    public async Task It_says_what_a_variable_holds()
    {
        var (operations, model) = await Operations("""
            var tx = connection.BeginTransaction();
            connection.Execute("SELECT 1", transaction: tx);
            """);
        var execute = operations.Single(o => o.Syntax.ToString().StartsWith("connection.Execute"));
        var flow = model.Resources.FlowAround(execute)!;
        var tx = Assert.Single(flow.Resources);
        Assert.Equal(tx, flow.HeldBy(tx.Local!, execute));
        Assert.Null(flow.HeldBy(tx.Owner!, execute));
    }

    private static async Task Follows(string source, params string[] expected)
    {
        var found = (await Made(source)).Select(m => $"{m.Resource.Kind} {m.Resource.Local?.Name}: {Text(m.Flow.AtExit(m.Resource))}; {Text(m.Flow.AtThrow(m.Resource))}");
        Assert.Equal(expected, found);
    }

    /// <summary>The fates at the exits alone.</summary>
    private static async Task Exits(string source, params string[] exits) =>
        Assert.Equal(exits, (await Made(source)).Select(m => Text(m.Flow.AtExit(m.Resource))));

    private static async Task<List<(DbResource Resource, LifetimeFlow Flow)>> Made(string source)
    {
        var (operations, model) = await Operations(source);
        return [.. operations.Select(o => model.Resources.MadeBy(o)).OfType<(DbResource, LifetimeFlow)>()];
    }

    private static async Task<(List<IOperation> Operations, DbModel Model)> Operations(string source)
    {
        var document = await TestProject.Of(TestProject.Complete(source, Setup.Default), Setup.Default);
        Assert.Equal("", await TestProject.Errors(document.Project));
        var compilation = (await document.Project.GetCompilationAsync())!;
        var tree = (await document.GetSyntaxTreeAsync())!;
        var semantics = compilation.GetSemanticModel(tree);
        var nodes = tree.GetRoot().DescendantNodes().Where(n => n is InvocationExpressionSyntax or BaseObjectCreationExpressionSyntax);
        return ([.. nodes.Select(n => semantics.GetOperation(n)!).OrderBy(o => o.Syntax.Span.End)], DbModels.Of(compilation, document.Project.AnalyzerOptions)!);
    }

    private static string Text(Lifetimes lifetimes)
    {
        var fates = lifetimes.Known.Select(l =>
            l.Ending.ToString().ToLowerInvariant() + (l.Release switch { Release.Disposed => "+disposed", Release.WithOwner => "+owner", _ => "" })
            + (l.IsUsed ? "*" : "") + (l.IsFaulted ? "!" : ""));
        string[] others = [.. lifetimes.CanBeAbsent ? ["absent"] : Array.Empty<string>(), .. lifetimes.CanBeEscaped ? ["escaped"] : Array.Empty<string>()];
        return string.Join(", ", fates.Concat(others).Order(StringComparer.Ordinal));
    }
}
