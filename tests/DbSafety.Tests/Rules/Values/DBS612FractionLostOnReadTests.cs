using DbSafety.Rules.Values;
using DbSafety.Tests.Engine;
using Microsoft.CodeAnalysis;
using Xunit;

namespace DbSafety.Tests.Rules.Values;

public class DBS612FractionLostOnReadTests
{
    private static readonly Setup Schema = new()
    {
        AdditionalFiles = [("schema.sql", "CREATE TABLE orders (id bigint, total numeric(10, 2) NOT NULL, weight decimal(8,3), number numeric(12), plain numeric, price money)")],
    };

    private const string Shop = """
        public class Order { public decimal Total { get; set; } public decimal Score { get; set; } public decimal TotalCount { get; set; } }
        public class Shop : DbContext { public DbSet<Order> Orders { get; set; } = null!; }
        """;

    [Theory]
    [InlineData("""using var r = new NpgsqlCommand("SELECT total, weight FROM orders").ExecuteReader(); Use([|r.GetInt32(0)|]); Use([|r.GetInt64(1)|]);""")]
    [InlineData("""using var r = new SqliteCommand("SELECT total FROM orders", connection).ExecuteReader(); Use([|r.GetInt32(r.GetOrdinal("total"))|]);""")]
    [InlineData("""using var r = new MySqlCommand("SELECT total FROM orders").ExecuteReader(); Use([|r.GetDouble(0)|]); Use([|r.GetFloat(0)|]);""")]
    [InlineData("""using var r = new NpgsqlCommand("SELECT total, weight FROM orders").ExecuteReader(); Use([|(double)r.GetDecimal(0)|]); Use([|(int)r.GetDecimal(1)|]);""")]
    [InlineData("""DbDataReader r = new NpgsqlCommand(name).ExecuteReader(); Use([|(long)r.GetDecimal(r.GetOrdinal("unit_price"))|]);""")]
    [InlineData("""using var r = new NpgsqlCommand("SELECT total FROM orders").ExecuteReader(); Use([|Convert.ToInt32(r["total"])|]); var d = r.GetDecimal(0); Use([|Convert.ToDouble(d)|]); Use([|(double)(decimal)r["total"]|]);""")]
    public Task A_fraction_that_is_cut_off_or_made_binary_is_reported(string body) => Verify<DBS612FractionLostOnRead>.Reports(body + " static void Use(object o) { }", Schema);

    [Fact]
    public Task Messages_say_what_is_lost() => Verify<DBS612FractionLostOnRead>.Reports(
        """using var r = new NpgsqlCommand("SELECT total FROM orders").ExecuteReader(); var a = [|r.GetInt32(0)|]; var b = [|r.GetDouble(0)|];""", Schema,
        "'total' is a decimal and loses its fraction as 'int'; keep it a decimal, or round it with Math.Round",
        "'total' is a decimal that 'double' holds only nearly; keep it a decimal");

    [Theory]
    [InlineData("""using var r = new NpgsqlCommand("SELECT id, number, plain FROM orders").ExecuteReader(); var a = r.GetInt32(0); var b = r.GetInt64(1); var d = r.GetInt32(2); var e = r.GetDouble(0);""")]
    [InlineData("""using var r = new SqliteCommand("SELECT total FROM orders", connection).ExecuteReader(); var a = r.GetDouble(0); var b = (double)r.GetDecimal(0);""")]
    [InlineData("""using var r = new NpgsqlCommand("SELECT weight FROM orders").ExecuteReader(); var a = r.GetDouble(0); var b = (double)r.GetDecimal(0);""")]
    [InlineData("""using var r = new NpgsqlCommand("SELECT total FROM orders").ExecuteReader(); var a = (int)Math.Round(r.GetDecimal(0)); var b = (int)(r.GetDecimal(0) * 100); var c = (long)decimal.Floor(r.GetDecimal(0)); var d = r.GetInt32(0) != 0;""")]
    [InlineData("""var n = (int)(decimal)new SqlCommand("SELECT SCOPE_IDENTITY()").ExecuteScalar(); using var r = new MySqlCommand("SELECT SUM(quantity) AS total FROM orders").ExecuteReader(); var s = (long)r.GetDecimal(0); var t = Convert.ToInt32(r[0]);""")]
    [InlineData("""decimal total = 1.5m; var n = (int)total; var d = (double)total; var c = Convert.ToInt32(total); using var r = new NpgsqlCommand(name).ExecuteReader(); var i = (int)r.GetDecimal(r.GetOrdinal("id"));""")]
    public Task What_has_no_fraction_or_is_rounded_is_silent(string body) => Verify<DBS612FractionLostOnRead>.Silent(body, Schema);

    [Fact]
    public Task Entities_count_where_the_name_says_money() => Verify<DBS612FractionLostOnRead>.Reports(Shop + """
        class C
        {
            void M(Shop shop, Order order)
            {
                var a = [|(double)order.Total|];
                var b = [|(int)order.Total|];
                var c = (double)order.Score;
                var d = (int)order.TotalCount;
                var e = shop.Orders.Sum(o => (double)o.Total);
            }
        }
        """);

    [Fact]
    public async Task A_double_of_an_entitys_decimal_is_a_suggestion()
    {
        var document = await TestProject.Of(Shop + "class C { double A(Order order) => (double)order.Total; int B(Order order) => (int)order.Total; }", Setup.Default);
        var found = await TestProject.Analyze(document.Project, [new DBS612FractionLostOnRead()]);
        Assert.Equal([DiagnosticSeverity.Info, DiagnosticSeverity.Warning], found.OrderBy(d => d.Location.SourceSpan.Start).Select(d => d.Severity));
    }

    [Fact]
    public Task A_decimal_is_kept_where_it_stays() => Verify<DBS612FractionLostOnRead>.Fixes(
        """
        using var r = new NpgsqlCommand("SELECT total FROM orders").ExecuteReader();
        double total = [|r.GetDouble(0)|]; // stays
        var again = [|(double)r.GetDecimal(0)|];
        var back = (decimal)[|r.GetDouble(0)|];
        var whole = [|Convert.ToInt32(r["total"])|];
        Console.WriteLine($"{total} {again} {back} {whole}");
        """,
        """
        using var r = new NpgsqlCommand("SELECT total FROM orders").ExecuteReader();
        decimal total = r.GetDecimal(0); // stays
        var again = r.GetDecimal(0);
        var back = r.GetDecimal(0);
        var whole = Convert.ToDecimal(r["total"]);
        Console.WriteLine($"{total} {again} {back} {whole}");
        """, Schema);

    [Fact]
    public Task Where_it_goes_elsewhere_there_is_no_fix() => Verify<DBS612FractionLostOnRead>.NoFix(
        """
        using var r = new NpgsqlCommand("SELECT total FROM orders").ExecuteReader();
        var total = [|r.GetDouble(0)|];
        Console.WriteLine(Math.Sqrt(total) + [|r.GetInt32(0)|]);
        """, Schema);
}
