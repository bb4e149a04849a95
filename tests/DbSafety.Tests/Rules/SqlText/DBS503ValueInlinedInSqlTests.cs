using DbSafety.Rules.SqlText;
using DbSafety.Tests.Engine;
using Xunit;

namespace DbSafety.Tests.Rules.SqlText;

public class DBS503ValueInlinedInSqlTests
{
    [Theory]
    [InlineData("""connection.Execute([|$"DELETE FROM t WHERE i = {id}"|]);""")]
    [InlineData("""connection.Execute([|"DELETE FROM t WHERE i = " + id|]);""")]
    [InlineData("""connection.Execute([|$"DELETE FROM t WHERE i = {id.ToString()}"|]);""")]
    [InlineData("""connection.Execute([|$"DELETE FROM t WHERE g = '{Guid.NewGuid()}'"|]);""")]
    [InlineData("""connection.Execute([|$"DELETE FROM t WHERE d < '{DateTime.UtcNow:yyyy-MM-dd}'"|]);""")]
    [InlineData("""var price = id * 1.5m; connection.Execute([|$"UPDATE t SET p = {price} WHERE i = 1"|]);""")]
    [InlineData("""var ids = Enumerable.Range(0, id).ToArray(); connection.Execute([|$"DELETE FROM t WHERE i IN ({string.Join(",", ids)})"|]);""")]
    [InlineData("""connection.Query<int>([|$"SELECT 1 FROM t LIMIT {id}"|]);""")]
    [InlineData("""var sql = "DELETE FROM t WHERE i = " + id; using var c = new SqliteCommand([|sql|], connection);""")]
    public Task A_typed_value_in_the_text_is_reported(string source) => Verify<DBS503ValueInlinedInSql>.Reports(source);

    [Theory]
    [InlineData("""const int max = 5; connection.Execute($"DELETE FROM t WHERE i = {max}");""")]
    [InlineData("""connection.Execute($"DELETE FROM t WHERE i = @p{id}", new { p1 = 1 });""")]
    [InlineData("""connection.Execute($"DELETE FROM t_{id} WHERE i = 1");""")]
    [InlineData("""connection.Execute("DELETE FROM t WHERE i = @id", new { id });""")]
    [InlineData("""connection.Execute($"DELETE FROM t WHERE i = {id} AND n = '{name}'");""")]
    [InlineData("""DbContext db = null!; db.Database.ExecuteSql($"DELETE FROM t WHERE i = {id}");""")]
    [InlineData("""connection.Execute($"CREATE TABLE t (n TEXT DEFAULT {id})");""")]
    public Task Constants_placeholders_and_names_are_silent(string source) => Verify<DBS503ValueInlinedInSql>.Silent(source);
}
