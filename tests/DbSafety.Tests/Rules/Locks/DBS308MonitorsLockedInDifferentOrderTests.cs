using DbSafety.Rules.Locks;
using DbSafety.Tests.Engine;
using Xunit;

namespace DbSafety.Tests.Rules.Locks;

using Rule = Verify<DBS308MonitorsLockedInDifferentOrder>;

public class DBS308MonitorsLockedInDifferentOrderTests
{
    [Fact]
    public Task Two_methods_in_opposite_order_are_reported() => Rule.Reports(
        In("lock (_a) { lock (_b) { Query(); } }", "lock (_b) { lock ([|_a|]) { Query(); } }"),
        "'Cache.Second' locks '_b' and then '_a', and 'Cache.First' locks '_a' and then '_b'; when these run at once each waits for the other for ever, so take the locks in one order everywhere");

    [Theory]
    [InlineData("lock (_b) { Query(); lock ([|_a|]) { } }")]
    [InlineData("lock (this._b) lock ([|this._a|]) Query();")]
    [InlineData("Monitor.Enter(_b); try { [|Monitor.Enter(_a)|]; Query(); Monitor.Exit(_a); } finally { Monitor.Exit(_b); }")]
    [InlineData("lock (_b) { [|Inner()|]; }")]
    [InlineData("lock (_b) { [|Outer()|]; }")]
    [InlineData("Action a = () => { lock (_b) { lock ([|_a|]) { } } }; a();")]
    public Task Every_way_to_take_them_is_seen(string second) => Rule.Reports(In("lock (_a) { lock (_b) { Query(); } }", second));

    [Theory]
    [InlineData("await _s.WaitAsync(ct); try { await _t.WaitAsync(); try { Query(); } finally { _t.Release(); } } finally { _s.Release(); }",
        "await _t.WaitAsync(); try { await [|_s.WaitAsync()|]; Query(); _s.Release(); } finally { _t.Release(); }")]
    [InlineData("_s.Wait(); lock (_a) { Query(); } _s.Release();", "lock (_a) { [|_s.Wait(ct)|]; Query(); _s.Release(); }")]
    [InlineData("using (_l.EnterScope()) { lock (_a) { Query(); } }", "lock (_a) { using var scope = [|_l.EnterScope()|]; Query(); }")]
    [InlineData("lock (_l) { lock (S) { Query(); } }", "lock (S) { [|_l.Enter()|]; Query(); _l.Exit(); }")]
    public Task Semaphores_and_locks_are_locks_too(string first, string second) => Rule.Reports(In(first, second));

    [Theory]
    [InlineData("lock (_a) { lock (_b) { Query(); } }", "lock (_a) { lock (_b) { Query(); } }")]
    [InlineData("lock (_a) { lock (_b) { } }", "lock (_b) { lock (_a) { } }")]
    [InlineData("lock (_a) { lock (_b) { Query(); } }", "lock (_b) { Query(); } lock (_a) { Query(); }")]
    [InlineData("lock (_a) { lock (_b) { Query(); } }", "lock (_b) { Action a = () => { lock (_a) { Query(); } }; a(); }")]
    [InlineData("lock (_a) { lock (_b) { Query(); } }", "lock (other._b) { lock (other._a) { Query(); } }")]
    [InlineData("lock (S) { lock (_a) { lock (_b) { Query(); } } }", "lock (S) { lock (_b) { lock (_a) { Query(); } } }")]
    [InlineData("lock (_a) { lock (_b) { Query(); } }", "lock (_b) { if (Monitor.TryEnter(_a)) { Query(); Monitor.Exit(_a); } }")]
    [InlineData("lock (_a) { _s.Wait(); Query(); _s.Release(); }", "_s.Wait(); Query(); if (_s.Wait(10)) { } _s.Release();")]
    [InlineData("lock (_a) { _s.Wait(); Query(); _s.Release(); }", "if (id > 0) { _s.Wait(); Query(); _s.Release(); return; } lock (_a) { Query(); }")]
    [InlineData("lock (_a) { if (_s.Wait(10)) { Query(); _s.Release(); } }", "_s.Wait(); lock (_a) { Query(); } _s.Release();")]
    [InlineData("lock (_a) { _many.Wait(); Query(); _many.Release(); }", "_many.Wait(); lock (_a) { Query(); } _many.Release();")]
    [InlineData("lock (_a) { lock (_a) { Query(); } }", "lock (_b) { Query(); }")]
    [InlineData("lock (_a) { lock (_b) { Query(); } }", "var x = new object(); lock (x) { lock (_b) { lock (x) { Query(); } } }")]
    public Task One_order_another_object_or_no_database_is_silent(string first, string second) => Rule.Silent(In(first, second));

    [Fact]
    public Task Two_types_with_one_lock_each_are_silent() => Rule.Silent(
        """
        class A { private readonly object _a = new(); public void M(B b, NpgsqlConnection c) { lock (_a) { b.N(this, c); c.Open(); } } }
        class B { private readonly object _b = new(); public void N(A a, NpgsqlConnection c) { lock (_b) { a.M(this, c); c.Open(); } } }
        """);

    private static string In(string first, string second) =>
        $$"""
        class Cache(NpgsqlConnection connection)
        {
            private static readonly object S = new();
            private readonly object _a = new(), _b = new();
            private readonly SemaphoreSlim _s = new(1, 1), _t = new SemaphoreSlim(1);
            private readonly SemaphoreSlim _many = new(4);
            private readonly Lock _l = new();

            public {{Returns(first)}} First(Cache other, int id, CancellationToken ct) { {{first}} }
            public {{Returns(second)}} Second(Cache other, int id, CancellationToken ct) { {{second}} }

            private void Query() => connection.Execute("SELECT 1");
            private void Inner() { lock (_a) { Query(); } }
            private void Outer() => Inner();
        }
        """;

    private static string Returns(string body) => body.Contains("await ") ? "async Task" : "void";
}
