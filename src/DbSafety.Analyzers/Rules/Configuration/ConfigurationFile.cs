using DbSafety.Engine;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace DbSafety.Rules.Configuration;

/// <summary>One <c>key = value</c> line of a configuration file.</summary>
/// <param name="Span">From the first character of the key to the last of the value.</param>
internal readonly record struct Setting(string Key, string Value, TextSpan Span);

/// <summary>Reads <c>.editorconfig</c> and <c>.globalconfig</c> files as the compiler does: keys in any case, a value ends at <c>#</c> or <c>;</c>.</summary>
internal static class ConfigurationFile
{
    public static bool IsOne(AdditionalText file)
    {
        var name = Path.GetFileName(file.Path);
        return name.EndsWith(".editorconfig", StringComparison.OrdinalIgnoreCase)
            || name.EndsWith(".globalconfig", StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>The lines that set an option of DbSafety, known or not.</summary>
    public static IEnumerable<Setting> OptionsIn(SourceText text) =>
        from line in text.Lines
        let setting = Read(text, line)
        where setting is { } s && s.Key.StartsWith(Option.Prefix, StringComparison.OrdinalIgnoreCase)
        select setting.Value;

    /// <summary>True where the file says <c>root = true</c>, so that files of the folders above it do not count.</summary>
    public static bool IsRoot(SourceText text) =>
        text.Lines
            .TakeWhile(line => !line.ToString().TrimStart().StartsWith("[", StringComparison.Ordinal))
            .Select(line => Read(text, line))
            .Any(s => s is { } setting && Is(setting.Key, "root") && Is(setting.Value, "true"));

    private static bool Is(string text, string expected) => text.Equals(expected, StringComparison.OrdinalIgnoreCase);

    private static Setting? Read(SourceText text, TextLine line)
    {
        var start = Skip(text, line.Start, line.End, char.IsWhiteSpace);
        var keyEnd = Skip(text, start, line.End, c => char.IsLetterOrDigit(c) || c is '_' or '.' or '-');
        var sign = Skip(text, keyEnd, line.End, char.IsWhiteSpace);
        if (keyEnd == start || sign == line.End || text[sign] is not ('=' or ':'))
        {
            return null;
        }

        var valueStart = Skip(text, sign + 1, line.End, char.IsWhiteSpace);
        var valueEnd = Skip(text, valueStart, line.End, c => c is not ('#' or ';'));
        while (valueEnd > valueStart && char.IsWhiteSpace(text[valueEnd - 1]))
        {
            valueEnd--;
        }
        var end = valueEnd > valueStart ? valueEnd : sign + 1;
        return new Setting(
            text.ToString(TextSpan.FromBounds(start, keyEnd)),
            text.ToString(TextSpan.FromBounds(valueStart, valueEnd)),
            TextSpan.FromBounds(start, end));
    }

    private static int Skip(SourceText text, int from, int end, Func<char, bool> skipped)
    {
        while (from < end && skipped(text[from]))
        {
            from++;
        }
        return from;
    }
}
