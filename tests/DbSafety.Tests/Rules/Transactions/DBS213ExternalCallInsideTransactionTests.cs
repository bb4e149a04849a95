using DbSafety.Rules.Transactions;
using DbSafety.Tests.Engine;
using Xunit;

namespace DbSafety.Tests.Rules.Transactions;

using Rule = Verify<DBS213ExternalCallInsideTransaction>;

public class DBS213ExternalCallInsideTransactionTests
{
    private const string Libraries = """
        namespace RabbitMQ.Client { public interface IChannel { ValueTask BasicPublishAsync(string exchange, byte[] body); } }
        namespace Confluent.Kafka { public interface IProducer<TKey, TValue> { Task ProduceAsync(string topic, TValue message); } }
        namespace Azure.Messaging.ServiceBus { public class ServiceBusSender { public virtual Task SendMessageAsync(object message) => Task.CompletedTask; public virtual Task CloseAsync() => Task.CompletedTask; } }
        namespace MassTransit { public interface IPublishEndpoint { Task Publish<T>(T message); } public interface IBus : IPublishEndpoint; }
        namespace NServiceBus { public interface IMessageSession; public static class IMessageSessionExtensions { public static Task Publish(this IMessageSession session, object message) => Task.CompletedTask; } }
        namespace MailKit { public interface IMailTransport { Task SendAsync(object message); } }
        namespace DotNetCore.CAP { public interface ICapPublisher { Task PublishAsync(string name, object content); } }
        namespace Own { public class HttpClient { public Task GetAsync() => Task.CompletedTask; } public static class Task2 { public static void Delay(int ms) { } } }
        """;

    [Fact]
    public Task The_message_says_what_and_in_which_transaction() => Rule.Reports(
        """
        class Payments(HttpClient gateway)
        {
            async Task PayAsync(NpgsqlConnection connection)
            {
                await using var transaction = await connection.BeginTransactionAsync();
                await connection.ExecuteAsync("UPDATE orders SET status = 'paid' WHERE id = 1", transaction: transaction);
                using var response = await [|gateway.GetAsync("charges")|];
                await [|Task.Delay(100)|];
                await transaction.CommitAsync();
            }
        }
        """,
        new Setup { Usings = true, Sources = ["global using System.Net.Http;"] },
        "'gateway.GetAsync' calls another service while transaction 'transaction' is open and holds its locks; do it before the transaction begins or after it ends",
        "'Task.Delay' waits while transaction 'transaction' is open and holds its locks; wait before the transaction begins or after it ends");

    [Theory]
    [InlineData("using var t = c.BeginTransaction(); [|Thread.Sleep(50)|]; t.Commit();")]
    [InlineData("using (var t = c.BeginTransaction()) { [|Task.Delay(50)|].Wait(); t.Commit(); }")]
    [InlineData("var t = c.BeginTransaction(); try { [|http.Send(new())|]; t.Commit(); } catch { t.Rollback(); throw; } finally { t.Dispose(); }")]
    [InlineData("using var t = c.BeginTransaction(); if (id == 1) { t.Rollback(); return; } await [|http.GetStringAsync(\"x\")|]; t.Commit();")]
    [InlineData("using var t = c.BeginTransaction(); await [|http.GetStringAsync(\"x\")|].ConfigureAwait(false); t.Commit();")]
    [InlineData("using var t = c.BeginTransaction(); await [|Task.Delay(id)|].ConfigureAwait(false); t.Commit();")]
    [InlineData("using var t = c.BeginTransaction(); foreach (var i in new[] { 1, 2 }) { await [|http.PostAsync(\"x\", null)|]; } t.Commit();")]
    [InlineData("using var t = c.BeginTransaction(); while (id > 0) { [|Thread.Sleep(id)|]; id--; } t.Commit();")]
    [InlineData("using var t = c.BeginTransaction(); using var m = new HttpRequestMessage(); var r = http is null ? null : await [|http.SendAsync(m)|]; t.Commit();")]
    [InlineData("using var t = c.BeginTransaction(); await [|new HttpClient().PatchAsync(requestUri: \"x\", content: null)|]; t.Commit();")]
    [InlineData("using var t = c.BeginTransaction(); await [|System.Net.Http.Json.HttpClientJsonExtensions.PostAsJsonAsync(http, \"x\", 1)|]; t.Commit();")]
    [InlineData("using var t = c.BeginTransaction(); using var mail = new System.Net.Mail.SmtpClient(); [|mail.Send(\"a\", \"b\", \"c\", \"d\")|]; t.Commit();")]
    [InlineData("using var t = c.BeginTransaction(); await [|transport.SendAsync(1)|]; t.Commit();")]
    [InlineData("using var t = c.BeginTransaction(); await [|channel.BasicPublishAsync(\"x\", [])|]; t.Commit();")]
    [InlineData("using var t = c.BeginTransaction(); await [|producer.ProduceAsync(\"x\", 1)|]; t.Commit();")]
    [InlineData("using var t = c.BeginTransaction(); await [|sender.SendMessageAsync(1)|]; t.Commit();")]
    [InlineData("using var t = c.BeginTransaction(); await [|bus.Publish(1)|]; t.Commit();")]
    [InlineData("using var t = c.BeginTransaction(); await [|NServiceBus.IMessageSessionExtensions.Publish(session, 1)|]; t.Commit();")]
    [InlineData("using var t = context.Database.BeginTransaction(); await context.SaveChangesAsync(); await [|http.GetStringAsync(\"x\")|]; t.Commit();")]
    [InlineData("using var s = new System.Transactions.TransactionScope(System.Transactions.TransactionScopeAsyncFlowOption.Enabled); c.Open(); c.Execute(\"DELETE FROM a WHERE id = 1\"); await [|http.GetStringAsync(\"x\")|]; s.Complete();")]
    [InlineData("using (new System.Transactions.TransactionScope()) { context.SaveChanges(); [|Thread.Sleep(100)|]; }")]
    [InlineData("Func<Task> f = async () => { using var t = c.BeginTransaction(); await [|http.GetStringAsync(\"x\")|]; t.Commit(); }; await f();")]
    public Task What_leaves_the_program_in_an_open_transaction_is_reported(string body) => Rule.Reports(Program(body), Net);

    [Theory]
    [InlineData("await http.GetStringAsync(\"x\"); using var t = c.BeginTransaction(); t.Commit();")]
    [InlineData("using var t = c.BeginTransaction(); t.Commit(); await http.GetStringAsync(\"x\");")]
    [InlineData("using (var t = c.BeginTransaction()) { t.Commit(); } await http.GetStringAsync(\"x\");")]
    [InlineData("using var t = c.BeginTransaction(); t.Rollback(); Thread.Sleep(5);")]
    [InlineData("using var t = id == 1 ? c.BeginTransaction() : null; await http.GetStringAsync(\"x\"); t?.Commit();")]
    [InlineData("var t = c.BeginTransaction(); if (id == 1) { t.Commit(); } await http.GetStringAsync(\"x\"); t.Dispose();")]
    [InlineData("using var t = c.BeginTransaction(); held = t; await http.GetStringAsync(\"x\"); t.Commit();")]
    [InlineData("t0.Save(\"x\"); await http.GetStringAsync(\"x\"); t0.Commit();")]
    public Task Where_no_transaction_is_certainly_open_it_is_silent(string body) => Rule.Silent(Program(body), Net);

    [Theory]
    [InlineData("using var t = c.BeginTransaction(); try { c.Execute(\"DELETE FROM a WHERE id = 1\"); } catch (DbException) { await Task.Delay(100); } t.Commit();")]
    [InlineData("using var t = c.BeginTransaction(); Thread.Sleep(0); t.Commit();")]
    [InlineData("using var t = c.BeginTransaction(); var timeout = Task.Delay(100); await Task.WhenAny(timeout, c.ExecuteAsync(\"DELETE FROM a WHERE id = 1\")); t.Commit();")]
    [InlineData("using var t = c.BeginTransaction(); Func<Task> later = () => http.GetStringAsync(\"x\"); t.Commit(); await later();")]
    [InlineData("using var t = c.BeginTransaction(); http.CancelPendingRequests(); var u = http.BaseAddress; t.Commit();")]
    [InlineData("using var t = c.BeginTransaction(); await outbox.PublishAsync(\"x\", 1); t.Commit();")]
    [InlineData("using var t = c.BeginTransaction(); await sender.CloseAsync(); t.Commit();")]
    [InlineData("using var t = c.BeginTransaction(); await new Own.HttpClient().GetAsync(); Own.Task2.Delay(5); t.Commit();")]
    [InlineData("using var s = new System.Transactions.TransactionScope(System.Transactions.TransactionScopeOption.Suppress); c.Open(); await http.GetStringAsync(\"x\"); s.Complete();")]
    [InlineData("using var t = c.BeginTransaction(); using (new System.Transactions.TransactionScope(System.Transactions.TransactionScopeOption.Suppress)) { await http.GetStringAsync(\"x\"); } t.Commit();")]
    [InlineData("using var s = new System.Transactions.TransactionScope(System.Transactions.TransactionScopeAsyncFlowOption.Enabled); await http.GetStringAsync(\"x\"); s.Complete();")]
    [InlineData("using var s = new System.Transactions.TransactionScope(System.Transactions.TransactionScopeAsyncFlowOption.Enabled); c.Open(); await sender.SendMessageAsync(1); s.Complete();")]
    [InlineData("await HoldLockAsync(); async Task HoldLockAsync() { using var t = c.BeginTransaction(); await Task.Delay(1000); t.Commit(); }")]
    public Task Waits_on_purpose_outboxes_and_suppressed_scopes_are_silent(string body) => Rule.Silent(Program(body), Net);

    private const string Methods = """
            async Task ChargeAsync(string id) { using var r = await http.PostAsync(id, null); r.EnsureSuccessStatusCode(); }
            Task<string> AskAsync(string id) => http.GetStringAsync(id);
            void Mail() { using var mail = new System.Net.Mail.SmtpClient(); mail.Send("a", "b", "c", "d"); }
            async Task CheckedAsync(string? id) { if (id is null) { throw new ArgumentNullException(nameof(id)); } try { await http.GetAsync(id).ConfigureAwait(false); } finally { held = null; } }
            async Task EachAsync(string[] ids) { foreach (var id in ids) { await http.GetAsync(id); } }
            async Task<int> OrThrowAsync() { var s = await http.GetStringAsync("x") ?? throw new InvalidOperationException(); return s.Length; }
            Task ThroughAsync(string id) => ChargeAsync(id);
            Task FarAsync(string id) => ThroughAsync(id);
            static async Task HelpAsync(HttpClient client) => await client.GetAsync("x");
            async Task InsideAsync(NpgsqlTransaction t) { await t.Connection!.ExecuteAsync("DELETE FROM a WHERE id = 1", transaction: t); await http.GetAsync("x"); }
            async Task MaybeAsync(bool wanted) { if (wanted) { await http.GetAsync("x"); } }
            async Task EarlyAsync(string? id) { if (id is null) return; await http.GetAsync(id); }
            async Task CachedAsync() { held ??= (await http.GetAsync("x")) is null ? null : held; }
            async Task FailedAsync() { try { await Task.Yield(); } catch { await http.GetAsync("x"); } }
            void Forget() { _ = http.GetAsync("x"); }
            void Later() { Task.Run(() => http.GetAsync("x")); }
            async Task PauseAsync() { await Task.Delay(100); }
            public virtual async Task AnyAsync() { await http.GetAsync("x"); }
            async Task LoopAsync(int n) { await LoopAsync(n - 1); }
            string Build() { var b = new HttpRequestMessage(); return b.GetHashCode().ToString(); }
        """;

    [Theory]
    [InlineData("await [|ChargeAsync(\"x\")|];")]
    [InlineData("await [|this.ChargeAsync(id: \"x\")|].ConfigureAwait(false);")]
    [InlineData("var s = await [|AskAsync(\"x\")|];")]
    [InlineData("var s = [|AskAsync(\"x\")|].Result;")]
    [InlineData("[|Mail()|];")]
    [InlineData("await [|CheckedAsync(\"x\")|];")]
    [InlineData("await [|EachAsync([\"x\"])|];")]
    [InlineData("await [|OrThrowAsync()|];")]
    [InlineData("await [|ThroughAsync(\"x\")|];")]
    [InlineData("await [|HelpAsync(http)|];")]
    [InlineData("await [|InsideAsync(t)|];")]
    [InlineData("await [|gateway.PayAsync()|];")]
    [InlineData("await [|Here()|]; async Task Here() => await http.GetAsync(\"x\");")]
    public Task A_method_that_always_makes_the_call_is_followed(string body) => Rule.Reports(Following(body), Net);

    [Theory]
    [InlineData("await FarAsync(\"x\");")]
    [InlineData("await MaybeAsync(true);")]
    [InlineData("await EarlyAsync(\"x\");")]
    [InlineData("await CachedAsync();")]
    [InlineData("await FailedAsync();")]
    [InlineData("Forget();")]
    [InlineData("Later();")]
    [InlineData("await PauseAsync();")]
    [InlineData("await AnyAsync();")]
    [InlineData("await service.PayAsync();")]
    [InlineData("await LoopAsync(3);")]
    [InlineData("Build();")]
    [InlineData("_ = ChargeAsync(\"x\");")]
    [InlineData("var later = ChargeAsync(\"x\"); t.Commit(); await later; return;")]
    [InlineData("Func<Task> f = () => ChargeAsync(\"x\");")]
    [InlineData("t.Commit(); await ChargeAsync(\"x\"); return;")]
    public Task A_method_that_may_not_make_it_is_not_followed(string body) => Rule.Silent(Following(body), Net);

    [Fact]
    public Task The_method_and_what_it_calls_are_named() => Rule.Reports(
        Following("await [|gateway.PayAsync()|];"), Net,
        "'gateway.PayAsync' calls another service by 'http.PostAsync' while transaction 't' is open and holds its locks; do it before the transaction begins or after it ends");

    private static string Following(string body) => $$"""
        interface IService { Task PayAsync(); }
        sealed class Gateway(HttpClient http) : IService { public async Task PayAsync() { using var r = await http.PostAsync("charges", null); } }
        class C(HttpClient http, Gateway gateway, IService service)
        {
            object? held;
        {{Methods}}
            async Task M(NpgsqlConnection c)
            {
                using var t = c.BeginTransaction();
                await c.ExecuteAsync("DELETE FROM a WHERE id = 1", transaction: t);
                {{body}}
                t.Commit();
            }
        }
        """;

    [Fact]
    public Task A_test_is_silent() => Rule.Silent(
        """
        class FactAttribute : Attribute;
        class C
        {
            [Fact] public void M(SqliteConnection connection) { using var t = connection.BeginTransaction(); Thread.Sleep(100); t.Commit(); }
        }
        """);

    private static Setup Net { get; } = new() { Sources = ["global using System.Net.Http;", Libraries] };

    private static string Program(string body) => $$"""
        class C(HttpClient http)
        {
            NpgsqlTransaction? held;
            async Task M(NpgsqlConnection c, NpgsqlTransaction t0, DbContext context, int id, MailKit.IMailTransport transport, RabbitMQ.Client.IChannel channel,
                Confluent.Kafka.IProducer<string, int> producer, Azure.Messaging.ServiceBus.ServiceBusSender sender, MassTransit.IBus bus, NServiceBus.IMessageSession session,
                DotNetCore.CAP.ICapPublisher outbox)
            {
                await Task.Yield();
                {{body}}
            }
        }
        """;
}
