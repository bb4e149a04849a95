using System.Collections.Immutable;
using DbSafety.Engine;
using DbSafety.Flow;
using DbSafety.Model;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace DbSafety.Rules.Cancellation;

/// <summary>An asynchronous method, or the lambda of a minimal API, that calls the database and has no token to pass.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
internal sealed class DBS402QueryWithoutToken() : DbRule(Descriptor)
{
    private static readonly DiagnosticDescriptor Descriptor = Rule.Of(
        "DBS402", "Database work that nothing can cancel",
        "'{0}' calls the database ('{1}') and has no token to pass on; take a CancellationToken",
        Area.Cancellation, DiagnosticSeverity.Info,
        "The caller can leave, but cannot say so: the work goes on without it, with its connection and its locks.");

    private static readonly string[] TestAttributes =
        ["Fact", "Theory", "Test", "TestCase", "TestMethod", "SetUp", "TearDown", "Benchmark", "GlobalSetup", "GlobalCleanup", "TestInitialize", "TestCleanup", "Before", "After"];

    private static readonly Mentions Words = new("cancellationToken");

    protected override void Register(RuleContext context) => context.OnBody(body =>
    {
        if (body.ContainingSymbol is IMethodSymbol method && Declaration(method) is { } declaration && IsOwn(method)
            && body.Operation.Syntax == declaration)
        {
            Look(context.Model, declaration, method.Name, declaration.Identifier.GetLocation(), body);
        }
        foreach (var operation in BodyOperations.Of(body.Operation)[OperationKind.AnonymousFunction])
        {
            if (operation.Syntax is ParenthesizedLambdaExpressionSyntax { ParameterList: var parameters } lambda && EndpointOf(operation) is { } endpoint)
            {
                Look(context.Model, lambda, endpoint + " handler", parameters.GetLocation(), body);
            }
        }
    });

    /// <summary>The method that a lambda is given to which ASP.NET Core fills in by its parameters' types, a token among them; null for any other lambda.</summary>
    private static string? EndpointOf(IOperation lambda) =>
        lambda.Parent is IDelegateCreationOperation { Parent: IConversionOperation { Type.SpecialType: SpecialType.System_Delegate, Parent: IArgumentOperation { Parent: IInvocationOperation { TargetMethod: var method } } } }
        && method.Name.StartsWith("Map", StringComparison.Ordinal) && method.ContainingType is { Name: "EndpointRouteBuilderExtensions", ContainingNamespace.Name: "Builder" }
            ? method.Name
            : null;

    /// <param name="function">The method or lambda that may be given a token.</param>
    /// <param name="named">How the message speaks of it.</param>
    private static void Look(DbModel model, SyntaxNode function, string named, Location place, OperationPlace body)
    {
        var semantics = body.Operation.SemanticModel!;
        var name = Words.AreIn(function.SyntaxTree) && function.DescendantTokens().Any(t => t.ValueText == "cancellationToken") ? "token" : "cancellationToken";
        var (edits, isComplete) = (TextEdits.None, true);
        (string Name, int Start)? first = null;
        foreach (var operation in Forwarding.Candidates(model, body.Operation))
        {
            if (function.Span.Contains(operation.Syntax.Span) && Forwarding.Of(model, operation, body, (place, cancel) => Tokens(place, function, name, cancel), out _) is { } forwarding)
            {
                isComplete &= forwarding.Edits is not null;
                edits = forwarding.Edits is null ? edits : edits.And(forwarding.Edits);
                if (IsFirst(operation))
                {
                    first = (forwarding.Name, operation.Syntax.SpanStart);
                }
            }
        }
        foreach (var (operation, called) in Blocking(model, body.Operation))
        {
            if (IsFirst(operation) && AsyncPlaces.CanAwait(operation.Syntax, semantics, body.CancellationToken))
            {
                first = (called, operation.Syntax.SpanStart);
            }
        }
        // What is near enough for another token (a field, a member of a parameter) is a matter of forwarding that.
        if (first is null || Inner(function) is not { } inner || !TokensInScope.At(inner, semantics, body.CancellationToken).IsEmpty)
        {
            return;
        }
        var fix = isComplete && edits.Changes.Length > 0 ? Parameter(body.ContainingSymbol, function, name, edits, semantics) : null;
        body.ReportDiagnostic(Diagnostic.Create(Descriptor, place, fix, named, first.Value.Name));

        bool IsFirst(IOperation operation) => (first is null || operation.Syntax.SpanStart < first.Value.Start) && IsOf(operation.Syntax, function);
    }

    /// <summary>Any place inside the body.</summary>
    private static SyntaxNode? Inner(SyntaxNode function) => function switch
    {
        MethodDeclarationSyntax { Body: { } body } => (SyntaxNode?)body.Statements.FirstOrDefault() ?? body,
        MethodDeclarationSyntax { ExpressionBody.Expression: { } expression } => expression,
        ParenthesizedLambdaExpressionSyntax { Block: { } block } => (SyntaxNode?)block.Statements.FirstOrDefault() ?? block,
        ParenthesizedLambdaExpressionSyntax { ExpressionBody: { } expression } => expression,
        _ => null,
    };

    private static ImmutableArray<string> Tokens(IOperation place, SyntaxNode function, string name, CancellationToken cancel) =>
        CleanupPlaces.Has(place.Syntax) || DatabaseCalls.IsInExpressionTree(place.Syntax, place.SemanticModel!, cancel)
        || ResilienceCallbacks.IgnoresItsToken(place, cancel) || IsInStaticFunction(place.Syntax, function) || IsInEndpoint(place, function)
        || !TokensInScope.At(place.Syntax, place.SemanticModel!, cancel).IsEmpty
            ? ImmutableArray<string>.Empty
            : ImmutableArray.Create(name);

    /// <summary>A lambda within that gets its own token.</summary>
    private static bool IsInEndpoint(IOperation place, SyntaxNode function)
    {
        for (var parent = place.Parent; parent is not null && parent.Syntax != function; parent = parent.Parent)
        {
            if (parent is IAnonymousFunctionOperation && EndpointOf(parent) is not null)
            {
                return true;
            }
        }
        return false;
    }

    private static bool IsInStaticFunction(SyntaxNode place, SyntaxNode method) => place.Ancestors().TakeWhile(n => n != method).Any(n => n switch
    {
        LocalFunctionStatementSyntax local => local.Modifiers.Any(SyntaxKind.StaticKeyword),
        AnonymousFunctionExpressionSyntax lambda => lambda.Modifiers.Any(SyntaxKind.StaticKeyword),
        _ => false,
    });

    /// <summary>In the method or lambda itself, not in a function within.</summary>
    private static bool IsOf(SyntaxNode place, SyntaxNode function)
    {
        var around = place.Parent;
        while (around is not null && around != function && around is not (LocalFunctionStatementSyntax or AnonymousFunctionExpressionSyntax))
        {
            around = around.Parent;
        }
        return around == function;
    }

    /// <summary>The synchronous calls of a body whose asynchronous twin would take the token, and the loops over queries.</summary>
    private static IEnumerable<(IOperation Operation, string Name)> Blocking(DbModel model, IOperation root)
    {
        foreach (var (call, operation) in model.Operations.In(root))
        {
            if (operation is { IsAsync: false, IsCleanup: false, Twin: not null })
            {
                yield return (call, call.TargetMethod.Name);
            }
        }
        if (!model.UsesEf)
        {
            yield break;
        }
        foreach (var operation in BodyOperations.Of(root)[OperationKind.Invocation])
        {
            if (operation is IInvocationOperation call && EfQueries.IsTerminal(call) && DatabaseCalls.IsEfQuery(call.Arguments[0].Value))
            {
                yield return (call, call.TargetMethod.Name);
            }
        }
        foreach (var operation in BodyOperations.Of(root)[OperationKind.Loop])
        {
            if (operation is IForEachLoopOperation { IsAsynchronous: false } loop && DatabaseCalls.IsEfQuery(loop.Collection))
            {
                yield return (loop, "foreach");
            }
        }
    }

    /// <summary>The parameter at the end of the list; null where none can be added there.</summary>
    private static ImmutableDictionary<string, string?>? Parameter(ISymbol member, SyntaxNode function, string name, TextEdits edits, SemanticModel model)
    {
        var (list, value) = function switch
        {
            ParenthesizedLambdaExpressionSyntax lambda => (lambda.ParameterList, ""),
            MethodDeclarationSyntax declaration when member is IMethodSymbol { IsVirtual: false } method && !method.Parameters.Any(p => p.IsParams) && !declaration.Modifiers.Any(SyntaxKind.PartialKeyword) =>
                (declaration.ParameterList, declaration.SyntaxTree.Options is CSharpParseOptions { LanguageVersion: >= LanguageVersion.CSharp7_1 } ? " = default" : " = default(CancellationToken)"),
            _ => default,
        };
        if (list is null)
        {
            return null;
        }
        var text = $"CancellationToken {name}{value}";
        var added = list.Parameters.Count == 0
            ? TextEdits.None.Insert(list.OpenParenToken.Span.End, text)
            : TextEdits.None.Insert(list.Parameters.Last().Span.End, "," + Gap(list.Parameters.Last()) + text);
        var properties = ImmutableDictionary<string, string?>.Empty.Add(TextEdits.Property, added.And(edits).Encode());
        return model.LookupNamespacesAndTypes(function.SpanStart, name: "CancellationToken").Any() ? properties : properties.Add("import", "System.Threading");
    }

    /// <summary>A parameter that has a line of its own is followed by one that has, too.</summary>
    private static string Gap(ParameterSyntax last)
    {
        var text = last.SyntaxTree.GetText();
        var line = text.Lines.GetLineFromPosition(last.SpanStart);
        if (line.LineNumber == text.Lines.IndexOf(last.GetFirstToken().GetPreviousToken().SpanStart))
        {
            return " ";
        }
        var content = line.ToString();
        return text.ToString(Microsoft.CodeAnalysis.Text.TextSpan.FromBounds(text.Lines[line.LineNumber - 1].End, line.Start)) + content.Substring(0, content.Length - content.TrimStart().Length);
    }

    private static MethodDeclarationSyntax? Declaration(IMethodSymbol method) =>
        method.DeclaringSyntaxReferences.Length == 1
        && method.DeclaringSyntaxReferences[0].GetSyntax() is MethodDeclarationSyntax declaration && (declaration.Body is not null || declaration.ExpressionBody is not null)
            ? declaration
            : null;

    /// <summary>Its author decides on its parameters: nothing else calls it by a signature that is given.</summary>
    private static bool IsOwn(IMethodSymbol method) =>
        method is { MethodKind: MethodKind.Ordinary, IsOverride: false, Name: not "Main" }
        && DbOperations.IsTask(method.ReturnType, out _)
        && !method.Parameters.Any(p => DbOperations.IsToken(p.Type))
        && !IsEventHandler(method)
        && !IsTest(method)
        && !method.ContainingType.GetMembers(method.Name).OfType<IMethodSymbol>().Any(m => m.Parameters.Any(p => DbOperations.IsToken(p.Type)))
        && !method.ContainingType.AllInterfaces.SelectMany(i => i.GetMembers(method.Name))
            .Any(m => SymbolEqualityComparer.Default.Equals(method.ContainingType.FindImplementationForInterfaceMember(m), method));

    private static bool IsEventHandler(IMethodSymbol method) =>
        method.Parameters is { Length: 2 } parameters && parameters[0].Type.SpecialType == SpecialType.System_Object && parameters[1].Type.Name.EndsWith("Args", StringComparison.Ordinal);

    private static bool IsTest(IMethodSymbol method) =>
        method.GetAttributes().Any(a => Array.Exists(TestAttributes, t => a.AttributeClass?.Name.StartsWith(t, StringComparison.Ordinal) ?? false))
        || method.ContainingType.GetMembers().Any(m => m is IMethodSymbol && m.GetAttributes().Any(a => a.AttributeClass?.Name is "FactAttribute" or "TheoryAttribute" or "TestAttribute" or "TestMethodAttribute" or "TestCaseAttribute"));
}
