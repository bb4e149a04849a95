using DbSafety.Rules.Connections;
using DbSafety.Tests.Engine;
using Xunit;

namespace DbSafety.Tests.Rules.Connections;

public class DBS120ConnectionNotDisposedTests
{
    [Fact]
    public Task An_open_connection_is_reported() => Verify<DBS120ConnectionNotDisposed>.Reports(
        """
        var c = [|new SqliteConnection("Data Source=a.db")|];
        c.Open();
        c.Execute("DELETE FROM t");
        """,
        "Connection 'c' is not disposed on every path; declare it with 'using'");

    [Fact]
    public Task A_close_that_an_exception_jumps_over_is_reported() => Verify<DBS120ConnectionNotDisposed>.Reports(
        """
        var c = [|new NpgsqlConnection("")|];
        await c.OpenAsync();
        await c.ExecuteAsync("DELETE FROM t");
        await c.CloseAsync();
        """);

    [Fact]
    public Task A_connection_of_a_data_source_is_reported() => Verify<DBS120ConnectionNotDisposed>.Reports(
        """
        class C
        {
            async Task<int> M(NpgsqlDataSource source)
            {
                var c = await [|source.OpenConnectionAsync()|];
                return await c.ExecuteAsync("DELETE FROM t");
            }
        }
        """);

    [Fact]
    public Task The_command_of_a_chain_is_reported() => Verify<DBS120ConnectionNotDisposed>.Reports(
        """
        using var reader = [|connection.CreateCommand()|].ExecuteReader();
        while (reader.Read()) { }
        """,
        "The command of 'connection.CreateCommand()' is not disposed on every path; declare a local for it with 'using'");

    [Fact]
    public Task A_command_and_a_reader_are_reported() => Verify<DBS120ConnectionNotDisposed>.Reports(
        """
        var command = [|connection.CreateCommand()|];
        command.CommandText = "SELECT 1";
        var reader = [|command.ExecuteReader()|];
        while (reader.Read()) { }
        """,
        "Command 'command' is not disposed on every path; declare it with 'using'",
        "Reader 'reader' is not disposed on every path; declare it with 'using'");

    [Fact]
    public Task A_reader_whose_connection_ends_is_still_reported() => Verify<DBS120ConnectionNotDisposed>.Reports(
        """
        using var c = new SqlConnection("");
        c.Open();
        using var command = new SqlCommand("SELECT 1", c);
        var reader = [|command.ExecuteReader()|];
        while (reader.Read()) { }
        """);

    [Fact]
    public Task Dappers_readers_are_reported() => Verify<DBS120ConnectionNotDisposed>.Reports(
        """
        var grid = [|connection.QueryMultiple("SELECT 1; SELECT 2")|];
        var first = grid.Read<int>();
        var reader = [|connection.ExecuteReader("SELECT 1")|];
        reader.Read();
        """);

    [Theory]
    [InlineData("using var c = new SqliteConnection(\"\"); c.Open();")]
    [InlineData("var c = new SqliteConnection(\"\"); try { c.Open(); } finally { c.Close(); }")]
    [InlineData("SqliteConnection? c = null; try { c = new SqliteConnection(\"\"); c.Open(); } finally { c?.Dispose(); }")]
    [InlineData("SqliteConnection? c = null; try { c = new SqliteConnection(\"\"); c.Open(); } finally { if (c is not null) { c.Dispose(); } }")]
    [InlineData("var c = new SqliteConnection(\"\"); c.Execute(\"DELETE FROM t\");")]
    [InlineData("var c = new SqliteConnection(\"\"); c.Open(); _kept = c;")]
    [InlineData("var c = new SqliteConnection(\"\"); c.Open(); _all.Add(c);")]
    [InlineData("using var c = new SqliteConnection(\"\"); var command = new SqliteCommand(\"DELETE FROM t\", c); command.ExecuteNonQuery();")]
    [InlineData("var command = connection.CreateCommand(); try { command.ExecuteNonQuery(); } finally { command.Dispose(); }")]
    [InlineData("using (var command = connection.CreateCommand()) using (var reader = command.ExecuteReader()) { reader.Read(); }")]
    [InlineData("using var command = new SqliteCommand { Connection = connection, CommandText = \"SELECT 1\" }; using IDataReader reader = command.ExecuteReader();")]
    [InlineData("using var command = connection.CreateCommand(); using var _ = (IDisposable)command.ExecuteReader();")]
    public Task What_is_disposed_or_handed_on_is_not_reported(string body) => Verify<DBS120ConnectionNotDisposed>.Silent(
        $$"""
        class C
        {
            object? _kept;
            readonly List<object> _all = [];
            void M(SqliteConnection connection)
            {
                {{body}}
            }
        }
        """);

    [Fact]
    public Task What_is_returned_or_borrowed_is_not_reported() => Verify<DBS120ConnectionNotDisposed>.Silent(
        """
        class C
        {
            SqliteConnection Made() { var c = new SqliteConnection(""); c.Open(); c.Execute("PRAGMA foreign_keys = 1"); return c; }
            SqliteConnection Open() { var c = new SqliteConnection(""); c.Open(); return c; }
            SqliteConnection Opened()
            {
                var c = new SqliteConnection("");
                try { c.Open(); return c; }
                catch { c.Dispose(); throw; }
            }
            void Borrowed(DbContext context, DbCommand command)
            {
                var c = context.Database.GetDbConnection();
                c.Open();
                var other = command.Connection!;
                other.Open();
            }
            IDataReader Read(SqliteConnection c)
            {
                var command = new SqliteCommand("SELECT 1", c);
                return command.ExecuteReader(CommandBehavior.CloseConnection);
            }
        }
        """);

    [Fact]
    public Task Await_using_with_ConfigureAwait_is_not_reported() => Verify<DBS120ConnectionNotDisposed>.Silent(
        """
        var c = new NpgsqlConnection("");
        await using var _ = c.ConfigureAwait(false);
        await c.OpenAsync();
        """);

    [Fact]
    public Task The_fix_declares_them_with_using() => Verify<DBS120ConnectionNotDisposed>.Fixes(
        """
        class C
        {
            async Task M(string text)
            {
                var c = [|new NpgsqlConnection(text)|];
                await c.OpenAsync();
                var command = [|new NpgsqlCommand("SELECT 1", c)|]; // one
                var reader = await [|command.ExecuteReaderAsync()|];
                while (await reader.ReadAsync()) { }
                await reader.DisposeAsync();
            }
            void N(IDbConnection connection)
            {
                var command = [|connection.CreateCommand()|];
                command.ExecuteNonQuery();
            }
        }
        """,
        """
        class C
        {
            async Task M(string text)
            {
                await using var c = new NpgsqlConnection(text);
                await c.OpenAsync();
                using var command = new NpgsqlCommand("SELECT 1", c); // one
                await using var reader = await command.ExecuteReaderAsync();
                while (await reader.ReadAsync()) { }
            }
            void N(IDbConnection connection)
            {
                using var command = connection.CreateCommand();
                command.ExecuteNonQuery();
            }
        }
        """);

    [Fact]
    public Task A_chain_has_no_fix() => Verify<DBS120ConnectionNotDisposed>.NoFix("""using var reader = [|connection.CreateCommand()|].ExecuteReader();""");
}
