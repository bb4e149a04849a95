using System.Collections.Immutable;
using DbSafety.Engine;
using DbSafety.Model;
using DbSafety.Sql;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;

namespace DbSafety.Rules.Cancellation;

/// <summary>A command timeout of zero, which is none, or below.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
internal sealed class DBS404CommandTimeoutDisabled() : DbRule(Descriptor)
{
    /// <summary>An error where the number is negative: nearly every provider throws.</summary>
    private static readonly DiagnosticDescriptor Descriptor = Rule.Of(
        "DBS404", "Command timeout disabled",
        "A timeout of {0} for '{1}' {2}; set a number of seconds",
        Area.Cancellation, DiagnosticSeverity.Warning,
        "A statement that waits for a lock or has lost its server then waits for ever, and holds its connection.");

    private static readonly string[] Maintenance = ["migrat", "backup", "restore", "upgrade", "vacuum", "maintenance", "import", "reindex", "seed"];

    protected override void Register(RuleContext context) => Timeouts.OnConstant(context, (timeout, operation) =>
    {
        // On SQLite it is the time to wait for a lock, another matter.
        if (timeout.Seconds > 0 || timeout.Unit != TimeoutUnit.Seconds || timeout.Provider.Dialect == SqlDialect.Sqlite
            || (timeout.Seconds == 0 && IsMaintenance(timeout.Value.Syntax)))
        {
            return;
        }
        var isRejected = timeout.Seconds < 0 && (timeout.Provider != Provider.Unknown || timeout.Name is "SetCommandTimeout" or "CommandTimeout");
        operation.ReportDiagnostic(Diagnostic.Create(
            Descriptor, timeout.Value.Syntax.GetLocation(), isRejected ? DiagnosticSeverity.Error : DiagnosticSeverity.Warning, null,
            ImmutableDictionary<string, string?>.Empty.Add(TextEdits.Property, TextEdits.None.Replace(timeout.Value.Syntax.Span, "30").Encode()),
            timeout.Seconds, timeout.Name, timeout.Seconds < 0 ? "is rejected with an exception" : "waits for ever"));
    });

    /// <summary>Work that may take hours, by the names of the method, the type and its namespace.</summary>
    private static bool IsMaintenance(SyntaxNode place) => place.Ancestors().Any(n => n switch
    {
        MethodDeclarationSyntax method => Says(method.Identifier.ValueText),
        LocalFunctionStatementSyntax function => Says(function.Identifier.ValueText),
        BaseTypeDeclarationSyntax type => Says(type.Identifier.ValueText),
        BaseNamespaceDeclarationSyntax space => Says(space.Name.ToString()),
        _ => false,
    });

    private static bool Says(string name) => Array.Exists(Maintenance, m => name.IndexOf(m, StringComparison.OrdinalIgnoreCase) >= 0);
}
