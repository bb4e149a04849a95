using DbSafety.Rules.Transactions;
using DbSafety.Tests.Engine;
using Xunit;

namespace DbSafety.Tests.Rules.Transactions;

public class DBS212RollbackWithRequestTokenTests
{
    [Fact]
    public Task The_token_of_the_method_is_reported() => Verify<DBS212RollbackWithRequestToken>.Reports(
        """
        await using var tx = await connection.BeginTransactionAsync(ct);
        try { await connection.ExecuteAsync("DELETE FROM t", transaction: tx); await tx.CommitAsync(ct); }
        catch { await tx.RollbackAsync([|ct|]); throw; }
        """,
        "When 'ct' is cancelled, 'RollbackAsync' throws instead of rolling back; pass CancellationToken.None");

    [Theory]
    [InlineData("try { } finally { await tx.RollbackAsync(cancellationToken: [|ct|]); }")]
    [InlineData("try { } catch { await tx.RollbackAsync([|_token|]); }")]
    [InlineData("try { } catch (System.OperationCanceledException) { await tx.RollbackAsync([|ct|]); }")]
    [InlineData("try { } catch (Exception) when (ct.CanBeCanceled) { await tx.RollbackAsync([|ct|]); }")]
    [InlineData("try { } catch { await saved.RollbackAsync([|ct|]).ConfigureAwait(false); }")]
    [InlineData("try { } catch { await context.Database.RollbackTransactionAsync([|ct|]); }")]
    public Task Every_form_is_reported(string body) => Verify<DBS212RollbackWithRequestToken>.Reports(InMethod(body));

    [Theory]
    [InlineData("try { } catch { await tx.RollbackAsync(); }")]
    [InlineData("try { } catch { await tx.RollbackAsync(CancellationToken.None); }")]
    [InlineData("try { } catch { await tx.RollbackAsync(default); }")]
    [InlineData("try { } catch { using var timeout = new CancellationTokenSource(1000); await tx.RollbackAsync(timeout.Token); }")]
    [InlineData("try { } catch { await tx.RollbackAsync(\"row\", ct); }")]
    [InlineData("try { } catch (DbException e) when (e.IsTransient) { await tx.RollbackAsync(ct); }")]
    [InlineData("await tx.RollbackAsync(ct);")]
    public Task What_cannot_be_cancelled_or_is_no_clean_up_is_not_reported(string body) => Verify<DBS212RollbackWithRequestToken>.Silent(InMethod(body));

    [Fact]
    public Task The_fix_passes_a_token_that_is_never_cancelled() => Verify<DBS212RollbackWithRequestToken>.Fixes(
        InMethod("try { } catch { await tx.RollbackAsync([|ct|]); /* all of it */ throw; }"),
        InMethod("try { } catch { await tx.RollbackAsync(CancellationToken.None); /* all of it */ throw; }"));

    [Fact]
    public Task Without_the_import_the_token_is_written_in_full() => Verify<DBS212RollbackWithRequestToken>.Fixes(
        Bare("[|ct|]"), Bare("System.Threading.CancellationToken.None"), new() { Usings = false });

    private static string Bare(string token) =>
        $$"""
        class C
        {
            async System.Threading.Tasks.Task M(System.Data.Common.DbTransaction tx, System.Threading.CancellationToken ct)
            {
                try { tx.Commit(); } catch { await tx.RollbackAsync({{token}}); throw; }
            }
        }
        """;

    private static string InMethod(string body) =>
        $$"""
        class C
        {
            readonly CancellationToken _token = new(true);
            async Task M(DbTransaction tx, Microsoft.EntityFrameworkCore.Storage.IDbContextTransaction saved, DbContext context, CancellationToken ct)
            {
                await Task.Yield();
                {{body}}
            }
        }
        """;
}
