using System.Collections.Immutable;
using DbSafety.Sql;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using Microsoft.CodeAnalysis.Text;

namespace DbSafety.Model;

/// <summary>Parameters of ADO.NET commands, as statements after the command or in its initializer.</summary>
internal sealed partial class ParameterPlanner
{
    private bool IsNpgsql => _call.Provider == Provider.Npgsql;

    /// <summary>The text has placeholders of its own that go by position, which new ones must continue.</summary>
    private bool HasNumbered => _script.Parameters.Any(p => p.Style == SqlParameterStyle.DollarNumber);

    private bool ByPosition => IsNpgsql && HasNumbered || _call.Provider.Placeholder == PlaceholderStyle.Question || _call.Provider == Provider.Oracle;

    private List<PlanStep>? AtSink() => _call.Operation switch
    {
        IAssignmentOperation or IObjectCreationOperation or IInvocationOperation when IsAdoNet => AtCommand(),
        IInvocationOperation or IObjectCreationOperation => AtArguments(),
        _ => null,
    };

    private List<PlanStep>? AtCommand()
    {
        var supplied = _script.Parameters.Where(p => !p.IsLocal).ToList();
        if (_call.Provider == Provider.Spanner
            || supplied.Any(p => p.Style == SqlParameterStyle.Question)
            || (_call.Provider.Placeholder == PlaceholderStyle.Question || _call.Provider == Provider.Oracle) && supplied.Count > 0
            || IsNpgsql && HasNumbered && supplied.Any(p => p.Style != SqlParameterStyle.DollarNumber)
            || _values.Any(v => v.IsList) && HasNumbered)
        {
            return null;
        }
        switch (_call.Operation)
        {
            case IAssignmentOperation { Syntax: AssignmentExpressionSyntax assignment }:
                return assignment.Parent is InitializerExpressionSyntax { Parent: BaseObjectCreationExpressionSyntax owner }
                    ? Created(owner, owner, [])
                    : Assigned(assignment, supplied.Count > 0);
            case IObjectCreationOperation { Syntax: BaseObjectCreationExpressionSyntax creation }:
                return Created(creation, creation, creation.ArgumentList?.Arguments.Select(a => a.Expression).Where(e => e != _call.Sql.Syntax) ?? []);
            case IInvocationOperation { Syntax: InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax } invocation }:
                return Created(invocation, null, [((MemberAccessExpressionSyntax)invocation.Expression).Expression]);
            default:
                return null;
        }
    }

    /// <summary><c>x.CommandText = …;</c></summary>
    private List<PlanStep>? Assigned(AssignmentExpressionSyntax assignment, bool hasPlaceholders)
    {
        if (assignment is not { Left: MemberAccessExpressionSyntax { Expression: var command }, Parent: ExpressionStatementSyntax statement }
            || !IsPlain(StripNotNull(command)) || HasNumbered && !AddedBefore(command, assignment) || !OrderIsKept([]))
        {
            return null;
        }
        var isAdded = assignment.IsKind(SyntaxKind.AddAssignmentExpression);
        var clears = !isAdded && !IsFresh(command, assignment);
        if (clears && hasPlaceholders)
        {
            return null;
        }
        Name(ByPosition, isAdded ? NamesAddedBefore(command, assignment) : []);
        var parameters = command + ".Parameters";
        return TextSteps(Written) is { } steps && Statements(parameters, _model.GetTypeInfo(command).Type, command.ToString(), clears) is { } statements
            ? [.. steps, new(PlanStepKind.After, statement.Span, statements), .. Usings()]
            : null;
    }

    /// <summary>A command that is made here, with its text.</summary>
    /// <param name="creation">The creation whose initializer can take the parameters; null for a factory method.</param>
    private List<PlanStep>? Created(ExpressionSyntax made, BaseObjectCreationExpressionSyntax? creation, IEnumerable<SyntaxNode?> others)
    {
        if (!OrderIsKept(others) || HasNumbered && creation is null)
        {
            return null;
        }
        Name(ByPosition, []);
        var isAdapter = Shapes.IsAdapter(_call.Operation.Type) && _call.Operation is IObjectCreationOperation;
        var place = made;
        while (place.Parent is ParenthesizedExpressionSyntax outer)
        {
            place = outer;
        }
        if (!HasNumbered && VariableOf(place) is var (name, kind, at))
        {
            var type = _model.GetDeclaredSymbol(at is VariableDeclaratorSyntax ? at : place) is ILocalSymbol local ? local.Type : _model.GetTypeInfo(at is AssignmentExpressionSyntax a ? a.Left : made).Type;
            var (command, commandType) = isAdapter ? SelectCommand(name, type, at.SpanStart) : (name, type);
            if (command is not null && TextSteps(Written) is { } steps && Statements(command + ".Parameters", commandType, command, false) is { } statements)
            {
                return [.. steps, new(kind, StatementSpan(at, kind), statements), .. Usings()];
            }
            return null;
        }
        return creation is not null ? Initialized(creation, isAdapter) : Hoisted((InvocationExpressionSyntax)made);
    }

    /// <summary>The variable that a new command goes into, by a statement after which others can follow.</summary>
    private static (string Name, PlanStepKind Kind, SyntaxNode At)? VariableOf(ExpressionSyntax made) => made.Parent switch
    {
        EqualsValueClauseSyntax { Parent: VariableDeclaratorSyntax { Parent: VariableDeclarationSyntax { Variables.Count: 1, Parent: LocalDeclarationStatementSyntax } } declarator } =>
            (declarator.Identifier.Text, PlanStepKind.After, declarator),
        EqualsValueClauseSyntax { Parent: VariableDeclaratorSyntax { Parent: VariableDeclarationSyntax { Variables.Count: 1, Parent: UsingStatementSyntax { Statement: BlockSyntax } } } declarator } =>
            (declarator.Identifier.Text, PlanStepKind.First, declarator),
        AssignmentExpressionSyntax { RawKind: (int)SyntaxKind.SimpleAssignmentExpression, Parent: ExpressionStatementSyntax, Left: IdentifierNameSyntax { Identifier.Text: not "_" } name } assignment =>
            (name.Identifier.Text, PlanStepKind.After, assignment),
        _ => null,
    };

    private static TextSpan StatementSpan(SyntaxNode at, PlanStepKind kind)
    {
        var statement = at.FirstAncestorOrSelf<StatementSyntax>()!;
        return kind == PlanStepKind.First ? ((UsingStatementSyntax)statement).Statement.Span : statement.Span;
    }

    /// <summary><c>new XCommand(…) { Parameters = { … } }</c></summary>
    private List<PlanStep>? Initialized(BaseObjectCreationExpressionSyntax creation, bool isAdapter)
    {
        var type = _model.GetTypeInfo(creation).Type;
        var commandType = isAdapter ? SelectCommand("", type, creation.SpanStart) is (".SelectCommand", { } select) ? select : null : type;
        if (commandType is null || MemberOf(commandType, "Parameters") is not IPropertySymbol || TextSteps(Written) is not { } steps)
        {
            return null;
        }
        var initializer = creation.Initializer;
        if (initializer is not null && !initializer.IsKind(SyntaxKind.ObjectInitializerExpression))
        {
            return null;
        }
        var elements = new List<string>();
        foreach (var parameter in Distinct)
        {
            if (New(parameter, creation.SpanStart) is not { } element)
            {
                return null;
            }
            elements.Add(element);
        }
        var list = string.Join(", ", elements);
        var existing = initializer?.Expressions.OfType<AssignmentExpressionSyntax>().FirstOrDefault(e => e.Left is IdentifierNameSyntax { Identifier.ValueText: "Parameters" });
        if (existing is not null)
        {
            if (existing.Right is not InitializerExpressionSyntax { Expressions: { Count: > 0 } present } || isAdapter)
            {
                return null;
            }
            steps.Add(PlanStep.Insert(present.Last().Span.End, ", " + list));
        }
        else if (HasNumbered)
        {
            return null;
        }
        else
        {
            var member = isAdapter ? $"SelectCommand = {{ Parameters = {{ {list} }} }}" : $"Parameters = {{ {list} }}";
            if (initializer is null)
            {
                steps.Add(PlanStep.Insert(creation.Span.End, " { " + member + " }"));
            }
            else if (initializer.Expressions.Count == 0)
            {
                steps.Add(PlanStep.Insert(initializer.OpenBraceToken.Span.End, " " + member));
            }
            else
            {
                var trailing = initializer.Expressions.SeparatorCount == initializer.Expressions.Count;
                steps.Add(PlanStep.Insert(trailing ? initializer.Expressions.GetSeparators().Last().Span.End : initializer.Expressions.Last().Span.End, (trailing ? " " : ", ") + member));
            }
        }
        return [.. steps, .. Usings()];
    }

    /// <summary>A chained <c>dataSource.CreateCommand(…).Execute…()</c> goes into a local, declared just before.</summary>
    private List<PlanStep>? Hoisted(InvocationExpressionSyntax invocation)
    {
        if (invocation.FirstAncestorOrSelf<StatementSyntax>() is not { } statement || !IsFirst(invocation, statement)
            || TextEdits(Written) is not { } edits || _isLocal)
        {
            return null;
        }
        var variable = PlanStep.NewName + "command" + PlanStep.NewName;
        var made = PlaceholderEdits.Apply(invocation.SyntaxTree.GetText(), invocation.Span, edits);
        return Statements(variable + ".Parameters", _model.GetTypeInfo(invocation).Type, variable, false) is { } statements
            ? [new(PlanStepKind.Before, statement.Span, statements.Insert(0, $"var {variable} = {made};")), PlanStep.Replace(invocation.Span, variable), .. Usings()]
            : null;
    }

    /// <summary>The expression is the first thing its statement works out.</summary>
    private static bool IsFirst(ExpressionSyntax expression, StatementSyntax statement)
    {
        for (SyntaxNode node = expression; node != statement; node = node.Parent!)
        {
            var first = node.Parent switch
            {
                MemberAccessExpressionSyntax or InvocationExpressionSyntax or AwaitExpressionSyntax or CastExpressionSyntax or ParenthesizedExpressionSyntax
                    or PostfixUnaryExpressionSyntax or ExpressionStatementSyntax or ReturnStatementSyntax or EqualsValueClauseSyntax or LocalDeclarationStatementSyntax => true,
                ConditionalAccessExpressionSyntax access => access.Expression == node,
                VariableDeclaratorSyntax => true,
                VariableDeclarationSyntax { Variables.Count: 1, Parent: LocalDeclarationStatementSyntax } => true,
                AssignmentExpressionSyntax { Left: IdentifierNameSyntax } assignment => assignment.Right == node,
                _ => false,
            };
            if (!first)
            {
                return false;
            }
        }
        return true;
    }

    /// <summary>The placeholder in the provider's style.</summary>
    private string Written(PlannedParameter parameter, int index) =>
        IsNpgsql && HasNumbered ? "$" + (HighestNumber + 1 + index).ToString(System.Globalization.CultureInfo.InvariantCulture) : Prefix(parameter.Name);

    private int HighestNumber => _script.Parameters.Select(p => int.TryParse(p.Name, out var number) ? number : 0).DefaultIfEmpty(0).Max();

    private string Prefix(string name) => _call.Provider.Placeholder switch
    {
        PlaceholderStyle.Colon => ":" + name,
        PlaceholderStyle.Dollar => "$" + name,
        PlaceholderStyle.Question => "?",
        _ => "@" + name,
    };

    /// <summary>The name as the provider's parameter objects are usually given it.</summary>
    private string ParameterName(string name) => PlannedValues.Literal(
        _call.Provider == Provider.Npgsql || _call.Provider == Provider.DuckDb || _call.Provider == Provider.Oracle ? name : "@" + name);

    /// <summary>The statements that add all parameters; null where the command's type has no way to.</summary>
    private ImmutableArray<string>? Statements(string parameters, ITypeSymbol? commandType, string command, bool clears)
    {
        var statements = ImmutableArray.CreateBuilder<string>();
        if (clears)
        {
            statements.Add(parameters + ".Clear();");
        }
        var collection = (MemberOf(commandType, "Parameters") as IPropertySymbol)?.Type;
        var hasAddWithValue = MemberOf(collection, "AddWithValue") is IMethodSymbol;
        foreach (var parameter in Distinct)
        {
            if (hasAddWithValue && !NeedsUnknownType(parameter) && !HasNumbered)
            {
                statements.Add($"{parameters}.AddWithValue({ParameterName(parameter.Name)}, {Value(parameter)});");
            }
            else if (New(parameter, _call.Operation.Syntax.SpanStart) is { } made)
            {
                statements.Add($"{parameters}.Add({made});");
            }
            else if (_call.Provider == Provider.Unknown && MemberOf(commandType, "CreateParameter") is IMethodSymbol)
            {
                var local = PlanStep.NewName + parameter.Name + "Parameter" + PlanStep.NewName;
                statements.Add($"var {local} = {command}.CreateParameter();");
                statements.Add($"{local}.ParameterName = {ParameterName(parameter.Name)};");
                statements.Add($"{local}.Value = {Value(parameter)};");
                statements.Add($"{parameters}.Add({local});");
            }
            else
            {
                return null;
            }
        }
        return statements.ToImmutable();
    }

    /// <summary><c>new XParameter("@name", value)</c>; null where the provider has no such class.</summary>
    private string? New(PlannedParameter parameter, int position)
    {
        if (ParameterType is not { } type)
        {
            return null;
        }
        var name = type.ToMinimalDisplayString(_model, position);
        if (NeedsUnknownType(parameter))
        {
            var unknown = "NpgsqlDbType.Unknown";
            return HasNumbered
                ? $"new {name} {{ NpgsqlDbType = {unknown}, Value = {Value(parameter)} }}"
                : $"new {name}({ParameterName(parameter.Name)}, {unknown}) {{ Value = {Value(parameter)} }}";
        }
        if (HasNumbered)
        {
            return $"new {name} {{ Value = {Value(parameter)} }}";
        }
        var takesObject = type.InstanceConstructors.Any(c => c.Parameters.Length == 2 && c.Parameters[0].Type.SpecialType == SpecialType.System_String && c.Parameters[1].Type.SpecialType == SpecialType.System_Object);
        return takesObject ? $"new {name}({ParameterName(parameter.Name)}, {Value(parameter)})" : null;
    }

    private INamedTypeSymbol? ParameterType =>
        _call.Provider.ParameterType is { } name ? _model.Compilation.GetTypeByMetadataName(_call.Provider.Namespace + "." + name) : null;

    /// <summary>PostgreSQL infers the type of a literal in quotes from its surroundings, and does so for a parameter of unknown type; one that is text stays text.</summary>
    private bool NeedsUnknownType(PlannedParameter parameter) => IsNpgsql && parameter.Value.WasText;

    private IEnumerable<PlanStep> Usings() =>
        _parameters.Any(NeedsUnknownType) ? [new(PlanStepKind.Using, default, ImmutableArray.Create("NpgsqlTypes"))] : [];

    /// <summary>The value; null becomes DBNull, which is what providers take for it.</summary>
    private string Value(PlannedParameter parameter)
    {
        var value = parameter.Value;
        if (!value.MayBeNull)
        {
            return value.Expression;
        }
        var position = _text.Expression.SpanStart;
        var isNullable = (_model.GetNullableContext(position) & NullableContext.AnnotationsEnabled) != 0;
        var dbNull = _model.Compilation.GetTypeByMetadataName("System.DBNull")?.ToMinimalDisplayString(_model, position) ?? "System.DBNull";
        var operand = SyntaxFactory.ParseExpression(value.Expression);
        var written = operand is PrefixUnaryExpressionSyntax or CastExpressionSyntax or AwaitExpressionSyntax or ConditionalAccessExpressionSyntax ? value.Expression : PlannedValues.Primary(operand);
        return $"({(isNullable ? "object?" : "object")}){written} ?? {dbNull}.Value";
    }

    /// <summary>
    /// The command has no parameters yet, and only this text: a local made here, assigned once, not in a loop that it outlives.
    /// </summary>
    private bool IsFresh(ExpressionSyntax command, AssignmentExpressionSyntax assignment)
    {
        if (_model.GetSymbolInfo(command).Symbol is not ILocalSymbol local
            || local.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax() is not VariableDeclaratorSyntax { Initializer.Value: { } initial } declarator)
        {
            return false;
        }
        var isNew = EditableText.Unparenthesized(initial) switch
        {
            BaseObjectCreationExpressionSyntax creation => _model.GetOperation(creation) is IObjectCreationOperation made && _call.Model.CallOf(made) is null
                && creation.Initializer?.Expressions.Any(e => e is AssignmentExpressionSyntax { Left: IdentifierNameSyntax { Identifier.ValueText: "CommandText" or "Parameters" } }) != true,
            InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: "CreateCommand" or "CreateBatchCommand" }, ArgumentList.Arguments.Count: 0 } => true,
            _ => false,
        };
        var outlived = assignment.Ancestors().TakeWhile(n => !n.Span.Contains(declarator.Span))
            .Any(n => n is ForStatementSyntax or CommonForEachStatementSyntax or WhileStatementSyntax or DoStatementSyntax or AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax);
        return isNew && !outlived && WritesTo(local).Count() == 1;
    }

    /// <summary>Assignments of the command itself and of its text.</summary>
    private IEnumerable<AssignmentExpressionSyntax> WritesTo(ISymbol command) =>
        _member.DescendantNodes().OfType<AssignmentExpressionSyntax>().Where(a => a.IsKind(SyntaxKind.SimpleAssignmentExpression) && a.Left switch
        {
            IdentifierNameSyntax name => name.Identifier.ValueText == command.Name && SymbolEqualityComparer.Default.Equals(_model.GetSymbolInfo(name).Symbol, command),
            MemberAccessExpressionSyntax { Name.Identifier.ValueText: "CommandText", Expression: IdentifierNameSyntax name } =>
                name.Identifier.ValueText == command.Name && SymbolEqualityComparer.Default.Equals(_model.GetSymbolInfo(name).Symbol, command),
            _ => false,
        });

    /// <summary>What parameters of earlier pieces of the same text will be called.</summary>
    private IEnumerable<string> NamesAddedBefore(ExpressionSyntax command, AssignmentExpressionSyntax assignment)
    {
        var names = new PlannedNames(_script, SyntaxFactory.IdentifierName("_"));
        foreach (var write in _member.DescendantNodes().OfType<AssignmentExpressionSyntax>())
        {
            if (write.SpanStart < assignment.SpanStart && write.Left is MemberAccessExpressionSyntax { Name.Identifier.ValueText: "CommandText", Expression: var owner } && owner.ToString() == command.ToString())
            {
                foreach (var operand in EditableText.Of(_model, write.Right).Parts.OfType<OperandPart>())
                {
                    yield return names.For(operand.Expression);
                }
            }
        }
    }

    /// <summary>All that is added to the command's parameters is added before its text is set, so that ours come last.</summary>
    private bool AddedBefore(ExpressionSyntax command, AssignmentExpressionSyntax assignment) =>
        IsFresh(command, assignment)
        && _member.DescendantNodes().OfType<MemberAccessExpressionSyntax>()
            .Where(m => m.Name.Identifier.ValueText == "Parameters" && m.Expression.ToString() == command.ToString()) is var uses
        && uses.Any() && uses.All(m => m.SpanStart < assignment.SpanStart);

    private static ExpressionSyntax StripNotNull(ExpressionSyntax expression) => expression switch
    {
        PostfixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.SuppressNullableWarningExpression } inner => StripNotNull(inner.Operand),
        MemberAccessExpressionSyntax access when StripNotNull(access.Expression) is var owner && owner != access.Expression => access.WithExpression(owner),
        _ => expression,
    };

    /// <summary>An adapter's select command, with <c>!</c> where its type says that it may be null.</summary>
    private (string? Command, ITypeSymbol? Type) SelectCommand(string adapter, ITypeSymbol? type, int position) =>
        MemberOf(type, "SelectCommand") is IPropertySymbol select
            ? (adapter + ".SelectCommand" + ((_model.GetNullableContext(position) & NullableContext.WarningsEnabled) != 0 && select.Type.NullableAnnotation == NullableAnnotation.Annotated ? "!" : ""), select.Type)
            : (null, null);

    /// <summary>The member a name means on a type: its own, else its base types', else its interfaces'.</summary>
    private static ISymbol? MemberOf(ITypeSymbol? type, string name)
    {
        for (var t = type; t is not null; t = t.BaseType)
        {
            if (t.GetMembers(name).FirstOrDefault(m => m is IPropertySymbol { ExplicitInterfaceImplementations.IsEmpty: true } or IMethodSymbol) is { } member)
            {
                return member;
            }
        }
        return type?.AllInterfaces.SelectMany(i => i.GetMembers(name)).FirstOrDefault();
    }
}
