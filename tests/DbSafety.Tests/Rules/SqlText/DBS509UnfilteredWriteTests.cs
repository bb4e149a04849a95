using DbSafety.Rules.SqlText;
using DbSafety.Tests.Engine;
using Xunit;

namespace DbSafety.Tests.Rules.SqlText;

using Rule = Verify<DBS509UnfilteredWrite>;

public class DBS509UnfilteredWriteTests
{
    [Fact]
    public Task The_message_names_statement_and_table() => Rule.Reports(
        """
        connection.Execute([|"UPDATE products SET sale = 0"|]);
        connection.Execute([|"DELETE FROM dbo.Orders"|]);
        """,
        "UPDATE of 'products' has no WHERE and changes every row; add a condition, or name the method for what it does",
        "DELETE of 'dbo.Orders' has no WHERE and deletes every row; add a condition, or name the method for what it does");

    [Theory]
    [InlineData("""new SqliteCommand([|"UPDATE t SET a = @a"|], connection);""")]
    [InlineData("""var k = connection.CreateCommand(); k.CommandText = [|"DELETE FROM t;"|];""")]
    [InlineData("""const string Sql = "DELETE FROM " + "t"; connection.Execute([|Sql|]);""")]
    [InlineData("""SqlMapper.Execute(param: null, sql: [|"DELETE FROM t"|], cnn: connection);""")]
    [InlineData("""connection.Execute([|"DELETE FROM a WHERE id = 1; DELETE FROM b"|]);""")]
    [InlineData("""connection.Execute([|"DELETE t"|]);""")]
    [InlineData("""connection.Execute([|"UPDATE t SET a = 'WHERE' -- WHERE"|]);""")]
    public Task A_write_without_a_condition_is_reported(string source) => Rule.Reports(source);

    [Theory]
    [InlineData("DELETE FROM t WHERE id = 1")]
    [InlineData("DELETE FROM t WHERE CURRENT OF c")]
    [InlineData("DELETE FROM t LIMIT 100")]
    [InlineData("DELETE TOP (100) FROM t")]
    [InlineData("UPDATE a SET x = b.x FROM a JOIN b ON a.id = b.id")]
    [InlineData("DELETE FROM a USING b")]
    [InlineData("UPDATE a SET x = (SELECT sum(y) FROM b)")]
    [InlineData("TRUNCATE TABLE t")]
    [InlineData("MERGE INTO t USING s ON t.id = s.id WHEN MATCHED THEN DELETE;")]
    [InlineData("DELETE FROM #t")]
    [InlineData("DECLARE @t TABLE (id int); DELETE FROM @t")]
    [InlineData("DELETE FROM temp.t")]
    [InlineData("CREATE TEMP TABLE t (id int); DELETE FROM t")]
    [InlineData("DELETE FROM sqlite_sequence")]
    [InlineData("WITH c AS (SELECT TOP 5 * FROM t) DELETE FROM c")]
    [InlineData("CREATE TRIGGER x AFTER INSERT ON t BEGIN DELETE FROM u; END")]
    [InlineData("INSERT INTO t (a) VALUES (1) ON CONFLICT (a) DO UPDATE SET b = 1")]
    [InlineData("SELECT 'DELETE FROM t'")]
    public Task Another_statement_is_silent(string sql) => Rule.Silent($"connection.Execute(\"{sql}\");");

    [Theory]
    [InlineData("""var sql = "DELETE FROM t"; if (id > 0) sql += " WHERE id = 1"; connection.Execute(sql);""")]
    [InlineData("""connection.Execute("DELETE FROM t" + (id > 0 ? " WHERE id = 1" : ""));""")]
    [InlineData("""connection.Execute("DELETE FROM t " + name);""")]
    [InlineData("""connection.Execute("DELETE FROM " + name);""")]
    [InlineData("""var k = new SqliteCommand("DELETE FROM t"); k.CommandText += " WHERE id = 1";""")]
    [InlineData("""var k = new SqliteCommand("DELETE FROM t"); k.CommandText = k.CommandText + " WHERE id = 1";""")]
    [InlineData("""new SqliteCommand("DELETE FROM t") { CommandType = CommandType.StoredProcedure };""")]
    [InlineData("""Run("DELETE FROM t"); void Run(string head) => connection.Execute(head + " WHERE id = 1");""")]
    public Task Text_that_may_go_on_is_silent(string source) => Rule.Silent(source);

    [Fact]
    public Task EF_sets_and_interpolated_texts_are_looked_at() => Rule.Reports(
        """
        class Order { public int Id { get; set; } }
        class Db : DbContext { public DbSet<Order> Orders => Set<Order>(); }
        class C(Db db)
        {
            async Task M(int n, CancellationToken ct)
            {
                await db.Orders.[|ExecuteDeleteAsync|](ct);
                db.Set<Order>().IgnoreQueryFilters().[|ExecuteUpdate|](s => s.SetProperty(o => o.Id, 1));
                await db.Database.ExecuteSqlAsync([|$"UPDATE orders SET id = {n}"|], ct);
                db.Database.ExecuteSqlInterpolated([|$"DELETE FROM orders"|]);
                db.Database.ExecuteSqlRaw([|"UPDATE orders SET id = {0}"|], n);

                await db.Orders.Where(o => o.Id == n).ExecuteDeleteAsync(ct);
                await db.Orders.Take(10).ExecuteDeleteAsync(ct);
                await db.Orders.FromSql($"SELECT * FROM orders WHERE id = {n}").ExecuteDeleteAsync(ct);
                IQueryable<Order> some = db.Orders;
                await some.ExecuteDeleteAsync(ct);
                await db.Database.ExecuteSqlAsync($"UPDATE orders SET id = {n} WHERE id = 1", ct);
            }
        }
        """,
        "ExecuteDeleteAsync of 'Order' has no WHERE and deletes every row; add a condition, or name the method for what it does",
        "ExecuteUpdate of 'Order' has no WHERE and changes every row; add a condition, or name the method for what it does",
        "UPDATE of 'orders' has no WHERE and changes every row; add a condition, or name the method for what it does",
        "DELETE of 'orders' has no WHERE and deletes every row; add a condition, or name the method for what it does",
        "UPDATE of 'orders' has no WHERE and changes every row; add a condition, or name the method for what it does");

    [Fact]
    public Task Code_that_says_so_is_silent() => Rule.Silent(
        """
        class Order { public int Id { get; set; } }
        class Db : DbContext { public DbSet<Order> Orders => Set<Order>(); }
        class C(SqliteConnection connection)
        {
            void ClearCache() => connection.Execute("DELETE FROM cache");
            void M() { Reset(); void Reset() => connection.Execute("DELETE FROM cache"); }
            void PurgeAll(Db db) => db.Orders.ExecuteDelete();
        }
        class DataCleanup(SqliteConnection connection) { public void Run() { Action run = () => connection.Execute("DELETE FROM cache"); } }
        class Migration { }
        class M1(SqliteConnection connection) : Migration { public void Up() => connection.Execute("UPDATE t SET a = 1"); }
        class FactAttribute : Attribute { }
        class Tests(SqliteConnection connection)
        {
            void Setup() => connection.Execute("DELETE FROM t");
            [Fact] void T() { }
        }
        """);

    [Fact]
    public async Task The_words_can_be_set()
    {
        var setup = new Setup { EditorConfig = "dbsafety.DBS509.maintenance_names = empties" };
        await Rule.Silent("""class C { void EmptiesIt(SqliteConnection c) => c.Execute("DELETE FROM t"); }""", setup);
        await Rule.Reports("""class C { void ClearCache(SqliteConnection c) => c.Execute([|"DELETE FROM t"|]); }""", setup);
    }
}
