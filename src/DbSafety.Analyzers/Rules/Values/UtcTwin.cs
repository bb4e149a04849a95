using DbSafety.Model;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace DbSafety.Rules.Values;

/// <summary>What reads the same clock, or file, in UTC.</summary>
/// <param name="Text">The expression, for a message.</param>
/// <param name="Edits">The changes that make it.</param>
internal sealed record UtcTwin(string Text, TextEdits Edits)
{
    /// <summary>Null where there is no such expression, or where it takes a choice.</summary>
    public static UtcTwin? Of(LocalTime time)
    {
        var source = time.Source;
        if (Name(source.Syntax) is not { } name)
        {
            return null;
        }
        var edits = TextEdits.None;
        switch (source)
        {
            case IPropertyReferenceOperation { Property.Name: "Now" }:
                edits = edits.Replace(name.Span, "UtcNow");
                break;
            case IInvocationOperation { TargetMethod.Name: "GetLocalNow" }:
                edits = edits.Replace(name.Span, "GetUtcNow");
                break;
            case IPropertyReferenceOperation { Property.Name: "LocalDateTime" } property:
                edits = edits.Replace(name.Span, "UtcDateTime");
                if (property.Instance is IInvocationOperation { TargetMethod.Name: "GetLocalNow" } or IPropertyReferenceOperation { Property: { Name: "Now", ContainingType.Name: "DateTimeOffset" } }
                    && Name(property.Instance.Syntax) is { } clock)
                {
                    edits = edits.Replace(clock.Span, clock.ValueText == "Now" ? "UtcNow" : "GetUtcNow");
                }
                return new(edits.ApplyTo(source.Syntax), edits);
            case IInvocationOperation { TargetMethod.Name: "FromFileTime", Type.SpecialType: SpecialType.System_DateTime }:
            case IPropertyReferenceOperation { Property.ContainingType.Name: "FileSystemInfo" }:
            case IInvocationOperation { TargetMethod.ContainingType.Name: "File" or "Directory" }:
                edits = edits.Replace(name.Span, name.ValueText + "Utc");
                break;
            default:
                return null;
        }
        var whole = source.Syntax;
        if (time.Kind != LocalTimeKind.Offset && source.Type?.Name == "DateTimeOffset")
        {
            // A DateTime is made of it: right here, or somewhere else, where the change would be another one.
            if (time.Steps.Count == 0 || time.Steps[0] is not IPropertyReferenceOperation { Property.Name: "DateTime" } part || part.Instance != source || Name(part.Syntax) is not { } partName)
            {
                return null;
            }
            edits = edits.Replace(partName.Span, "UtcDateTime");
            whole = part.Syntax;
        }
        return new(edits.ApplyTo(whole), edits);
    }

    private static SyntaxToken? Name(SyntaxNode expression) => expression switch
    {
        MemberAccessExpressionSyntax access => access.Name.Identifier,
        IdentifierNameSyntax name => name.Identifier,
        MemberBindingExpressionSyntax binding => binding.Name.Identifier,
        InvocationExpressionSyntax invocation => Name(invocation.Expression),
        _ => null,
    };
}
