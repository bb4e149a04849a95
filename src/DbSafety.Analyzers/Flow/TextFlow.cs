using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace DbSafety.Flow;

/// <summary>Says which texts an expression can be. One for each compilation; all answers are remembered; thread-safe.</summary>
internal sealed class TextFlow(Compilation compilation, ITextConventions conventions)
{
    /// <summary>How many calls deep a helper is followed.</summary>
    private const int MaxDepth = 3;

    private readonly ConditionalWeakTable<IOperation, BodyTexts> _bodies = new();
    // By depth: what is found near the bound is less, and must not depend on who asked first.
    private readonly ConditionalWeakTable<IOperation, BodyTexts>[] _methods = PerDepth(() => new ConditionalWeakTable<IOperation, BodyTexts>());
    private readonly ConcurrentDictionary<ISymbol, TextValue>[] _symbols = PerDepth(() => new ConcurrentDictionary<ISymbol, TextValue>(SymbolEqualityComparer.Default));
    // What is bound for a file is dropped once the file has been analysed: to hold it for the whole compilation costs more than to bind a callee again.
    private readonly ConditionalWeakTable<SyntaxTree, WeakReference<SemanticModel>> _models = new();
    private readonly NameIndex _names = new(compilation);

    public ITextConventions Conventions => conventions;

    /// <summary>The texts of an operand that the conventions want, where it stands in its body.</summary>
    public TextValue At(IOperation operand)
    {
        if (operand.ConstantValue is { HasValue: true, Value: string text })
        {
            return TextValue.Literal(text, operand.Syntax);
        }
        var root = Root(operand);
        var texts = _bodies.TryGetValue(root, out var known) ? known : _bodies.GetValue(root, r => TextInterpreter.Run(this, r, 0));
        return texts.Recorded.TryGetValue(operand.Syntax, out var recorded) ? recorded : TextInterpreter.RunExpression(this, operand, 0);
    }

    /// <summary>
    /// The texts a method, local function or accessor of this compilation returns, its own parameters as holes; null where it is
    /// not text, has no body here, or more than one target.
    /// </summary>
    public TextValue? ReturnsOf(IMethodSymbol method, int depth) =>
        IsText(method.ReturnType) && TextsOf(method, depth) is { Returned: { Alternatives.IsEmpty: false } returned } ? returned : null;

    /// <summary>The texts of each element of the tuples a method of this compilation returns; null where it returns none.</summary>
    public IReadOnlyList<TextValue>? ElementsOf(IMethodSymbol method, int depth) =>
        TextsOf(method, depth) is { Elements: { Count: > 0 } elements } ? elements : null;

    /// <summary>What a method of this compilation leaves in an out or ref parameter, or in a builder passed to it; null where that is not known.</summary>
    public TextValue? WrittenTo(IParameterSymbol parameter, int depth) =>
        parameter.ContainingSymbol is IMethodSymbol method && TextsOf(method, depth) is { } texts
        && texts.Exit.Values.TryGetValue(new Variable(parameter, null), out var written) && !written.Alternatives.IsEmpty
            ? written
            : null;

    private BodyTexts? TextsOf(IMethodSymbol method, int depth) =>
        depth > MaxDepth || method.DeclaringSyntaxReferences.IsEmpty || !HasOneTarget(method) || BodyOf(method) is not { } body ? null
        : _methods[depth].TryGetValue(body, out var known) ? known
        : Remembered(body, depth);

    private BodyTexts Remembered(IOperation body, int depth) => _methods[depth].GetValue(body, b => TextInterpreter.Run(this, b, depth));

    /// <summary>A local seen from a local function's own pass: its initialiser, where that is its only value.</summary>
    public TextValue? LocalText(ILocalSymbol local, int depth)
    {
        if (depth > MaxDepth || local.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax() is not VariableDeclaratorSyntax { Initializer.Value: { } initializer } declarator)
        {
            return null;
        }
        var scope = declarator.FirstAncestorOrSelf<MemberDeclarationSyntax>();
        return scope is null || AssignmentsTo(local, scope).Any() || OperationOf(initializer) is not { } value
            ? null
            : TextInterpreter.RunExpression(this, value, depth + 1);
    }

    /// <summary>What a field can hold: all that its type ever assigns to it, where nobody else can.</summary>
    public TextValue FieldText(IFieldSymbol field, IOperation reference, int depth)
    {
        if (field is { Name: "Empty", ContainingType.SpecialType: SpecialType.System_String })
        {
            return TextValue.Empty;
        }
        var isOwn = field.IsReadOnly || field.DeclaredAccessibility == Accessibility.Private;
        if (!isOwn || depth > MaxDepth || field.DeclaringSyntaxReferences.IsEmpty || !IsHere(field))
        {
            return TextValue.Of(new Hole(reference, field.IsReadOnly ? Origin.Configuration : Origin.Outside, field));
        }
        return Remembered(field, depth, () => Owned(field, field.IsReadOnly, reference, depth));
    }

    /// <summary>What a property can hold: what its getter returns, or what its type assigns to it.</summary>
    public TextValue PropertyText(IPropertySymbol property, IPropertyReferenceOperation reference, int depth)
    {
        if (property.ContainingType is { Name: "Environment", ContainingNamespace.Name: "System" } && property.Name == "NewLine")
        {
            return TextValue.Literal("\n", null);
        }
        if (property.Name is "Name" or "FullName" && IsReflection(property.ContainingType))
        {
            return TextValue.Of(new Hole(reference, Origin.Fixed, property));
        }
        var fallback = new Hole(reference, property.IsReadOnly || property.SetMethod?.IsInitOnly == true || IsSettings(reference) ? Origin.Configuration : Origin.Outside, property);
        if (depth > MaxDepth || property.DeclaringSyntaxReferences.IsEmpty || !IsHere(property) || property.GetMethod is not { } getter || !HasOneTarget(getter))
        {
            return TextValue.Of(fallback);
        }
        if (property.DeclaringSyntaxReferences[0].GetSyntax() is PropertyDeclarationSyntax { ExpressionBody: null, AccessorList: { } accessors }
            && accessors.Accessors.All(a => a.Body is null && a.ExpressionBody is null))
        {
            return property.SetMethod is null or { DeclaredAccessibility: Accessibility.Private }
                ? Remembered(property, depth, () => Owned(property, property.SetMethod is null, reference, depth))
                : TextValue.Of(fallback);
        }
        return ReturnsOf(getter, depth + 1) is { } returned && !(fallback.Origin == Origin.Configuration && returned.OnlyHole is { Origin: Origin.Outside })
            ? returned
            : TextValue.Of(fallback);
    }

    /// <summary>
    /// What all callers in the compilation pass for a parameter; null where there are none, where a caller may be elsewhere (the
    /// method can be seen outside, is virtual, or is used as a delegate), or where they cannot be followed.
    /// </summary>
    /// <param name="alsoVisible">Ask the callers in the compilation of a method that others may call too.</param>
    public TextValue? ArgumentsOf(IParameterSymbol parameter, int depth, bool alsoVisible = false)
    {
        if (depth > MaxDepth || parameter.ContainingSymbol is not IMethodSymbol method || (!alsoVisible && IsVisibleOutside(method)) || !HasOneTarget(method)
            || method.MethodKind is not (MethodKind.Ordinary or MethodKind.LocalFunction or MethodKind.Constructor))
        {
            return null;
        }
        var wanted = method.MethodKind == MethodKind.Constructor ? method.ContainingType.Name : method.Name;
        var texts = TextValue.Never;
        var callers = 0;
        foreach (var name in _names.In(wanted, FilesOf(method)))
        {
            var node = CallAround(name);
            if (node is null)
            {
                if (method.MethodKind != MethodKind.Constructor && ModelOf(name.SyntaxTree).GetSymbolInfo(name).Symbol is IMethodSymbol used && IsSame(used, method))
                {
                    return null; // A method group: it is called from who knows where.
                }
                continue;
            }
            var (target, arguments) = OperationOf(node) switch
            {
                IInvocationOperation call => (call.TargetMethod, call.Arguments),
                IObjectCreationOperation { Constructor: { } constructor } creation => (constructor, creation.Arguments),
                _ => (null!, default),
            };
            if (target is null || !IsSame(target, method))
            {
                continue;
            }
            if (arguments.FirstOrDefault(a => a.Parameter?.Ordinal == parameter.Ordinal)?.Value is not { } argument)
            {
                return null;
            }
            callers++;
            texts = texts.Or(argument.ConstantValue.HasValue ? TextInterpreter.RunExpression(this, argument, depth + 1) : InBody(argument, depth + 1));
        }
        return callers == 0 ? null : texts;
    }

    /// <summary>The members of the compilation that name a member, by its name alone: whoever may call it, through an interface or a delegate too.</summary>
    public IEnumerable<MemberDeclarationSyntax> MembersNaming(string name) =>
        _names[name].Select(n => n.FirstAncestorOrSelf<MemberDeclarationSyntax>(m => m is not BaseNamespaceDeclarationSyntax)).OfType<MemberDeclarationSyntax>().Distinct();

    /// <summary>Whether code outside the compilation can call a member.</summary>
    public static bool IsVisibleOutside(ISymbol member)
    {
        if (member is IMethodSymbol { MethodKind: MethodKind.LocalFunction or MethodKind.AnonymousFunction })
        {
            return false;
        }
        for (var symbol = member; symbol is not null and not INamespaceSymbol; symbol = symbol.ContainingSymbol)
        {
            if (symbol.DeclaredAccessibility is Accessibility.Private or Accessibility.Internal or Accessibility.ProtectedAndInternal)
            {
                return false;
            }
        }
        return true;
    }

    /// <summary>The operation of a method's body, wherever in the compilation it stands; null when it has none.</summary>
    public IOperation? BodyOf(IMethodSymbol method)
    {
        if (method.DeclaringSyntaxReferences.Length != 1)
        {
            return null;
        }
        var declaration = method.DeclaringSyntaxReferences[0].GetSyntax();
        var operation = declaration switch
        {
            BaseMethodDeclarationSyntax or LocalFunctionStatementSyntax or AccessorDeclarationSyntax => OperationOf(declaration),
            ArrowExpressionClauseSyntax arrow => OperationOf(arrow),
            _ => null,
        };
        return operation is ILocalFunctionOperation { Body: { } body } ? body : operation;
    }

    /// <summary>Whether an identifier of the compilation has a name.</summary>
    public bool Names(string name) => _names[name].Any();

    /// <summary>The calls in the compilation of methods with a name.</summary>
    public IEnumerable<IInvocationOperation> CallsOf(string name) => CallsAt(_names[name]);

    /// <summary>The calls in the compilation of a method.</summary>
    /// <param name="mayBe">Asked of the syntax of a call before it is bound; null where all are wanted.</param>
    public IEnumerable<IInvocationOperation> CallsOf(IMethodSymbol method, Func<InvocationExpressionSyntax, bool>? mayBe = null) =>
        CallsAt(_names.In(method.Name, FilesOf(method)), mayBe).Where(c => IsSame(c.TargetMethod, method));

    /// <summary>Where the compilation names a method to have it called by others.</summary>
    public IEnumerable<IMethodReferenceOperation> GroupsOf(IMethodSymbol method) =>
        _names.In(method.Name, FilesOf(method)).Where(n => CallAround(n) is null)
            .Select(n => OperationOf(n.Parent is MemberAccessExpressionSyntax access && access.Name == n ? access : n)).OfType<IMethodReferenceOperation>()
            .Where(g => IsSame(g.Method, method));

    private IEnumerable<IInvocationOperation> CallsAt(IEnumerable<SimpleNameSyntax> names, Func<InvocationExpressionSyntax, bool>? mayBe = null) =>
        names.Select(CallAround).OfType<InvocationExpressionSyntax>().Where(c => mayBe is null || mayBe(c)).Select(OperationOf).OfType<IInvocationOperation>();

    /// <summary>The files that can name a method: of a private one those of its type. To look elsewhere is to bind what only has the same name.</summary>
    private IEnumerable<SyntaxTree> FilesOf(IMethodSymbol method) =>
        method.MethodKind == MethodKind.LocalFunction ? method.DeclaringSyntaxReferences.Select(r => r.SyntaxTree)
        : method.DeclaredAccessibility == Accessibility.Private ? method.ContainingType.DeclaringSyntaxReferences.Select(r => r.SyntaxTree).Distinct()
        : compilation.SyntaxTrees;

    private TextValue InBody(IOperation operand, int depth)
    {
        // The operand is not one the conventions want, so its body is run for it alone.
        var root = Root(operand);
        return TextInterpreter.Run(new TextFlow(compilation, new Wanting(conventions, operand)), root, depth)
            .Recorded.TryGetValue(operand.Syntax, out var text) ? text : TextInterpreter.RunExpression(this, operand, depth);
    }

    private static T[] PerDepth<T>(Func<T> make) => Enumerable.Range(0, MaxDepth + 1).Select(_ => make()).ToArray();

    private TextValue Remembered(ISymbol symbol, int depth, Func<TextValue> find)
    {
        return _symbols[depth].TryGetValue(symbol, out var known) ? known : _symbols[depth].GetOrAdd(symbol, find());
    }

    private TextValue Owned(ISymbol member, bool isReadOnly, IOperation reference, int depth)
    {
        var whole = TextValue.Never;
        var open = new Hole(reference, isReadOnly ? Origin.Configuration : Origin.Outside, member);
        foreach (var declaration in member.ContainingType.DeclaringSyntaxReferences)
        {
            var type = declaration.GetSyntax();
            foreach (var value in Initializers(member, type).Concat(AssignmentsTo(member, type)))
            {
                var text = value is null || OperationOf(value) is not { } operation ? null : TextInterpreter.RunExpression(this, operation, depth + 1);
                if (text is null || text.Truncated || text.Alternatives.Any(a => a.Pieces.Any(p => p.Hole is { Origin: >= Origin.Configuration })))
                {
                    return TextValue.Of(open);
                }
                whole = whole.Or(text);
            }
        }
        return whole.Alternatives.IsEmpty ? TextValue.Of(open) : whole;
    }

    private static IEnumerable<ExpressionSyntax?> Initializers(ISymbol member, SyntaxNode type) =>
        from reference in member.DeclaringSyntaxReferences
        let syntax = reference.GetSyntax()
        where type.Span.Contains(syntax.Span) && type.SyntaxTree == syntax.SyntaxTree
        let value = syntax switch
        {
            VariableDeclaratorSyntax { Initializer.Value: var initializer } => initializer,
            PropertyDeclarationSyntax { Initializer.Value: var initializer } => initializer,
            _ => null,
        }
        where value is not null
        select value;

    /// <summary>The values assigned to a symbol in a scope; a null stands for one that is not a plain assignment (out, ref, +=).</summary>
    private IEnumerable<ExpressionSyntax?> AssignmentsTo(ISymbol symbol, SyntaxNode scope)
    {
        foreach (var name in scope.DescendantNodes().OfType<IdentifierNameSyntax>())
        {
            if (name.Identifier.ValueText != symbol.Name)
            {
                continue;
            }
            SyntaxNode target = name.Parent is MemberAccessExpressionSyntax access && access.Name == name ? access : name;
            var isWrite = target.Parent is AssignmentExpressionSyntax assignment && assignment.Left == target
                || target.Parent is ArgumentSyntax { RefKindKeyword.RawKind: not 0 } or ArgumentSyntax { Parent: TupleExpressionSyntax { Parent: AssignmentExpressionSyntax } }
                || target.Parent is MemberAccessExpressionSyntax { Name.Identifier.ValueText: "Add" or "AddRange" or "Insert" or "Append" } mutated && mutated.Expression == target
                || target.Parent is ElementAccessExpressionSyntax { Parent: AssignmentExpressionSyntax indexed } element && indexed.Left == element;
            if (isWrite && IsSame(ModelOf(name.SyntaxTree).GetSymbolInfo(name).Symbol, symbol))
            {
                yield return target.Parent is AssignmentExpressionSyntax { RawKind: (int)SyntaxKind.SimpleAssignmentExpression } simple ? simple.Right : null;
            }
        }
    }

    /// <summary>The model of a tree, asked for members the analysed code calls; the compiler binds each member once however many ask.</summary>
    private SemanticModel ModelOf(SyntaxTree tree)
    {
        var known = _models.GetValue(tree, _ => new WeakReference<SemanticModel>(null!));
        if (!known.TryGetTarget(out var model))
        {
#pragma warning disable RS1030 // Following a call into another file needs that file's model; this is the only place that asks for one.
            model = compilation.GetSemanticModel(tree);
#pragma warning restore RS1030
            known.SetTarget(model);
        }
        return model;
    }

    private IOperation? OperationOf(SyntaxNode node) =>
        compilation.ContainsSyntaxTree(node.SyntaxTree) ? ModelOf(node.SyntaxTree).GetOperation(node) : null;

    /// <summary>In this compilation, not in the sources of a project it references, which an IDE shows as well but which cannot be bound here.</summary>
    private bool IsHere(ISymbol symbol) => SymbolEqualityComparer.Default.Equals(symbol.ContainingAssembly, compilation.Assembly);

    private static IOperation Root(IOperation operation)
    {
        while (operation.Parent is { } parent)
        {
            operation = parent;
        }
        return operation;
    }

    private static SyntaxNode? CallAround(SimpleNameSyntax name)
    {
        SyntaxNode node = name;
        while (node.Parent is MemberAccessExpressionSyntax access && access.Name == node || node.Parent is MemberBindingExpressionSyntax or QualifiedNameSyntax)
        {
            node = node.Parent!;
        }
        return node.Parent switch
        {
            InvocationExpressionSyntax invocation when invocation.Expression == node => invocation,
            ObjectCreationExpressionSyntax creation when creation.Type == node => creation,
            _ => null,
        };
    }

    private static bool IsSame(ISymbol? symbol, ISymbol other)
    {
        symbol = symbol is IMethodSymbol { ReducedFrom: { } unreduced } ? unreduced : symbol;
        return SymbolEqualityComparer.Default.Equals(symbol?.OriginalDefinition, other.OriginalDefinition);
    }

    /// <summary>A call of the method runs this body, and no other.</summary>
    public static bool HasOneTarget(IMethodSymbol method) =>
        !method.IsAbstract && !method.IsExtern && method.ContainingType?.TypeKind != TypeKind.Interface
        && (!(method.IsVirtual || method.IsOverride) || method.IsSealed || method.ContainingType?.IsSealed == true);

    private static bool IsText(ITypeSymbol type) =>
        type.SpecialType == SpecialType.System_String || TextTypes.IsBuilder(type) || TextTypes.IsTextCarrier(type)
        || type is INamedTypeSymbol { Name: "Task" or "ValueTask", TypeArguments.Length: 1 } task && IsText(task.TypeArguments[0])
        || type.Name == "FormattableString";

    private static bool IsReflection(INamedTypeSymbol type) =>
        type.Name is "Type" or "MemberInfo" or "PropertyInfo" or "FieldInfo" or "MethodInfo" or "TypeInfo" && type.ContainingNamespace?.Name is "System" or "Reflection";

    /// <summary>A member of an object the type keeps for good, as its options are: <c>_options.Schema</c>.</summary>
    private static bool IsSettings(IPropertyReferenceOperation reference) =>
        reference.Instance is IFieldReferenceOperation { Field.IsReadOnly: true } or IPropertyReferenceOperation { Property.IsReadOnly: true, Instance: IInstanceReferenceOperation };

    /// <summary>The conventions, wanting one operand more.</summary>
    private sealed class Wanting(ITextConventions inner, IOperation operand) : ITextConventions
    {
        public IOperation? WantedIn(IOperation operation) =>
            operand.Parent is IArgumentOperation { Parent: { } call } && call == operation ? operand : null;

        public bool Quotes(IMethodSymbol method) => inner.Quotes(method);
        public bool Tracks(IPropertySymbol property) => inner.Tracks(property);
        public IPropertySymbol? TrackedOf(ITypeSymbol type) => inner.TrackedOf(type);
    }
}
