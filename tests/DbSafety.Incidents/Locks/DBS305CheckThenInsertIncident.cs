using System.Data;
using System.Data.Common;
using Dapper;
using Xunit;

namespace DbSafety.Incidents.Locks;

/// <summary>Two callers register the same address: both have asked when the first of them inserts.</summary>
public class DBS305CheckThenInsertIncident
{
    private const string Insert = "INSERT INTO customers (email) VALUES ('ada@example.com')";

    [Fact]
    public async Task On_SQLite_the_row_is_there_twice()
    {
        using var file = new SqliteFile(Customers(isUnique: false), wal: true);
        Assert.Equal([null, null], await Race(file.Open, Insert, inTransaction: false));
        Assert.Equal(2, Count(file.Open));
    }

    [Fact]
    public async Task On_SQLite_one_transaction_around_both_is_enough()
    {
        using var file = new SqliteFile(Customers(isUnique: false), wal: true);
        await Task.WhenAll(Registers(file.Open), Registers(file.Open));
        Assert.Equal(1, Count(file.Open));

        static Task Registers(Func<DbConnection> open) => Task.Run(() =>
        {
            using var connection = open();
            using var transaction = connection.BeginTransaction();
            if (Count(connection, "") == 0)
            {
                connection.Execute(Insert, transaction: transaction);
            }
            transaction.Commit();
        });
    }

    [Fact]
    public async Task With_a_unique_key_alone_the_second_caller_fails()
    {
        using var file = new SqliteFile(Customers(isUnique: true), wal: true);
        Assert.Single(await Race(file.Open, Insert, inTransaction: false), e => e == "19");
        using var schema = new PostgresSchema(Customers(isUnique: true));
        Assert.Single(await Race(schema.Open, Insert, inTransaction: true), e => e == "23505");
        using var database = new MariaDbDatabase(Customers(isUnique: true));
        Assert.Single(await Race(database.Open, Insert, inTransaction: false), e => e == "1062");
    }

    [Fact]
    public async Task With_a_unique_key_and_a_statement_that_knows_of_it_both_succeed_and_there_is_one_row()
    {
        using var file = new SqliteFile(Customers(isUnique: true), wal: true);
        Assert.Equal([null, null], await Race(file.Open, Insert + " ON CONFLICT (email) DO NOTHING", inTransaction: false));
        Assert.Equal(1, Count(file.Open));
        using var schema = new PostgresSchema(Customers(isUnique: true));
        Assert.Equal([null, null], await Race(schema.Open, Insert + " ON CONFLICT (email) DO NOTHING", inTransaction: true));
        Assert.Equal(1, Count(schema.Open));
        using var database = new MariaDbDatabase(Customers(isUnique: true));
        Assert.Equal([null, null], await Race(database.Open, Insert + " ON DUPLICATE KEY UPDATE email = email", inTransaction: true));
        Assert.Equal(1, Count(database.Open));
    }

    [Theory]
    [InlineData("", IsolationLevel.ReadCommitted, 2, null)]
    [InlineData("FOR UPDATE", IsolationLevel.ReadCommitted, 2, null)]
    [InlineData("FOR UPDATE", IsolationLevel.RepeatableRead, 2, null)]
    [InlineData("", IsolationLevel.Serializable, 1, "40001")]
    public async Task On_PostgreSQL_a_row_lock_locks_nothing_where_there_is_no_row(string locks, IsolationLevel level, int rows, string? error)
    {
        using var schema = new PostgresSchema(Customers(isUnique: false));
        Assert.Equal(error, Assert.Single((await Race(schema.Open, Insert, inTransaction: true, locks, level)).Distinct(), e => rows == 2 || e is not null));
        Assert.Equal(rows, Count(schema.Open));
    }

    [Theory]
    [InlineData("", IsolationLevel.RepeatableRead, 2, null)]
    [InlineData("FOR UPDATE", IsolationLevel.ReadCommitted, 2, null)]
    [InlineData("FOR UPDATE", IsolationLevel.RepeatableRead, 1, "1213")]
    public async Task On_MariaDB_it_locks_the_gap_from_RepeatableRead_on_and_one_of_the_two_is_killed(string locks, IsolationLevel level, int rows, string? error)
    {
        using var database = new MariaDbDatabase(Customers(isUnique: false));
        Assert.Equal(error, Assert.Single((await Race(database.Open, Insert, inTransaction: true, locks, level)).Distinct(), e => rows == 2 || e is not null));
        Assert.Equal(rows, Count(database.Open));
    }

    [Fact]
    public void The_clause_inserts_no_row_where_there_is_one_and_that_is_all_that_tells()
    {
        const string Ada = "INSERT INTO people (email, name) VALUES ('ada@example.com', 'Ada')";
        using var file = new SqliteFile(People);
        using var schema = new PostgresSchema(People);
        using var database = new MariaDbDatabase(People);
        Assert.Equal([1, 0], Twice(file.Open, Ada + " ON CONFLICT (email) DO NOTHING"));
        Assert.Equal([1, 0], Twice(schema.Open, Ada + " ON CONFLICT (email) DO NOTHING"));
        // Found rows are counted, unless the connection string says UseAffectedRows.
        Assert.Equal([1, 1], Twice(database.Open, Ada + " ON DUPLICATE KEY UPDATE email = email"));
        Assert.Equal([0], Once(() => database.Open("Use Affected Rows=true"), Ada + " ON DUPLICATE KEY UPDATE email = email"));

        static int[] Twice(Func<DbConnection> open, string insert) => [.. Once(open, insert), .. Once(open, insert)];
        static int[] Once(Func<DbConnection> open, string insert)
        {
            using var connection = open();
            return [connection.Execute(insert)];
        }
    }

    [Fact]
    public void Another_key_still_fails_but_not_on_MariaDB()
    {
        const string Ada = "INSERT INTO people (email, name) VALUES ('ada@example.com', 'Ada')", Other = "INSERT INTO people (email, name) VALUES ('other@example.com', 'Ada')";
        using var file = new SqliteFile($"{People}; {Ada}");
        using var schema = new PostgresSchema($"{People}; {Ada}");
        using var database = new MariaDbDatabase($"{People}; {Ada}");
        using var sqlite = file.Open();
        using var postgres = schema.Open();
        using var maria = database.Open();
        Assert.Equal(19, Assert.Throws<Microsoft.Data.Sqlite.SqliteException>(() => sqlite.Execute(Other + " ON CONFLICT (email) DO NOTHING")).SqliteErrorCode);
        Assert.Equal("23505", Assert.Throws<Npgsql.PostgresException>(() => postgres.Execute(Other + " ON CONFLICT (email) DO NOTHING")).SqlState);
        maria.Execute(Other + " ON DUPLICATE KEY UPDATE email = email");
        Assert.Equal("ada@example.com", Assert.Single(maria.Query<string>("SELECT email FROM people")));
        // INSERT IGNORE drops that one as well, and makes a warning of every other error.
        maria.Execute("INSERT IGNORE INTO people (email, name) VALUES (NULL, 'Eve')");
        Assert.Equal("", maria.ExecuteScalar<string>("SELECT email FROM people WHERE name = 'Eve'"));
    }

    [Fact]
    public void Without_the_key_the_clause_is_rejected()
    {
        const string Clause = Insert + " ON CONFLICT (email) DO NOTHING";
        using var file = new SqliteFile(Customers(isUnique: false));
        using var schema = new PostgresSchema(Customers(isUnique: false) + "; CREATE UNIQUE INDEX customers_lower ON customers (lower(email)); CREATE UNIQUE INDEX customers_some ON customers (email) WHERE email > 'b'");
        using var sqlite = file.Open();
        using var postgres = schema.Open();
        Assert.Equal(1, Assert.Throws<Microsoft.Data.Sqlite.SqliteException>(() => sqlite.Execute(Clause)).SqliteErrorCode);
        Assert.Equal("42P10", Assert.Throws<Npgsql.PostgresException>(() => postgres.Execute(Clause)).SqlState);
        postgres.Execute("ALTER TABLE customers ADD UNIQUE (email) DEFERRABLE INITIALLY DEFERRED");
        Assert.Equal("55000", Assert.Throws<Npgsql.PostgresException>(() => postgres.Execute(Clause)).SqlState);
    }

    private const string People = "CREATE TABLE people (email VARCHAR(100) NOT NULL UNIQUE, name VARCHAR(100) NOT NULL UNIQUE)";

    private static string Customers(bool isUnique) => $"CREATE TABLE customers (email VARCHAR(100) NOT NULL {(isUnique ? "UNIQUE" : "")})";

    /// <summary>The error of each caller, by its code; null for one that succeeded.</summary>
    private static async Task<string?[]> Race(Func<DbConnection> open, string insert, bool inTransaction, string locks = "", IsolationLevel level = IsolationLevel.ReadCommitted)
    {
        using var asked = new Barrier(2);
        return await Task.WhenAll(Task.Run(Register), Task.Run(Register));

        string? Register()
        {
            using var connection = open();
            using var transaction = inTransaction ? connection.BeginTransaction(level) : null;
            try
            {
                var found = Count(connection, locks, transaction);
                asked.SignalAndWait();
                if (found == 0)
                {
                    connection.Execute(insert, transaction: transaction);
                }
                transaction?.Commit();
                return null;
            }
            catch (DbException error)
            {
                return error.SqlState is { Length: > 0 } state && error is Npgsql.NpgsqlException ? state
                    : error is MySqlConnector.MySqlException mySql ? mySql.Number.ToString(System.Globalization.CultureInfo.InvariantCulture)
                    : ((Microsoft.Data.Sqlite.SqliteException)error).SqliteErrorCode.ToString(System.Globalization.CultureInfo.InvariantCulture);
            }
        }
    }

    private static int Count(Func<DbConnection> open)
    {
        using var connection = open();
        return Count(connection, "");
    }

    private static int Count(DbConnection connection, string locks, DbTransaction? transaction = null) =>
        connection.Query<string>($"SELECT email FROM customers WHERE email = 'ada@example.com' {locks}", transaction: transaction).Count();
}
