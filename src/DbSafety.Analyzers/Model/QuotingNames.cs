using Microsoft.CodeAnalysis;

namespace DbSafety.Model;

/// <summary>Which methods, by their name or their type's, return SQL on purpose: a name or literal quoted, an expression of the dialect.</summary>
internal static class QuotingNames
{
    private static readonly string[] Prefixes =
        ["Quote", "Delimit", "Enquote", "Bracket", "EscapeIdentifier", "EscapeName", "EscapeTable", "EscapeColumn", "EscapeSql", "EscapeSchema", "SqlEscape", "SqlLiteral", "EscapeLiteral"];

    private static readonly string[] Parts = ["QuoteName", "QuoteIdentifier", "QuotedName", "QuotedIdentifier", "DelimitIdentifier", "QuotedTable", "QuotedColumn"];

    private static readonly string[] SqlMakers = ["ToSql", "GetSql", "BuildSql", "RenderSql", "GenerateSql", "FormatSql"];

    private static readonly string[] SqlTypes = ["Dialect", "SqlGenerator", "SqlRenderer", "SqlFormatter", "SqlCompiler", "SqlSyntax", "SqlBuilder"];

    public static bool Quotes(IMethodSymbol method) =>
        method.ReturnType.SpecialType == SpecialType.System_String
        && (StartsWith(method.Name, SqlMakers) || Contains(method.ContainingType.Name, SqlTypes) || StartsWith(method.Name, Prefixes) || Contains(method.Name, Parts));

    private static bool StartsWith(string name, string[] words)
    {
        foreach (var word in words)
        {
            if (name.StartsWith(word, StringComparison.Ordinal))
            {
                return true;
            }
        }
        return false;
    }

    private static bool Contains(string name, string[] words)
    {
        foreach (var word in words)
        {
            if (name.IndexOf(word, StringComparison.Ordinal) >= 0)
            {
                return true;
            }
        }
        return false;
    }
}
