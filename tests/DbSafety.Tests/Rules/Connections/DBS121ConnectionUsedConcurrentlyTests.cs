using DbSafety.Rules.Connections;
using DbSafety.Tests.Engine;
using Xunit;

namespace DbSafety.Tests.Rules.Connections;

using Rule = Verify<DBS121ConnectionUsedConcurrently>;

public class DBS121ConnectionUsedConcurrentlyTests
{
    [Fact]
    public Task The_message_names_the_connection() => Rule.Reports(
        Program("await Task.WhenAll(c.ExecuteAsync(\"SELECT 1\"), [|c.ExecuteAsync(\"SELECT 2\")|]); await Task.WhenAll(db.Users.ToListAsync(), [|db.SaveChangesAsync()|]); Parallel.ForEach(ids, id => [|lite.Execute(\"SELECT 1\")|]);"),
        "'c' is used by several operations at once, and the second one throws; await one before the next starts, or give each a connection of its own",
        "'db' is used by several operations at once, and the second one throws; await one before the next starts, or give each a context of its own from a factory",
        "'lite' is used by several operations at once, on several threads; await one before the next starts, or give each a connection of its own");

    [Theory]
    [InlineData("await Task.WhenAll(LoadAsync(db), [|LoadAsync(db)|]);")]
    [InlineData("await Task.WhenAll(LoadAsync(db, 1), [|this.LoadAsync(id: 2, db: db)|]).ConfigureAwait(false);")]
    [InlineData("await Task.WhenAll(new Task[] { db.Users.Where(u => u.Id > 1).ToListAsync(), [|db.Posts.AsNoTracking().CountAsync()|] });")]
#if !ROSLYN48 // Ambiguous there.
    [InlineData("await Task.WhenAll([db.Users.ToListAsync(), [|db.Posts.ToListAsync()|]]);")]
#endif
    [InlineData("await Task.WhenAll(db.Users.FindAsync(1).AsTask(), [|db.Posts.FindAsync(1)|].AsTask());")]
    [InlineData("await Task.WhenAll(Task.Run(() => c.Query(\"SELECT 1\")), Task.Run(() => [|c.Query(\"SELECT 1\")|]));")]
    [InlineData("await Task.WhenAll(my.ExecuteAsync(\"SELECT 1\"), [|my.ExecuteAsync(\"SELECT 2\")|]);")]
    [InlineData("await Task.WhenAll(field.Users.ToListAsync(), [|field.Posts.ToListAsync()|]);")]
    [InlineData("await Task.WhenAll(primary.Users.ToListAsync(), [|primary.Posts.ToListAsync()|]);")]
    [InlineData("await Task.WhenAll(ids.Select(async id => { await [|db.Users.FindAsync(id)|]; }));")]
    [InlineData("await Task.WhenAll(ids.Select(id => [|LoadAsync(db, id)|]));")]
    [InlineData("await Task.WhenAll(ids.Select(id => [|db.Users.FindAsync(id)|].AsTask()).ToList());")]
    [InlineData("var tasks = ids.Select(async id => await [|c.ExecuteAsync(\"SELECT 1\")|]); await Task.WhenAll(tasks);")]
    [InlineData("var tasks = ids.Select(id => Task.Run(() => [|lite.Execute(\"SELECT 1\")|])).ToArray(); Task.WhenAll(tasks).Wait();")]
    [InlineData("await Parallel.ForEachAsync(ids, async (id, t) => { await [|db.Users.FindAsync([id], t)|]; });")]
    [InlineData("Parallel.For(0, 3, i => { using var k = new NpgsqlCommand(\"SELECT 1\", c); [|k.ExecuteNonQuery()|]; });")]
    [InlineData("Parallel.Invoke(() => db.Users.Load(), () => [|db.Posts.Load()|]);")]
    [InlineData("var users = db.Users.ToListAsync(); var posts = [|db.Posts.ToListAsync()|]; await Task.WhenAll(users, posts);")]
    [InlineData("var users = db.Users.ToListAsync(); var posts = [|db.Posts.ToListAsync()|]; await users; await posts;")]
    [InlineData("Task users = c.ExecuteAsync(\"SELECT 1\"); var n = 1; await [|c.ExecuteAsync(\"SELECT 2\")|]; await users;")]
    [InlineData("var users = LoadAsync(db); var posts = [|LoadAsync(db)|]; await users; await posts;")]
    [InlineData("using var k = new NpgsqlCommand(\"SELECT 1\", c); var a = k.ExecuteNonQueryAsync(); var b = [|c.ExecuteAsync(\"SELECT 2\")|]; await a; await b;")]
    public Task One_connection_or_context_in_several_tasks_is_reported(string body) => Rule.Reports(Program(body));

    [Theory]
    [InlineData("await db.Users.ToListAsync(); await db.Posts.ToListAsync();")]
    [InlineData("await Task.WhenAll(db.Users.ToListAsync());")]
    [InlineData("await Task.WhenAll(db.Users.ToListAsync(), other.Users.ToListAsync());")]
    [InlineData("await Task.WhenAll(db.Users.ToListAsync(), c.ExecuteAsync(\"SELECT 1\"));")]
    [InlineData("await Task.WhenAll(db.Users.ToListAsync(), Task.Delay(1));")]
    [InlineData("await Task.WhenAll(lite.ExecuteAsync(\"SELECT 1\"), lite.ExecuteAsync(\"SELECT 2\"));")]
    [InlineData("await Task.WhenAll(sql.ExecuteAsync(\"SELECT 1\"), sql.ExecuteAsync(\"SELECT 2\"));")]
    [InlineData("await Task.WhenAll(any.ExecuteAsync(\"SELECT 1\"), any.ExecuteAsync(\"SELECT 2\"));")]
    [InlineData("await Task.WhenAll(source.CreateCommand(\"SELECT 1\").ExecuteNonQueryAsync(), source.CreateCommand(\"SELECT 1\").ExecuteNonQueryAsync());")]
    [InlineData("await Task.WhenAll(ids.Select(async id => { await using var own = await source.OpenConnectionAsync(); await own.ExecuteAsync(\"SELECT 1\"); }));")]
    [InlineData("await Task.WhenAll(ids.Select(async id => { using var own = factory.CreateDbContext(); await own.Users.FindAsync(id); }));")]
    [InlineData("await Task.WhenAll(ids.Select(async id => { await gate.WaitAsync(); try { await db.Users.FindAsync(id); } finally { gate.Release(); } }));")]
    [InlineData("Parallel.ForEach(ids, id => { lock (db) { db.Users.Find(id); } });")]
    [InlineData("Parallel.ForEach(db.Users.ToList(), user => { user.Id++; });")]
    [InlineData("await Parallel.ForEachAsync(ids, async (id, t) => { await using var own = await source.OpenConnectionAsync(t); await own.ExecuteAsync(\"SELECT 1\"); });")]
    [InlineData("foreach (var task in ids.Select(async id => await db.Users.FindAsync(id))) { await task; }")]
    [InlineData("var users = db.Users.ToListAsync(); await users; var posts = db.Posts.ToListAsync(); await posts;")]
    [InlineData("var users = db.Users.ToListAsync(); if (ids.Length > 1) { await db.Posts.ToListAsync(); } await users;")]
    [InlineData("var users = db.Users.Where(u => u.Id > 1); var posts = db.Posts.ToListAsync(); await posts; await users.ToListAsync();")]
    [InlineData("Func<Task> a = () => db.Users.ToListAsync(); Func<Task> b = () => db.Posts.ToListAsync(); await a(); await b();")]
    [InlineData("await Task.WhenAll(ids.Select(id => SendAsync(id)));")]
    public Task One_after_the_other_or_one_for_each_is_silent(string body) => Rule.Silent(Program(body));

    [Fact]
    public Task EF_Core_on_SQLite_has_run_when_it_returns() => Rule.Silent(
        """
        using Microsoft.EntityFrameworkCore;
        class User { public int Id { get; set; } }
        class Db : DbContext { public DbSet<User> Users => Set<User>(); }
        class C { System.Threading.Tasks.Task M(Db db) => System.Threading.Tasks.Task.WhenAll(db.Users.ToListAsync(), db.Users.ToListAsync()); }
        """,
        new Setup { References = References.SqliteEf, Usings = false });

    private static string Program(string body) => $$"""
        class User { public int Id { get; set; } }
        class Db : DbContext { public DbSet<User> Users => Set<User>(); public DbSet<User> Posts => Set<User>(); }
        class C(Db primary, SemaphoreSlim gate)
        {
            private readonly Db field = primary;
            Task LoadAsync(Db db, int id = 0) => Task.CompletedTask;
            Task SendAsync(int id) => Task.CompletedTask;
            async Task M(Db db, Db other, NpgsqlConnection c, MySqlConnection my, SqliteConnection lite, SqlConnection sql, DbConnection any, NpgsqlDataSource source, IDbContextFactory<Db> factory, int[] ids)
            {
                await Task.Yield();
                {{body}}
            }
        }
        """;
}
