using DbSafety.Flow;
using DbSafety.Sql;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace DbSafety.Model;

/// <summary>How the parameters of a call reach the database; it decides which values mean the same as before.</summary>
internal enum ParameterCarrier
{
    /// <summary>A parameter object of the provider.</summary>
    AdoNet,
    /// <summary>An object whose members Dapper or linq2db turn into parameters.</summary>
    Members,
    /// <summary>Arguments that EF Core maps.</summary>
    EfCore,
    /// <summary>Positional arguments of sqlite-net.</summary>
    SqliteNet,
}

/// <summary>An operand that becomes a parameter.</summary>
/// <param name="Part">Index among the parts of the text.</param>
/// <param name="Expression">C# source of the value.</param>
/// <param name="Named">What the parameter is named after.</param>
/// <param name="MayBeNull">The value can be null, which ADO.NET wants as DBNull.</param>
/// <param name="WasText">The server saw a literal in quotes, of a type it chose itself, or text without quotes.</param>
/// <param name="Before">Written before the placeholder: <c>= ANY(</c>.</param>
internal sealed record PlannedValue(
    int Part, string Expression, ExpressionSyntax Named, bool MayBeNull, bool WasText, int CutBefore, int CutAfter, string Before = "", string After = "", bool IsList = false);

/// <summary>Which value a parameter must hold so that the statement does what it did.</summary>
internal sealed class PlannedValues(DbCall call, SemanticModel model, EditableText text, ParameterCarrier carrier)
{
    private readonly SqlDialect _dialect = call.Dialect;

    private bool IsNpgsql => call.Provider == Provider.Npgsql && carrier == ParameterCarrier.AdoNet;

    /// <param name="script">The text with one hole for each operand.</param>
    public PlannedValue? Of(int part, SqlHole hole, SqlScript script)
    {
        var operand = (OperandPart)text.Parts[part];
        if (hole.InDdl || hole.IsTyped || operand.IsAligned)
        {
            return null;
        }
        return hole.Place switch
        {
            SqlHolePlace.String => List(part, operand, hole, script) ?? Quoted(part, operand, hole, script),
            SqlHolePlace.StringPart or SqlHolePlace.LikePattern => Quoted(part, operand, hole, script),
            SqlHolePlace.Value => Unquoted(part, operand, hole),
            SqlHolePlace.Number => Number(part, operand),
            SqlHolePlace.InList => List(part, operand, hole, script),
            _ => null,
        };
    }

    /// <summary>Inside a literal: the quotes go, what else is in the literal joins the value.</summary>
    private PlannedValue? Quoted(int part, OperandPart operand, SqlHole hole, SqlScript script)
    {
        var sql = script.Text.Text;
        var token = hole.Token;
        if (token.Kind != SqlTokenKind.String || script.Holes.Count(h => h.Position >= token.Start && h.Position < token.End) != 1)
        {
            return null;
        }
        var open = token.Start + (sql[token.Start] is 'N' or 'n' ? 1 : 0);
        var quote = sql[open];
        if (quote != '\'' && (quote != '"' || _dialect != SqlDialect.MySql) || token.End - open < 3 || sql[token.End - 1] != quote)
        {
            return null;
        }
        var (prefix, suffix) = (sql.Substring(open + 1, hole.Position - open - 1), sql.Substring(hole.Position + 1, token.End - hole.Position - 2));
        if ((prefix + suffix).Any(c => c is '\'' or '"' or '\\' or SqlText.HoleChar || char.IsControl(c)))
        {
            return null;
        }
        var expression = Unescaped(operand.Expression);
        if (expression is null || EscapesQuotes(expression))
        {
            return null;
        }
        var type = model.GetTypeInfo(expression).Type;
        if (type is null or { TypeKind: TypeKind.Error or TypeKind.Dynamic or TypeKind.Array or TypeKind.Pointer } or { IsRefLikeType: true })
        {
            return null;
        }
        var isText = type.SpecialType == SpecialType.System_String;
        if (!isText && hole.Place != SqlHolePlace.LikePattern && !IsNpgsql && _dialect is SqlDialect.PostgreSql or SqlDialect.Unknown)
        {
            return null; // The literal took the type of its column; a text parameter may not.
        }
        var (cutBefore, cutAfter) = (hole.Position - token.Start, token.End - hole.Position - 1);
        if (prefix.Length + suffix.Length > 0)
        {
            if (operand.Format is not null && !isText || operand.Provider is not null && !isText || type is ITypeParameterSymbol)
            {
                return null;
            }
            var value = (prefix.Length > 0 ? Literal(prefix) + " + " : "") + Additive(expression) + (suffix.Length > 0 ? " + " + Literal(suffix) : "");
            return new(part, value, expression, false, true, cutBefore, cutAfter);
        }
        if (isText)
        {
            return new(part, expression.ToString(), expression, CanBeNull(expression), true, cutBefore, cutAfter);
        }
        return AsText(operand, expression, type) is { } written
            ? new(part, written.Text, expression, written.MayBeNull, true, cutBefore, cutAfter)
            : null;
    }

    /// <summary>C# that writes a value as the interpolation or concatenation did, in the same culture.</summary>
    private (string Text, bool MayBeNull)? AsText(OperandPart operand, ExpressionSyntax expression, ITypeSymbol type)
    {
        var provider = operand.Provider?.ToString();
        if (type.OriginalDefinition.SpecialType == SpecialType.System_Nullable_T)
        {
            return provider is not null ? null : ("$\"{" + Interpolable(expression) + (operand.Format is null ? "" : ":" + operand.Format) + "}\"", false);
        }
        var isFormattable = TextTypes.IsTyped(type) && type.SpecialType != SpecialType.System_Boolean && type is not ITypeParameterSymbol;
        if (type.SpecialType is SpecialType.System_Boolean or SpecialType.System_Char)
        {
            return operand.Format is null ? (Primary(expression) + ".ToString()", false) : null;
        }
        if (isFormattable)
        {
            var arguments = string.Join(", ", new[] { operand.Format is null ? null : Literal(operand.Format), type.TypeKind == TypeKind.Enum || Is(type, "Guid") ? null : provider }.Where(a => a is not null));
            return (Primary(expression) + ".ToString(" + arguments + ")", false);
        }
        if (operand.Format is not null || provider is not null || type is ITypeParameterSymbol)
        {
            return null;
        }
        return type.IsValueType ? (Primary(expression) + ".ToString()", false)
            : CanBeNull(expression) ? (Primary(expression) + "?.ToString()", true) : (Primary(expression) + ".ToString()", false);
    }

    /// <summary>A whole operand of the statement: numbers pass as they are, text where the column converts it as it did the literal.</summary>
    private PlannedValue? Unquoted(int part, OperandPart operand, SqlHole hole)
    {
        var expression = Unwritten(operand.Expression);
        if (operand.Format is not null || !IsAtomic(expression) || EscapesQuotes(expression))
        {
            return null;
        }
        var type = model.GetTypeInfo(expression).Type;
        if (type?.SpecialType == SpecialType.System_String)
        {
            var converts = _dialect switch
            {
                SqlDialect.TSql or SqlDialect.MySql => true,
                SqlDialect.PostgreSql => IsNpgsql,
                SqlDialect.Sqlite => hole.Column is not null,
                _ => false,
            };
            return converts ? new(part, expression.ToString(), expression, CanBeNull(expression), true, 0, 0) : null;
        }
        return IsNumber(type, hole.Column is not null) ? new(part, expression.ToString(), expression, CanBeNull(expression), false, 0, 0) : null;
    }

    private PlannedValue? Number(int part, OperandPart operand)
    {
        var expression = Unwritten(operand.Expression);
        return operand.Format is null && _dialect is SqlDialect.Sqlite or SqlDialect.PostgreSql or SqlDialect.MySql && IsAtomic(expression)
            && model.GetTypeInfo(expression).Type?.SpecialType is SpecialType.System_Int32 or SpecialType.System_Int64 or SpecialType.System_Int16 or SpecialType.System_Byte
            ? new(part, expression.ToString(), expression, false, false, 0, 0)
            : null;
    }

    /// <summary>Types that a provider binds as the number the literal was.</summary>
    private bool IsNumber(ITypeSymbol? type, bool hasColumn)
    {
        if (type is INamedTypeSymbol { OriginalDefinition.SpecialType: SpecialType.System_Nullable_T } nullable)
        {
            type = nullable.TypeArguments[0];
        }
        return type is { TypeKind: not TypeKind.Enum } && type.SpecialType switch
        {
            SpecialType.System_Int16 or SpecialType.System_Int32 or SpecialType.System_Int64 or SpecialType.System_Byte => true,
            SpecialType.System_Single or SpecialType.System_Double or SpecialType.System_Boolean => true,
            // SQLite providers bind a decimal as text, which only a column converts; EF Core on SQL Server cuts it to two digits.
            SpecialType.System_Decimal => carrier switch
            {
                ParameterCarrier.EfCore => _dialect is SqlDialect.PostgreSql or SqlDialect.MySql || _dialect == SqlDialect.Sqlite && hasColumn,
                _ => hasColumn || _dialect is not (SqlDialect.Sqlite or SqlDialect.Unknown),
            },
            SpecialType.System_UInt32 or SpecialType.System_UInt16 or SpecialType.System_SByte => _dialect is SqlDialect.MySql or SqlDialect.Sqlite,
            SpecialType.System_UInt64 => _dialect is SqlDialect.MySql,
            _ => false,
        };
    }

    /// <summary>A joined list: Dapper expands it behind IN (but writes <c>IN $1</c> on Npgsql, a syntax error), PostgreSQL takes an array.</summary>
    private PlannedValue? List(int part, OperandPart operand, SqlHole hole, SqlScript script)
    {
        // Dapper expands lists for every provider but Npgsql, to which it hands them as arrays.
        var takesArray = IsNpgsql || carrier == ParameterCarrier.Members && _dialect == SqlDialect.PostgreSql;
        if (operand.Format is not null || carrier == ParameterCarrier.Members && call.Provider == Provider.Unknown && _dialect == SqlDialect.Unknown
            || (carrier != ParameterCarrier.Members || call.Provider == Provider.Oracle) && !IsNpgsql || call.Api.Type.StartsWith("LinqToDB", StringComparison.Ordinal)
            || operand.Expression is not InvocationExpressionSyntax { ArgumentList.Arguments: { Count: 2 } arguments } join
            || model.GetSymbolInfo(join).Symbol is not IMethodSymbol { Name: "Join", ContainingType.SpecialType: SpecialType.System_String }
            || model.GetConstantValue(arguments[0].Expression) is not { Value: string separator })
        {
            return null;
        }
        var elements = EditableText.Unparenthesized(arguments[1].Expression);
        var quotedOutside = hole.Place == SqlHolePlace.String;
        if (separator.Replace(" ", "") != (quotedOutside ? "','" : ","))
        {
            return null;
        }
        var source = quotedOutside ? null : SourceOfQuoted(elements);
        var quotedInside = source is not null;
        elements = source ?? elements;
        var element = TextTypes.ElementOf(model.GetTypeInfo(elements).Type);
        var isText = element?.SpecialType == SpecialType.System_String;
        if (isText != (quotedInside || quotedOutside)
            || element?.SpecialType is not (SpecialType.System_String or SpecialType.System_Int16 or SpecialType.System_Int32 or SpecialType.System_Int64))
        {
            return null;
        }
        var sql = script.Text.Text;
        var (open, close) = (quotedOutside ? hole.Token.Start : hole.Position, quotedOutside ? hole.Token.End : hole.Position + 1);
        while (open > 0 && char.IsWhiteSpace(sql[open - 1]))
        {
            open--;
        }
        while (close < sql.Length && char.IsWhiteSpace(sql[close]))
        {
            close++;
        }
        if (open == 0 || close == sql.Length || sql[open - 1] != '(' || sql[close] != ')')
        {
            return null;
        }
        (open, close) = (open - 1, close + 1);
        var match = System.Text.RegularExpressions.Regex.Match(sql.Substring(0, open), @"(\bNOT\s+)?\bIN\s*$", System.Text.RegularExpressions.RegexOptions.IgnoreCase);
        if (!match.Success)
        {
            return null;
        }
        var value = elements.ToString();
        if (takesArray)
        {
            if (model.GetTypeInfo(elements).Type is not (IArrayTypeSymbol or INamedTypeSymbol { Name: "List" }))
            {
                value = Primary(elements) + ".ToArray()";
                if (model.GetSpeculativeTypeInfo(elements.SpanStart, SyntaxFactory.ParseExpression(value), SpeculativeBindingOption.BindAsExpression).Type is not IArrayTypeSymbol)
                {
                    return null;
                }
            }
            return new(part, value, elements, false, false, hole.Position - match.Index, close - hole.Position - 1, match.Groups[1].Success ? "<> ALL(" : "= ANY(", ")", IsList: true);
        }
        return new(part, value, elements, false, false, hole.Position - open, close - hole.Position - 1, IsList: true);
    }

    /// <summary>The sequence in <c>xs.Select(x => $"'{x}'")</c>; null for any other expression.</summary>
    private ExpressionSyntax? SourceOfQuoted(ExpressionSyntax expression) =>
        expression is InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: "Select", Expression: var source }, ArgumentList.Arguments: { Count: 1 } arguments }
        && arguments[0].Expression is SimpleLambdaExpressionSyntax { ExpressionBody: { } body, Parameter.Identifier.ValueText: var parameter }
        && EditableText.Of(model, body).Parts is { Count: 3 } parts
        && parts[0] is LiteralPart { Text: "'" or "N'" } && parts[2] is LiteralPart { Text: "'" }
        && parts[1] is OperandPart { Format: null, IsAligned: false, Expression: IdentifierNameSyntax name }
        && name.Identifier.ValueText == parameter
            ? source
            : null;

    /// <summary>The value before its quotes were doubled by hand; null where something else is done to it that a parameter must not have.</summary>
    private static ExpressionSyntax? Unescaped(ExpressionSyntax expression)
    {
        while (EditableText.Unparenthesized(expression) is InvocationExpressionSyntax
            { Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: "Replace", Expression: var receiver }, ArgumentList.Arguments: { Count: 2 } arguments })
        {
            var (old, @new) = (Text(arguments[0].Expression), Text(arguments[1].Expression));
            if (old == "'" && @new == "''")
            {
                expression = receiver;
                continue;
            }
            if (old is null || @new is null || @new.IndexOfAny(['\'', '\\', '"']) >= 0)
            {
                return null;
            }
            break;
        }
        return EditableText.Unparenthesized(expression);

        static string? Text(ExpressionSyntax expression) =>
            expression is LiteralExpressionSyntax { Token.Value: var value } ? value?.ToString() : null;
    }

    /// <summary>
    /// The value holds quotes for the sake of the literal: written here, by the method that makes it, or where its variable is assigned.
    /// </summary>
    private bool EscapesQuotes(ExpressionSyntax expression)
    {
        if (HasQuotes(expression))
        {
            return true;
        }
        foreach (var node in expression.DescendantNodesAndSelf())
        {
            var symbol = node is IdentifierNameSyntax or InvocationExpressionSyntax ? model.GetSymbolInfo(node).Symbol : null;
            if (symbol is IMethodSymbol method
                && (method.Name.IndexOf("Escape", StringComparison.OrdinalIgnoreCase) >= 0 || method.Name.IndexOf("Quote", StringComparison.OrdinalIgnoreCase) >= 0
                    || method.DeclaringSyntaxReferences.Any(r => HasQuotes(r.GetSyntax()))))
            {
                return true;
            }
            if (symbol is (ILocalSymbol or IParameterSymbol) && symbol.ContainingSymbol.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax() is { } body
                && body.SyntaxTree == expression.SyntaxTree && Assigned(body, symbol).Any(HasQuotes))
            {
                return true;
            }
        }
        return false;
    }

    private static IEnumerable<SyntaxNode> Assigned(SyntaxNode body, ISymbol symbol) =>
        body.DescendantNodes().Select(node => node switch
        {
            AssignmentExpressionSyntax { Left: IdentifierNameSyntax name } assignment when name.Identifier.ValueText == symbol.Name => assignment.Right,
            VariableDeclaratorSyntax { Initializer.Value: { } value } declarator when declarator.Identifier.ValueText == symbol.Name => value,
            _ => null,
        }).Where(value => value is not null)!;

    private static bool HasQuotes(SyntaxNode node) =>
        node.DescendantTokens().Any(t =>
            t.Kind() is SyntaxKind.StringLiteralToken or SyntaxKind.CharacterLiteralToken or SyntaxKind.InterpolatedStringTextToken or SyntaxKind.SingleLineRawStringLiteralToken or SyntaxKind.MultiLineRawStringLiteralToken
            && t.ValueText.IndexOf('\'') >= 0);

    /// <summary>The number in <c>n.ToString()</c> and <c>Convert.ToString(n)</c>; any other expression as it is.</summary>
    private ExpressionSyntax Unwritten(ExpressionSyntax expression)
    {
        expression = EditableText.Unparenthesized(expression);
        var inner = expression is InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: "ToString", Expression: var receiver }, ArgumentList.Arguments: var arguments }
            ? model.GetSymbolInfo(expression).Symbol is IMethodSymbol { IsStatic: true, ContainingType.Name: "Convert" } ? arguments[0].Expression
                : arguments.All(a => model.GetTypeInfo(a.Expression).Type?.SpecialType != SpecialType.System_String) ? receiver : null
            : null;
        return inner is not null && model.GetTypeInfo(inner).Type is { } type && IsNumber(type, true) ? EditableText.Unparenthesized(inner) : expression;
    }

    /// <summary>An expression whose text is nothing but its value's; not one that chooses between texts.</summary>
    private static bool IsAtomic(ExpressionSyntax expression) =>
        !expression.DescendantNodesAndSelf(n => n is not (InvocationExpressionSyntax or ElementAccessExpressionSyntax)).Any(n =>
            n is InterpolatedStringExpressionSyntax or LiteralExpressionSyntax { RawKind: (int)SyntaxKind.StringLiteralExpression });

    private bool CanBeNull(ExpressionSyntax expression)
    {
        var info = model.GetTypeInfo(expression);
        return info.Type is not ({ IsValueType: true } and not { OriginalDefinition.SpecialType: SpecialType.System_Nullable_T })
            && info.Nullability.FlowState != NullableFlowState.NotNull
            && expression is not (BinaryExpressionSyntax { RawKind: (int)SyntaxKind.AddExpression } or InterpolatedStringExpressionSyntax);
    }

    private static bool Is(ITypeSymbol type, string name) => type.Name == name && type.ContainingNamespace is { Name: "System", ContainingNamespace.IsGlobalNamespace: true };

    internal static string Literal(string text) => SymbolDisplay.FormatLiteral(text, quote: true);

    /// <summary>The expression where a member access follows.</summary>
    internal static string Primary(ExpressionSyntax expression) =>
        expression is IdentifierNameSyntax or MemberAccessExpressionSyntax or InvocationExpressionSyntax or ElementAccessExpressionSyntax or ThisExpressionSyntax
            or LiteralExpressionSyntax or ParenthesizedExpressionSyntax or InterpolatedStringExpressionSyntax or TypeOfExpressionSyntax or DefaultExpressionSyntax
            || expression.IsKind(SyntaxKind.SuppressNullableWarningExpression)
            ? expression.ToString()
            : "(" + expression + ")";

    private static string Additive(ExpressionSyntax expression) =>
        expression is PrefixUnaryExpressionSyntax or AwaitExpressionSyntax or CastExpressionSyntax or ConditionalAccessExpressionSyntax or ObjectCreationExpressionSyntax
            ? expression.ToString()
            : Primary(expression);

    private static string Interpolable(ExpressionSyntax expression) => expression is ConditionalExpressionSyntax ? "(" + expression + ")" : expression.ToString();
}
