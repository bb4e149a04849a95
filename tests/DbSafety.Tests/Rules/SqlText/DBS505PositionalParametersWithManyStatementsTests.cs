using DbSafety.Rules.SqlText;
using DbSafety.Tests.Engine;
using Xunit;

namespace DbSafety.Tests.Rules.SqlText;

using Rule = Verify<DBS505PositionalParametersWithManyStatements>;

public class DBS505PositionalParametersWithManyStatementsTests
{
    [Fact]
    public Task The_message_says_how_many() => Rule.Reports(
        """new NpgsqlCommand([|"INSERT INTO a VALUES ($1); INSERT INTO b VALUES ($2); SELECT 1;"|]).ExecuteNonQuery();""",
        "PostgreSQL takes one statement with positional parameters and this text has 3; use named parameters or an NpgsqlBatch");

    [Theory]
    [InlineData("""var k = new NpgsqlConnection().CreateCommand(); k.CommandText = [|"DELETE FROM a WHERE x = $1; DELETE FROM b"|]; k.ExecuteNonQuery();""")]
    [InlineData("""new NpgsqlBatch { BatchCommands = { new([|"DELETE FROM a WHERE x = $1; DELETE FROM b"|]) } };""")]
    [InlineData("""NpgsqlDataSource.Create("").CreateCommand([|"DELETE FROM a WHERE x = $1; DELETE FROM b"|]);""")]
    [InlineData("""new NpgsqlConnection().Execute([|"DELETE FROM a WHERE x = $1; DELETE FROM b"|], new { name });""")]
    [InlineData("""new NpgsqlCommand([|$"DELETE FROM {name} WHERE x = $1; DELETE FROM b"|]);""")]
    [InlineData("""const string Sql = "DELETE FROM a WHERE x = $1; DELETE FROM b"; new NpgsqlCommand([|Sql|]);""")]
    public Task Several_statements_are_reported(string source) => Rule.Reports(source);

    [Theory]
    [InlineData("""new NpgsqlCommand("SELECT $1; -- the end");""")]
    [InlineData("""new NpgsqlCommand("SELECT $1 || '; SELECT 2'");""")]
    [InlineData("""new NpgsqlCommand("SELECT '$1'; SELECT 2");""")]
    [InlineData("""new NpgsqlCommand("SELECT @a; SELECT @b");""")]
    [InlineData("""new NpgsqlCommand("PREPARE q AS SELECT $1::int; EXECUTE q(3)");""")]
    [InlineData("""new NpgsqlCommand("CREATE FUNCTION f(int) RETURNS int AS $f$ SELECT $1; $f$ LANGUAGE sql; SELECT f(1)");""")]
    [InlineData("""new NpgsqlCommand("CREATE FUNCTION f(int) RETURNS int LANGUAGE sql RETURN $1; SELECT f(1)");""")]
    [InlineData("""new SqliteCommand("SELECT $1; SELECT $2");""")]
    [InlineData("""var sql = "SELECT $1"; if (id > 1) sql += "; SELECT 2"; new NpgsqlCommand(sql);""")]
    public Task One_statement_or_no_positional_parameter_is_silent(string source) => Rule.Silent(source);

    [Fact]
    public Task Parameters_get_names() => Rule.Fixes(
        """""
        await using var a = new NpgsqlCommand([|"UPDATE t SET x = x - $1 WHERE id = $2; UPDATE t SET x = x + $1 WHERE id = $3"|]);
        a.Parameters.AddWithValue(10); // amount
        a.Parameters.AddWithValue(NpgsqlTypes.NpgsqlDbType.Bigint, 1L);
        a.Parameters.Add(new() { Value = id });
        await a.ExecuteNonQueryAsync();
        await using var b = new NpgsqlCommand(
            [|"""
            DELETE FROM t WHERE name = '$1' OR name = $1;
            DELETE FROM u WHERE name = $1;
            """|])
        {
            Parameters = { new NpgsqlParameter<string> { TypedValue = name } },
        };
        await b.ExecuteNonQueryAsync();
        """"",
        """""
        await using var a = new NpgsqlCommand("UPDATE t SET x = x - @p1 WHERE id = @p2; UPDATE t SET x = x + @p1 WHERE id = @p3");
        a.Parameters.AddWithValue("p1", 10); // amount
        a.Parameters.AddWithValue("p2", NpgsqlTypes.NpgsqlDbType.Bigint, 1L);
        a.Parameters.Add(new() { ParameterName = "p3", Value = id });
        await a.ExecuteNonQueryAsync();
        await using var b = new NpgsqlCommand(
            """
            DELETE FROM t WHERE name = '$1' OR name = @p1;
            DELETE FROM u WHERE name = @p1;
            """)
        {
            Parameters = { new NpgsqlParameter<string> { ParameterName = "p1", TypedValue = name } },
        };
        await b.ExecuteNonQueryAsync();
        """"");

    [Theory]
    [InlineData("""var k = new NpgsqlCommand([|"SELECT $1; SELECT 2"|]); for (var i = 0; i < 1; i++) k.Parameters.AddWithValue(i); k.ExecuteScalar();""")]
    [InlineData("""var k = new NpgsqlCommand([|"SELECT $1; SELECT $2"|]); k.Parameters.AddWithValue(1); k.ExecuteScalar();""")]
    [InlineData("""var k = new NpgsqlCommand([|"SELECT $1; SELECT @a"|]); k.Parameters.AddWithValue(1); k.ExecuteScalar();""")]
    [InlineData("""var k = new NpgsqlCommand([|"SELECT $1; SELECT 2"|]); k.Parameters.AddWithValue("a", 1); k.ExecuteScalar();""")]
    [InlineData("""var p = new NpgsqlParameter { Value = 1 }; var k = new NpgsqlCommand([|"SELECT $1; SELECT 2"|]); k.Parameters.Add(p); k.ExecuteScalar();""")]
    [InlineData("""const string Sql = "SELECT $1; SELECT 2"; var k = new NpgsqlCommand([|Sql|]); k.Parameters.AddWithValue(1); k.ExecuteScalar();""")]
    [InlineData("""var k = new NpgsqlCommand([|"SELECT \u00241; SELECT $1"|]); k.Parameters.AddWithValue(1); k.ExecuteScalar();""")]
    [InlineData("""var b = new NpgsqlBatch(); b.BatchCommands.Add(new([|"SELECT $1; SELECT 2"|]) { Parameters = { new() { Value = 1 } } });""")]
    [InlineData("""new NpgsqlConnection().Execute([|"SELECT $1; SELECT 2"|], new { id });""")]
    public Task What_is_not_plain_is_left(string source) => Rule.NoFix(source);
}
