namespace DbSafety.Flow;

/// <summary>Names in the text of a file, by their hashes (FNV-1a): two names with one hash cost a look, no more.</summary>
internal static class NameHash
{
    public const uint Empty = 2166136261;

    public static uint Of(string name) => name.Aggregate(Empty, Add);

    public static uint Add(uint hash, char c) => (hash ^ c) * 16777619;

    /// <summary>Of names, digits included: what stands before decides whether it begins one.</summary>
    public static bool IsPart(char c) => c is >= 'a' and <= 'z' or >= 'A' and <= 'Z' or '_' or >= '0' and <= '9' or > '\x7f';
}
