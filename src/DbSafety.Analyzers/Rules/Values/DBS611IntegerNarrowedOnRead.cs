using System.Collections.Immutable;
using DbSafety.Engine;
using DbSafety.Model;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace DbSafety.Rules.Values;

/// <summary>
/// An unchecked cast of a 64-bit value that was read from the database to 32 or 16 bits, and <c>GetInt32</c> of a column that is declared
/// with 64 bits.
/// </summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
internal sealed class DBS611IntegerNarrowedOnRead() : DbRule(Descriptor)
{
    private const string Property = "fix", Cast = "cast", Getter = "getter";

    private static readonly DiagnosticDescriptor Descriptor = Rule.Of(
        "DBS611", "Integer narrowed on read",
        "'{0}' {1}; {2}",
        Area.Values, DiagnosticSeverity.Warning,
        "An id beyond 2,147,483,647 silently becomes another number: negative, or that of another row.");

    private static readonly Mentions Getters = new("GetInt32", "GetInt16");
    private static readonly Mentions Generic = new("<int>", "<int?>", "<short>", "<short?>");

    protected override void Register(RuleContext context) => context.OnBody(body =>
    {
        if (context.Compilation.Options is not CSharpCompilationOptions { CheckOverflow: true })
        {
            foreach (var operation in Casts.In(body))
            {
                if (operation is IConversionOperation cast && Casts.IsWritten(cast) && IsNarrowing(cast))
                {
                    OfCast(cast, context.Model, body);
                }
            }
        }
        foreach (var operation in Casts.CallsIn(body, Getters))
        {
            if (operation is IInvocationOperation { TargetMethod.Name: "GetInt32" or "GetInt16" } call)
            {
                OfGetter(call, context.Model, body);
            }
        }
        foreach (var operation in Casts.CallsIn(body, Generic))
        {
            if (operation is IInvocationOperation call && IsGenericGetter(call))
            {
                OfGenericGetter(call, context.Model, body);
            }
        }
    });

    private static bool IsNarrowing(IConversionOperation cast) =>
        Casts.Plain(cast.Type) is SpecialType.System_Int32 or SpecialType.System_Int16 or SpecialType.System_UInt32
        && (cast.Operand.Type is { TypeKind: TypeKind.Dynamic } || Casts.Plain(cast.Operand.Type) is SpecialType.System_Int64 or SpecialType.System_UInt64);

    private static void OfCast(IConversionOperation cast, DbModel model, OperationPlace body)
    {
        if (Casts.IsDecided(cast.Syntax) || Casts.IsFlagOrBits(cast) || body.ContainingSymbol.Name == "GetHashCode" || Surroundings.IsTest(body.ContainingSymbol)
            || ReadOf(cast, model) is not { } read || Casts.IsTranslated(cast) || Casts.IsBounded(((CastExpressionSyntax)cast.Syntax).Expression))
        {
            return;
        }
        var range = IntegerRanges.Of(read);
        if (range == IntegerRange.Small || cast.Operand.Type!.TypeKind == TypeKind.Dynamic && !IsLong(read, range)
            // A column that holds unsigned numbers: what the program stores is what it reads.
            || Casts.Plain(cast.Type) == SpecialType.System_UInt32 && range != IntegerRange.Wide)
        {
            return;
        }
        var type = ((CastExpressionSyntax)cast.Syntax).Type;
        // What nothing says anything of may be anything: a number of rows, a size, a position in a list.
        var severity = range == IntegerRange.Wide ? DiagnosticSeverity.Warning : DiagnosticSeverity.Info;
        body.ReportDiagnostic(Diagnostic.Create(
            Descriptor, cast.Syntax.GetLocation(), severity, null, ImmutableDictionary<string, string?>.Empty.Add(Property, Cast),
            Casts.NameOf(read), $"becomes another number where it does not fit into '{type}'", $"keep it a '{Keyword(cast.Operand.Type)}', or cast it in checked(…)"));
    }

    private static void OfGetter(IInvocationOperation call, DbModel model, OperationPlace body)
    {
        // System.Data.SQLite cuts the value off instead of throwing: DBS614.
        if (DatabaseRead.Of(call, model) is { By: ReadBy.Getter } read && read.Provider != Provider.SystemSqlite && !Casts.IsFlagOrBits(call)
            && !Surroundings.IsTest(body.ContainingSymbol) && IntegerRanges.IsDeclaredWide(read))
        {
            body.ReportDiagnostic(Diagnostic.Create(
                Descriptor, call.Syntax.GetLocation(), ImmutableDictionary<string, string?>.Empty.Add(Property, Getter),
                Casts.NameOf(read), $"is declared as {read.ColumnType}, and '{call.TargetMethod.Name}' throws where it does not fit", "read it with 'GetInt64'"));
        }
    }

    /// <summary><c>GetFieldValue&lt;int&gt;</c>, or a method of the program's own that gives what its type argument says.</summary>
    private static bool IsGenericGetter(IInvocationOperation call) =>
        call.TargetMethod is { TypeArguments: [var type], OriginalDefinition: var method } && Casts.Plain(type) is SpecialType.System_Int32 or SpecialType.System_Int16
        && (method.Name.StartsWith("GetFieldValue", StringComparison.Ordinal) || !method.DeclaringSyntaxReferences.IsEmpty)
        && (DbOperations.IsTask(method.ReturnType, out var result) ? result : method.ReturnType) is ITypeParameterSymbol;

    private static void OfGenericGetter(IInvocationOperation call, DbModel model, OperationPlace body)
    {
        if (Surroundings.IsTest(body.ContainingSymbol))
        {
            return;
        }
        foreach (var value in ValueTrace.Of(call, model, Converted, entersPublic: true))
        {
            if (DatabaseRead.Of(value, model) is not { By: ReadBy.Getter or ReadBy.Object or ReadBy.Scalar } read || Casts.IsFlagOrBits(call))
            {
                continue;
            }
            // (T)(dynamic)value is the cast that the numbers have, and not an unboxing.
            var isCut = read.Provider != Provider.Unknown && value.Steps.Any(s => s is IConversionOperation { Operand.Type.TypeKind: TypeKind.Dynamic } && !Casts.IsDecided(s.Syntax));
            if (isCut ? IntegerRanges.Of(read) == IntegerRange.Wide : IntegerRanges.IsDeclaredWide(read) && (read.By == ReadBy.Getter || value.Steps.Any(s => s is IInvocationOperation)))
            {
                var method = $"{call.TargetMethod.Name}<{call.TargetMethod.TypeArguments[0].ToDisplayString()}>";
                body.ReportDiagnostic(Diagnostic.Create(
                    Descriptor, call.Syntax.GetLocation(), Casts.NameOf(read),
                    isCut ? $"becomes another number where it does not fit into what '{method}' gives" : $"is declared as {read.ColumnType}, and '{method}' throws where it does not fit",
                    "read it as a 'long'"));
                return;
            }
        }
    }

    /// <summary>What <c>Convert.ChangeType</c> converts.</summary>
    private static IOperation? Converted(IOperation operation) =>
        operation is IInvocationOperation { TargetMethod: { Name: "ChangeType", ContainingType: { Name: "Convert", ContainingNamespace.Name: "System" } }, Arguments: [{ Value: var value }, ..] } ? value : null;

    /// <summary>The read that the cast value comes from; null where it comes from elsewhere, or was made smaller on its way.</summary>
    private static DatabaseRead? ReadOf(IConversionOperation cast, DbModel model)
    {
        foreach (var value in ValueTrace.Of(cast.Operand, model, Through, entersPublic: true))
        {
            if (DatabaseRead.Of(value, model) is { } read && Casts.Plain(read.Type) is not (SpecialType.System_Int32 or SpecialType.System_Int16 or SpecialType.System_Byte)
                && value.Steps.All(s => s is not IConversionOperation step || step == cast || Casts.Plain(step.Type) is SpecialType.System_Int64 or SpecialType.System_UInt64 or SpecialType.System_Object))
            {
                return read;
            }
        }
        return null;
    }

    private static IOperation? Through(IOperation operation) =>
        operation is IInvocationOperation { TargetMethod: { Name: "ToInt64" or "ToUInt64", ContainingType: { Name: "Convert", ContainingNamespace.Name: "System" } }, Arguments: [{ Value: var value }, ..] } ? value : null;

    /// <summary>What a dynamic row holds is a long only where the column is one; SQLite gives every integer as a long.</summary>
    private static bool IsLong(DatabaseRead read, IntegerRange range) =>
        range == IntegerRange.Count || IntegerRanges.IsDeclaredWide(read) || range == IntegerRange.Wide && read.Provider == Provider.MicrosoftSqlite;

    private static string Keyword(ITypeSymbol? type) => Casts.Plain(type) == SpecialType.System_UInt64 ? "ulong" : "long";
}
