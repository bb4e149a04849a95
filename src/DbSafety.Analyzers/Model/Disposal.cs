using System.Collections.Immutable;
using DbSafety.Flow;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace DbSafety.Model;

/// <summary>How a resource that is not disposed can be: what the fix has to know.</summary>
internal static class Disposal
{
    /// <summary>The property of a diagnostic that says <c>using</c> or <c>await using</c>; absent where a declaration cannot be given one.</summary>
    public const string Keyword = "using";

    /// <summary>
    /// <see cref="Keyword"/> for a resource whose creation is the only value of a local declared by itself, in a block; empty for any other.
    /// </summary>
    public static ImmutableDictionary<string, string?> Of(DbResource resource, IOperation creation)
    {
        var none = ImmutableDictionary<string, string?>.Empty;
        if (DeclarationOf(creation) is not { } declared || resource.Local is not { } local
            || !SymbolEqualityComparer.Default.Equals(declared.Symbol, local) || declared.Symbol.Type.TypeKind == TypeKind.Dynamic
            || declared.Syntax.Parent is not VariableDeclarationSyntax { Variables.Count: 1, Parent: LocalDeclarationStatementSyntax { Parent: BlockSyntax or GlobalStatementSyntax } statement }
            || !statement.UsingKeyword.IsKind(SyntaxKind.None)
            || statement.SyntaxTree.Options is CSharpParseOptions { LanguageVersion: < LanguageVersion.CSharp8 }
            || IsWritten(creation, local))
        {
            return none;
        }
        var function = statement.Ancestors().FirstOrDefault(n => n is AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax or MemberDeclarationSyntax);
        var isAsync = function switch
        {
            AnonymousFunctionExpressionSyntax lambda => lambda.AsyncKeyword.IsKind(SyntaxKind.AsyncKeyword),
            LocalFunctionStatementSyntax inner => inner.Modifiers.Any(SyntaxKind.AsyncKeyword),
            GlobalStatementSyntax => creation.Syntax.SyntaxTree.GetRoot().DescendantNodes().OfType<AwaitExpressionSyntax>().Any(),
            MemberDeclarationSyntax member => member.Modifiers.Any(SyntaxKind.AsyncKeyword),
            _ => false,
        };
        return none.Add(Keyword, isAsync && resource.DisposesAsync ? "await using" : "using");
    }

    /// <summary>What an operation makes goes straight into a <c>using</c>.</summary>
    public static bool IsInUsing(IOperation creation) =>
        Goal(creation) is var goal && (goal as IVariableDeclaratorOperation)?.Parent?.Parent?.Parent is IUsingOperation or IUsingDeclarationOperation || goal is IUsingOperation;

    /// <summary>It goes straight into a local that the <c>finally</c> behind it disposes of on every path, or that is returned.</summary>
    public static bool IsInLocalThatEnds(IOperation creation) =>
        DeclarationOf(creation) is { Parent.Parent: IVariableDeclarationGroupOperation group, Symbol: var local }
        && (IsDisposedBehind(group, local) || IsReturned(creation, local)) && !IsWritten(creation, local);

    /// <summary>The declaration of the local that what an operation makes goes straight into; null where it does not.</summary>
    public static IVariableDeclaratorOperation? DeclarationOf(IOperation creation) => Goal(creation) as IVariableDeclaratorOperation;

    private static IOperation? Goal(IOperation creation)
    {
        var goal = creation.Parent;
        while (goal is IAwaitOperation or IConversionOperation or IVariableInitializerOperation or IInvocationOperation { TargetMethod.Name: "ConfigureAwait" })
        {
            goal = goal.Parent;
        }
        return goal;
    }

    private static bool IsDisposedBehind(IVariableDeclarationGroupOperation declaration, ILocalSymbol local) =>
        declaration.Parent is IBlockOperation { Operations: var statements } && declaration.GetDeclaredVariables().Length == 1
        && statements.ElementAtOrDefault(statements.IndexOf(declaration) + 1) is ITryOperation { Finally.Operations: var last }
        && last.Any(statement => IsDisposal(statement, local));

    private static bool IsDisposal(IOperation operation, ILocalSymbol local) => operation switch
    {
        IExpressionStatementOperation statement => IsDisposal(statement.Operation, local),
        IAwaitOperation awaited => IsDisposal(awaited.Operation, local),
        IInvocationOperation { TargetMethod.Name: "ConfigureAwait", Instance: { } task } => IsDisposal(task, local),
        IInvocationOperation { TargetMethod: { Name: "Dispose" or "DisposeAsync", Parameters.IsEmpty: true }, Instance: ILocalReferenceOperation disposed } =>
            SymbolEqualityComparer.Default.Equals(disposed.Local, local),
        _ => false,
    };

    private static bool IsReturned(IOperation creation, ILocalSymbol local) => Uses(creation, local).Any(use => Goal(use) is { Kind: OperationKind.Return });

    private static IEnumerable<IOperation> Uses(IOperation place, ILocalSymbol local) =>
        BodyOperations.Around(place)[OperationKind.LocalReference].Where(o => SymbolEqualityComparer.Default.Equals(((ILocalReferenceOperation)o).Local, local));

    /// <summary>A variable declared with <c>using</c> cannot be assigned or passed by reference.</summary>
    private static bool IsWritten(IOperation place, ILocalSymbol local) => Uses(place, local).Any(use =>
        use.Parent is IAssignmentOperation { Target: var target } && target == use || use.Parent is IArgumentOperation { Parameter.RefKind: RefKind.Ref or RefKind.Out });
}
