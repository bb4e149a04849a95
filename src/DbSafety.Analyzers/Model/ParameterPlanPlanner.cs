using System.Collections.Immutable;
using System.Text;
using DbSafety.Flow;
using DbSafety.Model.Catalog;
using DbSafety.Sql;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using Microsoft.CodeAnalysis.Text;

namespace DbSafety.Model;

/// <summary>A parameter to add: its value and its name, without a prefix.</summary>
internal sealed record PlannedParameter(PlannedValue Value, string Name);

/// <summary>Works out the steps of a plan: which operands become which parameters, and what each kind of sink makes of them.</summary>
internal sealed partial class ParameterPlanner
{
    private readonly DbCall _call;
    private readonly SemanticModel _model;
    private readonly ExpressionSyntax _sql;
    private readonly SyntaxNode _member;

    /// <summary>The SQL expression: the argument, or the initializer of the local that is passed.</summary>
    private readonly EditableText _text;
    private readonly bool _isLocal;
    private SqlScript _script = null!;
    private readonly List<PlannedValue> _values = [];
    private readonly List<PlannedParameter> _parameters = [];

    private ParameterPlanner(DbCall call, SemanticModel model, ExpressionSyntax sql, ExpressionSyntax written)
    {
        (_call, _model, _sql) = (call, model, sql);
        _isLocal = written != sql;
        _text = EditableText.Of(model, written);
        _member = MemberOf(sql);
    }

    /// <summary>A statement with more values than a person writes is generated text; parameters by name are no help there.</summary>
    private const int MostParameters = 200;

    /// <summary>The steps for a call; null where there is no safe way.</summary>
    public static IReadOnlyList<PlanStep>? Steps(DbCall call)
    {
        if (call.Glued.Length > MostParameters || call.Api.IsWrapper || call.Api.Role != ApiRole.Execute || call.Glued.All(p => p.Kind == GluedKind.Name) || call.Glued.IsEmpty
            || call.Operation.SemanticModel is not { } model || call.Sql.Syntax is not ExpressionSyntax sql)
        {
            return null;
        }
        sql = EditableText.Unparenthesized(sql);
        var written = sql is IdentifierNameSyntax ? InitializerOf(call, model, sql) : sql;
        if (written is null)
        {
            return null;
        }
        var planner = new ParameterPlanner(call, model, sql, written);
        return planner.Read() ? planner.AtSink() : null;
    }

    /// <summary>Reads the expression as SQL and plans a value for each operand that holds a reported hole.</summary>
    private bool Read()
    {
        var prefix = Prefix();
        if (prefix is null)
        {
            return false;
        }
        var (flat, positions, operands) = (new StringBuilder(), ImmutableArray.CreateBuilder<int>(), new List<int>());
        foreach (var piece in prefix)
        {
            Append(piece.Literal, piece.Hole is not null, -1);
        }
        for (var i = 0; i < _text.Parts.Count; i++)
        {
            Append(_text.Parts[i] switch { LiteralPart literal => literal.Text, ConstantPart constant => constant.Text, _ => null }, _text.Parts[i] is OperandPart, i);
        }
        _script = SqlReader.Read(new SqlText(flat.ToString(), positions.ToImmutable()), _call.Dialect);

        var values = new PlannedValues(_call, _model, _text, Carrier);
        var glued = _call.Glued.Where(p => p.Kind != GluedKind.Name && IsHere(p.Hole)).ToList();
        var planned = new HashSet<GluedPiece>();
        for (var n = 0; n < operands.Count; n++)
        {
            if (operands[n] < 0 || _text.Parts[operands[n]] is not OperandPart operand)
            {
                continue;
            }
            var held = glued.Where(p => operand.Expression.Span.Contains(p.Hole.Value.Syntax.Span)).ToList();
            if (held.Count == 0)
            {
                continue;
            }
            if (_call.Glued.Any(p => p.Kind == GluedKind.Name && IsHere(p.Hole) && operand.Expression.Span.Contains(p.Hole.Value.Syntax.Span))
                || held.Any(p => !Agrees(p.Place.Place, _script.Holes[n].Place))
                || values.Of(operands[n], _script.Holes[n], _script) is not { } value)
            {
                return false;
            }
            _values.Add(value);
            planned.UnionWith(held);
        }
        return planned.Count == glued.Count && _values.Count > 0;

        void Append(string? literal, bool isHole, int part)
        {
            if (isHole)
            {
                positions.Add(flat.Length);
                operands.Add(part);
            }
            flat.Append(isHole ? SqlText.HoleChar.ToString() : literal);
        }
    }

    /// <summary>
    /// What stands in CommandText before the piece that <c>+=</c> adds: empty for every other sink, null where it can be several texts.
    /// </summary>
    private ImmutableArray<Piece>? Prefix()
    {
        if (_call.Operation is not ICompoundAssignmentOperation)
        {
            return ImmutableArray<Piece>.Empty;
        }
        if (_call.Templates.Length != 1 || !_call.Templates[0].IsExact)
        {
            return null;
        }
        var pieces = _call.Text.Alternatives[0].Pieces;
        return pieces.TakeWhile(p => p.Syntax is null || p.Syntax.SyntaxTree != _text.Expression.SyntaxTree || !_text.Expression.Span.Contains(p.Syntax.Span)).ToImmutableArray();
    }

    /// <summary>The hole is filled in this expression; of <c>+=</c>, holes of the text before are another report's.</summary>
    private bool IsHere(Hole hole) =>
        _call.Operation is not ICompoundAssignmentOperation
        || (hole.Value.Syntax.SyntaxTree == _text.Expression.SyntaxTree && _text.Expression.Span.Contains(hole.Value.Syntax.Span));

    private static bool Agrees(SqlHolePlace deep, SqlHolePlace shallow) =>
        deep == shallow || (IsQuoted(deep) && IsQuoted(shallow)) || (IsListed(deep) && IsListed(shallow));

    private static bool IsQuoted(SqlHolePlace place) => place is SqlHolePlace.String or SqlHolePlace.StringPart or SqlHolePlace.LikePattern;

    private static bool IsListed(SqlHolePlace place) => place is SqlHolePlace.InList or SqlHolePlace.String or SqlHolePlace.Value;

    private ParameterCarrier Carrier =>
        _call.Api.CompositeFormat ? ParameterCarrier.EfCore
        : _call.Provider == Provider.SqliteNet ? ParameterCarrier.SqliteNet
        : IsAdoNet || _call.Api.Type.EndsWith(".MySqlHelper", StringComparison.Ordinal) ? ParameterCarrier.AdoNet
        : ParameterCarrier.Members;

    private bool IsAdoNet =>
        _call.Operation switch
        {
            IAssignmentOperation { Target: IPropertyReferenceOperation target } => Shapes.IsCommandText(target.Property),
            IObjectCreationOperation creation => Shapes.IsCommand(creation.Type) || Shapes.IsBatchCommand(creation.Type) || Shapes.IsAdapter(creation.Type),
            IInvocationOperation invocation => Shapes.IsCommand(invocation.Type) && invocation.TargetMethod.Name == "CreateCommand",
            _ => false,
        };

    private AdoNetShapes Shapes => _call.Model.Shapes;

    /// <summary>Names the values; the same plain operand twice is one parameter, unless parameters go by position.</summary>
    private void Name(bool byPosition, IEnumerable<string> taken)
    {
        var names = new PlannedNames(_script, _member);
        foreach (var name in taken)
        {
            names.Take(name);
        }
        foreach (var value in _values)
        {
            var known = byPosition || !IsPlain(value.Named) ? null : _parameters.Find(p => p.Value.Expression == value.Expression && p.Value.WasText == value.WasText);
            _parameters.Add(known is null ? new(value, names.For(value.Named)) : known with { Value = value });
        }
    }

    /// <summary>Each parameter once, in the order of the text.</summary>
    private IEnumerable<PlannedParameter> Distinct => _parameters.GroupBy(p => p.Name).Select(g => g.First());

    /// <summary>The edits of the SQL text with each value's placeholder; null where the quotes around one cannot be cut.</summary>
    private IReadOnlyList<(TextSpan Span, string Text)>? TextEdits(Func<PlannedParameter, int, string> placeholder, bool keepsHoles = false)
    {
        var placeholders = _parameters.Select((p, i) => new Placeholder(p.Value.Part, p.Value.CutBefore, p.Value.CutAfter, Spaced(p.Value, p.Value.Before + placeholder(p, i) + p.Value.After))).ToList();
        return PlaceholderEdits.Of(_text, placeholders, keepsHoles);
    }

    /// <summary>The placeholder with a blank where it would grow together with what is next to it.</summary>
    private string Spaced(PlannedValue value, string placeholder)
    {
        var position = _script.Text.Holes[OperandIndex(value.Part)];
        var text = _script.Text.Text;
        var (before, after) = (position - value.CutBefore - 1, position + value.CutAfter + 1);
        if (before >= 0 && (IsWord(text[before]) || "<>!~|&*/+-%^#@?:$".IndexOf(text[before]) >= 0) && text[before] != SqlText.HoleChar)
        {
            placeholder = " " + placeholder;
        }
        return after < text.Length && IsWord(text[after]) ? placeholder + " " : placeholder;

        static bool IsWord(char c) => char.IsLetterOrDigit(c) || c is '_' or SqlText.HoleChar;
    }

    private int OperandIndex(int part)
    {
        var before = _text.Parts.Take(part).Count(p => p is OperandPart);
        var all = _text.Parts.Count(p => p is OperandPart);
        return _script.Text.Holes.Length - all + before;
    }

    private List<PlanStep>? TextSteps(Func<PlannedParameter, int, string> placeholder, bool keepsHoles = false) =>
        TextEdits(placeholder, keepsHoles)?.Select(e => PlanStep.Replace(e.Span, e.Text)).ToList();

    /// <summary>
    /// A local that is passed as the SQL, where its only value is its initializer, it is used nowhere else, and nothing between the two
    /// places can change what it is made of.
    /// </summary>
    private static ExpressionSyntax? InitializerOf(DbCall call, SemanticModel model, ExpressionSyntax sql)
    {
        if (model.GetSymbolInfo(sql).Symbol is not ILocalSymbol local || call.Operation is ICompoundAssignmentOperation
            || local.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax() is not VariableDeclaratorSyntax { Initializer.Value: var value } declarator
            || declarator.Parent?.Parent is not LocalDeclarationStatementSyntax { Declaration.Variables.Count: 1 } declaration)
        {
            return null;
        }
        var uses = MemberOf(sql).DescendantNodes().OfType<IdentifierNameSyntax>()
            .Count(n => n.Identifier.ValueText == local.Name && SymbolEqualityComparer.Default.Equals(model.GetSymbolInfo(n).Symbol, local));
        var scope = declaration.Parent is GlobalStatementSyntax global ? global.Parent : declaration.Parent;
        var sink = sql.Ancestors().FirstOrDefault(n => n.Parent == declaration.Parent || n.Parent == scope);
        if (uses != 1 || sink is null || sql.Ancestors().TakeWhile(n => n != sink).Any(n => n is AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax)
            || sink is AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax)
        {
            return null;
        }
        var between = TextSpan.FromBounds(declaration.Span.End, sink.Span.End);
        var crossed = scope!.DescendantNodes(between).Where(n => between.Contains(n.Span)).ToList();
        var written = new HashSet<string>(crossed.SelectMany(Written));
        var mayRunOwnCode = crossed.Any(n => n is AwaitExpressionSyntax or InvocationExpressionSyntax { Expression: IdentifierNameSyntax or GenericNameSyntax or MemberAccessExpressionSyntax { Expression: ThisExpressionSyntax } });
        return EditableText.Of(model, value).Parts.OfType<OperandPart>().All(o => IsUnchanged(o.Expression)) ? value : null;

        bool IsUnchanged(ExpressionSyntax operand) => EditableText.Unparenthesized(operand) switch
        {
            IdentifierNameSyntax name => !written.Contains(name.Identifier.ValueText) && model.GetSymbolInfo(name).Symbol switch
            {
                ILocalSymbol or IParameterSymbol => true,
                IFieldSymbol field => field.IsReadOnly || !mayRunOwnCode,
                IPropertySymbol property => property.IsReadOnly || !mayRunOwnCode,
                INamedTypeSymbol or INamespaceSymbol => true,
                _ => false,
            },
            ThisExpressionSyntax or LiteralExpressionSyntax => true,
            MemberAccessExpressionSyntax access => model.GetSymbolInfo(access).Symbol is IFieldSymbol or IPropertySymbol
                && !written.Contains(access.Name.Identifier.ValueText) && IsUnchanged(access.Expression),
            InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax access } invocation =>
                IsPureMethod(model.GetSymbolInfo(invocation).Symbol) && IsUnchanged(access.Expression) && invocation.ArgumentList.Arguments.All(a => IsUnchanged(a.Expression)),
            PostfixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.SuppressNullableWarningExpression } inner => IsUnchanged(inner.Operand),
            PrefixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.UnaryMinusExpression or (int)SyntaxKind.LogicalNotExpression } inner => IsUnchanged(inner.Operand),
            BinaryExpressionSyntax binary => model.GetSymbolInfo(binary).Symbol is null or IMethodSymbol { MethodKind: MethodKind.BuiltinOperator } && IsUnchanged(binary.Left) && IsUnchanged(binary.Right),
            ConditionalExpressionSyntax choice => IsUnchanged(choice.Condition) && IsUnchanged(choice.WhenTrue) && IsUnchanged(choice.WhenFalse),
            CastExpressionSyntax cast => IsUnchanged(cast.Expression),
            // An element stays what it is unless something is called on the list, or the list is handed on.
            ElementAccessExpressionSyntax { Expression: IdentifierNameSyntax list } element => IsUnchanged(list) && element.ArgumentList.Arguments.All(a => IsUnchanged(a.Expression))
                && !crossed.Any(n => n is IdentifierNameSyntax name && name.Identifier.ValueText == list.Identifier.ValueText),
            _ => model.GetConstantValue(operand).HasValue,
        };
    }

    private static IEnumerable<string> Written(SyntaxNode node)
    {
        var target = node switch
        {
            AssignmentExpressionSyntax assignment => assignment.Left,
            PrefixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.PreIncrementExpression or (int)SyntaxKind.PreDecrementExpression } unary => unary.Operand,
            PostfixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.PostIncrementExpression or (int)SyntaxKind.PostDecrementExpression } unary => unary.Operand,
            ArgumentSyntax { RefKindKeyword.RawKind: not 0 } argument => argument.Expression,
            ForEachVariableStatementSyntax each => each.Variable,
            _ => null,
        };
        return target?.DescendantNodesAndSelf().OfType<IdentifierNameSyntax>().Select(n => n.Identifier.ValueText) ?? [];
    }

    /// <summary>Methods of text, numbers and dates: they change nothing and give the same for the same.</summary>
    private static bool IsPureMethod(ISymbol? symbol) =>
        symbol is IMethodSymbol method
        && (method.ContainingType.SpecialType is SpecialType.System_String or SpecialType.System_Object || TextTypes.IsTyped(method.ContainingType)
            || (method.IsStatic && method.ContainingType is { Name: "Convert" or "Math", ContainingNamespace.Name: "System" }));

    /// <summary>Reading it has no effect, so that it can be read later and beside others.</summary>
    private bool IsSimple(SyntaxNode? expression) =>
        expression is null || expression.DescendantNodesAndSelf().All(n => n switch
        {
            InvocationExpressionSyntax => IsPureMethod(_model.GetSymbolInfo(n).Symbol) || n is InvocationExpressionSyntax { Expression: IdentifierNameSyntax { Identifier.ValueText: "nameof" } },
            AssignmentExpressionSyntax or AwaitExpressionSyntax or BaseObjectCreationExpressionSyntax or AnonymousFunctionExpressionSyntax or ThrowExpressionSyntax or DeclarationExpressionSyntax => false,
            PrefixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.PreIncrementExpression or (int)SyntaxKind.PreDecrementExpression } => false,
            PostfixUnaryExpressionSyntax { RawKind: not (int)SyntaxKind.SuppressNullableWarningExpression } => false,
            DeclarationPatternSyntax or VarPatternSyntax => false,
            _ => true,
        });

    private static bool IsPlain(ExpressionSyntax expression) =>
        expression is IdentifierNameSyntax or ThisExpressionSyntax || (expression is MemberAccessExpressionSyntax access && IsPlain(access.Expression));

    /// <summary>The values are simple, or nothing else around them can tell in which order they are worked out.</summary>
    private bool OrderIsKept(IEnumerable<SyntaxNode?> others) =>
        _values.All(v => IsSimple(v.Named))
        || (!_isLocal && others.All(IsSimple)
            && _text.Parts.Select((p, i) => (p, i)).All(p => p.p is not OperandPart operand || _values.Exists(v => v.Part == p.i) || IsSimple(operand.Expression)));

    private static SyntaxNode MemberOf(SyntaxNode node) =>
        node.AncestorsAndSelf().FirstOrDefault(n => n is MemberDeclarationSyntax and not (GlobalStatementSyntax or BaseNamespaceDeclarationSyntax)) ?? node.SyntaxTree.GetRoot();
}
