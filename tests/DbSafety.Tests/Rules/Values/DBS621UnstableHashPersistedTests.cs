using DbSafety.Tests.Engine;
using Xunit;
using Rule = DbSafety.Tests.Engine.Verify<DbSafety.Rules.Values.DBS621UnstableHashPersisted>;

namespace DbSafety.Tests.Rules.Values;

public class DBS621UnstableHashPersistedTests
{
    private const string Command = "var c = connection.CreateCommand(); ";

    private const string Types = """
         public class Order { public int Id { get; set; } public string Name { get; set; } = ""; public int Bucket { get; set; } public string Print { get; set; } = ""; [System.ComponentModel.DataAnnotations.Schema.NotMapped] public int Local { get; set; } }
         public class Shop : DbContext { public DbSet<Order> Orders { get; set; } = null!; }
         record Key(string Name, int Id); record struct Pair(int A, int B); record Numbers(int A, long B); struct Named { public int Id; public string Name; }
         class Plain { public int Id; } class Own { public string Name = ""; public override int GetHashCode() => HashCode.Combine(Name, 1); public override bool Equals(object? o) => true; }
         class Fixed { public int Id; public override int GetHashCode() => Id * 31; public override bool Equals(object? o) => true; }
        """;

    [Theory]
    [InlineData("[|name.GetHashCode()|]")]
    [InlineData("[|name.GetHashCode(StringComparison.Ordinal)|]")]
    [InlineData("[|string.GetHashCode(name.AsSpan())|]")]
    [InlineData("[|StringComparer.OrdinalIgnoreCase.GetHashCode(name)|]")]
    [InlineData("[|EqualityComparer<string>.Default.GetHashCode(name)|]")]
    [InlineData("[|HashCode.Combine(id, 7)|]")]
    [InlineData("[|(id, 7).GetHashCode()|]")]
    [InlineData("[|(name, id).GetHashCode()|]")]
    [InlineData("[|new { name, id }.GetHashCode()|]")]
    [InlineData("[|new Key(name, id).GetHashCode()|]")]
    [InlineData("[|new Named { Name = name }.GetHashCode()|]")]
    [InlineData("[|new Own().GetHashCode()|]")]
    [InlineData("[|new Plain().GetHashCode()|]")]
    [InlineData("[|new byte[4].GetHashCode()|]")]
    [InlineData("[|new Uri(name).GetHashCode()|]")]
    [InlineData("[|System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(name)|]")]
    [InlineData("Math.Abs([|name.GetHashCode()|] % 16)")]
    [InlineData("(long)(uint)[|name.GetHashCode()|]")]
    [InlineData("unchecked(id * 31 + [|name.GetHashCode()|])")]
    [InlineData("id ^ [|name.GetHashCode()|]")]
    [InlineData("-[|name.GetHashCode()|]")]
    [InlineData("[|name.GetHashCode()|] & 0x7fffffff")]
    [InlineData("$\"{id}:{[|name.GetHashCode()|]:x8}\"")]
    [InlineData("\"n\" + [|name.GetHashCode()|]")]
    [InlineData("BitConverter.GetBytes([|name.GetHashCode()|])")]
    public Task A_hash_that_changes_is_stored(string value) => Rule.Reports(In(Command + $"c.Parameters.AddWithValue(\"@h\", {value});"));

    [Theory]
    [InlineData("id.GetHashCode()")]
    [InlineData("7L.GetHashCode()")]
    [InlineData("Guid.NewGuid().GetHashCode()")]
    [InlineData("DateTime.UtcNow.GetHashCode()")]
    [InlineData("1.5m.GetHashCode()")]
    [InlineData("DayOfWeek.Monday.GetHashCode()")]
    [InlineData("((int?)id).GetHashCode()")]
    [InlineData("'c'.GetHashCode()")]
    [InlineData("new Pair(1, 2).GetHashCode()")]
    [InlineData("new Numbers(1, 2).GetHashCode()")]
    [InlineData("new Fixed().GetHashCode()")]
    [InlineData("((object)id).GetHashCode()")]
    [InlineData("new Version(1, 2).GetHashCode()")]
    [InlineData("name.GetHashCode() == id")]
    [InlineData("name.GetHashCode() == id ? 1 : 0")]
    [InlineData("new List<string>()[Math.Abs(name.GetHashCode())]")]
    [InlineData("Other.Of(name.GetHashCode())")]
    [InlineData("new Other().GetHashCode(name)")]
    public Task A_hash_that_stays_the_same_and_one_that_is_not_stored(string value) => Rule.Silent(
        In(Command + $"c.Parameters.AddWithValue(\"@h\", {value});") + " class Other { public static int Of(int h) => 1; public int GetHashCode(string s) => s.Length; }");

    [Theory]
    [InlineData("var h = [|name.GetHashCode()|]; var c = new NpgsqlCommand(\"x\"); c.Parameters.Add(new NpgsqlParameter(\"h\", h % 16));", "stored in 'h'")]
    [InlineData("var h = 17; h = h * 31 + [|name.GetHashCode()|]; new SqlCommand().Parameters.Add(\"@h\", SqlDbType.Int).Value = h;", "stored in 'h'")]
    [InlineData("connection.Execute(\"INSERT INTO t (bucket) VALUES (@bucket)\", new { bucket = [|name.GetHashCode()|] });", "stored in 'bucket'")]
    [InlineData("connection.Execute(param: new { bucket = [|name.GetHashCode()|] }, sql: \"INSERT INTO t (bucket) VALUES (@bucket)\");", "stored in 'bucket'")]
    [InlineData("connection.Execute($\"UPDATE t SET bucket = {[|name.GetHashCode()|]} WHERE id = 1\");", "written into 'bucket'")]
    [InlineData("new NpgsqlConnection(\"\").Execute($\"SELECT pg_advisory_lock({[|name.GetHashCode()|]})\");", "the name of a lock")]
    [InlineData("new NpgsqlConnection(\"\").Execute(\"SELECT pg_advisory_xact_lock(@k)\", new { k = (long)[|name.GetHashCode()|] });", "the name of a lock")]
    [InlineData("var c = new MySqlCommand(\"SELECT GET_LOCK(@k, 5)\"); c.Parameters.AddWithValue(\"@k\", \"job\" + [|name.GetHashCode()|]);", "the name of a lock")]
    [InlineData("var o = new Order { Bucket = [|name.GetHashCode()|] };", "stored in 'Bucket'")]
    [InlineData("Order o = new(); o.Print = $\"{[|HashCode.Combine(name, id)|]:x}\";", "stored in 'Print'")]
    [InlineData("var h = [|name.GetHashCode()|]; new Shop().Orders.FirstOrDefault(o => o.Bucket == h);", "compared with 'Bucket'")]
    [InlineData("int H() => [|L()|]; int L() => name.GetHashCode(); connection.Execute(\"INSERT INTO t (b) VALUES (@b)\", new { b = L() }); H();", null)]
    public Task It_goes_to_a_database_in_many_ways(string body, string? destination)
    {
        body = destination is null ? body.Replace("[|L()|]", "L()", StringComparison.Ordinal).Replace("b = L()", "b = [|L()|]", StringComparison.Ordinal) : body;
        return destination is null ? Rule.Reports(In(body)) : Rule.Reports(In(body),
            $"'{body.Split("[|")[1].Split("|]")[0]}' is another number in every process, and is {destination}; use a hash that stays the same, such as SHA256 or XxHash32");
    }

    [Fact]
    public Task A_message_takes_it_to_another_process() => Rule.Reports(
        """
        namespace MassTransit { public interface IPublishEndpoint { Task Publish(object message); } }
        class C { Task M(MassTransit.IPublishEndpoint bus, string name) => bus.Publish(new { Partition = [|name.GetHashCode()|] % 8 }); }
        """,
        "'name.GetHashCode()' is another number in every process, and is sent in a message; use a hash that stays the same, such as SHA256 or XxHash32");

    [Fact]
    public Task Primary_constructors_members_and_partial_classes() => Rule.Reports(
        """
        partial class Store(SqliteConnection connection, string tenant)
        {
            private int Bucket => tenant.GetHashCode() % 8;
            public void Save() { using var c = new SqliteCommand("INSERT INTO t (b) VALUES (@b)", connection); c.Parameters.AddWithValue("@b", [|Bucket|]); }
        }
        partial class Store { public void Other() => connection.Execute("INSERT INTO t (b) VALUES (@b)", new { b = [|tenant.GetHashCode()|] }); }
        """);

    [Fact]
    public Task A_program_with_top_level_statements() => Rule.Reports(
        """
        var c = new SqliteCommand("INSERT INTO t (b) VALUES (@b)");
        c.Parameters.AddWithValue("@b", [|args[0].GetHashCode()|]);
        """, new Setup { TopLevel = true });

    [Theory]
    [InlineData("var d = new Dictionary<int, string> { [name.GetHashCode()] = name }; connection.Execute(\"INSERT INTO t (n) VALUES (@n)\", new { n = d.Count });")]
    [InlineData("var c = new SqliteCommand(\"x\"); c.Parameters.AddWithValue(\"@p\" + name.GetHashCode(), id);")]
    [InlineData("var o = new Order { Local = name.GetHashCode() };")]
    [InlineData("new Shop().Orders.Where(o => o.Name.GetHashCode() == 7).ToList();")]
    [InlineData("var h = name.GetHashCode(); h = id; connection.Execute(\"INSERT INTO t (n) VALUES (@h)\", new { h });")]
    [InlineData("connection.Execute(\"INSERT INTO t (n) VALUES (@n)\", new { n = 1, unused = name.GetHashCode() });")]
    [InlineData("connection.Execute($\"CREATE TEMP TABLE t_{name.GetHashCode()} (id INTEGER)\");")]
    [InlineData("Console.WriteLine(name.GetHashCode());")]
    public Task What_stays_in_the_process(string body) => Rule.Silent(In(body));

    [Fact]
    public Task An_override_of_GetHashCode_is_not_a_sink() => Rule.Silent(
        "class Key(string name) { public override int GetHashCode() => HashCode.Combine(name.GetHashCode(), 3); public override bool Equals(object? o) => o is Key; }");

    [Fact]
    public Task Tests_may_store_what_they_like() => Rule.Silent(
        """
        class FactAttribute : Attribute { }
        class T { [Fact] public void M() => new SqliteConnection().Execute("INSERT INTO t (b) VALUES (@b)", new { b = "x".GetHashCode() }); }
        """);

    [Theory]
    [InlineData("""connection.Execute("INSERT INTO t (p) VALUES (@p)", new { p = [|name.GetHashCode()|].ToString("x8") });""", """connection.Execute("INSERT INTO t (p) VALUES (@p)", new { p = Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(name))) });""")]
    [InlineData("""new SqliteCommand("x").Parameters.AddWithValue("@p", [|(name + id).GetHashCode()|].ToString());""", """new SqliteCommand("x").Parameters.AddWithValue("@p", Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(name + id))));""")]
    public Task Text_becomes_the_text_of_another_hash(string before, string after) => Rule.Fixes(
        $"using Microsoft.Data.Sqlite;\nclass C {{ void M(SqliteConnection connection, string name, int id) {{ {before} }} }}",
        $"using System.Security.Cryptography;\nusing Microsoft.Data.Sqlite;\nclass C {{ void M(SqliteConnection connection, string name, int id) {{ {after} }} }}");

    [Theory]
    [InlineData("connection.Execute(\"INSERT INTO t (p) VALUES (@p)\", new { p = [|name.GetHashCode()|] });")]
    [InlineData("connection.Execute(\"INSERT INTO t (p) VALUES (@p)\", new { p = [|HashCode.Combine(name, id)|].ToString() });")]
    [InlineData("connection.Execute(\"INSERT INTO t (p) VALUES (@p)\", new { p = [|name.GetHashCode(StringComparison.OrdinalIgnoreCase)|].ToString() });")]
    [InlineData("connection.Execute(\"INSERT INTO s (p) VALUES (@p)\", new { p = [|name.GetHashCode()|].ToString() }); var ddl = \"CREATE TABLE s (p varchar(8))\";")]
    [InlineData("var o = new Order { Bucket = [|name.GetHashCode()|] };")]
    [InlineData("var p = [|name.GetHashCode()|].ToString(); connection.Execute(\"INSERT INTO t (p) VALUES (@p)\", new { p });")]
    public Task A_number_and_what_may_not_fit_are_left_to_the_author(string body) => Rule.NoFix(In(body));

    private static string In(string body) =>
        $"class C {{ void M(SqliteConnection connection, string name, int id) {{ {body} }} }}{Types}";
}
