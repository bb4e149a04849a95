using DbSafety.Rules.Transactions;
using DbSafety.Tests.Engine;
using Xunit;

namespace DbSafety.Tests.Rules.Transactions;

public class DBS214UserTransactionUnderRetryStrategyTests
{
    private const string Context = """
        public class Order { public long Id { get; set; } public int State { get; set; } public int Count; }
        public class ShopContext(DbContextOptions<ShopContext> options) : DbContext(options) { public DbSet<Order> Orders => Set<Order>(); }
        public class OtherContext(DbContextOptions<OtherContext> options) : DbContext(options) { public DbSet<Order> Orders => Set<Order>(); }
        """;

    private const string Retrying = """
        public static class Program
        {
            public static void Register(Microsoft.Extensions.DependencyInjection.IServiceCollection services) =>
                Microsoft.Extensions.DependencyInjection.EntityFrameworkServiceCollectionExtensions.AddDbContext<ShopContext>(services,
                    options => options.UseNpgsql("Host=db", npgsql => npgsql.EnableRetryOnFailure()));
        }
        """;

    /// <summary>SQL Server's part of EF Core, as far as it is configured.</summary>
    private const string SqlServer = """
        using Microsoft.EntityFrameworkCore.Infrastructure;
        namespace Microsoft.EntityFrameworkCore.Infrastructure
        {
            public class SqlServerDbContextOptionsBuilder { public SqlServerDbContextOptionsBuilder EnableRetryOnFailure(int maxRetryCount = 6) => this; public void ExecutionStrategy(Func<object, object> strategy) { } }
            public class AzureSqlDbContextOptionsBuilder : SqlServerDbContextOptionsBuilder { }
        }
        namespace Microsoft.EntityFrameworkCore
        {
            public static class SqlServerDbContextOptionsExtensions
            {
                public static DbContextOptionsBuilder UseSqlServer(this DbContextOptionsBuilder builder, string connection, Action<SqlServerDbContextOptionsBuilder>? action = null) => builder;
                public static DbContextOptionsBuilder UseAzureSql(this DbContextOptionsBuilder builder, string connection, Action<AzureSqlDbContextOptionsBuilder>? action = null) => builder;
            }
        }
        """;

    private static readonly Setup Default = With(Retrying);

    private static Setup With(params string[] sources) => new() { Sources = [Context, .. sources] };

    private static Setup OnConfiguring(string body, string members = "") => With(SqlServer) with
    {
        Sources = [SqlServer, $$"""
            using Microsoft.EntityFrameworkCore.Storage;
            public class Order { public long Id { get; set; } }
            public class ShopContext : DbContext
            {
                public DbSet<Order> Orders => Set<Order>();
                protected override void OnConfiguring(DbContextOptionsBuilder options) { {{body}} }
                {{members}}
            }
            public class QuietStrategy(DbContext context) : ExecutionStrategy(context, 3, TimeSpan.FromSeconds(1))
            {
                protected override bool ShouldRetryOn(Exception exception) => true;
                protected override void OnFirstExecution() { }
            }
            public class LoudStrategy(DbContext context) : ExecutionStrategy(context, 3, TimeSpan.FromSeconds(1))
            {
                protected override bool ShouldRetryOn(Exception exception) => true;
            }
            """],
    };

    private const string Usage = """
        class Service(ShopContext context)
        {
            public async Task Pay(long id)
            {
                await using var tx = await [|context.Database.BeginTransactionAsync()|];
                var order = await context.Orders.FirstAsync(o => o.Id == id);
                await context.SaveChangesAsync();
                await tx.CommitAsync();
            }
        }
        """;

    private static string Unmarked => Usage.Replace("[|", "").Replace("|]", "");

    [Fact]
    public Task A_query_in_a_transaction_is_reported() => Verify<DBS214UserTransactionUnderRetryStrategy>.Reports(Usage, Default,
        "'ShopContext' is configured to retry, so 'FirstAsync' in this transaction throws; run all of it inside Database.CreateExecutionStrategy().Execute");

    [Theory]
    [InlineData("using var tx = [|db.Database.BeginTransaction()|]; db.SaveChanges(); tx.Commit();")]
    [InlineData("using (var tx = [|db.Database.BeginTransaction(IsolationLevel.Serializable)|]) { db.SaveChanges(); tx.Commit(); }")]
    [InlineData("using (await [|db.Database.BeginTransactionAsync(IsolationLevel.Serializable, ct)|]) { await db.SaveChangesAsync(ct); await db.Database.CommitTransactionAsync(ct); }")]
    [InlineData("[|db.Database.BeginTransaction()|]; db.SaveChanges(); db.Database.CommitTransaction();")]
    [InlineData("await using var tx = await [|db.Database.BeginTransactionAsync(ct).ConfigureAwait(false)|]; db.Orders.ToList(); await tx.CommitAsync(ct);", true)]
    [InlineData("var tx = [|db.Database.BeginTransaction()|]; try { db.Orders.Where(o => o.Id == 1).ExecuteDelete(); tx.Commit(); } catch { tx.Rollback(); throw; }")]
    [InlineData("using var tx = [|RelationalDatabaseFacadeExtensions.BeginTransaction(db.Database, IsolationLevel.Serializable)|]; db.Orders.Find(1L); tx.Commit();")]
    [InlineData("using var tx = [|db.Database.BeginTransaction()|]; db.Orders.AsNoTracking().Where(o => o.Id == 1).Select(o => o.Id).ToArray(); tx.Commit();")]
    [InlineData("using var tx = [|db.Database.BeginTransaction()|]; db.Database.SqlQuery<int>($\"SELECT 1\").ToList(); tx.Commit();")]
    [InlineData("using var tx = [|db.Database.BeginTransaction()|]; await Save(); tx.Commit();")]
    [InlineData("using var scope = [|new System.Transactions.TransactionScope()|]; db.SaveChanges(); scope.Complete();")]
    [InlineData("using (System.Transactions.TransactionScope scope = [|new(System.Transactions.TransactionScopeAsyncFlowOption.Enabled)|]) { await db.Orders.LoadAsync(ct); scope.Complete(); }")]
    [InlineData("Func<Task> f = null!; await Task.Run(() => { using var tx = [|db.Database.BeginTransaction()|]; db.SaveChanges(); tx.Commit(); });")]
    [InlineData("void Local() { using var tx = [|db.Database.BeginTransaction()|]; db.SaveChanges(); tx.Commit(); } Local();")]
    [InlineData("using var tx = [|db!.Database.BeginTransaction()|]; db.SaveChanges(); tx.Commit();")]
    public Task Every_form_is_reported(string body, bool isAwaited = false) => Verify<DBS214UserTransactionUnderRetryStrategy>.Reports(
        $$"""
        class Service
        {
            Task Save() => Task.CompletedTask;

            public async Task M(ShopContext db, CancellationToken ct)
            {
                {{(isAwaited ? body.Replace(".ConfigureAwait(false)|]", "|].ConfigureAwait(false)") : body)}}
                await Task.Yield();
            }
        }
        """, Default);

    [Theory]
    [InlineData("using var tx = db.Database.BeginTransaction(); db.Database.ExecuteSql($\"DELETE FROM orders\"); tx.Commit();")]
    [InlineData("using (var tx = db.Database.BeginTransaction()) { db.Database.ExecuteSql($\"DELETE FROM orders\"); tx.Commit(); } db.SaveChanges();")]
    [InlineData("var tx = db.Database.BeginTransaction(); db.Database.ExecuteSql($\"DELETE FROM orders\"); tx.Commit(); db.SaveChanges();")]
    [InlineData("using var tx = other.Database.BeginTransaction(); other.SaveChanges(); tx.Commit();")]
    [InlineData("using var tx = db.Database.BeginTransaction(); other.SaveChanges(); tx.Commit();")]
    [InlineData("using var tx = any.Database.BeginTransaction(); any.SaveChanges(); tx.Commit();")]
    [InlineData("using var scope = new System.Transactions.TransactionScope(); other.SaveChanges(); scope.Complete();")]
    [InlineData("using var scope = new System.Transactions.TransactionScope(System.Transactions.TransactionScopeOption.Suppress); db.SaveChanges(); scope.Complete();")]
    [InlineData("using var scope = new System.Transactions.TransactionScope(); connection.Execute(\"DELETE FROM orders\"); scope.Complete();")]
    [InlineData("using (var scope = new System.Transactions.TransactionScope()) { scope.Complete(); } db.SaveChanges();")]
    [InlineData("using var tx = connection.BeginTransaction(); db.SaveChanges(); tx.Commit();")]
    [InlineData("using var tx = db.Database.BeginTransaction(); var text = Describe(); tx.Commit();")]
    public Task What_EF_Core_does_not_refuse_is_not_reported(string body) => Verify<DBS214UserTransactionUnderRetryStrategy>.Silent(
        $$"""
        class Service
        {
            string Describe() => "";

            void M(ShopContext db, OtherContext other, DbContext any, NpgsqlConnection connection)
            {
                {{body}}
            }
        }
        """, Default);

    [Theory]
    [InlineData("[|db.Database.UseTransaction(tx)|]; db.SaveChanges(); tx.Commit();", "'SaveChanges'")]
    [InlineData("using var c = new NpgsqlConnection(); var own = await c.BeginTransactionAsync(); [|db.Database.UseTransaction(own)|]; db.SaveChanges(); own.Commit();", "'SaveChanges'")]
    [InlineData("await [|db.Database.UseTransactionAsync(tx)|]; var orders = await db.Orders.ToListAsync(); tx.Commit();", "'ToListAsync'")]
    [InlineData("using ([|db.Database.UseTransaction(tx)|]) { db.Orders.Add(new Order()); db.SaveChanges(); } tx.Commit();", "'SaveChanges'")]
    [InlineData("using var own = await [|db.Database.UseTransactionAsync(transaction: tx)|]; if (flag) { await db.Orders.ExecuteDeleteAsync(); } tx.Commit();", "'ExecuteDeleteAsync'")]
    [InlineData("using var enlisted = new System.Transactions.CommittableTransaction(); [|System.Transactions.TransactionsDatabaseFacadeExtensions.EnlistTransaction(db.Database, enlisted)|]; db.SaveChanges();", "'SaveChanges'")]
    [InlineData("[|RelationalDatabaseFacadeExtensions.UseTransaction(db.Database, tx)|]; var one = db.Orders.Find(1L); tx.Commit();", "'Find'")]
    public Task A_transaction_begun_elsewhere_is_reported_where_the_context_adopts_it(string body, string refused) => Verify<DBS214UserTransactionUnderRetryStrategy>.Reports(
        Adopting(body), Default, $"'ShopContext' is configured to retry, so {refused} in this transaction throws; run all of it inside Database.CreateExecutionStrategy().Execute");

    [Theory]
    [InlineData("other.Database.UseTransaction(tx); other.SaveChanges();")]
    [InlineData("db.Database.UseTransaction(tx); other.SaveChanges();")]
    [InlineData("db.Database.UseTransaction(null); db.SaveChanges();")]
    [InlineData("db.Database.UseTransaction(maybe); db.SaveChanges();")]
    [InlineData("db.Database.UseTransaction(maybe?.Connection?.BeginTransaction()); db.SaveChanges();")]
    [InlineData("db.Database.UseTransaction(tx); db.Database.ExecuteSqlRaw(\"DELETE FROM orders\"); tx.Commit();")]
    [InlineData("db.Database.UseTransaction(tx); tx.Commit(); db.SaveChanges();")]
    [InlineData("db.Database.UseTransaction(tx); db.Database.UseTransaction(null); db.SaveChanges();")]
    [InlineData("if (flag) { db.Database.UseTransaction(tx); } db.SaveChanges();")]
    [InlineData("db.SaveChanges(); db.Database.UseTransaction(tx);")]
    [InlineData("db.Database.UseTransaction(tx); later.Add(() => db.SaveChanges());")]
    [InlineData("db.Database.CreateExecutionStrategy().Execute(() => { using var c = new NpgsqlConnection(); using var own = c.BeginTransaction(); db.Database.UseTransaction(own); db.SaveChanges(); own.Commit(); });")]
    public Task A_transaction_begun_elsewhere_that_is_not_refused_is_not_reported(string body) =>
        Verify<DBS214UserTransactionUnderRetryStrategy>.Silent(Adopting(body), Default);

    private static string Adopting(string body) => $$"""
        class Service
        {
            async Task M(ShopContext db, OtherContext other, DbTransaction tx, DbTransaction? maybe, bool flag, List<Action> later)
            {
                {{body}}
                await Task.Yield();
            }
        }
        """;

    [Theory]
    [InlineData("db.Database.CreateExecutionStrategy().Execute(() => { using var tx = db.Database.BeginTransaction(); db.SaveChanges(); tx.Commit(); });")]
    [InlineData("var s = db.Database.CreateExecutionStrategy(); await s.ExecuteAsync(async () => { await using var tx = await db.Database.BeginTransactionAsync(); await db.SaveChangesAsync(); await tx.CommitAsync(); });")]
    [InlineData("var s = db.Database.CreateExecutionStrategy(); await s.ExecuteAsync(async token => { await using var tx = await db.Database.BeginTransactionAsync(token); await db.SaveChangesAsync(token); await tx.CommitAsync(token); }, default(CancellationToken));")]
    [InlineData("await db.Database.CreateExecutionStrategy().ExecuteAsync(Core); async Task Core() { await using var tx = await db.Database.BeginTransactionAsync(); await db.SaveChangesAsync(); await tx.CommitAsync(); }")]
    [InlineData("ExecutionStrategyExtensions.Execute(db.Database.CreateExecutionStrategy(), () => { using var tx = db.Database.BeginTransaction(); db.SaveChanges(); tx.Commit(); });")]
    [InlineData("await InStrategy(db, async () => { await using var tx = await db.Database.BeginTransactionAsync(); await db.SaveChangesAsync(); await tx.CommitAsync(); });")]
    [InlineData("Func<Task> work = async () => { await using var tx = await db.Database.BeginTransactionAsync(); await db.SaveChangesAsync(); await tx.CommitAsync(); }; await db.Database.CreateExecutionStrategy().ExecuteAsync(work);")]
    public Task What_a_strategy_runs_is_not_reported(string body) => Verify<DBS214UserTransactionUnderRetryStrategy>.Silent(
        $$"""
        class Service
        {
            static Task InStrategy(ShopContext db, Func<Task> work) => db.Database.CreateExecutionStrategy().ExecuteAsync(work);

            async Task M(ShopContext db)
            {
                {{body}}
                await Task.Yield();
            }
        }
        """, Default);

    [Fact]
    public Task A_method_that_a_strategy_runs_elsewhere_is_not_reported() => Verify<DBS214UserTransactionUnderRetryStrategy>.Silent(
        Unmarked + """
        class Caller(ShopContext context, Service service)
        {
            public Task Run() => context.Database.CreateExecutionStrategy().ExecuteAsync(() => Step());
            Task Step() => service.Pay(1);
        }
        """, Default);

    [Fact]
    public Task Where_a_strategy_runs_whatever_it_is_given_nothing_is_reported() => Verify<DBS214UserTransactionUnderRetryStrategy>.Silent(
        Unmarked + """
        class Behaviour(ShopContext context)
        {
            public Task Handle(Func<Task> next) => context.Database.CreateExecutionStrategy().ExecuteAsync(async () => await next());
        }
        """, Default);

    [Fact]
    public Task A_strategy_elsewhere_does_not_excuse_this_method() => Verify<DBS214UserTransactionUnderRetryStrategy>.Reports(
        Usage + """
        class Other(ShopContext context)
        {
            public Task Run() => context.Database.CreateExecutionStrategy().ExecuteAsync(async () => { await context.SaveChangesAsync(); Log("done"); });
            void Log(string text) => Console.WriteLine(text);
        }
        """, Default);

    [Fact]
    public Task A_transaction_that_is_handed_out_is_not_reported() => Verify<DBS214UserTransactionUnderRetryStrategy>.Silent(
        """
        class UnitOfWork(ShopContext context)
        {
            private Microsoft.EntityFrameworkCore.Storage.IDbContextTransaction? _tx;
            public async Task Begin() => _tx = await context.Database.BeginTransactionAsync();
            public Task<Microsoft.EntityFrameworkCore.Storage.IDbContextTransaction> BeginAsync() => context.Database.BeginTransactionAsync();
            public Task Save() => context.SaveChangesAsync();
        }
        """, Default);

    [Theory]
    [InlineData("options.UseNpgsql(\"\", o => o.EnableRetryOnFailure(3))")]
    [InlineData("options.UseNpgsql(\"\", o => { o.CommandTimeout(5); o.EnableRetryOnFailure(); })")]
    [InlineData("options.EnableDetailedErrors().UseNpgsql(\"\", Retry); static void Retry(Npgsql.EntityFrameworkCore.PostgreSQL.Infrastructure.NpgsqlDbContextOptionsBuilder o) => o.EnableRetryOnFailure()")]
    [InlineData("options.UseNpgsql(\"\", o => o.ExecutionStrategy(d => new LoudStrategy(this)))")]
    [InlineData("options.UseNpgsql(\"\", o => o.ExecutionStrategy(d => new Npgsql.EntityFrameworkCore.PostgreSQL.NpgsqlRetryingExecutionStrategy(d)))")]
    [InlineData("options.UseSqlServer(\"\", o => o.EnableRetryOnFailure())")]
    [InlineData("options.UseAzureSql(\"\")")]
    [InlineData("if (!options.IsConfigured) { options.UseSqlServer(\"\", o => o.EnableRetryOnFailure()); }")]
    [InlineData("Configure(options)", "static void Configure(DbContextOptionsBuilder options) => options.UseNpgsql(\"\", o => o.EnableRetryOnFailure());")]
    public Task Every_configuration_that_retries_counts(string body, string members = "") =>
        Verify<DBS214UserTransactionUnderRetryStrategy>.Reports(Usage, OnConfiguring(body + ";", members));

    [Theory]
    [InlineData("options.UseNpgsql(\"\")")]
    [InlineData("options.UseNpgsql(\"\", o => o.EnableRetryOnFailure(0))")]
    [InlineData("options.UseNpgsql(\"\", o => o.ExecutionStrategy(d => new QuietStrategy(this)))")]
    [InlineData("options.UseNpgsql(\"\", o => o.ExecutionStrategy(d => options.IsConfigured ? new LoudStrategy(this) : null!))")]
    [InlineData("options.UseAzureSql(\"\", o => o.ExecutionStrategy(d => new object()))")]
    [InlineData("options.UseSqlServer(\"\")")]
    [InlineData("if (options.IsConfigured) { options.UseSqlServer(\"\"); } else { options.UseNpgsql(\"\", o => o.EnableRetryOnFailure()); }")]
    public Task A_configuration_that_may_not_retry_does_not_count(string body) =>
        Verify<DBS214UserTransactionUnderRetryStrategy>.Silent(Unmarked, OnConfiguring(body + ";"));

    [Theory]
    [InlineData("services.AddDbContextPool<ShopContext>(o => o.UseNpgsql(\"\", n => n.EnableRetryOnFailure()));")]
    [InlineData("services.AddDbContextFactory<ShopContext>((provider, o) => { o.UseNpgsql(\"\", n => n.EnableRetryOnFailure()); });")]
    [InlineData("services.AddNpgsql<ShopContext>(\"\", n => n.EnableRetryOnFailure());")]
    [InlineData("var builder = new DbContextOptionsBuilder<ShopContext>(); builder.UseNpgsql(\"\", n => n.EnableRetryOnFailure());")]
    [InlineData("services.AddDbContext<ShopContext>(Configure);")]
    [InlineData("Add<ShopContext>(services);")]
    [InlineData("services.AddDbContext<ShopContext>(o => { if (services.IsReadOnly) { o.UseInMemoryDatabase(\"\"); } else { o.UseNpgsql(\"\", n => n.EnableRetryOnFailure()); } });")]
    public Task Every_registration_counts(string body) => Verify<DBS214UserTransactionUnderRetryStrategy>.Reports(Usage, With(Registration(body)));

    [Theory]
    [InlineData("services.AddDbContext<OtherContext>(o => o.UseNpgsql(\"\", n => n.EnableRetryOnFailure())); services.AddDbContext<ShopContext>(o => o.UseNpgsql(\"\"));")]
    [InlineData("Add<OtherContext>(services);")]
    [InlineData("services.AddDbContext<ShopContext>(o => { if (services.IsReadOnly) { o.UseSqlite(\"\"); } else { o.UseNpgsql(\"\", n => n.EnableRetryOnFailure()); } });")]
    public Task A_registration_of_another_context_does_not_count(string body) => Verify<DBS214UserTransactionUnderRetryStrategy>.Silent(Unmarked, With(Registration(body)));

    private static string Registration(string body) => $$"""
        using Microsoft.Extensions.DependencyInjection;
        public static class InMemory { public static DbContextOptionsBuilder UseInMemoryDatabase(this DbContextOptionsBuilder options, string name) => options; }
        public static class Program
        {
            public static void Register(IServiceCollection services) { {{body}} }
            static void Configure(DbContextOptionsBuilder o) => o.UseNpgsql("", n => n.EnableRetryOnFailure());
            static void Add<T>(IServiceCollection services) where T : DbContext => services.AddDbContext<T>(o => o.UseNpgsql("", n => n.EnableRetryOnFailure()));
        }
        public class DesignTime : Microsoft.EntityFrameworkCore.Design.IDesignTimeDbContextFactory<ShopContext>
        {
            public ShopContext CreateDbContext(string[] args) => new((DbContextOptions<ShopContext>)new DbContextOptionsBuilder<ShopContext>().UseNpgsql("").Options);
        }
        """;

    [Theory]
    [InlineData("", "[|", "|]")]
    [InlineData("protected override void OnConfiguring(DbContextOptionsBuilder options) => options.UseNpgsql(\"\");", "", "")]
    public async Task A_derived_context_is_configured_by_its_base_unless_it_does_so_itself(string members, string open, string close)
    {
        var source = $$"""
            class Derived : ShopContext { {{members}} }
            class Service
            {
                void M(Derived db)
                {
                    using var tx = {{open}}db.Database.BeginTransaction(){{close}};
                    db.SaveChanges();
                    tx.Commit();
                }
            }
            """;
        await (open == "" ? Verify<DBS214UserTransactionUnderRetryStrategy>.Silent(source, OnConfiguring("options.UseNpgsql(\"\", o => o.EnableRetryOnFailure());"))
            : Verify<DBS214UserTransactionUnderRetryStrategy>.Reports(source, OnConfiguring("options.UseNpgsql(\"\", o => o.EnableRetryOnFailure());")));
    }

    [Fact]
    public Task Aspire_retries_unless_it_is_told_not_to() => Verify<DBS214UserTransactionUnderRetryStrategy>.Reports(
        Usage + """
        class Second(OtherContext context)
        {
            public void Pay()
            {
                using var tx = context.Database.BeginTransaction();
                context.SaveChanges();
                tx.Commit();
            }
        }
        """,
        With("""
            public class Settings { public bool DisableRetry { get; set; } }
            public static class AspireEFPostgreSqlExtensions
            {
                public static void AddNpgsqlDbContext<T>(this object builder, string name, Action<Settings>? settings = null, Action<DbContextOptionsBuilder>? options = null) where T : DbContext { }
            }
            public static class Program
            {
                public static void Main(object builder)
                {
                    builder.AddNpgsqlDbContext<ShopContext>("db", null, o => o.UseNpgsql(n => n.CommandTimeout(5)));
                    builder.AddNpgsqlDbContext<OtherContext>("db", s => s.DisableRetry = true);
                }
            }
            """));

    [Fact]
    public Task The_fix_runs_all_up_to_the_commit_inside_the_strategy() => Verify<DBS214UserTransactionUnderRetryStrategy>.Fixes(
        """
        class Service(ShopContext context)
        {
            public async Task<string> Pay(long id, CancellationToken ct)
            {
                Console.WriteLine("before");
                // Both or none.
                await using var tx = await [|context.Database.BeginTransactionAsync(ct).ConfigureAwait(false)|];

                var order = await context.Orders.FirstAsync(o => o.Id == id, ct); // the newest
                order.State = 1;
                await context.Database.ExecuteSqlRawAsync(@"
        UPDATE orders
        SET state = 1", ct);
                await context.SaveChangesAsync(ct);
                await tx.CommitAsync(ct); // done
                return "paid";
            }
        }
        """.Replace("[|", "").Replace("|]", "").Replace("context.Database.BeginTransactionAsync(ct)", "[|context.Database.BeginTransactionAsync(ct)|]"),
        """
        class Service(ShopContext context)
        {
            public async Task<string> Pay(long id, CancellationToken ct)
            {
                Console.WriteLine("before");
                // Both or none.
                var strategy = context.Database.CreateExecutionStrategy();
                await strategy.ExecuteAsync(async () =>
                {
                    context.ChangeTracker.Clear();
                    await using var tx = await context.Database.BeginTransactionAsync(ct).ConfigureAwait(false);

                    var order = await context.Orders.FirstAsync(o => o.Id == id, ct); // the newest
                    order.State = 1;
                    await context.Database.ExecuteSqlRawAsync(@"
        UPDATE orders
        SET state = 1", ct);
                    await context.SaveChangesAsync(ct);
                    await tx.CommitAsync(ct); // done
                }).ConfigureAwait(false);
                return "paid";
            }
        }
        """, Default);

    [Fact]
    public Task Where_nothing_is_tracked_there_is_nothing_to_forget() => Verify<DBS214UserTransactionUnderRetryStrategy>.Fixes(
        """
        class Service
        {
            void Close(ShopContext context, List<long> ids)
            {
                using (var tx = [|context.Database.BeginTransaction()|])
                {
                    foreach (var id in ids)
                    {
                        if (id == 0)
                        {
                            continue;
                        }
                        context.Orders.Where(o => o.Id == id).ExecuteDelete();
                    }
                    tx.Commit();
                }
            }
        }
        """,
        """
        class Service
        {
            void Close(ShopContext context, List<long> ids)
            {
                var strategy = context.Database.CreateExecutionStrategy();
                strategy.Execute(() =>
                {
                    using (var tx = context.Database.BeginTransaction())
                    {
                        foreach (var id in ids)
                        {
                            if (id == 0)
                            {
                                continue;
                            }
                            context.Orders.Where(o => o.Id == id).ExecuteDelete();
                        }
                        tx.Commit();
                    }
                });
            }
        }
        """, Default);

    [Fact]
    public Task Where_the_whole_method_is_the_transaction_its_returns_are_those_of_the_function() => Verify<DBS214UserTransactionUnderRetryStrategy>.Fixes(
        """
        class Service(ShopContext context)
        {
            public async Task<long> Pay(long id)
            {
                await using var tx = await [|context.Database.BeginTransactionAsync()|];
                var order = await context.Orders.FirstOrDefaultAsync(o => o.Id == id);
                if (order is null)
                {
                    return 0;
                }
                await context.SaveChangesAsync();
                await tx.CommitAsync();
                return order.Id;
            }

            public async Task<object> Cancel(long id)
            {
                await using var tx = await [|context.Database.BeginTransactionAsync()|];
                if (await context.Orders.Where(o => o.Id == id).ExecuteDeleteAsync() == 0)
                {
                    return "none";
                }
                await tx.CommitAsync();
                return id;
            }

            public async Task Touch(long id)
            {
                await using var tx = await [|context.Database.BeginTransactionAsync()|];
                if (await context.Orders.Where(o => o.Id == id).ExecuteDeleteAsync() == 0)
                {
                    return;
                }
                await tx.CommitAsync();
            }
        }
        """,
        """
        class Service(ShopContext context)
        {
            public async Task<long> Pay(long id)
            {
                var strategy = context.Database.CreateExecutionStrategy();
                return await strategy.ExecuteAsync<long>(async () =>
                {
                    context.ChangeTracker.Clear();
                    await using var tx = await context.Database.BeginTransactionAsync();
                    var order = await context.Orders.FirstOrDefaultAsync(o => o.Id == id);
                    if (order is null)
                    {
                        return 0;
                    }
                    await context.SaveChangesAsync();
                    await tx.CommitAsync();
                    return order.Id;
                });
            }

            public async Task<object> Cancel(long id)
            {
                var strategy = context.Database.CreateExecutionStrategy();
                return await strategy.ExecuteAsync<object>(async () =>
                {
                    await using var tx = await context.Database.BeginTransactionAsync();
                    if (await context.Orders.Where(o => o.Id == id).ExecuteDeleteAsync() == 0)
                    {
                        return "none";
                    }
                    await tx.CommitAsync();
                    return id;
                });
            }

            public async Task Touch(long id)
            {
                var strategy = context.Database.CreateExecutionStrategy();
                await strategy.ExecuteAsync(async () =>
                {
                    await using var tx = await context.Database.BeginTransactionAsync();
                    if (await context.Orders.Where(o => o.Id == id).ExecuteDeleteAsync() == 0)
                    {
                        return;
                    }
                    await tx.CommitAsync();
                });
            }
        }
        """, Default);

    [Fact]
    public Task A_try_that_rolls_back_and_a_scope_are_wrapped_whole() => Verify<DBS214UserTransactionUnderRetryStrategy>.Fixes(
        """
        class Service
        {
            public void Pay(DbContextOptions<ShopContext> options)
            {
                using var db = new ShopContext(options);
                var tx = [|db.Database.BeginTransaction()|];
                try
                {
                    db.Orders.Add(new Order());
                    db.SaveChanges();
                    tx.Commit();
                }
                catch
                {
                    tx.Rollback();
                    throw;
                }
                Console.WriteLine();
            }

            public void Ship(DbContextOptions<ShopContext> options)
            {
                using var db = new ShopContext(options);
                using var scope = [|new System.Transactions.TransactionScope()|];
                db.Orders.Add(new Order());
                db.SaveChanges();
                scope.Complete();
            }
        }
        """,
        """
        class Service
        {
            public void Pay(DbContextOptions<ShopContext> options)
            {
                using var db = new ShopContext(options);
                var strategy = db.Database.CreateExecutionStrategy();
                strategy.Execute(() =>
                {
                    db.ChangeTracker.Clear();
                    var tx = db.Database.BeginTransaction();
                    try
                    {
                        db.Orders.Add(new Order());
                        db.SaveChanges();
                        tx.Commit();
                    }
                    catch
                    {
                        tx.Rollback();
                        throw;
                    }
                });
                Console.WriteLine();
            }

            public void Ship(DbContextOptions<ShopContext> options)
            {
                using var db = new ShopContext(options);
                var strategy = db.Database.CreateExecutionStrategy();
                strategy.Execute(() =>
                {
                    db.ChangeTracker.Clear();
                    using var scope = new System.Transactions.TransactionScope();
                    db.Orders.Add(new Order());
                    db.SaveChanges();
                    scope.Complete();
                });
            }
        }
        """, Default);

    [Theory]
    [InlineData("foreach (var id in ids) { using var tx = [|db.Database.BeginTransaction()|];\nif (id == 0) { break; }\ndb.Orders.ExecuteDelete();\ntx.Commit();\n}")]
    [InlineData("using (var tx = [|db.Database.BeginTransaction()|])\n{\nif (db.Orders.Any()) { goto end; }\ntx.Commit();\n}\nend: Console.WriteLine();")]
    [InlineData("var order = db.Orders.First();\nusing var tx = [|db.Database.BeginTransaction()|];\norder.State = 1;\ndb.SaveChanges();\ntx.Commit();")]
    [InlineData("using var tx = [|db.Database.BeginTransaction()|];\ngiven.State = 1;\ndb.SaveChanges();\ntx.Commit();")]
    [InlineData("using var tx = [|db.Database.BeginTransaction()|];\ndb.Orders.ExecuteDelete();\n_count++;\ntx.Commit();")]
    [InlineData("using var tx = [|db.Database.BeginTransaction()|];\n_total += db.Orders.Count();\ntx.Commit();")]
    [InlineData("using var tx = [|db.Database.BeginTransaction()|];\nids.Add(db.Orders.Count());\ntx.Commit();")]
    [InlineData("{ using var tx = [|db.Database.BeginTransaction()|]; db.Orders.ExecuteDelete(); tx.Commit(); }")]
    [InlineData("if (ids.Count > 0)\nusing (var tx = [|db.Database.BeginTransaction()|])\n{\ndb.Orders.ExecuteDelete();\ntx.Commit();\n}")]
    [InlineData("using var tx = [|db.Database.BeginTransaction()|];\n#if true\ndb.Orders.ExecuteDelete();\n#endif\ntx.Commit();")]
    [InlineData("using var tx = [|passed.Database.BeginTransaction()|];\npassed.Orders.Add(new Order());\npassed.SaveChanges();\ntx.Commit();")]
    public Task Without_a_safe_way_there_is_no_fix(string body) => Verify<DBS214UserTransactionUnderRetryStrategy>.NoFix(
        $$"""
        class Service(ShopContext db)
        {
            private int _count, _total;

            public void M(List<long> ids, Order given, ShopContext passed)
            {
        {{body}}
                Console.WriteLine(_count + _total);
            }
        }
        """, Default);

    [Theory]
    [InlineData("private void M(out int n)\n{\nn = 0;\nusing var tx = [|db.Database.BeginTransaction()|];\nn = db.Orders.Count();\ntx.Commit();\n}")]
    [InlineData("private void M()\n{\nusing var tx = [|db.Database.BeginTransaction()|];\ndb.Orders.Add(new Order());\ndb.SaveChanges();\ntx.Commit();\n}")]
    [InlineData("public IEnumerable<int> M()\n{\nusing var tx = [|db.Database.BeginTransaction()|];\nyield return db.Orders.Count();\ntx.Commit();\n}")]
    [InlineData("public int M()\n{\ntry\n{\nusing var tx = [|db.Database.BeginTransaction()|];\nif (db.Orders.Any())\n{\nreturn 1;\n}\ntx.Commit();\n}\ncatch (InvalidOperationException)\n{\n}\nreturn 2;\n}")]
    public Task A_method_that_cannot_be_left_from_inside_has_no_fix(string method) => Verify<DBS214UserTransactionUnderRetryStrategy>.NoFix(
        $$"""
        class Service(ShopContext db)
        {
        {{method}}
        }
        """, Default);

    [Fact]
    public Task A_context_that_saves_itself_has_no_fix() => Verify<DBS214UserTransactionUnderRetryStrategy>.NoFix(
        """
        public partial class Mine : DbContext
        {
            protected override void OnConfiguring(DbContextOptionsBuilder options) => options.UseNpgsql("", o => o.EnableRetryOnFailure());

            public void Pay()
            {
                using var tx = [|Database.BeginTransaction()|];
                SaveChanges();
                tx.Commit();
            }
        }
        """);
}
