using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace DbSafety.Model;

/// <summary>
/// A database call with a token, as its asynchronous twin, or both. Every form is bound before it counts: the token must land on a
/// parameter of type CancellationToken, not in a <c>params</c> array of SQL parameters (facts/api §2–4).
/// </summary>
/// <param name="Edits">Changes within the call.</param>
/// <param name="Target">The method that is called then.</param>
/// <param name="Import">A namespace the file has to import; null where none.</param>
internal sealed record CallRewrite(TextEdits Edits, IMethodSymbol Target, string? Import = null)
{
    /// <summary>Stands for the token while binding; it means the same wherever it stands.</summary>
    private const string Placeholder = "default(global::System.Threading.CancellationToken)";

    /// <summary>Whether a type of Dapper can be named without its namespace, of the types that files declare.</summary>
    private static readonly ConditionalWeakTable<SemanticModel, ConcurrentDictionary<(SyntaxNode? Within, string Type), bool>> Imported = new();

    /// <summary>The call with a token.</summary>
    /// <returns>Null where the API has no place for one.</returns>
    public static CallRewrite? WithToken(IInvocationOperation call, string token) =>
        call.Syntax is InvocationExpressionSyntax syntax ? new Attempt(call, syntax, call.TargetMethod.Name, null).WithToken(token) : null;

    /// <summary>The asynchronous twin of a synchronous call, not yet awaited.</summary>
    /// <param name="token">Null to pass none.</param>
    /// <param name="extensions">A class whose extension methods may not be imported yet.</param>
    public static CallRewrite? ToAsync(IInvocationOperation call, string twin, string? token, INamedTypeSymbol? extensions = null)
    {
        if (call.Syntax is not InvocationExpressionSyntax syntax)
        {
            return null;
        }
        var attempt = new Attempt(call, syntax, twin, extensions);
        return (token is null ? null : attempt.WithToken(token)) ?? (token is null || !attempt.CouldTakeToken ? attempt.WithoutToken() : null);
    }

    /// <summary>One call, the name it is to have, and the model to try things in.</summary>
    private sealed class Attempt(IInvocationOperation call, InvocationExpressionSyntax syntax, string name, INamedTypeSymbol? extensions)
    {
        private readonly SemanticModel _model = call.SemanticModel!;
        private readonly SeparatedSyntaxList<ArgumentSyntax> _arguments = syntax.ArgumentList.Arguments;
        private readonly IMethodSymbol _declared = (call.TargetMethod.ReducedFrom ?? call.TargetMethod).OriginalDefinition;

        private IEnumerable<IMethodSymbol> Candidates =>
            extensions?.GetMembers(name).OfType<IMethodSymbol>() ?? DbOperations.Beside(_declared, name).Concat(OnReceiver());

        public bool CouldTakeToken => Candidates.Any(m => m.Parameters.Any(p => DbOperations.IsToken(p.Type) || DbOperations.IsCommandDefinition(p.Type)));

        public CallRewrite? WithToken(string token)
        {
            if ((Appended(token) ?? InCommand(token)) is { } certain)
            {
                return certain;
            }
            if (!CouldTakeToken)
            {
                return null;
            }
            foreach (var form in Forms())
            {
                if (form(Placeholder) is { } tried && Bind(tried, wantsToken: true) is { } target)
                {
                    return new(form(token)!, target.Method, target.Import);
                }
            }
            return null;
        }

        public CallRewrite? WithoutToken()
        {
            return Tried(Renamed()) ?? Tried(Command(null));

            CallRewrite? Tried(TextEdits? edits) =>
                edits is not null && Bind(edits, wantsToken: false) is { } target ? new(edits, target.Method, target.Import) : null;
        }

        /// <summary>
        /// The two ordinary cases, told by their symbols, as binding is dear: the method called has an optional token that is left out,
        /// or an overload of it, seen from the receiver's type, is the same with a token at the end. Null in all others.
        /// </summary>
        private CallRewrite? Appended(string token)
        {
            var called = call.TargetMethod;
            if (name != called.Name || called.Parameters.Any(p => p.IsParams) || _arguments.Any(a => a.NameColon is not null || !a.RefKindKeyword.IsKind(SyntaxKind.None)))
            {
                return null;
            }
            var given = called.ReducedFrom is null && called.IsExtensionMethod && call.Arguments.Any(a => a.Parameter?.Ordinal == 0 && a.Syntax is not ArgumentSyntax)
                ? _arguments.Count + 1
                : _arguments.Count;
            if (called.Parameters.Length > given && DbOperations.IsToken(called.Parameters[given].Type))
            {
                return new(Append(token), called);
            }
            return called is { IsGenericMethod: false, IsStatic: false } && called.Parameters.Length == given
                && OnReceiver().Concat(called.ContainingType.GetMembers(name).OfType<IMethodSymbol>()).FirstOrDefault(m => IsSameWithToken(m, called)) is { } overload
                ? new(Append(token), overload)
                : null;
        }

        /// <summary>Dapper has one overload with a CommandDefinition beside each one with the statement in parts; nothing else takes its place.</summary>
        private CallRewrite? InCommand(string token)
        {
            var called = call.TargetMethod;
            return name == called.Name && Command(token) is { } edits && !_arguments.Any(a => call.Arguments.Any(b => b.Syntax == a && CommandIndex(b) < 0))
                && _declared.ContainingType.GetMembers(name).OfType<IMethodSymbol>().FirstOrDefault(m =>
                    m.Arity == called.Arity && m.Parameters.Length == 2 && DbOperations.IsCommandDefinition(m.Parameters[1].Type)) is { } overload
                ? new(edits, overload.Arity == 0 ? overload : overload.Construct(called.TypeArguments, called.TypeArgumentNullableAnnotations))
                : null;
        }

        private static bool IsSameWithToken(IMethodSymbol overload, IMethodSymbol called) =>
            overload.Parameters.Length == called.Parameters.Length + 1 && overload is { IsGenericMethod: false, DeclaredAccessibility: Accessibility.Public }
            && DbOperations.IsToken(overload.Parameters.Last().Type) && DbOperations.IsTask(overload.ReturnType, out _)
            && called.Parameters.Zip(overload.Parameters, (a, b) => SymbolEqualityComparer.Default.Equals(a.Type, b.Type)).All(same => same);

        private IEnumerable<Func<string, TextEdits?>> Forms()
        {
            var names = Candidates.SelectMany(m => m.Parameters).Where(p => DbOperations.IsToken(p.Type)).Select(p => p.Name).Distinct().ToList();
            if (names.Count > 0)
            {
                yield return t => _arguments.LastOrDefault()?.NameColon is null ? Append(t) : null;
            }
            foreach (var parameter in names)
            {
                yield return t => Append(parameter + ": " + t);
            }
            // linq2db, Marten, MySqlHelper, WriteRowAsync: the token stands before a params array.
            foreach (var index in Candidates.Select(m => Position(m)).Where(i => i >= 0 && i < _arguments.Count).Distinct())
            {
                yield return t => Renamed().Insert(_arguments[index].SpanStart, t + ", ");
            }
            yield return Array;
            yield return Command;
        }

        private TextEdits Renamed()
        {
            var identifier = Name(syntax.Expression)?.Identifier;
            return identifier is { } old && old.ValueText != name ? TextEdits.None.Replace(old.Span, name) : TextEdits.None;
        }

        private TextEdits Append(string argument) => _arguments.Count == 0
            ? Renamed().Insert(syntax.ArgumentList.OpenParenToken.Span.End, argument)
            : Renamed().Insert(_arguments.Last().Span.End, "," + Gap() + argument);

        /// <summary>What stands before an argument that is added: the line break where each has a line of its own.</summary>
        private string Gap()
        {
            var lines = syntax.SyntaxTree.GetText().Lines;
            var last = _arguments.Last();
            var line = lines.GetLineFromPosition(last.SpanStart);
            if (line.LineNumber == lines.IndexOf(last.GetFirstToken().GetPreviousToken().SpanStart))
            {
                return " ";
            }
            var text = line.ToString();
            var end = line.EndIncludingLineBreak > line.End ? line.Text!.ToString(Microsoft.CodeAnalysis.Text.TextSpan.FromBounds(line.End, line.EndIncludingLineBreak)) : "\n";
            return end + text.Substring(0, text.Length - text.TrimStart().Length);
        }

        /// <summary>The arguments of a params array become an array, and the token follows.</summary>
        private TextEdits? Array(string token)
        {
            var method = call.TargetMethod;
            if (method.Parameters.LastOrDefault() is not { IsParams: true, Type: IArrayTypeSymbol array } || call.Arguments.LastOrDefault(a => a.ArgumentKind == ArgumentKind.ParamArray) is not { } packed
                || packed.Value is not IArrayCreationOperation { Initializer: { ElementValues: { IsEmpty: false } values } })
            {
                return null;
            }
            var elements = _arguments.Where(a => a.NameColon is null).Skip(_arguments.Count - values.Length).ToList();
            if (elements.Count != values.Length)
            {
                return null;
            }
            if (elements.Count > 0 && DbOperations.IsToken(_model.GetTypeInfo(elements.Last().Expression).Type))
            {
                // The token is there already, bound as a value: only the others belong into the array.
                var bound = elements.Last();
                elements.Remove(bound);
                return elements.Count == 0 ? null
                    : token == Placeholder ? Brackets(Renamed(), elements, array).Replace(bound.Span, token)
                    : Brackets(Renamed(), elements, array);
            }
            return Brackets(Renamed(), elements, array).Insert(elements.Last().Span.End, ", " + token);
        }

        private TextEdits Brackets(TextEdits edits, List<ArgumentSyntax> elements, IArrayTypeSymbol array)
        {
            var hasCollections = syntax.SyntaxTree.Options is CSharpParseOptions { LanguageVersion: >= LanguageVersion.CSharp12 };
            var (open, close) = hasCollections
                ? ("[", "]")
                : ($"new {array.ElementType.WithNullableAnnotation(NullableAnnotation.NotAnnotated).ToMinimalDisplayString(_model, syntax.SpanStart)}[] {{ ", " }");
            return edits.Insert(elements[0].SpanStart, open).Insert(elements.Last().Span.End, close);
        }

        /// <summary>Dapper: the statement and all that belongs to it become a CommandDefinition, which alone carries a token.</summary>
        private TextEdits? Command(string? token)
        {
            if (_declared.ContainingType is not { Name: "SqlMapper", ContainingNamespace: { Name: "Dapper", ContainingNamespace.IsGlobalNamespace: true } })
            {
                return null;
            }
            var passed = call.Arguments.Where(a => a.ArgumentKind == ArgumentKind.Explicit && a.Syntax is ArgumentSyntax { Parent: ArgumentListSyntax list } && list == syntax.ArgumentList)
                .OrderBy(a => a.Syntax.SpanStart).ToList();
            var inCommand = passed.Where(a => CommandIndex(a) >= 0).ToList();
            if (passed.Count != _arguments.Count || inCommand.Count == 0 || passed.Any(a => CommandIndex(a) < 0 && a.Parameter?.Name is not ("cnn" or "type" or "map" or "splitOn" or "buffered")))
            {
                return null;
            }
            var open = "new " + TypeName("CommandDefinition") + "(";
            var close = (token is null ? "" : ", cancellationToken: " + token) + ")";
            var isRun = passed.SkipWhile(a => CommandIndex(a) < 0).SequenceEqual(inCommand);
            if (isRun)
            {
                var edits = Renamed().Insert(inCommand[0].Syntax.SpanStart, open);
                for (var i = 0; i < inCommand.Count; i++)
                {
                    edits = NamedInCommand(edits, (ArgumentSyntax)inCommand[i].Syntax, inCommand[i], i, out var byPosition);
                    if (!byPosition && inCommand.Skip(i + 1).Any(a => ((ArgumentSyntax)a.Syntax).NameColon is null && CommandIndex(a) < i))
                    {
                        return null;
                    }
                }
                return edits.Insert(inCommand.Last().Syntax.Span.End, close);
            }
            if (syntax.ArgumentList.DescendantTrivia().Any(t => !t.IsKind(SyntaxKind.WhitespaceTrivia) && !t.IsKind(SyntaxKind.EndOfLineTrivia)))
            {
                return null;
            }
            var parts = passed.Where(a => a.Parameter!.Name is "cnn" or "type").Select(a => a.Syntax.ToString()).ToList();
            var inner = inCommand.Select((a, i) => (CommandIndex(a) == i ? "" : CommandName(a) + ": ") + ((ArgumentSyntax)a.Syntax).Expression).ToList();
            if (Flags(passed) is { } flags)
            {
                inner.Add("flags: " + flags);
            }
            parts.Add(open + string.Join(", ", inner) + close);
            parts.AddRange(passed.Where(a => a.Parameter!.Name == "map").Select(a => ((ArgumentSyntax)a.Syntax).Expression.ToString()));
            parts.AddRange(passed.Where(a => a.Parameter!.Name == "splitOn").Select(a => "splitOn: " + ((ArgumentSyntax)a.Syntax).Expression));
            return Renamed().Replace(syntax.ArgumentList.Span, "(" + string.Join(", ", parts) + ")");
        }

        private static TextEdits NamedInCommand(TextEdits edits, ArgumentSyntax argument, IArgumentOperation operation, int index, out bool byPosition)
        {
            var wanted = CommandName(operation);
            byPosition = argument.NameColon is null && CommandIndex(operation) == index;
            if (argument.NameColon is { } given)
            {
                return given.Name.Identifier.ValueText == wanted ? edits : edits.Replace(given.Name.Span, wanted);
            }
            return byPosition ? edits : edits.Insert(argument.SpanStart, wanted + ": ");
        }

        /// <summary>Null where the rows are buffered, as they are by default.</summary>
        private string? Flags(List<IArgumentOperation> passed)
        {
            if (passed.Find(a => a.Parameter!.Name == "buffered") is not { Syntax: ArgumentSyntax argument } buffered || buffered.Value.ConstantValue is { HasValue: true, Value: true })
            {
                return null;
            }
            var flags = TypeName("CommandFlags");
            return buffered.Value.ConstantValue is { HasValue: true, Value: false }
                ? flags + ".None"
                : $"{argument.Expression} ? {flags}.Buffered : {flags}.None";
        }

        private static int CommandIndex(IArgumentOperation argument) => argument.Parameter?.Name switch
        {
            "sql" => 0,
            "param" => 1,
            "transaction" => 2,
            "commandTimeout" => 3,
            "commandType" => 4,
            _ => -1,
        };

        private static string CommandName(IArgumentOperation argument) => argument.Parameter!.Name switch
        {
            "sql" => "commandText",
            "param" => "parameters",
            var same => same,
        };

        private string TypeName(string type)
        {
            var known = Imported.GetOrCreateValue(_model);
            var key = (syntax.FirstAncestorOrSelf<TypeDeclarationSyntax>(), type);
            if (!known.TryGetValue(key, out var isImported))
            {
                isImported = known[key] = _model.LookupNamespacesAndTypes(syntax.SpanStart, name: type).Any(t => t.ContainingNamespace?.Name == "Dapper");
            }
            return isImported ? type : "Dapper." + type;
        }

        private (IMethodSymbol Method, string? Import)? Bind(TextEdits edits, bool wantsToken)
        {
            var receiver = (syntax.Expression as MemberBindingExpressionSyntax)?.Ancestors().OfType<ConditionalAccessExpressionSyntax>()
                .FirstOrDefault(c => c.WhenNotNull.Span.Contains(syntax.Span) && c.Expression.Span.End <= syntax.SpanStart)?.Expression;
            var text = edits.ApplyTo(syntax);
            if (Parsed((receiver is null ? "" : $"({receiver})") + text) is not { } changed)
            {
                return null;
            }
            if (Symbol(changed) is { } bound)
            {
                return Accepts(changed, bound, wantsToken) ? (bound, null) : null;
            }
            // An extension method the file does not import: bound as a static call, reported with the namespace to import.
            if (extensions is null || changed.Expression is not MemberAccessExpressionSyntax access
                || Parsed($"global::{extensions.ToDisplayString()}.{access.Name}({string.Join(", ", changed.ArgumentList.Arguments.Select(a => a.ToString()).Prepend(access.Expression.ToString()))})") is not { } call2
                || Symbol(call2) is not { } unimported)
            {
                return null;
            }
            return Accepts(call2, unimported, wantsToken) ? (unimported, extensions.ContainingNamespace.ToDisplayString()) : null;
        }

        private static InvocationExpressionSyntax? Parsed(string text) =>
            SyntaxFactory.ParseExpression(text) is InvocationExpressionSyntax { ContainsDiagnostics: false } invocation ? invocation : null;

        private IMethodSymbol? Symbol(InvocationExpressionSyntax changed) =>
            _model.GetSpeculativeSymbolInfo(syntax.SpanStart, changed, SpeculativeBindingOption.BindAsExpression).Symbol as IMethodSymbol;

        private bool Accepts(InvocationExpressionSyntax changed, IMethodSymbol bound, bool wantsToken)
        {
            if (bound.Name != name || !(DbOperations.IsTask(bound.ReturnType, out _) || DbOperations.IsAsyncSequence(bound.ReturnType)))
            {
                return false;
            }
            if (!wantsToken)
            {
                return true;
            }
            var arguments = changed.ArgumentList.Arguments;
            for (var i = 0; i < arguments.Count; i++)
            {
                if (arguments[i].Expression.ToString() == Placeholder)
                {
                    var parameter = arguments[i].NameColon is { Name.Identifier.ValueText: var named } ? bound.Parameters.FirstOrDefault(p => p.Name == named) : bound.Parameters.ElementAtOrDefault(i);
                    return DbOperations.IsToken(parameter?.Type);
                }
            }
            return bound.Parameters.Any(p => DbOperations.IsCommandDefinition(p.Type));
        }

        /// <summary>Where the token stands when the call is written; -1 where there is none, or nothing follows it.</summary>
        private int Position(IMethodSymbol method)
        {
            var token = method.Parameters.FirstOrDefault(p => DbOperations.IsToken(p.Type))?.Ordinal ?? -1;
            var reduced = method.IsExtensionMethod && call.TargetMethod.IsExtensionMethod && call.Arguments.Any(a => a.Parameter?.Ordinal == 0 && a.Syntax is not ArgumentSyntax);
            return token < 0 || token == method.Parameters.Length - 1 ? -1 : reduced ? token - 1 : token;
        }

        /// <summary>Methods of the receiver's own type, where the call binds to those of a base: <c>SqlCommand.ExecuteReaderAsync</c>.</summary>
        private IEnumerable<IMethodSymbol> OnReceiver()
        {
            for (var t = call.Instance?.Type; t is not null && !SymbolEqualityComparer.Default.Equals(t.OriginalDefinition, _declared.ContainingType); t = t.BaseType)
            {
                foreach (var member in t.GetMembers(name).OfType<IMethodSymbol>())
                {
                    yield return member;
                }
            }
        }

        private static SimpleNameSyntax? Name(ExpressionSyntax expression) => expression switch
        {
            MemberAccessExpressionSyntax access => access.Name,
            MemberBindingExpressionSyntax binding => binding.Name,
            SimpleNameSyntax simple => simple,
            _ => null,
        };
    }
}
