using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;

namespace DbSafety.Rules.SqlText;

/// <summary>A number, date, Guid or enum formatted into SQL becomes a parameter.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(DBS503ValueInlinedInSqlFix))]
internal sealed class DBS503ValueInlinedInSqlFix() : ParameterFix("DBS503");
