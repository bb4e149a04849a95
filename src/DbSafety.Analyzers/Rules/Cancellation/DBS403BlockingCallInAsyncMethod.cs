using System.Collections.Immutable;
using DbSafety.Engine;
using DbSafety.Model;
using DbSafety.Sql;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace DbSafety.Rules.Cancellation;

/// <summary>A synchronous database call in an async function.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
internal sealed class DBS403BlockingCallInAsyncMethod() : DbRule(Descriptor)
{
    private const string EfCore = "Microsoft.EntityFrameworkCore";

    /// <summary>A suggestion where the asynchronous method does the same (SQLite; transactions of SqlClient and Npgsql), and on interfaces that have none.</summary>
    private static readonly DiagnosticDescriptor Descriptor = Rule.Of(
        "DBS403", "Blocking database call in an async method",
        "'{0}' blocks a thread in an async method while the database works; {1}",
        Area.Cancellation, DiagnosticSeverity.Warning,
        "Under load every blocked thread is one that cannot serve a request, and the pool grows by one or two a second only.");

    protected override void Register(RuleContext context)
    {
        var queries = context.Compilation.GetTypeByMetadataName(EfCore + ".EntityFrameworkQueryableExtensions");
        context.OnBody(body =>
        {
            foreach (var (call, operation) in context.Model.Operations.In(body.Operation))
            {
                if (!operation.IsAsync)
                {
                    Call(call, operation, null, body);
                }
            }
        });
        if (queries is not null)
        {
            context.OnOperation(o => Query((IInvocationOperation)o.Operation, queries, o), OperationKind.Invocation);
            context.OnOperation(Loop, OperationKind.Loop);
        }
    }

    private static void Query(IInvocationOperation call, INamedTypeSymbol queries, OperationPlace context)
    {
        if (EfQueries.IsTerminal(call) && DatabaseCalls.IsEfQuery(call.Arguments[0].Value))
        {
            Call(call, null, queries, context);
        }
    }

    /// <param name="operation">Null for an operator of LINQ.</param>
    /// <param name="extensions">The class that has its asynchronous twin.</param>
    private static void Call(IInvocationOperation call, DbOperation? operation, INamedTypeSymbol? extensions, OperationPlace context)
    {
        if (call.Syntax is InvocationExpressionSyntax syntax && AsyncPlaces.CanAwait(syntax, call.SemanticModel!, context.CancellationToken))
        {
            if (operation is { IsInterface: true })
            {
                var type = call.TargetMethod.ContainingType.Name;
                var instead = type is "IDataReader" ? "DbDataReader" : type.Substring(1);
                Report(context, call, DiagnosticSeverity.Info, $"declare the '{type}' as '{instead}' and await '{call.TargetMethod.Name}Async'", null);
                return;
            }
            var twin = operation?.Twin ?? call.TargetMethod.Name + "Async";
            var tokens = operation is { IsCleanup: true } || CleanupPlaces.Has(syntax)
                ? ImmutableArray<string>.Empty
                : TokensInScope.At(syntax, call.SemanticModel!, context.CancellationToken);
            var rewrite = CallRewrite.ToAsync(call, twin, tokens.FirstOrDefault(), extensions);
            if (rewrite is null)
            {
                return;
            }
            DbOperations.IsTask(rewrite.Target.ReturnType, out var result);
            var fix = tokens.Length < 2 && !DatabaseCalls.IsDapperAot(call, rewrite.Target, context.ContainingSymbol)
                && AsyncPlaces.Await(syntax, call.Type, result, call.SemanticModel!) is { } wrap
                ? AsyncPlaces.Properties(rewrite.Edits, wrap, rewrite.Import)
                : null;
            Report(context, call, IsSameInAsync(call) ? DiagnosticSeverity.Info : DiagnosticSeverity.Warning, $"await '{twin}'", fix);
        }
    }

    private static void Loop(OperationPlace context)
    {
        if (context.Operation is not IForEachLoopOperation { IsAsynchronous: false, Syntax: CommonForEachStatementSyntax syntax } loop
            || !IsQueryable(DatabaseCalls.Unconverted(loop.Collection).Type)
            || !DatabaseCalls.IsEfQuery(loop.Collection)
            || !AsyncPlaces.CanAwait(syntax, loop.SemanticModel!, context.CancellationToken))
        {
            return;
        }
        var tokens = CleanupPlaces.Has(syntax) ? ImmutableArray<string>.Empty : TokensInScope.At(syntax, loop.SemanticModel!, context.CancellationToken);
        var (open, close) = syntax.Expression is QueryExpressionSyntax or CastExpressionSyntax or BinaryExpressionSyntax or ConditionalExpressionSyntax ? ("(", ")") : ("", "");
        var edits = TextEdits.None.Insert(syntax.ForEachKeyword.SpanStart, "await ").Insert(syntax.Expression.SpanStart, open)
            .Insert(syntax.Expression.Span.End, close + ".AsAsyncEnumerable()" + (tokens.IsEmpty ? "" : $".WithCancellation({tokens[0]})"));
        var properties = ImmutableDictionary<string, string?>.Empty.Add(TextEdits.Property, edits.Encode()).Add("import", EfCore);
        context.ReportDiagnostic(Diagnostic.Create(
            Descriptor, syntax.Expression.GetLocation(), tokens.Length < 2 ? properties : null, "foreach", "await the rows with 'await foreach'"));
    }

    private static void Report(OperationPlace context, IInvocationOperation call, DiagnosticSeverity severity, string instead, ImmutableDictionary<string, string?>? fix) =>
        context.ReportDiagnostic(Diagnostic.Create(
            Descriptor, DatabaseCalls.NameOf(call), severity, [call.Syntax.GetLocation()], fix, call.TargetMethod.Name, instead));

    private static bool IsQueryable(ITypeSymbol? type) =>
        type is { Name: "IQueryable" } || (type?.AllInterfaces.Any(i => i is { Name: "IQueryable", ContainingNamespace.Name: "Linq" }) ?? false);

    /// <summary>
    /// The asynchronous twin does what the synchronous method does: everything of SQLite, all about transactions in SqlClient, which overrides
    /// none of it (facts/api §2), and beginning one in Npgsql, which sends BEGIN only with the first command.
    /// </summary>
    private static bool IsSameInAsync(IInvocationOperation call)
    {
        var receiver = call.Instance ?? call.Arguments.FirstOrDefault()?.Value;
        var provider = receiver is null ? Provider.Unknown : Provider.OfType(DatabaseCalls.Unconverted(receiver).Type);
        var name = call.TargetMethod.Name;
        return provider.Dialect == SqlDialect.Sqlite
            || (provider == Provider.SqlClient || provider == Provider.SystemSqlClient) && (name is "BeginTransaction" or "Commit" or "Rollback")
            || provider == Provider.Npgsql && name == "BeginTransaction";
    }
}
