using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace DbSafety.Model;

/// <summary>The operations of members that may touch a database. The others are not bound: that is the better part of what analyzing costs.</summary>
internal sealed class Bodies(CodeOfInterest code)
{
    // The compiler calls one rule after the other with the same member, on several threads.
    private readonly Body?[] _last = new Body?[16];

    /// <summary>The tree of operations of a member; null where it has no code, or none of interest.</summary>
    /// <param name="member">A declaration, as a code block action is given it: of a field, of all that are declared with it.</param>
    /// <param name="symbol">The method, field or property.</param>
    public IOperation? RootOf(SyntaxNode member, ISymbol symbol, SemanticModel semantics, CancellationToken cancel)
    {
        ref var last = ref _last[Thread.CurrentThread.ManagedThreadId % _last.Length];
        var known = last;
        if (known is null || known.Member != member || !ReferenceEquals(known.Symbol, symbol))
        {
            last = known = new Body(member, symbol, Code(member, symbol) is { } syntax && code.Includes(Declaration(member)) ? semantics.GetOperation(syntax, cancel) : null);
        }
        return known.Root;
    }

    /// <summary>Whether the code of a declaration may touch a database, by its words.</summary>
    public bool Include(SyntaxNode declaration) => code.Includes(declaration);

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

    private sealed record Body(SyntaxNode Member, ISymbol Symbol, IOperation? Root);
}
