using System.Globalization;
using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace DbSafety.Flow;

/// <summary>What one pass over a body found.</summary>
/// <param name="Recorded">The texts of the wanted operands, by their syntax.</param>
/// <param name="Returned">The texts the body returns; <see cref="TextValue.Never"/> when it returns none.</param>
/// <param name="Elements">Of a body that returns tuples: the texts of each element.</param>
/// <param name="Exit">What its variables hold when it returns: what out parameters were given, and builders were appended.</param>
internal sealed record BodyTexts(IReadOnlyDictionary<SyntaxNode, TextValue> Recorded, TextValue Returned, IReadOnlyList<TextValue> Elements, TextState Exit);

/// <summary>
/// Runs a body forward, once, over its operation tree, and keeps for every variable the texts it can hold: branches are
/// joined, loops run twice, conditions narrow. The statements are here, expressions and text methods in the other parts.
/// </summary>
internal sealed partial class TextInterpreter
{
    /// <summary>Operations visited before a body is given up; far above any body a person writes.</summary>
    private const int Budget = 400_000;

    private readonly TextFlow _flow;
    private readonly ITextConventions _conventions;
    private readonly int _depth;
    private readonly Dictionary<SyntaxNode, TextValue> _recorded = [];
    private readonly IOperation _root;
    private readonly List<(Variable Variable, TextValue Value)> _everAssigned = [];
    private Dictionary<ISymbol, int>? _lastWrite;
    private readonly List<ILocalFunctionOperation> _localFunctions = [];
    private readonly Dictionary<ISymbol, IAnonymousFunctionOperation> _lambdas = new(SymbolEqualityComparer.Default);
    private readonly Stack<Exits> _exits = new();
    private TextState _state = TextState.Start;
    private readonly List<TextValue> _elements = [];
    private TextState _exit = TextState.Start.Dead();
    private TextValue _returned = TextValue.Never;
    private int _visited;
    private int _loops;

    private TextInterpreter(TextFlow flow, IOperation root, int depth)
    {
        _flow = flow;
        _conventions = flow.Conventions;
        _depth = depth;
        _root = root;
    }

    /// <summary>Interprets a whole body; gives what it has where the body is too deep or too long to finish.</summary>
    public static BodyTexts Run(TextFlow flow, IOperation root, int depth)
    {
        var interpreter = new TextInterpreter(flow, root, depth);
        try
        {
            interpreter.Eval(root);
            interpreter._exit = interpreter._exit.Join(interpreter._state);
            for (var i = 0; i < interpreter._localFunctions.Count; i++)
            {
                interpreter.RunLocalFunction(interpreter._localFunctions[i]);
            }
        }
        catch (InsufficientExecutionStackException)
        {
            interpreter._returned = interpreter._returned.Or(TextValue.Of(new Hole(root, Origin.Unknown)));
        }
        return new BodyTexts(interpreter._recorded, interpreter._returned, interpreter._elements, interpreter._exit);
    }

    /// <summary>The texts of one expression, seen alone: a field's initialiser, an attribute's argument.</summary>
    public static TextValue RunExpression(TextFlow flow, IOperation expression, int depth)
    {
        try
        {
            return new TextInterpreter(flow, expression, depth).Eval(expression);
        }
        catch (InsufficientExecutionStackException)
        {
            return TextValue.Of(new Hole(expression, Origin.Unknown));
        }
    }

    /// <summary>Visits an operation exactly once: its effects on the state happen, and the texts it yields come back.</summary>
    private TextValue Eval(IOperation? operation)
    {
        if (operation is null)
        {
            return TextValue.Empty;
        }
        if (++_visited > Budget)
        {
            return Unknown(operation);
        }
        RuntimeHelpers.EnsureSufficientExecutionStack();
        if (Constant(operation) is { } constant)
        {
            return constant;
        }

        switch (operation)
        {
            case IVariableDeclaratorOperation declarator:
                Declare(declarator);
                return TextValue.Never;
            case IConditionalOperation conditional:
                return Conditional(conditional);
            case ILoopOperation loop:
                Loop(loop);
                return TextValue.Never;
            case ISwitchOperation @switch:
                Switch(@switch);
                return TextValue.Never;
            case ISwitchExpressionOperation @switch:
                return Switch(@switch);
            case ITryOperation @try:
                Try(@try);
                return TextValue.Never;
            case IReturnOperation @return:
                if (@return.ReturnedValue is not null)
                {
                    Return(@return.ReturnedValue);
                }
                if (@return.Kind is not OperationKind.YieldReturn)
                {
                    _exit = _exit.Join(_state);
                    _state = _state.Dead();
                }
                return TextValue.Never;
            case IThrowOperation @throw:
                Eval(@throw.Exception);
                _state = _state.Dead();
                return TextValue.Never;
            case IBranchOperation branch:
                Leave(branch);
                return TextValue.Never;
            case IAnonymousFunctionOperation lambda:
                RunLambda(lambda);
                return Unknown(lambda);
            case ILocalFunctionOperation local:
                _localFunctions.Add(local);
                return TextValue.Never;
            default:
                return Expression(operation);
        }
    }

    private void Return(IOperation value)
    {
        if (Unconverted(value) is not ITupleOperation tuple)
        {
            _returned = _returned.Or(Eval(value));
            return;
        }
        for (var i = 0; i < tuple.Elements.Length; i++)
        {
            var text = Eval(tuple.Elements[i]);
            if (i == _elements.Count)
            {
                _elements.Add(TextValue.Never);
            }
            _elements[i] = _elements[i].Or(text);
        }
    }

    private void EvalChildren(IOperation operation)
    {
        foreach (var child in operation.ChildOperations)
        {
            // To read these has no effect, and here nobody wants what they are.
            if (child is not (ILiteralOperation or ILocalReferenceOperation or IParameterReferenceOperation or IInstanceReferenceOperation))
            {
                Eval(child);
            }
        }
    }

    private void Declare(IVariableDeclaratorOperation declarator)
    {
        var initializer = declarator.GetVariableInitializer();
        Assign(new Variable(declarator.Symbol, null), initializer is null ? TextValue.Never : Eval(initializer.Value));
        if (initializer?.Value is IDelegateCreationOperation { Target: IAnonymousFunctionOperation lambda })
        {
            _lambdas[declarator.Symbol] = lambda;
        }
        if (initializer?.Value is { } made
            && _madeWith.TryGetValue(made is IConversionOperation conversion ? conversion.Operand : made, out var text)
            && _conventions.TrackedOf(declarator.Symbol.Type) is { } property)
        {
            Assign(new Variable(declarator.Symbol, property), text);
        }
    }

    private void Assign(Variable variable, TextValue value)
    {
        _state = _state.With(variable, value);
        _everAssigned.Add((variable, value));
        if (variable.Member is null)
        {
            foreach (var other in _state.Values)
            {
                if (other.Key.Member is not null && SymbolEqualityComparer.Default.Equals(other.Key.Root, variable.Root))
                {
                    _state = _state with { Values = _state.Values.Remove(other.Key) };
                }
            }
        }
    }

    private TextValue Conditional(IConditionalOperation conditional)
    {
        Eval(conditional.Condition);
        var before = _state;
        _state = Narrow(before, conditional.Condition, true);
        var whenTrue = Eval(conditional.WhenTrue);
        var afterTrue = _state;
        _state = Narrow(before, conditional.Condition, false);
        var whenFalse = conditional.WhenFalse is null ? TextValue.Never : Eval(conditional.WhenFalse);
        _state = afterTrue.Join(_state);
        return whenTrue.Or(whenFalse);
    }

    private void Switch(ISwitchOperation @switch)
    {
        Eval(@switch.Value);
        var variable = Variable.Of(@switch.Value, _conventions);
        var before = _state;
        var after = TextState.Start.Dead();
        var exits = new Exits(isLoop: false);
        _exits.Push(exits);
        foreach (var section in @switch.Cases)
        {
            _state = before;
            if (variable is { } v && SectionValue(section) is { } value)
            {
                _state = _state.With(v, value);
            }
            foreach (var statement in section.Body)
            {
                Eval(statement);
            }
            after = after.Join(_state);
        }
        _exits.Pop();
        var hasDefault = @switch.Cases.Any(c => c.Clauses.Any(x => x is IDefaultCaseClauseOperation));
        _state = (hasDefault ? after : after.Join(before)).Join(exits.Breaks);
    }

    /// <summary>The texts a section's labels pin the switched value to; null when a label leaves it open.</summary>
    private static TextValue? SectionValue(ISwitchCaseOperation section)
    {
        var value = TextValue.Never;
        foreach (var clause in section.Clauses)
        {
            var label = clause switch
            {
                ISingleValueCaseClauseOperation single => Constant(single.Value),
                IPatternCaseClauseOperation pattern => PatternText(pattern.Pattern),
                _ => null,
            };
            if (label is null)
            {
                return null;
            }
            value = value.Or(label);
        }
        return value;
    }

    private TextValue Switch(ISwitchExpressionOperation @switch)
    {
        Eval(@switch.Value);
        var variable = Variable.Of(@switch.Value, _conventions);
        var before = _state;
        var after = TextState.Start.Dead();
        var value = TextValue.Never;
        foreach (var arm in @switch.Arms)
        {
            _state = before;
            if (variable is { } v && PatternText(arm.Pattern) is { } pinned)
            {
                _state = _state.With(v, pinned);
            }
            Eval(arm.Guard);
            var text = Eval(arm.Value);
            if (!_state.IsDead)
            {
                value = value.Or(text);
            }
            after = after.Join(_state);
        }
        _state = after;
        return value;
    }

    private void Loop(ILoopOperation loop)
    {
        if (loop is IForLoopOperation @for)
        {
            foreach (var statement in @for.Before)
            {
                Eval(statement);
            }
        }
        var elements = loop is IForEachLoopOperation each ? (each, Eval(each.Collection)) : default;
        var entry = _state;
        // A second pass lets what one turn of the loop built reach the next; deep nests make do with one.
        var passes = ++_loops <= 2 ? 2 : 1;
        for (var pass = 0; pass < passes; pass++)
        {
            var before = _state;
            var exits = new Exits(isLoop: true);
            _exits.Push(exits);
            LoopTurn(loop, elements.each, elements.Item2);
            _exits.Pop();
            _state = _state.Join(exits.Continues).Join(exits.Breaks).Join(before);
            if (ReferenceEquals(_state.Values, before.Values))
            {
                break;
            }
        }
        _loops--;
        MarkRepeated(entry);
    }

    private void LoopTurn(ILoopOperation loop, IForEachLoopOperation? each, TextValue? collection)
    {
        switch (loop)
        {
            case IForEachLoopOperation:
                if (each!.LoopControlVariable is IVariableDeclaratorOperation declarator)
                {
                    Assign(new Variable(declarator.Symbol, null), Element(collection!, each.LoopControlVariable, declarator.Symbol.Type, declarator.Symbol));
                }
                else
                {
                    Overwrite(each.LoopControlVariable);
                }
                Eval(each.Body);
                break;
            case IForLoopOperation @for:
                Eval(@for.Condition);
                Eval(@for.Body);
                foreach (var statement in @for.AtLoopBottom)
                {
                    Eval(statement);
                }
                break;
            case IWhileLoopOperation @while:
                if (@while.ConditionIsTop)
                {
                    Eval(@while.Condition);
                    if (@while.Condition is not null)
                    {
                        _state = Narrow(_state, @while.Condition, true);
                    }
                }
                Eval(@while.Body);
                if (!@while.ConditionIsTop)
                {
                    Eval(@while.Condition);
                }
                break;
            default:
                EvalChildren(loop);
                break;
        }
    }

    /// <summary>What the loop changed may have been changed any number of times.</summary>
    private void MarkRepeated(TextState entry)
    {
        foreach (var pair in _state.Values)
        {
            if (!entry.Values.TryGetValue(pair.Key, out var before) || !ReferenceEquals(before, pair.Value))
            {
                _state = _state.With(pair.Key, pair.Value.Inexact());
            }
        }
    }

    private void Try(ITryOperation @try)
    {
        var before = _state;
        Eval(@try.Body);
        var after = _state;
        var thrown = before.IsDead ? before : before.Join(after with { IsDead = false });
        foreach (var handler in @try.Catches)
        {
            _state = thrown;
            Eval(handler.Filter);
            Eval(handler.Handler);
            after = after.Join(_state);
        }
        _state = after;
        if (@try.Finally is not null)
        {
            var dead = _state.IsDead;
            _state = dead ? thrown : _state;
            Eval(@try.Finally);
            _state = dead ? _state.Dead() : _state;
        }
    }

    private void Leave(IBranchOperation branch)
    {
        if (branch.BranchKind is BranchKind.Break && _exits.Count > 0)
        {
            _exits.Peek().Breaks = _exits.Peek().Breaks.Join(_state);
        }
        else if (branch.BranchKind is BranchKind.Continue && _exits.FirstOrDefault(e => e.IsLoop) is { } loop)
        {
            loop.Continues = loop.Continues.Join(_state);
        }
        else
        {
            return; // goto: carry on as if it were not there; both places see a superset.
        }
        _state = _state.Dead();
    }

    /// <summary>Runs a lambda's body where it is written, on what its captures hold there, unless they are written again later.</summary>
    private TextValue RunLambda(IAnonymousFunctionOperation lambda, params TextValue[] arguments)
    {
        var (outerState, outerReturned, outerExit) = (_state, _returned, _exit);
        _lastWrite ??= LastWrites(_root);
        foreach (var pair in _state.Values)
        {
            if (_lastWrite.TryGetValue(pair.Key.Root, out var last) && last > lambda.Syntax.Span.End)
            {
                _state = _state.With(pair.Key, pair.Value.Or(TextValue.Of(new Hole(lambda, Origin.Unknown))));
            }
        }
        for (var i = 0; i < arguments.Length && i < lambda.Symbol.Parameters.Length; i++)
        {
            _state = _state.With(new Variable(lambda.Symbol.Parameters[i], null), arguments[i]);
        }
        _returned = TextValue.Never;
        Eval(lambda.Body);
        var result = _returned;
        (_state, _returned, _exit) = (outerState.Join(_state with { IsDead = false }), outerReturned, outerExit);
        return result;
    }

    /// <summary>Runs a local function after everything else, on all that its captures were ever assigned.</summary>
    private void RunLocalFunction(ILocalFunctionOperation local)
    {
        var (outerState, outerReturned, outerExit) = (_state, _returned, _exit);
        _state = TextState.Start;
        foreach (var (variable, value) in _everAssigned)
        {
            _state = _state.With(variable, _state.Values.TryGetValue(variable, out var before) ? before.Or(value) : value);
        }
        Eval(local.Body);
        (_state, _returned, _exit) = (outerState, outerReturned, outerExit);
    }

    private static TextValue? Constant(IOperation operation)
    {
        if (operation.ConstantValue is not { HasValue: true, Value: var value } || operation.Type?.TypeKind == TypeKind.Enum)
        {
            return null;
        }
        return TextValue.Literal(Convert.ToString(value, CultureInfo.InvariantCulture) ?? "", operation.Syntax);
    }

    private static TextValue Unknown(IOperation operation) => TextValue.Of(new Hole(operation, Origin.Unknown));

    /// <summary>The last place each symbol is written, so that a lambda knows whether its captures stay as they are.</summary>
    private static Dictionary<ISymbol, int> LastWrites(IOperation root)
    {
        var last = new Dictionary<ISymbol, int>(SymbolEqualityComparer.Default);
        foreach (var operation in root.DescendantsAndSelf())
        {
            var target = operation switch
            {
                IAssignmentOperation assignment => assignment.Target,
                IArgumentOperation { Parameter.RefKind: RefKind.Ref or RefKind.Out } argument => argument.Value,
                _ => null,
            };
            ISymbol? symbol = target switch
            {
                ILocalReferenceOperation local => local.Local,
                IParameterReferenceOperation parameter => parameter.Parameter,
                _ => null,
            };
            if (symbol is not null)
            {
                last[symbol] = target!.Syntax.SpanStart;
            }
        }
        return last;
    }

    /// <summary>The states that leave a loop or switch early.</summary>
    private sealed class Exits(bool isLoop)
    {
        public bool IsLoop => isLoop;
        public TextState Breaks { get; set; } = TextState.Start.Dead();
        public TextState Continues { get; set; } = TextState.Start.Dead();
    }
}
