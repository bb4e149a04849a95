using System.Collections.Immutable;
using DbSafety.Engine;
using DbSafety.Model;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace DbSafety.Rules.Values;

/// <summary>The time database work took, measured with a clock that can be set; and the local time less a time of the server that is UTC.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
internal sealed class DBS604WallClockDuration() : DbRule(Descriptor)
{
    /// <summary>A warning where two zones are mixed, which is always wrong outside of UTC.</summary>
    private static readonly DiagnosticDescriptor Descriptor = Rule.Of(
        "DBS604", "Wall-clock duration",
        "'{0}' {1}; use {2}",
        Area.Values, DiagnosticSeverity.Info,
        "Time synchronisation moves the system clock, so durations can be negative or hours long. DateTime arithmetic ignores the kind: local time less a UTC time is off by the zone.");

    private static readonly Mentions Words = new(".Now", ".UtcNow", "GetUtcNow", "GetLocalNow");

    protected override bool MayApply(RuleContext context) => Words.AreIn(context.Compilation);

    protected override void Register(RuleContext context) => context.OnBody(body =>
    {
        if (!Words.AreIn(body.Operation.Syntax) || Surroundings.IsTest(body.ContainingSymbol))
        {
            return;
        }
        foreach (var operation in body.Operation.Descendants())
        {
            if (Sides(operation) is not { } sides)
            {
                continue;
            }
            var (left, right) = sides;
            if (Lag(left, right) is { } now)
            {
                Report(operation, DiagnosticSeverity.Warning, TextEdits.None.Insert(now.Syntax.Span.End - "Now".Length, "Utc"),
                    "mixes local time with a time that is UTC, and is off by the zone of the machine", "DateTime.UtcNow");
            }
            else if (operation is not IBinaryOperation { OperatorKind: not BinaryOperatorKind.Subtract } && WallClock.IsReading(left) && CommandUses.Unwrap(right) is ILocalReferenceOperation { Local: var start }
                && StartOf(start, operation) is { } declarator && HasWorkBetween(declarator, operation))
            {
                var mixes = WallClock.LocalReading(left) is null != (WallClock.LocalReading(declarator.Initializer!.Value) is null);
                Report(operation, mixes ? DiagnosticSeverity.Warning : DiagnosticSeverity.Info, Stopwatch(declarator, start),
                    mixes ? "mixes local time with UTC, and is off by the zone of the machine" : "is the difference of two readings of a clock that can be set in between", "Stopwatch.GetTimestamp and GetElapsedTime");
            }
        }

        void Report(IOperation operation, DiagnosticSeverity severity, TextEdits? plan, string what, string instead) => body.ReportDiagnostic(Diagnostic.Create(
            Descriptor, operation.Syntax.GetLocation(), severity, null,
            plan is null ? ImmutableDictionary<string, string?>.Empty : ImmutableDictionary<string, string?>.Empty.Add(TextEdits.Property, plan.Encode()).Add("import", instead.StartsWith("Stopwatch", StringComparison.Ordinal) ? "System.Diagnostics" : "System"),
            string.Join(" ", operation.Syntax.ToString().Split([' ', '\r', '\n', '\t'], StringSplitOptions.RemoveEmptyEntries)), what, instead));

        IPropertyReferenceOperation? Lag(IOperation left, IOperation right) =>
            left.Type?.SpecialType != SpecialType.System_DateTime ? null
            : WallClock.LocalReading(left) is { } now && WallClock.IsServerUtc(right, context.Model, context.Compilation) ? now
            : WallClock.LocalReading(right) is { } other && WallClock.IsServerUtc(left, context.Model, context.Compilation) ? other
            : null;

        bool HasWorkBetween(IOperation from, IOperation to) => CommandUses.Root(to).Descendants().OfType<IInvocationOperation>().Any(c =>
            c.Syntax.SpanStart > from.Syntax.Span.End && c.Syntax.Span.End <= to.Syntax.SpanStart && FunctionAround(c) == FunctionAround(to)
            && (context.Model.ExecutionOf(c) is not null || EfQueries.IsOperator(c) && EfQueries.IsEfQuery(c)));
    });

    /// <summary>What is subtracted from what, or compared.</summary>
    private static (IOperation Left, IOperation Right)? Sides(IOperation operation) => operation switch
    {
        IBinaryOperation { OperatorKind: BinaryOperatorKind.Subtract or (>= BinaryOperatorKind.LessThan and <= BinaryOperatorKind.GreaterThan) } binary when IsTime(binary.LeftOperand.Type) && IsTime(binary.RightOperand.Type) =>
            (EfQueries.Unconverted(binary.LeftOperand), EfQueries.Unconverted(binary.RightOperand)),
        IInvocationOperation { TargetMethod: { Name: "Subtract" }, Instance: { } instance, Arguments: [{ Value: var other }] } when IsTime(instance.Type) && IsTime(other.Type) => (instance, other),
        _ => null,
    };

    /// <summary>The declaration of a local that keeps one reading of the clock and is never given another.</summary>
    private static IVariableDeclaratorOperation? StartOf(ILocalSymbol local, IOperation use)
    {
        var operations = CommandUses.Root(use).Descendants().ToList();
        return operations.OfType<IVariableDeclaratorOperation>().FirstOrDefault(d => SymbolEqualityComparer.Default.Equals(d.Symbol, local)) is { Initializer.Value: { } value } declarator
            && WallClock.IsReading(value) && FunctionAround(declarator) == FunctionAround(use)
            && !operations.OfType<IAssignmentOperation>().Any(a => a.Target is ILocalReferenceOperation { Local: var written } && SymbolEqualityComparer.Default.Equals(written, local))
            ? declarator
            : null;
    }

    /// <summary>All uses of the local become a stopwatch's; null where there are others than differences to the clock.</summary>
    private static TextEdits? Stopwatch(IVariableDeclaratorOperation declarator, ILocalSymbol local)
    {
        if (declarator.Syntax.Parent is not VariableDeclarationSyntax { Variables.Count: 1 } declaration || declarator.Initializer is not { Value.Syntax: var reading })
        {
            return null;
        }
        var edits = TextEdits.None.Replace(reading.Span, "Stopwatch.GetTimestamp()");
        edits = declaration.Type.IsVar ? edits : edits.Replace(declaration.Type.Span, "long");
        foreach (var use in CommandUses.Root(declarator).Descendants().OfType<ILocalReferenceOperation>().Where(r => SymbolEqualityComparer.Default.Equals(r.Local, local)))
        {
            IOperation at = use;
            while (at.Parent is IConversionOperation or IArgumentOperation)
            {
                at = at.Parent;
            }
            if (at.Parent is not { } difference || Sides(difference) is not { } sides || difference is IBinaryOperation { OperatorKind: not BinaryOperatorKind.Subtract }
                || !WallClock.IsReading(sides.Left) || CommandUses.Unwrap(sides.Right).Syntax != use.Syntax)
            {
                return null;
            }
            var whole = difference.Syntax.Parent is ParenthesizedExpressionSyntax { Parent: MemberAccessExpressionSyntax } parenthesized ? parenthesized : difference.Syntax;
            edits = edits.Replace(whole.Span, $"Stopwatch.GetElapsedTime({local.Name})");
        }
        return edits;
    }

    private static bool IsTime(ITypeSymbol? type) => type is { SpecialType: SpecialType.System_DateTime } or { Name: "DateTimeOffset", ContainingNamespace.Name: "System" };

    private static IOperation? FunctionAround(IOperation operation)
    {
        var parent = operation.Parent;
        while (parent is not null and not (IAnonymousFunctionOperation or ILocalFunctionOperation))
        {
            parent = parent.Parent;
        }
        return parent;
    }
}
