using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace DbSafety.Flow;

internal sealed partial class TextInterpreter
{
    private readonly Stack<TextValue> _conditionalReceivers = new();

    /// <summary>The text a new object was given, by constructor or initialiser, for the variable it is put in.</summary>
    private readonly Dictionary<IOperation, TextValue> _madeWith = [];

    private TextValue Expression(IOperation operation)
    {
        switch (operation)
        {
            case IParenthesizedOperation parenthesized:
                return Rewrap(Eval(parenthesized.Operand), operation);
            case IConversionOperation conversion:
                return Conversion(conversion);
            case IAwaitOperation awaited:
                return Rewrap(Eval(awaited.Operation), operation);
            case IInterpolatedStringOperation interpolated:
                return interpolated.Parts.Aggregate(TextValue.Empty, (text, part) => text.Append(Part(part)));
            case IInterpolatedStringAdditionOperation addition:
                return Eval(addition.Left).Append(Eval(addition.Right));
            case IInterpolatedStringHandlerCreationOperation handler:
                return Eval(handler.Content);
            case IBinaryOperation { OperatorKind: BinaryOperatorKind.Add, Type.SpecialType: SpecialType.System_String } addition:
                return Concatenation(addition);
            case ISimpleAssignmentOperation assignment:
                return SimpleAssignment(assignment);
            case ICompoundAssignmentOperation assignment:
                return CompoundAssignment(assignment);
            case ICoalesceAssignmentOperation assignment:
                var old = Eval(assignment.Target);
                var coalesced = old.Or(Eval(assignment.Value));
                Store(assignment.Target, coalesced);
                return coalesced;
            case ICoalesceOperation coalesce:
                var value = Eval(coalesce.Value);
                var before = _state;
                var other = Eval(coalesce.WhenNull);
                var otherIsReached = !_state.IsDead;
                _state = _state.Join(before);
                return otherIsReached ? value.Or(other) : value;
            case IConditionalAccessOperation access:
                _conditionalReceivers.Push(Eval(access.Operation));
                var whenNotNull = Eval(access.WhenNotNull);
                _conditionalReceivers.Pop();
                return Rewrap(whenNotNull, operation);
            case IConditionalAccessInstanceOperation when _conditionalReceivers.Count > 0:
                return _conditionalReceivers.Peek();
            case ILocalReferenceOperation or IParameterReferenceOperation or IFieldReferenceOperation or IPropertyReferenceOperation:
                return Read(operation);
            case IArrayElementReferenceOperation element:
                EvalAll(element.Indices);
                return Element(Eval(element.ArrayReference), operation, operation.Type, null);
            case IInvocationOperation invocation:
                return Invocation(invocation);
            case IObjectCreationOperation creation:
                return Creation(creation);
            case IArrayCreationOperation array:
                EvalAll(array.DimensionSizes);
                return array.Initializer is null ? TextValue.Empty : TextValue.List(array.Initializer.ElementValues.Select(Eval));
            case IDeconstructionAssignmentOperation deconstruction:
                Deconstruct(deconstruction.Target, deconstruction.Value);
                return Other(operation);
            case IIncrementOrDecrementOperation:
                return Other(operation);
            default:
                if (IsCollectionExpression(operation))
                {
                    return TextValue.List(operation.ChildOperations.Select(Eval));
                }
                EvalChildren(operation);
                return Other(operation);
        }
    }

    private void EvalAll(IEnumerable<IOperation> operations)
    {
        foreach (var operation in operations)
        {
            Eval(operation);
        }
    }

    /// <summary>Text that nothing more is known of: harmless by its type, or from outside.</summary>
    private static TextValue Other(IOperation operation, ISymbol? symbol = null) =>
        TextValue.Of(new Hole(operation, TextTypes.IsTyped(operation.Type) ? Origin.Typed : Origin.Outside, symbol));

    /// <summary>A lone hole is written as the whole expression around it, cast and call included.</summary>
    private static TextValue Rewrap(TextValue value, IOperation whole) =>
        value.OnlyHole is { } hole ? TextValue.Of(hole with { Value = whole }) : value;

    private TextValue Conversion(IConversionOperation conversion)
    {
        var operand = Eval(conversion.Operand);
        if (!conversion.IsImplicit && TextTypes.IsTyped(conversion.Type))
        {
            return Other(conversion);
        }
        return conversion.IsImplicit ? operand : Rewrap(operand, conversion);
    }

    private TextValue Part(IInterpolatedStringContentOperation part)
    {
        switch (part)
        {
            case IInterpolatedStringTextOperation text:
                return text.Text.ConstantValue.Value is string literal ? TextValue.Literal(literal, text.Syntax) : TextValue.Empty;
            case IInterpolationOperation interpolation:
                return Formatted(Eval(interpolation.Expression), interpolation.Expression,
                    interpolation.FormatString is not null || interpolation.Alignment is not null);
            case IInterpolatedStringAppendOperation { AppendCall: IInvocationOperation { Arguments: { Length: > 0 } arguments } }:
                var value = arguments[0].Value;
                if (arguments[0].Syntax is Microsoft.CodeAnalysis.CSharp.Syntax.InterpolatedStringTextSyntax
                    || part.Syntax is Microsoft.CodeAnalysis.CSharp.Syntax.InterpolatedStringTextSyntax)
                {
                    return value.ConstantValue.Value is string appended ? TextValue.Literal(appended, part.Syntax) : TextValue.Empty;
                }
                return Formatted(Eval(value), value, arguments.Any(a => a.Parameter?.Name is "format" or "alignment" && !a.IsImplicit));
            default:
                EvalChildren(part);
                return Unknown(part);
        }
    }

    private static TextValue Formatted(TextValue value, IOperation expression, bool hasFormat) =>
        !hasFormat || value.IsConstant ? value
        : TextValue.Of((value.OnlyHole ?? new Hole(expression, Origin.Outside)) with { Value = expression, HasFormat = true });

    /// <summary>Long sums nest to the left, one level a term; they are unrolled, not recursed into.</summary>
    private TextValue Concatenation(IBinaryOperation addition)
    {
        var terms = new Stack<IOperation>();
        IOperation left = addition;
        while (left is IBinaryOperation { OperatorKind: BinaryOperatorKind.Add, Type.SpecialType: SpecialType.System_String } sum && !sum.ConstantValue.HasValue)
        {
            terms.Push(sum.RightOperand);
            left = sum.LeftOperand;
        }
        var text = Eval(left);
        while (terms.Count > 0)
        {
            text = text.Append(Eval(terms.Pop()));
        }
        return text;
    }

    private TextValue SimpleAssignment(ISimpleAssignmentOperation assignment)
    {
        if (assignment.Target is IPropertyReferenceOperation target)
        {
            EvalTargetParts(target);
        }
        var value = Eval(assignment.Value);
        Store(assignment.Target, value);
        Record(assignment, assignment.Value, value);
        return value;
    }

    private TextValue CompoundAssignment(ICompoundAssignmentOperation assignment)
    {
        var old = Eval(assignment.Target);
        var added = Eval(assignment.Value);
        if (assignment.OperatorKind != BinaryOperatorKind.Add || assignment.Type?.SpecialType != SpecialType.System_String)
        {
            Store(assignment.Target, old.Inexact());
            return Other(assignment);
        }
        var value = old.Append(added);
        Store(assignment.Target, value);
        Record(assignment, assignment.Value, value);
        return value;
    }

    /// <summary>The receiver and indices of an assignment's target have effects too.</summary>
    private void EvalTargetParts(IPropertyReferenceOperation target)
    {
        Eval(target.Instance);
        foreach (var argument in target.Arguments)
        {
            Eval(argument.Value);
        }
    }

    private void Store(IOperation target, TextValue value)
    {
        switch (target)
        {
            case IPropertyReferenceOperation { Property.Name: "Length", Instance: { } builder } when TextTypes.IsBuilder(builder.Type):
                if (Variable.Of(builder, _conventions) is { } content && _state.Values.TryGetValue(content, out var text))
                {
                    Assign(content, value.SingleLiteral == "0" ? TextValue.Empty : text.Inexact());
                }
                break;
            case IPropertyReferenceOperation { Arguments.IsEmpty: false, Instance: { } indexed } when Variable.Of(indexed, _conventions) is { } list:
                Assign(list, ValueOf(list, indexed).Append(Piece.Separator).Append(value).Inexact());
                break;
            case IArrayElementReferenceOperation element when Variable.Of(element.ArrayReference, _conventions) is { } array:
                Assign(array, ValueOf(array, element.ArrayReference).Append(Piece.Separator).Append(value).Inexact());
                break;
            case ITupleOperation:
                Overwrite(target);
                break;
            default:
                if (Variable.Of(target, _conventions) is { } variable)
                {
                    Assign(variable, value);
                }
                break;
        }
    }

    /// <summary><c>(a, b) = (x, y)</c> is two assignments, once both values are there.</summary>
    private void Deconstruct(IOperation target, IOperation value)
    {
        target = target is IDeclarationExpressionOperation declaration ? declaration.Expression : target;
        if (target is ITupleOperation variables && Unconverted(value) is ITupleOperation values && variables.Elements.Length == values.Elements.Length)
        {
            var texts = values.Elements.Select(Eval).ToList();
            for (var i = 0; i < texts.Count; i++)
            {
                Store(variables.Elements[i], texts[i]);
            }
            return;
        }
        Eval(value);
        Overwrite(target);
        var call = Unconverted(value) is IAwaitOperation awaited ? awaited.Operation : Unconverted(value);
        if (target is ITupleOperation received && call is IInvocationOperation { TargetMethod: var method } invocation
            && _flow.ElementsOf((method.ReducedFrom ?? method).OriginalDefinition, _depth + 1) is { } elements && elements.Count == received.Elements.Length)
        {
            var arguments = new TextArguments(this, invocation);
            for (var i = 0; i < elements.Count; i++)
            {
                Store(received.Elements[i], Filled(elements[i], method.OriginalDefinition, arguments, received.Elements[i]));
            }
        }
    }

    /// <summary>Variables that get a value the flow does not follow: deconstruction, out and ref arguments.</summary>
    private void Overwrite(IOperation target)
    {
        if (target is ITupleOperation tuple)
        {
            foreach (var element in tuple.Elements)
            {
                Overwrite(element);
            }
        }
        else if (Variable.Of(target, _conventions) is { } variable)
        {
            Assign(variable, Other(target is IDeclarationExpressionOperation declaration ? declaration.Expression : target, variable.Root));
        }
        else if (target is IDeclarationExpressionOperation { Expression: ITupleOperation declared })
        {
            Overwrite(declared);
        }
    }

    private TextValue Read(IOperation reference)
    {
        if (reference is IPropertyReferenceOperation property)
        {
            if (property.Instance is not null)
            {
                var receiver = Eval(property.Instance);
                if (!property.Arguments.IsEmpty)
                {
                    EvalTargetParts(property);
                    return Element(receiver, reference, reference.Type, null);
                }
                if (property.Property.Name is "Values" or "Value" or "Keys" && TextTypes.IsTextCarrier(property.Instance.Type))
                {
                    return receiver;
                }
            }
        }
        if (Variable.Of(reference, _conventions) is { } variable)
        {
            return ValueOf(variable, reference);
        }
        return Symbolic(reference);
    }

    private TextValue ValueOf(Variable variable, IOperation reference)
    {
        if (!_state.Values.TryGetValue(variable, out var value))
        {
            return Symbolic(reference);
        }
        return value.OnlyHole is { Value.Syntax: var written } hole && written != reference.Syntax
            // The text is reported where it is glued in; what it is called there is the variable's name.
            ? TextValue.Of(hole with { Value = reference, Symbol = hole.Origin is Origin.Parameter ? hole.Symbol : SymbolOf(reference) ?? hole.Symbol })
            : value;
    }

    /// <summary>What a symbol says by itself, where the flow has no value for it.</summary>
    private TextValue Symbolic(IOperation reference)
    {
        if (TextTypes.IsTyped(reference.Type))
        {
            return Other(reference, SymbolOf(reference));
        }
        switch (reference)
        {
            case IParameterReferenceOperation parameter:
                return TextValue.Of(new Hole(reference, Origin.Parameter, parameter.Parameter));
            case ILocalReferenceOperation local:
                return _flow.LocalText(local.Local, _depth) ?? Unknown(reference);
            case IFieldReferenceOperation field:
                return Rewrap(_flow.FieldText(field.Field, reference, _depth), reference);
            case IPropertyReferenceOperation { Property: var property } when _conventions.Tracks(property):
                return Unknown(reference);
            case IPropertyReferenceOperation { Property: var property } propertyReference:
                return Rewrap(_flow.PropertyText(property, propertyReference, _depth), reference);
            default:
                return Other(reference);
        }
    }

    internal static ISymbol? SymbolOf(IOperation reference) => reference switch
    {
        ILocalReferenceOperation local => local.Local,
        IParameterReferenceOperation parameter => parameter.Parameter,
        IFieldReferenceOperation field => field.Field,
        IPropertyReferenceOperation property => property.Property,
        IConversionOperation { IsImplicit: true } conversion => SymbolOf(conversion.Operand),
        _ => null,
    };

    /// <summary>One element of a list: any of those put in, or, of a list that is not followed, text of the list's own origin.</summary>
    private static TextValue Element(TextValue list, IOperation at, ITypeSymbol? type, ISymbol? symbol)
    {
        if (TextTypes.IsTyped(type))
        {
            return TextValue.Of(new Hole(at, Origin.Typed, symbol));
        }
        var elements = TextValue.Never;
        foreach (var template in list.Alternatives)
        {
            var element = Template.Empty;
            var any = false;
            foreach (var piece in template.Pieces)
            {
                if (piece == Piece.Separator)
                {
                    elements = any ? elements.Or(TextValue.Of(element)) : elements;
                    element = Template.Empty;
                }
                else
                {
                    element = element.Append(piece);
                }
                any = true;
            }
            elements = any ? elements.Or(TextValue.Of(element)) : elements;
        }
        if (elements.OnlyHole is { } only)
        {
            return TextValue.Of(only with { Value = at, Symbol = only.Origin is Origin.Parameter ? only.Symbol : symbol ?? only.Symbol });
        }
        return elements.IsConstant && elements.Alternatives.Length > 1
            ? TextValue.Of(new Hole(at, Origin.Fixed, symbol))
            : elements.Alternatives.IsEmpty ? TextValue.Of(new Hole(at, Origin.Outside, symbol)) : elements;
    }

    private TextValue Creation(IObjectCreationOperation creation)
    {
        var wanted = _conventions.WantedIn(creation);
        TextValue? content = null;
        foreach (var argument in creation.Arguments)
        {
            var text = Eval(argument.Value);
            content ??= TextTypes.IsTyped(argument.Value.Type) ? null : text;
            if (argument.Value == wanted)
            {
                Record(creation, wanted, text);
                _madeWith[creation] = text;
            }
        }
        EscapeArguments(creation.Arguments);

        var value = TextTypes.IsBuilder(creation.Type) || TextTypes.IsTextCarrier(creation.Type)
            ? content ?? TextValue.Empty
            : null;
        if (creation.Initializer is { } initializer)
        {
            var added = Initialize(initializer, value ?? TextValue.Empty);
            value = value is null ? null : added;
        }
        return value ?? Other(creation);
    }

    /// <summary>Elements of a collection initialiser go into the list; members of an object initialiser are assignments.</summary>
    private TextValue Initialize(IObjectOrCollectionInitializerOperation initializer, TextValue list)
    {
        foreach (var element in initializer.Initializers)
        {
            switch (element)
            {
                case IInvocationOperation { TargetMethod.Name: "Add", Arguments: { Length: > 0 } arguments }:
                    var text = TextValue.Empty;
                    foreach (var argument in arguments)
                    {
                        text = Eval(argument.Value);
                    }
                    list = list.Append(Piece.Separator).Append(text);
                    break;
                case ISimpleAssignmentOperation { Target: IPropertyReferenceOperation { Arguments.IsEmpty: false } } indexed:
                    list = list.Append(Piece.Separator).Append(Eval(indexed.Value));
                    break;
                case ISimpleAssignmentOperation assignment:
                    var value = Eval(assignment.Value);
                    Record(assignment, assignment.Value, value);
                    if (assignment.Target is IPropertyReferenceOperation { Property: var property } && _conventions.Tracks(property))
                    {
                        _madeWith[initializer.Parent!] = value;
                    }
                    break;
                default:
                    Eval(element);
                    break;
            }
        }
        return list;
    }

    private void Record(IOperation operation, IOperation operand, TextValue value)
    {
        if (_conventions.WantedIn(operation) == operand)
        {
            _recorded[operand.Syntax] = _recorded.TryGetValue(operand.Syntax, out var before) ? before.Or(value) : value;
        }
    }

    /// <summary>What a callee may write into, it may have written into; what it wrote is known where its body is.</summary>
    private void EscapeArguments(IEnumerable<IArgumentOperation> arguments, IMethodSymbol? callee = null, TextArguments? texts = null)
    {
        foreach (var argument in arguments)
        {
            var isOut = argument.Parameter?.RefKind is RefKind.Ref or RefKind.Out;
            if (!isOut && !TextTypes.IsBuilder(argument.Value.Type) || Variable.Of(argument.Value, _conventions) is not { } variable)
            {
                continue;
            }
            var written = callee is null || texts is null ? null : _flow.WrittenTo(argument.Parameter!.OriginalDefinition, _depth + 1);
            if (written is not null)
            {
                Assign(variable, Filled(written, callee!, texts!, argument));
            }
            else if (isOut)
            {
                Overwrite(argument.Value);
            }
            else if (_state.Values.TryGetValue(variable, out var content))
            {
                Assign(variable, content.Append(Unknown(argument.Value)));
            }
        }
    }

    /// <summary>C# 12 <c>[a, b]</c>; its operation has no public type in Roslyn 4.8.</summary>
    private static bool IsCollectionExpression(IOperation operation) =>
        operation.Syntax is Microsoft.CodeAnalysis.CSharp.Syntax.CollectionExpressionSyntax && operation is not IConversionOperation;
}
