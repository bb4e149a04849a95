using DbSafety.Rules.SqlText;
using DbSafety.Tests.Engine;
using Xunit;

namespace DbSafety.Tests.Rules.SqlText;

using Rule = Verify<DBS504ParameterMismatch>;

public class DBS504ParameterMismatchTests
{
    [Fact]
    public Task The_message_names_what_is_missing_unused_or_misspelt() => Rule.Reports(
        """
        using var a = connection.CreateCommand();
        a.CommandText = [|"SELECT * FROM orders WHERE status = $status AND placed < $before AND id = $id"|];
        a.Parameters.AddWithValue("$id", id);
        a.ExecuteReader();
        using var b = new SqliteCommand("SELECT 1 WHERE 1 = @one", connection);
        b.Parameters.AddWithValue("@one", 1);
        b.Parameters.AddWithValue([|"@second"|], 2);
        b.ExecuteScalar();
        using var c = new SqliteCommand("SELECT * FROM people WHERE name = @name", connection);
        c.Parameters.AddWithValue([|"@naem"|], name);
        c.ExecuteScalar();
        """,
        "Placeholder '$status', '$before' in the SQL text gets no parameter; add one",
        "Parameter '@second' has no placeholder in the SQL text; correct its name or remove it",
        "Parameter '@naem' has no placeholder in the SQL text, and placeholder '@name' has no parameter; give them one name");

    [Theory]
    [InlineData("""new SqliteCommand([|"SELECT @x"|], connection).ExecuteScalar();""")]
    [InlineData("""new SqliteCommand([|"SELECT @x, @y"|], connection) { Parameters = { new("@y", 1) } }.ExecuteScalar();""")]
    [InlineData("""using (var k = new SqliteCommand([|"SELECT @x"|], connection)) { k.ExecuteScalar(); }""")]
    [InlineData("""SqliteCommand k = new() { CommandText = [|"SELECT @x, @y"|], Connection = connection }; k.Parameters.Add("@y", SqliteType.Integer).Value = 1; k.ExecuteScalar();""")]
    [InlineData("""SqliteCommand k; k = new(); k.CommandText = [|"SELECT @x"|]; k.ExecuteScalar();""")]
    [InlineData("""IDbCommand k = connection.CreateCommand(); k.CommandText = [|"SELECT @x, @y"|]; var p = k.CreateParameter(); p.ParameterName = "y"; p.Value = id; k.Parameters.Add(p); k.ExecuteScalar();""")]
    [InlineData("""var k = connection.CreateCommand(); k.CommandText = [|"SELECT @x, @y"|]; var ps = k.Parameters; ps.AddWithValue("@y", 1); k.ExecuteScalar();""")]
    [InlineData("""var k = connection.CreateCommand(); k.CommandText = [|"SELECT @x, @y"|]; k?.Parameters?.AddWithValue("@y", 1); k?.ExecuteScalar();""")]
    [InlineData("""var k = connection.CreateCommand(); k.CommandText = [|"SELECT @x, @y"|]; k.Parameters.AddRange(new[] { new SqliteParameter("@y", 1) }); k.ExecuteScalar();""")]
    [InlineData("""var k = connection.CreateCommand(); k.CommandText = [|"SELECT @x, @y"|]; if (id > 1) k.Parameters.AddWithValue("@y", 1); k.ExecuteScalar();""")]
    [InlineData("""var k = connection.CreateCommand(); k.CommandText = [|"SELECT @x"|]; Run(k); static object? Run(SqliteCommand c) => c.ExecuteScalar();""")]
    [InlineData("""var k = new SqlCommand([|"SELECT @x, @y"|]); k.Parameters.AddWithValue(value: 1, parameterName: "@Y"); k.ExecuteScalar();""")]
    [InlineData("""var k = new SqlCommand([|"DECLARE @d int = @x; SELECT @d, @@ROWCOUNT"|]); k.ExecuteScalar();""")]
    [InlineData("""var k = new NpgsqlCommand([|"SELECT :x, @y"|]); k.Parameters.AddWithValue("Y", 1); k.ExecuteScalar();""")]
    [InlineData("""var k = new NpgsqlCommand([|"SELECT $1, $2"|]); k.Parameters.AddWithValue(1); k.ExecuteScalar();""")]
    [InlineData("""var k = new NpgsqlCommand([|"SELECT $1"|]); k.ExecuteScalar();""")]
    [InlineData("""using var source = NpgsqlDataSource.Create(""); using var k = source.CreateCommand([|"SELECT @x"|]); k.ExecuteScalar();""")]
    [InlineData("""var b = new NpgsqlBatch(); b.BatchCommands.Add(new([|"SELECT @x, @y"|]) { Parameters = { new("y", 1) } }); b.ExecuteNonQuery();""")]
    [InlineData("""var k = connection.CreateCommand(); k.CommandText = "SELECT '@x'"; k.Parameters.AddWithValue([|"@x"|], 1); k.ExecuteScalar();""")]
    [InlineData("""var k = connection.CreateCommand(); k.CommandText = "SELECT 1 -- @x"; k.Parameters.AddWithValue([|"@x"|], 1); k.ExecuteScalar();""")]
    [InlineData("""const string X = "x"; var k = connection.CreateCommand(); k.CommandText = $"SELECT @{X}"; k.Parameters.AddWithValue([|"@" + nameof(id)|], 1); k.Parameters.AddWithValue("@" + X, 1); k.ExecuteScalar();""")]
    public Task A_command_is_reported(string source) => Rule.Reports(source);

    [Theory]
    [InlineData("""var k = new SqliteCommand("SELECT $a", connection); k.Parameters.AddWithValue([|"@a"|], 1); k.ExecuteScalar();""")]
    [InlineData("""var k = new SqliteCommand("SELECT $a", connection); k.Parameters.AddWithValue([|"$A"|], 1); k.ExecuteScalar();""")]
    [InlineData("""var k = new SqliteCommand("SELECT $a", connection); k.Parameters.AddWithValue([|"A"|], 1); k.ExecuteScalar();""")]
    [InlineData("""connection.ExecuteScalar("SELECT @id", new { [|Id = 1|] });""")]
    public Task SQLite_compares_prefix_and_letter_case(string source) => Rule.Reports(source);

    [Theory]
    [InlineData("""var k = new SqliteCommand("SELECT $a, @b, :c", connection); k.Parameters.AddWithValue("a", 1); k.Parameters.AddWithValue("@b", 1); k.Parameters.AddWithValue(":c", 1); k.ExecuteScalar();""")]
    [InlineData("""var k = new SqliteCommand("SELECT $1", connection); k.Parameters.AddWithValue("$1", 1); k.ExecuteScalar();""")]
    [InlineData("""var k = new SqliteCommand("SELECT ?1", connection); k.Parameters.AddWithValue("?1", 1); k.ExecuteScalar();""")]
    [InlineData("""var k = new SqlCommand("SELECT @a, @b"); k.Parameters.AddWithValue("A", 1); k.Parameters.Add(new SqlParameter { ParameterName = "@B" }); k.ExecuteScalar();""")]
    [InlineData("""var k = new NpgsqlCommand("SELECT @a, :b, x::int, '{1}'::int[] @> y"); k.Parameters.AddWithValue(":a", 1); k.Parameters.AddWithValue("@B", 1); k.ExecuteScalar();""")]
    [InlineData("""var k = new NpgsqlCommand("SELECT $1, $2, $1"); k.Parameters.AddWithValue(1); k.Parameters.Add(new() { Value = 2 }); k.ExecuteScalar();""")]
    [InlineData("""var k = new NpgsqlCommand("SELECT $1, $2"); k.Parameters.AddWithValue(1); for (var i = 0; i < id; i++) k.Parameters.AddWithValue(i); k.ExecuteScalar();""")]
    [InlineData("""var k = new NpgsqlCommand("SELECT $1"); k.Parameters.AddWithValue(1); k.Parameters.AddWithValue(2); k.ExecuteScalar();""")]
    [InlineData("""var k = new MySqlCommand("SET @a := 1; SELECT @a, @b"); k.ExecuteScalar();""")]
    [InlineData("""var k = new SqlCommand("DECLARE @a int; DECLARE @b TABLE (x int); SELECT @a = 1; INSERT INTO @b VALUES (@a); SELECT @@IDENTITY"); k.ExecuteScalar();""")]
    [InlineData("""var k = new SqlCommand("EXEC p @id = @id"); k.Parameters.AddWithValue("@id", 1); k.ExecuteScalar();""")]
    [InlineData("""var k = new SqlCommand("SELECT ':x', 1 /* @y */ -- @z"); k.ExecuteScalar();""")]
    public Task What_fits_is_silent(string source) => Rule.Silent(source);

    [Theory]
    [InlineData("""var k = connection.CreateCommand(); k.CommandText = "SELECT @x"; foreach (var n in new[] { "@x", "@y" }) k.Parameters.AddWithValue(n, 1); k.ExecuteScalar();""")]
    [InlineData("""var k = connection.CreateCommand(); k.CommandText = "SELECT @x"; Fill(k); k.ExecuteScalar(); static void Fill(SqliteCommand c) => c.Parameters.AddWithValue("@x", 1);""")]
    [InlineData("""var k = connection.CreateCommand(); k.CommandText = "SELECT @x"; Fill(k.Parameters); k.ExecuteScalar(); static void Fill(SqliteParameterCollection c) => c.AddWithValue("@x", 1);""")]
    [InlineData("""var k = connection.CreateCommand(); k.CommandText = "SELECT @x"; var other = k; other.Parameters.AddWithValue("@x", 1); k.ExecuteScalar();""")]
    [InlineData("""var k = connection.CreateCommand(); k.CommandText = "SELECT @x"; if (id > 1) k.CommandText = "SELECT 1"; k.ExecuteScalar();""")]
    [InlineData("""var k = connection.CreateCommand(); k.CommandText = "SELECT @x"; k.CommandText += ", @y"; k.Parameters.AddWithValue("@y", 1); k.ExecuteScalar();""")]
    [InlineData("""var k = connection.CreateCommand(); k.CommandText = id > 1 ? "SELECT @x" : "SELECT 1"; k.ExecuteScalar();""")]
    [InlineData("""var k = connection.CreateCommand(); k.CommandText = "SELECT @x " + name; k.ExecuteScalar();""")]
    [InlineData("""var k = connection.CreateCommand(); k.CommandType = CommandType.StoredProcedure; k.CommandText = "p"; k.Parameters.AddWithValue("@x", 1); k.ExecuteScalar();""")]
    [InlineData("""var type = id > 1 ? CommandType.Text : CommandType.StoredProcedure; var k = connection.CreateCommand(); k.CommandText = "p"; k.CommandType = type; k.Parameters.AddWithValue("@x", 1); k.ExecuteScalar();""")]
    [InlineData("""var k = new SqlCommand("EXEC @r = p"); k.Parameters.Add(new SqlParameter("@other", SqlDbType.Int) { Direction = ParameterDirection.ReturnValue }); k.Parameters.AddWithValue("@r", 1); k.ExecuteScalar();""")]
    [InlineData("""var k = new NpgsqlCommand("SELECT f()"); k.Parameters.Add("x", NpgsqlTypes.NpgsqlDbType.Integer).Direction = ParameterDirection.Output; k.ExecuteScalar();""")]
    [InlineData("""var k = new FirebirdSql.Data.FirebirdClient.FbCommand("SELECT ?"); k.Parameters.Add(1); k.ExecuteScalar();""")]
    [InlineData("""var k = new DuckDB.NET.Data.DuckDBCommand("SELECT $x"); k.ExecuteScalar();""")]
    public Task What_is_not_understood_is_silent(string source) => Rule.Silent(source);

    [Fact]
    public Task A_command_that_leaves_the_method_is_silent() => Rule.Silent(
        """
        class C
        {
            SqliteCommand? _kept;
            SqliteCommand Made(SqliteConnection connection) => new("SELECT @x", connection);
            SqliteCommand Returned(SqliteConnection connection)
            {
                var k = connection.CreateCommand();
                k.CommandText = "SELECT @x";
                return k;
            }
            void Kept(SqliteConnection connection)
            {
                var k = new SqliteCommand("SELECT @x", connection);
                _kept = k;
                _kept = new SqliteCommand("SELECT @x", connection);
                _kept.CommandText = "SELECT @y";
            }
            void Given(SqliteCommand k) => k.CommandText = "SELECT @x";
            void Borrowed(SqliteConnection connection)
            {
                var k = Prepared(connection);
                k.CommandText = "SELECT @x";
                k.ExecuteScalar();
            }
            SqliteCommand Prepared(SqliteConnection connection)
            {
                var k = connection.CreateCommand();
                k.Parameters.AddWithValue("@x", 1);
                return k;
            }
            void Wrapped(SqliteConnection connection)
            {
                Run(connection, "SELECT @x", ("@x", 1));
            }
            void Run(SqliteConnection connection, string sql, params (string Name, object Value)[] values)
            {
                using var k = new SqliteCommand(sql, connection);
                foreach (var (name, value) in values) k.Parameters.AddWithValue(name, value);
                k.ExecuteNonQuery();
            }
        }
        """);

    [Theory]
    [InlineData("""connection.Execute([|"DELETE FROM t WHERE id = @id AND name = @name"|], new { id });""")]
    [InlineData("""connection.Execute([|"DELETE FROM t WHERE id = @id"|]);""")]
    [InlineData("""connection.Query<int>([|"SELECT 1 WHERE 1 IN @ids"|], param: null);""")]
    [InlineData("""SqlMapper.Execute(param: new { id }, sql: [|"DELETE FROM t WHERE id = @id AND name = {=name}"|], cnn: connection);""")]
    [InlineData("""var p = new { id }; connection.Execute([|"DELETE FROM t WHERE id = @id AND name = @name"|], p);""")]
    [InlineData("""connection.Execute([|"INSERT INTO t VALUES (@id, @name)"|], new[] { new { id }, new { id = 2 } });""")]
    [InlineData("""connection.Execute(new CommandDefinition([|"INSERT INTO t VALUES (@id, @name)"|], new { id }));""")]
    [InlineData("""connection.Execute("DELETE FROM t WHERE name = @name", new { [|nmae = name|] });""")]
    public Task A_Dapper_call_is_reported(string source) => Rule.Reports(source);

    [Fact]
    public Task Members_of_a_type_are_parameters() => Rule.Reports(
        """
        class Base { public int Id { get; set; } }
        class Item : Base { public string Name { get; set; } = ""; public string field = ""; string Hidden { get; set; } = ""; }
        record struct Small(int Id);
        class Open { public int Id { get; set; } }
        class Closed : Open { public string Name => ""; }
        class C
        {
            void M(SqlConnection connection, Item item, List<Item> items, Small small, Open open, object any, dynamic some)
            {
                connection.Execute("INSERT INTO t VALUES (@id, @NAME)", item);
                connection.Execute("INSERT INTO t VALUES (@id, @name)", items);
                connection.Execute([|"INSERT INTO t VALUES (@id, @field)"|], item);
                connection.Execute([|"INSERT INTO t VALUES (@id, @hidden)"|], items);
                connection.Execute([|"INSERT INTO t VALUES (@id, @name)"|], small);
                connection.Execute("INSERT INTO t VALUES (@id, @name)", open);
                connection.Execute([|"INSERT INTO t VALUES (@id, @name)"|], new Open { Id = 1 });
                connection.Execute("INSERT INTO t VALUES (@id, @name)", any);
                connection.Execute("INSERT INTO t VALUES (@id, @name)", (object)some);
            }
        }
        """);

    [Theory]
    [InlineData("""connection.Execute("DELETE FROM t WHERE id = @id", new { id, name });""")]
    [InlineData("""connection.Execute("DELETE FROM t WHERE id IN @ids AND x = {=id}", new { ids = new[] { 1 }, Id = 2 });""")]
    [InlineData("""var p = new DynamicParameters(); p.Add("id", id); connection.Execute("DELETE FROM t WHERE id = @id AND x = @x", p);""")]
    [InlineData("""connection.Execute("DELETE FROM t WHERE id = @id", new Dictionary<string, object> { ["id"] = id });""")]
    [InlineData("""dynamic p = new System.Dynamic.ExpandoObject(); p.id = id; connection.Execute("DELETE FROM t WHERE id = @id", (object)p);""")]
    [InlineData("""connection.Execute("p", new { id }, commandType: CommandType.StoredProcedure);""")]
    [InlineData("""new SqlConnection("").Execute("DELETE FROM t WHERE id = @ID", new { Id = 1 });""")]
    [InlineData("""new MySqlConnection("").Execute("SELECT @rank := @rank + 1, @other");""")]
    [InlineData("""new SqlConnection("").Execute("DECLARE @id int = 1; SELECT @id");""")]
    [InlineData("""IDbConnection any = connection; any.Execute("SELECT 1 FROM t WHERE a = :x");""")]
    public Task A_Dapper_call_that_fits_or_is_not_known_is_silent(string source) => Rule.Silent(source);

    [Fact]
    public Task EF_counts_its_arguments() => Rule.Reports(
        """
        class C
        {
            async Task M(DbContext db, int id, object[] given, CancellationToken ct)
            {
                db.Database.ExecuteSqlRaw([|"DELETE FROM t WHERE id = {0}"|]);
                await db.Database.ExecuteSqlRawAsync([|"DELETE FROM t WHERE id = {0} AND x = {1}"|], [id], ct);
                await db.Database.ExecuteSqlRawAsync("DELETE FROM t WHERE id = {0}", new object[] { id, [|2|] }, ct);
                db.Database.ExecuteSqlRaw("DELETE FROM t WHERE code = @code", new SqliteParameter([|"@cdoe"|], id));
                db.Database.ExecuteSqlRaw([|"DELETE FROM t WHERE id = @id"|]);
                db.Database.SqlQueryRaw<int>([|"SELECT {1}"|], id);

                db.Database.ExecuteSqlRaw("DELETE FROM t WHERE id = {0} AND x = '{{1}}'", id);
                db.Database.ExecuteSqlRaw("DELETE FROM t WHERE id = {0}", given);
                db.Database.ExecuteSqlRaw("DELETE FROM t WHERE id = @p0", id);
                db.Database.ExecuteSqlRaw("DELETE FROM t WHERE id = @id", new SqlParameter("id", id));
                db.Database.ExecuteSqlRaw("DELETE FROM t WHERE id = {0} AND x = @x", id, new SqliteParameter("@x", id));
                db.Database.ExecuteSqlRaw("EXEC dbo.p @id = @x, @o = @y OUTPUT", new SqlParameter("@x", id), new SqlParameter("@y", id) { Direction = ParameterDirection.Output });
                await db.Database.ExecuteSqlRawAsync("DELETE FROM t WHERE id = {0}", [id], ct);
                db.Database.ExecuteSql($"DELETE FROM t WHERE id = {id}");
            }
        }
        """,
        "Placeholder '{0}' in the SQL text gets no parameter; add one",
        "Placeholder '{1}' in the SQL text gets no parameter; add one",
        "Parameter '{1}' has no placeholder in the SQL text; correct its name or remove it",
        "Parameter '@cdoe' has no placeholder in the SQL text, and placeholder '@code' has no parameter; give them one name",
        "Placeholder '@id' in the SQL text gets no parameter; add one",
        "Placeholder '{1}' in the SQL text gets no parameter; add one");

    [Fact]
    public Task Top_level_statements_and_primary_constructors_are_seen() => Rule.Reports(
        """
        using var connection = new SqliteConnection("");
        using var k = connection.CreateCommand();
        k.CommandText = [|"SELECT @x"|];
        k.ExecuteScalar();

        class C(SqliteConnection connection)
        {
            public void M()
            {
                var all = () =>
                {
                    using var k = connection.CreateCommand();
                    k.CommandText = [|"SELECT @x"|];
                    return k.ExecuteScalar();
                };
                all();
            }
        }
        """,
        new Setup { TopLevel = true });

    [Fact]
    public Task A_misspelt_name_is_corrected() => Rule.Fixes(
        """
        using var a = new SqliteCommand("SELECT * FROM people WHERE name = $name AND id = $id", connection);
        a.Parameters.AddWithValue([|"$naem"|], name); // spelt as it sounds
        a.Parameters.AddWithValue([|@"@id"|], id);
        a.ExecuteScalar();
        using var b = new SqlCommand("SELECT * FROM people WHERE customer_id = @customer_id");
        b.Parameters.Add(new SqlParameter { ParameterName = [|"customerid"|], Value = id });
        b.ExecuteScalar();
        connection.Execute("DELETE FROM people WHERE name = @name", new { [|Name = name|] });
        connection.Execute("DELETE FROM people WHERE identity = @identity", new { name.Length, [|identty = id|] });
        """,
        """
        using var a = new SqliteCommand("SELECT * FROM people WHERE name = $name AND id = $id", connection);
        a.Parameters.AddWithValue("$name", name); // spelt as it sounds
        a.Parameters.AddWithValue("$id", id);
        a.ExecuteScalar();
        using var b = new SqlCommand("SELECT * FROM people WHERE customer_id = @customer_id");
        b.Parameters.Add(new SqlParameter { ParameterName = "customer_id", Value = id });
        b.ExecuteScalar();
        connection.Execute("DELETE FROM people WHERE name = @name", new { name = name });
        connection.Execute("DELETE FROM people WHERE identity = @identity", new { name.Length, identity = id });
        """);

    [Fact]
    public Task A_projected_member_gets_the_placeholders_name() => Rule.Fixes(
        """
        class C { void M(SqliteConnection connection, string ID) => connection.Execute("DELETE FROM t WHERE id = @id", new { [|ID|] }); }
        """,
        """
        class C { void M(SqliteConnection connection, string ID) => connection.Execute("DELETE FROM t WHERE id = @id", new { id = ID }); }
        """);

    [Fact]
    public Task A_value_of_the_placeholders_name_is_added() => Rule.Fixes(
        """
        using var a = connection.CreateCommand();
        a.CommandText = [|"SELECT * FROM people WHERE id = $id"|]; // one
        a.ExecuteScalar();
        using var b = connection.CreateCommand();
        b.CommandText = [|"SELECT * FROM people WHERE id = @Id AND x = @x"|];
        b.Parameters.AddWithValue("x", 1); // x
        b.ExecuteScalar();
        using (var c = new SqliteCommand([|"SELECT * FROM people WHERE id = $id"|], connection))
        {
            c.ExecuteScalar();
        }
        connection.Execute([|"DELETE FROM people WHERE name = @name AND id = @ID"|]);
        connection.Execute([|"DELETE FROM people WHERE name = @name AND x = @x"|], new { x = 1 });
        new CommandDefinition([|"DELETE FROM people WHERE name = @name"|], transaction: null);
        """,
        """
        using var a = connection.CreateCommand();
        a.CommandText = "SELECT * FROM people WHERE id = $id"; // one
        a.Parameters.AddWithValue("$id", id);
        a.ExecuteScalar();
        using var b = connection.CreateCommand();
        b.CommandText = "SELECT * FROM people WHERE id = @Id AND x = @x";
        b.Parameters.AddWithValue("x", 1); // x
        b.Parameters.AddWithValue("Id", id);
        b.ExecuteScalar();
        using (var c = new SqliteCommand("SELECT * FROM people WHERE id = $id", connection))
        {
            c.Parameters.AddWithValue("$id", id);
            c.ExecuteScalar();
        }
        connection.Execute("DELETE FROM people WHERE name = @name AND id = @ID", new { name, ID = id });
        connection.Execute("DELETE FROM people WHERE name = @name AND x = @x", new { x = 1, name });
        new CommandDefinition("DELETE FROM people WHERE name = @name", transaction: null, parameters: new { name });
        """);

    [Fact]
    public Task A_null_becomes_DBNull() => Rule.Fixes(
        """
        class C(string title, int? page)
        {
            void M(SqliteConnection connection, string? note)
            {
                using var k = new SqliteCommand([|"INSERT INTO t VALUES ($title, $page, $note)"|], connection);
                k.ExecuteNonQuery();
            }
        }
        """,
        """
        class C(string title, int? page)
        {
            void M(SqliteConnection connection, string? note)
            {
                using var k = new SqliteCommand("INSERT INTO t VALUES ($title, $page, $note)", connection);
                k.Parameters.AddWithValue("$title", title);
                k.Parameters.AddWithValue("$page", (object?)page ?? DBNull.Value);
                k.Parameters.AddWithValue("$note", (object?)note ?? DBNull.Value);
                k.ExecuteNonQuery();
            }
        }
        """,
        new Setup { EitherNullable = false });

    [Theory]
    [InlineData("""using var k = new SqliteCommand([|"SELECT $status"|], connection); k.ExecuteScalar();""")]
    [InlineData("""using var k = new SqliteCommand([|"SELECT $status, $id"|], connection); k.ExecuteScalar();""")]
    [InlineData("""new SqliteCommand([|"SELECT $id"|], connection).ExecuteScalar();""")]
    [InlineData("""using var k = new SqliteCommand([|"SELECT $connection"|], connection); k.ExecuteScalar();""")]
    [InlineData("""IDbCommand k = connection.CreateCommand(); k.CommandText = [|"SELECT @id"|]; k.ExecuteScalar();""")]
    [InlineData("""using var k = new SqliteCommand([|"SELECT $later"|], connection); k.ExecuteScalar(); var later = 1;""")]
    [InlineData("""using var k = new SqliteCommand("SELECT $name", connection); k.Parameters.AddWithValue([|"$naame"|], name); k.Parameters["$naame"].Value = 2; k.ExecuteScalar();""")]
    [InlineData("""const string N = "$naame"; using var k = new SqliteCommand("SELECT $name", connection); k.Parameters.AddWithValue([|N|], name); k.ExecuteScalar();""")]
    [InlineData("""using var k = new SqliteCommand("SELECT $a", connection); k.Parameters.AddWithValue("$a", 1); k.Parameters.AddWithValue([|"$b"|], 2); k.ExecuteScalar();""")]
    [InlineData("""connection.Execute([|"DELETE FROM t WHERE id = @id"|], null);""")]
    [InlineData("""new NpgsqlCommand([|"SELECT $1"|]).ExecuteScalar();""")]
    public Task Nothing_is_guessed(string source) => Rule.NoFix(source);
}
