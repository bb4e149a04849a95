using System.Data.Common;
using Dapper;
using Microsoft.EntityFrameworkCore;
using Xunit;

namespace DbSafety.Incidents.Locks;

/// <summary>Transfers between two of four accounts, debit first: whose account that is the caller says.</summary>
public class DBS301RowsLockedInCallerOrderIncident
{
    private const int Accounts = 4;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task PostgreSql_kills_transfers_that_cross(bool isLockedFirst)
    {
        using var schema = new PostgresSchema(Transfers.Schema);
        await Deadlocks(schema.Open, isLockedFirst);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task MariaDb_kills_transfers_that_cross(bool isLockedFirst)
    {
        using var database = new MariaDbDatabase(Transfers.Schema);
        await Deadlocks(database.Open, isLockedFirst);
    }

    [Fact]
    public async Task EF_Core_sorts_the_updates_of_one_SaveChanges()
    {
        using var schema = new PostgresSchema(
            """
            CREATE TABLE accounts (id BIGINT PRIMARY KEY, cents BIGINT NOT NULL);
            CREATE TABLE banks (id BIGINT PRIMARY KEY, cents BIGINT NOT NULL);
            CREATE TABLE log (n SERIAL, line TEXT);
            CREATE FUNCTION write() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO log (line) VALUES (TG_TABLE_NAME || NEW.id); RETURN NEW; END $$;
            INSERT INTO accounts VALUES (1, 0), (2, 0), (3, 0);
            INSERT INTO banks VALUES (1, 0);
            CREATE TRIGGER t BEFORE UPDATE ON accounts FOR EACH ROW EXECUTE FUNCTION write();
            CREATE TRIGGER t BEFORE UPDATE ON banks FOR EACH ROW EXECUTE FUNCTION write();
            """);
        await using var context = new Books(schema);
        (await context.Banks.FindAsync([1L], TestContext.Current.CancellationToken))!.Cents = 1;
        foreach (var id in new[] { 3L, 1L, 2L })
        {
            (await context.Accounts.FindAsync([id], TestContext.Current.CancellationToken))!.Cents = 1;
        }
        await context.SaveChangesAsync(TestContext.Current.CancellationToken);

        using var check = schema.Open();
        Assert.Equal(["accounts1", "accounts2", "accounts3", "banks1"], check.Query<string>("SELECT line FROM log ORDER BY n"));
    }

    private sealed class Books(PostgresSchema schema) : DbContext
    {
        public DbSet<Account> Accounts => Set<Account>();
        public DbSet<Bank> Banks => Set<Bank>();

        protected override void OnConfiguring(DbContextOptionsBuilder options) => options.UseNpgsql(schema.Source);

        protected override void OnModelCreating(ModelBuilder model)
        {
            model.Entity<Account>().ToTable("accounts").Property(a => a.Id).HasColumnName("id");
            model.Entity<Account>().Property(a => a.Cents).HasColumnName("cents");
            model.Entity<Bank>().ToTable("banks").Property(a => a.Id).HasColumnName("id");
            model.Entity<Bank>().Property(a => a.Cents).HasColumnName("cents");
        }
    }

    private sealed class Account
    {
        public long Id { get; set; }
        public long Cents { get; set; }
    }

    private sealed class Bank
    {
        public long Id { get; set; }
        public long Cents { get; set; }
    }

    private static async Task Deadlocks(Func<DbConnection> open, bool isLockedFirst)
    {
        var victims = await Transfers.Victims(open, Accounts, (connection, transaction, random) =>
        {
            var from = random.Next(Accounts) + 1;
            var to = (from + random.Next(Accounts - 1)) % Accounts + 1;
            if (isLockedFirst)
            {
                connection.Execute("SELECT id FROM accounts WHERE id IN (@from, @to) ORDER BY id FOR UPDATE", new { from, to }, transaction);
            }
            connection.Execute("UPDATE accounts SET cents = cents - 1 WHERE id = @from", new { from }, transaction);
            Thread.Sleep(1); // A network between program and server takes as long.
            connection.Execute("UPDATE accounts SET cents = cents + 1 WHERE id = @to", new { to }, transaction);
        });
        TestContext.Current.TestOutputHelper!.WriteLine($"{victims} of {Transfers.Workers * Transfers.PerWorker} transactions");

        if (isLockedFirst)
        {
            Assert.Equal(0, victims);
        }
        else
        {
            Assert.InRange(victims, 10, 240);
        }
        using var check = open();
        Assert.Equal(Accounts * 1000, check.ExecuteScalar<int>("SELECT SUM(cents) FROM accounts"));
    }
}
