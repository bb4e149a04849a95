using Dapper;
using Microsoft.Data.Sqlite;
using Xunit;

namespace DbSafety.Incidents.SqlText;

public class DBS501SqlFromConcatenationIncident
{
    private const string Users = "CREATE TABLE users (name TEXT, role TEXT); INSERT INTO users VALUES ('Ada', 'admin'), ('Bob', 'guest'), ('O''Hara', 'guest')";

    [Fact]
    public void A_quote_in_the_value_ends_the_string()
    {
        using var file = new SqliteFile(Users);
        using var connection = file.Open();

        var error = Assert.Throws<SqliteException>(() => Roles(connection, "O'Hara"));

        Assert.Equal("SQLite Error 1: 'near \"Hara\": syntax error'.", error.Message);
        Assert.Equal(["guest"], RolesByParameter(connection, "O'Hara"));
    }

    [Fact]
    public void The_value_can_change_the_condition()
    {
        using var file = new SqliteFile(Users);
        using var connection = file.Open();

        Assert.Equal(["admin", "guest", "guest"], Roles(connection, "x' OR '1' = '1").Order());
        Assert.Empty(RolesByParameter(connection, "x' OR '1' = '1"));
    }

    [Fact]
    public void The_value_can_bring_a_statement_of_its_own()
    {
        using var file = new SqliteFile(Users);
        using var connection = file.Open();

        Assert.Empty(RolesByParameter(connection, "x'; DELETE FROM users; --"));
        Assert.Equal(3, connection.ExecuteScalar<long>("SELECT COUNT(*) FROM users"));
        Roles(connection, "x'; DELETE FROM users; --");
        Assert.Equal(0, connection.ExecuteScalar<long>("SELECT COUNT(*) FROM users"));
    }

    private static List<string> Roles(SqliteConnection connection, string name) =>
        [.. connection.Query<string>($"SELECT role FROM users WHERE name = '{name}'")];

    private static List<string> RolesByParameter(SqliteConnection connection, string name) =>
        [.. connection.Query<string>("SELECT role FROM users WHERE name = @name", new { name })];
}
