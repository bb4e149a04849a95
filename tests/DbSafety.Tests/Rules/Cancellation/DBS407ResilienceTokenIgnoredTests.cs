using Xunit;
using Rule = DbSafety.Tests.Engine.Verify<DbSafety.Rules.Cancellation.DBS407ResilienceTokenIgnored>;

namespace DbSafety.Tests.Rules.Cancellation;

public class DBS407ResilienceTokenIgnoredTests
{
    private const string Frame = "using Polly; class C { async Task M(ResiliencePipeline pipeline, DbConnection c, DbCommand command, CancellationToken ct) { BODY } }";

    [Theory]
    [InlineData("await pipeline.ExecuteAsync(async [|_|] => { await c.OpenAsync(ct); await command.ExecuteNonQueryAsync(); }, ct);", "await pipeline.ExecuteAsync(async token => { await c.OpenAsync(token); await command.ExecuteNonQueryAsync(token); }, ct);")]
    [InlineData("await pipeline.ExecuteAsync(async [|token|] => await c.QueryAsync<int>(\"x\"), ct);", "await pipeline.ExecuteAsync(async token => await c.QueryAsync<int>(new CommandDefinition(\"x\", cancellationToken: token)), ct);")]
    [InlineData("await pipeline.ExecuteAsync(async (DbCommand d, CancellationToken [|stop|]) => { await d.ExecuteScalarAsync(cancellationToken: ct); }, command, ct);", "await pipeline.ExecuteAsync(async (DbCommand d, CancellationToken stop) => { await d.ExecuteScalarAsync(cancellationToken: stop); }, command, ct);")]
    [InlineData("await pipeline.ExecuteAsync(static async (d, [|_|]) => await d.ExecuteScalarAsync(), command, ct);", "await pipeline.ExecuteAsync(static async (d, token) => await d.ExecuteScalarAsync(token), command, ct);")]
    [InlineData("await pipeline.ExecuteAsync(async [|_|] => { try { await c.OpenAsync(ct); } finally { await command.ExecuteNonQueryAsync(); } }, ct);", "await pipeline.ExecuteAsync(async token => { try { await c.OpenAsync(token); } finally { await command.ExecuteNonQueryAsync(); } }, ct);")]
    public async Task The_token_of_the_attempt_is_passed(string before, string after) => await Rule.Fixes(Frame.Replace("BODY", before), Frame.Replace("BODY", after));

    [Fact]
    public async Task Its_message() => await Rule.Reports(
        Frame.Replace("BODY", "await pipeline.ExecuteAsync(async [|_|] => await c.OpenAsync(ct), ct);"),
        "The token of this attempt is not passed to 'OpenAsync', so a timeout of the pipeline ends nothing; pass it");

    [Theory]
    [InlineData("await pipeline.ExecuteAsync(async token => await c.OpenAsync(token), ct);")]
    [InlineData("await pipeline.ExecuteAsync(async token => { using var linked = CancellationTokenSource.CreateLinkedTokenSource(token, ct); await c.OpenAsync(linked.Token); }, ct);")]
    [InlineData("await pipeline.ExecuteAsync(async _ => await Task.Delay(1), ct);")]
    [InlineData("await pipeline.ExecuteAsync(async _ => await c.OpenAsync(CancellationToken.None), ct);")]
    [InlineData("Func<CancellationToken, Task> f = async _ => await c.OpenAsync(ct); await f(ct);")]
    [InlineData("pipeline.Execute(_ => c.Open(), ct);")]
    public async Task What_uses_it_or_has_no_use_for_it(string body) => await Rule.Silent(Frame.Replace("BODY", body));
}
