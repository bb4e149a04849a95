using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;

namespace DbSafety.Engine;

/// <summary>
/// Base of every fix: one diagnostic in, text edits of its document out, the same function for one diagnostic and for Fix All.
/// What does not compile is never offered.
/// </summary>
/// <remarks>
/// <c>dotnet format</c> takes the first action of an id's first diagnostic and runs Fix All over the solution with its key, once.
/// Hence the key of the first action is the id, and a diagnostic that cannot be fixed holds up no other.
/// </remarks>
/// <param name="fixAll">False for a fix that a person has to look at each time: it has no Fix All, and <c>dotnet format</c> leaves it out.</param>
internal abstract class DbFix(string id, string title, bool fixAll = true) : CodeFixProvider
{
    public string Id => id;

    public sealed override ImmutableArray<string> FixableDiagnosticIds { get; } = ImmutableArray.Create(id);

    public sealed override FixAllProvider? GetFixAllProvider() =>
        !fixAll ? null : FixAllProvider.Create((context, document, diagnostics) =>
            FixAllAsync(document, diagnostics, context.CodeActionEquivalenceKey ?? id, context.CancellationToken));

    /// <summary>The edits that fix <c>context.Diagnostic</c>; null where it cannot be fixed safely. Reads the context, changes nothing.</summary>
    protected abstract Edits? Fix(FixContext context);

    /// <summary>Further actions, offered in a light bulb after the first one, and never without it.</summary>
    protected virtual IEnumerable<Alternative> Alternatives(FixContext context) => [];

    public sealed override async Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        var file = await FixFile.OfAsync(context.Document, context.CancellationToken).ConfigureAwait(false);
        foreach (var diagnostic in context.Diagnostics)
        {
            var fix = new FixContext(file, diagnostic);
            if (!await OfferAsync(new(id, title, Fix(fix))).ConfigureAwait(false))
            {
                // An alternative as the first action would be what `dotnet format` does everywhere.
                continue;
            }
            foreach (var alternative in Alternatives(fix))
            {
                await OfferAsync(alternative).ConfigureAwait(false);
            }

            async Task<bool> OfferAsync(Alternative action)
            {
                if (action.Edits is null || await file.ApplyAsync([action.Edits]).ConfigureAwait(false) is not { } changed)
                {
                    return false;
                }
                context.RegisterCodeFix(CodeAction.Create(action.Title, _ => Task.FromResult(changed), action.Key), diagnostic);
                return true;
            }
        }
    }

    private async Task<Document?> FixAllAsync(Document document, ImmutableArray<Diagnostic> diagnostics, string key, CancellationToken cancellationToken)
    {
        var file = await FixFile.OfAsync(document, cancellationToken).ConfigureAwait(false);
        var chosen = new List<Edits>();
        foreach (var diagnostic in diagnostics.OrderBy(d => d.Location.SourceSpan.Start))
        {
            var context = new FixContext(file, diagnostic);
            var edits = key == id ? Fix(context) : Alternatives(context).FirstOrDefault(a => a.Key == key)?.Edits;
            // Overlapping edits stay reported; the next run takes them.
            if (edits is not null && !chosen.Exists(edits.Collides))
            {
                chosen.Add(edits);
            }
        }
        var kept = await CompilingAsync(file, [], chosen).ConfigureAwait(false);
        return kept.Count == 0 ? document : await file.ApplyAsync(kept).ConfigureAwait(false) ?? document;
    }

    /// <summary><paramref name="kept"/> and those of <paramref name="candidates"/> that compile together: halves the list until the breaking ones are out.</summary>
    private static async Task<List<Edits>> CompilingAsync(FixFile file, List<Edits> kept, List<Edits> candidates)
    {
        if (candidates.Count == 0)
        {
            return kept;
        }
        List<Edits> all = [.. kept, .. candidates];
        if (await file.ApplyAsync(all).ConfigureAwait(false) is not null)
        {
            return all;
        }
        if (candidates.Count == 1)
        {
            return kept;
        }
        var half = candidates.Count / 2;
        kept = await CompilingAsync(file, kept, candidates.GetRange(0, half)).ConfigureAwait(false);
        return await CompilingAsync(file, kept, candidates.GetRange(half, candidates.Count - half)).ConfigureAwait(false);
    }
}

/// <summary>An action beside the first one.</summary>
/// <param name="Key">Equivalence key: the id, a dot and a word, e.g. <c>DBS602.Local</c>; one Fix All each.</param>
/// <param name="Title">What the light bulb says.</param>
/// <param name="Edits">Null where this action does not apply.</param>
internal sealed record Alternative(string Key, string Title, Edits? Edits);
