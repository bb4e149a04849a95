using System.Collections.Immutable;
using DbSafety.Engine;
using DbSafety.Model;
using DbSafety.Sql;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace DbSafety.Rules.Values;

/// <summary>A decimal column that is read as an integer, or a sum of money that is read as a floating-point number.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
internal sealed class DBS612FractionLostOnRead() : DbRule(Descriptor)
{
    private static readonly DiagnosticDescriptor Descriptor = Rule.Of(
        "DBS612", "Fraction lost on read",
        "'{0}' is a decimal {1}; {2}",
        Area.Values, DiagnosticSeverity.Warning,
        "The cents are cut off or rounded without an error, or sums of them are no longer exact.");

    private static readonly Mentions Getters = new("GetInt32", "GetInt64", "GetInt16", "GetDouble", "GetFloat");
    private static readonly Mentions Conversions = new("Convert.To", "ToInt32(", "ToDouble(");

    protected override void Register(RuleContext context) => context.OnBody(body =>
    {
        foreach (var operation in Casts.In(body))
        {
            if (operation is IConversionOperation cast && Casts.IsWritten(cast) && Casts.Plain(cast.Operand.Type) == SpecialType.System_Decimal && Target(cast.Type) is not null
                && ReadOf(cast.Operand) is { } read && !Casts.IsTranslated(cast) && !Casts.IsFlagOrBits(cast))
            {
                Check(read, cast, Target(cast.Type)!, "cast");
            }
        }
        foreach (var operation in Casts.CallsIn(body, Getters))
        {
            if (operation is IInvocationOperation { TargetMethod.Name: "GetInt32" or "GetInt64" or "GetInt16" or "GetDouble" or "GetFloat" } call
                && DatabaseRead.Of(call, context.Model) is { By: ReadBy.Getter } read && !Casts.IsFlagOrBits(call) && Target(read.Type) is { } target)
            {
                Check(read, call, target, "getter");
            }
        }
        foreach (var operation in Casts.CallsIn(body, Conversions))
        {
            if (operation is IInvocationOperation { TargetMethod: { Name: "ToInt32" or "ToInt64" or "ToInt16" or "ToDouble" or "ToSingle", ContainingType: { Name: "Convert", ContainingNamespace.Name: "System" } } } call
                && call.Arguments.Length > 0
                && ReadOf(call.Arguments[0].Value) is { } read && !Casts.IsTranslated(call))
            {
                Check(read, call, Target(call.Type)!, "convert");
            }
        }

        DatabaseRead? ReadOf(IOperation value) =>
            ValueTrace.Of(value, context.Model, _ => null).Where(v => v.Steps.All(s => Casts.Plain(((IConversionOperation)s).Type) is SpecialType.System_Decimal or SpecialType.System_Object))
                .Select(v => DatabaseRead.Of(v.Operation, context.Model)).FirstOrDefault(r => r is not null);

        void Check(DatabaseRead read, IOperation place, string target, string fix)
        {
            var isFloating = target is "double" or "float";
            // A double is what SQLite stores; EF alone writes a decimal as text.
            if (isFloating && read.By != ReadBy.EntityProperty && (read.Provider.Dialect == SqlDialect.Sqlite || !Fractions.IsMoney(read))
                || Surroundings.IsTest(body.ContainingSymbol) || !Fractions.IsMoneyDecimal(read) && !Fractions.AreDeclared(read))
            {
                return;
            }
            // The decimal of an entity is still there; for a chart or a ratio a double of it will do.
            var severity = isFloating && read.By == ReadBy.EntityProperty ? DiagnosticSeverity.Info : Descriptor.DefaultSeverity;
            body.ReportDiagnostic(Diagnostic.Create(
                Descriptor, place.Syntax.GetLocation(), severity, null, ImmutableDictionary<string, string?>.Empty.Add("fix", fix),
                Casts.NameOf(read), isFloating ? $"that '{target}' holds only nearly" : $"and loses its fraction as '{target}'",
                isFloating ? "keep it a decimal" : "keep it a decimal, or round it with Math.Round"));
        }
    });

    private static string? Target(ITypeSymbol? type) => Casts.Plain(type) switch
    {
        SpecialType.System_Int32 => "int",
        SpecialType.System_Int64 => "long",
        SpecialType.System_Int16 => "short",
        SpecialType.System_Double => "double",
        SpecialType.System_Single => "float",
        _ => null,
    };
}
