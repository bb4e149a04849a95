using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using DbSafety.Flow;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace DbSafety.Model;

/// <summary>One SQL parameter that code gives to a statement.</summary>
/// <param name="Name">As written, with its prefix where it has one; null for one without a name, which goes by its position.</param>
/// <param name="Place">The expression or member that names it, or the call or creation that has no name; what a person would edit.</param>
/// <param name="Adds">The operation that adds it.</param>
internal sealed record GivenParameter(string? Name, SyntaxNode Place, IOperation Adds);

/// <summary>All that a body does with one ADO.NET command, where all of it is understood.</summary>
internal sealed class CommandUses
{
    private const int MaxDepth = 3;

    private static readonly ConditionalWeakTable<IOperation, ILookup<ISymbol, IOperation>> References = new();

    private readonly DbModel _model;
    private readonly IOperation _root;
    private readonly List<GivenParameter> _parameters = [];
    private readonly HashSet<ISymbol> _seen = new(SymbolEqualityComparer.Default);

    private CommandUses(DbModel model, IOperation root, IOperation start) => (_model, _root, Start) = (model, root, start);

    /// <summary>The operation that gives the command its text.</summary>
    public IOperation Start { get; }

    /// <summary>The variable that holds the command; null for one that is run where it is made.</summary>
    public ILocalSymbol? Local { get; private set; }

    /// <summary>Every parameter that is added on some path, in the order of the source.</summary>
    public ImmutableArray<GivenParameter> Parameters { get; private set; }

    /// <summary>Some parameter brings a value back, which needs no placeholder.</summary>
    public bool HasOutput { get; private set; }

    /// <summary>Some parameter is also asked for by its name: <c>command.Parameters["@id"]</c>.</summary>
    public bool IsIndexed { get; private set; }

    /// <summary>Every parameter is added exactly once whenever the text is set.</summary>
    public bool IsStraight => Parameters.All(p => Branch(p.Adds) == Branch(Start));

    /// <summary>
    /// What a body does with the command that <paramref name="call"/> gives its only text to; null where that is not a command of the
    /// body's own, where it leaves the body, gets another text, or gets parameters whose names are not constant.
    /// </summary>
    public static CommandUses? Of(DbCall call)
    {
        if (call.Api.IsWrapper)
        {
            return null;
        }
        var root = Root(call.Operation);
        var uses = new CommandUses(call.Model, root, call.Operation);
        var understood = call.Operation switch
        {
            IObjectCreationOperation creation when uses.IsCommand(creation.Type) => uses.Made(creation),
            IInvocationOperation invocation when uses.IsFresh(invocation) => uses.Made(invocation),
            ISimpleAssignmentOperation { Target: IPropertyReferenceOperation { Instance: { } instance } target } assignment when call.Model.Shapes.IsCommandText(target.Property) =>
                instance is IInstanceReferenceOperation { ReferenceKind: InstanceReferenceKind.ImplicitReceiver }
                    ? assignment.Parent?.Parent is IObjectCreationOperation made && !uses.TakesText(made) && uses.Made(made)
                    : Unwrap(instance) is ILocalReferenceOperation reference && uses.Held(reference.Local),
            _ => false,
        };
        if (!understood)
        {
            return null;
        }
        uses.Parameters = uses._parameters.Distinct().OrderBy(p => p.Adds.Syntax.SpanStart).ThenBy(p => p.Place.SpanStart).ToImmutableArray();
        return uses;
    }

    /// <summary>The parameters that an array or list of them holds; null where it is not written out or a name is not constant.</summary>
    public static GivenParameter? Given(DbCall call, IOperation parameter)
    {
        var uses = new CommandUses(call.Model, Root(call.Operation), call.Operation);
        return uses.Add(parameter, call.Operation) && uses._parameters.Count == 1 && !uses.HasOutput ? uses._parameters[0] : null;
    }

    /// <summary>Whether a type is a provider's parameter class.</summary>
    public static bool IsParameter(ITypeSymbol? type) => type?.AllInterfaces.Any(i => i is { Name: "IDataParameter", ContainingNamespace.Name: "Data" }) == true;

    /// <summary>The elements of an array, list or collection expression that is written out; default where it is not.</summary>
    public static ImmutableArray<IOperation> ElementsOf(IOperation list)
    {
        list = Unwrap(list);
        return list switch
        {
            IArrayCreationOperation { Initializer: { } initializer } => initializer.ElementValues,
            IArrayCreationOperation { DimensionSizes: { Length: 1 } sizes } when sizes[0].ConstantValue.Value is 0 => ImmutableArray<IOperation>.Empty,
            { Syntax: Microsoft.CodeAnalysis.CSharp.Syntax.CollectionExpressionSyntax syntax } when syntax.Elements.All(e => e is Microsoft.CodeAnalysis.CSharp.Syntax.ExpressionElementSyntax)
                && list.ChildOperations.Count == syntax.Elements.Count => list.ChildOperations.ToImmutableArray(),
            _ => default,
        };
    }

    /// <summary>The declaration of a local, and every place that names it.</summary>
    /// <param name="root">The whole tree, with its lambdas and local functions.</param>
    public static IEnumerable<IOperation> ReferencesTo(ISymbol symbol, IOperation root) => References.GetValue(root, AllReferences)[symbol];

    /// <summary>The tree an operation is in: that of a whole method or initializer.</summary>
    public static IOperation Root(IOperation operation)
    {
        while (operation.Parent is { } parent)
        {
            operation = parent;
        }
        return operation;
    }

    /// <summary>The operand of conversions and parentheses.</summary>
    public static IOperation Unwrap(IOperation operation)
    {
        while (true)
        {
            switch (operation)
            {
                case IConversionOperation { OperatorMethod: null } conversion:
                    operation = conversion.Operand;
                    break;
                case IParenthesizedOperation parenthesized:
                    operation = parenthesized.Operand;
                    break;
                default:
                    return operation;
            }
        }
    }

    private bool IsCommand(ITypeSymbol? type) => _model.Shapes.IsCommand(type) || _model.Shapes.IsBatchCommand(type);

    /// <summary>A connection's or data source's own way to make a command, which comes without parameters.</summary>
    private bool IsFresh(IInvocationOperation invocation) =>
        invocation.TargetMethod is { IsStatic: false, Name: "CreateCommand" or "CreateDbCommand" or "CreateBatchCommand", ContainingType: var type }
        && IsCommand(invocation.Type)
        && (_model.Shapes.IsConnection(type) || IsOrDerives(type, "DbDataSource") || IsOrDerives(type, "DbProviderFactory"));

    private static bool IsOrDerives(ITypeSymbol type, string name)
    {
        for (ITypeSymbol? t = type; t is not null; t = t.BaseType)
        {
            if (t.Name == name)
            {
                return true;
            }
        }
        return false;
    }

    private bool TakesText(IOperation made) => made switch
    {
        IObjectCreationOperation creation => _model.CallOf(creation) is not null,
        IInvocationOperation invocation => !invocation.Arguments.IsEmpty,
        _ => true,
    };

    /// <summary>A command as an expression: what its initialiser sets, then where it goes.</summary>
    private bool Made(IOperation made) => Initialized(made) && Goes(made, 0);

    private bool Initialized(IOperation made)
    {
        if (made is not IObjectCreationOperation { Initializer: { } initializer })
        {
            return true;
        }
        foreach (var member in initializer.Initializers)
        {
            var understood = member switch
            {
                IMemberInitializerOperation { InitializedMember: IPropertyReferenceOperation { Property.Name: "Parameters" }, Initializer: { } adds } =>
                    adds.Initializers.All(a => a is IInvocationOperation add && AddCall(add)),
                ISimpleAssignmentOperation { Target: IPropertyReferenceOperation target } assignment => Sets(target, assignment),
                _ => false,
            };
            if (!understood)
            {
                return false;
            }
        }
        return true;

        bool Sets(IPropertyReferenceOperation target, ISimpleAssignmentOperation assignment) => target.Property.Name switch
        {
            "CommandText" => assignment == Start,
            "CommandType" => IsText(assignment),
            "Parameters" => false,
            _ => true,
        };
    }

    private bool Held(ILocalSymbol local)
    {
        Local = local;
        return local.RefKind == RefKind.None && _seen.Add(local) && OnlyValue(local) is { } made && Initial(made) && ReferencesTo(local).All(r => IsWrite(r) || Goes(r, 0));

        // What is made with its text at Start has had its initialiser read.
        bool Initial(IOperation value) =>
            value == Start || Start.Parent?.Parent == value
            || value switch
            {
                IObjectCreationOperation creation => IsCommand(creation.Type) && !TakesText(creation) && Initialized(creation),
                IInvocationOperation invocation => IsFresh(invocation) && !TakesText(invocation),
                _ => false,
            };
    }

    /// <summary>The value a local has all its life; null where it is assigned twice, by reference, or not at all.</summary>
    private IOperation? OnlyValue(ILocalSymbol local)
    {
        IOperation? value = null;
        foreach (var assigned in ValuesOf(local))
        {
            if (assigned is null || value is not null)
            {
                return null;
            }
            value = assigned;
        }
        return value;
    }

    /// <summary>What a local is ever assigned; null for what cannot be said.</summary>
    private IEnumerable<IOperation?> ValuesOf(ILocalSymbol local)
    {
        foreach (var reference in ReferencesTo(local))
        {
            if (reference is IVariableDeclaratorOperation declarator)
            {
                if (declarator.GetVariableInitializer() is { } initializer)
                {
                    yield return Unwrap(initializer.Value) is { ConstantValue: { HasValue: true, Value: null } } ? null : Unwrap(initializer.Value);
                }
                else if (declarator.Parent is not IVariableDeclarationOperation)
                {
                    yield return null; // foreach, catch
                }
            }
            else if (reference.Parent is ISimpleAssignmentOperation assignment && assignment.Target == reference)
            {
                yield return Unwrap(assignment.Value);
            }
            else if (reference.Parent is IAssignmentOperation other && other.Target == reference || reference.Parent is IArgumentOperation { Parameter.RefKind: not RefKind.None })
            {
                yield return null;
            }
        }
    }

    private static bool IsWrite(IOperation reference) =>
        reference is IVariableDeclaratorOperation || reference.Parent is ISimpleAssignmentOperation assignment && assignment.Target == reference;

    /// <summary>Whether what happens to a command at one place is understood; takes note of it.</summary>
    private bool Goes(IOperation command, int depth)
    {
        var value = command;
        while (value.Parent is IConversionOperation { OperatorMethod: null } or IParenthesizedOperation)
        {
            value = value.Parent;
        }
        switch (value.Parent)
        {
            case IConditionalAccessOperation access when access.Operation == value:
                return InstanceOf(access) is { } instance && Goes(instance, depth);
            case IPropertyReferenceOperation { Property.Name: "Parameters" } parameters when parameters.Instance == value:
                return depth == 0 && Adds(parameters);
            case IPropertyReferenceOperation { Property.Name: var property } reference when reference.Instance == value:
                return property switch
                {
                    "CommandText" => reference.Parent is not IAssignmentOperation text || text.Target != reference || (depth == 0 && text == Start),
                    "CommandType" => reference.Parent is not IAssignmentOperation type || type.Target != reference || IsText(type),
                    _ => true,
                };
            case IInvocationOperation invocation when invocation.Instance == value:
                return Runs(invocation.TargetMethod.Name);
            case IArgumentOperation { Parent: IInvocationOperation invocation } argument:
                return invocation.TargetMethod.Name == "ConfigureAwait"
                    || invocation.TargetMethod is { Name: "Add" } add && IsOrDerives(add.ContainingType, "DbBatchCommandCollection")
                    || OnlyRun(invocation.TargetMethod, argument.Parameter, depth + 1);
            case IArgumentOperation { Parent: IObjectCreationOperation adapter }:
                return _model.Shapes.IsAdapter(adapter.Type) && !_root.Descendants().Any(o => o is IPropertyReferenceOperation { Property.Name: "SelectCommand" });
            case IVariableInitializerOperation { Parent: IVariableDeclaratorOperation declarator } when Local is null && depth == 0:
                return Held(declarator.Symbol);
            case ISimpleAssignmentOperation { Target: ILocalReferenceOperation target, Parent: IExpressionStatementOperation } when Local is null && depth == 0:
                return Held(target.Local);
            case IUsingOperation or IExpressionStatementOperation or INameOfOperation or IIsPatternOperation or IIsTypeOperation:
                return true;
            case IBinaryOperation { OperatorKind: BinaryOperatorKind.Equals or BinaryOperatorKind.NotEquals }:
                return true;
            default:
                return false;
        }
    }

    private static bool Runs(string method) =>
        method.StartsWith("Execute", StringComparison.Ordinal) || method.StartsWith("BeginExecute", StringComparison.Ordinal)
        || method.StartsWith("EndExecute", StringComparison.Ordinal) || method.StartsWith("Prepare", StringComparison.Ordinal)
        || method is "Dispose" or "DisposeAsync" or "Cancel" or "CreateParameter" or "ToString" or "ResetCommandTimeout" or "Unprepare" or "UnprepareAsync";

    /// <summary>A helper of the compilation that neither adds parameters to its command nor changes the text.</summary>
    private bool OnlyRun(IMethodSymbol method, IParameterSymbol? parameter, int depth)
    {
        method = (method.ReducedFrom ?? method).OriginalDefinition;
        if (depth > MaxDepth || parameter is null || parameter.RefKind != RefKind.None || method.IsAbstract || method.IsVirtual || method.IsOverride || method.IsExtern
            || parameter.Ordinal >= method.Parameters.Length || _model.Flow.BodyOf(method) is not { } body)
        {
            return false;
        }
        var own = method.Parameters[parameter.Ordinal];
        return !_seen.Add(own)
            || body.Descendants().Where(o => o is IParameterReferenceOperation p && SymbolEqualityComparer.Default.Equals(p.Parameter, own)).All(p => Goes(p, depth));
    }

    private static bool IsText(IAssignmentOperation assignment) => assignment.Value.ConstantValue.Value is 1;

    /// <summary>Whether what happens to a collection of parameters at one place is understood; takes note of what is added.</summary>
    private bool Adds(IOperation parameters)
    {
        switch (parameters.Parent)
        {
            case IConversionOperation conversion:
                return Adds(conversion);
            case IConditionalAccessOperation access when access.Operation == parameters:
                return InstanceOf(access) is { } instance && Adds(instance);
            case IInvocationOperation invocation when invocation.Instance == parameters:
                return invocation.TargetMethod.Name is "Clear" or "Contains" or "IndexOf" or "ToString" || AddCall(invocation);
            case IPropertyReferenceOperation { Property.IsIndexer: true } indexer when indexer.Instance == parameters:
                IsIndexed = true;
                return Configures(indexer);
            case IPropertyReferenceOperation { Property.Name: "Count" }:
                return true;
            case IVariableInitializerOperation { Parent: IVariableDeclaratorOperation { Symbol: var alias } }:
                return !_seen.Add(alias) || OnlyValue(alias) is not null && ReferencesTo(alias).All(r => IsWrite(r) || Adds(r));
            default:
                return false;
        }
    }

    private bool AddCall(IInvocationOperation add)
    {
        var arguments = add.Arguments;
        if (!add.TargetMethod.Name.StartsWith("Add", StringComparison.Ordinal) || arguments.IsEmpty || !Configures(add))
        {
            return false;
        }
        HasOutput |= arguments.Any(IsOutput);
        if (add.TargetMethod.Name == "AddRange")
        {
            return ElementsOf(arguments[0].Value) is { IsDefault: false } elements && elements.All(e => Add(e, add));
        }
        if (NameArgument(arguments) is { } name)
        {
            return Named(name.Value, add);
        }
        return arguments.Length == 1 && add.TargetMethod.Name == "Add" ? Add(arguments[0].Value, add)
            : add.TargetMethod.Name == "AddWithValue" && Unnamed(add, add);
    }

    /// <summary>A parameter object that is added.</summary>
    private bool Add(IOperation parameter, IOperation add)
    {
        parameter = Unwrap(parameter);
        switch (parameter)
        {
            case IObjectCreationOperation creation when IsParameter(creation.Type):
                return NamesOf(creation) is var names && (names.Count == 0 ? Unnamed(creation, add) : names.TrueForAll(n => Named(n, add)));
            case IInvocationOperation { TargetMethod.Name: "CreateParameter", Arguments.IsEmpty: true }:
                return Unnamed(parameter, add);
            case ILocalReferenceOperation { Local: var local }:
                return Kept(local, add);
            default:
                return false;
        }
    }

    /// <summary>The names that a creation gives its parameter: the last one counts.</summary>
    private List<IOperation> NamesOf(IObjectCreationOperation creation)
    {
        var names = new List<IOperation>();
        HasOutput |= creation.Arguments.Any(IsOutput);
        if (NameArgument(creation.Arguments) is { } argument)
        {
            names.Add(argument.Value);
        }
        foreach (var assignment in creation.Initializer?.Initializers.OfType<ISimpleAssignmentOperation>() ?? [])
        {
            switch (assignment.Target)
            {
                case IPropertyReferenceOperation { Property.Name: "ParameterName" }:
                    names = [assignment.Value];
                    break;
                case IPropertyReferenceOperation { Property.Name: "Direction" }:
                    HasOutput |= assignment.Value.ConstantValue.Value is not 1;
                    break;
            }
        }
        return names;
    }

    /// <summary>A parameter object in a variable: every name it ever gets counts, so that one variable can serve several parameters.</summary>
    private bool Kept(ILocalSymbol local, IOperation add)
    {
        if (!_seen.Add(local))
        {
            return true;
        }
        var found = new List<IOperation>();
        foreach (var value in ValuesOf(local))
        {
            switch (value)
            {
                case IObjectCreationOperation creation when IsParameter(creation.Type):
                    found.AddRange(NamesOf(creation));
                    break;
                case IInvocationOperation { TargetMethod.Name: "CreateParameter", Arguments.IsEmpty: true }:
                    break;
                default:
                    return false;
            }
        }
        foreach (var reference in ReferencesTo(local).Where(r => !IsWrite(r)))
        {
            switch (reference.Parent)
            {
                case IPropertyReferenceOperation { Property.Name: "ParameterName", Parent: ISimpleAssignmentOperation assignment } name when assignment.Target == name:
                    found.Add(assignment.Value);
                    break;
                case IPropertyReferenceOperation property when property.Instance == reference:
                    HasOutput |= IsOutputSet(property);
                    break;
                default:
                    if (!IsAdded(reference))
                    {
                        return false;
                    }
                    break;
            }
        }
        return found.Count == 0 ? Unnamed(add, add) : found.TrueForAll(n => Named(n, add));
    }

    /// <summary>The parameter object goes to a collection's Add, and nowhere else.</summary>
    private static bool IsAdded(IOperation reference)
    {
        for (var parent = reference.Parent; parent is not null; parent = parent.Parent)
        {
            switch (parent)
            {
                case IConversionOperation or IArgumentOperation or IArrayInitializerOperation or IArrayCreationOperation:
                    continue;
                case IInvocationOperation { TargetMethod.Name: "Add" or "AddRange" or "Contains" }:
                case IExpressionStatementOperation:
                    return true;
                default:
                    return parent.Syntax is Microsoft.CodeAnalysis.CSharp.Syntax.CollectionExpressionSyntax;
            }
        }
        return false;
    }

    /// <summary>What is done with an added parameter leaves its name as it is.</summary>
    private bool Configures(IOperation parameter)
    {
        switch (parameter.Parent)
        {
            case IConversionOperation conversion:
                return Configures(conversion);
            case IPropertyReferenceOperation property when property.Instance == parameter:
                HasOutput |= IsOutputSet(property);
                return property is not { Property.Name: "ParameterName", Parent: IAssignmentOperation { Target: var target } } || target != property;
            case IVariableInitializerOperation { Parent: IVariableDeclaratorOperation { Symbol: var local } }:
                return !_seen.Add(local) || ReferencesTo(local).All(r => IsWrite(r) || Configures(r));
            case IAssignmentOperation assignment when assignment.Target == parameter:
                return false;
            case ISimpleAssignmentOperation { Target: ILocalReferenceOperation { Local: var kept } }:
                return !_seen.Add(kept) || ReferencesTo(kept).All(r => IsWrite(r) || Configures(r));
            default:
                return true;
        }
    }

    private bool Named(IOperation name, IOperation add)
    {
        if (name.ConstantValue is not { HasValue: true, Value: string { Length: > 0 } text })
        {
            return false;
        }
        _parameters.Add(new(text, name.Syntax, add));
        return true;
    }

    private bool Unnamed(IOperation parameter, IOperation add)
    {
        _parameters.Add(new(null, parameter.Syntax, add));
        return true;
    }

    private static IArgumentOperation? NameArgument(ImmutableArray<IArgumentOperation> arguments) =>
        arguments.FirstOrDefault(a => a.Parameter is { Type.SpecialType: SpecialType.System_String, Name: "parameterName" or "name" });

    private static bool IsOutput(IArgumentOperation argument) =>
        argument.Parameter?.Type is { Name: "ParameterDirection" } && argument.Value.ConstantValue.Value is not 1;

    private static bool IsOutputSet(IPropertyReferenceOperation property) =>
        property is { Property.Name: "Direction", Parent: ISimpleAssignmentOperation assignment } && assignment.Target == property && assignment.Value.ConstantValue.Value is not 1;

    /// <summary>What stands for the operand inside <c>operand?.…</c>.</summary>
    private static IOperation? InstanceOf(IConditionalAccessOperation access) =>
        access.WhenNotNull.DescendantsAndSelf().FirstOrDefault(o => o is IConditionalAccessInstanceOperation instance && OwnerOf(instance) == access);

    private static IOperation? OwnerOf(IConditionalAccessInstanceOperation instance)
    {
        IOperation child = instance;
        for (var parent = instance.Parent; parent is not null; (child, parent) = (parent, parent.Parent))
        {
            if (parent is IConditionalAccessOperation access && access.WhenNotNull == child)
            {
                return access;
            }
        }
        return null;
    }

    /// <summary>The innermost branch, loop or function around an operation.</summary>
    private static IOperation? Branch(IOperation operation)
    {
        for (var parent = operation.Parent; parent is not null; parent = parent.Parent)
        {
            if (parent is IConditionalOperation or ILoopOperation or ISwitchCaseOperation or ISwitchExpressionArmOperation or ICatchClauseOperation or ICoalesceOperation
                or IConditionalAccessOperation or IAnonymousFunctionOperation or ILocalFunctionOperation)
            {
                return parent;
            }
        }
        return null;
    }

    private IEnumerable<IOperation> ReferencesTo(ISymbol symbol) => ReferencesTo(symbol, _root);

    private static ILookup<ISymbol, IOperation> AllReferences(IOperation root) =>
        BodyOperations.Of(root)[OperationKind.VariableDeclarator].Concat(BodyOperations.Of(root)[OperationKind.LocalReference])
            .ToLookup(o => o is ILocalReferenceOperation reference ? reference.Local : ((IVariableDeclaratorOperation)o).Symbol, (IEqualityComparer<ISymbol>)SymbolEqualityComparer.Default);
}
