using DbSafety.Engine;
using DbSafety.Model;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace DbSafety.Rules.SqlText;

/// <summary>Takes back CA2100, which reports every command text that is no literal, where the text is known and nothing from outside is in it.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
internal sealed class DBSS01ConstantCommandText() : DbSuppressor(Descriptor)
{
    private static readonly SuppressionDescriptor Descriptor = new(
        "DBSS01", "CA2100", "DbSafety knows every text this command can get, and no text from outside is in it");

    protected override bool IsUnfounded(DbCall call) => ProvenText.Of(call);
}
