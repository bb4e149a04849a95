using DbSafety.Flow;
using DbSafety.Model;
using DbSafety.Sql;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using Microsoft.CodeAnalysis.Text;

namespace DbSafety.Rules.Locks;

/// <summary>
/// The clause by which an INSERT leaves the row alone that another caller has put in since the check. Only where the check asks for
/// exactly one unique key, and the caller that comes second goes on as if its check had found the row.
/// </summary>
internal static class ConflictClause
{
    private static readonly string[] Counters = ["last_insert", "lastinsert", "lastval", "currval", "changes()", "row_count"];

    /// <summary>The columns of the unique key that the check asks for; null where the schema shows none, or the check asks for something else.</summary>
    public static SqlKey? KeyOf(RunStatement check, SqlStatement insert, DbModel model)
    {
        var columns = SqlConditions.EqualityColumns(check.Statement, check.Template.Script);
        return columns is null ? null
            : model.Schema.KeysOf(insert.Tables[0].Name).FirstOrDefault(k => k.Columns.SequenceEqual(columns.OrderBy(c => c, StringComparer.Ordinal)));
    }

    /// <summary>The clause; null where the dialect has none that catches this key alone.</summary>
    public static string? TextOf(SqlKey key, RunStatement insert, SqlDialect dialect, DbModel model)
    {
        if (SqlInsert.ColumnsOf(insert.Statement, insert.Template.Script) is not { } listed)
        {
            return null;
        }
        var columns = listed.Where(c => key.Columns.Contains(SqlInsert.NameOf(c))).ToList();
        var keys = model.Schema.KeysOf(insert.Statement.Tables[0].Name);
        return dialect switch
        {
            _ when columns.Count != key.Columns.Length => null,
            SqlDialect.PostgreSql or SqlDialect.Sqlite => $"ON CONFLICT ({string.Join(", ", columns)}) DO NOTHING",
            // It catches every key: only where the row has no value of its own in another one.
            SqlDialect.MySql when model.Schema.Creates(insert.Statement.Tables[0].Name) && keys.All(k =>
                k.Columns.SequenceEqual(key.Columns) || !k.Columns.All(c => listed.Any(l => SqlInsert.NameOf(l) == c))) => $"ON DUPLICATE KEY UPDATE {columns[0]} = {columns[0]}",
            _ => null,
        };
    }

    /// <summary>The edit that adds the clause; null where it would change more than the error of the second caller.</summary>
    public static TextEdits? Edit(string clause, RunStatement insert, AbsenceTest test, RunStatement check, DbModel model)
    {
        if (insert.IsFollowed || insert.Template.Script.Statements.Length != 1 || insert.Statement.HasReturning
            || insert.Execution.Calls[0] is not { Text.Alternatives: [var text] } call || text.Pieces is not [{ Literal: not null, Syntax: LiteralExpressionSyntax literal }]
            || !IsUsedOnce(literal, insert.Execution) || StatementOf(insert.Step) is not { } statement
            || !IsFoundByAnyRow(check, insert.Statement.Tables[0].Name, model) || !GoesOnAlike(statement, test.Guard) || CountsAfter(insert.Step, model))
        {
            return null;
        }
        var words = SqlWords.Of(insert.Template.Script);
        var last = words.Count - 1;
        last -= words.IsSymbol(last, ";") ? 1 : 0;
        if (!words.IsSymbol(last, ")") || TextPlaces.Of(text, words[last].Start, ")", call.Sql.Syntax) is not { } place)
        {
            return null;
        }
        return TextEdits.None.Replace(new(place.End, 0), GapBefore(place, literal, words[last].Start, insert) + Written(clause, literal));
    }

    /// <summary>A line of its own where the INSERT has several.</summary>
    private static string GapBefore(TextSpan place, SyntaxNode literal, int end, RunStatement insert)
    {
        var lines = literal.SyntaxTree.GetText().Lines;
        var line = lines.GetLineFromPosition(place.Start);
        if (line.Start <= literal.SpanStart || insert.Template.Script.Text.Text.IndexOf('\n', insert.Statement.Start, end - insert.Statement.Start) < 0)
        {
            return " ";
        }
        var before = lines[line.LineNumber - 1];
        var written = line.ToString();
        return before.Text!.ToString(TextSpan.FromBounds(before.End, before.EndIncludingLineBreak)) + written.Substring(0, written.Length - written.TrimStart().Length);
    }

    private static string Written(string clause, SyntaxNode literal) => literal.GetFirstToken().Text switch
    {
        ['@', ..] => clause.Replace("\"", "\"\""),
        var text when text.Contains("\"\"\"") => clause,
        _ => clause.Replace("\"", "\\\""),
    };

    /// <summary>The literal is that of this call alone, and the command is run by it alone.</summary>
    private static bool IsUsedOnce(SyntaxNode literal, DbExecution execution)
    {
        var body = LifetimeGraphs.BodyAround(execution.Operation);
        var isInPlace = execution.Calls[0].Sql.Syntax.Span.Contains(literal.Span);
        var name = literal.FirstAncestorOrSelf<VariableDeclaratorSyntax>()?.Identifier.ValueText;
        return (isInPlace || name is not null && body.Syntax.DescendantNodes().OfType<IdentifierNameSyntax>().Count(n => n.Identifier.ValueText == name) == 1)
            && (execution.Command is not { } command || body.Descendants().OfType<IInvocationOperation>().Count(c =>
                c.TargetMethod.Name.StartsWith("Execute", StringComparison.Ordinal) && SymbolEqualityComparer.Default.Equals(LifetimeSymbols.Of(c.Instance), command)) == 1);
    }

    /// <summary>The statement that a call is all of, awaited or not; null where its result is used.</summary>
    private static IOperation? StatementOf(IOperation call)
    {
        while (true)
        {
            switch (call.Parent)
            {
                case IAwaitOperation or IConversionOperation or ISimpleAssignmentOperation { Target: IDiscardOperation } or IInvocationOperation { TargetMethod.Name: "ConfigureAwait" }:
                    call = call.Parent;
                    break;
                default:
                    return call.Parent as IExpressionStatementOperation;
            }
        }
    }

    /// <summary>What the check selects is there whenever a row is: a count, a constant, a column of a key; not one that can be null, or false.</summary>
    private static bool IsFoundByAnyRow(RunStatement check, string table, DbModel model)
    {
        var words = SqlWords.Of(check.Template.Script);
        var first = words.Is(1, "count") && words.IsSymbol(2, "(") ? 3 : 1;
        var item = words.IsSymbol(first + 1, ".") ? first + 2 : first;
        return words[first].Kind == SqlTokenKind.Number && words.Text(first) != "0" || words.IsSymbol(first, "*")
            || words.Name(item) is { } column && (words.Is(item + 1, "from") || words.IsSymbol(item + 1, ",") || words.IsSymbol(item + 1, ")"))
                && model.Schema.KeysOf(table).Any(k => k.Columns.Contains(column));
    }

    /// <summary>After the INSERT the body does what it does where the check has found a row: nothing more, or it returns the same.</summary>
    private static bool GoesOnAlike(IOperation statement, IOperation guard)
    {
        if (guard is not IConditionalOperation choice)
        {
            return false;
        }
        var isInside = choice.Syntax.Span.Contains(statement.Syntax.Span);
        var found = choice.WhenTrue.Syntax.Span.Contains(statement.Syntax.Span) ? choice.WhenFalse : isInside ? choice.WhenTrue : Leaving(choice);
        while (found is IBlockOperation { Operations: var only })
        {
            found = only.Length == 1 ? only[0] : only.IsEmpty ? null : choice;
        }
        if (isInside ? found is not null : found is not (IReturnOperation or IBranchOperation { BranchKind: BranchKind.Continue }))
        {
            return false;
        }
        for (var child = statement; child.Parent is { } parent && parent is not (IMethodBodyOperation or IAnonymousFunctionOperation or ILocalFunctionOperation or IConstructorBodyOperation); child = parent)
        {
            if (child == choice)
            {
                return true;
            }
            if (parent is IBlockOperation block)
            {
                var next = block.Operations.SkipWhile(o => o != child).Skip(1).FirstOrDefault(o => !o.IsImplicit && o is not ILocalFunctionOperation && !Ends(o));
                if (next is not null)
                {
                    return next is IReturnOperation { ReturnedValue: { } value } && found is IReturnOperation { ReturnedValue: { } early } && value.Syntax.IsEquivalentTo(early.Syntax, topLevel: false);
                }
            }
            else if (parent is ILoopOperation)
            {
                return found is IBranchOperation;
            }
            else if (parent is not (IConditionalOperation or ITryOperation or IUsingOperation))
            {
                return false;
            }
        }
        return found is IReturnOperation { ReturnedValue: null };
    }

    /// <summary>The branch of a guard that leaves.</summary>
    private static IOperation? Leaving(IConditionalOperation guard) => AbsenceTests.Leaves(guard.WhenTrue) ? guard.WhenTrue : guard.WhenFalse;

    /// <summary>It ends the transaction or the connection.</summary>
    private static bool Ends(IOperation statement) =>
        statement is IExpressionStatementOperation && statement.Syntax.DescendantNodes().OfType<InvocationExpressionSyntax>().FirstOrDefault()?.Expression is MemberAccessExpressionSyntax { Name.Identifier.ValueText: var name }
        && name is "Commit" or "CommitAsync" or "Complete" or "Dispose" or "DisposeAsync" or "Close" or "CloseAsync" or "ConfigureAwait";

    /// <summary>The body asks afterwards which row was put in, or how many.</summary>
    private static bool CountsAfter(IInvocationOperation insert, DbModel model)
    {
        var body = LifetimeGraphs.BodyAround(insert);
        var rest = body.Syntax.SyntaxTree.GetText().ToString(TextSpan.FromBounds(insert.Syntax.Span.End, body.Syntax.Span.End));
        return IsCounter(rest) || body.Descendants().OfType<IInvocationOperation>().Any(c =>
            c.Syntax.SpanStart > insert.Syntax.SpanStart && model.ExecutionOf(c) is { } run && run.Calls.Any(o => o.Templates.Any(t => IsCounter(t.Script.Text.Text))));
    }

    private static bool IsCounter(string text) => Array.Exists(Counters, c => text.IndexOf(c, StringComparison.OrdinalIgnoreCase) >= 0);
}
