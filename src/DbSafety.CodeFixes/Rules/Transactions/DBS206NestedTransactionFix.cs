using DbSafety.Engine;
using DbSafety.Model;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;

namespace DbSafety.Rules.Transactions;

/// <summary>A savepoint of the open transaction in place of the second one; what committed it releases the savepoint, what rolled it back goes back there.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(DBS206NestedTransactionFix))]
internal sealed class DBS206NestedTransactionFix() : DbFix("DBS206", "Use a savepoint")
{
    protected override Edits? Fix(FixContext context)
    {
        if (context.Property(TextEdits.Property) is not { } encoded)
        {
            return null;
        }
        var edits = context.Edit();
        foreach (var (span, text) in TextEdits.Decode(encoded).Changes)
        {
            edits = span.IsEmpty ? edits.Insert(span.Start, text) : edits.Replace(span, text);
        }
        return edits;
    }
}
