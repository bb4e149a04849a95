using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace DbSafety.Model;

/// <summary>Places where the work undoes or cleans up: it has to be done when the caller has given up, too, so that it takes no token.</summary>
internal static class CleanupPlaces
{
    private static readonly string[] Names = ["Dispose", "Close", "Rollback", "Cleanup", "CleanUp", "TearDown", "Compensate", "Undo", "Abort"];

    private static readonly Regex Source = new("cts|cancel|stop|shutdown", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant);

    /// <summary>In a catch or finally, a method that says so by its name, or where the token has been cancelled.</summary>
    public static bool Has(SyntaxNode place)
    {
        for (SyntaxNode? node = place.Parent, child = place; node is not null; (child, node) = (node, node.Parent))
        {
            switch (node)
            {
                case CatchClauseSyntax or FinallyClauseSyntax:
                case LocalFunctionStatementSyntax { Identifier.ValueText: var name } when IsName(name):
                case MethodDeclarationSyntax { Identifier.ValueText: var method } when IsName(method):
                case IfStatementSyntax { Condition: var condition, Statement: var then } when then == child && AsksForCancel(condition, isNegated: false):
                case BlockSyntax { Statements: var statements } when statements.TakeWhile(s => s != child).Any(IsOverBehind):
                case ArgumentSyntax { Parent.Parent: InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: "Register" or "UnsafeRegister" } } }:
                    return true;
                case MemberDeclarationSyntax and not GlobalStatementSyntax:
                    return false;
            }
        }
        return false;
    }

    /// <summary>A private method without a token of its own that is called in such places only.</summary>
    public static bool IsCalledInThem(IOperation place) =>
        place.SemanticModel?.GetEnclosingSymbol(place.Syntax.SpanStart) is IMethodSymbol { DeclaredAccessibility: Accessibility.Private } method
        && !method.Parameters.Any(p => DbOperations.IsToken(p.Type))
        && CallsInFile.To(method, place).ToList() is { Count: > 0 } calls && calls.TrueForAll(c => Has(c.Syntax));

    private static bool IsName(string name) => Array.Exists(Names, n => name.StartsWith(n, StringComparison.Ordinal));

    /// <summary>What follows the statement runs when the token is cancelled, or may be: it cancels it, waits for it, or goes on where it is.</summary>
    private static bool IsOverBehind(StatementSyntax statement) => statement switch
    {
        WhileStatementSyntax { Condition: var condition } => AsksForCancel(condition, isNegated: true),
        ForStatementSyntax { Condition: { } condition } => AsksForCancel(condition, isNegated: true),
        DoStatementSyntax { Condition: var condition } => AsksForCancel(condition, isNegated: true),
        ExpressionStatementSyntax { Expression: AwaitExpressionSyntax { Expression: InvocationExpressionSyntax call } } => IsCancel(call),
        ExpressionStatementSyntax { Expression: InvocationExpressionSyntax call } => IsCancel(call),
        TryStatementSyntax { Catches: var catches } => catches.Any(c => c.Declaration?.Type.ToString() is { } type
            && (type.EndsWith("OperationCanceledException", StringComparison.Ordinal) || type.EndsWith("TaskCanceledException", StringComparison.Ordinal))
            && c.Block.Statements.LastOrDefault() is not (ThrowStatementSyntax or ReturnStatementSyntax or ContinueStatementSyntax or BreakStatementSyntax)),
        _ => false,
    };

    /// <summary><c>_cts.Cancel()</c>; not <c>order.Cancel()</c>.</summary>
    private static bool IsCancel(InvocationExpressionSyntax call) =>
        call.Expression is MemberAccessExpressionSyntax { Name.Identifier.ValueText: "Cancel" or "CancelAsync", Expression: var source } && Source.IsMatch(source.ToString());

    private static bool AsksForCancel(ExpressionSyntax condition, bool isNegated) =>
        condition.DescendantNodesAndSelf().OfType<MemberAccessExpressionSyntax>()
            .Any(m => m.Name.Identifier.ValueText == "IsCancellationRequested" && m.Parent.IsKind(SyntaxKind.LogicalNotExpression) == isNegated);
}
