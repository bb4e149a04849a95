using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace DbSafety.Engine;

/// <summary>The code of one member, and the way to report there: what a rule is given.</summary>
internal readonly struct Body(IOperation root, CodeBlockAnalysisContext context)
{
    /// <summary>The whole tree: of a method with its body, of a field its initializer.</summary>
    public IOperation Root => root;

    /// <summary>The member; not a lambda or local function.</summary>
    public ISymbol OwningSymbol => context.OwningSymbol;
    public Compilation Compilation => context.SemanticModel.Compilation;
    public AnalyzerOptions Options => context.Options;
    public CancellationToken CancellationToken => context.CancellationToken;

    public void ReportDiagnostic(Diagnostic diagnostic) => context.ReportDiagnostic(diagnostic);
}
