using System.Collections.Immutable;
using System.Text;
using DbSafety.Model;
using DbSafety.Sql;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace DbSafety.Rules.Locks;

/// <summary>The statement that locks both rows in the order of their keys, for the fix: written with the means of the first statement.</summary>
internal static class OrderedLock
{
    /// <summary>Statements or lines of one, separated by <see cref="Separator"/>; <see cref="Local"/> stands for the name of a new local.</summary>
    public const string Property = "lock";

    private const char Separator = '\u0001', Local = '\u0002';

    /// <summary>Empty where it cannot be written: another database, several key columns, a call with results.</summary>
    public static ImmutableDictionary<string, string?> Of(CallerKeys pair)
    {
        var none = ImmutableDictionary<string, string?>.Empty;
        if (pair.First.Run == pair.Second.Run || pair.First.Dialect is not (SqlDialect.PostgreSql or SqlDialect.MySql) || pair.First.Keys.Length != 1
            || pair.First.Text is not { } text || ColumnIn(text.Script, text.Statement.KeyEqualities.First(k => k.Column == pair.First.Keys[0].Column)) is not { } column)
        {
            return none;
        }
        var (first, second) = Names(pair);
        var sql = $"SELECT {column} FROM {pair.First.Table} WHERE {column} IN ({{0}}, {{1}}) ORDER BY {column} FOR UPDATE";
        var lines = text.Call is null ? Interpolated(pair, sql)
            : ObjectParameters.AreOf(text.Call) ? OfDapper(pair, text.Call, sql, first, second)
            : text.Call.Api.CompositeFormat ? null
            : OfCommand(pair, sql, first, second);
        return lines is null ? none : none.Add(Property, string.Join(Separator.ToString(), lines)).Add("using", pair.First.IsInMethod && ObjectParameters.AreOf(text.Call!) ? "Dapper" : null);
    }

    /// <summary>The key's column as the text writes it in front of <c>=</c>; null where it stands elsewhere.</summary>
    private static string? ColumnIn(SqlScript script, SqlKeyEquality key)
    {
        var before = script.Tokens.Where(t => t.End <= key.Start && t.Kind is not (SqlTokenKind.Whitespace or SqlTokenKind.Comment)).ToList();
        return before.Count > 1 && TextOf(before[before.Count - 1]) == "=" && before[before.Count - 2] is { Kind: SqlTokenKind.Word or SqlTokenKind.QuotedName } column
            && TextOf(column).Trim('"', '`').Equals(key.Column, StringComparison.OrdinalIgnoreCase)
            ? TextOf(column)
            : null;

        string TextOf(SqlToken token) => script.Text.Text.Substring(token.Start, token.Length);
    }

    /// <summary>Names for the two parameters: what the keys are called, where that tells them apart.</summary>
    private static (string First, string Second) Names(CallerKeys pair)
    {
        var (first, second) = (Last(pair.FirstKey), Last(pair.SecondKey));
        return first.Equals(second, StringComparison.OrdinalIgnoreCase) ? ("first", "second") : (first, second);

        static string Last(string path) => path.Substring(path.LastIndexOf('.') + 1);
    }

    private static IEnumerable<string>? OfCommand(CallerKeys pair, string sql, string first, string second)
    {
        var run = pair.First.Run;
        if (pair.First.Execution.Instance?.Type is not INamedTypeSymbol { TypeKind: TypeKind.Class, IsAbstract: false } type || pair.First.Connection is not { } connection
            || !type.InstanceConstructors.Any(c => c.Parameters.Length == 3) || !IsName(connection) || pair.First.Transaction is { } given && !IsName(given)
            || run.SemanticModel is not { } model)
        {
            return null;
        }
        var isAwaited = IsAwaited(run);
        var token = TokenOf(run);
        var transaction = pair.First.Transaction is { } own ? ", " + own.Name : "";
        var text = string.Format(System.Globalization.CultureInfo.InvariantCulture, sql, "@" + Lower(first), "@" + Lower(second));
        return
        [
            $"{(isAwaited ? "await " : "")}using (var {Local} = new {type.ToMinimalDisplayString(model, run.Syntax.SpanStart)}({Quoted(text)}, {connection.Name}{transaction}))",
            "{",
            $"    {Local}.Parameters.AddWithValue(\"{Lower(first)}\", {pair.FirstKey});",
            $"    {Local}.Parameters.AddWithValue(\"{Lower(second)}\", {pair.SecondKey});",
            isAwaited ? $"    await {Local}.ExecuteNonQueryAsync({token});" : $"    {Local}.ExecuteNonQuery();",
            "}",
        ];
    }

    /// <summary>The first call once more, with another text and other parameters: connection, transaction and token stay.</summary>
    private static IEnumerable<string>? OfDapper(CallerKeys pair, DbCall call, string sql, string first, string second)
    {
        if (pair.First.Execution.TargetMethod.Name is not ("Execute" or "ExecuteAsync") || call.Argument(call.Api.Sql!)?.Value.Syntax is not { } oldSql
            || call.Argument(call.Api.Parameters!)?.Value.Syntax is not { } oldParameters)
        {
            return null;
        }
        var text = Quoted(string.Format(System.Globalization.CultureInfo.InvariantCulture, sql, "@" + first, "@" + second));
        var parameters = $"new {{ {Member(first, pair.FirstKey)}, {Member(second, pair.SecondKey)} }}";
        return !pair.First.IsInMethod ? [Again(pair.First.Run, (oldSql, text), (oldParameters, parameters))]
            : pair.First.Connection is { } connection && IsName(connection) && (pair.First.Transaction is not { } transaction || IsName(transaction)) ? [InCaller(pair.First, connection, text, parameters)]
            : null;

        static string Member(string name, string value) => value == name || value.EndsWith("." + name, StringComparison.Ordinal) ? value : $"{name} = {value}";
    }

    /// <summary>What the method would run, with what the caller has: his names, his token, asynchronous if he waits for the method.</summary>
    private static string InCaller(RowLock rows, ISymbol connection, string text, string parameters)
    {
        var (wait, method) = IsAwaited(rows.Run) ? ("await ", "ExecuteAsync") : ("", "Execute");
        var given = text + ", " + parameters + (rows.Transaction is { } transaction ? ", " + transaction.Name : "");
        return TokenOf(rows.Run) is { } token
            ? $"{wait}{connection.Name}.{method}(new CommandDefinition({given}, cancellationToken: {token}));"
            : $"{wait}{connection.Name}.{method}({given});";
    }

    /// <summary>EF Core's ExecuteSql: the values stay in the text.</summary>
    private static IEnumerable<string>? Interpolated(CallerKeys pair, string sql) =>
        !pair.First.IsInMethod && pair.First.Run.TargetMethod.Name.StartsWith("ExecuteSql", StringComparison.Ordinal) && sql.IndexOfAny(['"', '\\']) < 0
        && pair.First.Run.Syntax.DescendantNodes().OfType<InterpolatedStringExpressionSyntax>().FirstOrDefault() is { } old
            ? [Again(pair.First.Run, (old, "$\"" + string.Format(System.Globalization.CultureInfo.InvariantCulture, sql, $"{{{pair.FirstKey}}}", $"{{{pair.SecondKey}}}") + "\""))]
            : null;

    private static string Again(IInvocationOperation run, params (SyntaxNode Old, string New)[] changes)
    {
        SyntaxNode whole = run.Syntax;
        while (whole.Parent is AwaitExpressionSyntax || whole.Parent is MemberAccessExpressionSyntax { Name.Identifier.ValueText: "ConfigureAwait", Parent: InvocationExpressionSyntax })
        {
            whole = whole.Parent is AwaitExpressionSyntax ? whole.Parent : whole.Parent.Parent!;
        }
        var text = new StringBuilder(whole.ToString());
        foreach (var (old, replacement) in changes.OrderByDescending(c => c.Old.SpanStart))
        {
            text.Remove(old.SpanStart - whole.SpanStart, old.Span.Length).Insert(old.SpanStart - whole.SpanStart, replacement);
        }
        return text.Append(';').ToString();
    }

    private static string? TokenOf(IInvocationOperation run) =>
        run.Arguments.FirstOrDefault(a => DbOperations.IsToken(a.Parameter?.Type) && a.ArgumentKind == ArgumentKind.Explicit)?.Value.Syntax.ToString();

    private static bool IsAwaited(IOperation run) =>
        run.Syntax.Ancestors().TakeWhile(n => n is not StatementSyntax).Any(n => n is AwaitExpressionSyntax);

    /// <summary>It can be named where it is used: a variable, or a member of this object.</summary>
    private static bool IsName(ISymbol symbol) => symbol is ILocalSymbol or IParameterSymbol or IFieldSymbol or IPropertySymbol;

    private static string Lower(string name) => char.ToLowerInvariant(name[0]) + name.Substring(1);

    private static string Quoted(string text) => SymbolDisplay.FormatLiteral(text, quote: true);
}
