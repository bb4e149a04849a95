using DbSafety.Engine;
using DbSafety.Model;

namespace DbSafety.Rules.Cancellation;

/// <summary>The changes a rule has tried by binding, made.</summary>
internal static class TriedEdits
{
    /// <summary>Property: a namespace the file has to import.</summary>
    public const string Import = "import";

    /// <summary>Null where the rule found no change it can be sure of.</summary>
    public static Edits? Of(FixContext context)
    {
        if (context.Property(TextEdits.Property) is not { } encoded)
        {
            return null;
        }
        var edits = context.Edit();
        foreach (var (span, text) in TextEdits.Decode(encoded).Changes)
        {
            edits = span.IsEmpty ? edits.Insert(span.Start, text) : edits.Replace(span, text);
        }
        if (context.Property(AsyncPlaces.Before) is { } before && context.Diagnostic.AdditionalLocations.Count > 0
            && context.NodeAt(context.Diagnostic.AdditionalLocations[0]) is { } awaited)
        {
            edits = edits.Wrap(awaited, before, context.Property(AsyncPlaces.After)!);
        }
        return context.Property(Import) is { } import ? edits.Using(import) : edits;
    }
}
