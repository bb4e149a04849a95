using DbSafety.Engine;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;

namespace DbSafety.Rules.Connections;

/// <summary><c>using</c>, or <c>await using</c>, on the declaration; not offered where no local holds the resource.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(DBS120ConnectionNotDisposedFix))]
internal sealed class DBS120ConnectionNotDisposedFix() : DisposalFix("DBS120");
