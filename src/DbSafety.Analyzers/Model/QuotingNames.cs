using Microsoft.CodeAnalysis;

namespace DbSafety.Model;

/// <summary>Which methods, by their name, return a name or literal quoted for SQL.</summary>
internal static class QuotingNames
{
    private static readonly string[] Prefixes =
        ["Quote", "Delimit", "Enquote", "Bracket", "EscapeIdentifier", "EscapeName", "EscapeTable", "EscapeColumn", "EscapeSql", "EscapeSchema", "SqlEscape", "SqlLiteral", "EscapeLiteral"];

    private static readonly string[] Parts = ["QuoteName", "QuoteIdentifier", "QuotedName", "QuotedIdentifier", "DelimitIdentifier", "QuotedTable", "QuotedColumn"];

    public static bool Quotes(IMethodSymbol method) =>
        method.ReturnType.SpecialType == SpecialType.System_String
        && (Prefixes.Any(p => method.Name.StartsWith(p, StringComparison.Ordinal))
            || Parts.Any(p => method.Name.IndexOf(p, StringComparison.Ordinal) >= 0));
}
