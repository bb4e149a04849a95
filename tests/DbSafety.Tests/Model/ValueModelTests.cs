using DbSafety.Engine;
using DbSafety.Model;
using DbSafety.Tests.Engine;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using Xunit;

namespace DbSafety.Tests.Model;

/// <summary>Where values go to and come from: what the rules on time, numbers and hashes share.</summary>
public class ValueModelTests
{
    private const string Entities = """
        public class Order { public int Id { get; set; } public DateTime At { get; set; } public DateTime Sent { get; set; } [System.ComponentModel.DataAnnotations.Schema.NotMapped] public DateTime Local { get; set; } public DateTime Computed => At; }
        public class Shop : DbContext { public DbSet<Order> Orders { get; set; } = null!; protected override void OnModelCreating(ModelBuilder b) => b.Entity<Order>().Property(o => o.Sent).HasColumnType("timestamp without time zone"); }
        """;

    [Theory]
    [InlineData("var t = DateTime.Now; Use(t);", "DateTime.Now")]
    [InlineData("var t = DateTime.UtcNow; t = DateTime.Now; Use(t);", "DateTime.Now")]
    [InlineData("var t = DateTime.Now; Use(t); t = DateTime.UtcNow;", "DateTime.Now")]
    [InlineData("var t = DateTime.UtcNow; if (id > 1) t = DateTime.Now; Use(t);", "DateTime.Now; DateTime.UtcNow")]
    [InlineData("DateTime t; if (id > 1) { t = DateTime.Now; } else { t = DateTime.Today; } Use(t);", "DateTime.Today; DateTime.Now")]
    [InlineData("var t = DateTime.UtcNow; if (id > 1) { t = DateTime.Now; return; } Use(t);", "DateTime.UtcNow")]
    [InlineData("var t = DateTime.UtcNow; if (id > 1) { t = DateTime.Now; } else { Use(t); }", "DateTime.UtcNow")]
    [InlineData("DateTime? t = null; while (id > 1) { Use(t); t = DateTime.Now; }", "DateTime.Now")]
    [InlineData("DateTime? t = null; t ??= DateTime.Now; Use(t);", "DateTime.Now")]
    [InlineData("DateTime t = default; try { t = DateTime.Now; } catch { t = DateTime.Today; } Use(t);", "DateTime.Today; DateTime.Now")]
    [InlineData("var t = DateTime.Now; Action later = () => Use(t);", "DateTime.Now")]
    [InlineData("Use(id > 1 ? DateTime.Now : DateTime.Today);", "DateTime.Now; DateTime.Today")]
    [InlineData("DateTime? given = null; Use(given ?? DateTime.Now);", "DateTime.Now")]
    [InlineData("Use(id switch { 1 => DateTime.Now, _ => throw new Exception() });", "DateTime.Now")]
    [InlineData("Use(DateTime.Now.AddDays(1).AddHours(2));", "DateTime.Now via .AddDays .AddHours")]
    [InlineData("Use((long)(int)id);", "id via (int)id (long)(int)id")]
    [InlineData("object o = id; if (o is long n && n > 1) Use(n);", "id")]
    [InlineData("object o = id; switch (o) { case long n: Use(n); break; }", "id")]
    [InlineData("foreach (var x in new[] { 1 }) Use(x);", "foreach (var x in new[] { 1 }) Use(x);")]
    [InlineData("int.TryParse(name, out var n); Use(n);", "out var n")]
    [InlineData("var (a, b) = (1, 2); Use(a);", "var (a, b) = (1, 2)")]
    [InlineData("Use(await Task.FromResult(id).ConfigureAwait(false));", "Task.FromResult(id)")]
    [InlineData("string? s = name; Use(s?.Length);", ".Length")]
    [InlineData("DateTime L(DateTime d) => d.AddDays(1); Use(L(DateTime.Now));", "DateTime.Now via .AddDays")]
    [InlineData("DateTime L() { return DateTime.Now; } Use(L());", "DateTime.Now in L()")]
    public async Task A_value_is_followed_backwards(string body, string expected)
    {
        var (model, root) = await Model(body + " static void Use(object? o) { }", "");
        var call = root.Descendants().OfType<IInvocationOperation>().First(i => i.TargetMethod.Name == "Use");
        var traced = ValueTrace.Of(call.Arguments[0].Value, model, o => o is IInvocationOperation { TargetMethod.Name: "AddDays" or "AddHours" } add ? add.Instance : null);
        Assert.Equal(expected, string.Join("; ", traced.Select(t =>
            t.Operation.Syntax + (t.Place != t.Operation ? " in " + t.Place.Syntax : "")
            + (t.Steps.IsEmpty ? "" : " via " + string.Join(' ', t.Steps.Select(s => s is IInvocationOperation i ? "." + i.TargetMethod.Name : s.Syntax.ToString()))))));
    }

    [Theory]
    [InlineData("""var c = connection.CreateCommand(); c.CommandText = "UPDATE t SET at = @at"; c.Parameters.AddWithValue("@at", DateTime.Now);""", "Parameter at Microsoft.Data.Sqlite column=text")]
    [InlineData("""var c = new SqliteCommand("UPDATE t SET at = @at"); c.Parameters.Add("@at", SqliteType.Text).Value = DateTime.Now;""", "Parameter at Microsoft.Data.Sqlite SqliteType.Text column=text")]
    [InlineData("""var c = new NpgsqlCommand("INSERT INTO t (id, at) VALUES (1, @at)"); c.Parameters.Add(new NpgsqlParameter("at", NpgsqlTypes.NpgsqlDbType.TimestampTz) { Value = DateTime.Now });""", "Parameter at Npgsql NpgsqlDbType.TimestampTz column=text")]
    [InlineData("""var p = new NpgsqlParameter { ParameterName = "at", NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Date }; p.Value = DateTime.Now;""", "Parameter at Npgsql NpgsqlDbType.Date")]
    [InlineData("""var c = new NpgsqlCommand("UPDATE t SET at = $1"); c.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = DateTime.Now });""", "Parameter  Npgsql")]
    [InlineData("""new SqlParameter("@at", DateTime.Now);""", "Parameter at Microsoft.Data.SqlClient")]
    [InlineData("""IDbCommand c = connection.CreateCommand(); var p = c.CreateParameter(); p.ParameterName = "@at"; p.DbType = DbType.DateTime2; p.Value = DateTime.Now; c.Parameters.Add(p);""", "Parameter at  DbType.DateTime2")]
    [InlineData("""var c = new MySqlCommand("x"); c.Parameters["@at"].Value = DateTime.Now;""", "Parameter at MySqlConnector")]
    [InlineData("""connection.Execute("UPDATE t SET at = @at WHERE id = @id", new { id, at = DateTime.Now });""", "DapperParameter at Microsoft.Data.Sqlite column=text")]
    [InlineData("""var p = new { at = DateTime.Now, unused = DateTime.Now }; connection.Execute("UPDATE t SET at = @at", p);""", "DapperParameter at Microsoft.Data.Sqlite column=text")]
    [InlineData("""connection.Execute("UPDATE t SET at = @At", new Order { At = DateTime.Now, Local = DateTime.Now });""", "DapperParameter At Microsoft.Data.Sqlite column=text; EntityProperty At ")]
    [InlineData("""connection.Execute("INSERT INTO t (id, at) VALUES (@x, @at)", new[] { 1, 2 }.Select(x => new { x, at = DateTime.Now }));""", "DapperParameter at Microsoft.Data.Sqlite column=text")]
    [InlineData("""var p = new DynamicParameters(); p.Add("at", DateTime.Now, DbType.DateTime);""", "DapperParameter at  DbType.DateTime")]
    [InlineData("""connection.Execute(new CommandDefinition("UPDATE t SET at = @at", new { at = DateTime.Now }));""", "DapperParameter at  column=text")]
    [InlineData("""var o = new Order { At = DateTime.Now, Local = DateTime.Now };""", "EntityProperty At ")]
    [InlineData("""Order o = new(); o.Sent = DateTime.Now;""", "EntityProperty Sent  column=timestamp without time zone")]
    [InlineData("""var shop = new Shop(); shop.Orders.ExecuteUpdate(s => s.SetProperty(o => o.At, DateTime.Now));""", "EntityProperty At ")]
    [InlineData("""var shop = new Shop(); shop.Entry(new Order()).Property(o => o.At).CurrentValue = DateTime.Now;""", "EntityProperty  ")]
    [InlineData("""var shop = new Shop(); shop.Orders.Where(o => o.At < DateTime.Now).ToList();""", "Query At ")]
    [InlineData("""var shop = new Shop(); shop.Database.ExecuteSql($"UPDATE t SET at = {DateTime.Now}");""", "SqlText  ")]
    [InlineData("""var shop = new Shop(); shop.Database.ExecuteSqlRaw("UPDATE t SET at = {0}", DateTime.Now);""", "Parameter  ")]
    [InlineData("""connection.Execute($"UPDATE t SET at = '{DateTime.Now}'");""", "SqlText at Microsoft.Data.Sqlite")]
    [InlineData("""new List<Order>().Where(o => o.At < DateTime.Now).ToList(); new Other { At = DateTime.Now };""", "")]
    [InlineData("""new[] { new Order() }.AsQueryable().Where(o => o.At < DateTime.Now).ToList();""", "")]
    public async Task A_value_is_persisted(string body, string expected)
    {
        var (model, root) = await Model(body, Entities + " class Other { public DateTime At { get; set; } } class Ddl { const string T = \"CREATE TABLE t (id INTEGER, at TEXT)\"; }");
        var found = PersistedValues.In(root, model, v => v.DescendantsAndSelf().Any(o => o.Syntax.ToString() == "DateTime.Now") && v is not IAnonymousObjectCreationOperation);
        Assert.Equal(expected, string.Join("; ", found.Select(p =>
            $"{p.By} {p.Name} {p.Provider.Name}{(p.DeclaredType is { } d ? " " + d : "")}{(p.ColumnType is { } c ? " column=" + c : "")}")));
    }

    [Theory]
    [InlineData("""using var r = new NpgsqlCommand("SELECT id, at FROM t").ExecuteReader(); Use(r.GetInt32(0));""", "Getter int Npgsql #0 bigint null=False")]
    [InlineData("""var c = connection.CreateCommand(); c.CommandText = "SELECT at FROM t"; using var r = await c.ExecuteReaderAsync(ct); Use(r["at"]);""", "Object object Microsoft.Data.Sqlite at timestamptz null=True")]
    [InlineData("""using var r = connection.ExecuteReader("SELECT id FROM t"); Use(r.GetInt32(r.GetOrdinal("id")));""", "Getter int  id bigint null=False")]
    [InlineData("""Use(await new MySqlCommand("SELECT COUNT(*) FROM t").ExecuteScalarAsync());""", "Scalar object? MySqlConnector #0 null=False")]
    [InlineData("""Use(new MySqlCommand("SELECT MAX(id) FROM t").ExecuteScalar());""", "Scalar object? MySqlConnector #0 bigint null=True")]
    [InlineData("""Use(connection.ExecuteScalar<long>("SELECT id FROM t WHERE id = 1"));""", "TypedScalar long Microsoft.Data.Sqlite #0 bigint null=True")]
    [InlineData("""foreach (var row in connection.Query("SELECT id FROM t")) Use(row.id);""", "Row dynamic Microsoft.Data.Sqlite id bigint null=False")]
    [InlineData("""var row = (await connection.QueryAsync("SELECT id FROM t")).First(); Use(row.id);""", "Row dynamic Microsoft.Data.Sqlite id bigint null=False")]
    [InlineData("""var c = new MySqlCommand(); Use(c.LastInsertedId);""", "LastId long MySqlConnector null=False")]
    [InlineData("""var shop = new Shop(); Use(shop.Orders.LongCount());""", "Count long  null=False")]
    [InlineData("""Use(new Order().Id);""", "EntityProperty int  Id null=False")]
    [InlineData("""Use(name.Length); Use(new System.Text.StringBuilder().Length);""", "")]
    public async Task A_value_is_read(string body, string expected)
    {
        var (model, root) = await Model(body + " static void Use(object? o) { }", Entities, ("schema.sql", "CREATE TABLE t (id bigint NOT NULL, at timestamptz)"));
        var reads = root.Descendants().OfType<IInvocationOperation>().Where(i => i.TargetMethod.Name == "Use").Select(i => i.Arguments[0].Value)
            .Concat(root.Descendants().OfType<IDynamicInvocationOperation>().Select(i => i.Arguments[0]))
            .Select(v => DatabaseRead.Of(ValueTrace.Of(v, model, _ => null)[0].Operation, model)).OfType<DatabaseRead>();
        Assert.Equal(expected, string.Join("; ", reads.Select(r =>
            $"{r.By} {r.Type.ToDisplayString()} {r.Provider.Name}{(r.Name is { } n ? " " + n : r.Ordinal >= 0 ? " #" + r.Ordinal : "")}{(r.ColumnType is { } t ? " " + t : "")}{(r.CanBeNull is { } can ? " null=" + can : "")}")));
    }

    [Fact]
    public async Task Tables_that_two_texts_declare_differently_are_not_known()
    {
        var (model, _) = await Model("""var a = "CREATE TABLE t (id INTEGER, n TEXT)"; var b = "CREATE TABLE t (id BIGINT, " + "n TEXT)"; var c = $"create table {name}.u (at timestamptz)";""", "");
        Assert.Null(model.Schema.ColumnOf(new("t", "id")));
        Assert.Equal("text", model.Schema.ColumnOf(new("t", "n"))?.Type);
        Assert.Equal("timestamptz", model.Schema.ColumnOf(new(null, "at"))?.Type);
    }

    [Theory]
    [InlineData("t", "(a)", "CREATE TABLE t (a int UNIQUE, b int)")]
    [InlineData("t", "(a)", "CREATE TABLE t (a int, b int)", "CREATE UNIQUE INDEX u ON t (a)")]
    [InlineData("t", "(a)", "CREATE TABLE t (a int UNIQUE, b int)", "CREATE TABLE t (a text, b text UNIQUE, UNIQUE (a))", "CREATE UNIQUE INDEX u ON t (b)")]
    [InlineData("t", "", "CREATE TABLE t (a int UNIQUE)", "CREATE TABLE t (a int)")]
    [InlineData("t", "", "CREATE TABLE t (a int UNIQUE)", "ALTER TABLE t DROP CONSTRAINT t_a_key")]
    [InlineData("t", "", "CREATE UNIQUE INDEX u ON t (a)", "DROP INDEX u")]
    [InlineData("t", "", "CREATE TABLE t (a int UNIQUE); CREATE TABLE other.t (a int)")]
    [InlineData("t", "", "CREATE TABLE t (a int UNIQUE); CREATE TABLE t_new (a int); ALTER TABLE t_new RENAME TO t")]
    [InlineData("shop.t", "(a)", "CREATE TABLE shop.t (a int UNIQUE)")]
    [InlineData("shop.t", "(a)", "CREATE TABLE t (a int UNIQUE)")]
    [InlineData("public.t", "(a)", "CREATE TABLE t (a int UNIQUE)")]
    [InlineData("shop.t", "", "CREATE TABLE archive.t (a int UNIQUE)")]
    public async Task Keys_are_known_where_the_texts_agree(string table, string expected, params string[] texts)
    {
        var (model, _) = await Model("_ = 1;" + string.Concat(texts.Skip(1).Select((t, i) => $"var x{i} = \"{t}\";")), "", ("schema.sql", texts[0]));
        Assert.Equal(expected, string.Join(' ', model.Schema.KeysOf(table).Select(k => $"({string.Join(',', k.Columns)})").Distinct()));
    }

    private static async Task<(DbModel, IOperation Body)> Model(string body, string more, params (string, string)[] files)
    {
        var setup = Setup.Default with { Nullable = true, AdditionalFiles = [.. files] };
        var document = await TestProject.Of(TestProject.Complete(body, setup) + more, setup);
        Assert.Equal("", await TestProject.Errors(document.Project));
        var compilation = (await document.Project.GetCompilationAsync())!;
        var tree = (await document.GetSyntaxTreeAsync())!;
        var method = tree.GetRoot().DescendantNodes().OfType<MethodDeclarationSyntax>().First(m => m.Identifier.ValueText == "M");
        return (DbModels.Of(compilation, document.Project.AnalyzerOptions)!, compilation.GetSemanticModel(tree).GetOperation(method)!);
    }
}
