using DbSafety.Engine;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace DbSafety.Rules.Transactions;

/// <summary>Commits where the block of the transaction ends. Whether that is what its author wants, each place has to be asked: no Fix All.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(DBS202TransactionNeverCommittedFix))]
internal sealed class DBS202TransactionNeverCommittedFix() : DbFix("DBS202", "Commit at the end of the block", fixAll: false)
{
    protected override Edits? Fix(FixContext context) =>
        context.Property(CommitPlan.Statement) is { } commit && context.Diagnostic.AdditionalLocations is { Count: 1 } places
        && context.NodeAt(places[0])?.FirstAncestorOrSelf<StatementSyntax>() is { } statement
            ? context.Property(CommitPlan.Place) == "before" ? context.Edit().InsertBefore(statement, commit) : context.Edit().InsertAfter(statement, commit)
            : null;
}
