using System.Collections.Immutable;
using DbSafety.Engine;
using DbSafety.Model;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace DbSafety.Rules.Cancellation;

/// <summary>EF Core's SetCommandTimeout(TimeSpan) with half a second or less, which it rounds to none.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
internal sealed class DBS405SubSecondEfTimeout() : DbRule(Descriptor)
{
    private static readonly DiagnosticDescriptor Descriptor = Rule.Of(
        "DBS405", "EF Core timeout below a second",
        "EF Core rounds '{0}' to 0 seconds, which is no timeout at all; set at least a second",
        Area.Cancellation, DiagnosticSeverity.Error,
        "The timeout is converted to whole seconds; half a second and less becomes 0, and 0 waits for ever.");

    protected override bool MayApply(RuleContext context) => context.HasName("SetCommandTimeout");

    protected override void Register(RuleContext context) => context.OnOperation(o =>
    {
        var call = (IInvocationOperation)o.Operation;
        if (call.TargetMethod is { Name: "SetCommandTimeout", ContainingType.Name: "RelationalDatabaseFacadeExtensions" }
            && call.Arguments.FirstOrDefault(a => a.Parameter?.Type is { Name: "TimeSpan", ContainingNamespace.Name: "System" }) is { } argument
            && DatabaseCalls.Unconverted(argument.Value) is var value
            && Seconds(value, 0) is > 0 and <= 0.5)
        {
            var edits = TextEdits.None.Replace(value.Syntax.Span, Written(value));
            o.ReportDiagnostic(Diagnostic.Create(
                Descriptor, value.Syntax.GetLocation(),
                ImmutableDictionary<string, string?>.Empty.Add(TextEdits.Property, edits.Encode()), value.Syntax.ToString()));
        }
    }, OperationKind.Invocation);

    /// <summary>The length of a constant TimeSpan; null where it is not known.</summary>
    private static double? Seconds(IOperation value, int depth) => DatabaseCalls.Unconverted(value) switch
    {
        IInvocationOperation { TargetMethod: { Name: var name, ContainingType.Name: "TimeSpan" }, Arguments: { Length: > 0 } arguments }
            when Unit(name) is { } unit && Number(arguments[0].Value) is { } number && arguments.Skip(1).All(a => Number(a.Value) is 0) => number * unit,
        IObjectCreationOperation { Type.Name: "TimeSpan", Arguments: { } arguments } => OfConstructor(arguments),
        IFieldReferenceOperation { Field: { IsReadOnly: true } field } when depth < 3 && Initializer(field) is { } initial && initial.SyntaxTree == value.Syntax.SyntaxTree
            && value.SemanticModel!.GetOperation(initial) is { } operation => Seconds(operation, depth + 1),
        ILocalReferenceOperation { Local: var local } when depth < 3
            && local.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax() is VariableDeclaratorSyntax { Initializer.Value: var initial }
            && !IsAssignedAgain(local, initial)
            && value.SemanticModel!.GetOperation(initial) is { } operation => Seconds(operation, depth + 1),
        _ => null,
    };

    private static bool IsAssignedAgain(ILocalSymbol local, SyntaxNode declaration) =>
        declaration.FirstAncestorOrSelf<BlockSyntax>()?.DescendantNodes().OfType<AssignmentExpressionSyntax>()
            .Any(a => a.Left is IdentifierNameSyntax { Identifier.ValueText: var name } && name == local.Name) ?? true;

    private static SyntaxNode? Initializer(IFieldSymbol field) =>
        field.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax() is VariableDeclaratorSyntax { Initializer.Value: var value } ? value : null;

    private static double? OfConstructor(ImmutableArray<IArgumentOperation> arguments)
    {
        var numbers = arguments.OrderBy(a => a.Parameter?.Ordinal).Select(a => Number(a.Value)).ToList();
        if (numbers.Contains(null))
        {
            return null;
        }
        // (ticks), (h, m, s), (d, h, m, s), (d, h, m, s, ms)
        double[]? units = numbers.Count switch
        {
            1 => [1e-7],
            3 => [3600, 60, 1],
            4 => [86400, 3600, 60, 1],
            5 => [86400, 3600, 60, 1, 1e-3],
            _ => null,
        };
        return units?.Zip(numbers, (unit, number) => unit * number!.Value).Sum();
    }

    private static double? Unit(string method) => method switch
    {
        "FromMicroseconds" => 1e-6,
        "FromMilliseconds" => 1e-3,
        "FromSeconds" => 1,
        "FromMinutes" => 60,
        "FromTicks" => 1e-7,
        _ => null,
    };

    private static double? Number(IOperation value) => value.ConstantValue is { HasValue: true, Value: { } number }
        ? number switch { int i => i, long l => l, double d => d, _ => null }
        : null;

    /// <summary>As the code names the type, which may need its namespace.</summary>
    private static string Written(IOperation value) => value.Syntax switch
    {
        InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax access } => access.Expression + ".FromSeconds(1)",
        ObjectCreationExpressionSyntax creation => creation.Type + ".FromSeconds(1)",
        _ => value.Type!.ToMinimalDisplayString(value.SemanticModel!, value.Syntax.SpanStart) + ".FromSeconds(1)",
    };
}
