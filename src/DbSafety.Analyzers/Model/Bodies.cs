using DbSafety.Flow;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace DbSafety.Model;

/// <summary>The operations of members that may touch a database. For the others no tree of operations is made.</summary>
internal sealed class Bodies(CodeOfInterest words, DbModel model)
{
    // The compiler calls one rule after the other with the same member, on several threads.
    private readonly Last?[] _last = new Last?[16];

    /// <summary>The code of a member; null where it has none, or none of interest.</summary>
    /// <param name="member">A declaration, as a code block action is given it: of a field, of all that are declared with it.</param>
    /// <param name="symbol">The method, field or property.</param>
    public MemberCode? CodeOf(SyntaxNode member, ISymbol symbol, SemanticModel semantics, CancellationToken cancel)
    {
        ref var last = ref _last[Thread.CurrentThread.ManagedThreadId % _last.Length];
        var known = last;
        if (known is null || known.Member != member || !ReferenceEquals(known.Symbol, symbol))
        {
            var root = Code(member, symbol) is { } syntax && words.Includes(Declaration(member)) ? semantics.GetOperation(syntax, cancel) : null;
            last = known = new Last(member, symbol, root is null ? null : new MemberCode(root, model));
        }
        return known.Code;
    }

    /// <summary>Whether the code of a declaration may touch a database, by its words.</summary>
    public bool Include(SyntaxNode declaration) => words.Includes(declaration);

    private static SyntaxNode? Code(SyntaxNode member, ISymbol symbol) => member switch
    {
        BaseMethodDeclarationSyntax or AccessorDeclarationSyntax or ArrowExpressionClauseSyntax or CompilationUnitSyntax => member,
        BaseFieldDeclarationSyntax { Declaration.Variables: var variables } => variables.FirstOrDefault(v => v.Identifier.ValueText == symbol.Name)?.Initializer,
        VariableDeclaratorSyntax { Initializer: var initializer } => initializer,
        PropertyDeclarationSyntax { Initializer: { } initializer } => initializer,
        TypeDeclarationSyntax { BaseList: { } bases } => bases.Types.OfType<PrimaryConstructorBaseTypeSyntax>().FirstOrDefault(),
        _ => null,
    };

    /// <summary>With its type, which says what <c>new()</c> makes.</summary>
    private static SyntaxNode Declaration(SyntaxNode member) => member switch
    {
        VariableDeclaratorSyntax { Parent: { } declaration } => declaration,
        AccessorDeclarationSyntax { Parent.Parent: { } property } => property,
        ArrowExpressionClauseSyntax { Parent: { } property } => property,
        TypeDeclarationSyntax { BaseList: { } bases } => bases,
        _ => member,
    };

    private sealed record Last(SyntaxNode Member, ISymbol Symbol, MemberCode? Code);
}

/// <summary>The code of one member, as all rules look at it.</summary>
/// <param name="root">The whole tree: of a method with its body, of a field its initializer.</param>
internal sealed class MemberCode(IOperation root, DbModel model)
{
    private static readonly OperationKind[] CallKinds =
        [OperationKind.Invocation, OperationKind.ObjectCreation, OperationKind.SimpleAssignment, OperationKind.CompoundAssignment];

    private static readonly List<DbCall> None = [];

    private List<DbCall>? _calls;

    public IOperation Root => root;
    public BodyOperations Operations { get; } = BodyOperations.Of(root);

    /// <summary>The database calls, kind by kind.</summary>
    public List<DbCall> Calls => _calls ??= Find() ?? None;

    private List<DbCall>? Find()
    {
        List<DbCall>? calls = null;
        foreach (var kind in CallKinds)
        {
            foreach (var operation in Operations[kind])
            {
                if (model.CallOf(operation) is { } call)
                {
                    (calls ??= []).Add(call);
                }
            }
        }
        return calls;
    }
}
