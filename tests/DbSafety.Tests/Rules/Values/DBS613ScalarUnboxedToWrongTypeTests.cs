using DbSafety.Rules.Values;
using DbSafety.Tests.Engine;
using Xunit;

namespace DbSafety.Tests.Rules.Values;

public class DBS613ScalarUnboxedToWrongTypeTests
{
    private static readonly Setup Schema = new()
    {
        AdditionalFiles = [("schema.sql", "CREATE TABLE orders (id bigint NOT NULL, quantity int NOT NULL, note text); CREATE TABLE lite (id INTEGER PRIMARY KEY, n INTEGER NOT NULL)")],
    };

    [Theory]
    [InlineData("""var n = [|(int)new SqliteCommand("SELECT COUNT(*) FROM orders", connection).ExecuteScalar()!|];""")]
    [InlineData("""var n = [|(int)(await new NpgsqlCommand("SELECT COUNT(*) FROM orders").ExecuteScalarAsync())!|];""")]
    [InlineData("""var n = [|(int?)await new NpgsqlCommand("SELECT COUNT(id) FROM orders").ExecuteScalarAsync().ConfigureAwait(false)|];""")]
    [InlineData("""var n = [|(int)new MySqlCommand("SELECT COUNT(*) FROM orders").ExecuteScalar()|];""")]
    [InlineData("""var n = [|(long)new MySqlCommand("SELECT LAST_INSERT_ID()").ExecuteScalar()|]; var s = [|(long)new MySqlCommand("SELECT SUM(x) FROM orders").ExecuteScalar()|];""")]
    [InlineData("""var n = [|(long)new NpgsqlCommand("SELECT SUM(id) FROM orders").ExecuteScalar()!|]; var s = [|(int)new NpgsqlCommand("SELECT SUM(quantity) FROM orders").ExecuteScalar()!|];""")]
    [InlineData("""var n = [|(int)new SqlCommand("INSERT INTO orders VALUES (1); SELECT SCOPE_IDENTITY()").ExecuteScalar()|]; var l = [|(long)new SqlCommand("SELECT COUNT(*) FROM orders").ExecuteScalar()|];""")]
    [InlineData("""var n = [|(int)new NpgsqlCommand("INSERT INTO orders (quantity) VALUES (1) RETURNING id").ExecuteScalar()!|];""")]
    [InlineData("""var n = [|(bool)new SqliteCommand("SELECT EXISTS (SELECT 1 FROM orders)", connection).ExecuteScalar()!|]; var l = [|(long)new NpgsqlCommand("SELECT EXISTS (SELECT 1 FROM orders)").ExecuteScalar()!|];""")]
    [InlineData("""var n = [|(int)new SqliteCommand(name, connection).ExecuteScalar()!|];""")]
    [InlineData("""var o = connection.ExecuteScalar("SELECT COUNT(*) FROM orders"); var n = [|(int)o!|];""")]
    [InlineData("""var n = [|(int)Count()|]; object Count() => new NpgsqlCommand("SELECT COUNT(*) FROM orders").ExecuteScalar()!;""")]
    [InlineData("""var n = [|(int)new System.Data.SQLite.SQLiteCommand("SELECT last_insert_rowid()").ExecuteScalar()|];""")]
    public Task A_scalar_of_another_type_is_reported(string body) => Verify<DBS613ScalarUnboxedToWrongType>.Reports(body, Schema);

    [Theory]
    [InlineData("""var n = [|(long)new SqliteCommand("SELECT n FROM lite WHERE id = 1", connection).ExecuteScalar()!|];""")]
    [InlineData("""IDbCommand c = connection.CreateCommand(); c.CommandText = "SELECT id FROM orders WHERE quantity = 1"; var n = [|(long)c.ExecuteScalar()!|];""")]
    [InlineData("""var n = [|(long)new NpgsqlCommand("SELECT MAX(id) FROM orders").ExecuteScalar()!|]; var m = [|(long?)new NpgsqlCommand("SELECT MAX(id) FROM orders").ExecuteScalar()|];""")]
    [InlineData("""var n = [|(long)new NpgsqlCommand("UPDATE orders SET quantity = 1 WHERE id = 1 RETURNING id").ExecuteScalar()!|];""")]
    [InlineData("""var o = new NpgsqlCommand("SELECT id FROM orders WHERE id = 1").ExecuteScalar(); var n = [|(long)o!|];""")]
    public Task A_scalar_that_can_be_missing_is_reported(string body) => Verify<DBS613ScalarUnboxedToWrongType>.Reports(body, Schema);

    [Fact]
    public async Task Messages_say_what_it_is()
    {
        await Verify<DBS613ScalarUnboxedToWrongType>.Reports(
            """
            var n = [|(int)new SqliteCommand("SELECT COUNT(*) FROM orders", connection).ExecuteScalar()!|];
            var m = [|(long)new NpgsqlCommand("SELECT MAX(id) FROM orders").ExecuteScalar()!|];
            var i = [|(long)new NpgsqlCommand("SELECT id FROM orders WHERE id = 1").ExecuteScalar()!|];
            """, Schema,
            "'COUNT(*)' is boxed as 'long', so the cast to 'int' throws InvalidCastException; use Convert.ToInt32",
            "'MAX(id)' is DBNull where there are no rows, which the cast to 'long' throws on; ask for DBNull first, or use COALESCE",
            "'id' is null where no row is found, which the cast to 'long' throws on; handle null");
    }

    [Theory]
    [InlineData("""var n = (long)new SqliteCommand("SELECT COUNT(*) FROM orders", connection).ExecuteScalar()!; var m = (int)new SqlCommand("SELECT COUNT(*) FROM orders").ExecuteScalar(); var b = (bool)new NpgsqlCommand("SELECT EXISTS (SELECT 1)").ExecuteScalar()!;""")]
    [InlineData("""var n = Convert.ToInt32(new SqliteCommand("SELECT COUNT(*) FROM orders", connection).ExecuteScalar()); var m = (ulong)new MySqlCommand("SELECT LAST_INSERT_ID()").ExecuteScalar();""")]
    [InlineData("""IDbCommand c = connection.CreateCommand(); c.CommandText = "SELECT COUNT(*) FROM orders"; var n = (int)c.ExecuteScalar()!;""")]
    [InlineData("""var n = (int)new NpgsqlCommand("SELECT next_number()").ExecuteScalar()!; var m = (int)new NpgsqlCommand(name).ExecuteScalar()!; var s = (string?)new SqliteCommand("SELECT note FROM orders WHERE id = 1", connection).ExecuteScalar();""")]
    [InlineData("""var o = new NpgsqlCommand("SELECT id FROM orders WHERE id = 1").ExecuteScalar(); if (o is null) return; var n = (long)o;""")]
    [InlineData("""var o = new NpgsqlCommand("SELECT MAX(id) FROM orders").ExecuteScalar(); var n = o == DBNull.Value ? 0 : (long)o!; var m = o is long l ? l : 0;""")]
    [InlineData("""var n = (long)(new NpgsqlCommand("SELECT id FROM orders WHERE id = 1").ExecuteScalar() ?? 0L); var m = (long?)new NpgsqlCommand("SELECT id FROM orders WHERE id = 1").ExecuteScalar();""")]
    [InlineData("""var n = (long)new NpgsqlCommand("SELECT COALESCE(MAX(id), 0) FROM orders").ExecuteScalar()!; var m = (int)new NpgsqlCommand("SELECT quantity FROM orders").ExecuteScalar()!;""")]
    [InlineData("""var n = (long)new NpgsqlCommand("SELECT id FROM information_schema.columns WHERE id = 1").ExecuteScalar()!; var m = (long)new NpgsqlCommand("INSERT INTO orders (quantity) VALUES (1) RETURNING id").ExecuteScalar()!;""")]
    [InlineData("""object o = 5L; var n = (int)(long)o; var c = connection.ExecuteScalar<int>("SELECT COUNT(*) FROM orders");""")]
    public Task The_right_type_and_what_is_not_known_are_silent(string body) => Verify<DBS613ScalarUnboxedToWrongType>.Silent(body, Schema);

    [Fact]
    public Task The_scalar_is_converted() => Verify<DBS613ScalarUnboxedToWrongType>.Fixes(
        """
        public class Orders(SqliteConnection connection)
        {
            public async Task<int> CountAsync(CancellationToken ct)
            {
                await using var command = new SqliteCommand("SELECT COUNT(*) FROM orders", connection);
                return [|(int)(await command.ExecuteScalarAsync(ct))!|]; // stays
            }
            public bool Any() => [|(bool)new SqliteCommand("SELECT EXISTS (SELECT 1 FROM orders)", connection).ExecuteScalar()!|];
            public string Local()
            {
                int n = [|(int)new SqliteCommand("SELECT COUNT(*) FROM orders", connection).ExecuteScalar()!|];
                return $"{n}";
            }
            public long Last(MySqlCommand command)
            {
                command.CommandText = "SELECT LAST_INSERT_ID()";
                return [|(long)command.ExecuteScalar()!|];
            }
            public int? Maybe() => [|(int?)new SqliteCommand("SELECT COUNT(*) FROM orders", connection).ExecuteScalar()|];
        }
        """,
        """
        public class Orders(SqliteConnection connection)
        {
            public async Task<int> CountAsync(CancellationToken ct)
            {
                await using var command = new SqliteCommand("SELECT COUNT(*) FROM orders", connection);
                return Convert.ToInt32(await command.ExecuteScalarAsync(ct)); // stays
            }
            public bool Any() => Convert.ToBoolean(new SqliteCommand("SELECT EXISTS (SELECT 1 FROM orders)", connection).ExecuteScalar());
            public string Local()
            {
                long n = Convert.ToInt64(new SqliteCommand("SELECT COUNT(*) FROM orders", connection).ExecuteScalar());
                return $"{n}";
            }
            public long Last(MySqlCommand command)
            {
                command.CommandText = "SELECT LAST_INSERT_ID()";
                return Convert.ToInt64(command.ExecuteScalar());
            }
            public int? Maybe() => [|(int?)new SqliteCommand("SELECT COUNT(*) FROM orders", connection).ExecuteScalar()|];
        }
        """);

    [Fact]
    public Task A_missing_row_is_null_or_says_so_and_never_0() => Verify<DBS613ScalarUnboxedToWrongType>.Fixes(
        """
        public class Orders(NpgsqlConnection connection)
        {
            public async Task<long?> FindAsync()
            {
                await using var command = new NpgsqlCommand("SELECT id FROM orders WHERE quantity = 1", connection);
                return [|(long)(await command.ExecuteScalarAsync())!|];
            }
            public long Get() => [|(long)new NpgsqlCommand("SELECT id FROM orders WHERE quantity = 1", connection).ExecuteScalar()!|];
            public int Quantity() => [|(int)new NpgsqlCommand("SELECT id FROM orders WHERE quantity = 1", connection).ExecuteScalar()!|];
            public long? Max() => [|(long?)new NpgsqlCommand("SELECT MAX(id) FROM orders", connection).ExecuteScalar()|];
            public long? Max2() { return [|(long)new NpgsqlCommand("SELECT MAX(id) FROM orders", connection).ExecuteScalar()!|]; }
            public long Max3() => [|(long)new NpgsqlCommand("SELECT MAX(id) FROM orders", connection).ExecuteScalar()!|];
        }
        """,
        """
        public class Orders(NpgsqlConnection connection)
        {
            public async Task<long?> FindAsync()
            {
                await using var command = new NpgsqlCommand("SELECT id FROM orders WHERE quantity = 1", connection);
                return (long?)await command.ExecuteScalarAsync();
            }
            public long Get() => (long)(new NpgsqlCommand("SELECT id FROM orders WHERE quantity = 1", connection).ExecuteScalar() ?? throw new InvalidOperationException("The statement returned no row."));
            public int Quantity() => Convert.ToInt32(new NpgsqlCommand("SELECT id FROM orders WHERE quantity = 1", connection).ExecuteScalar() ?? throw new InvalidOperationException("The statement returned no row."));
            public long? Max() => new NpgsqlCommand("SELECT MAX(id) FROM orders", connection).ExecuteScalar() as long?;
            public long? Max2() { return new NpgsqlCommand("SELECT MAX(id) FROM orders", connection).ExecuteScalar() as long?; }
            public long Max3() => [|(long)new NpgsqlCommand("SELECT MAX(id) FROM orders", connection).ExecuteScalar()!|];
        }
        """, Schema);
}
