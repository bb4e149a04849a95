using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;

namespace DbSafety.Tests.Engine;

/// <summary>Runs fixes the way <c>dotnet format analyzers</c> does.</summary>
internal static class DotnetFormat
{
    /// <summary>The actions offered for one diagnostic, first one first.</summary>
    public static async Task<List<CodeAction>> Actions(CodeFixProvider fix, Document document, Diagnostic diagnostic)
    {
        var actions = new List<CodeAction>();
        await fix.RegisterCodeFixesAsync(new CodeFixContext(document, diagnostic, (action, _) => actions.Add(action), CancellationToken.None));
        return actions;
    }

    public static async Task<Document> Apply(CodeAction action, Document document)
    {
        var operations = await action.GetOperationsAsync(CancellationToken.None);
        return operations.OfType<ApplyChangesOperation>().Single().ChangedSolution.GetDocument(document.Id)!;
    }

    /// <summary>
    /// One Fix All over the solution, with <paramref name="key"/> or the key of the first diagnostic's first action. A fix that has none changes nothing.
    /// </summary>
    public static async Task<Document> FixAll(CodeFixProvider fix, Document document, ImmutableArray<Diagnostic> diagnostics, string? key = null)
    {
        if (diagnostics.IsEmpty || fix.GetFixAllProvider() is not { } provider)
        {
            return document;
        }
        key ??= (await Actions(fix, document, diagnostics[0])).FirstOrDefault()?.EquivalenceKey;
        var context = new FixAllContext(
            document, fix, FixAllScope.Solution, key!, [.. diagnostics.Select(d => d.Id).Distinct()], new Known(diagnostics), CancellationToken.None);
        return await provider.GetFixAsync(context) is { } action ? await Apply(action, document) : document;
    }

    /// <summary>As <see cref="FixAll"/>; where a fix has no Fix All, the light bulb on one diagnostic after the other, as a person would.</summary>
    /// <param name="report">What is reported in a changed document.</param>
    public static async Task<Document> FixEach(
        CodeFixProvider fix, Document document, ImmutableArray<Diagnostic> diagnostics, Func<Document, Task<ImmutableArray<Diagnostic>>> report, string? key = null)
    {
        if (fix.GetFixAllProvider() is not null)
        {
            return await FixAll(fix, document, diagnostics, key);
        }
        for (var i = 0; i < diagnostics.Length;)
        {
            if ((await Actions(fix, document, diagnostics[i])).Find(a => key is null || a.EquivalenceKey == key) is { } action)
            {
                document = await Apply(action, document);
                (diagnostics, i) = (await report(document), 0);
            }
            else
            {
                i++;
            }
        }
        return document;
    }

    private sealed class Known(ImmutableArray<Diagnostic> diagnostics) : FixAllContext.DiagnosticProvider
    {
        public override Task<IEnumerable<Diagnostic>> GetAllDiagnosticsAsync(Project project, CancellationToken cancellationToken) =>
            Task.FromResult<IEnumerable<Diagnostic>>(diagnostics);

        public override async Task<IEnumerable<Diagnostic>> GetDocumentDiagnosticsAsync(Document document, CancellationToken cancellationToken)
        {
            var tree = await document.GetSyntaxTreeAsync(cancellationToken);
            return diagnostics.Where(d => d.Location.SourceTree == tree);
        }

        public override Task<IEnumerable<Diagnostic>> GetProjectDiagnosticsAsync(Project project, CancellationToken cancellationToken) =>
            Task.FromResult(diagnostics.Where(d => !d.Location.IsInSource));
    }
}
