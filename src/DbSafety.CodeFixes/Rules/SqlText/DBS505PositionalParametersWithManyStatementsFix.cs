using System.Globalization;
using System.Text.RegularExpressions;
using DbSafety.Engine;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace DbSafety.Rules.SqlText;

/// <summary>Names the parameters: Npgsql splits a text with named parameters into its statements and sends them together.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(DBS505PositionalParametersWithManyStatementsFix))]
internal sealed class DBS505PositionalParametersWithManyStatementsFix() : DbFix("DBS505", "Name the parameters")
{
    private static readonly Regex Positional = new(@"\$([0-9]+)", RegexOptions.CultureInvariant);

    protected override Edits? Fix(FixContext context)
    {
        if (context.Property("placeholders") is not { } positions || context.Node is not LiteralExpressionSyntax literal)
        {
            return null;
        }
        // The same signs stand in the value, whose positions the rule knows, and in the source, where escapes may have moved them.
        var inValue = Positional.Matches(literal.Token.ValueText);
        var inSource = Positional.Matches(literal.Token.Text);
        if (inValue.Count != inSource.Count)
        {
            return null;
        }
        var wanted = new HashSet<int>(positions.Split(',').Select(p => int.Parse(p, CultureInfo.InvariantCulture)));
        var edits = context.Edit();
        for (var i = 0; i < inValue.Count; i++)
        {
            if (wanted.Contains(inValue[i].Index))
            {
                edits.Replace(new TextSpan(literal.SpanStart + inSource[i].Index, inSource[i].Length), "@p" + inSource[i].Groups[1].Value);
            }
        }
        for (var i = 0; i < context.Diagnostic.AdditionalLocations.Count; i++)
        {
            var name = $"\"p{(i + 1).ToString(CultureInfo.InvariantCulture)}\"";
            switch (context.NodeAt(context.Diagnostic.AdditionalLocations[i]))
            {
                case ArgumentListSyntax { Arguments: { Count: > 0 } arguments }:
                    edits.Insert(arguments[0].SpanStart, arguments.Any(a => a.NameColon is not null) ? $"parameterName: {name}, " : $"{name}, ");
                    break;
                case InitializerExpressionSyntax { Expressions: { Count: > 0 } members }:
                    edits.Insert(members[0].SpanStart, $"ParameterName = {name}, ");
                    break;
                default:
                    return null;
            }
        }
        return edits;
    }
}
