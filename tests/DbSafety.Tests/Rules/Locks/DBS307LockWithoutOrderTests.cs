using DbSafety.Rules.Locks;
using DbSafety.Tests.Engine;
using Xunit;

namespace DbSafety.Tests.Rules.Locks;

using Rule = Verify<DBS307LockWithoutOrder>;

public class DBS307LockWithoutOrderTests
{
    [Fact]
    public Task The_message_names_the_table() => Rule.Reports(
        """new NpgsqlCommand([|"SELECT * FROM Accounts WHERE owner = @o FOR UPDATE"|]);""",
        "FOR UPDATE locks the rows of 'Accounts' in the order of the plan; add ORDER BY a key, so that two transactions cannot deadlock");

    [Theory]
    [InlineData("""new NpgsqlCommand([|"SELECT * FROM accounts FOR UPDATE"|]);""")]
    [InlineData("""new NpgsqlCommand([|"SELECT * FROM accounts WHERE id = ANY(@ids) FOR UPDATE"|]);""")]
    [InlineData("""new NpgsqlCommand([|"SELECT * FROM accounts WHERE id > @id FOR NO KEY UPDATE"|]);""")]
    [InlineData("""new NpgsqlCommand([|"SELECT * FROM accounts WHERE id = @a OR id = @b FOR UPDATE"|]);""")]
    [InlineData("""new MySqlCommand([|"SELECT * FROM accounts WHERE id IN (@a, @b) FOR UPDATE"|]);""")]
    [InlineData("""await new MySqlConnection().QueryAsync([|"SELECT * FROM accounts WHERE state = 'open' FOR UPDATE"|]);""")]
    [InlineData("""new NpgsqlCommand([|"SELECT a.* FROM a JOIN b ON a.id = b.a_id WHERE b.state = 1 FOR UPDATE OF a"|]);""")]
    [InlineData("""new NpgsqlCommand([|$"SELECT * FROM accounts WHERE owner = {id} FOR UPDATE"|]);""")]
    public Task Many_rows_without_an_order_are_reported(string source) => Rule.Reports(source);

    [Theory]
    [InlineData("""new NpgsqlCommand("SELECT * FROM accounts WHERE id = ANY(@ids) ORDER BY id FOR UPDATE");""")]
    [InlineData("""new NpgsqlCommand("SELECT * FROM accounts WHERE id = @id FOR UPDATE");""")]
    [InlineData("""new NpgsqlCommand("SELECT * FROM orders WHERE state = 1 AND account_id = @id FOR UPDATE");""")]
    [InlineData("""new NpgsqlCommand("SELECT * FROM locks WHERE lock_key = @k FOR UPDATE");""")]
    [InlineData("""new NpgsqlCommand("SELECT * FROM users WHERE email = @e FOR UPDATE");""")]
    [InlineData("""new NpgsqlCommand("SELECT * FROM jobs WHERE state = 1 LIMIT 1 FOR UPDATE");""")]
    [InlineData("""new NpgsqlCommand("SELECT * FROM jobs WHERE state = 1 FOR UPDATE SKIP LOCKED");""")]
    [InlineData("""new NpgsqlCommand("SELECT * FROM jobs WHERE state = 1 FOR UPDATE NOWAIT");""")]
    [InlineData("""new NpgsqlCommand("SELECT * FROM jobs WHERE state = 1 FOR SHARE");""")]
    [InlineData("""new NpgsqlCommand("SELECT * FROM jobs WHERE state = 1");""")]
    [InlineData("""new NpgsqlCommand("SELECT ' FOR UPDATE ' FROM jobs");""")]
    [InlineData("""new NpgsqlCommand("WITH picked AS (SELECT id FROM jobs ORDER BY id FOR UPDATE) UPDATE jobs SET s = 1 FROM picked WHERE picked.id = jobs.id");""")]
    [InlineData("""new NpgsqlCommand($"SELECT * FROM jobs WHERE state = 1 {name} FOR UPDATE");""")]
    [InlineData("""new NpgsqlConnection().QuerySingle("SELECT * FROM jobs WHERE state = 1 FOR UPDATE");""")]
    [InlineData("""new SqlCommand("SELECT * FROM jobs WITH (UPDLOCK) WHERE state = 1");""")]
    [InlineData("""connection.Query("SELECT * FROM jobs WHERE state = 1 FOR UPDATE");""")]
    [InlineData("""((IDbConnection)connection).Query("SELECT * FROM jobs WHERE state = 1 FOR UPDATE");""")]
    public Task One_row_an_order_or_no_waiting_is_silent(string source) => Rule.Silent(source);
}
