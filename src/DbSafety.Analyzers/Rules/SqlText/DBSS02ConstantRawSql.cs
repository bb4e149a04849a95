using DbSafety.Engine;
using DbSafety.Model;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace DbSafety.Rules.SqlText;

/// <summary>Takes back EF1002, which reports every interpolated string in a raw call, where nothing from outside is in it.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
internal sealed class DBSS02ConstantRawSql() : DbSuppressor(Descriptor)
{
    private static readonly SuppressionDescriptor Descriptor = new(
        "DBSS02", "EF1002", "DbSafety knows every text this call can get, and no text from outside is in it");

    protected override bool IsUnfounded(DbCall call) => ProvenText.Of(call);
}
