using System.Collections.Immutable;
using DbSafety.Engine;
using DbSafety.Model;
using DbSafety.Sql;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace DbSafety.Rules.Values;

/// <summary>
/// <c>GetInt32</c> and <c>GetInt16</c> of System.Data.SQLite and <c>ExecuteScalar&lt;int&gt;</c> of sqlite-net, which cut off the upper
/// bits where every other provider throws, and <c>ulong</c> values that are given to SQLite, which stores the upper half of them as negative numbers.
/// </summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
internal sealed class DBS614TruncatingReader() : DbRule(Descriptor)
{
    private static readonly DiagnosticDescriptor Descriptor = Rule.Of(
        "DBS614", "Truncating reader",
        "{0} '{1}' {2}; {3}",
        Area.Values, DiagnosticSeverity.Warning,
        "An id beyond 2,147,483,647 is read as another number without an error.");

    private static readonly Mentions Getters = new("GetInt32", "GetInt16");
    private static readonly Mentions Scalars = new("ExecuteScalar", "QueryScalars");
    private static readonly Mentions Unsigned = new("ulong", "UInt64");

    protected override void Register(RuleContext context)
    {
        var references = context.Compilation.ReferencedAssemblyNames.Select(a => a.Name).ToImmutableHashSet();
        if (references.Contains("System.Data.SQLite"))
        {
            context.OnBody(body =>
            {
                foreach (var operation in Casts.CallsIn(body, Getters))
                {
                    if (operation is IInvocationOperation { TargetMethod.Name: "GetInt32" or "GetInt16" } call)
                    {
                        OfGetter(call, context.Model, body);
                    }
                }
            });
        }
        if (context.Compilation.GetTypeByMetadataName("SQLite.SQLiteConnection") is not null)
        {
            context.OnBody(body =>
            {
                foreach (var operation in Casts.CallsIn(body, Scalars))
                {
                    if (operation is IInvocationOperation { TargetMethod.Name: var name } call
                        && (name.StartsWith("ExecuteScalar", StringComparison.Ordinal) || name.StartsWith("QueryScalars", StringComparison.Ordinal)))
                    {
                        OfScalar(call, context.Model, body);
                    }
                }
            });
        }
        if (references.Contains("System.Data.SQLite") || references.Contains("Microsoft.Data.Sqlite"))
        {
            context.OnBody(body =>
            {
                if (Unsigned.AreIn(body.Operation.Syntax.SyntaxTree))
                {
                    OfParameters(context.Model, body);
                }
            });
        }
    }

    private static void OfGetter(IInvocationOperation call, DbModel model, OperationPlace body)
    {
        if (call.TargetMethod.ContainingType.Name != "SQLiteDataReader" || DatabaseRead.Of(call, model) is not { By: ReadBy.Getter } read || read.Provider != Provider.SystemSqlite
            || Surroundings.IsTest(body.ContainingSymbol) || Casts.IsFlagOrBits(call))
        {
            return;
        }
        var range = IntegerRanges.Of(read);
        if (range == IntegerRange.Small)
        {
            return;
        }
        var type = call.TargetMethod.Name == "GetInt16" ? "short" : "int";
        body.ReportDiagnostic(Diagnostic.Create(
            Descriptor, call.Syntax.GetLocation(), range == IntegerRange.Wide ? DiagnosticSeverity.Warning : DiagnosticSeverity.Info, null,
            ImmutableDictionary<string, string?>.Empty.Add("type", type),
            "System.Data.SQLite reads", Casts.NameOf(read), $"as another number where it does not fit into '{type}'", "read it with 'GetInt64'"));
    }

    /// <summary>Only what is an id for certain: the text is mostly there, and what it says is enough.</summary>
    private static void OfScalar(IInvocationOperation call, DbModel model, OperationPlace body)
    {
        if (call.TargetMethod.TypeArguments is [var type] && Casts.Plain(type) is SpecialType.System_Int32 or SpecialType.System_Int16
            && DatabaseRead.Of(call, model) is { By: ReadBy.TypedScalar } read && read.Provider == Provider.SqliteNet
            && IntegerRanges.Of(read) == IntegerRange.Wide && !Surroundings.IsTest(body.ContainingSymbol) && !Casts.IsFlagOrBits(call))
        {
            body.ReportDiagnostic(Diagnostic.Create(
                Descriptor, call.Syntax.GetLocation(), "sqlite-net reads", Casts.NameOf(read), $"as another number where it does not fit into '{type.ToDisplayString()}'", "read it as a 'long'"));
        }
    }

    private static void OfParameters(DbModel model, OperationPlace body)
    {
        foreach (var value in PersistedValues.In(body.Operation, model, IsUnsigned))
        {
            if (value.By is PersistedBy.Parameter or PersistedBy.DapperParameter && value.Provider.Dialect == SqlDialect.Sqlite && !Surroundings.IsTest(body.ContainingSymbol))
            {
                var given = Unconverted(value.Value);
                body.ReportDiagnostic(Diagnostic.Create(
                    Descriptor, given.Syntax.GetLocation(), DiagnosticSeverity.Info, null, ImmutableDictionary<string, string?>.Empty.Add("type", "long"),
                    "SQLite stores the ulong", given.Syntax.ToString(), "as a negative number where it exceeds long.MaxValue", "pass a long"));
            }
        }
    }

    private static bool IsUnsigned(IOperation value) =>
        Unconverted(value) is { ConstantValue.HasValue: false, Type.SpecialType: SpecialType.System_UInt64 };

    private static IOperation Unconverted(IOperation value)
    {
        while (value is IConversionOperation { IsImplicit: true } conversion)
        {
            value = conversion.Operand;
        }
        return value;
    }
}
