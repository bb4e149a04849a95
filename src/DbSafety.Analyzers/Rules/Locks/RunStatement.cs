using DbSafety.Flow;
using DbSafety.Model;
using DbSafety.Sql;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace DbSafety.Rules.Locks;

/// <summary>The statement that a call runs: its own, or the only one of the method of the compilation that it calls.</summary>
/// <param name="Step">The call, in the body that is judged.</param>
/// <param name="Execution">What runs the statement; in another body where it is followed.</param>
internal sealed record RunStatement(IInvocationOperation Step, DbExecution Execution, SqlStatement Statement, SqlTemplate Template)
{
    /// <summary>It runs in the method that the step calls.</summary>
    public bool IsFollowed => Step != Execution.Operation;

    public IInvocationOperation Run => Execution.Operation;

    public SqlDialect Dialect => Execution.Calls[0].Dialect is not SqlDialect.Unknown and var own ? own : Provider.Dialect;

    /// <summary>A CommandDefinition knows no connection; the call that takes it does.</summary>
    public Provider Provider => Execution.Calls[0].Provider != Provider.Unknown
        ? Execution.Calls[0].Provider
        : Provider.OfType(CommandUses.Unwrap(Run.Instance ?? Run.Arguments[0].Value).Type);

    /// <summary>What a call runs itself; null where that is not one fully known statement. An INSERT may be followed by the question for its id.</summary>
    public static RunStatement? Of(IInvocationOperation call, DbModel model) =>
        model.ExecutionOf(call) is { Calls: [{ IsStatement: true, Text.Truncated: false, Templates: [{ IsExact: true, Script: { IsBalanced: true, Statements: { Length: 1 or 2 } statements } } template] }] } execution
            && !statements[0].IsInsideBlock
            && (statements.Length == 1 || statements[0].Kind == SqlStatementKind.Insert && statements[1] is { Kind: SqlStatementKind.Select, Tables.IsEmpty: true })
            ? new(call, execution, statements[0], template)
            : null;

    /// <summary>
    /// The SELECT that a method returns the result of, where it has one target and runs nothing else: what it returns is empty where the
    /// SELECT is. Null for any other.
    /// </summary>
    public static RunStatement? Question(IInvocationOperation call, DbModel model)
    {
        if (Target(call.TargetMethod) is not { ReturnsVoid: false, DeclaringSyntaxReferences.Length: 1 } method || !TextFlow.HasOneTarget(method)
            || model.Flow.BodyOf(method) is not { } body || OnlyRun(body, model) is not { } run)
        {
            return null;
        }
        var returns = body.Descendants().OfType<IReturnOperation>().Where(r => LifetimeGraphs.BodyAround(r) == LifetimeGraphs.BodyAround(run)).ToList();
        return returns is [{ ReturnedValue: { } value }] && AbsenceTests.EmptyBehind(value).Contains(run) && Of(run, model) is { } question ? question with { Step = call } : null;
    }

    /// <summary>The execution of a body that has one; null where it has several, or it stands in a lambda.</summary>
    public static IInvocationOperation? OnlyRun(IOperation body, DbModel model)
    {
        var function = body is ILocalFunctionOperation || body.Parent is null ? body : LifetimeGraphs.BodyAround(body);
        return function.Descendants().OfType<IInvocationOperation>().Where(c => model.ExecutionOf(c) is not null).Take(2).ToList() is [var only] && LifetimeGraphs.BodyAround(only) == function ? only : null;
    }

    public static IMethodSymbol Target(IMethodSymbol method) => (method.ReducedFrom ?? method).OriginalDefinition;

    /// <summary>The expression behind an operand, in the words of the body that the step stands in; null where that is not known.</summary>
    public string? ValueOf(string operand)
    {
        if (ComparedValue.Of(Execution.Calls[0], Template, operand, Run) is not { } own || !IsFollowed)
        {
            return IsFollowed ? null : ComparedValue.Of(Execution.Calls[0], Template, operand, Run);
        }
        var end = own.IndexOf('.');
        var name = end < 0 ? own : own.Substring(0, end);
        var argument = Step.Arguments.FirstOrDefault(a => a.Parameter is { } p && Target(Step.TargetMethod).Parameters[p.Ordinal].Name == name);
        return argument is { ArgumentKind: ArgumentKind.Explicit, Parameter: { RefKind: RefKind.None } parameter } && !LifetimeSymbols.IsAssigned(Target(Step.TargetMethod).Parameters[parameter.Ordinal], Run)
            && ComparedValue.TextOf(argument.Value) is { } given
            ? given + own.Substring(name.Length)
            : null;
    }
}
