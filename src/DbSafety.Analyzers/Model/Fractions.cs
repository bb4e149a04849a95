using DbSafety.Sql;
using Microsoft.CodeAnalysis;

namespace DbSafety.Model;

/// <summary>Which values that are read have digits behind the point, and which of those are sums of money.</summary>
internal static class Fractions
{
    private static readonly HashSet<string> Money = new(StringComparer.OrdinalIgnoreCase)
    {
        "amount", "price", "total", "subtotal", "balance", "cost", "costs", "fee", "fees", "tax", "vat", "payment", "salary", "wage", "revenue", "discount", "charge", "refund",
        "deposit", "turnover", "credit", "debit",
    };

    private static readonly HashSet<string> NoMoney = new(StringComparer.OrdinalIgnoreCase) { "count", "number", "id", "rate", "percent", "percentage", "cents", "days", "hours", "minutes", "seconds" };

    /// <summary>The column is declared with digits behind the point; for PostgreSQL's NUMERIC, which needs no scale, where its name says money.</summary>
    public static bool AreDeclared(DatabaseRead read) => read.Declaration is { } column && column.Type switch
    {
        "money" or "smallmoney" => true,
        "numeric" or "decimal" or "dec" => column.Scale is > 0 || column.Scale is null && read.Provider == Provider.Npgsql && IsMoney(read),
        // SQLite alone converts what it has stored as REAL to an integer without a word.
        "real" or "double" or "double precision" or "float" => read.Provider.Dialect == SqlDialect.Sqlite,
        _ => false,
    };

    /// <summary>A decimal in C#, of a plain column or property, whose name says money.</summary>
    public static bool IsMoneyDecimal(DatabaseRead read) =>
        read.Type is { SpecialType: SpecialType.System_Decimal } or INamedTypeSymbol { TypeArguments: [{ SpecialType: SpecialType.System_Decimal }] }
        && read.Item is null or { Function: null } && !(read.Property is { } property && read.Model.Ef.IsConverted(property)) && IsMoney(read);

    public static bool IsMoney(DatabaseRead read)
    {
        if (IntegerRanges.NameOf(read) is not { } name)
        {
            return false;
        }
        var words = Words(name).ToList();
        return words.Exists(Money.Contains) && !NoMoney.Contains(words[words.Count - 1]);
    }

    private static IEnumerable<string> Words(string name)
    {
        var start = 0;
        for (var i = 1; i <= name.Length; i++)
        {
            if (i == name.Length || name[i] == '_' || char.IsUpper(name[i]) && !char.IsUpper(name[i - 1]))
            {
                yield return name.Substring(start, i - start).Trim('_');
                start = i;
            }
        }
    }
}
