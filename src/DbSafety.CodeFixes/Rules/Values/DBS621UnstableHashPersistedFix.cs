using DbSafety.Engine;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;

namespace DbSafety.Rules.Values;

/// <summary>SHA256 of the text. Only where what is stored is text; where it is a number, the column and its rows have to change with it.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
internal sealed class DBS621UnstableHashPersistedFix() : DbFix("DBS621", "Store the SHA256 hash")
{
    protected override Edits? Fix(FixContext context) => context.Planned()?.Using("System.Security.Cryptography").Using("System.Text");
}
