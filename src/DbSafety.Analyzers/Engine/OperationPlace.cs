using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace DbSafety.Engine;

/// <summary>One operation of a body, and the way to report there: what a rule is given.</summary>
internal readonly struct OperationPlace(IOperation operation, CodeBlockAnalysisContext body)
{
    public IOperation Operation => operation;

    /// <summary>The member, or the field or parameter whose initializer it is; not a lambda or local function.</summary>
    public ISymbol ContainingSymbol => body.OwningSymbol;
    public Compilation Compilation => body.SemanticModel.Compilation;
    public AnalyzerOptions Options => body.Options;
    public CancellationToken CancellationToken => body.CancellationToken;

    public void ReportDiagnostic(Diagnostic diagnostic) => body.ReportDiagnostic(diagnostic);
}
