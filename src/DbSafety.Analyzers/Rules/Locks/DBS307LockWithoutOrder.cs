using DbSafety.Engine;
using DbSafety.Model.Catalog;
using DbSafety.Sql;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace DbSafety.Rules.Locks;

/// <summary>A SELECT … FOR UPDATE that locks many rows in whatever order the plan meets them.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
[NoFix("By which key every transaction orders its locks only the author knows.")]
internal sealed class DBS307LockWithoutOrder() : DbRule(Descriptor)
{
    private static readonly string[] Unique = ["id", "key", "name", "email", "login", "code", "slug", "token", "guid", "number", "hash", "sku", "path", "url"];

    private static readonly DiagnosticDescriptor Descriptor = Rule.Of(
        "DBS307", "Rows locked without an order",
        "FOR UPDATE locks the rows of '{0}' in the order of the plan; add ORDER BY a key, so that two transactions cannot deadlock",
        Area.Locks, DiagnosticSeverity.Info,
        "Two transactions that lock the same rows in different orders wait for each other until the server kills one of them.");

    protected override void Register(RuleContext context) => context.OnCall((call, operation) =>
    {
        // The dialect first: it costs nothing, and the text need not be followed on other databases.
        if (call.Dialect is not (SqlDialect.PostgreSql or SqlDialect.MySql)
            || call.Api.Role != ApiRole.Execute || !call.IsStatement || call.Text.Truncated || call.Templates.Length != 1
            || call.Templates[0] is not { IsExact: true, Script: { IsBalanced: true } script } || WantsOne(call.Operation))
        {
            return;
        }
        foreach (var statement in script.Statements)
        {
            if (statement is { Kind: SqlStatementKind.Select, HasOrderBy: false, HasLimit: false, Tables: { Length: > 0 } tables } && tables[0].Name.Length > 0
                && Waits(statement.Lock) && !statement.KeyEqualities.Any(e => Pins(e, script)) && IsPlain(statement, script))
            {
                operation.ReportDiagnostic(Diagnostic.Create(
                    Descriptor, call.Sql.Syntax.GetLocation(), script.Text.Text.Substring(tables[0].Start, tables[0].Length)));
            }
        }
    });

    /// <summary>It takes write locks and waits for them; who skips or gives up cannot deadlock.</summary>
    private static bool Waits(SqlLockClause clause) =>
        (clause & (SqlLockClause.ForUpdate | SqlLockClause.ForNoKeyUpdate)) != 0 && (clause & (SqlLockClause.SkipLocked | SqlLockClause.NoWait)) == 0;

    /// <summary>The column may well be unique, so that one row is locked.</summary>
    private static bool Pins(SqlKeyEquality equality, SqlScript script) =>
        equality.Kind != SqlOperandKind.Column && Array.Exists(Unique, end => equality.Column.EndsWith(end, StringComparison.Ordinal))
        && string.Compare(script.Text.Text, equality.Start, "ANY", 0, 3, StringComparison.OrdinalIgnoreCase) != 0;

    /// <summary>One SELECT without holes outside of values: what a subquery or a glued piece orders or limits cannot be told.</summary>
    private static bool IsPlain(SqlStatement statement, SqlScript script) =>
        script.Tokens.Count(t => t.Start >= statement.Start && t.End <= statement.End && t.Kind == SqlTokenKind.Word
            && string.Equals(script.Text.Text.Substring(t.Start, t.Length), "SELECT", StringComparison.OrdinalIgnoreCase)) == 1
        && script.Holes.All(h => h.Place is SqlHolePlace.Value or SqlHolePlace.String or SqlHolePlace.InList or SqlHolePlace.Parameter);

    /// <summary>The caller reads one row: QuerySingle, QueryFirst, ExecuteScalar.</summary>
    private static bool WantsOne(IOperation call) =>
        call is IInvocationOperation { TargetMethod.Name: var name }
        && (name.Contains("Single") || name.Contains("First") || name.Contains("Scalar"));
}
