using System.Collections.Immutable;
using System.Globalization;
using DbSafety.Engine;
using DbSafety.Model;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;

namespace DbSafety.Rules.Cancellation;

/// <summary>A timeout in seconds given a number that can only be meant as milliseconds.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
internal sealed class DBS406TimeoutInMilliseconds() : DbRule(Descriptor)
{
    /// <summary>A suggestion where somebody may have meant a quarter of an hour: 1000, 2500.</summary>
    private static readonly DiagnosticDescriptor Descriptor = Rule.Of(
        "DBS406", "Timeout in milliseconds",
        "'{0}' is in seconds, so {1} is {2}; {3} seconds were probably meant",
        Area.Cancellation, DiagnosticSeverity.Warning,
        "30000 seconds are more than eight hours: a call that hangs holds its connection for that long.");

    protected override void Register(RuleContext context) => Timeouts.OnConstant(context, (timeout, operation) =>
    {
        if (timeout.Seconds is < 1000 or > 10_000_000 || timeout.Seconds % 100 != 0 || IsTime(timeout.Seconds) || IsWrittenAsTime(timeout.Value.Syntax))
        {
            return;
        }
        var seconds = (timeout.Seconds + 999) / 1000;
        var fix = timeout.Value.Syntax is LiteralExpressionSyntax
            ? ImmutableDictionary<string, string?>.Empty.Add(TextEdits.Property, TextEdits.None.Replace(timeout.Value.Syntax.Span, seconds.ToString(CultureInfo.InvariantCulture)).Encode())
            : null;
        operation.ReportDiagnostic(Diagnostic.Create(
            Descriptor, timeout.Value.Syntax.GetLocation(),
            timeout.Seconds >= 5000 && timeout.Seconds % 1000 == 0 ? DiagnosticSeverity.Warning : DiagnosticSeverity.Info, null, fix,
            timeout.Name, timeout.Seconds, Lasting(timeout.Seconds), seconds));
    });

    /// <summary>1800 is half an hour and 86400 a day: somebody worked them out.</summary>
    private static bool IsTime(int seconds) => seconds % 3600 == 0 || (seconds % 60 == 0 && seconds < 10_000);

    /// <summary><c>60 * 60</c> is an hour, worked out.</summary>
    private static bool IsWrittenAsTime(SyntaxNode value) =>
        value.DescendantTokens().Any(t => t.Value is 60 or 24 or 3600)
        || value.DescendantTokens().Any(t => t.ValueText.IndexOf("Sec", StringComparison.Ordinal) >= 0);

    private static string Lasting(int seconds) => seconds >= 7200
        ? string.Format(CultureInfo.InvariantCulture, "{0} hours", seconds / 3600)
        : string.Format(CultureInfo.InvariantCulture, "{0} minutes", seconds / 60);
}
