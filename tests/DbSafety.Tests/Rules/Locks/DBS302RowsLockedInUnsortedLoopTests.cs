using DbSafety.Rules.Locks;
using DbSafety.Tests.Engine;
using Xunit;

namespace DbSafety.Tests.Rules.Locks;

using Rule = Verify<DBS302RowsLockedInUnsortedLoop>;

public class DBS302RowsLockedInUnsortedLoopTests
{
    private const string Update = "UPDATE stock SET n = n - @n WHERE product_id = @id";
    private static readonly Setup Postgres = new() { EditorConfig = "dbsafety.dialect = postgresql" };

    /// <summary>Statements in a transaction on PostgreSQL, with a list of lines from a caller.</summary>
    private static string InTransaction(string statements) =>
        $$"""
        using System.Collections.Immutable;
        public record Line(long ProductId, int N, string Sku, byte[] Hash) { public List<Line> Parts { get; init; } = []; }
        public class Store(NpgsqlDataSource source, List<Line> _pending)
        {
            private static readonly long[] Known = [1, 2];
            public async Task MoveAsync(IReadOnlyList<Line> lines, List<long> ids, Dictionary<long, int> counts, SortedDictionary<long, int> sorted, HashSet<long> set, IAsyncEnumerable<Line> stream, IReadOnlyList<Line> sortedLines, string csv, long from, long to)
            {
                await using var connection = await source.OpenConnectionAsync();
                await using var transaction = await connection.BeginTransactionAsync();
                {{statements}}
                await transaction.CommitAsync();
            }
        }
        """;

    private static string Each(string source, string id = "line.ProductId", string variable = "var line") => InTransaction(
        $$"""
        foreach ({{variable}} in {{source}})
        {
            await connection.ExecuteAsync("{{Update}}", new { id = {{id}}, n = 1 }, transaction);
        }
        """);

    [Fact]
    public Task The_message_names_table_and_source() => Rule.Reports(
        Each("[|lines|]"),
        "Rows of 'stock' are locked in the order of 'lines', so that two transactions can deadlock; sort it by the key of the rows");

    [Theory]
    [InlineData("lines", "line.ProductId", "var line")]
    [InlineData("_pending", "line.ProductId", "Line line")]
    [InlineData("ids", "id", "var id")]
    [InlineData("set", "id", "var id")]
    [InlineData("counts", "pair.Key", "var pair")]
    [InlineData("counts", "id", "var (id, n)")]
    [InlineData("counts.Keys", "id", "var id")]
    [InlineData("lines.Where(l => l.N > 0).ToList()", "line.ProductId", "var line")]
    [InlineData("lines.GroupBy(l => l.ProductId)", "line.Key", "var line")]
    [InlineData("lines.Select(l => (l.ProductId, l.N))", "id", "var (id, n)")]
    [InlineData("csv.Split(',')", "long.Parse(id)", "var id")]
    [InlineData("new[] { from, to }", "id", "var id")]
    [InlineData("lines[0].Parts", "line.ProductId", "var line")]
    [InlineData("(await connection.QueryAsync<long>(\"SELECT product_id FROM lines\", transaction: transaction))", "id", "var id")]
    public Task An_unsorted_source_is_reported(string source, string id, string variable) =>
        Rule.Reports(Each(source.StartsWith('(') ? $"([|{source[1..^1]}|])" : $"[|{source}|]", id, variable));

    [Theory]
    [InlineData("lines.OrderBy(l => l.ProductId)", "line.ProductId", "var line")]
    [InlineData("lines.OrderBy(l => l.ProductId).Where(l => l.N > 0).ToList()", "line.ProductId", "var line")]
    [InlineData("lines.Where(l => l.N > 0).OrderByDescending(l => l.ProductId).ThenBy(l => l.N)", "line.ProductId", "var line")]
    [InlineData("ids.Order()", "id", "var id")]
    [InlineData("sorted", "pair.Key", "var pair")]
    [InlineData("sorted.Keys", "id", "var id")]
    [InlineData("sortedLines", "line.ProductId", "var line")]
    [InlineData("new SortedSet<long>(ids)", "id", "var id")]
    [InlineData("ids.ToImmutableSortedSet()", "id", "var id")]
    [InlineData("Enumerable.Range(1, 10)", "id", "var id")]
    [InlineData("new[] { 3, 1, 2 }", "id", "var id")]
    [InlineData("Known", "id", "var id")]
    [InlineData("new[] { Math.Min(from, to), Math.Max(from, to) }", "id", "var id")]
    [InlineData("await connection.QueryAsync<long>(\"SELECT product_id FROM lines ORDER BY 1\")", "id", "var id")]
    [InlineData("await connection.QueryAsync<long>(csv)", "id", "var id")]
    public Task A_sorted_or_unknown_source_is_silent(string source, string id, string variable) => Rule.Silent(Each(source, id, variable));

    [Theory]
    [InlineData("var todo = lines.ToList();", "todo")]
    [InlineData("var todo = new List<Line>(); foreach (var l in lines) { if (l.N > 0) todo.Add(l); }", "todo")]
    [InlineData("var todo = new Dictionary<long, Line>(); foreach (var l in lines) todo[l.ProductId] = l;", "todo.Values")]
    public Task A_local_takes_the_order_of_what_fills_it(string before, string source) => Rule.Reports(
        InTransaction($$"""{{before}} foreach (var line in [|{{source}}|]) await connection.ExecuteAsync("{{Update}}", line, transaction);""").Replace("@id", "@ProductId"));

    [Theory]
    [InlineData("var todo = lines.OrderBy(l => l.ProductId).ToList();", "todo")]
    [InlineData("var todo = lines.ToList(); todo.Sort((a, b) => a.ProductId.CompareTo(b.ProductId));", "todo")]
    [InlineData("var todo = lines.ToArray(); Array.Sort(todo, (a, b) => a.ProductId.CompareTo(b.ProductId));", "todo")]
    [InlineData("lines = lines.OrderBy(l => l.ProductId).ToList();", "lines")]
    [InlineData("var todo = new List<Line>(); foreach (var l in lines.OrderBy(l => l.ProductId)) todo.Add(l);", "todo")]
    [InlineData("var todo = new List<Line>(); while (todo.Count < 3) todo.Add(new(todo.Count, 1, \"\", []));", "todo")]
    [InlineData("var todo = new List<Line> { new(1, 1, \"\", []) };", "todo")]
    public Task What_is_sorted_before_the_loop_is_silent(string before, string source) => Rule.Silent(
        InTransaction($$"""{{before}} foreach (var line in {{source}}) await connection.ExecuteAsync("{{Update}}", line, transaction);""").Replace("@id", "@ProductId"));

    [Theory]
    [InlineData("UPDATE stock SET n = 1 WHERE product_id = $1")]
    [InlineData("DELETE FROM stock WHERE product_id = $1")]
    [InlineData("SELECT n FROM stock WHERE product_id = $1 FOR UPDATE")]
    [InlineData("UPDATE stock SET n = 1 WHERE shop = 7 AND product_id = $1::bigint")]
    public Task Every_statement_that_locks_a_row_counts(string sql) => Rule.Reports(InTransaction(
        $$"""
        foreach (var line in [|lines|])
        {
            await using var command = new NpgsqlCommand("{{sql}}", connection, transaction) { Parameters = { new() { Value = line.ProductId } } };
            await command.ExecuteNonQueryAsync();
        }
        """));

    [Theory]
    [InlineData("INSERT INTO stock VALUES ($1)")]
    [InlineData("SELECT n FROM stock WHERE product_id = $1")]
    [InlineData("SELECT n FROM stock WHERE product_id = $1 FOR UPDATE SKIP LOCKED")]
    [InlineData("UPDATE stock SET n = 1 WHERE product_id > $1")]
    [InlineData("UPDATE temp_stock SET n = 1 WHERE product_id = $1")]
    public Task Other_statements_are_silent(string sql) => Rule.Silent(InTransaction(
        $$"""
        foreach (var line in lines)
        {
            await using var command = new NpgsqlCommand("{{sql}}", connection, transaction) { Parameters = { new() { Value = line.ProductId } } };
            await command.ExecuteNonQueryAsync();
        }
        """));

    [Theory]
    [InlineData("""c.Parameters.AddWithValue("id", line.ProductId);""")]
    [InlineData("""c.Parameters.AddWithValue("@id", (object)line.ProductId);""")]
    [InlineData("""c.Parameters.Add(new NpgsqlParameter("id", line.ProductId));""")]
    [InlineData("""c.Parameters.Add(new NpgsqlParameter<long>("id", line.ProductId));""")]
    [InlineData("""c.Parameters.Add("id", NpgsqlTypes.NpgsqlDbType.Bigint).Value = line.ProductId;""")]
    [InlineData("""var key = line.ProductId; var p = c.CreateParameter(); p.ParameterName = "id"; p.Value = key; c.Parameters.Add(p);""")]
    [InlineData("""c.Parameters.AddWithValue("id", 0L); c.Parameters["id"].Value = line.ProductId;""")]
    public Task The_key_of_a_command_is_found(string parameter) => Rule.Reports(InTransaction(
        $$"""
        foreach (var line in [|lines|])
        {
            await using var c = connection.CreateCommand();
            c.CommandText = "{{Update}}";
            c.Transaction = transaction;
            {{parameter}}
            await c.ExecuteNonQueryAsync();
        }
        """));

    [Theory]
    [InlineData("p.Value = line.ProductId;")]
    [InlineData("(p.Value, n.Value) = (line.ProductId, line.N);")]
    [InlineData("p.TypedValue = line.ProductId;")]
    public Task The_key_of_a_command_made_before_the_loop_is_found(string set) => Rule.Reports(InTransaction(
        $$"""
        await using var command = new NpgsqlCommand("{{Update}}", connection, transaction);
        var p = new NpgsqlParameter<long>("id", 0L);
        command.Parameters.Add(p);
        var n = command.Parameters.Add("n", NpgsqlTypes.NpgsqlDbType.Integer);
        foreach (var line in [|lines|])
        {
            {{set}}
            await command.ExecuteNonQueryAsync();
        }
        """));

    [Fact]
    public Task The_library_loops_over_a_list() => Rule.Reports(InTransaction(
        """
        await connection.ExecuteAsync("UPDATE stock SET n = @N WHERE product_id = @ProductId", [|lines|], transaction);
        await connection.ExecuteAsync("UPDATE stock SET n = @N WHERE product_id = @ProductId", [|lines.Select(l => new { l.ProductId, l.N })|], transaction);
        await connection.ExecuteAsync(new CommandDefinition("UPDATE stock SET n = @N WHERE product_id = @ProductId", [|lines|], transaction));
        await connection.ExecuteAsync("UPDATE stock SET n = @N WHERE product_id = @ProductId", lines.OrderBy(l => l.ProductId), transaction);
        await connection.ExecuteAsync("INSERT INTO stock VALUES (@N, @ProductId)", lines, transaction);
        await connection.ExecuteAsync("UPDATE stock SET n = @N WHERE product_id = @ProductId", lines[0], transaction);
        """));

    [Theory]
    [InlineData("""if (line.N < 0) continue; await connection.ExecuteAsync(Sql, new { id = line.ProductId, n = 1 }, transaction);""")]
    [InlineData("""try { await connection.ExecuteAsync(Sql, new { id = line.ProductId, n = 1 }, transaction); } catch { throw; }""")]
    [InlineData("""connection.Execute(transaction: transaction, param: new { n = 1, id = line.ProductId }, sql: Sql);""")]
    [InlineData("""SqlMapper.Execute(connection, Sql, new { id = line.ProductId, n = 1 }, transaction);""")]
    [InlineData("""await connection.ExecuteAsync(Sql, new { id = line.ProductId, n = 1 });""")]
    [InlineData("""if (await connection.ExecuteAsync(Sql, new { id = line.ProductId, n = 1 }, transaction) == 0) throw new InvalidOperationException();""")]
    [InlineData("""await connection.ExecuteAsync($"UPDATE stock SET n = 1 WHERE product_id = {line.ProductId}", transaction: transaction);""")]
    [InlineData("""foreach (var i in Enumerable.Range(0, 2)) await connection.ExecuteAsync(Sql, new { id = line.ProductId, n = i }, transaction);""")]
    public Task Wherever_in_the_loop(string body) => Rule.Reports(InTransaction(
        $$"""
        const string Sql = "{{Update}}";
        foreach (var line in [|lines|])
        {
            {{body}}
        }
        """));

    [Theory]
    [InlineData("""await connection.ExecuteAsync(Sql, new { id = from, n = 1 }, transaction);""")]
    [InlineData("""if (await connection.ExecuteAsync(Sql, new { id = line.ProductId, n = 1 }, transaction) == 1) break;""")]
    [InlineData("""Func<Task> later = () => connection.ExecuteAsync(Sql, new { id = line.ProductId, n = 1 }, transaction); await later();""")]
    [InlineData("""await connection.ExecuteAsync(csv, new { id = line.ProductId, n = 1 }, transaction);""")]
    [InlineData("""await connection.ExecuteAsync("UPDATE " + csv + " SET n = 1 WHERE product_id = @id", new { id = line.ProductId }, transaction);""")]
    [InlineData("""foreach (var part in line.Parts.OrderBy(p => p.ProductId)) await connection.ExecuteAsync(Sql, new { id = part.ProductId, n = 1 }, transaction);""")]
    [InlineData("""await using var inner = await source.OpenConnectionAsync(); await inner.ExecuteAsync(Sql, new { id = line.ProductId, n = 1 });""")]
    [InlineData("""await using var inner = await source.OpenConnectionAsync(); await using var own = await inner.BeginTransactionAsync(); await inner.ExecuteAsync(Sql, new { id = line.ProductId, n = 1 }, own); await own.CommitAsync();""")]
    public Task What_locks_one_row_or_cannot_be_told_is_silent(string body) => Rule.Silent(InTransaction(
        $$"""
        const string Sql = "{{Update}}";
        foreach (var line in lines)
        {
            {{body}}
        }
        """));

    [Theory]
    [InlineData("""await connection.ExecuteAsync("SELECT pg_advisory_xact_lock(7)", transaction: transaction);""")]
    [InlineData("""if (!await connection.ExecuteScalarAsync<bool>("SELECT pg_try_advisory_xact_lock(@from)", new { from }, transaction)) return;""")]
    [InlineData("""await connection.ExecuteAsync("LOCK TABLE stock IN EXCLUSIVE MODE", transaction: transaction);""")]
    [InlineData("""await connection.QueryAsync<long>("SELECT id FROM stock WHERE id = ANY(@ids) ORDER BY id FOR UPDATE", new { ids }, transaction);""")]
    [InlineData("""await connection.QueryAsync<long>("SELECT id FROM shops WHERE id = @from FOR UPDATE", new { from }, transaction);""")]
    [InlineData("""await connection.ExecuteAsync("UPDATE stocks SET version = version + 1 WHERE id = @from", new { from }, transaction);""")]
    [InlineData("""await connection.ExecuteAsync("INSERT INTO stock_lines SELECT 1", transaction: transaction);""")]
    [InlineData("""await LockShopAsync(connection, transaction); static Task LockShopAsync(NpgsqlConnection c, NpgsqlTransaction t) => Task.CompletedTask;""")]
    public Task What_an_earlier_lock_guards_is_silent(string before) => Rule.Silent(InTransaction(
        $$"""{{before}} foreach (var line in lines) await connection.ExecuteAsync("UPDATE stock_lines SET n = 1 WHERE product_id = @id", new { id = line.ProductId }, transaction);"""));

    [Theory]
    [InlineData("""await connection.ExecuteAsync("UPDATE orders SET state = 1 WHERE id = @from", new { from }, transaction);""")]
    [InlineData("""await connection.ExecuteAsync("INSERT INTO moves SELECT 1", transaction: transaction);""")]
    [InlineData("""await connection.ExecuteAsync("INSERT INTO stock SELECT 1 ON CONFLICT DO NOTHING", transaction: transaction);""")]
    public Task Other_writes_before_guard_nothing(string before) => Rule.Reports(InTransaction(
        $$"""{{before}} foreach (var line in [|lines|]) await connection.ExecuteAsync("UPDATE stock SET n = 1 WHERE product_id = @id", new { id = line.ProductId }, transaction);"""));

    [Fact]
    public Task Autocommit_commits_per_pass_and_committing_loops_are_silent() => Rule.Silent(
        """
        class C(NpgsqlConnection connection)
        {
            void Autocommit(List<long> ids) { foreach (var id in ids) connection.Execute("DELETE FROM a WHERE id = @id", new { id }); }
            void Each(List<long> ids)
            {
                foreach (var id in ids)
                {
                    using var t = connection.BeginTransaction();
                    connection.Execute("DELETE FROM a WHERE id = @id", new { id }, t);
                    t.Commit();
                }
            }
            void Renewed(List<long> ids)
            {
                var t = connection.BeginTransaction();
                foreach (var id in ids)
                {
                    connection.Execute("DELETE FROM a WHERE id = @id", new { id }, t);
                    t.Commit();
                    t = connection.BeginTransaction();
                }
                t.Dispose();
            }
            void Over(List<long> ids)
            {
                using (var t = connection.BeginTransaction()) t.Commit();
                foreach (var id in ids) connection.Execute("DELETE FROM a WHERE id = @id", new { id });
            }
            void Perhaps(List<long> ids, NpgsqlTransaction? t) { foreach (var id in ids) connection.Execute("DELETE FROM a WHERE id = @id", new { id }, t); }
        }
        """);

    [Fact]
    public Task A_transaction_that_is_given_counts() => Rule.Reports(
        """
        class C(NpgsqlConnection connection, NpgsqlTransaction own)
        {
            void Given(List<long> ids, NpgsqlTransaction t) { foreach (var id in [|ids|]) connection.Execute("DELETE FROM a WHERE id = @id", new { id }, t); }
            void Own(List<long> ids) { foreach (var id in [|ids|]) connection.Execute("DELETE FROM a WHERE id = @id", new { id }, own); }
            void Scope(List<long> ids)
            {
                using var scope = new System.Transactions.TransactionScope();
                using var c = new NpgsqlConnection("");
                foreach (var id in [|ids|]) c.Execute("DELETE FROM a WHERE id = @id", new { id });
                scope.Complete();
            }
            void Local()
            {
                void Inner(List<long> ids, NpgsqlTransaction t) { foreach (var id in [|ids|]) connection.Execute("DELETE FROM a WHERE id = @id", new { id }, t); }
            }
        }
        """);

    [Fact]
    public Task A_private_method_that_is_given_sorted_keys_is_silent() => Rule.Silent(
        """
        class C(NpgsqlConnection connection)
        {
            public void Do(List<long> ids, NpgsqlTransaction t) => All(ids.OrderBy(id => id), t);
            private void All(IEnumerable<long> ids, NpgsqlTransaction t) { foreach (var id in ids) connection.Execute("DELETE FROM a WHERE id = @id", new { id }, t); }
        }
        """);

    [Theory]
    [InlineData("SqlConnection", true)]
    [InlineData("MySqlConnection", true)]
    [InlineData("SqliteConnection", false)]
    [InlineData("System.Data.SQLite.SQLiteConnection", false)]
    [InlineData("DbConnection", false)]
    public Task Databases_with_row_locks(string type, bool reported)
    {
        var source =
            $$"""
            class C
            {
                void M({{type}} connection, List<long> ids)
                {
                    using var t = connection.BeginTransaction();
                    foreach (var id in [|ids|]) connection.Execute("DELETE FROM a WHERE id = @id", new { id }, t);
                    t.Commit();
                }
            }
            """;
        return reported ? Rule.Reports(source) : Rule.Silent(source.Replace("[|", "").Replace("|]", ""));
    }

    [Fact]
    public Task The_dialect_option_tells_what_an_interface_is() => Rule.Reports(
        """
        class C
        {
            void M(IDbConnection connection, IDbTransaction t, List<long> ids) { foreach (var id in [|ids|]) connection.Execute("DELETE FROM a WHERE id = @id", new { id }, t); }
        }
        """, Postgres);

    private const string Entities =
        """

        public class Product { public long Id { get; set; } public int Stock { get; set; } }
        public class Line { public long ProductId { get; set; } public int N { get; set; } }
        public class Shop : DbContext { public DbSet<Product> Products => Set<Product>(); }
        """;

    [Theory]
    [InlineData("await shop.Products.Where(p => p.Id == line.ProductId).ExecuteUpdateAsync(s => s.SetProperty(p => p.Stock, p => p.Stock - line.N));")]
    [InlineData("await shop.Products.Where(p => p.Stock > 0 && line.ProductId == p.Id).ExecuteDeleteAsync();")]
    [InlineData("await shop.Products.Where(p => p.Stock > 0).Where(p => p.Id == line.ProductId).ExecuteDeleteAsync();")]
    [InlineData("await shop.Database.ExecuteSqlAsync($\"UPDATE products SET stock = stock - {line.N} WHERE id = {line.ProductId}\");")]
    [InlineData("await shop.Database.ExecuteSqlRawAsync(\"UPDATE products SET stock = stock - {1} WHERE id = {0}\", line.ProductId, line.N);")]
    [InlineData("await shop.Products.FromSql($\"SELECT * FROM products WHERE id = {line.ProductId} FOR UPDATE\").SingleAsync();")]
    public Task EF_Core_in_a_transaction(string statement) => Rule.Reports(
        $$"""
        class C(Shop shop)
        {
            async Task M(List<Line> lines)
            {
                await using var t = await shop.Database.BeginTransactionAsync();
                foreach (var line in [|lines|]) { {{statement}} }
                await t.CommitAsync();
            }
        }
        """ + Entities, Postgres);

    [Theory]
    [InlineData("await shop.Products.Where(p => p.Id == line.ProductId).ExecuteUpdateAsync(s => s.SetProperty(p => p.Stock, 1));", "")]
    [InlineData("await shop.Products.Where(p => p.Id > line.ProductId).ExecuteDeleteAsync();", "await using var t = await shop.Database.BeginTransactionAsync();")]
    [InlineData("(await shop.Products.SingleAsync(p => p.Id == line.ProductId)).Stock -= line.N;", "await using var t = await shop.Database.BeginTransactionAsync();")]
    public Task EF_Core_without_a_transaction_or_key_is_silent(string statement, string begin) => Rule.Silent(
        $$"""
        class C(Shop shop)
        {
            async Task M(List<Line> lines)
            {
                {{begin}}
                foreach (var line in lines) { {{statement}} }
                await shop.SaveChangesAsync();
            }
        }
        """ + Entities, Postgres);

    [Fact]
    public Task Migrations_are_silent() => Rule.Silent(
        """
        class AddStock : BaseMigration
        {
            void Up(NpgsqlConnection c, NpgsqlTransaction t, HashSet<long> ids) { foreach (var id in ids) c.Execute("DELETE FROM a WHERE id = @id", new { id }, t); }
        }
        class BaseMigration;
        """);

    [Theory]
    [InlineData("lines", "line.ProductId", "var line", "lines.OrderBy(line => line.ProductId)")]
    [InlineData("ids", "id", "var id", "ids.OrderBy(id => id)")]
    [InlineData("ids.ToArray()", "id", "long id", "ids.ToArray().OrderBy(id => id)")]
    [InlineData("counts", "id", "var (id, n)", "counts.OrderBy(pair => pair.Key)")]
    [InlineData("counts", "p.Key", "var p", "counts.OrderBy(p => p.Key)")]
    [InlineData("lines.Select(l => (l.ProductId, l.N))", "id", "var (id, n)", "lines.Select(l => (l.ProductId, l.N)).OrderBy(row => row.ProductId)")]
    [InlineData("lines", "line.Sku", "var line", "lines.OrderBy(line => line.Sku, StringComparer.Ordinal)")]
    [InlineData("lines ?? []", "line.ProductId", "var line", "(lines ?? []).OrderBy(line => line.ProductId)")]
    [InlineData("/* a */ lines /* b */", "line.ProductId", "var line", "/* a */ lines.OrderBy(line => line.ProductId) /* b */")]
    public Task The_source_is_sorted_by_the_key(string source, string id, string variable, string sorted)
    {
        var marked = source.StartsWith("/*") ? "/* a */ [|lines|] /* b */" : $"[|{source}|]";
        return Rule.Fixes(Each(marked, id, variable), Each(sorted, id, variable));
    }

    [Fact]
    public Task All_keys_of_a_row_count_and_Linq_is_imported() => Rule.Fixes(
        """
        using System.Collections.Generic;
        using Dapper;
        using Npgsql;

        class C
        {
            void M(NpgsqlConnection connection, NpgsqlTransaction t, List<(int Shop, string Sku)> rows)
            {
                foreach (var row in [|rows|]) // every one
                {
                    connection.Execute("DELETE FROM a WHERE shop = @Shop AND sku = @Sku", new { row.Shop, row.Sku }, t);
                }
            }
        }
        """,
        """
        using System.Collections.Generic;
        using System.Linq;
        using Dapper;
        using Npgsql;

        class C
        {
            void M(NpgsqlConnection connection, NpgsqlTransaction t, List<(int Shop, string Sku)> rows)
            {
                foreach (var row in rows.OrderBy(row => row.Shop).ThenBy(row => row.Sku, System.StringComparer.Ordinal)) // every one
                {
                    connection.Execute("DELETE FROM a WHERE shop = @Shop AND sku = @Sku", new { row.Shop, row.Sku }, t);
                }
            }
        }
        """, new() { Usings = false });

    [Fact]
    public Task A_list_is_sorted_for_the_library() => Rule.Fixes(
        InTransaction("""await connection.ExecuteAsync("UPDATE stock SET n = @N WHERE product_id = @ProductId", [|lines|], transaction);"""),
        InTransaction("""await connection.ExecuteAsync("UPDATE stock SET n = @N WHERE product_id = @ProductId", lines.OrderBy(line => line.ProductId), transaction);"""));

    [Theory]
    [InlineData("var count = 0;", "count++;", "")]
    [InlineData("var count = 0;", "count += line.N;", "")]
    [InlineData("var any = false;", "any = true;", "")]
    [InlineData("", "if (line.N == 0) throw new InvalidOperationException(line.Sku);", "")]
    public Task What_is_the_same_in_any_order_is_fixed(string before, string inLoop, string after) => Rule.Fixes(
        InTransaction($$"""{{before}} foreach (var line in [|lines|]) { {{inLoop}} await connection.ExecuteAsync("{{Update}}", new { id = line.ProductId, n = 1 }, transaction); } {{after}}"""),
        InTransaction($$"""{{before}} foreach (var line in lines.OrderBy(line => line.ProductId)) { {{inLoop}} await connection.ExecuteAsync("{{Update}}", new { id = line.ProductId, n = 1 }, transaction); } {{after}}"""));

    [Fact]
    public Task Two_statements_of_a_loop_are_reported_once_and_sorted_by_their_common_key() => Rule.Fixes(
        InTransaction("""foreach (var line in [|lines|]) { connection.Execute("UPDATE stock SET n = 1 WHERE id = @id", new { id = line.ProductId }, transaction); connection.Execute("UPDATE products SET n = 1 WHERE id = @ProductId", line, transaction); }"""),
        InTransaction("""foreach (var line in lines.OrderBy(line => line.ProductId)) { connection.Execute("UPDATE stock SET n = 1 WHERE id = @id", new { id = line.ProductId }, transaction); connection.Execute("UPDATE products SET n = 1 WHERE id = @ProductId", line, transaction); }"""));

    [Fact]
    public Task Two_keys_cannot_both_be_sorted_by() => Rule.NoFix(InTransaction(
        """foreach (var line in [|lines|]) { connection.Execute("UPDATE stock SET n = 1 WHERE id = @id", new { id = line.ProductId }, transaction); connection.Execute("UPDATE stock SET n = 1 WHERE id = @N", line, transaction); }"""));

    [Theory]
    [InlineData("var place = 0; foreach (var line in [|lines|])", "n = place++, id = line.ProductId", "")]
    [InlineData("var place = 0; foreach (var line in [|lines|])", "n = place, id = line.ProductId", "place++;")]
    [InlineData("var done = new List<long>(); foreach (var line in [|lines|])", "n = 1, id = line.ProductId", "done.Add(line.ProductId);")]
    [InlineData("Line? last = null; foreach (var line in [|lines|])", "n = 1, id = line.ProductId", "last = line;")]
    [InlineData("foreach (var line in [|lines|])", "n = 1, id = line.Hash", "")]
    [InlineData("foreach (var line in [|lines|])", "n = 1, id = line.ProductId % 7", "")]
    [InlineData("await foreach (var line in [|stream|])", "n = 1, id = line.ProductId", "")]
    public Task What_another_order_could_change_is_left(string loop, string values, string after) => Rule.NoFix(
        InTransaction($$"""{{loop}} { await connection.ExecuteAsync("{{Update}}", new { {{values}} }, transaction); {{after}} }"""));

    private const string Reserve =
        """

            static Task ReserveAsync(NpgsqlConnection c, NpgsqlTransaction t, long id, int n) => c.ExecuteAsync("UPDATE stock SET n = n - @n WHERE product_id = @id", new { id, n }, t);
            static Task TakeAsync(NpgsqlTransaction t, NpgsqlConnection c, Line line) => c.ExecuteAsync("UPDATE stock SET n = n - @N WHERE product_id = @ProductId", line, t);
            static Task ReadAsync(NpgsqlConnection c, NpgsqlTransaction t, long id) => c.ExecuteScalarAsync<int>("SELECT n FROM stock WHERE product_id = @id", new { id }, t);
            static Task LockedAsync(NpgsqlConnection c, NpgsqlTransaction t, long id) => c.ExecuteAsync("LOCK TABLE stock; UPDATE stock SET n = 1 WHERE product_id = @id", new { id }, t);
            async Task OwnAsync(long id) { using var c = new NpgsqlConnection(); await c.ExecuteAsync("UPDATE stock SET n = 1 WHERE product_id = @id", new { id }); }
        """;

    [Theory]
    [InlineData("foreach (var line in [|lines|]) await ReserveAsync(connection, transaction, line.ProductId, line.N);")]
    [InlineData("foreach (var line in [|lines|]) { if (line.N == 0) continue; await ReserveAsync(n: line.N, id: line.ProductId, t: transaction, c: connection); }")]
    [InlineData("foreach (var line in [|lines.Where(l => l.N > 0)|]) await TakeAsync(transaction, connection, line);")]
    [InlineData("foreach (var (id, n) in [|counts|]) await ReserveAsync(connection, transaction, id, n);")]
    [InlineData("foreach (var line in [|lines|]) await Local(line.ProductId); Task Local(long id) => connection.ExecuteAsync(\"DELETE FROM stock WHERE product_id = @id\", new { id }, transaction);")]
    public Task What_a_method_locks_in_the_loop_is_seen(string loop) => Rule.Reports(InTransaction(loop + Reserve));

    [Theory]
    [InlineData("foreach (var line in lines.OrderBy(l => l.ProductId)) await ReserveAsync(connection, transaction, line.ProductId, line.N);")]
    [InlineData("foreach (var line in lines) await ReserveAsync(connection, transaction, from, line.N);")]
    [InlineData("foreach (var line in lines) await ReadAsync(connection, transaction, line.ProductId);")]
    [InlineData("foreach (var line in lines) await LockedAsync(connection, transaction, line.ProductId);")]
    [InlineData("foreach (var line in lines) await OwnAsync(line.ProductId);")]
    [InlineData("await connection.ExecuteAsync(\"SELECT 1 FROM stock ORDER BY 1 FOR UPDATE\"); foreach (var line in lines) await ReserveAsync(connection, transaction, line.ProductId, line.N);")]
    [InlineData("await using var other = new NpgsqlConnection(); foreach (var line in lines) await ReserveAsync(other, null!, line.ProductId, line.N);")]
    public Task Methods_that_lock_in_order_or_nothing_are_silent(string loop) => Rule.Silent(InTransaction(loop + Reserve));

    [Theory]
    [InlineData("lines", "await TakeAsync(transaction, connection, line);")]
    [InlineData("lines", "await ReserveAsync(connection, transaction, line.ProductId, line.N);")]
    public Task The_loop_that_calls_is_sorted(string source, string call) => Rule.Fixes(
        InTransaction($"foreach (var line in [|{source}|]) {call} {Reserve}"),
        InTransaction($"foreach (var line in {source}.OrderBy(line => line.ProductId)) {call} {Reserve}"));

    [Theory]
    [InlineData("for (var i = 0; i < ids.Count; i++) await connection.ExecuteAsync(Sql, new { id = [|ids|][i], n = 1 }, transaction);")]
    [InlineData("for (int i = ids.Count - 1; i >= 0; i--) { var id = [|ids|][i]; await connection.ExecuteAsync(Sql, new { id, n = 1 }, transaction); }")]
    [InlineData("var all = lines.ToArray(); for (var i = 0; i < all.Length; ++i) { var line = [|all|][i]; await connection.ExecuteAsync(Sql, new { id = line.ProductId, n = i }, transaction); }")]
    [InlineData("for (var i = 0; i < lines.Count; i++) await ReserveAsync(connection, transaction, [|lines|][i].ProductId, i);")]
    [InlineData("[|ids|].ForEach(id => connection.Execute(Sql, new { id, n = 1 }, transaction));")]
    [InlineData("[|_pending|].ForEach(line => { if (line.N > 0) { connection.Execute(Sql, new { id = line.ProductId, n = 1 }, transaction); } });")]
    public Task Every_way_to_loop_is_seen(string loop) => Rule.NoFix(InTransaction($"const string Sql = \"{Update}\"; {loop} {Reserve}"));

    [Theory]
    [InlineData("ids.Sort(); for (var i = 0; i < ids.Count; i++) await connection.ExecuteAsync(Sql, new { id = ids[i], n = 1 }, transaction);")]
    [InlineData("var all = lines.OrderBy(l => l.ProductId).ToArray(); for (var i = 0; i < all.Length; ++i) await connection.ExecuteAsync(Sql, new { id = all[i].ProductId, n = 1 }, transaction);")]
    [InlineData("for (var i = 0; i < ids.Count; i++) await connection.ExecuteAsync(Sql, new { id = i, n = ids[i] }, transaction);")]
    [InlineData("for (var i = 0; i < ids.Count; i++) await connection.ExecuteAsync(Sql, new { id = ids[0], n = i }, transaction);")]
    [InlineData("for (var i = 0; i < 3; i++) { if (await connection.ExecuteAsync(Sql, new { id = ids[i], n = i }, transaction) == 1) break; }")]
    [InlineData("for (var i = 0; i < Known.Length; i++) await connection.ExecuteAsync(Sql, new { id = Known[i], n = i }, transaction);")]
    [InlineData("ids.ForEach(id => connection.Execute(Sql, new { id = from, n = id }, transaction));")]
    [InlineData("ids.Order().ToList().ForEach(id => connection.Execute(Sql, new { id, n = 1 }, transaction));")]
    [InlineData("ids.ForEach(id => { using var own = source.OpenConnection(); own.Execute(Sql, new { id, n = 1 }); });")]
    public Task Loops_in_order_or_over_nothing_are_silent(string loop) => Rule.Silent(InTransaction($"const string Sql = \"{Update}\"; {loop} {Reserve}"));

    [Theory]
    [InlineData("SELECT product_id FROM lines", true)]
    [InlineData("SELECT product_id FROM lines ORDER BY product_id", false)]
    public Task A_list_has_the_order_of_the_query_that_fills_it(string query, bool reported)
    {
        var source = InTransaction(
            $$"""
            var found = new List<long>();
            await using (var command = new NpgsqlCommand("{{query}}", connection, transaction))
            await using (var reader = await command.ExecuteReaderAsync())
            {
                while (await reader.ReadAsync())
                {
                    found.Add(reader.GetInt64(0));
                }
            }
            foreach (var id in [|found|]) await connection.ExecuteAsync("{{Update}}", new { id, n = 1 }, transaction);
            """);
        return reported ? Rule.Reports(source) : Rule.Silent(source.Replace("[|", "").Replace("|]", ""));
    }

    [Theory]
    [InlineData("UPDATE invoices SET version = version + 1 WHERE id = @Id", "UPDATE positions SET n = @N WHERE id = @Id", false)]
    [InlineData("UPDATE invoices SET version = version + 1 WHERE id = @Id", "UPDATE stock SET n = n - @N WHERE id = @ProductId", true)]
    [InlineData("INSERT INTO invoices VALUES (@Id)", "UPDATE positions SET n = @N WHERE id = @Id", true)]
    [InlineData("UPDATE customers SET n = n + 1 WHERE id = @CustomerId", "UPDATE positions SET n = @N WHERE id = @Id", false)]
    public Task The_parts_of_a_row_that_is_locked_are_its_own(string root, string part, bool reported)
    {
        var source =
            $$"""
            record Part(long Id, long ProductId, int N);
            record Invoice(long Id, long CustomerId, List<Part> Parts);
            class C(NpgsqlConnection connection)
            {
                void M(Invoice invoice, NpgsqlTransaction t)
                {
                    connection.Execute("{{root}}", invoice, t);
                    foreach (var part in [|invoice.Parts|]) connection.Execute("{{part}}", part, t);
                }
            }
            """;
        return reported ? Rule.Reports(source) : Rule.Silent(source.Replace("[|", "").Replace("|]", ""));
    }

    [Theory]
    [InlineData("leased_by", false)]
    [InlineData("LockedBy", false)]
    [InlineData("tenant", true)]
    [InlineData("block", true)]
    public Task Rows_that_are_leased_have_no_rival(string column, bool reported)
    {
        var source = InTransaction($$"""foreach (var line in [|lines|]) await connection.ExecuteAsync("UPDATE tasks SET n = 1 WHERE id = @id AND {{column}} = @who", new { id = line.ProductId, who = csv }, transaction);""");
        return reported ? Rule.Reports(source) : Rule.Silent(source.Replace("[|", "").Replace("|]", ""));
    }

    [Theory]
    [InlineData("SELECT product_id FROM stock LIMIT 9 FOR UPDATE SKIP LOCKED")]
    [InlineData("SELECT product_id FROM stock LIMIT 9 FOR NO KEY UPDATE NOWAIT")]
    public Task Rows_that_are_locked_already_are_silent(string query) => Rule.Silent(InTransaction(
        $$"""
        var claimed = (await connection.QueryAsync<long>("{{query}}", transaction: transaction)).ToList();
        foreach (var id in claimed) await connection.ExecuteAsync("{{Update}}", new { id, n = 1 }, transaction);
        """));

    [Theory]
    [InlineData("new List<long>(ids)", true)]
    [InlineData("new HashSet<long>(lines.Select(l => l.ProductId))", true)]
    [InlineData("new List<long>(ids.Order())", false)]
    [InlineData("new List<long>(sorted.Keys)", false)]
    public Task A_copy_has_the_order_of_its_source(string copy, bool reported) => reported
        ? Rule.Reports(Each($"[|{copy}|]", "id", "var id"))
        : Rule.Silent(Each(copy, "id", "var id"));
}
