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

    private const string Change =
        """
        private async Task ChangeAsync(NpgsqlConnection db, NpgsqlTransaction tx, long id, long cents) =>
            await db.ExecuteAsync("UPDATE accounts SET cents = cents + @cents WHERE id = @id", new { id, cents }, tx);
        """;

    /// <summary>A ledger whose transfer calls methods; the rest of its members, and other types.</summary>
    private static string Calling(string statements, string members = Change, string types = "") =>
        $$"""
        public record Transfer(long Debit, long Credit, long Cents);
        public class Ledger(NpgsqlConnection connection)
        {
            public async Task MoveAsync(long from, long to, long cents, Transfer transfer, Accounts accounts, IAccounts any)
            {
                await using var transaction = await connection.BeginTransactionAsync();
                {{statements}}
                await transaction.CommitAsync();
            }
            {{members}}
        }
        public interface IAccounts { Task ChangeAsync(NpgsqlTransaction tx, long id, long cents); }
        public class Accounts
        {
            public async Task ChangeAsync(NpgsqlTransaction tx, long id, long cents) => await tx.Connection!.ExecuteAsync("UPDATE accounts SET cents = cents + @cents WHERE id = @id", new { id, cents }, tx);
            public virtual async Task VirtualAsync(NpgsqlTransaction tx, long id) => await tx.Connection!.ExecuteAsync("DELETE FROM accounts WHERE id = @id", new { id }, tx);
        }
        {{types}}
        """;

    [Theory]
    [InlineData("await ChangeAsync(connection, transaction, from, -cents); await [|ChangeAsync(connection, transaction, to, cents)|];")]
    [InlineData("await ChangeAsync(cents: -cents, id: from, tx: transaction, db: connection); await [|this.ChangeAsync(connection, transaction, cents: cents, id: to).ConfigureAwait(false)|];")]
    [InlineData("if (cents <= 0) return; await ChangeAsync(connection, transaction, transfer.Debit, -cents); if (from != to) await [|ChangeAsync(connection, transaction, transfer.Credit, cents)|];")]
    [InlineData("var (debit, credit) = (transfer.Debit, transfer.Credit); var a = transfer.Debit; await ChangeAsync(connection, transaction, a, -cents); await [|ChangeAsync(connection, transaction, transfer.Credit, cents)|];")]
    [InlineData("await connection.ExecuteAsync(\"UPDATE accounts SET cents = 1 WHERE id = @from\", new { from }, transaction); await [|ChangeAsync(connection, transaction, to, cents)|];")]
    [InlineData("await accounts.ChangeAsync(transaction, from, -cents); await [|accounts.ChangeAsync(transaction, to, cents)|];")]
    [InlineData("await Local(from, -cents); await [|Local(to, cents)|]; Task Local(long id, long n) => connection.ExecuteAsync(\"UPDATE accounts SET cents = cents + @n WHERE id = @id\", new { id, n }, transaction);")]
    public Task Rows_that_methods_lock_are_seen(string statements) => Rule.Reports(Calling(statements.Replace(".ConfigureAwait(false)|]", "|].ConfigureAwait(false)")));

    [Theory]
    // A command, with checks around.
    [InlineData("""
        private static async Task<decimal> TakeAsync(NpgsqlConnection db, NpgsqlTransaction tx, long accountId, decimal cents)
        {
            if (cents == 0)
            {
                return 0;
            }
            await using var command = new NpgsqlCommand("UPDATE accounts SET cents = cents - @cents WHERE id = @id RETURNING cents", db, tx);
            command.Parameters.AddWithValue("id", accountId);
            command.Parameters.AddWithValue("cents", cents);
            return await command.ExecuteScalarAsync() is decimal left ? left : throw new InvalidOperationException();
        }
        """)]
    // Read for update, then written.
    [InlineData("""
        private async Task TakeAsync(NpgsqlConnection db, NpgsqlTransaction tx, long id, long cents)
        {
            var left = await db.QuerySingleAsync<long>("SELECT cents FROM accounts WHERE id = @id FOR UPDATE", new { id }, tx);
            await db.ExecuteAsync("UPDATE accounts SET cents = @left WHERE id = @id", new { id, left = left - cents }, tx);
        }
        """)]
    // The connection of the object, nothing given.
    [InlineData("""
        private Task TakeAsync(NpgsqlConnection _, NpgsqlTransaction tx, long id, long cents) => connection.ExecuteAsync("DELETE FROM accounts WHERE id = @id", new { id });
        """)]
    // One that only calls another.
    [InlineData("""
        private Task TakeAsync(NpgsqlConnection db, NpgsqlTransaction tx, long id, long cents) => ChangeAsync(db, tx, id, -cents);
        """)]
    public Task However_the_method_locks(string member) => Rule.Reports(Calling(
        "await TakeAsync(connection, transaction, from, cents); await [|TakeAsync(connection, transaction, to, -cents)|];", member + Change));

    [Theory]
    [InlineData("NpgsqlConnection", "NpgsqlTransaction", true)]
    [InlineData("SqliteConnection", "SqliteTransaction", false)]
    [InlineData("IDbConnection", "IDbTransaction", false)]
    public Task The_caller_knows_the_database(string connection, string transaction, bool reported)
    {
        var source =
            $$"""
            public class Ledger
            {
                public void Move({{connection}} db, {{transaction}} tx, long from, long to) { Add(db, tx, from, -1); [|Add(db, tx, to, 1)|]; }
                public void Move2({{connection}} db, {{transaction}} tx, long from, long to) { One(db, tx, from); [|One(db, tx, to)|]; }
                private static void Add(IDbConnection c, IDbTransaction t, long id, long n) => c.Execute("UPDATE accounts SET n = n + @n WHERE id = @id", new { id, n }, t);
                private static void One(IDbConnection c, IDbTransaction t, long id) => Add(c, t, id, 1);
            }
            """;
        return reported ? Rule.Reports(source) : Rule.Silent(source.Replace("[|", "").Replace("|]", ""));
    }

    [Theory]
    [InlineData("using var scope = new System.Transactions.TransactionScope(System.Transactions.TransactionScopeAsyncFlowOption.Enabled);", true)]
    [InlineData("using var scope = new System.Transactions.TransactionScope(System.Transactions.TransactionScopeOption.Suppress);", false)]
    [InlineData("", false)]
    public Task Methods_that_open_a_connection_in_a_scope(string scope, bool reported)
    {
        var source =
            $$"""
            public class Ledger(string connectionString, NpgsqlDataSource source)
            {
                public async Task MoveAsync(long from, long to)
                {
                    {{scope}}
                    await AddAsync(from, -1);
                    await [|AddAsync(to, 1)|];
                    {{(scope.Length > 0 ? "scope.Complete();" : "")}}
                }
                public async Task Move2Async(long from, long to)
                {
                    {{scope}}
                    await DeleteAsync(from);
                    await [|DeleteAsync(to)|];
                    {{(scope.Length > 0 ? "scope.Complete();" : "")}}
                }
                private async Task AddAsync(long id, long n)
                {
                    await using var connection = new NpgsqlConnection(connectionString);
                    await connection.OpenAsync();
                    await connection.ExecuteAsync("UPDATE accounts SET n = n + @n WHERE id = @id", new { id, n });
                }
                private async Task DeleteAsync(long id)
                {
                    await using var connection = await source.OpenConnectionAsync();
                    await connection.ExecuteAsync("DELETE FROM accounts WHERE id = @id", new { id });
                }
            }
            """;
        return reported ? Rule.NoFix(source) : Rule.Silent(source.Replace("[|", "").Replace("|]", ""));
    }

    [Fact]
    public Task The_whole_entity_and_an_extension_method() => Rule.Reports(
        """
        public class Account { public long Id { get; set; } public long Cents { get; set; } }
        public static class Store
        {
            public static void Save(this MySqlConnection db, Account account, MySqlTransaction? tx = null) =>
                db.Execute("UPDATE accounts SET cents = @Cents WHERE id = @Id", account, tx);
            public static void Move(MySqlConnection db, Account a, Account b)
            {
                using var transaction = db.BeginTransaction();
                db.Save(a, transaction);
                [|db.Save(b, transaction)|];
                transaction.Commit();
            }
        }
        """);

    [Fact]
    public Task EF_Core_in_a_method() => Rule.Reports(
        """
        class C(Shop shop)
        {
            async Task M(long from, long to)
            {
                await using var t = await shop.Database.BeginTransactionAsync();
                await Add(from, -1);
                await [|Add(to, 1)|];
                await t.CommitAsync();
            }
            Task<int> Add(long id, int cents) => shop.Accounts.Where(a => a.Id == id).ExecuteUpdateAsync(s => s.SetProperty(a => a.Cents, a => a.Cents + cents));
        }
        public class Account { public long Id { get; set; } public int Cents { get; set; } }
        public class Shop : DbContext { public DbSet<Account> Accounts => Set<Account>(); }
        """, Postgres);

    [Theory]
    [InlineData("await any.ChangeAsync(transaction, from, -cents); await any.ChangeAsync(transaction, to, cents);")]
    [InlineData("await accounts.VirtualAsync(transaction, from); await accounts.VirtualAsync(transaction, to);")]
    [InlineData("await ChangeAsync(connection, transaction, from, -cents); await ChangeAsync(connection, transaction, from, cents);")]
    [InlineData("await ChangeAsync(connection, transaction, from, -cents); await ChangeAsync(connection, transaction, 7, cents);")]
    [InlineData("await ChangeAsync(connection, transaction, from, -cents); var id = await connection.ExecuteScalarAsync<long>(\"SELECT 1\"); await ChangeAsync(connection, transaction, id, cents);")]
    [InlineData("if (from > to) (from, to) = (to, from); await ChangeAsync(connection, transaction, from, -cents); await ChangeAsync(connection, transaction, to, cents);")]
    [InlineData("var (low, high) = from < to ? (from, to) : (to, from); await ChangeAsync(connection, transaction, low, 1); await ChangeAsync(connection, transaction, high, 1);")]
    [InlineData("if (from < to) { await ChangeAsync(connection, transaction, from, 1); await ChangeAsync(connection, transaction, to, 1); } else { await ChangeAsync(connection, transaction, to, 1); await ChangeAsync(connection, transaction, from, 1); }")]
    [InlineData("foreach (var id in new[] { from, to }.Order()) await ChangeAsync(connection, transaction, id, 0); await ChangeAsync(connection, transaction, from, -cents); await ChangeAsync(connection, transaction, to, cents);")]
    [InlineData("await ChangeAsync(connection, transaction, from, -cents); await transaction.CommitAsync(); await using var next = await connection.BeginTransactionAsync(); await ChangeAsync(connection, next, to, cents);")]
    [InlineData("if (cents > 0) await ChangeAsync(connection, transaction, from, -cents); else await ChangeAsync(connection, transaction, to, cents);")]
    [InlineData("await BothAsync(connection, transaction, from, to); await ChangeAsync(connection, transaction, from, -cents); await ChangeAsync(connection, transaction, to, cents);")]
    [InlineData("await GetForUpdateAsync(transaction, from, to); await ChangeAsync(connection, transaction, from, -cents); await ChangeAsync(connection, transaction, to, cents);")]
    [InlineData("await using var other = new NpgsqlConnection(); await ChangeAsync(other, null!, from, -cents); await ChangeAsync(other, null!, to, cents);")]
    public Task Calls_that_lock_in_order_or_are_not_known_are_silent(string statements) => Rule.Silent(Calling(statements, Change +
        """

        private Task BothAsync(NpgsqlConnection db, NpgsqlTransaction tx, long a, long b)
        {
            return db.ExecuteAsync("SELECT 1 FROM accounts WHERE id IN (@a, @b) ORDER BY id FOR UPDATE", new { a, b }, tx);
        }
        private Task GetForUpdateAsync(NpgsqlTransaction tx, params long[] ids) => Task.CompletedTask;
        """));

    [Theory]
    // A transaction of its own.
    [InlineData("using var own = connection.BeginTransaction(); connection.Execute(\"DELETE FROM accounts WHERE id = @id\", new { id }, own); own.Commit();")]
    [InlineData("using var own = new NpgsqlConnection(); own.Execute(\"DELETE FROM accounts WHERE id = @id\", new { id });")]
    [InlineData("connection.Execute(\"DELETE FROM accounts WHERE id = @id\", new { id }, tx); tx.Commit();")]
    // Not always, or another row.
    [InlineData("if (id > 7) { connection.Execute(\"DELETE FROM accounts WHERE id = @id\", new { id }, tx); }")]
    [InlineData("foreach (var i in new[] { 1, 2 }) connection.Execute(\"DELETE FROM accounts WHERE id = @id\", new { id }, tx);")]
    [InlineData("Action later = () => connection.Execute(\"DELETE FROM accounts WHERE id = @id\", new { id }, tx);")]
    [InlineData("connection.Execute(\"DELETE FROM accounts WHERE id = @id\", new { id = 7 }, tx);")]
    [InlineData("connection.Execute(\"DELETE FROM accounts WHERE id = @id\", new { id = id % 7 }, tx);")]
    [InlineData("id = 7; connection.Execute(\"DELETE FROM accounts WHERE id = @id\", new { id }, tx);")]
    [InlineData("connection.Execute(\"DELETE FROM accounts WHERE id > @id\", new { id }, tx);")]
    // What it locks first keeps others out.
    [InlineData("connection.Execute(\"SELECT pg_advisory_xact_lock(1)\", transaction: tx); connection.Execute(\"DELETE FROM accounts WHERE id = @id\", new { id }, tx);")]
    [InlineData("connection.Execute(\"LOCK TABLE accounts\", transaction: tx); connection.Execute(\"DELETE FROM accounts WHERE id = @id\", new { id }, tx);")]
    [InlineData("connection.Query(\"SELECT 1 FROM accounts WHERE id = @id FOR UPDATE SKIP LOCKED\", new { id }, tx);")]
    [InlineData("Take(tx, id); connection.Execute(\"SELECT 1\");")]
    [InlineData("connection.Execute(Text(), new { id }, tx);")]
    public Task Methods_that_lock_otherwise_are_silent(string body) => Rule.Silent(Calling(
        "Take(transaction, from); Take(transaction, to);", $"private void Take(NpgsqlTransaction tx, long id) {{ {body} }} private static string Text() => Console.ReadLine()!;"));

    [Fact]
    public Task A_method_that_locks_both_is_reported_once_at_home() => Rule.Reports(Calling(
        "await BothAsync(connection, transaction, from, to);",
        """
        public async Task BothAsync(NpgsqlConnection db, NpgsqlTransaction tx, long a, long b)
        {
            await db.ExecuteAsync("DELETE FROM accounts WHERE id = @a", new { a }, tx);
            await [|db.ExecuteAsync("DELETE FROM accounts WHERE id = @b", new { b }, tx)|];
        }
        """));

    [Fact]
    public Task Rows_that_are_locked_in_order_may_be_written_in_any() => Rule.Silent(Calling(
        "if (from > to) { await ChangeAsync(connection, transaction, to, 0); await ChangeAsync(connection, transaction, from, 0); } else { await ChangeAsync(connection, transaction, from, 0); await ChangeAsync(connection, transaction, to, 0); } await ChangeAsync(connection, transaction, from, -cents); await ChangeAsync(connection, transaction, to, cents);"));

    [Theory]
    [InlineData("_tenant")]
    [InlineData("transfer.Cents")]
    public Task A_key_that_both_have_does_not_matter(string tenant) => Rule.Reports(Calling(
        $$"""
        await connection.ExecuteAsync("UPDATE accounts SET cents = 1 WHERE tenant = @tenant AND id = @from", new { tenant = {{tenant}}, from }, transaction);
        await [|connection.ExecuteAsync("UPDATE accounts SET cents = 1 WHERE tenant = @tenant AND id = @to", new { tenant = {{tenant}}, to }, transaction)|];
        """, "private readonly int _tenant;"));

    [Fact]
    public Task The_lock_is_inserted_where_the_methods_are_called() => Rule.Fixes(
        Calling(
            """
            await ChangeAsync(connection, transaction, from, -cents);
                    await [|ChangeAsync(connection, transaction, to, cents)|];
            """),
        Calling(
            """
            await connection.ExecuteAsync("SELECT id FROM accounts WHERE id IN (@from, @to) ORDER BY id FOR UPDATE", new { from, to }, transaction);
                    await ChangeAsync(connection, transaction, from, -cents);
                    await ChangeAsync(connection, transaction, to, cents);
            """));

    [Fact]
    public Task The_lock_has_the_token_of_the_call_and_is_awaited_as_it_is() => Rule.Fixes(
        """
        class C
        {
            async Task M(NpgsqlConnection db, NpgsqlTransaction t, (long Id, int N) a, (long Id, int N) b, CancellationToken token)
            {
                await One(db, t, a.Id, token);
                await [|One(db, t, b.Id, token)|];
                Two(db, t, a.Id); Two(db, t, b.Id);
            }
            void N(NpgsqlConnection db, NpgsqlTransaction t, long from, long to)
            {
                Two(db, t, from);
                [|Two(db, t, to)|];
            }
            static Task One(NpgsqlConnection x, NpgsqlTransaction y, long id, CancellationToken stop) => x.ExecuteAsync(new CommandDefinition("UPDATE a SET n = 1 WHERE id = @id", new { id }, y, cancellationToken: stop));
            static void Two(NpgsqlConnection x, NpgsqlTransaction y, long id)
            {
                using var command = new NpgsqlCommand("UPDATE a SET n = 1 WHERE id = @id", x, y);
                command.Parameters.AddWithValue("id", id);
                command.ExecuteNonQuery();
            }
        }
        """,
        """
        class C
        {
            async Task M(NpgsqlConnection db, NpgsqlTransaction t, (long Id, int N) a, (long Id, int N) b, CancellationToken token)
            {
                await db.ExecuteAsync(new CommandDefinition("SELECT id FROM a WHERE id IN (@first, @second) ORDER BY id FOR UPDATE", new { first = a.Id, second = b.Id }, t, cancellationToken: token));
                await One(db, t, a.Id, token);
                await One(db, t, b.Id, token);
                Two(db, t, a.Id); Two(db, t, b.Id);
            }
            void N(NpgsqlConnection db, NpgsqlTransaction t, long from, long to)
            {
                using (var locked = new NpgsqlCommand("SELECT id FROM a WHERE id IN (@from, @to) ORDER BY id FOR UPDATE", db, t))
                {
                    locked.Parameters.AddWithValue("from", from);
                    locked.Parameters.AddWithValue("to", to);
                    locked.ExecuteNonQuery();
                }
                Two(db, t, from);
                Two(db, t, to);
            }
            static Task One(NpgsqlConnection x, NpgsqlTransaction y, long id, CancellationToken stop) => x.ExecuteAsync(new CommandDefinition("UPDATE a SET n = 1 WHERE id = @id", new { id }, y, cancellationToken: stop));
            static void Two(NpgsqlConnection x, NpgsqlTransaction y, long id)
            {
                using var command = new NpgsqlCommand("UPDATE a SET n = 1 WHERE id = @id", x, y);
                command.Parameters.AddWithValue("id", id);
                command.ExecuteNonQuery();
            }
        }
        """);

    [Theory]
    [InlineData("await accounts.ChangeAsync(transaction, from, -cents); await [|accounts.ChangeAsync(transaction, to, cents)|];")]
    public Task Where_the_caller_does_not_have_what_the_method_has_there_is_no_fix(string statements) => Rule.NoFix(Calling(statements));
}
