using System.Text.RegularExpressions;
using DbSafety.Sql;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace DbSafety.Model;

/// <summary>Names for new parameters, after the operand and unlike any that is there.</summary>
internal sealed class PlannedNames
{
    private static readonly Regex Placeholders = new(@"[@:$?]([A-Za-z_]\w*)");
    private static readonly Regex Name = new(@"^[A-Za-z_][A-Za-z0-9_]*$");

    private readonly HashSet<string> _taken = new(StringComparer.OrdinalIgnoreCase);

    public PlannedNames(SqlScript script, SyntaxNode member)
    {
        _taken.UnionWith(script.Parameters.Select(p => p.Name));
        foreach (var token in member.DescendantTokens())
        {
            if (token.Kind() is SyntaxKind.StringLiteralToken or SyntaxKind.InterpolatedStringTextToken or SyntaxKind.SingleLineRawStringLiteralToken or SyntaxKind.MultiLineRawStringLiteralToken)
            {
                var text = token.ValueText;
                _taken.UnionWith(Placeholders.Matches(text).Cast<Match>().Select(m => m.Groups[1].Value));
                if (Name.IsMatch(text) && token.Parent?.Parent is ArgumentSyntax or AssignmentExpressionSyntax)
                {
                    _taken.Add(text);
                }
            }
        }
    }

    public void Take(string name) => _taken.Add(name);

    /// <summary>A free name; the operand's own, camel-cased, or that with a number, or <c>p0</c>.</summary>
    public string For(ExpressionSyntax operand)
    {
        var wanted = Wanted(operand);
        var name = wanted ?? "p0";
        for (var n = wanted is null ? 1 : 2; !_taken.Add(name); n++)
        {
            name = (wanted ?? "p") + n.ToString(System.Globalization.CultureInfo.InvariantCulture);
        }
        return name;
    }

    private static string? Wanted(ExpressionSyntax operand)
    {
        var name = Of(operand)?.TrimStart('_');
        if (string.IsNullOrEmpty(name))
        {
            return null;
        }
        name = char.ToLowerInvariant(name![0]) + name.Substring(1);
        return Name.IsMatch(name) && SyntaxFacts.GetKeywordKind(name) == SyntaxKind.None ? name : null;
    }

    private static string? Of(ExpressionSyntax? operand) => operand switch
    {
        IdentifierNameSyntax name => name.Identifier.ValueText,
        // A control's text and an option's value are named after their owner.
        MemberAccessExpressionSyntax { Name.Identifier.ValueText: "Text" or "Value" or "SelectedValue", Expression: var owner } => Of(owner),
        MemberAccessExpressionSyntax access => access.Name.Identifier.ValueText,
        ElementAccessExpressionSyntax { ArgumentList.Arguments: { Count: 1 } arguments } element =>
            arguments[0].Expression is LiteralExpressionSyntax { Token.Value: string key } ? key : Of(element.Expression),
        InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: var method, Expression: var receiver } } =>
            IsShape(method) ? Of(receiver) : Made(method),
        InvocationExpressionSyntax { Expression: IdentifierNameSyntax method } => Made(method.Identifier.ValueText),
        ParenthesizedExpressionSyntax inner => Of(inner.Expression),
        CastExpressionSyntax cast => Of(cast.Expression),
        PostfixUnaryExpressionSyntax inner => Of(inner.Operand),
        AwaitExpressionSyntax inner => Of(inner.Expression),
        BinaryExpressionSyntax { RawKind: (int)SyntaxKind.CoalesceExpression } choice => Of(choice.Left),
        _ => null,
    };

    /// <summary>Methods that return their receiver in another shape.</summary>
    private static bool IsShape(string method) =>
        method is "ToString" or "Trim" or "TrimStart" or "TrimEnd" or "Replace" or "ToUpper" or "ToLower" or "ToUpperInvariant" or "ToLowerInvariant" or "Substring"
            or "ToArray" or "ToList" or "Normalize" or "GetValueOrDefault" or "PadLeft" or "PadRight";

    private static string? Made(string method)
    {
        var name = method.StartsWith("Get", StringComparison.Ordinal) && method.Length > 3 ? method.Substring(3) : method;
        return name.EndsWith("Async", StringComparison.Ordinal) && name.Length > 5 ? name.Substring(0, name.Length - 5) : name;
    }
}
