using DbSafety.Engine;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;

namespace DbSafety.Rules.Transactions;

/// <summary><c>using</c>, or <c>await using</c>: what is not committed when the block ends is rolled back.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(DBS201TransactionWithoutGuaranteedRollbackFix))]
internal sealed class DBS201TransactionWithoutGuaranteedRollbackFix() : DisposalFix("DBS201");
