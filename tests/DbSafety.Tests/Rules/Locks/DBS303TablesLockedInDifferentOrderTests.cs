using DbSafety.Rules.Locks;
using DbSafety.Tests.Engine;
using Microsoft.CodeAnalysis;
using Xunit;

namespace DbSafety.Tests.Rules.Locks;

using Rule = Verify<DBS303TablesLockedInDifferentOrder>;

public class DBS303TablesLockedInDifferentOrderTests
{
    private const string A = "UPDATE orders SET s = 1 WHERE id = @id";
    private const string B = "UPDATE Stock SET n = 1 WHERE id = @id";
    private const string C = "DELETE FROM carts WHERE id = @id";

    [Fact]
    public async Task Two_transactions_in_opposite_order_are_reported_at_the_second_with_all_four_places()
    {
        var source = Two($"connection.Execute(\"{A}\"); connection.Execute(\"{B}\");", $"connection.Execute(\"{B}\"); [|connection.Execute(\"{A}\")|];");
        await Rule.Reports(source,
            "'Shop.Second' locks 'Stock' and then 'orders', and 'Shop.First' locks 'orders' and then 'Stock'; when these run at once each waits for the other, so lock the tables in one order everywhere");
        Assert.Equal(["6", "2", "2"], await Lines(source));
    }

    [Theory]
    [InlineData("connection.Execute(B, new { id }, tx); [|connection.Execute(A, new { id }, tx)|];")]
    [InlineData("new NpgsqlCommand(B, connection, tx).ExecuteNonQuery(); [|new NpgsqlCommand(A, connection, tx).ExecuteNonQuery()|];")]
    [InlineData("using var c = connection.CreateCommand(); c.CommandText = B; c.ExecuteNonQuery(); c.CommandText = A; [|c.ExecuteNonQuery()|];")]
    [InlineData("connection.Query(\"SELECT * FROM stock WHERE id = @id FOR UPDATE\"); [|connection.Execute(A)|];")]
    [InlineData("connection.Query(\"SELECT * FROM stock WHERE id = @id FOR UPDATE SKIP LOCKED\"); [|connection.Execute(A)|];")]
    [InlineData("connection.Execute(\"INSERT INTO stock (id) VALUES (1) ON CONFLICT (id) DO UPDATE SET n = 2\"); [|connection.Execute(A)|];")]
    [InlineData("[|connection.Execute(\"B; A\")|];")]
    [InlineData("if (id > 0) { connection.Execute(B); } [|connection.Execute(A)|];")]
    [InlineData("foreach (var i in new[] { 1, 2 }) { connection.Execute(B); [|connection.Execute(A)|]; }")]
    [InlineData("Stock(connection, id); [|connection.Execute(A)|];")]
    [InlineData("Stock(id: id, connection: connection); [|Orders(tx)|];")]
    [InlineData("connection.Execute(B); [|Deep(connection)|];")]
    [InlineData("connection.Execute(B); [|connection.Deep2()|];")]
    [InlineData("connection.Execute(\"UPDATE public.stock SET n = 1 WHERE id = 2\"); connection.Execute(\"SELECT 1\"); connection.Execute(\"INSERT INTO log VALUES (1)\"); [|connection.Execute(\"DELETE FROM orders WHERE id = 1\")|];")]
    public Task Every_way_to_lock_is_seen(string second) => Rule.Reports(Two("connection.Execute(A); connection.Execute(B);", second, helpers: true));

    [Theory]
    [InlineData("connection.Execute(A); connection.Execute(B);")]
    [InlineData("connection.Execute(B);")]
    [InlineData("connection.Execute(B); connection.Query(\"SELECT * FROM orders\");")]
    [InlineData("connection.Execute(\"INSERT INTO stock VALUES (1)\"); connection.Execute(A);")]
    [InlineData("connection.Execute(\"INSERT INTO orders VALUES (1)\"); connection.Execute(B); connection.Execute(A);")]
    [InlineData("connection.Execute(B); connection.Query(\"SELECT * FROM orders WHERE id = 1 FOR UPDATE NOWAIT\");")]
    [InlineData("connection.Execute(B); connection.Query(\"SELECT * FROM orders WHERE id = 1 FOR UPDATE SKIP LOCKED\");")]
    [InlineData("connection.Execute(\"DELETE FROM stock\"); connection.Execute(\"DELETE FROM orders\");")]
    [InlineData("if (id > 0) { connection.Execute(B); } else { connection.Execute(A); }")]
    [InlineData("if (id > 0) { connection.Execute(B); tx.Commit(); return; } connection.Execute(A);")]
    [InlineData("switch (id) { case 1: connection.Execute(B); break; default: connection.Execute(A); break; }")]
    [InlineData("try { connection.Execute(B); } catch { connection.Execute(A); throw; }")]
    [InlineData("connection.Execute(A); connection.Execute(B); connection.Execute(A);")]
    [InlineData("connection.Execute(B); tx.Commit(); connection.Execute(A);")]
    [InlineData("connection.Execute(B); using var other = new NpgsqlConnection(); other.Execute(A);")]
    [InlineData("connection.Execute(\"WITH m AS (DELETE FROM stock WHERE id = 1 RETURNING id) UPDATE orders SET s = 1 WHERE id IN (SELECT id FROM m)\");")]
    [InlineData("Action a = () => connection.Execute(B); connection.Execute(A); a();")]
    public Task The_same_order_or_no_order_is_silent(string second) =>
        Rule.Silent(Two("connection.Execute(A); connection.Execute(B);", second));

    [Theory]
    [InlineData("connection.Execute(C);", "connection.Execute(C);")]
    [InlineData("connection.Execute(name);", "connection.Execute(name);")]
    [InlineData("connection.Execute(C);", "connection.Execute(name);")]
    [InlineData("connection.Query(\"SELECT pg_advisory_xact_lock(1)\");", "connection.Query(\"SELECT pg_advisory_xact_lock(1)\");")]
    [InlineData("connection.Execute(\"LOCK TABLE orders, stock\");", "connection.Execute(\"LOCK TABLE orders, stock\");")]
    [InlineData("Unseen(connection);", "Unseen(connection);")]
    public Task A_common_first_lock_is_silent(string first, string second) =>
        Rule.Silent(Two(first + "connection.Execute(A); connection.Execute(B);", second + "connection.Execute(B); connection.Execute(A);", helpers: true));

    [Fact]
    public Task A_first_lock_of_one_alone_does_not_help() => Rule.Reports(
        Two("connection.Execute(C); connection.Execute(A); connection.Execute(B);", "connection.Execute(B); [|connection.Execute(A)|];"));

    [Fact]
    public Task Who_is_alone_with_an_order_is_reported() => Rule.Reports(
        Two("connection.Execute(A); [|connection.Execute(B)|];", "connection.Execute(B); connection.Execute(A);") + Two("connection.Execute(B); connection.Execute(A);", "").Replace("Shop", "Other"));

    [Fact]
    public Task A_cycle_of_three_is_reported_once() => Rule.Reports(
        Two("connection.Execute(A); [|connection.Execute(B)|];", "connection.Execute(B); connection.Execute(C);") + Two("connection.Execute(C); connection.Execute(A);", "").Replace("Shop", "Other"),
        "'Shop.First' locks 'orders' and then 'Stock', 'Shop.Second' locks 'Stock' and then 'carts', and 'Other.First' locks 'carts' and then 'orders'; when these run at once each waits for the other, so lock the tables in one order everywhere");

    [Fact]
    public Task A_transaction_in_a_loop_ends_with_it() => Rule.Silent(
        Two("connection.Execute(A); connection.Execute(B);", "").Replace("class Shop", "class Another") + $$"""
        class Shop
        {
            public void Loop(NpgsqlConnection connection, int id)
            {
                while (id-- > 0)
                {
                    using var tx = connection.BeginTransaction();
                    if (id > 3) { connection.Execute("{{B}}"); } else { connection.Execute("{{A}}"); }
                    tx.Commit();
                }
            }
        }
        """);

    [Fact]
    public Task In_scopes_and_in_other_files_too() => Rule.Reports(
        $$"""
        class Shop
        {
            public void Scoped(string connectionString)
            {
                using var scope = new System.Transactions.TransactionScope();
                using var connection = new NpgsqlConnection(connectionString);
                connection.Open();
                connection.Execute("{{B}}");
                [|connection.Execute("{{A}}")|];
                scope.Complete();
            }
        }
        """, new Setup { Sources = ["using Dapper; using Npgsql;\n" + Two("connection.Execute(A); connection.Execute(B);", "").Replace("class Shop", "class Another")] });

    [Theory]
    [InlineData("await context.Stock.Where(s => s.Id == id).ExecuteUpdateAsync(u => u.SetProperty(s => s.Id, 2));", "[|context.Set<Order>().Where(o => o.Id == id).ExecuteDelete()|];")]
    [InlineData("await context.Database.ExecuteSqlRawAsync(\"UPDATE stock SET n = 1 WHERE id = 1\");", "[|context.Orders.Where(o => o.Id == id).ExecuteDelete()|];")]
    [InlineData("context.Database.ExecuteSql($\"UPDATE stock SET n = 1 WHERE id = {id}\");", "[|context.Database.ExecuteSql($\"UPDATE orders SET n = 1 WHERE id = {id}\")|];")]
    [InlineData("context.Stock.FromSql($\"SELECT * FROM stock WHERE id = {id} FOR UPDATE\").Single();", "[|context.Orders.FromSqlInterpolated($\"SELECT * FROM orders WHERE id = {id} FOR UPDATE\")|].Single();")]
    [InlineData("context.Stock.FromSqlRaw(\"SELECT * FROM stock WHERE id = 1 FOR UPDATE\").Single();", "[|context.Orders.Where(o => o.Id == id).ExecuteDeleteAsync()|];")]
    public Task EF_Core_locks_too(string first, string second) => Rule.Reports(Ef(first, second), new Setup { EditorConfig = "dbsafety.dialect = postgresql" });

    [Theory]
    [InlineData("context.SaveChanges();", "context.Stock.Where(s => s.Id == id).ExecuteDelete(); context.Orders.Where(o => o.Id == id).ExecuteDelete();")]
    [InlineData("context.Stock.ExecuteDelete();", "context.Orders.ExecuteDelete();")]
    [InlineData("context.SaveChanges();", "context.SaveChanges();")]
    [InlineData("context.Orders.FromSql($\"SELECT * FROM shops WHERE id = {id} FOR UPDATE\").Load();", "context.Stock.Where(s => s.Id == id).ExecuteDelete(); context.Orders.Where(o => o.Id == id).ExecuteDelete();")]
    [InlineData("context.Database.SqlQuery<int>($\"SELECT id FROM shops WHERE id = {id} FOR UPDATE\").ToList();", "context.Stock.Where(s => s.Id == id).ExecuteDelete(); context.Orders.Where(o => o.Id == id).ExecuteDelete();")]
    public Task What_EF_Core_locks_first_is_not_known(string first, string second) =>
        Rule.Silent(Ef(first, second).Replace("/*first*/", first), new Setup { EditorConfig = "dbsafety.dialect = postgresql" });

    [Theory]
    [InlineData("SqliteConnection")]
    [InlineData("IDbConnection")]
    public Task Databases_without_row_locks_and_unknown_ones_are_silent(string type) =>
        Rule.Silent(Two("connection.Execute(A); connection.Execute(B);", "connection.Execute(B); connection.Execute(A);").Replace("NpgsqlConnection", type));

    [Fact]
    public Task Two_databases_have_nothing_in_common() => Rule.Silent(
        Two("connection.Execute(A); connection.Execute(B);", "") + Two("connection.Execute(B); connection.Execute(A);", "").Replace("NpgsqlConnection", "MySqlConnection").Replace("class Shop", "class Another"));

    [Fact]
    public Task A_field_that_a_method_here_uses_is_the_same_connection() => Rule.Reports(
        $$"""
        class Shop(NpgsqlConnection connection)
        {
            private readonly NpgsqlConnection _field = connection;
            public void First() { using var tx = _field.BeginTransaction(); Orders(); Stock(); tx.Commit(); }
            public void Second() { using var tx = _field.BeginTransaction(); Stock(); [|this.Orders()|]; tx.Commit(); }
            private void Orders() => _field.Execute("{{A}}");
            private void Stock() => _field.Execute("{{B}}");
        }
        """);

    [Theory]
    // What EF calls its tables, and what SQL does.
    [InlineData("", "UPDATE Items SET n = 1 WHERE id = 1")]
    [InlineData("model.Entity<Item>().ToTable(\"stock\");", "UPDATE stock SET n = 1 WHERE id = 1")]
    [InlineData("model.Entity<Item>().ToTable(\"stock\", \"public\").HasKey(i => i.Id);", "UPDATE stock SET n = 1 WHERE id = 1")]
    [InlineData("model.Entity<Item>(e => { e.HasKey(i => i.Id); e.ToTable(\"stock\", \"depot\"); });", "UPDATE depot.stock SET n = 1 WHERE id = 1")]
    [InlineData("model.Entity<Item>().OwnsOne(i => i.Size, size => size.ToTable(\"sizes\")); model.Entity<Item>().ToTable(t => t.HasTrigger(\"t\"));", "UPDATE items SET n = 1 WHERE id = 1")]
    [InlineData("new DbContextOptionsBuilder().UseSnakeCaseNamingConvention();", "UPDATE items SET n = 1 WHERE id = 1", "UPDATE sales_orders SET n = 1 WHERE id = 1")]
    [InlineData("model.Entity<Item>().ToTable(\"TheStock\"); new DbContextOptionsBuilder().UseSnakeCaseNamingConvention();", "UPDATE \\\"TheStock\\\" SET n = 1 WHERE id = 1", "UPDATE sales_orders SET n = 1 WHERE id = 1")]
    public Task Sets_and_SQL_meet(string mapping, string stock, string orders = "DELETE FROM SalesOrders WHERE id = 1") => Rule.Reports(Mapped(mapping,
        "context.SalesOrders.Where(o => o.Id == id).ExecuteDelete(); context.Items.Where(o => o.Id == id).ExecuteDelete();",
        $"context.Database.ExecuteSqlRaw(\"{stock}\"); [|context.Database.ExecuteSqlRaw(\"{orders}\")|];"), new Setup { EditorConfig = "dbsafety.dialect = postgresql" });

    [Theory]
    [InlineData("model.Entity<Item>().ToTable(\"stock\");", "UPDATE Items SET n = 1 WHERE id = 1")]
    [InlineData("model.Entity<Item>().ToTable(\"stock\", \"depot\");", "UPDATE stock SET n = 1 WHERE id = 1")]
    [InlineData("model.Entity<Item>().OwnsOne(i => i.Size, size => size.ToTable(\"sizes\"));", "UPDATE sizes SET n = 1 WHERE id = 1")]
    public Task Other_tables_do_not_meet(string mapping, string stock) => Rule.Silent(Mapped(mapping,
        "context.SalesOrders.Where(o => o.Id == id).ExecuteDelete(); context.Items.Where(o => o.Id == id).ExecuteDelete();",
        $"context.Database.ExecuteSqlRaw(\"{stock}\"); context.Database.ExecuteSqlRaw(\"DELETE FROM SalesOrders WHERE id = 1\");"), new Setup { EditorConfig = "dbsafety.dialect = postgresql" });

    [Fact]
    public Task What_inherits_is_in_the_table_of_its_base() => Rule.Silent(Mapped("",
        "context.Items.Where(o => o.Id == id).ExecuteDelete(); context.Parts.Where(o => o.Id == id).ExecuteDelete();",
        "context.Parts.Where(o => o.Id == id).ExecuteDelete(); context.Items.Where(o => o.Id == id).ExecuteDelete();"), new Setup { EditorConfig = "dbsafety.dialect = postgresql" });

    private static string Mapped(string mapping, string first, string second) =>
        $$"""
        class SalesOrder { public int Id { get; set; } }
        class Item { public int Id { get; set; } public Size Size { get; set; } = null!; }
        class Part : Item;
        class Size { public int Width { get; set; } }
        static class NamingConventions { public static void UseSnakeCaseNamingConvention(this DbContextOptionsBuilder options) { } }
        class Store : DbContext
        {
            public DbSet<SalesOrder> SalesOrders => Set<SalesOrder>();
            public DbSet<Item> Items => Set<Item>();
            public DbSet<Part> Parts => Set<Part>();
            protected override void OnModelCreating(ModelBuilder model) { {{mapping}} }
        }
        class Shop(Store context)
        {
            public void First(int id) { using var tx = context.Database.BeginTransaction(); {{first}} tx.Commit(); }
            public void Second(int id) { using var tx = context.Database.BeginTransaction(); {{second}} tx.Commit(); }
        }
        """;

    private static string Two(string first, string second, bool helpers = false) =>
        $$"""
        {{(helpers ? "static class Extensions { public static void Deep2(this NpgsqlConnection it) => it.Execute(A); }\nabstract " : "")}}class Shop
        {public void First(NpgsqlConnection connection, string name, int id) { connection.Open(); using var tx = connection.BeginTransaction(); {{first}} tx.Commit(); }

        public void Second(NpgsqlConnection connection, string name, int id)
        {
            connection.Open(); using var tx = connection.BeginTransaction(); {{second}} tx.Commit();
        }

        {{(helpers ? """
            private static void Stock(NpgsqlConnection connection, int id) { if (id > 1) { connection.Execute(B, new { id }); } }
            private void Orders(NpgsqlTransaction? transaction) { var c = new NpgsqlCommand(A); c.Transaction = transaction; c.ExecuteNonQuery(); }
            private void Deep(NpgsqlConnection given) { Local(); void Local() { } Deeper(given); }
            private void Deeper(NpgsqlConnection given) => given.Execute(A);
            protected abstract void Unseen(NpgsqlConnection connection);
        """ : "")}}
        }

        """.Replace("(A", $"(\"{A}\"").Replace("(B", $"(\"{B}\"").Replace("(C", $"(\"{C}\"").Replace("= A;", $"= \"{A}\";").Replace("= B;", $"= \"{B}\";").Replace("\"B; A\"", $"\"{B}; {A}\"");

    private static string Ef(string first, string second) =>
        $$"""
        class Order { public int Id { get; set; } }
        [System.ComponentModel.DataAnnotations.Schema.Table("stock")] class Item { public int Id { get; set; } }
        class Store : DbContext { public DbSet<Order> Orders => Set<Order>(); public DbSet<Item> Stock => Set<Item>(); }
        class Shop(Store context)
        {
            public void First(int id)
            {
                using var tx = context.Database.BeginTransaction();
                /*first*/
                context.Orders.Where(o => o.Id == id).ExecuteDelete();
                context.Stock.Where(o => o.Id == id).ExecuteDelete();
                tx.Commit();
            }
            public async Task Second(int id)
            {
                await using var tx = await context.Database.BeginTransactionAsync();
                {{first}}
                {{second}}
                await tx.CommitAsync();
            }
        }
        """;

    private static async Task<IEnumerable<string>> Lines(string markup)
    {
        var document = await TestProject.Of(markup.Replace("[|", "").Replace("|]", ""), Setup.Default);
        var found = (await TestProject.Analyze(document.Project, [new DBS303TablesLockedInDifferentOrder()])).Single();
        Assert.Equal(DiagnosticSeverity.Warning, found.Severity);
        return found.AdditionalLocations.Select(l => (l.GetLineSpan().StartLinePosition.Line + 1).ToString());
    }
}
