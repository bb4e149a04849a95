using System.Diagnostics.CodeAnalysis;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace DbSafety.Engine;

/// <summary>A setting that users make in <c>.editorconfig</c>, <c>.globalconfig</c> or as an MSBuild property.</summary>
internal abstract class Option
{
    public const string Prefix = "dbsafety.";

    /// <param name="key"><c>dbsafety.name</c>, or <c>dbsafety.DBSnnn.name</c> for an option of one rule.</param>
    /// <param name="accepts">What a value may be, to be read after "expected": <c>one of a, b</c>.</param>
    /// <param name="fallback">What applies where nothing, or nothing understood, is set; as a user would write it.</param>
    /// <param name="meaning">One sentence for the documentation.</param>
    protected Option(string key, string accepts, string fallback, string meaning)
    {
        Key = key;
        Accepts = accepts;
        Fallback = fallback;
        Meaning = meaning;
        BuildProperty = "DbSafety" + string.Concat(key.Substring(Prefix.Length).Split('.', '_').Select(Capitalised));
    }

    public string Key { get; }
    public string Accepts { get; }
    public string Fallback { get; }
    public string Meaning { get; }

    /// <summary>The MSBuild property of the same meaning, used where no configuration file sets the key: <c>DbSafetyDialect</c>.</summary>
    public string BuildProperty { get; }

    /// <summary>True when <paramref name="value"/> is understood; blank and <c>unset</c> are, and mean the default.</summary>
    public abstract bool Understands(string value);

    /// <summary>The text a user set for the MSBuild property; null where it is not set.</summary>
    public string? BuildPropertyValue(AnalyzerOptions options) =>
        options.AnalyzerConfigOptionsProvider.GlobalOptions.TryGetValue("build_property." + BuildProperty, out var value) && IsSet(value)
            ? value
            : null;

    protected static bool IsSet(string value) =>
        !string.IsNullOrWhiteSpace(value) && !value.Equals("unset", StringComparison.OrdinalIgnoreCase);

    private static string Capitalised(string word) => word.Length == 0 ? word : char.ToUpperInvariant(word[0]) + word.Substring(1);
}

/// <summary>Reads the text of an option; false where it is not understood.</summary>
internal delegate bool OptionParser<T>(string text, [NotNullWhen(true)] out T? value);

/// <summary>An option whose values are of type <typeparamref name="T"/>.</summary>
internal sealed class Option<T>(string key, string accepts, string fallback, string meaning, T fallbackValue, OptionParser<T> parse)
    : Option(key, accepts, fallback, meaning)
    where T : notnull
{
    /// <summary>
    /// The value in force for a file: what its configuration says, else what the MSBuild property says, else the default.
    /// A text that is not understood counts as absent; DBS001 reports it.
    /// </summary>
    public T In(SyntaxTree tree, AnalyzerOptions options)
    {
        var provider = options.AnalyzerConfigOptionsProvider;
        return Of(provider.GetOptions(tree)) ?? Of(provider.GlobalOptions) ?? OfBuildProperty(options) ?? new Holder(fallbackValue);
    }

    public override bool Understands(string value) => !IsSet(value) || parse(value.Trim(), out _);

    private Holder? Of(AnalyzerConfigOptions options) =>
        options.TryGetValue(Key, out var text) ? Parse(text) : null;

    private Holder? OfBuildProperty(AnalyzerOptions options) =>
        BuildPropertyValue(options) is { } text ? Parse(text) : null;

    private Holder? Parse(string text) => IsSet(text) && parse(text.Trim(), out var value) ? new Holder(value) : null;

    /// <summary>Lets "no value" and "the value zero" differ for every T.</summary>
    private readonly record struct Holder(T Value)
    {
        public static implicit operator T(Holder holder) => holder.Value;
    }
}
