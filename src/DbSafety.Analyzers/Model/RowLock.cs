using System.Collections.Immutable;
using System.Text;
using DbSafety.Flow;
using DbSafety.Sql;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace DbSafety.Model;

/// <summary>Rows that a statement locks by a key, and waits for: UPDATE, DELETE, SELECT … FOR UPDATE with <c>key = value</c>.</summary>
/// <param name="Run">The call that runs the statement, or leads to it through a method: see <see cref="LockingMethods"/>.</param>
/// <param name="Table">As the code writes it.</param>
/// <param name="Keys">The columns that the statement compares, and what with; never empty.</param>
/// <param name="Connection">The connection or context it runs on; null where that is not in sight.</param>
/// <param name="Transaction">The transaction given to it; null where none is, or not in sight.</param>
/// <param name="Text">Where the SQL comes from and how it reads; null for LINQ.</param>
internal sealed record RowLock(
    IInvocationOperation Run, string Table, ImmutableArray<RowKey> Keys, SqlDialect Dialect, ISymbol? Connection, ISymbol? Transaction,
    (DbCall? Call, SqlScript Script, SqlStatement Statement)? Text)
{
    private static readonly string[] Words = ["UPDATE", "DELETE", "UPDLOCK", "XLOCK"];

    /// <summary>The call that runs the statement itself; not <see cref="Run"/> where that is a method of the compilation.</summary>
    public IInvocationOperation Execution { get; } = Run;

    public bool IsInMethod => Execution != Run;

    /// <summary>The method opens a connection to run it, and gives it no transaction.</summary>
    public bool OpensConnection { get; init; }

    /// <summary>Names of methods that may run such a statement, for a look before anything is bound.</summary>
    public static bool IsName(string method) =>
        method.StartsWith("Execute", StringComparison.Ordinal) || method.StartsWith("Query", StringComparison.Ordinal) || method.StartsWith("FromSql", StringComparison.Ordinal);

    /// <summary>A file can have transactions on such a database. To be asked before all else.</summary>
    public static bool MayBeIn(SyntaxTree tree, DbModel model) => model.MayLockRows(tree) && SurroundingTransaction.MayBeIn(tree);

    /// <summary>A call may run such a statement, itself or through a method.</summary>
    public static bool MayBe(IInvocationOperation call, DbModel model) => IsName(call.TargetMethod.Name) || model.LockingMethods.MayLock(call);

    /// <summary>What a call locks; empty where that is not certain, where it waits for nobody, or on a database with one writer.</summary>
    public static IEnumerable<RowLock> Of(IInvocationOperation call, DbModel model) =>
        OfStatement(call, model).ToList() is { Count: > 0 } own ? own : model.LockingMethods.Of(call) is { } through ? [through] : [];

    /// <summary>What the statement locks that a call runs itself.</summary>
    /// <param name="isGiven">The connection may be the caller's, who knows what it speaks: the dialect can be unknown.</param>
    public static IEnumerable<RowLock> OfStatement(IInvocationOperation call, DbModel model, bool isGiven = false)
    {
        if (!IsName(call.TargetMethod.Name))
        {
            return [];
        }
        if (model.ExecutionOf(call) is { Calls: { Length: 1 } calls } execution)
        {
            var known = calls[0].Dialect is var own and not SqlDialect.Unknown ? own
                : calls[0].Api.CompositeFormat ? model.EfDialect(call.Syntax.SyntaxTree)
                : Provider.OfType(Source(call)?.Type).Dialect; // A CommandDefinition does not know its connection.
            return (known.LocksRows() || isGiven && known == SqlDialect.Unknown) && MayLock(calls[0]) && calls[0] is { IsStatement: true, Text.Truncated: false, Templates: { Length: 1 } templates } && templates[0].IsExact
                ? InScript(templates[0].Script, known, call, execution.Connection, execution.Transaction, calls[0], key => ValueOf(key, calls[0], templates[0], call))
                : [];
        }
        return model.EfDialect(call.Syntax.SyntaxTree) is var dialect && dialect.LocksRows()
            ? call.TargetMethod.Name.StartsWith("ExecuteUpdate", StringComparison.Ordinal) || call.TargetMethod.Name.StartsWith("ExecuteDelete", StringComparison.Ordinal)
                ? OfQuery(call, dialect)
                : OfInterpolated(call, dialect)
            : [];
    }

    /// <summary>A constant text has one of the words, which is seen before anything is read as SQL.</summary>
    private static bool MayLock(DbCall call) =>
        call.Sql.ConstantValue is not { HasValue: true, Value: string text } || Array.Exists(Words, word => text.IndexOf(word, StringComparison.OrdinalIgnoreCase) >= 0);

    private static IEnumerable<RowLock> InScript(
        SqlScript script, SqlDialect dialect, IInvocationOperation run, ISymbol? connection, ISymbol? transaction, DbCall? call, Func<SqlKeyEquality, ParameterValue?> valueOf)
    {
        if (!script.IsBalanced)
        {
            yield break;
        }
        foreach (var statement in script.Statements)
        {
            if (TableOf(statement) is not { Name.Length: > 0 } table)
            {
                continue;
            }
            var keys = statement.KeyEqualities.Select(k => (k.Column, Value: valueOf(k))).Where(k => k.Value is not null).Select(k => new RowKey(k.Column, k.Value!)).ToImmutableArray();
            if (!keys.IsEmpty)
            {
                yield return new(run, script.Text.Text.Substring(table.Start, table.Length), keys, dialect, connection, transaction, (call, script, statement));
            }
        }
    }

    private static SqlTable? TableOf(SqlStatement statement) => statement switch
    {
        { Kind: SqlStatementKind.Update or SqlStatementKind.Delete } => statement.Tables.Where(t => (t.Use & SqlTableUse.Write) != 0).Select(t => (SqlTable?)t).FirstOrDefault(),
        { Kind: SqlStatementKind.Select, Tables.Length: > 0 } when Waits(statement.Lock) => statement.Tables[0],
        _ => null,
    };

    /// <summary>It takes write locks and waits for them; who skips or gives up cannot deadlock.</summary>
    public static bool Waits(SqlLockClause clause) =>
        (clause & (SqlLockClause.ForUpdate | SqlLockClause.ForNoKeyUpdate | SqlLockClause.UpdLock | SqlLockClause.XLock)) != 0 && (clause & (SqlLockClause.SkipLocked | SqlLockClause.NoWait)) == 0;

    private static ParameterValue? ValueOf(SqlKeyEquality key, DbCall call, SqlTemplate template, IOperation run)
    {
        var text = template.Script.Text.Text.Substring(key.Start, key.Length);
        return key.Kind switch
        {
            SqlOperandKind.Parameter => ParameterValue.Of(call, text, run),
            SqlOperandKind.Hole => ParameterValue.Of(template.Holes[key.Hole].Value),
            // PostgreSQL's @id::bigint
            SqlOperandKind.Expression when text.IndexOf("::", StringComparison.Ordinal) is > 1 and var cast && text[0] is '@' or ':' or '$' && text.Substring(1, cast - 1).All(c => char.IsLetterOrDigit(c) || c == '_') =>
                ParameterValue.Of(call, text.Substring(0, cast), run),
            _ => null,
        };
    }

    /// <summary>The text of ExecuteSql and FromSql, whose interpolated values become parameters, and these values; null for any other call.</summary>
    public static (SqlScript Script, IReadOnlyList<IOperation> Holes)? Interpolated(IInvocationOperation call, SqlDialect dialect)
    {
        if (call.TargetMethod.ContainingType.Name is not ("RelationalDatabaseFacadeExtensions" or "RelationalQueryableExtensions")
            || call.Arguments.Select(a => CommandUses.Unwrap(a.Value)).OfType<IInterpolatedStringOperation>().FirstOrDefault() is not { } text)
        {
            return null;
        }
        var (sql, holes, positions) = (new StringBuilder(), new List<IOperation>(), ImmutableArray.CreateBuilder<int>());
        foreach (var part in text.Parts)
        {
            if (part is IInterpolationOperation hole)
            {
                positions.Add(sql.Length);
                holes.Add(hole.Expression);
                sql.Append(SqlText.HoleChar);
            }
            else
            {
                sql.Append((part as IInterpolatedStringTextOperation)?.Text.ConstantValue.Value as string);
            }
        }
        return (SqlReader.Read(new SqlText(sql.ToString(), positions.ToImmutable()), dialect), holes);
    }

    private static IEnumerable<RowLock> OfInterpolated(IInvocationOperation call, SqlDialect dialect) =>
        Interpolated(call, dialect) is var (script, holes)
            ? InScript(script, dialect, call, ContextOf(call), null, null, key => key.Kind == SqlOperandKind.Hole ? ParameterValue.Of(holes[key.Hole]) : null)
            : [];

    /// <summary><c>context.Stock.Where(s =&gt; s.ProductId == id).ExecuteUpdate(…)</c></summary>
    private static IEnumerable<RowLock> OfQuery(IInvocationOperation call, SqlDialect dialect)
    {
        var keys = ImmutableArray.CreateBuilder<RowKey>();
        var source = Source(call);
        while (source is IInvocationOperation { TargetMethod.Name: "Where", Arguments.Length: 2 } where)
        {
            if (where.Arguments[1].Value.DescendantsAndSelf().OfType<IAnonymousFunctionOperation>().FirstOrDefault() is { Symbol.Parameters: { Length: 1 } parameters } lambda
                && lambda.Body.Operations.OfType<IReturnOperation>().FirstOrDefault()?.ReturnedValue is { } condition)
            {
                keys.AddRange(Equalities(condition, parameters[0]));
            }
            source = Source(where);
        }
        return keys.Count > 0 && source is IPropertyReferenceOperation { Property.Name: var table } set
            ? [new(call, table, keys.ToImmutable(), dialect, LifetimeSymbols.Of(set.Instance), null, null)]
            : [];
    }

    private static IEnumerable<RowKey> Equalities(IOperation condition, IParameterSymbol row)
    {
        switch (CommandUses.Unwrap(condition))
        {
            case IBinaryOperation { OperatorKind: BinaryOperatorKind.ConditionalAnd } and:
                return Equalities(and.LeftOperand, row).Concat(Equalities(and.RightOperand, row));
            case IBinaryOperation { OperatorKind: BinaryOperatorKind.Equals } equals:
                var (left, right) = (CommandUses.Unwrap(equals.LeftOperand), CommandUses.Unwrap(equals.RightOperand));
                return Column(left, row) is { } column && !Mentions(right, row) ? [new(column, ParameterValue.Of(right))]
                    : Column(right, row) is { } other && !Mentions(left, row) ? [new(other, ParameterValue.Of(left))]
                    : [];
            default:
                return [];
        }
    }

    private static string? Column(IOperation operand, IParameterSymbol row) =>
        operand is IPropertyReferenceOperation { Instance: IParameterReferenceOperation of, Property.Name: var name } && SymbolEqualityComparer.Default.Equals(of.Parameter, row) ? name : null;

    private static bool Mentions(IOperation operand, IParameterSymbol row) =>
        operand.DescendantsAndSelf().Any(o => o is IParameterReferenceOperation of && SymbolEqualityComparer.Default.Equals(of.Parameter, row));

    private static ISymbol? ContextOf(IInvocationOperation call) => Source(call) switch
    {
        IPropertyReferenceOperation { Type.Name: "DatabaseFacade" } facade => LifetimeSymbols.Of(DbResources.ContextOf(facade)),
        IPropertyReferenceOperation set => LifetimeSymbols.Of(set.Instance),
        _ => null,
    };

    private static IOperation? Source(IInvocationOperation call) =>
        (call.Instance ?? call.Arguments.FirstOrDefault()?.Value) is { } source ? CommandUses.Unwrap(source) : null;
}

/// <summary>A column that a statement compares with a value.</summary>
internal readonly record struct RowKey(string Column, ParameterValue Value);
