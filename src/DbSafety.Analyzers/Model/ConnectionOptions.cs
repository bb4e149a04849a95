using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;

namespace DbSafety.Model;

/// <summary>Connection options that change what code means, wherever the program sets them.</summary>
internal static class ConnectionOptions
{
    private static readonly Regex IgnoreTransaction = new(@"Ignore ?Command ?Transaction", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant);

    /// <summary>
    /// Some source sets MySqlConnector's <c>IgnoreCommandTransaction</c>, in a connection string or a builder. Reads all of the text:
    /// ask only where a report hangs on it.
    /// </summary>
    public static bool IgnoresCommandTransaction(Compilation compilation) => compilation.SyntaxTrees.Any(tree => IgnoreTransaction.IsMatch(tree.GetText().ToString()));
}
