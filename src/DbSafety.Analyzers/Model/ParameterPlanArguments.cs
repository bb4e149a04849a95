using System.Text;
using DbSafety.Sql;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace DbSafety.Model;

/// <summary>Parameters that are passed beside the SQL: Dapper, EF Core, linq2db, sqlite-net, MySqlHelper.</summary>
internal sealed partial class ParameterPlanner
{
    private List<PlanStep>? AtArguments()
    {
        var (list, method) = _call.Operation switch
        {
            IInvocationOperation { Syntax: InvocationExpressionSyntax invocation } => (invocation.ArgumentList, _model.GetSymbolInfo(invocation).Symbol as IMethodSymbol),
            IObjectCreationOperation { Syntax: BaseObjectCreationExpressionSyntax creation, Constructor: { } constructor } => (creation.ArgumentList, constructor),
            _ => (null, null),
        };
        if (list is null || method is null)
        {
            return null;
        }
        var type = _call.Api.Type;
        return type switch
        {
            "Dapper.SqlMapper" or "Dapper.CommandDefinition" => AtMembers(list, method, "param", "parameters"),
            "LinqToDB.Data.DataContextExtensions" or "LinqToDB.Data.DataConnectionExtensions" when method.Name != "SetCommand" => AtMembers(list, method, "parameters", "parameter"),
            "MySql.Data.MySqlClient.MySqlHelper" => AtTail(list, method, (p, _) => Prefix(p.Name), p => New(p, list.SpanStart), false),
            "SQLite.SQLiteConnection" or "SQLite.ISQLiteConnection" or "SQLite.SQLiteAsyncConnection" or "SQLite.ISQLiteAsyncConnection" =>
                AtTail(list, method, (_, _) => "?", p => p.Value.Expression, true),
            "Microsoft.EntityFrameworkCore.RelationalQueryableExtensions" or "Microsoft.EntityFrameworkCore.RelationalDatabaseFacadeExtensions"
                when method.Parameters.FirstOrDefault(p => p.Name == "sql")?.Type.SpecialType == SpecialType.System_String => AtEfCore(list, method),
            _ => null,
        };
    }

    private ArgumentSyntax? SqlArgument(BaseArgumentListSyntax list) => list.Arguments.FirstOrDefault(a => a.Span.Contains(_sql.Span));

    private IEnumerable<SyntaxNode?> OtherArguments(BaseArgumentListSyntax list) => list.Arguments.Where(a => a != SqlArgument(list)).Select(a => a.Expression);

    /// <summary>An object whose members are the parameters: a new one, or more members of the one that is there.</summary>
    private List<PlanStep>? AtMembers(ArgumentListSyntax list, IMethodSymbol method, params string[] parameterNames)
    {
        if (_call.Provider == Provider.Odbc || _call.Provider == Provider.OleDb
            || _script.Parameters.Any(p => p.Style is SqlParameterStyle.Question or SqlParameterStyle.DollarNumber && !p.IsLocal)
            || !OrderIsKept(OtherArguments(list)) || SqlArgument(list) is not { } sql)
        {
            return null;
        }
        var existing = parameterNames.Select(n => _call.Argument(n)).FirstOrDefault(a => a is { IsImplicit: false })?.Syntax as ArgumentSyntax;
        var made = existing is null ? null : EditableText.Unparenthesized(existing.Expression);
        var members = made as AnonymousObjectCreationExpressionSyntax;
        var isNull = made is LiteralExpressionSyntax { RawKind: (int)SyntaxKind.NullLiteralExpression or (int)SyntaxKind.DefaultLiteralExpression };
        if (existing is not null && members is null && !isNull)
        {
            return null;
        }
        Name(false, members?.Initializers.Select(MemberName) ?? []);
        if (TextSteps((p, _) => p.Value.IsList && p.Value.Before.Length == 0 ? BlankBefore(p) + Prefix(p.Name) : Prefix(p.Name)) is not { } steps)
        {
            return null;
        }
        var added = string.Join(", ", Distinct.Select(p => p.Value.Expression == p.Name ? p.Name : $"{p.Name} = {p.Value.Expression}"));
        if (members is { Initializers.Count: > 0 })
        {
            steps.Add(PlanStep.Insert(members.Initializers.Last().Span.End, ", " + added));
        }
        else if (existing is not null)
        {
            steps.Add(PlanStep.Replace(existing.Expression.Span, $"new {{ {added} }}"));
        }
        else if (Inserted(list, method, sql, parameterNames, $"new {{ {added} }}") is { } argument)
        {
            steps.Add(argument);
        }
        else
        {
            return null;
        }
        return steps;
    }

    /// <summary>A list takes the place of its parentheses; it must not grow together with IN.</summary>
    private string BlankBefore(PlannedParameter parameter)
    {
        var before = _script.Text.Holes[OperandIndex(parameter.Value.Part)] - parameter.Value.CutBefore - 1;
        return before >= 0 && !char.IsWhiteSpace(_script.Text.Text[before]) && !char.IsLetterOrDigit(_script.Text.Text[before]) ? " " : "";
    }

    private static string MemberName(AnonymousObjectMemberDeclaratorSyntax member) =>
        member.NameEquals?.Name.Identifier.ValueText
        ?? (member.Expression is MemberAccessExpressionSyntax access ? access.Name : member.Expression as SimpleNameSyntax)?.Identifier.ValueText ?? "";

    /// <summary>A new argument where its parameter stands next: behind the SQL or at the end; else by name.</summary>
    private static PlanStep? Inserted(ArgumentListSyntax list, IMethodSymbol method, ArgumentSyntax sql, string[] parameterNames, string value)
    {
        var parameter = method.Parameters.FirstOrDefault(p => parameterNames.Contains(p.Name) && !p.IsParams);
        var at = list.Arguments.IndexOf(sql);
        if (parameter is null)
        {
            // An overload without parameters; its sibling has them behind the SQL.
            return list.Arguments.Count == at + 1 && sql.NameColon is null ? PlanStep.Insert(sql.Span.End, ", " + value) : null;
        }
        var positional = list.Arguments.TakeWhile(a => a.NameColon is null).Count();
        if (positional == parameter.Ordinal && positional > 0)
        {
            return PlanStep.Insert(list.Arguments[positional - 1].Span.End, ", " + value);
        }
        return PlanStep.Insert(list.Arguments.Last().Span.End, $", {parameter.Name}: {value}");
    }

    /// <summary>One more argument at the end for each value.</summary>
    private List<PlanStep>? AtTail(ArgumentListSyntax list, IMethodSymbol method, Func<PlannedParameter, int, string> placeholder, Func<PlannedParameter, string?> value, bool byPosition)
    {
        var sql = SqlArgument(list);
        if (sql is null || list.Arguments.Any(a => a.NameColon is not null) || !OrderIsKept(OtherArguments(list))
            || list.Arguments.Last() != sql || byPosition && _script.Parameters.Length > 0)
        {
            return null;
        }
        if (method.Parameters.Length != list.Arguments.Count && !method.Parameters.Last().IsParams)
        {
            return null;
        }
        Name(byPosition, []);
        var values = Distinct.Select(value).ToList();
        if (values.Contains(null) || TextSteps(placeholder) is not { } steps)
        {
            return null;
        }
        steps.Add(PlanStep.Insert(sql.Span.End, string.Concat(values.Select(v => ", " + v))));
        return steps;
    }

    /// <summary>The method for interpolated strings, where all holes are values; numbered placeholders and arguments elsewhere.</summary>
    private List<PlanStep>? AtEfCore(ArgumentListSyntax list, IMethodSymbol method)
    {
        if (SqlArgument(list) is not { } sql || _values.Any(v => v.IsList)
            || list.Parent is not InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name: var name } })
        {
            return null;
        }
        var others = list.Arguments.Where(a => a != sql).ToList();
        var hasArguments = others.Exists(a => _model.GetTypeInfo(a.Expression).Type is not { Name: "CancellationToken" } && a.Expression != (method.ReducedFrom is null ? list.Arguments[0].Expression : null));
        var hasOtherHoles = _text.Parts.Select((p, i) => (p, i)).Any(p => p.p is OperandPart && !_values.Exists(v => v.Part == p.i));
        if (!_isLocal && !hasArguments && !hasOtherHoles && InterpolatedSibling(method) is { } sibling && Interpolated() is { } steps)
        {
            steps.Add(PlanStep.Replace(name.Identifier.Span, sibling));
            return steps;
        }
        return Numbered(list, sql, hasArguments);
    }

    /// <summary>FromSql for FromSqlRaw, or the older FromSqlInterpolated; null where the referenced version has neither.</summary>
    private static string? InterpolatedSibling(IMethodSymbol method)
    {
        var isAsync = method.Name.EndsWith("Async", StringComparison.Ordinal);
        var stem = (isAsync ? method.Name.Substring(0, method.Name.Length - 5) : method.Name).Replace("Raw", "");
        return new[] { stem, stem + "Interpolated" }.Select(n => n + (isAsync ? "Async" : "")).FirstOrDefault(candidate =>
            method.ContainingType.GetMembers(candidate).OfType<IMethodSymbol>().Any(m => m.Parameters.Any(p => p.Name == "sql" && p.Type.Name == "FormattableString")));
    }

    /// <summary>The SQL as one interpolated string whose holes are the values; null where that cannot be written.</summary>
    private List<PlanStep>? Interpolated()
    {
        if (_text.Parts.Any(p => p is LiteralPart { Text: var text } && text.IndexOfAny(['{', '}']) >= 0))
        {
            return null; // Raw SQL is a format already, and its braces are escapes of that.
        }
        var allowsQuotes = ((CSharpParseOptions)_sql.SyntaxTree.Options).LanguageVersion >= LanguageVersion.CSharp11;
        if (_values.Any(v => v.Before.Length > 0 || !allowsQuotes && v.Expression.IndexOf('"') >= 0))
        {
            return null;
        }
        Name(true, []);
        if (_text.Leaves.Count == 1 && _text.Leaves[0].Container is { IsInterpolated: true } container
            && _text.Parts.All(p => p is not ConstantPart))
        {
            var braces = Math.Max(1, container.Opening.Count(c => c == '$'));
            return TextSteps((p, _) => new string('{', braces) + Hole(p) + new string('}', braces), keepsHoles: true);
        }
        var (literal, isVerbatim) = (new StringBuilder(), _text.Leaves.Any(l => l.Container?.Opening.IndexOf('@') >= 0));
        var skip = 0;
        for (var i = 0; i < _text.Parts.Count; i++)
        {
            switch (_text.Parts[i])
            {
                case OperandPart:
                    var parameter = _parameters.First(p => p.Value.Part == i);
                    if (literal.ToString(Math.Max(0, literal.Length - parameter.Value.CutBefore), Math.Min(literal.Length, parameter.Value.CutBefore)).IndexOfAny(['\n', '\\']) >= 0 || literal.Length < parameter.Value.CutBefore)
                    {
                        return null;
                    }
                    literal.Length -= parameter.Value.CutBefore;
                    literal.Append('{').Append(Hole(parameter)).Append('}');
                    skip = parameter.Value.CutAfter;
                    break;
                case var part:
                    var text = part is LiteralPart l ? l.Text : ((ConstantPart)part).Text;
                    if (text.IndexOfAny(['{', '}']) >= 0)
                    {
                        return null;
                    }
                    var cut = Math.Min(skip, text.Length);
                    skip -= cut;
                    literal.Append(text, cut, text.Length - cut);
                    break;
            }
        }
        // What the values hold is C# already; only the SQL between them could need an escape.
        var sql = string.Concat(_text.Parts.Select(p => p is LiteralPart l ? l.Text : p is ConstantPart c ? c.Text : ""));
        var hasComments = _text.Expression.DescendantTrivia().Any(t => !t.IsKind(SyntaxKind.WhitespaceTrivia) && !t.IsKind(SyntaxKind.EndOfLineTrivia));
        if (sql.Any(c => c is '"' or '\\' || char.IsControl(c) && !(isVerbatim && c is '\n' or '\r' or '\t')) || hasComments)
        {
            return null;
        }
        return [PlanStep.Replace(_text.Expression.Span, (isVerbatim ? "$@\"" : "$\"") + literal + "\"")];

        static string Hole(PlannedParameter p) =>
            SyntaxFactory.ParseExpression(p.Value.Expression) is ConditionalExpressionSyntax or LambdaExpressionSyntax || p.Value.Expression.Contains("::") ? "(" + p.Value.Expression + ")" : p.Value.Expression;
    }

    private List<PlanStep>? Numbered(ArgumentListSyntax list, ArgumentSyntax sql, bool hasArguments)
    {
        var arguments = list.Arguments;
        var parameters = _call.Argument("parameters");
        var isAppended = parameters is null or { ArgumentKind: ArgumentKind.ParamArray };
        var token = arguments.FirstOrDefault(a => _model.GetTypeInfo(a.Expression).Type is { Name: "CancellationToken" });
        if (!isAppended || arguments.Any(a => a.NameColon is not null) || !OrderIsKept(OtherArguments(list)) || token is not null && hasArguments)
        {
            return null;
        }
        var at = arguments.IndexOf(sql);
        var first = arguments.Count - at - 1 - (token is null ? 0 : 1);
        if (first == 0 && _text.Parts.Any(p => p is LiteralPart { Text: var text } && text.IndexOfAny(['{', '}']) >= 0))
        {
            return null;
        }
        Name(false, []);
        var distinct = Distinct.ToList();
        if (TextSteps((p, _) => "{" + (first + distinct.FindIndex(d => d.Name == p.Name)).ToString(System.Globalization.CultureInfo.InvariantCulture) + "}") is not { } steps)
        {
            return null;
        }
        var values = string.Join(", ", distinct.Select(p => p.Value.Expression));
        steps.Add(token is null
            ? PlanStep.Insert(arguments.Last().Span.End, ", " + values)
            : PlanStep.Insert(sql.Span.End, ", new object[] { " + values + " }"));
        return steps;
    }
}
