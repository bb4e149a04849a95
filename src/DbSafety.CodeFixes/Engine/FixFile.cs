using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace DbSafety.Engine;

/// <summary>A document as it was before any fix; every fix of one run is worked out against it.</summary>
internal sealed class FixFile(Document document, SemanticModel model, SyntaxNode root, SourceText text, CancellationToken cancellationToken)
{
    public Document Document => document;
    public SemanticModel Model => model;
    public SyntaxNode Root => root;
    public SourceText Text => text;
    public CancellationToken CancellationToken => cancellationToken;

    /// <summary>The file's line break: its first one, or <c>\n</c> where it has none.</summary>
    public string NewLine { get; } = FirstBreak(text);

    /// <summary>Local names given out during this run, so that two fixes do not choose the same.</summary>
    public HashSet<(TextSpan Member, string Name)> Names { get; } = [];

    public static async Task<FixFile> OfAsync(Document document, CancellationToken cancellationToken) =>
        new(document,
            (await document.GetSemanticModelAsync(cancellationToken).ConfigureAwait(false))!,
            (await document.GetSyntaxRootAsync(cancellationToken).ConfigureAwait(false))!,
            await document.GetTextAsync(cancellationToken).ConfigureAwait(false),
            cancellationToken);

    /// <summary>The document with all of <paramref name="edits"/>; null when it then has a compile error it did not have before.</summary>
    public async Task<Document?> ApplyAsync(IReadOnlyList<Edits> edits)
    {
        var changed = document.WithText(text.WithChanges(Edits.Merge(edits)));
        var after = await changed.GetSemanticModelAsync(cancellationToken).ConfigureAwait(false);
        var errors = Errors(after!);
        if (errors.Count == 0)
        {
            return changed;
        }
        var before = Errors(model);
        return errors.All(e => before.TryGetValue(e.Key, out var count) && e.Value <= count) ? changed : null;
    }

    // Warnings that the project raises to errors are in here too: a fix must not break such a build either.
    private Dictionary<string, int> Errors(SemanticModel of) =>
        of.GetDiagnostics(cancellationToken: cancellationToken)
            .Where(d => d.Severity == DiagnosticSeverity.Error)
            .GroupBy(d => d.Id + d.GetMessage(System.Globalization.CultureInfo.InvariantCulture))
            .ToDictionary(g => g.Key, g => g.Count());

    private static string FirstBreak(SourceText text)
    {
        var line = text.Lines[0];
        return line.EndIncludingLineBreak > line.End ? text.ToString(TextSpan.FromBounds(line.End, line.EndIncludingLineBreak)) : "\n";
    }
}
