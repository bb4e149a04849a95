using DbSafety.Rules.SqlText;
using DbSafety.Tests.Engine;
using Xunit;

namespace DbSafety.Tests.Rules.SqlText;

public class DBS503ValueInlinedInSqlFixTests
{
    private static Task Fixes(string before, string after) => Verify<DBS503ValueInlinedInSql>.Fixes(before, after);

    [Fact]
    public Task Numbers_become_parameters() => Fixes(
        """
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT 1 FROM t WHERE a = " + id + " LIMIT " + id;
        """,
        """
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT 1 FROM t WHERE a = @id LIMIT @id";
        command.Parameters.AddWithValue("@id", id);
        """);

    [Fact]
    public Task Dates_and_guids_in_quotes_pass_the_text_they_were() => Fixes(
        """
        class C { void M(SqliteConnection c, DateTime day, Guid key, decimal price)
        {
            c.Execute($"SELECT 1 FROM t WHERE a = '{day:yyyy-MM-dd}' AND b = '{key:N}' AND c > {price}");
        } }
        """,
        """
        class C { void M(SqliteConnection c, DateTime day, Guid key, decimal price)
        {
            c.Execute("SELECT 1 FROM t WHERE a = @day AND b = @key AND c > @price", new { day = day.ToString("yyyy-MM-dd"), key = key.ToString("N"), price });
        } }
        """);

    [Fact]
    public Task A_list_of_numbers_is_expanded_by_Dapper() => Fixes(
        """
        class C { void M(SqliteConnection c, List<int> ids) { c.Execute($"DELETE FROM t WHERE id IN ({string.Join(", ", ids)})"); } }
        """,
        """
        class C { void M(SqliteConnection c, List<int> ids) { c.Execute("DELETE FROM t WHERE id IN @ids", new { ids }); } }
        """);

    [Theory]
    [InlineData("class C { void M(SqliteConnection c, decimal x) { c.Execute([|$\"SELECT 1 FROM t WHERE 1 + a = {x} + 1\"|]); } }")]
    [InlineData("class C { void M(NpgsqlConnection c, Guid x) { c.Execute([|$\"SELECT 1 FROM t WHERE a = '{x}'\"|]); } }")]
    [InlineData("class C { void M(SqlConnection c, int x) { c.Execute([|$\"SELECT TOP {x} a FROM t\"|]); } }")]
    [InlineData("class C { void M(SqlConnection c, DateTime x) { c.Execute([|$\"SELECT 1 FROM t WHERE a = {x}\"|]); } }")]
    [InlineData("class C { void M(SqliteConnection c, List<int> x) { using var d = new SqliteCommand([|$\"SELECT 1 FROM t WHERE a IN ({string.Join(\",\", x)})\"|], c); } }")]
    public Task Values_that_a_parameter_would_change_stay(string source) => Verify<DBS503ValueInlinedInSql>.NoFix(source);
}
