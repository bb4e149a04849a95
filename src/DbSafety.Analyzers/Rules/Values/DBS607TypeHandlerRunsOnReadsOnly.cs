using System.Collections.Immutable;
using DbSafety.Engine;
using DbSafety.Model;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace DbSafety.Rules.Values;

/// <summary>A Dapper type handler for a type that Dapper maps by itself: its SetValue is never called.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
internal sealed class DBS607TypeHandlerRunsOnReadsOnly() : DbRule(Descriptor)
{
    private static readonly DiagnosticDescriptor Descriptor = Rule.Of(
        "DBS607", "Type handler runs on reads only",
        "Dapper has a mapping of its own for {0}, so 'SetValue' of '{1}' is never called; call RemoveTypeMap(typeof({0})) before",
        Area.Values, DiagnosticSeverity.Warning,
        "Values are written as they are and read through the handler: what comes back is not what was stored.");

    protected override bool MayApply(RuleContext context) => context.HasName("AddTypeHandler");

    protected override void Register(RuleContext context)
    {
        var maps = new DapperTypeMaps(context.Compilation);
        context.OnOperation(operation =>
        {
            var call = (IInvocationOperation)operation.Operation;
            if (call.TargetMethod is { Name: "AddTypeHandler", ContainingType: { Name: "SqlMapper", ContainingNamespace: { Name: "Dapper", ContainingNamespace.IsGlobalNamespace: true } } }
                && HandledBy(call) is { } handled && HandlerOf(call) is { } handler && ChangesValues(handler, context.Model) && !maps.AreRemoved(handled.Name))
            {
                operation.ReportDiagnostic(Diagnostic.Create(
                    Descriptor, call.Syntax.GetLocation(),
                    ImmutableDictionary<string, string?>.Empty.Add("type", handled.ToMinimalDisplayString(call.SemanticModel!, call.Syntax.SpanStart)),
                    handled.Name, handler.Name));
            }
        }, OperationKind.Invocation);
    }

    /// <summary>DateTime or DateTimeOffset; null for a type that Dapper does not map, and for one that is not known.</summary>
    private static ITypeSymbol? HandledBy(IInvocationOperation call)
    {
        var type = call.TargetMethod is { TypeArguments: [var argument] } ? argument
            : call.Arguments.Select(a => CommandUses.Unwrap(a.Value)).OfType<ITypeOfOperation>().FirstOrDefault()?.TypeOperand;
        type = type is INamedTypeSymbol { OriginalDefinition.SpecialType: SpecialType.System_Nullable_T, TypeArguments: [var inner] } ? inner : type;
        return type is { Name: "DateTime" or "DateTimeOffset", ContainingNamespace: { Name: "System", ContainingNamespace.IsGlobalNamespace: true } } ? type : null;
    }

    private static INamedTypeSymbol? HandlerOf(IInvocationOperation call) =>
        call.Arguments.FirstOrDefault(a => a.Parameter?.Name == "handler") is { Value: var value } ? CommandUses.Unwrap(value).Type as INamedTypeSymbol : null;

    /// <summary>
    /// Its SetValue is here and does more than to pass the value on or to throw. One that passes it on may be meant for reads, and one
    /// that throws knows that it is not called.
    /// </summary>
    private static bool ChangesValues(INamedTypeSymbol handler, DbModel model)
    {
        for (var type = handler; type is not null; type = type.BaseType)
        {
            if (type.GetMembers("SetValue").OfType<IMethodSymbol>().FirstOrDefault(m => !m.IsAbstract) is { } method)
            {
                return model.Flow.BodyOf(method.OriginalDefinition) is { } body && body.Descendants().Any(o => o is IAssignmentOperation assignment && !PassesOn(assignment, method));
            }
        }
        return false;
    }

    private static bool PassesOn(IAssignmentOperation assignment, IMethodSymbol method) =>
        assignment is { Target: IPropertyReferenceOperation { Property.Name: "Value" } }
        && CommandUses.Unwrap(assignment.Value) is IParameterReferenceOperation { Parameter.Ordinal: 1 } value
        && SymbolEqualityComparer.Default.Equals(value.Parameter.ContainingSymbol, method.OriginalDefinition);
}
