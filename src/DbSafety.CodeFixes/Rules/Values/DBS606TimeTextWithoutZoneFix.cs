using DbSafety.Engine;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace DbSafety.Rules.Values;

/// <summary>Says that the text is UTC where it is parsed, in the invariant culture where none is given; sends UTC where local time is sent.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
internal sealed class DBS606TimeTextWithoutZoneFix() : DbFix("DBS606", "Take it for UTC")
{
    protected override Edits? Fix(FixContext context) =>
        context.Node is InvocationExpressionSyntax ? context.Planned()?.Using("System.Globalization") : context.Planned();
}
