using System.Collections.Immutable;
using DbSafety.Engine;
using DbSafety.Model;
using DbSafety.Sql;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace DbSafety.Rules.Values;

/// <summary>A scalar that is unboxed to another type than the provider boxes it as, or although it can be null.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
internal sealed class DBS613ScalarUnboxedToWrongType() : DbRule(Descriptor)
{
    private static readonly DiagnosticDescriptor Descriptor = Rule.Of(
        "DBS613", "Scalar unboxed to the wrong type",
        "'{0}' is {1}; {2}",
        Area.Values, DiagnosticSeverity.Warning,
        "A boxed value can be cast only to exactly its own type: the cast throws InvalidCastException although the number would fit, and NullReferenceException where there is no row.");

    protected override void Register(RuleContext context) => context.OnBody(body =>
    {
        foreach (var operation in Casts.In(body))
        {
            if (operation is IConversionOperation { Operand.Type: { SpecialType: SpecialType.System_Object, TypeKind: not TypeKind.Dynamic }, IsTryCast: false, Type.IsValueType: true } cast && Casts.IsWritten(cast)
                && ValueTrace.Of(cast.Operand, context.Model, _ => null) is [{ Steps.IsEmpty: true } value] && DatabaseRead.Of(value.Operation, context.Model) is { By: ReadBy.Scalar } read
                && !Surroundings.IsTest(body.ContainingSymbol))
            {
                Check(cast, read, body);
            }
        }
    });

    private static void Check(IConversionOperation cast, DatabaseRead read, OperationPlace body)
    {
        var uses = UsesOf(cast);
        var type = ((CastExpressionSyntax)cast.Syntax).Type.ToString().TrimEnd('?');
        var boxed = ScalarType.Of(read);
        if (!uses.IsTyped && WrongType(read, Casts.Plain(cast.Type), boxed) is { } actual)
        {
            var row = read.CanBeNull == true && IsRowMissing(read) ? "row" : "";
            Report($"boxed as '{actual}', so the cast to '{type}' throws InvalidCastException", "use " + ConvertCall(Casts.Plain(cast.Type)), Casts.Plain(cast.Type) == cast.Type!.SpecialType ? "convert" + row : "");
            return;
        }
        if (uses.IsHandled || read.CanBeNull != true || cast.Operand.DescendantsAndSelf().Any(o => o is ICoalesceOperation))
        {
            return;
        }
        var isNullable = Casts.Plain(cast.Type) != cast.Type!.SpecialType;
        if (read.Item?.Function is "max" or "min" or "sum" or "avg")
        {
            Report($"DBNull where there are no rows, which the cast to '{type}' throws on", "ask for DBNull first, or use COALESCE",
                boxed is not null && boxed == Keyword(Casts.Plain(cast.Type)) ? isNullable ? "as" : "asTarget" : "");
        }
        else if (!isNullable && IsRowMissing(read))
        {
            Report($"null where no row is found, which the cast to '{type}' throws on", "handle null", "row");
        }

        void Report(string what, string advice, string fix) => body.ReportDiagnostic(Diagnostic.Create(
            Descriptor, cast.Syntax.GetLocation(), ImmutableDictionary<string, string?>.Empty.Add("fix", fix), Casts.NameOf(read), what, advice));
    }

    /// <summary>What the value is boxed as, where that cannot be unboxed as a type; null where it can or is not known.</summary>
    private static string? WrongType(DatabaseRead read, SpecialType type, string? boxed) =>
        Keyword(type) is not { } keyword ? null
        : boxed is not null ? boxed == keyword ? null : boxed
        // Whatever the statement is: Microsoft.Data.Sqlite has long, double, string and byte[].
        : read.Provider == Provider.MicrosoftSqlite && keyword is not ("long" or "double") ? keyword is "decimal" or "float" ? "double" : "long"
        // SUM of whatever is exact is a decimal there, else a double.
        : read.Provider.Dialect == SqlDialect.MySql && read.Item?.Function is "sum" or "avg" && keyword is "int" or "long" or "short" or "uint" or "ulong" ? "decimal"
        : null;

    /// <summary>A search that may find nothing, in a table of the program's own.</summary>
    private static bool IsRowMissing(DatabaseRead read) =>
        read.Item?.Column is not null && read.Statement is { Templates: [{ Script.Statements: [var statement] }] }
        && statement.HasWhere && statement.Kind is SqlStatementKind.Select or SqlStatementKind.Update or SqlStatementKind.Delete
        && statement.Tables.All(t => !t.Name.StartsWith("information_schema", StringComparison.Ordinal) && !t.Name.StartsWith("sqlite_", StringComparison.Ordinal)
            && !t.Name.StartsWith("pg_", StringComparison.Ordinal) && !t.Name.StartsWith("sys.", StringComparison.Ordinal));

    /// <summary>
    /// For a local: whether its type is asked for somewhere, and whether it is used in any other way than being cast, as in a comparison
    /// with null.
    /// </summary>
    private static (bool IsTyped, bool IsHandled) UsesOf(IConversionOperation cast)
    {
        IOperation operand = cast.Operand;
        while (operand is IConversionOperation or IParenthesizedOperation)
        {
            operand = operand is IConversionOperation conversion ? conversion.Operand : ((IParenthesizedOperation)operand).Operand;
        }
        if (operand is not ILocalReferenceOperation { Local: var local })
        {
            return default;
        }
        var root = CommandUses.Root(operand);
        var (typed, handled) = (false, false);
        foreach (var use in root.Descendants().OfType<ILocalReferenceOperation>().Where(r => SymbolEqualityComparer.Default.Equals(r.Local, local)))
        {
            var parent = use.Parent;
            while (parent is IConversionOperation { IsImplicit: true } or IParenthesizedOperation)
            {
                parent = parent.Parent;
            }
            typed |= parent is IIsTypeOperation or IIsPatternOperation or ISwitchOperation or ISwitchExpressionOperation;
            handled |= parent is not (IConversionOperation or ISimpleAssignmentOperation);
        }
        return (typed, handled);
    }

    private static string ConvertCall(SpecialType type) => $"Convert.To{type.ToString().Replace("System_", "")}";

    private static string? Keyword(SpecialType type) => type switch
    {
        SpecialType.System_Int32 => "int",
        SpecialType.System_Int64 => "long",
        SpecialType.System_Int16 => "short",
        SpecialType.System_Byte => "byte",
        SpecialType.System_UInt32 => "uint",
        SpecialType.System_UInt64 => "ulong",
        SpecialType.System_Boolean => "bool",
        SpecialType.System_Decimal => "decimal",
        SpecialType.System_Double => "double",
        SpecialType.System_Single => "float",
        _ => null,
    };
}
