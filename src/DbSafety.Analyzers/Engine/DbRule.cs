using System.Collections.Immutable;
using DbSafety.Model;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace DbSafety.Engine;

/// <summary>
/// Base of every rule. Seals what all rules share: concurrent, no generated code, silent and free of cost in a
/// compilation that reaches no database library, and a crash that names the rule and the place.
/// </summary>
internal abstract class DbRule(params DiagnosticDescriptor[] descriptors) : DiagnosticAnalyzer
{
    public sealed override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = descriptors.ToImmutableArray();

    public sealed override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.RegisterCompilationStartAction(start =>
        {
            if (DbModels.Of(start.Compilation, start.Options) is { } model)
            {
                var rule = new RuleContext(this, model, start);
                if (MayApply(rule))
                {
                    Register(rule);
                }
            }
        });
    }

    /// <summary>The compilation has the names that the rule looks for; without, it subscribes to nothing. To be answered from names and words alone.</summary>
    protected virtual bool MayApply(RuleContext context) => true;

    /// <summary>The rule's one duty: subscribe to what it looks at.</summary>
    protected abstract void Register(RuleContext context);
}

/// <summary>The one way to the model, for rules and suppressors alike.</summary>
internal static class DbModels
{
    public static DbModel? Of(Compilation compilation, AnalyzerOptions options) =>
        DbModel.For(compilation, options.AdditionalFiles, tree => Options.Dialect.In(tree, options));
}

/// <summary>What a rule can subscribe to. Each action is guarded, so that a crash names rule and place.</summary>
internal sealed class RuleContext(DbRule rule, DbModel model, CompilationStartAnalysisContext start)
{
    public DbModel Model => model;
    public Compilation Compilation => start.Compilation;
    public AnalyzerOptions Options => start.Options;

    /// <summary>Some identifier of the compilation has one of these names.</summary>
    public bool HasName(params string[] names) => Array.Exists(names, model.Flow.Names);

    /// <summary>Calls <paramref name="action"/> for each database call: see <see cref="DbModel.CallOf"/>.</summary>
    public void OnCall(Action<DbCall, OperationPlace> action) =>
        start.RegisterCodeBlockAction(context =>
        {
            if (CodeOf(context) is { } code)
            {
                foreach (var call in code.Calls)
                {
                    Guard(call, call.Operation, context, action);
                }
            }
        });

    /// <summary>Calls <paramref name="action"/> for each operation of the kinds given.</summary>
    public void OnOperation(Action<OperationPlace> action, params OperationKind[] kinds) =>
        start.RegisterCodeBlockAction(context =>
        {
            if (CodeOf(context)?.Operations is { } operations)
            {
                foreach (var kind in kinds)
                {
                    foreach (var operation in operations[kind])
                    {
                        Guard(action, operation, context, static (look, place) => look(place));
                    }
                }
            }
        });

    /// <summary>Calls <paramref name="action"/> for the whole code of each member that may touch a database, see <see cref="CodeOfInterest"/>: of a method with its body, of a field its initializer.</summary>
    public void OnBody(Action<OperationPlace> action) =>
        start.RegisterCodeBlockAction(context =>
        {
            if (CodeOf(context)?.Root is { } root)
            {
                Guard(action, root, context, static (look, place) => look(place));
            }
        });

    /// <summary>Calls <paramref name="action"/> for each AdditionalFile that <paramref name="isWanted"/> accepts.</summary>
    public void OnAdditionalFile(Func<AdditionalText, bool> isWanted, Action<AdditionalFileAnalysisContext> action) =>
        start.RegisterAdditionalFileAction(context =>
        {
            if (isWanted(context.AdditionalFile))
            {
                Guard(null, () => action(context), context.AdditionalFile.Path);
            }
        });

    public void OnCompilationEnd(Action<CompilationAnalysisContext> action) =>
        start.RegisterCompilationEndAction(context => Guard(null, () => action(context)));

    private MemberCode? CodeOf(CodeBlockAnalysisContext context) =>
        model.Bodies.CodeOf(context.CodeBlock, context.OwningSymbol, context.SemanticModel, context.CancellationToken);

    private void Guard<T>(T subject, IOperation operation, CodeBlockAnalysisContext context, Action<T, OperationPlace> action)
    {
        try
        {
            action(subject, new OperationPlace(operation, context));
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            throw new RuleFailure(rule.GetType().Name, operation.Syntax, null, error);
        }
    }

    private void Guard(SyntaxNode? place, Action action, string? file = null)
    {
        try
        {
            action();
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            throw new RuleFailure(rule.GetType().Name, place, file, error);
        }
    }
}

/// <summary>An exception that left a rule. The compiler shows its message in AD0001, so it carries what a bug report needs.</summary>
internal sealed class RuleFailure(string rule, SyntaxNode? place, string? file, Exception inner)
    : Exception($"{rule} failed at {Describe(place) ?? file ?? "compilation end"}: {inner.GetType().Name}: {inner.Message}", inner)
{
    private static string? Describe(SyntaxNode? place) =>
        place?.GetLocation().GetLineSpan() is { } span
            ? $"{span.Path}({span.StartLinePosition.Line + 1},{span.StartLinePosition.Character + 1})"
            : null;
}
