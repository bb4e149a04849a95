using System.Data.Common;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Dapper;
using Microsoft.Data.Sqlite;
using Xunit;

namespace DbSafety.Incidents.Transactions;

/// <summary>A gateway that answers after a second and a half, asked in a transaction and in front of it.</summary>
public class DBS213ExternalCallInsideTransactionIncident
{
    private const string Orders = "CREATE TABLE orders (id INTEGER PRIMARY KEY, status VARCHAR(20)); INSERT INTO orders VALUES (1, 'placed'), (2, 'placed')";
    private static readonly TimeSpan Answer = TimeSpan.FromSeconds(1.5);

    [Fact]
    public async Task On_PostgreSQL_another_update_of_the_row_waits_for_the_gateway()
    {
        using var schema = new PostgresSchema(Orders);
        Assert.InRange(await OtherUpdateTakes(schema.Open, askInside: true), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(20));
        Assert.InRange(await OtherUpdateTakes(schema.Open, askInside: false), TimeSpan.Zero, TimeSpan.FromSeconds(0.7));
    }

    [Fact]
    public async Task On_MariaDB_too()
    {
        using var database = new MariaDbDatabase(Orders);
        Assert.InRange(await OtherUpdateTakes(database.Open, askInside: true), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(20));
        Assert.InRange(await OtherUpdateTakes(database.Open, askInside: false), TimeSpan.Zero, TimeSpan.FromSeconds(0.7));
    }

    [Fact]
    public async Task On_SQLite_nobody_can_write_another_row()
    {
        using var file = new SqliteFile(Orders, wal: true);
        var error = await Assert.ThrowsAsync<SqliteException>(() => OtherUpdateTakes(file.Open, askInside: true, row: 2));
        Assert.Equal("SQLite Error 5: 'database is locked'.", error.Message);
        await OtherUpdateTakes(file.Open, askInside: false, row: 2);
    }

    private static async Task<TimeSpan> OtherUpdateTakes(Func<DbConnection> open, bool askInside, int row = 1)
    {
        await using var gateway = Gateway.Start();
        using var client = new HttpClient();
        await using var connection = open();
        await using var other = open();
        var asked = askInside ? null : client.GetStringAsync(gateway.Address, TestContext.Current.CancellationToken);

        await using var transaction = connection.BeginTransaction();
        connection.Execute("UPDATE orders SET status = 'paid' WHERE id = 1", transaction: transaction);
        var watch = new Stopwatch();
        var update = Task.Run(() =>
        {
            watch.Start();
            other.Execute("UPDATE orders SET status = 'seen' WHERE id = @row", new { row });
            watch.Stop();
        }, TestContext.Current.CancellationToken);
        if (askInside)
        {
            await client.GetStringAsync(gateway.Address, TestContext.Current.CancellationToken);
        }
        transaction.Commit();
        await update;
        if (asked is not null)
        {
            await asked;
        }
        return watch.Elapsed;
    }

    private sealed class Gateway(TcpListener listener) : IAsyncDisposable
    {
        private Task _serves = Task.CompletedTask;

        public Uri Address => new($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/");

        public static Gateway Start()
        {
            var gateway = new Gateway(new(IPAddress.Loopback, 0));
            gateway._serves = gateway.ServeAsync();
            return gateway;
        }

        public async ValueTask DisposeAsync()
        {
            listener.Stop();
            await _serves.ContinueWith(_ => { }, TaskScheduler.Default);
            listener.Dispose();
        }

        private async Task ServeAsync()
        {
            listener.Start();
            using var client = await listener.AcceptTcpClientAsync();
            await Task.Delay(Answer);
            await client.GetStream().WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok"u8.ToArray());
        }
    }
}
