using DbSafety.Rules.Locks;
using DbSafety.Tests.Engine;
using Xunit;

namespace DbSafety.Tests.Rules.Locks;

using Rule = Verify<DBS301RowsLockedInCallerOrder>;

public class DBS301RowsLockedInCallerOrderTests
{
    private const string Debit = """await connection.ExecuteAsync("UPDATE accounts SET cents = cents - @cents WHERE id = @from", new { cents, from }, transaction);""";
    private const string Credit = """await connection.ExecuteAsync("UPDATE accounts SET cents = cents + @cents WHERE id = @to", new { cents, to }, transaction)""";

    private static readonly Setup Postgres = new() { EditorConfig = "dbsafety.dialect = postgresql" };

    private static string Ledger(string statements, string connection = "NpgsqlConnection", string transaction = "NpgsqlTransaction") =>
        $$"""
        public record Transfer(long Debit, long Credit, long Cents);
        public class Ledger({{connection}} connection)
        {
            public async Task MoveAsync(long from, long to, long cents, Transfer transfer, {{transaction}} transaction)
            {
                {{statements}}
            }
        }
        """;

    [Fact]
    public Task The_message_names_table_and_keys() => Rule.Reports(
        Ledger(Debit + "await [|" + Credit["await ".Length..] + "|];"),
        "Rows of 'accounts' are locked by 'from' and then by 'to', so that two callers with these swapped can deadlock; lock both in the order of their keys first");

    [Theory]
    [InlineData("DELETE FROM accounts WHERE id = @id", "UPDATE accounts SET cents = 0 WHERE id = @id")]
    [InlineData("SELECT cents FROM accounts WHERE id = @id FOR UPDATE", "SELECT cents FROM accounts WHERE id = @id FOR UPDATE")]
    [InlineData("UPDATE accounts SET cents = 0 WHERE shop = @cents AND id = @id", "UPDATE Accounts SET cents = 0 WHERE id = @id AND shop = @cents")]
    public Task Whatever_locks_a_row(string first, string second) => Rule.Reports(Ledger(
        $$"""
        await connection.ExecuteAsync("{{first}}", new { id = transfer.Debit, cents }, transaction);
        await [|connection.ExecuteAsync("{{second}}", new { id = transfer.Credit, cents }, transaction)|];
        """));

    [Theory]
    [InlineData("UPDATE accounts SET cents = 0 WHERE id = @id", "UPDATE shops SET cents = 0 WHERE id = @id")]
    [InlineData("UPDATE accounts SET cents = 0 WHERE id = @id", "INSERT INTO accounts VALUES (@id)")]
    [InlineData("UPDATE accounts SET cents = 0 WHERE id = @id", "SELECT cents FROM accounts WHERE id = @id")]
    [InlineData("UPDATE accounts SET cents = 0 WHERE id = @id", "UPDATE accounts SET cents = 0 WHERE owner = @id")]
    [InlineData("UPDATE accounts SET cents = 0 WHERE id = @id", "UPDATE accounts SET cents = 0 WHERE id = 1")]
    [InlineData("SELECT 1 FROM accounts WHERE id = @id FOR UPDATE SKIP LOCKED", "UPDATE accounts SET cents = 0 WHERE id = @id")]
    [InlineData("UPDATE accounts SET cents = 0 WHERE id = @id AND shop = @id", "UPDATE accounts SET cents = 0 WHERE id = @id AND shop = @id")]
    public Task Other_pairs_are_silent(string first, string second) => Rule.Silent(Ledger(
        $$"""
        await connection.ExecuteAsync("{{first}}", new { id = transfer.Debit }, transaction);
        await connection.ExecuteAsync("{{second}}", new { id = transfer.Credit }, transaction);
        """));

    [Theory]
    [InlineData("new { id = from }", "new { id = from }")]
    [InlineData("new { id = from }", "new { id = 7 }")]
    [InlineData("new { id = from }", "new { id = from + 1 }")]
    [InlineData("new { id = from }", "new { id = await connection.ExecuteScalarAsync<long>(\"SELECT 1\") }")]
    public Task The_same_row_and_keys_that_no_caller_gives_are_silent(string first, string second) => Rule.Silent(Ledger(
        $$"""
        await connection.ExecuteAsync("UPDATE accounts SET cents = 0 WHERE id = @id", {{first}}, transaction);
        await connection.ExecuteAsync("UPDATE accounts SET cents = 0 WHERE id = @id", {{second}}, transaction);
        """));

    [Theory]
    [InlineData("if (from > to) (from, to) = (to, from);")]
    [InlineData("if (from.CompareTo(to) > 0) throw new ArgumentException();")]
    [InlineData("ArgumentOutOfRangeException.ThrowIfGreaterThan(from, to); if (to < from) return;")]
    [InlineData("(from, to) = (Math.Min(from, to), Math.Max(from, to));")]
    [InlineData("foreach (var id in new[] { from, to }.Order()) await connection.ExecuteAsync(\"SELECT 1 FROM accounts WHERE id = @id FOR UPDATE\", new { id }, transaction);")]
    [InlineData("await connection.ExecuteAsync(\"SELECT 1 FROM accounts WHERE id IN (@from, @to) ORDER BY id FOR UPDATE\", new { from, to }, transaction);")]
    [InlineData("await connection.ExecuteAsync(\"SELECT pg_advisory_xact_lock(1)\", transaction: transaction);")]
    [InlineData("await connection.ExecuteAsync(\"LOCK TABLE accounts\", transaction: transaction);")]
    [InlineData("await connection.ExecuteAsync(\"SELECT 1 FROM banks WHERE id = @cents FOR UPDATE\", new { cents }, transaction);")]
    public Task Ordered_keys_and_earlier_locks_are_silent(string guard) => Rule.Silent(Ledger(guard + Debit + Credit + ";"));

    [Theory]
    [InlineData("if (from == to) return;")]
    [InlineData("if (cents <= 0 || from < 0) throw new ArgumentException();")]
    [InlineData("await connection.ExecuteAsync(\"INSERT INTO entries VALUES (@from, @to)\", new { from, to }, transaction);")]
    [InlineData("await connection.ExecuteScalarAsync<long>(\"SELECT cents FROM accounts WHERE id = @from\", new { from }, transaction);")]
    public Task Other_checks_order_nothing(string before) => Rule.Reports(Ledger(before + Debit + "await [|" + Credit["await ".Length..] + "|];"));

    [Theory]
    [InlineData("if (cents > 0) { FIRST } else { SECOND; }")]
    [InlineData("if (cents > 0) { FIRST } SECOND;")]
    [InlineData("switch (cents) { case 1: FIRST break; default: SECOND; break; }")]
    [InlineData("FIRST await transaction.CommitAsync(); transaction = await connection.BeginTransactionAsync(); SECOND;")]
    [InlineData("FIRST Func<Task> later = async () => { SECOND; }; await later();")]
    public Task What_is_not_certainly_one_transaction_is_silent(string body) =>
        Rule.Silent(Ledger(body.Replace("FIRST", Debit).Replace("SECOND", Credit)));

    [Theory]
    [InlineData("FIRST if (cents > 0) { SECOND; }")]
    [InlineData("try { FIRST SECOND; } catch { throw; }")]
    [InlineData("var (a, b) = (1, 2); FIRST if (a < b) SECOND;")]
    public Task Branches_in_between_do_not_matter(string body) =>
        Rule.Reports(Ledger(body.Replace("FIRST", Debit).Replace("SECOND", "await [|" + Credit["await ".Length..] + "|]")));

    [Fact]
    public Task A_command_that_is_run_twice_is_reported() => Rule.Reports(Ledger(
        """
        await using var update = new NpgsqlCommand("UPDATE accounts SET cents = @cents WHERE id = @id", connection, transaction);
        var amount = update.Parameters.Add("cents", NpgsqlTypes.NpgsqlDbType.Bigint);
        var key = update.Parameters.Add("id", NpgsqlTypes.NpgsqlDbType.Bigint);
        (amount.Value, key.Value) = (-cents, from);
        await update.ExecuteNonQueryAsync();
        (amount.Value, key.Value) = (cents, to);
        await [|update.ExecuteNonQueryAsync()|];
        """));

    [Fact]
    public Task One_text_with_two_statements_is_reported() => Rule.Reports(Ledger(
        """
        await [|connection.ExecuteAsync("UPDATE accounts SET cents = cents - @cents WHERE id = @from; UPDATE accounts SET cents = cents + @cents WHERE id = @to", new { cents, from, to }, transaction)|];
        """));

    [Fact]
    public Task Locals_that_only_rename_are_looked_through() => Rule.Reports(Ledger(
        """
        var (cents2, source) = (cents, transfer);
        var debit = transfer.Debit; var credit = transfer.Credit;
        await connection.ExecuteAsync("UPDATE accounts SET cents = 0 WHERE id = @debit", new { debit }, transaction);
        await [|connection.ExecuteAsync("UPDATE accounts SET cents = 0 WHERE id = @credit", new { credit }, transaction)|];
        """));

    [Fact]
    public Task A_whole_object_is_taken_apart() => Rule.Reports(Ledger(
        """
        await connection.ExecuteAsync("UPDATE accounts SET cents = cents - @Cents WHERE id = @Debit", transfer, transaction);
        await [|connection.ExecuteAsync("UPDATE accounts SET cents = cents + @Cents WHERE id = @Credit", transfer, transaction)|];
        """));

    [Theory]
    [InlineData("SqlConnection", "SqlTransaction", true)]
    [InlineData("MySqlConnection", "MySqlTransaction", true)]
    [InlineData("SqliteConnection", "SqliteTransaction", false)]
    [InlineData("DbConnection", "DbTransaction", false)]
    [InlineData("NpgsqlConnection", "NpgsqlTransaction?", false)]
    public Task Databases_and_transactions(string connection, string transaction, bool reported) => reported
        ? Rule.Reports(Ledger(Debit + "await [|" + Credit["await ".Length..] + "|];", connection, transaction))
        : Rule.Silent(Ledger(Debit + Credit + ";", connection, transaction));

    [Fact]
    public Task Autocommit_is_silent() => Rule.Silent(Ledger(Debit.Replace(", transaction)", ")") + Credit.Replace(", transaction)", ");")));

    [Fact]
    public Task Keys_that_the_names_or_the_callers_order_are_silent() => Rule.Silent(
        """
        public class Ledger(NpgsqlConnection connection)
        {
            public void Named(long lowId, long highId, NpgsqlTransaction t)
            {
                connection.Execute("UPDATE accounts SET cents = 0 WHERE id = @lowId", new { lowId }, t);
                connection.Execute("UPDATE accounts SET cents = 0 WHERE id = @highId", new { highId }, t);
            }
            public void Move(long from, long to, NpgsqlTransaction t)
            {
                if (from < to) Both(from, to, t); else Both(to, from, t);
            }
            private void Both(long a, long b, NpgsqlTransaction t)
            {
                connection.Execute("UPDATE accounts SET cents = 0 WHERE id = @a", new { a }, t);
                connection.Execute("UPDATE accounts SET cents = 0 WHERE id = @b", new { b }, t);
            }
        }
        """);

    [Fact]
    public Task A_private_method_whose_callers_do_not_order_is_reported() => Rule.Reports(
        """
        public class Ledger(NpgsqlConnection connection)
        {
            public void Move(long from, long to, NpgsqlTransaction t) => Both(from, to, t);
            private void Both(long a, long b, NpgsqlTransaction t)
            {
                connection.Execute("UPDATE accounts SET cents = 0 WHERE id = @a", new { a }, t);
                [|connection.Execute("UPDATE accounts SET cents = 0 WHERE id = @b", new { b }, t)|];
            }
        }
        """);

    [Theory]
    [InlineData("shop.Accounts.Where(a => a.Id == from).ExecuteUpdate(s => s.SetProperty(a => a.Cents, a => a.Cents - 1));", "shop.Accounts.Where(a => a.Id == to).ExecuteDelete()")]
    [InlineData("shop.Database.ExecuteSql($\"UPDATE accounts SET cents = 0 WHERE id = {from}\");", "shop.Database.ExecuteSql($\"UPDATE accounts SET cents = 1 WHERE id = {to}\")")]
    public Task EF_Core_in_a_transaction(string first, string second) => Rule.Reports(
        $$"""
        class C(Shop shop)
        {
            void M(long from, long to)
            {
                using var t = shop.Database.BeginTransaction();
                {{first}}
                [|{{second}}|];
                t.Commit();
            }
        }
        public class Account { public long Id { get; set; } public int Cents { get; set; } }
        public class Shop : DbContext { public DbSet<Account> Accounts => Set<Account>(); }
        """, Postgres);

    [Fact]
    public Task A_loop_is_the_business_of_another_rule() => Rule.Silent(
        """
        public record Transfer(long Debit, long Credit);
        public class Ledger(NpgsqlConnection connection)
        {
            public void Move(List<Transfer> transfers, NpgsqlTransaction t)
            {
                foreach (var transfer in transfers)
                {
                    connection.Execute("UPDATE accounts SET cents = 0 WHERE id = @Debit", transfer, t);
                    connection.Execute("UPDATE accounts SET cents = 0 WHERE id = @Credit", transfer, t);
                }
            }
        }
        """);

    [Theory]
    [InlineData("NpgsqlCommand", "NpgsqlConnection", "NpgsqlTransaction")]
    [InlineData("MySqlCommand", "MySqlConnection", "MySqlTransaction")]
    public Task Both_rows_are_locked_in_order_before_the_first_command(string command, string connection, string transaction) => Rule.Fixes(
        Commands("", "[|credit.ExecuteNonQueryAsync(token)|]", command, connection, transaction),
        Commands(
            $$"""
                    await using (var locked = new {{command}}("SELECT id FROM accounts WHERE id IN (@debit, @credit) ORDER BY id FOR UPDATE", connection, transaction))
                    {
                        locked.Parameters.AddWithValue("debit", transfer.Debit);
                        locked.Parameters.AddWithValue("credit", transfer.Credit);
                        await locked.ExecuteNonQueryAsync(token);
                    }

            """, "credit.ExecuteNonQueryAsync(token)", command, connection, transaction));

    private static string Commands(string lockBoth, string run, string command, string connection, string transaction) =>
        $$"""
        public record Transfer(long Debit, long Credit, long Cents);
        public class Ledger
        {
            public async Task MoveAsync({{connection}} connection, {{transaction}} transaction, Transfer transfer, CancellationToken token)
            {
                await using var debit = new {{command}}("UPDATE accounts SET cents = cents - @cents WHERE id = @id", connection, transaction);
                debit.Parameters.AddWithValue("cents", transfer.Cents);
                debit.Parameters.AddWithValue("id", transfer.Debit);
                // Not more than there is.
        {{lockBoth}}        if (await debit.ExecuteNonQueryAsync(token) == 0)
                {
                    throw new InvalidOperationException();
                }

                await using var credit = new {{command}}("UPDATE accounts SET cents = cents + @cents WHERE id = @id", connection, transaction);
                credit.Parameters.AddWithValue("cents", transfer.Cents);
                credit.Parameters.AddWithValue("id", transfer.Credit);
                await {{run}};
            }
        }
        """;

    [Fact]
    public Task Dapper_locks_with_the_same_call() => Rule.Fixes(
        """
        class C
        {
            async Task M(MySqlConnection db, MySqlTransaction t, long from, long to, CancellationToken token)
            {
                var debited = await db.ExecuteAsync(new CommandDefinition("UPDATE `acc` SET n = n - 1 WHERE `id` = @from", new { from }, t, cancellationToken: token)).ConfigureAwait(false);
                if (debited == 1) await [|db.ExecuteAsync(new CommandDefinition("UPDATE `acc` SET n = n + 1 WHERE `id` = @to", new { to }, t, cancellationToken: token))|];
            }
            void N(NpgsqlConnection db, (long Id, int N) a, (long Id, int N) b)
            {
                using var locked = db.BeginTransaction();
                db.Execute("UPDATE \"Acc\" SET n = 1 WHERE \"Id\" = @Id", new { a.Id });
                [|db.Execute("UPDATE \"Acc\" SET n = 1 WHERE \"Id\" = @Id", new { b.Id })|];
                locked.Commit();
            }
        }
        """,
        """
        class C
        {
            async Task M(MySqlConnection db, MySqlTransaction t, long from, long to, CancellationToken token)
            {
                await db.ExecuteAsync(new CommandDefinition("SELECT `id` FROM `acc` WHERE `id` IN (@from, @to) ORDER BY `id` FOR UPDATE", new { from, to }, t, cancellationToken: token)).ConfigureAwait(false);
                var debited = await db.ExecuteAsync(new CommandDefinition("UPDATE `acc` SET n = n - 1 WHERE `id` = @from", new { from }, t, cancellationToken: token)).ConfigureAwait(false);
                if (debited == 1) await db.ExecuteAsync(new CommandDefinition("UPDATE `acc` SET n = n + 1 WHERE `id` = @to", new { to }, t, cancellationToken: token));
            }
            void N(NpgsqlConnection db, (long Id, int N) a, (long Id, int N) b)
            {
                using var locked = db.BeginTransaction();
                db.Execute("SELECT \"Id\" FROM \"Acc\" WHERE \"Id\" IN (@first, @second) ORDER BY \"Id\" FOR UPDATE", new { first = a.Id, second = b.Id });
                db.Execute("UPDATE \"Acc\" SET n = 1 WHERE \"Id\" = @Id", new { a.Id });
                db.Execute("UPDATE \"Acc\" SET n = 1 WHERE \"Id\" = @Id", new { b.Id });
                locked.Commit();
            }
        }
        """);

    [Fact]
    public Task EF_Core_locks_with_interpolated_SQL() => Rule.Fixes(
        """
        class C
        {
            async Task M(DbContext db, long from, long to)
            {
                await using var t = await db.Database.BeginTransactionAsync();
                await db.Database.ExecuteSqlAsync($"UPDATE accounts SET cents = 0 WHERE id = {from}");
                await [|db.Database.ExecuteSqlAsync($"UPDATE accounts SET cents = 1 WHERE id = {to}")|];
                await t.CommitAsync();
            }
        }
        """,
        """
        class C
        {
            async Task M(DbContext db, long from, long to)
            {
                await using var t = await db.Database.BeginTransactionAsync();
                await db.Database.ExecuteSqlAsync($"SELECT id FROM accounts WHERE id IN ({from}, {to}) ORDER BY id FOR UPDATE");
                await db.Database.ExecuteSqlAsync($"UPDATE accounts SET cents = 0 WHERE id = {from}");
                await db.Database.ExecuteSqlAsync($"UPDATE accounts SET cents = 1 WHERE id = {to}");
                await t.CommitAsync();
            }
        }
        """, Postgres);

    [Theory]
    [InlineData("SqlConnection", "SqlTransaction", Debit)]
    [InlineData("NpgsqlConnection", "NpgsqlTransaction", """await connection.QuerySingleAsync<long>("SELECT cents FROM accounts WHERE id = @from AND open = @cents FOR UPDATE", new { from, cents }, transaction);""")]
    [InlineData("NpgsqlConnection", "NpgsqlTransaction", """await connection.QuerySingleAsync<long>("SELECT cents FROM accounts WHERE id = @from FOR UPDATE", new { from }, transaction);""")]
    public Task Where_the_lock_cannot_be_written_there_is_no_fix(string connection, string transaction, string first) => Rule.NoFix(
        Ledger(first + "await [|" + (first.Contains("open") ? Credit.Replace("= @to", "= @to AND open = @cents") : Credit)["await ".Length..] + "|];", connection, transaction));
}
