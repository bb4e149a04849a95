using Xunit;
using Rule = DbSafety.Tests.Engine.Verify<DbSafety.Rules.Values.DBS622UnorderedFingerprint>;

namespace DbSafety.Tests.Rules.Values;

public class DBS622UnorderedFingerprintTests
{
    private const string Usings = "using System.Collections.Concurrent;\nusing System.Collections.Immutable;\nusing System.Globalization;\nusing System.Security.Cryptography;\nusing System.Text.Json;\n";

    [Theory]
    [InlineData("[|$\"{price}\"|]", "The fingerprint depends on how the current culture writes 'price'; use the invariant culture")]
    [InlineData("[|$\"{id}:{at:yyyy-MM-dd}\"|]", "The fingerprint depends on how the current culture writes 'at'; use the invariant culture")]
    [InlineData("\"a\" + [|$\"{ratio:F2}\"|]", null)]
    [InlineData("[|price.ToString()|]", null)]
    [InlineData("[|ratio.ToString(\"F2\")|] + id", null)]
    [InlineData("\"p\" + [|price|]", null)]
    [InlineData("[|string.Format(\"{0}|{1}\", id, price)|]", null)]
    [InlineData("[|Convert.ToString(ratio)|]", null)]
    [InlineData("[|name.ToLower()|]", "The fingerprint depends on how the current culture writes 'name.ToLower()'; use the invariant culture")]
    [InlineData("[|name.Trim().ToUpper()|]", null)]
    [InlineData("[|$\"{maybe}\"|]", null)]
    [InlineData("string.Join(\"|\", name, [|price.ToString()|])", null)]
    [InlineData("string.Join(\",\", [|set|])", "The fingerprint depends on the order of 'set', which is by chance; sort it")]
    [InlineData("string.Join(\",\", [|map.Keys|])", null)]
    [InlineData("string.Join(\",\", [|map.Select(p => p.Key + p.Value)|])", null)]
    [InlineData("string.Concat([|immutable.Values|])", null)]
    [InlineData("JsonSerializer.Serialize([|map|])", null)]
    public Task Text_that_is_not_the_same_everywhere(string text, string? message)
    {
        var source = In($"Save(SHA256.HashData(Encoding.UTF8.GetBytes({text})));");
        return message is null ? Rule.Reports(source) : Rule.Reports(source, message);
    }

    [Theory]
    [InlineData("$\"{id}:{name}\"")]
    [InlineData("FormattableString.Invariant($\"{price}\")")]
    [InlineData("string.Create(CultureInfo.InvariantCulture, $\"{price}\")")]
    [InlineData("$\"{at:o}\"")]
    [InlineData("at.ToString(\"s\")")]
    [InlineData("price.ToString(CultureInfo.InvariantCulture)")]
    [InlineData("string.Format(CultureInfo.InvariantCulture, \"{0}\", price)")]
    [InlineData("name.ToLowerInvariant()")]
    [InlineData("string.Join(\",\", set.Order(StringComparer.Ordinal))")]
    [InlineData("string.Join(\",\", map.OrderBy(p => p.Key).Select(p => p.Key + p.Value))")]
    [InlineData("string.Join(\",\", new[] { \"a\", name })")]
    [InlineData("string.Join(\",\", new SortedDictionary<string, int>().Keys)")]
    [InlineData("string.Join(\",\", new SortedSet<string>(set))")]
    [InlineData("string.Join(\",\", new List<string>())")]
    [InlineData("JsonSerializer.Serialize(new { name, price })")]
    [InlineData("span.ToString()")]
    public Task Text_that_is_the_same_everywhere(string text) => Rule.Silent(In($"Save(SHA256.HashData(Encoding.UTF8.GetBytes({text})));"));

    [Theory]
    [InlineData("var h = Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes([|$\"{price}\"|]))); connection.Execute(\"INSERT INTO t (h) VALUES (@h)\", new { h });")]
    [InlineData("using var md5 = MD5.Create(); var text = [|$\"{price}\"|]; connection.Execute(\"INSERT INTO t (h) VALUES (@h)\", new { h = Convert.ToBase64String(md5.ComputeHash(Encoding.UTF8.GetBytes(text))) });")]
    [InlineData("connection.Execute(\"INSERT INTO t (h) VALUES (@h)\", new { h = Print(price) }); static byte[] Print(decimal p) => SHA256.HashData(Encoding.UTF8.GetBytes([|$\"{p}\"|]));")]
    [InlineData("var b = new StringBuilder(); foreach (var s in [|set|]) { b.Append(s).Append([|price|]); } Save(SHA256.HashData(Encoding.UTF8.GetBytes(b.ToString())));")]
    [InlineData("var b = new StringBuilder(); b.Append([|$\"{price}\"|]); Save(SHA256.HashData(Encoding.UTF8.GetBytes(b.ToString())));")]
    [InlineData("using var r = connection.ExecuteReader(\"SELECT total FROM t WHERE id = 1\"); Console.WriteLine(Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes([|$\"{r.GetDecimal(0)}\"|]))));")]
    [InlineData("using var h = IncrementalHash.CreateHash(HashAlgorithmName.SHA256); using var r = connection.ExecuteReader([|\"SELECT id, name FROM t\"|]); while (r.Read()) { h.AppendData(Encoding.UTF8.GetBytes(r.GetString(1))); }")]
    [InlineData("using var h = IncrementalHash.CreateHash(HashAlgorithmName.SHA256); foreach (var n in [|connection.Query<string>(\"SELECT name FROM t\")|]) { h.AppendData(Encoding.UTF8.GetBytes(n)); }")]
    [InlineData("using var h = IncrementalHash.CreateHash(HashAlgorithmName.SHA256); foreach (var o in [|new Shop().Orders|]) { h.AppendData(Encoding.UTF8.GetBytes(o.Name)); }")]
    public Task What_is_hashed_is_found_in_many_places(string body) => Rule.Reports(In(body));

    [Theory]
    [InlineData("Console.WriteLine(Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes($\"{price}\"))));")]
    [InlineData("using var h = IncrementalHash.CreateHash(HashAlgorithmName.SHA256); using var r = connection.ExecuteReader(\"SELECT id, name FROM t ORDER BY id\"); while (r.Read()) { h.AppendData(Encoding.UTF8.GetBytes(r.GetString(1))); }")]
    [InlineData("using var r = connection.ExecuteReader(\"SELECT id, name FROM t\"); while (r.Read()) { using var h = IncrementalHash.CreateHash(HashAlgorithmName.SHA256); h.AppendData(Encoding.UTF8.GetBytes(r.GetString(1))); }")]
    [InlineData("foreach (var s in set) { Save(SHA256.HashData(Encoding.UTF8.GetBytes(s))); }")]
    [InlineData("using var h = IncrementalHash.CreateHash(HashAlgorithmName.SHA256); foreach (var o in new Shop().Orders.OrderBy(o => o.Id)) { h.AppendData(Encoding.UTF8.GetBytes(o.Name)); }")]
    [InlineData("Save(SHA256.HashData(File.ReadAllBytes(name))); Console.WriteLine($\"{price}\");")]
    public Task What_has_nothing_to_do_with_data_and_what_has_an_order(string body) => Rule.Silent(In(body));

    [Theory]
    [InlineData("[|$\"{price}\"|]", "FormattableString.Invariant($\"{price}\")")]
    [InlineData("[|price.ToString()|]", "price.ToString(CultureInfo.InvariantCulture)")]
    [InlineData("[|at.ToString(\"yyyy-MM-dd\")|]", "at.ToString(\"yyyy-MM-dd\", CultureInfo.InvariantCulture)")]
    [InlineData("[|string.Format(\"{0}\", price)|]", "string.Format(CultureInfo.InvariantCulture, \"{0}\", price)")]
    [InlineData("\"p\" + [|price|]", "\"p\" + price.ToString(CultureInfo.InvariantCulture)")]
    [InlineData("[|name.ToLower()|]", "name.ToLowerInvariant()")]
    [InlineData("string.Join(\",\", [|set|])", "string.Join(\",\", set.OrderBy(x => x, StringComparer.Ordinal))")]
    [InlineData("string.Join(\",\", [|immutable|])", "string.Join(\",\", immutable.OrderBy(x => x.Key))")]
    [InlineData("string.Join(\",\", [|map.Keys|])", "string.Join(\",\", map.Keys.OrderBy(x => x, StringComparer.Ordinal))")]
    public Task It_is_made_the_same_everywhere(string before, string after) => Rule.Fixes(
        In($"Save(SHA256.HashData(Encoding.UTF8.GetBytes({before})));"), In($"Save(SHA256.HashData(Encoding.UTF8.GetBytes({after})));"));

    [Fact]
    public Task What_takes_a_choice_is_left_to_the_author() => Rule.NoFix(In(
        "Save(SHA256.HashData(Encoding.UTF8.GetBytes(JsonSerializer.Serialize([|map|])))); using var h = IncrementalHash.CreateHash(HashAlgorithmName.SHA256); foreach (var o in [|new Shop().Orders|]) { h.AppendData(Encoding.UTF8.GetBytes(o.Name)); }"));

    private static string In(string body) => Usings + $$"""
        public class Order { public int Id { get; set; } public string Name { get; set; } = ""; }
        public class Shop : DbContext { public DbSet<Order> Orders { get; set; } = null!; }
        class C(SqliteConnection connection)
        {
            void M(string name, int id, decimal price, double ratio, DateTime at, decimal? maybe, TimeSpan span, HashSet<string> set, Dictionary<string, int> map, ImmutableDictionary<int, string> immutable) { {{Stored(body)}} }
        }
        """;

    private static string Stored(string body) => body.Replace("Save(", "new SqliteCommand(\"x\").Parameters.AddWithValue(\"@h\", ", StringComparison.Ordinal);
}
