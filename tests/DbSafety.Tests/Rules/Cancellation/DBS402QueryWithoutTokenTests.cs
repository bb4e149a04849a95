using DbSafety.Tests.Engine;
using Xunit;
using Rule = DbSafety.Tests.Engine.Verify<DbSafety.Rules.Cancellation.DBS402QueryWithoutToken>;

namespace DbSafety.Tests.Rules.Cancellation;

public class DBS402QueryWithoutTokenTests
{
    [Theory]
    [InlineData("async Task [|M|](DbConnection c) { await c.OpenAsync(); }", "async Task M(DbConnection c, CancellationToken cancellationToken = default) { await c.OpenAsync(cancellationToken); }")]
    [InlineData("Task<IEnumerable<int>> [|M|](IDbConnection c) => c.QueryAsync<int>(\"x\");", "Task<IEnumerable<int>> M(IDbConnection c, CancellationToken cancellationToken = default) => c.QueryAsync<int>(new CommandDefinition(\"x\", cancellationToken: cancellationToken));")]
    [InlineData("DbContext db = null!; async Task [|M|]() => await db.SaveChangesAsync();", "DbContext db = null!; async Task M(CancellationToken cancellationToken = default) => await db.SaveChangesAsync(cancellationToken);")]
    [InlineData("static async Task [|M|](DbConnection c) { await c.OpenAsync(); try { await c.ExecuteAsync(\"x\"); } finally { await c.ExecuteAsync(\"y\"); } }", "static async Task M(DbConnection c, CancellationToken cancellationToken = default) { await c.OpenAsync(cancellationToken); try { await c.ExecuteAsync(new CommandDefinition(\"x\", cancellationToken: cancellationToken)); } finally { await c.ExecuteAsync(\"y\"); } }")]
    [InlineData("async Task [|M|](DbConnection c) { await c.OpenAsync(); Func<Task> f = async () => await c.OpenAsync(); await f(); }", "async Task M(DbConnection c, CancellationToken cancellationToken = default) { await c.OpenAsync(cancellationToken); Func<Task> f = async () => await c.OpenAsync(cancellationToken); await f(); }")]
    [InlineData("async Task [|M|](DbConnection c) { var cancellationToken = 1; await c.OpenAsync(); _ = cancellationToken; }", "async Task M(DbConnection c, CancellationToken token = default) { var cancellationToken = 1; await c.OpenAsync(token); _ = cancellationToken; }")]
    public async Task It_takes_a_token_and_passes_it(string before, string after) => await Rule.Fixes($"class C {{ {before} }}", $"class C {{ {after} }}");

    [Fact]
    public async Task Parameters_on_lines_of_their_own_stay_so() => await Rule.Fixes(
        """
        class C
        {
            async Task [|M|](
                DbConnection c,
                string name) // the last one
            {
                await c.OpenAsync();
            }
        }
        """,
        """
        class C
        {
            async Task M(
                DbConnection c,
                string name,
                CancellationToken cancellationToken = default) // the last one
            {
                await c.OpenAsync(cancellationToken);
            }
        }
        """);

    [Fact]
    public async Task The_namespace_of_the_token_is_imported() => await Rule.Fixes(
        "using System.Threading.Tasks;\nclass C { async Task [|M|](System.Data.Common.DbConnection c) { await c.OpenAsync(); } }",
        "using System.Threading;\nusing System.Threading.Tasks;\nclass C { async Task M(System.Data.Common.DbConnection c, CancellationToken cancellationToken = default) { await c.OpenAsync(cancellationToken); } }",
        new() { Usings = false });

    [Theory]
    [InlineData("public virtual async Task [|M|](DbConnection c) { await c.OpenAsync(); }")]
    [InlineData("async Task [|M|](DbConnection c, params int[] ids) { await c.OpenAsync(); }")]
    [InlineData("async Task [|M|](NpgsqlConnection c) { c.Open(); }")]
    public async Task Where_it_is_more_than_that_it_is_reported_only(string member) => await Rule.NoFix($"class C {{ {member} }}");

    [Fact]
    public async Task A_partial_method_is_reported_where_its_body_is() => await Rule.NoFix(
        "partial class C { public partial Task M(DbConnection c); } partial class C { public async partial Task [|M|](DbConnection c) { await c.OpenAsync(); } }");

    [Fact]
    public async Task Its_message() => await Rule.Reports(
        "class C { async Task [|M|](DbConnection c) { await c.OpenAsync(); } }", "'M' calls the database ('OpenAsync') and has no token to pass on; take a CancellationToken");

    [Theory]
    [InlineData("class C { async Task M(DbConnection c, CancellationToken ct) { await c.OpenAsync(); } }")]
    [InlineData("class C { CancellationToken _stop; async Task M(DbConnection c) { await c.OpenAsync(); } }")]
    [InlineData("class C { async Task M(DbConnection c) { await c.OpenAsync(CancellationToken.None); } }")]
    [InlineData("class C { async Task M(DbConnection c) { await c.CloseAsync(); await Task.Delay(1); } }")]
    [InlineData("class C { async void M(DbConnection c) { await c.OpenAsync(); } }")]
    [InlineData("class C { async Task M(object sender, EventArgs e) { await new SqlConnection().OpenAsync(); } }")]
    [InlineData("class C { static async Task Main() { await new SqlConnection().OpenAsync(); } }")]
    [InlineData("class B { public virtual Task M() => Task.CompletedTask; } class C : B { public override async Task M() { await new SqlConnection().OpenAsync(); } }")]
    [InlineData("interface I { Task M(); } class C : I { public async Task M() { await new SqlConnection().OpenAsync(); } }")]
    [InlineData("interface I { Task M(); } class C : I { async Task I.M() { await new SqlConnection().OpenAsync(); } }")]
    [InlineData("class FactAttribute : Attribute; class C { [Fact] public async Task M() { await Open(); } async Task Open() { await new SqlConnection().OpenAsync(); } }")]
    [InlineData("class C { async Task M(DbConnection c) { await Open(c, default); } async Task Open(DbConnection c, CancellationToken ct) { await c.OpenAsync(ct); } }")]
    [InlineData("class C { void M(DbConnection c) { Func<Task> f = async () => await c.OpenAsync(); } }")]
    [InlineData("class C { Task M(DbConnection c) => M(c, default); async Task M(DbConnection c, CancellationToken ct) { await c.OpenAsync(ct); } }")]
    public async Task What_has_a_token_or_a_signature_that_is_given(string source) => await Rule.Silent(source);

    /// <summary>This much of ASP.NET Core is what the rule looks at.</summary>
    private const string MinimalApi = """
        namespace Microsoft.AspNetCore.Http { public abstract class HttpContext { public System.Threading.CancellationToken RequestAborted { get; set; } } public delegate System.Threading.Tasks.Task RequestDelegate(HttpContext context); }
        namespace Microsoft.AspNetCore.Builder
        {
            public sealed class WebApplication { public static WebApplication Create() => new(); }
            public static class EndpointRouteBuilderExtensions
            {
                public static void MapGet(this WebApplication app, string pattern, Delegate handler) { }
                public static void MapGet(this WebApplication app, string pattern, Microsoft.AspNetCore.Http.RequestDelegate handler) { }
                public static void MapPost(this WebApplication app, string pattern, Delegate handler) { }
            }
        }
        public class Item { public long Id { get; set; } }
        public class Shop(DbContextOptions<Shop> options) : DbContext(options) { public DbSet<Item> Items => Set<Item>(); }
        """;

    private static readonly Setup WithMinimalApi = Setup.Default with { Sources = [MinimalApi] };

    [Theory]
    [InlineData("app.MapGet(\"/\", async [|(Shop db)|] => await db.Items.ToListAsync());", "app.MapGet(\"/\", async (Shop db, CancellationToken cancellationToken) => await db.Items.ToListAsync(cancellationToken));")]
    [InlineData("app.MapGet(\"/\", [|(Shop db)|] => db.Items.CountAsync());", "app.MapGet(\"/\", (Shop db, CancellationToken cancellationToken) => db.Items.CountAsync(cancellationToken));")]
    [InlineData("app.MapPost(\"/{id}\", static async [|(long id, Shop db)|] => { db.Items.Add(new Item { Id = id }); await db.SaveChangesAsync(); return id; });", "app.MapPost(\"/{id}\", static async (long id, Shop db, CancellationToken cancellationToken) => { db.Items.Add(new Item { Id = id }); await db.SaveChangesAsync(cancellationToken); return id; });")]
    [InlineData("var c = new SqlConnection(); app.MapGet(\"/\", async [|()|] => await c.QueryAsync<int>(\"x\"));", "var c = new SqlConnection(); app.MapGet(\"/\", async (CancellationToken cancellationToken) => await c.QueryAsync<int>(new CommandDefinition(\"x\", cancellationToken: cancellationToken)));")]
    public async Task The_handler_of_a_minimal_API_takes_one(string before, string after) => await Rule.Fixes(Program(before), Program(after), WithMinimalApi with { TopLevel = true });

    [Fact]
    public async Task A_method_leaves_the_handlers_in_it_to_themselves() => await Rule.Fixes(
        "using Microsoft.AspNetCore.Builder;\nclass C { async Task [|Run|](WebApplication app, DbConnection c) { await c.OpenAsync(); app.MapGet(\"/\", async [|(Shop db)|] => await db.Items.CountAsync()); } }",
        "using Microsoft.AspNetCore.Builder;\nclass C { async Task Run(WebApplication app, DbConnection c, CancellationToken cancellationToken = default) { await c.OpenAsync(cancellationToken); app.MapGet(\"/\", async (Shop db, CancellationToken cancellationToken) => await db.Items.CountAsync(cancellationToken)); } }",
        WithMinimalApi);

    [Theory]
    [InlineData("app.MapGet(\"/\", async (Shop db, CancellationToken ct) => await db.Items.ToListAsync(ct));")]
    [InlineData("app.MapGet(\"/\", async (Shop db, Microsoft.AspNetCore.Http.HttpContext http) => await db.Items.ToListAsync());")]
    [InlineData("Shop db = null!; app.MapGet(\"/\", async context => { await db.Items.ToListAsync(); });")]
    [InlineData("app.MapGet(\"/\", (Shop db) => db.Items.ToList());")]
    [InlineData("app.MapGet(\"/\", async (Shop db) => { await Task.Yield(); return db.Items.Where(i => i.Id > 1); });")]
    [InlineData("Delegate later = async (Shop db) => await db.Items.ToListAsync(); app.MapGet(\"/\", later);")]
    [InlineData("Func<Shop, Task<int>> later = async (Shop db) => await db.Items.CountAsync(); app.MapGet(\"/\", later);")]
    public async Task Another_lambda_has_the_signature_of_its_delegate(string statement) => await Rule.Silent(Program(statement), WithMinimalApi with { TopLevel = true });

    private static string Program(string statement) => "using Microsoft.AspNetCore.Builder;\nvar app = WebApplication.Create();\n" + statement;
}
