using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace DbSafety.Flow;

/// <summary>What is known of a piece of text that is not a literal; ordered from harmless to unknown.</summary>
internal enum Origin
{
    /// <summary>A number, bool, enum, Guid or date: cannot carry quotes or words of its own.</summary>
    Typed,
    /// <summary>One of a fixed set of texts: an allow-list, a constant dictionary, a type's name.</summary>
    Fixed,
    /// <summary>The result of a quoting method.</summary>
    Quoted,
    /// <summary>A readonly field or get-only property: set once, by the program itself.</summary>
    Configuration,
    /// <summary>A parameter of the method at hand; what it holds is up to the callers.</summary>
    Parameter,
    /// <summary>Any other text that is not known at compile time.</summary>
    Outside,
    /// <summary>The analysis gave up: rules are silent about it.</summary>
    Unknown,
}

/// <summary>A place in a text that is filled at run time.</summary>
/// <param name="Value">The expression that fills it.</param>
/// <param name="Symbol">The parameter, local, field or property it reads; null for any other expression.</param>
/// <param name="HasFormat">Written with a format or alignment (<c>{x:yyyy}</c>), so its text is not the value's own.</param>
internal sealed record Hole(IOperation Value, Origin Origin, ISymbol? Symbol = null, bool HasFormat = false);

/// <summary>A piece of text: literal, hole, or the boundary between two elements of a list.</summary>
internal sealed class Piece
{
    public static readonly Piece Separator = new();

    private Piece()
    {
    }

    public Piece(string literal, SyntaxNode? syntax) => (Literal, Syntax) = (literal, syntax);

    public Piece(Hole hole) => (Hole, Syntax) = (hole, hole.Value.Syntax);

    public string? Literal { get; }
    public Hole? Hole { get; }

    /// <summary>The literal, interpolated text or expression it was written as; null for text that stands nowhere.</summary>
    public SyntaxNode? Syntax { get; }

    public bool Same(Piece other) =>
        ReferenceEquals(this, other)
        || (Literal is not null && Literal == other.Literal)
        || (Hole is not null && other.Hole is not null && Hole.Value.Syntax == other.Hole.Value.Syntax && Hole.Origin == other.Hole.Origin);
}

/// <summary>
/// One text a value can be: pieces in order, as a list that shares its beginning with the texts it grew from, so that
/// appending costs the same however long it is.
/// </summary>
/// <param name="Exact">False where the text was joined from branches or loop passes: pieces may be absent, or repeated.</param>
internal readonly record struct Template(Template.Node? Last, bool Exact)
{
    public static readonly Template Empty = new(null, true);

    internal sealed record Node(Node? Previous, Piece Piece)
    {
        public int Count { get; } = (Previous?.Count ?? 0) + 1;
    }

    public int Count => Last?.Count ?? 0;

    public ImmutableArray<Piece> Pieces
    {
        get
        {
            var pieces = ImmutableArray.CreateBuilder<Piece>(Count);
            pieces.Count = Count;
            for (var node = Last; node is not null; node = node.Previous)
            {
                pieces[node.Count - 1] = node.Piece;
            }
            return pieces.MoveToImmutable();
        }
    }

    public bool IsLiteral
    {
        get
        {
            for (var node = Last; node is not null; node = node.Previous)
            {
                if (node.Piece.Hole is not null)
                {
                    return false;
                }
            }
            return true;
        }
    }

    /// <summary>The hole, where the text is nothing but one.</summary>
    public Hole? OnlyHole => Last is { Previous: null, Piece.Hole: { } hole } ? hole : null;

    public Template Append(Piece piece) => new(new Node(Last, piece), Exact);

    public Template Append(Template other)
    {
        if (Last is null)
        {
            return new(other.Last, Exact && other.Exact);
        }
        if (other.Last is { Previous: null, Piece: var single })
        {
            return new(new Node(Last, single), Exact && other.Exact);
        }
        var last = Last;
        foreach (var piece in other.Pieces)
        {
            last = new Node(last, piece);
        }
        return new(last, Exact && other.Exact);
    }

    public bool StartsWith(Template prefix)
    {
        var node = Last;
        while (node is not null && node.Count > prefix.Count)
        {
            node = node.Previous;
        }
        for (var other = prefix.Last; node is not null && other is not null; node = node.Previous, other = other.Previous)
        {
            if (ReferenceEquals(node, other))
            {
                return true;
            }
            if (!node.Piece.Same(other.Piece))
            {
                return false;
            }
        }
        return node is null && prefix.Count <= Count || prefix.Last is null;
    }

    public Template Inexact() => new(Last, false);
}

/// <summary>The texts a value can be. Bounded: beyond the bound <see cref="Truncated"/> says that some are not listed.</summary>
internal sealed class TextValue
{
    public const int MaxAlternatives = 8;

    public static readonly TextValue Empty = new(ImmutableArray.Create(Template.Empty), false);

    /// <summary>No text at all: a variable not yet assigned, an arm that throws.</summary>
    public static readonly TextValue Never = new(ImmutableArray<Template>.Empty, false);

    private readonly Hole? _hole;
    private ImmutableArray<Template> _alternatives;

    private TextValue(ImmutableArray<Template> alternatives, bool truncated) => (_alternatives, Truncated) = (alternatives, truncated);

    private TextValue(Hole hole) => _hole = hole;

    /// <remarks>Most values of a body are one hole, and nobody asks for its template.</remarks>
    public ImmutableArray<Template> Alternatives =>
        _alternatives.IsDefault ? _alternatives = ImmutableArray.Create(Template.Empty.Append(new Piece(_hole!))) : _alternatives;

    public bool Truncated { get; }

    public static TextValue Literal(string text, SyntaxNode? syntax) =>
        text.Length == 0 ? Empty : Of(Template.Empty.Append(new Piece(text, syntax)));

    public static TextValue Of(Hole hole) => new(hole);

    public static TextValue Of(Template template) => new(ImmutableArray.Create(template), false);

    public static TextValue List(IEnumerable<TextValue> elements) =>
        elements.Aggregate(Empty, (list, element) => list.Append(Piece.Separator).Append(element));

    /// <summary>Every alternative is literal text, and all are listed.</summary>
    public bool IsConstant => !Truncated && !Alternatives.IsEmpty && Alternatives.All(a => a.IsLiteral);

    /// <summary>The literal text, where there is exactly one.</summary>
    public string? SingleLiteral =>
        Alternatives.Length == 1 && !Truncated && Alternatives[0].IsLiteral
            ? string.Concat(Alternatives[0].Pieces.Select(p => p.Literal))
            : null;

    public Hole? OnlyHole => _hole ?? (Alternatives.Length == 1 ? Alternatives[0].OnlyHole : null);

    public TextValue Append(TextValue other)
    {
        if (Alternatives.Length == 1 && other.Alternatives.Length == 1)
        {
            return new(ImmutableArray.Create(Alternatives[0].Append(other.Alternatives[0])), Truncated || other.Truncated);
        }
        return Collect(ImmutableArray.CreateRange(from left in Alternatives from right in other.Alternatives select left.Append(right)), Truncated || other.Truncated);
    }

    public TextValue Append(Piece piece) => Map(t => t.Append(piece));

    /// <summary>What the value can be where two paths meet. A text that only grew on one path is listed once, as possibly grown.</summary>
    public TextValue Or(TextValue other) =>
        ReferenceEquals(this, other) ? this : Collect(Alternatives.AddRange(other.Alternatives), Truncated || other.Truncated);

    public TextValue Map(Func<Template, Template> change) => Collect(ImmutableArray.CreateRange(Alternatives, change), Truncated);

    public TextValue Inexact() => Map(t => t.Inexact());

    private static TextValue Collect(ImmutableArray<Template> templates, bool truncated)
    {
        if (templates.Length < 2)
        {
            return new(templates, truncated);
        }
        var kept = new List<Template>();
        foreach (var template in templates)
        {
            var absorbed = false;
            for (var i = 0; i < kept.Count && !absorbed; i++)
            {
                if (kept[i].StartsWith(template))
                {
                    absorbed = true;
                    kept[i] = kept[i].Count == template.Count && kept[i].Exact == template.Exact ? kept[i] : kept[i].Inexact();
                }
                else if (template.StartsWith(kept[i]))
                {
                    absorbed = true;
                    kept[i] = template.Inexact();
                }
            }
            if (!absorbed)
            {
                if (kept.Count == MaxAlternatives)
                {
                    truncated = true;
                    break;
                }
                kept.Add(template);
            }
        }
        return new(kept.ToImmutableArray(), truncated);
    }
}
