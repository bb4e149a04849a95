using DbSafety.Model.Catalog;
using Microsoft.CodeAnalysis;

namespace DbSafety.Model;

/// <summary>The sinks and quoting methods a user declares in AdditionalFiles named <c>DbSafety.Apis.txt</c> (or <c>….DbSafety.Apis.txt</c>).</summary>
internal static class UserApis
{
    public const string FileName = "DbSafety.Apis.txt";

    public static bool IsApisFile(AdditionalText file) =>
        Path.GetFileName(file.Path) is var name
        && (name.Equals(FileName, StringComparison.OrdinalIgnoreCase) || name.EndsWith("." + FileName, StringComparison.OrdinalIgnoreCase));

    /// <summary>The well-formed lines; a malformed one is left out here and reported by the rule on malformed configuration.</summary>
    public static IEnumerable<Api> Read(IEnumerable<AdditionalText> files) =>
        from file in files
        where IsApisFile(file)
        let text = file.GetText()
        where text is not null
        from line in text.Lines
        from api in Api.Parse(line.ToString(), out _)
        select api;
}
