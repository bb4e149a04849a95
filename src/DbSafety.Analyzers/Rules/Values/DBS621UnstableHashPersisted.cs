using System.Collections.Immutable;
using DbSafety.Engine;
using DbSafety.Model;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace DbSafety.Rules.Values;

/// <summary>A hash that is another number in every process, stored, sent, compared with what is stored, or used as the name of a lock.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
internal sealed class DBS621UnstableHashPersisted() : DbRule(Descriptor)
{
    private static readonly DiagnosticDescriptor Descriptor = Rule.Of(
        "DBS621", "Unstable hash persisted",
        "'{0}' is another number in every process, and is {1}; use a hash that stays the same, such as SHA256 or XxHash32",
        Area.Values, DiagnosticSeverity.Warning,
        "GetHashCode of text is seeded anew in each process: after a restart nothing is found under the stored number, and two processes take different locks for the same key.");

    private static readonly string[] Locks = ["pg_advisory", "pg_try_advisory", "get_lock", "release_lock", "sp_getapplock"];

    protected override bool MayApply(RuleContext context) => UnstableHash.Words.AreIn(context.Compilation);

    protected override void Register(RuleContext context)
    {
        var hashes = new UnstableHash(context.Model, context.Compilation);
        context.OnBody(body =>
        {
            if (!UnstableHash.Words.AreIn(body.Operation.Syntax.SyntaxTree) || Surroundings.IsTest(body.ContainingSymbol))
            {
                return;
            }
            var reported = new HashSet<SyntaxNode>();
            foreach (var stored in PersistedValues.In(body.Operation, context.Model, v => hashes.In(v) is not null))
            {
                // In a query about the rows' own hashes nothing is stored: EF cannot translate it.
                if (hashes.In(stored.Value) is { } hash && !IsOfRow(hash.Operation) && reported.Add(hash.Place.Syntax))
                {
                    body.ReportDiagnostic(Diagnostic.Create(Descriptor, hash.Place.Syntax.GetLocation(), Plan(stored, hash), OneLine(hash.Place), Destination(stored)));
                }
            }
            foreach (var value in SentValues.In(body.Operation, ExternalKind.Broker))
            {
                if (hashes.In(value) is { } hash && reported.Add(hash.Place.Syntax))
                {
                    body.ReportDiagnostic(Diagnostic.Create(Descriptor, hash.Place.Syntax.GetLocation(), OneLine(hash.Place), "sent in a message"));
                }
            }
        });
    }

    private static string Destination(PersistedValue stored) =>
        stored.Statement?.Templates.Any(t => Locks.Any(l => t.Script.Text.Text.IndexOf(l, StringComparison.OrdinalIgnoreCase) >= 0)) == true ? "the name of a lock"
        : stored.By switch { PersistedBy.Query => "compared with", PersistedBy.SqlText => "written into", _ => "stored in" }
            + (stored.Name is { } name ? $" '{name}'" : stored.By == PersistedBy.SqlText ? " the SQL text" : " the database");

    private static bool IsOfRow(IOperation hash) =>
        hash.Descendants().OfType<IParameterReferenceOperation>().Any(p => p.Parameter.ContainingSymbol is IMethodSymbol { MethodKind: MethodKind.LambdaMethod });

    /// <summary>Where the stored value is the hash of a text, as text, it can as well be another one. A number column has no room for it.</summary>
    private static ImmutableDictionary<string, string?>? Plan(PersistedValue stored, TracedValue hash)
    {
        if (stored.By is not (PersistedBy.Parameter or PersistedBy.DapperParameter or PersistedBy.EntityProperty)
            || hash is not { Operation: IInvocationOperation { TargetMethod.ContainingType.SpecialType: SpecialType.System_String, Instance: { } text, Arguments.IsEmpty: true } }
            || CommandUses.Unwrap(stored.Value) is not IInvocationOperation { TargetMethod.Name: "ToString", Instance: { } printed } print || CommandUses.Unwrap(printed) != hash.Operation
            || print.Syntax.DescendantTokens().Any(t => t.HasLeadingTrivia && !string.IsNullOrWhiteSpace(t.LeadingTrivia.ToString()))
            || HasLength(stored) || Destination(stored) == "the name of a lock")
        {
            return null;
        }
        return ImmutableDictionary<string, string?>.Empty.Add(
            TextEdits.Property, TextEdits.None.Replace(print.Syntax.Span, $"Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes({Bare(text.Syntax)})))").Encode());
    }

    /// <summary>The column may be too short for 64 digits.</summary>
    private static bool HasLength(PersistedValue stored) =>
        stored.ColumnType is { } type && type.IndexOf("char", StringComparison.Ordinal) >= 0
        || stored.Property?.GetAttributes().Any(a => a.AttributeClass?.Name is "MaxLengthAttribute" or "StringLengthAttribute") == true;

    private static SyntaxNode Bare(SyntaxNode text) => text is ParenthesizedExpressionSyntax parenthesized ? parenthesized.Expression : text;

    private static string OneLine(IOperation operation) => string.Join(" ", operation.Syntax.ToString().Split([' ', '\r', '\n', '\t'], StringSplitOptions.RemoveEmptyEntries)).Replace(" .", ".");
}
