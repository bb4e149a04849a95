using System.Collections.Immutable;
using DbSafety.Flow;
using DbSafety.Model;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace DbSafety.Rules.Transactions;

/// <summary>
/// The statements of a transaction that can become the function an execution strategy runs, once or more often, without changing what
/// the program does besides.
/// </summary>
internal sealed class StrategyBlock
{
    /// <summary>Property: the expression whose CreateExecutionStrategy it is.</summary>
    public const string Facade = "facade";

    /// <summary>Property: what stands before and behind the function.</summary>
    public const string Before = "before", Behind = "behind", Function = "function";

    /// <summary>Property: a statement that each attempt starts with.</summary>
    public const string Start = "start";

    private StrategyBlock(StatementSyntax first, StatementSyntax last, ImmutableDictionary<string, string?> properties) =>
        (Locations, Properties) = (ImmutableArray.Create(first.GetLocation(), last.GetLocation()), properties);

    /// <summary>The first and the last statement.</summary>
    public ImmutableArray<Location> Locations { get; }
    public ImmutableDictionary<string, string?> Properties { get; }

    /// <summary>The block of a transaction; null where there is none that could be run twice.</summary>
    /// <param name="begin">What begins it.</param>
    /// <param name="local">What holds it; null where nothing does.</param>
    /// <param name="context">The context that retries.</param>
    public static StrategyBlock? Of(IOperation begin, ILocalSymbol? local, IOperation context, CancellationToken cancel)
    {
        if (begin.SemanticModel is not { } model || begin.Syntax.FirstAncestorOrSelf<StatementSyntax>() is not { Parent: BlockSyntax { Statements: var statements } block } first
            || Functions(first).FirstOrDefault() is not { } function || Body(function)?.ContainsDirectives != false)
        {
            return null;
        }
        foreach (var last in Ends(first, statements, local?.Name))
        {
            if (Returns(first, last, block, function, model) is { } returns && IsRepeatable(first, last, model) && Clears(first, last, function, context, model) is { } clears
                && !first.SyntaxTree.GetRoot(cancel).DescendantTokens(Microsoft.CodeAnalysis.Text.TextSpan.FromBounds(first.SpanStart, last.Span.End)).Any(t => t.IsKind(SyntaxKind.YieldKeyword)))
            {
                var facade = context.Syntax is ThisExpressionSyntax or not ExpressionSyntax || context.IsImplicit ? "" : context.Syntax + ".";
                var isAsync = Within(first, last).Any(IsAwait);
                var tail = isAsync && begin.Syntax.Ancestors().TakeWhile(n => n is not StatementSyntax).Any(n => n is InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: "ConfigureAwait" } })
                    ? ".ConfigureAwait(false)" : "";
                var properties = ImmutableDictionary<string, string?>.Empty
                    .Add(Facade, facade + "Database")
                    .Add(Before, returns.Keyword + (isAsync ? "await " : ""))
                    .Add(Function, (isAsync ? "ExecuteAsync" : "Execute") + returns.Type + (isAsync ? "(async () =>" : "(() =>"))
                    .Add(Behind, ")" + tail + ";");
                return new(first, last, clears ? properties.Add(Start, facade + "ChangeTracker.Clear();") : properties);
            }
        }
        return null;
    }

    /// <summary>Where the block may end: with its commit, else with the statements around it.</summary>
    private static IEnumerable<StatementSyntax> Ends(StatementSyntax first, SyntaxList<StatementSyntax> statements, string? name)
    {
        if (first is UsingStatementSyntax)
        {
            yield return first;
            yield break;
        }
        if (first is not LocalDeclarationStatementSyntax declaration || name is null)
        {
            yield break;
        }
        var rest = statements.Skip(statements.IndexOf(first) + 1).ToList();
        var last = declaration.UsingKeyword.IsKind(SyntaxKind.UsingKeyword)
            ? rest.Find(s => s is ExpressionStatementSyntax { Expression: var expression } && Ended(expression) is { } ended && ended.Identifier.ValueText == name)
            : rest.FindLast(s => s.DescendantNodes().OfType<IdentifierNameSyntax>().Any(n => n.Identifier.ValueText == name));
        if (last is not null)
        {
            yield return last;
        }
        if (rest.LastOrDefault() is { } end && end != last)
        {
            yield return end;
        }
    }

    /// <summary>The variable that a commit is called on.</summary>
    private static IdentifierNameSyntax? Ended(ExpressionSyntax expression) => expression switch
    {
        AwaitExpressionSyntax awaited => Ended(awaited.Expression),
        InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: "ConfigureAwait", Expression: var inner } } => Ended(inner),
        InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: "Commit" or "CommitAsync" or "Complete", Expression: IdentifierNameSyntax variable } } => variable,
        _ => null,
    };

    /// <summary>How the statements leave: not at all, or out of the function with which they end. Null where they jump elsewhere or leave a variable behind.</summary>
    private static (string Keyword, string Type)? Returns(StatementSyntax first, StatementSyntax last, BlockSyntax block, SyntaxNode function, SemanticModel model)
    {
        if (model.AnalyzeControlFlow(first, last) is not { Succeeded: true } flow || model.AnalyzeDataFlow(first, last) is not { Succeeded: true } data
            || !flow.EntryPoints.IsEmpty || flow.ExitPoints.Any(p => !p.IsKind(SyntaxKind.ReturnStatement))
            || data.VariablesDeclared.Intersect(data.ReadOutside.Concat(data.WrittenOutside), SymbolEqualityComparer.Default).Any(v => !IsUsing(v) || IsNamedBehind(v.Name)))
        {
            return null;
        }
        var returns = flow.ReturnStatements.OfType<ReturnStatementSyntax>().ToList();
        if (returns.Count == 0)
        {
            return ("", "");
        }
        if (block.Parent != function || block.Statements.Last() != last)
        {
            return null;
        }
        if (returns.TrueForAll(r => r.Expression is null))
        {
            return ("", "");
        }
        if (flow.EndPointIsReachable || model.GetDeclaredSymbol(function) is not IMethodSymbol { ReturnType: { } type })
        {
            return null;
        }
        var result = DbOperations.IsTask(type, out var awaited) ? awaited : type;
        var isOne = returns.Select(r => model.GetTypeInfo(r.Expression!).Type).Distinct(SymbolEqualityComparer.Default).ToList() is { Count: 1 } types && types[0] is not null;
        return result is null ? null : ("return ", isOne ? "" : $"<{result.ToMinimalDisplayString(model, first.SpanStart)}>");

        // What disposes it counts as a read at the end of the block; the function has it within.
        static bool IsUsing(ISymbol variable) => variable.DeclaringSyntaxReferences[0].GetSyntax().Parent?.Parent is LocalDeclarationStatementSyntax { UsingKeyword.RawKind: not 0 };

        bool IsNamedBehind(string name) => block.Statements.Where(s => s.SpanStart > last.SpanStart).SelectMany(s => s.DescendantNodes()).OfType<IdentifierNameSyntax>().Any(n => n.Identifier.ValueText == name);
    }

    /// <summary>Nothing outside is counted up or added to, which a second attempt would do again.</summary>
    private static bool IsRepeatable(StatementSyntax first, StatementSyntax last, SemanticModel model)
    {
        return !Within(first, last).Any(node => node switch
        {
            AssignmentExpressionSyntax { RawKind: not (int)SyntaxKind.SimpleAssignmentExpression, Left: var target } => IsOutside(target),
            PrefixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.PreIncrementExpression or (int)SyntaxKind.PreDecrementExpression, Operand: var target } => IsOutside(target),
            PostfixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.PostIncrementExpression or (int)SyntaxKind.PostDecrementExpression, Operand: var target } => IsOutside(target),
            InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: var name, Expression: var receiver } } =>
                (name.StartsWith("Add", StringComparison.Ordinal) || name is "Enqueue" or "Push" or "Append" or "Remove" or "Insert") && IsOutside(receiver),
            _ => false,
        });

        bool IsOutside(ExpressionSyntax target)
        {
            while (target is MemberAccessExpressionSyntax or ElementAccessExpressionSyntax or InvocationExpressionSyntax)
            {
                if (model.GetTypeInfo(target).Type is { } own && EfRetries.IsContext(own))
                {
                    return false;
                }
                target = target switch
                {
                    MemberAccessExpressionSyntax access => access.Expression,
                    ElementAccessExpressionSyntax element => element.Expression,
                    _ => ((InvocationExpressionSyntax)target).Expression,
                };
            }
            return !EfRetries.IsContext(model.GetTypeInfo(target).Type)
                && !(model.GetSymbolInfo(target).Symbol is { } symbol && (symbol is IParameterSymbol { ContainingSymbol: IMethodSymbol { MethodKind: MethodKind.AnonymousFunction } } or ILocalSymbol) && IsDeclaredIn(symbol, first, last));
        }
    }

    /// <summary>
    /// Whether each attempt has to forget what the one before it tracked; null where that would forget what was tracked before the block.
    /// </summary>
    private static bool? Clears(StatementSyntax first, StatementSyntax last, SyntaxNode function, IOperation context, SemanticModel model)
    {
        var calls = Within(first, last).OfType<InvocationExpressionSyntax>().Select(c => model.GetOperation(c)).OfType<IInvocationOperation>().ToList();
        if (!calls.Exists(c => c.TargetMethod.Name.StartsWith("SaveChanges", StringComparison.Ordinal) || EfCalls.IsUnknown(c) || c.TargetMethod.Locations.Any(l => l.IsInSource)))
        {
            return false;
        }
        if (LifetimeSymbols.Of(context) is not { } owner || context is IInstanceReferenceOperation
            || owner is IParameterSymbol { ContainingSymbol: IMethodSymbol { MethodKind: not (MethodKind.AnonymousFunction or MethodKind.Constructor) } }
            || owner is not ILocalSymbol && model.GetDeclaredSymbol(function) is { DeclaredAccessibility: Accessibility.Private or Accessibility.Protected })
        {
            return null; // The caller's context: it may have tracked something.
        }
        var entities = Entities(context.Type!);
        var isUsedElsewhere = function.DescendantNodes().OfType<IdentifierNameSyntax>()
            .Any(n => n.Identifier.ValueText == owner.Name && !IsIn(n, first, last) && (n.SpanStart < first.SpanStart || IsInLoop(first, function)));
        var takesEntities = Within(first, last).OfType<IdentifierNameSyntax>().Select(n => model.GetSymbolInfo(n).Symbol).Any(s => s switch
        {
            ILocalSymbol local => !IsDeclaredIn(local, first, last) && IsEntity(local.Type),
            IParameterSymbol parameter => !IsDeclaredIn(parameter, first, last) && IsEntity(parameter.Type),
            IFieldSymbol { IsStatic: false } field => SymbolEqualityComparer.Default.Equals(field.ContainingType, (model.GetEnclosingSymbol(first.SpanStart))?.ContainingType) && IsEntity(field.Type),
            _ => false,
        });
        return isUsedElsewhere || takesEntities ? null : true;

        bool IsEntity(ITypeSymbol type) => entities.Contains(type) || type is IArrayTypeSymbol array && IsEntity(array.ElementType)
            || type is INamedTypeSymbol { TypeArguments: var arguments } && !EfRetries.IsContext(type) && arguments.Any(IsEntity);
    }

    private static HashSet<ITypeSymbol> Entities(ITypeSymbol context)
    {
        var found = new HashSet<ITypeSymbol>(SymbolEqualityComparer.Default);
        for (var type = context; type is not null; type = type.BaseType)
        {
            found.UnionWith(type.GetMembers().OfType<IPropertySymbol>().Select(p => p.Type).OfType<INamedTypeSymbol>().Where(t => t is { Name: "DbSet", TypeArguments.Length: 1 }).Select(t => t.TypeArguments[0].WithNullableAnnotation(NullableAnnotation.None)));
        }
        return found;
    }

    private static IEnumerable<SyntaxNode> Within(StatementSyntax first, StatementSyntax last) =>
        ((BlockSyntax)first.Parent!).Statements.SkipWhile(s => s != first).TakeWhile(s => s.SpanStart <= last.SpanStart).SelectMany(s => s.DescendantNodesAndSelf());

    private static bool IsAwait(SyntaxNode node) => node switch
    {
        AwaitExpressionSyntax => true,
        CommonForEachStatementSyntax { AwaitKeyword.RawKind: not 0 } or UsingStatementSyntax { AwaitKeyword.RawKind: not 0 } or LocalDeclarationStatementSyntax { AwaitKeyword.RawKind: not 0 } => true,
        _ => false,
    };

    private static bool IsIn(SyntaxNode node, StatementSyntax first, StatementSyntax last) => node.SpanStart >= first.SpanStart && node.Span.End <= last.Span.End;

    private static bool IsDeclaredIn(ISymbol symbol, StatementSyntax first, StatementSyntax last) =>
        symbol.DeclaringSyntaxReferences.FirstOrDefault() is { } declared && declared.SyntaxTree == first.SyntaxTree && IsIn(declared.GetSyntax(), first, last);

    private static bool IsInLoop(StatementSyntax first, SyntaxNode function) =>
        first.Ancestors().TakeWhile(a => a != function).Any(a => a is CommonForEachStatementSyntax or ForStatementSyntax or WhileStatementSyntax or DoStatementSyntax);

    private static IEnumerable<SyntaxNode> Functions(SyntaxNode node) => node.Ancestors().Where(n => Body(n) is not null);

    private static BlockSyntax? Body(SyntaxNode function) => function switch
    {
        BaseMethodDeclarationSyntax { Body: var body } => body,
        LocalFunctionStatementSyntax { Body: var body } => body,
        AnonymousFunctionExpressionSyntax { Block: var body } => body,
        AccessorDeclarationSyntax { Body: var body } => body,
        _ => null,
    };
}
