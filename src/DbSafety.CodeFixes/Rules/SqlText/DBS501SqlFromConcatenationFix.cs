using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;

namespace DbSafety.Rules.SqlText;

/// <summary>Text glued into SQL becomes a parameter.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(DBS501SqlFromConcatenationFix))]
internal sealed class DBS501SqlFromConcatenationFix() : ParameterFix("DBS501");
