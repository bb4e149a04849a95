using DbSafety.Engine;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;

namespace DbSafety.Rules.Locks;

/// <summary>Adds the clause that leaves a row alone that is there already, where the schema has the key and nothing asks which of the two happened.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(DBS305CheckThenInsertFix))]
internal sealed class DBS305CheckThenInsertFix() : DbFix("DBS305", "Leave the row of the other caller alone")
{
    protected override Edits? Fix(FixContext context) => context.Planned();
}
