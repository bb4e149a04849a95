using System.Collections.Immutable;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace DbSafety.Flow;

/// <summary>The methods that make text: of string, StringBuilder, sequences, and the compilation's own helpers.</summary>
internal sealed partial class TextInterpreter
{
    private TextValue Invocation(IInvocationOperation invocation)
    {
        var method = invocation.TargetMethod;
        if (method.Name == "Select" && IsEnumerable(method) && invocation.Arguments.Length == 2)
        {
            return Select(invocation);
        }
        if (method.Name == "Aggregate" && IsEnumerable(method) && invocation.Arguments.Length == 3)
        {
            return Aggregate(invocation);
        }

        var receiver = invocation.Instance is null ? null : Eval(invocation.Instance);
        var arguments = new TextArguments(this, invocation);
        if (_conventions.WantedIn(invocation) is { } wanted)
        {
            if (arguments.Of(wanted) is { } sql)
            {
                Record(invocation, wanted, sql);
                _madeWith[invocation] = sql;
            }
        }

        var known = receiver is not null && TextTypes.IsBuilder(method.ContainingType) ? Builder(invocation, receiver, arguments)
            : method.ContainingType.SpecialType == SpecialType.System_String ? StringMethod(invocation, receiver, arguments)
            : IsEnumerable(method) ? Sequence(invocation, arguments[0], arguments, 1)
            : receiver is not null && TextTypes.IsTextCarrier(invocation.Instance!.Type) ? Collection(invocation, receiver, arguments)
            : null;
        if (known is not null)
        {
            return known;
        }

        if (method.MethodKind == MethodKind.DelegateInvoke && SymbolOf(invocation.Instance!) is { } callee && _lambdas.TryGetValue(callee, out var lambda))
        {
            return RunLambda(lambda, arguments.All.ToArray());
        }
        EscapeArguments(invocation.Arguments, (method.ReducedFrom ?? method).OriginalDefinition, arguments);
        CheckedByCallee(invocation);
        if (TextTypes.IsTyped(method.ReturnType))
        {
            return Other(invocation);
        }
        if (_conventions.Quotes(method))
        {
            return TextValue.Of(new Hole(invocation, Origin.Quoted));
        }
        return WellKnown(invocation, receiver, arguments) ?? Helper(invocation, arguments) ?? Formatter(invocation, arguments) ?? Other(invocation);
    }

    /// <summary>A static method of another assembly that, by its name, only formats: of harmless arguments it makes harmless text.</summary>
    private static TextValue? Formatter(IInvocationOperation invocation, TextArguments arguments)
    {
        var method = invocation.TargetMethod;
        if (!method.IsStatic && !method.IsExtensionMethod)
        {
            return null;
        }
        var isHarmless = arguments.Count == 0
            ? method.Name.IndexOf("Guid", StringComparison.OrdinalIgnoreCase) >= 0 || method.Name.IndexOf("Uuid", StringComparison.OrdinalIgnoreCase) >= 0
            : Formats(method.Name) && arguments.All.All(a => a.Alternatives.All(t => t.Pieces.All(p => p.Hole is null or { Origin: Origin.Typed or Origin.Fixed })));
        return isHarmless ? TextValue.Of(new Hole(invocation, Origin.Typed)) : null;
    }

    private static bool Formats(string name) =>
        new[] { "Format", "Join", "ToString", "Concat", "Invariant", "Hex", "Pad" }.Any(word => name.IndexOf(word, StringComparison.Ordinal) >= 0);

    private static bool IsEnumerable(IMethodSymbol method) =>
        method.ContainingType is { Name: "Enumerable" or "ImmutableArray" or "ImmutableList" or "AsyncEnumerable" or "Queryable" } type
        && type.ContainingNamespace?.ContainingNamespace?.Name is "System" or "" && method.IsStatic;

    private TextValue? WellKnown(IInvocationOperation invocation, TextValue? receiver, TextArguments arguments)
    {
        var method = invocation.TargetMethod;
        switch (method.Name)
        {
            case "ToString" when receiver is not null:
                return TextTypes.IsTyped(invocation.Instance!.Type)
                    ? TextValue.Of(new Hole(invocation, Origin.Typed, SymbolOf(invocation.Instance)))
                    : method.Parameters.Length == 0 ? Rewrap(receiver, invocation) : null;
            case "ToString" when method.ContainingType is { Name: "Convert", ContainingNamespace.Name: "System" }:
                return TextTypes.IsTyped(invocation.Arguments[0].Value.Type) ? TextValue.Of(new Hole(invocation, Origin.Typed)) : Rewrap(arguments[0], invocation);
            case "ToHexString" or "ToBase64String" or "ToHexStringLower" when method.ContainingType.Name == "Convert":
            case "ToString" when method.ContainingType.Name == "BitConverter":
                return TextValue.Of(new Hole(invocation, Origin.Typed));
            case "Invariant" or "CurrentCulture" when method.ContainingType.Name == "FormattableString":
                return arguments[0];
            case "Create" when method.ContainingType.Name == "FormattableStringFactory":
                return Format(invocation, arguments[0], arguments.Rest(1));
            case "GetName" when method.ContainingType.SpecialType == SpecialType.System_Enum:
                return TextValue.Of(new Hole(invocation, Origin.Typed));
            default:
                return null;
        }
    }

    /// <summary>A method of the compilation with one body: its texts, with the arguments put in for its parameters.</summary>
    private TextValue? Helper(IInvocationOperation invocation, TextArguments arguments)
    {
        var method = invocation.TargetMethod.ReducedFrom ?? invocation.TargetMethod;
        if (_flow.ReturnsOf(method.OriginalDefinition, _depth + 1) is not { } returned)
        {
            return null;
        }
        return Rewrap(Filled(returned, method.OriginalDefinition, arguments, invocation), invocation);
    }

    /// <summary>A text of a callee, with the caller's arguments in the place of its parameters.</summary>
    private static TextValue Filled(TextValue text, IMethodSymbol callee, TextArguments arguments, IOperation call)
    {
        var filled = TextValue.Never;
        foreach (var template in text.Alternatives)
        {
            var alternative = TextValue.Empty;
            foreach (var piece in template.Pieces)
            {
                alternative = piece.Hole is not { Origin: Origin.Parameter, Symbol: IParameterSymbol parameter } hole
                    || !SymbolEqualityComparer.Default.Equals(parameter.ContainingSymbol, callee)
                    ? alternative.Append(piece)
                    : alternative.Append(
                        arguments.Named(parameter.Name) is not { } argument ? TextValue.Of(hole with { Value = call, Origin = Origin.Outside })
                        : hole.HasFormat && !argument.IsConstant ? TextValue.Of((argument.OnlyHole ?? hole) with { HasFormat = true })
                        : argument);
            }
            filled = filled.Or(template.Exact ? alternative : alternative.Inexact());
        }
        return text.Truncated ? filled.Or(Unknown(call)) : filled;
    }

    private TextValue? StringMethod(IInvocationOperation invocation, TextValue? receiver, TextArguments arguments)
    {
        switch (invocation.TargetMethod.Name)
        {
            case "Concat":
                return arguments.All.Aggregate(TextValue.Empty, (text, argument) => text.Append(Joined(argument, TextValue.Empty)));
            case "Join":
                return JoinMethod(invocation, arguments);
            case "Format":
                var format = invocation.TargetMethod.Parameters[0].Name == "format" ? 0 : 1;
                return Format(invocation, arguments[format], arguments.Rest(format + 1));
            case "Create" when invocation.TargetMethod.Parameters.Length > 0 && arguments.Count > 0:
                return arguments[arguments.Count - 1];
            case "Replace" when receiver is not null && arguments.Count >= 2:
                return Replace(invocation, receiver, arguments[0], arguments[1]);
            case "Insert" when receiver is not null:
                return arguments[0].SingleLiteral == "0" ? arguments[1].Append(receiver) : receiver.Append(arguments[1]).Inexact();
            case "ToString" or "Clone" or "Normalize" or "ToUpper" or "ToLower" or "ToUpperInvariant" or "ToLowerInvariant"
                or "Trim" or "TrimStart" or "TrimEnd" or "PadLeft" or "PadRight" or "Substring" or "Remove" or "ReplaceLineEndings" or "Split" when receiver is not null:
                return receiver.OnlyHole is null && invocation.TargetMethod.Name is not ("ToString" or "Clone")
                    ? receiver.Inexact()
                    : Rewrap(receiver, invocation);
            case "Copy" or "Intern" when arguments.Count > 0:
                return arguments[0];
            default:
                return null;
        }
    }

    private static TextValue Replace(IOperation call, TextValue text, TextValue old, TextValue replacement)
    {
        if (text.OnlyHole is { } hole)
        {
            // Doubling the closing quote of a name is what quoting means; doubling ' by hand is not a parameter.
            var quotes = (old.SingleLiteral, replacement.SingleLiteral) is ("]", "]]") or ("\"", "\"\"") or ("`", "``");
            return TextValue.Of(hole with { Value = call, Origin = quotes && hole.Origin is not Origin.Typed ? Origin.Quoted : hole.Origin });
        }
        if (old.SingleLiteral is not { Length: > 0 } wanted)
        {
            return text.IsConstant && replacement.IsConstant ? text.Inexact() : text.Inexact().Append(replacement);
        }
        var replaced = TextValue.Never;
        foreach (var template in text.Alternatives)
        {
            var result = TextValue.Empty;
            foreach (var piece in template.Pieces)
            {
                if (piece.Literal is null || piece.Literal.IndexOf(wanted, StringComparison.Ordinal) < 0)
                {
                    result = result.Append(piece);
                    continue;
                }
                var parts = piece.Literal.Split([wanted], StringSplitOptions.None);
                for (var i = 0; i < parts.Length; i++)
                {
                    result = i == 0 ? result : result.Append(replacement);
                    result = result.Append(TextValue.Literal(parts[i], piece.Syntax));
                }
            }
            replaced = replaced.Or(template.Exact ? result : result.Inexact());
        }
        return replaced;
    }

    private static TextValue JoinMethod(IInvocationOperation invocation, TextArguments arguments)
    {
        var values = arguments.Rest(1);
        var list = values.Count == 1 && !arguments.IsExpanded ? values[0].Text : TextValue.List(values.Select(v => v.Text));
        if (list.OnlyHole is { } hole)
        {
            var element = TextTypes.ElementOf(values.Count == 1 ? Unconverted(values[0].Operation).Type : null);
            return TextValue.Of(hole with { Value = invocation, Origin = TextTypes.IsTyped(element) ? Origin.Typed : hole.Origin });
        }
        return Joined(list, arguments[0]);
    }

    internal static IOperation Unconverted(IOperation operation)
    {
        while (operation is IConversionOperation { IsImplicit: true } conversion)
        {
            operation = conversion.Operand;
        }
        return operation;
    }

    /// <summary>A list as one text, with <paramref name="separator"/> between its elements.</summary>
    private static TextValue Joined(TextValue list, TextValue separator)
    {
        if (!list.Alternatives.Any(t => t.Pieces.Contains(Piece.Separator)))
        {
            return list;
        }
        var joined = TextValue.Never;
        foreach (var template in list.Alternatives)
        {
            var text = TextValue.Empty;
            var first = true;
            foreach (var piece in template.Pieces)
            {
                if (piece != Piece.Separator)
                {
                    text = text.Append(piece);
                }
                else if (!first)
                {
                    text = text.Append(separator);
                }
                first = false;
            }
            joined = joined.Or(template.Exact ? text : text.Inexact());
        }
        return joined;
    }

    /// <summary>A composite format with its arguments in place; one unknown text where the format itself is not known.</summary>
    private static TextValue Format(IOperation call, TextValue format, IReadOnlyList<(IOperation Operation, TextValue Text)> arguments)
    {
        if (format.Alternatives.Length != 1 || !format.Alternatives[0].IsLiteral)
        {
            return format.OnlyHole is { } hole ? TextValue.Of(hole with { Value = call }) : arguments.Aggregate(format.Inexact(), (text, a) => text.Append(a.Text));
        }
        var text = TextValue.Empty;
        foreach (var piece in format.Alternatives[0].Pieces)
        {
            text = text.Append(CompositeFormat.Read(piece.Literal ?? "", piece.Syntax, (index, hasFormat) =>
                index >= arguments.Count ? TextValue.Of(new Hole(call, Origin.Unknown))
                : Formatted(arguments[index].Text, arguments[index].Operation, hasFormat)));
        }
        return text;
    }

    private TextValue? Builder(IInvocationOperation invocation, TextValue content, TextArguments arguments)
    {
        TextValue grown;
        switch (invocation.TargetMethod.Name)
        {
            case "ToString":
                return arguments.Count == 0 ? content : content.Inexact();
            case "Append":
                grown = invocation.TargetMethod.Parameters.Length > 1 && invocation.TargetMethod.Parameters[1].Type.SpecialType == SpecialType.System_Int32
                    ? content.Append(arguments[0]).Inexact()
                    : content.Append(Handler(arguments));
                break;
            case "AppendLine":
                grown = (arguments.Count == 0 ? content : content.Append(Handler(arguments))).Append(TextValue.Literal("\n", null));
                break;
            case "AppendFormat":
                var format = invocation.TargetMethod.Parameters[0].Type.SpecialType == SpecialType.System_String ? 0 : 1;
                grown = content.Append(Format(invocation, arguments[format], arguments.Rest(format + 1)));
                break;
            case "AppendJoin":
                grown = content.Append(JoinMethod(invocation, arguments));
                break;
            case "Insert":
                grown = arguments[0].SingleLiteral == "0" ? arguments[1].Append(content) : content.Append(arguments[1]).Inexact();
                break;
            case "Replace" when arguments.Count >= 2:
                grown = Replace(invocation, content, arguments[0], arguments[1]);
                break;
            case "Clear":
                grown = TextValue.Empty;
                break;
            case "Remove":
                grown = content.Inexact();
                break;
            default:
                return null;
        }
        if (BuilderVariable(invocation.Instance!) is { } variable)
        {
            Assign(variable, grown);
        }
        return grown;
    }

    private static TextValue Handler(TextArguments arguments) => arguments[arguments.Count - 1];

    /// <summary>The variable at the root of <c>sb.Append(a).Append(b)</c>.</summary>
    private Variable? BuilderVariable(IOperation receiver)
    {
        while (receiver is IInvocationOperation { Instance: { } inner } && TextTypes.IsBuilder(inner.Type))
        {
            receiver = inner;
        }
        return Variable.Of(receiver, _conventions);
    }

    private TextValue? Collection(IInvocationOperation invocation, TextValue list, TextArguments arguments)
    {
        TextValue changed;
        switch (invocation.TargetMethod.Name)
        {
            case "Add" or "Push" or "Enqueue" or "AddLast" or "TryAdd" when arguments.Count > 0:
                changed = list.Append(Piece.Separator).Append(arguments[arguments.Count - 1]);
                break;
            case "Insert" or "AddFirst" when arguments.Count > 0:
                changed = TextValue.Empty.Append(Piece.Separator).Append(arguments[arguments.Count - 1]).Append(list);
                break;
            case "AddRange" when arguments.Count == 1:
                changed = list.Append(AsElements(arguments[0], invocation)).Inexact();
                break;
            case "Clear":
                changed = TextValue.Empty;
                break;
            case "Remove" or "RemoveAt" or "RemoveAll" or "Sort" or "Reverse":
                changed = list.Inexact();
                break;
            case "TryGetValue" when invocation.Arguments.Length == 2:
                if (Variable.Of(invocation.Arguments[1].Value, _conventions) is { } found)
                {
                    Assign(found, Element(list, invocation.Arguments[1].Value, (found.Root as ILocalSymbol)?.Type, found.Root));
                }
                return Other(invocation);
            default:
                return Sequence(invocation, list, arguments, 0);
        }
        if (Variable.Of(invocation.Instance, _conventions) is { } variable)
        {
            Assign(variable, changed);
        }
        return TextTypes.IsTyped(invocation.Type) ? Other(invocation) : changed;
    }

    private static TextValue AsElements(TextValue list, IOperation at) =>
        list.OnlyHole is null ? list : TextValue.Empty.Append(Piece.Separator).Append(Element(list, at, null, null));

    private TextValue? Sequence(IInvocationOperation invocation, TextValue list, TextArguments arguments, int first)
    {
        switch (invocation.TargetMethod.Name)
        {
            case "ToArray" or "ToList" or "ToHashSet" or "AsEnumerable" or "AsReadOnly" or "ToImmutableArray" or "ToImmutableList"
                or "Where" or "Distinct" or "OrderBy" or "OrderByDescending" or "ThenBy" or "Order" or "Reverse" or "Take" or "Skip"
                or "Cast" or "OfType" or "AsSpan" or "DefaultIfEmpty" or "GetRange" or "Except" or "Intersect" or "CreateRange" or "Create":
                return list;
            case "Append" when arguments.Count > first:
                return list.Append(Piece.Separator).Append(arguments[first]);
            case "Prepend" when arguments.Count > first:
                return TextValue.Empty.Append(Piece.Separator).Append(arguments[first]).Append(list);
            case "Concat" or "Union" when arguments.Count > first:
                return AsElements(list, invocation).Append(AsElements(arguments[first], invocation)).Inexact();
            case "Repeat" when arguments.Count == 2 && IsEnumerable(invocation.TargetMethod):
                return TextValue.Empty.Append(Piece.Separator).Append(arguments[0]).Inexact();
            case "Range":
                return TextValue.Of(new Hole(invocation, Origin.Typed));
            case "First" or "FirstOrDefault" or "Last" or "LastOrDefault" or "Single" or "SingleOrDefault" or "ElementAt" or "ElementAtOrDefault"
                or "Pop" or "Peek" or "Dequeue" or "GetValueOrDefault" or "Find":
                return Element(list, invocation, invocation.Type, null);
            default:
                return null;
        }
    }

    private TextValue Select(IInvocationOperation invocation)
    {
        var source = Eval(invocation.Arguments[0].Value);
        var projection = Unconverted(invocation.Arguments[1].Value);
        projection = projection is IDelegateCreationOperation creation ? creation.Target : projection;
        var elementType = TextTypes.ElementOf(Unconverted(invocation.Arguments[0].Value).Type);
        switch (projection)
        {
            case IAnonymousFunctionOperation lambda:
                var parameter = lambda.Symbol.Parameters.FirstOrDefault();
                var element = Element(source, lambda, elementType, parameter);
                return TextValue.Empty.Append(Piece.Separator).Append(RunLambda(lambda, element)).Inexact();
            case IMethodReferenceOperation reference when _conventions.Quotes(reference.Method):
                return TextValue.Empty.Append(Piece.Separator).Append(TextValue.Of(new Hole(invocation, Origin.Quoted))).Inexact();
            default:
                Eval(projection);
                return TextValue.Of(new Hole(invocation, TextTypes.IsTyped(TextTypes.ElementOf(invocation.Type)) ? Origin.Typed : Origin.Outside));
        }
    }

    private TextValue Aggregate(IInvocationOperation invocation)
    {
        var source = Eval(invocation.Arguments[0].Value);
        var seed = Eval(invocation.Arguments[1].Value);
        if (Unconverted(invocation.Arguments[2].Value) is not IDelegateCreationOperation { Target: IAnonymousFunctionOperation lambda })
        {
            return Other(invocation);
        }
        var element = Element(source, lambda, TextTypes.ElementOf(Unconverted(invocation.Arguments[0].Value).Type), lambda.Symbol.Parameters.LastOrDefault());
        return seed.Or(RunLambda(lambda, seed, element)).Inexact();
    }

    /// <summary>The evaluated arguments of a call, a <c>params</c> array as its elements, in the order of the parameters.</summary>
    private sealed class TextArguments
    {
        private readonly List<(IOperation Operation, TextValue Text)> _values;
        private readonly IInvocationOperation _invocation;

        public TextArguments(TextInterpreter interpreter, IInvocationOperation invocation)
        {
            _invocation = invocation;
            _values = new(invocation.Arguments.Length);
            foreach (var argument in InOrder(invocation.Arguments))
            {
                if (argument is { IsImplicit: true, Parameter.IsParams: true })
                {
                    IsExpanded = true;
                    var array = Unconverted(argument.Value);
                    var elements = array is IArrayCreationOperation creation
                        ? creation.Initializer?.ElementValues.AsEnumerable() ?? []
                        : array.ChildOperations.AsEnumerable();
                    foreach (var element in elements)
                    {
                        _values.Add((element, interpreter.Eval(element)));
                    }
                }
                else
                {
                    _values.Add((argument.Value, interpreter.Eval(argument.Value)));
                }
            }
        }

        /// <summary>Only named arguments can be out of order.</summary>
        private static ImmutableArray<IArgumentOperation> InOrder(ImmutableArray<IArgumentOperation> arguments)
        {
            for (var i = 1; i < arguments.Length; i++)
            {
                if (arguments[i].Parameter?.Ordinal < arguments[i - 1].Parameter?.Ordinal)
                {
                    return arguments.Sort((a, b) => (a.Parameter?.Ordinal ?? 0).CompareTo(b.Parameter?.Ordinal ?? 0));
                }
            }
            return arguments;
        }

        /// <summary>A <c>params</c> array was written as separate arguments.</summary>
        public bool IsExpanded { get; }
        public int Count => _values.Count;
        public IEnumerable<TextValue> All => _values.Select(v => v.Text);
        public TextValue this[int index] => index < _values.Count ? _values[index].Text : TextValue.Empty;

        public IReadOnlyList<(IOperation Operation, TextValue Text)> Rest(int from) => _values.Skip(from).ToList();

        public TextValue? Of(IOperation operation)
        {
            foreach (var value in _values)
            {
                if (value.Operation == operation)
                {
                    return value.Text;
                }
            }
            return null;
        }

        public TextValue? Named(string parameter) =>
            _invocation.Arguments.FirstOrDefault(a => a.Parameter?.Name == parameter) is { } argument ? Of(argument.Value) : null;
    }
}

/// <summary>Reads <c>"a {0} b {1:N2}"</c>.</summary>
internal static class CompositeFormat
{
    /// <param name="argument">The text of an argument by its index; the flag says that it has a format or alignment.</param>
    public static TextValue Read(string format, SyntaxNode? syntax, Func<int, bool, TextValue> argument)
    {
        var text = TextValue.Empty;
        var literal = new StringBuilder();
        for (var i = 0; i < format.Length; i++)
        {
            var c = format[i];
            if (c is '{' or '}' && i + 1 < format.Length && format[i + 1] == c)
            {
                literal.Append(c);
                i++;
            }
            else if (c == '{' && format.IndexOf('}', i) is > 0 and var end && Index(format, i + 1, end, out var hasFormat) is >= 0 and var index)
            {
                text = text.Append(TextValue.Literal(literal.ToString(), syntax)).Append(argument(index, hasFormat));
                literal.Clear();
                i = end;
            }
            else
            {
                literal.Append(c);
            }
        }
        return text.Append(TextValue.Literal(literal.ToString(), syntax));
    }

    private static int Index(string format, int start, int end, out bool hasFormat)
    {
        var inner = format.Substring(start, end - start);
        var stop = inner.IndexOfAny([',', ':']);
        hasFormat = stop >= 0;
        return int.TryParse((stop < 0 ? inner : inner.Substring(0, stop)).Trim(), out var index) ? index : -1;
    }
}
