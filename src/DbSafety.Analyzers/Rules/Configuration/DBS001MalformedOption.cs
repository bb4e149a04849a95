using System.Collections.Immutable;
using DbSafety.Engine;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace DbSafety.Rules.Configuration;

/// <summary>
/// DBS001: a <c>dbsafety.*</c> key that no option has, or a value that its option does not understand. The package passes the
/// configuration files of a project as AdditionalFiles, so that the report has a file and a line; without them the compiler gives
/// keys and values only, and the report names the first C# file they apply to.
/// </summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
[NoFix("a code fix cannot edit a configuration file, and which value was meant is the author's to say")]
internal sealed class DBS001MalformedOption() : DbRule(Descriptor)
{
    private static readonly DiagnosticDescriptor Descriptor = Rule.Of(
        "DBS001", "A DbSafety option is misspelt or has a value that is not understood",
        "'{0}' is ignored: {1}",
        Area.Configuration, DiagnosticSeverity.Warning,
        "An option that is not understood changes nothing, so the analysis goes on with the default and not with what was meant.",
        atCompilationEnd: true);

    protected override void Register(RuleContext context)
    {
        var files = context.Options.AdditionalFiles.Where(ConfigurationFile.IsOne).ToImmutableArray();
        context.OnAdditionalFile(ConfigurationFile.IsOne, file => Report(file, files));
        context.OnCompilationEnd(end =>
        {
            ReportBuildProperties(end);
            if (files.IsEmpty)
            {
                ReportKeys(end);
            }
        });
    }

    private static void Report(AdditionalFileAnalysisContext context, ImmutableArray<AdditionalText> files)
    {
        if (context.AdditionalFile.GetText(context.CancellationToken) is not { } text)
        {
            return;
        }
        foreach (var setting in ConfigurationFile.OptionsIn(text))
        {
            if (Problem(setting.Key, setting.Value) is { } problem && Governs(context, files))
            {
                var location = Location.Create(context.AdditionalFile.Path, setting.Span, text.Lines.GetLinePositionSpan(setting.Span));
                context.ReportDiagnostic(Diagnostic.Create(Descriptor, location, $"{setting.Key} = {setting.Value}", problem));
            }
        }
    }

    private static void ReportBuildProperties(CompilationAnalysisContext context)
    {
        foreach (var option in Options.All)
        {
            if (option.BuildPropertyValue(context.Options) is { } value && !option.Understands(value))
            {
                context.ReportDiagnostic(Diagnostic.Create(
                    Descriptor, Location.None, $"{option.BuildProperty} = {value}", Expected(option) + "; it is set as an MSBuild property"));
            }
        }
    }

    private static void ReportKeys(CompilationAnalysisContext context)
    {
        var seen = new HashSet<(string, string)>();
        foreach (var tree in context.Compilation.SyntaxTrees)
        {
            var options = context.Options.AnalyzerConfigOptionsProvider.GetOptions(tree);
            foreach (var key in options.Keys)
            {
                if (key.StartsWith(Option.Prefix, StringComparison.OrdinalIgnoreCase)
                    && options.TryGetValue(key, out var value)
                    && seen.Add((key, value))
                    && Problem(key, value) is { } problem)
                {
                    context.ReportDiagnostic(Diagnostic.Create(
                        Descriptor, Location.None, $"{key} = {value}", $"{problem}; it is set for {Path.GetFileName(tree.FilePath)}"));
                }
            }
        }
    }

    /// <summary>What is wrong with a setting, as the second half of the message; null when nothing is.</summary>
    private static string? Problem(string key, string value)
    {
        if (Options.All.FirstOrDefault(o => o.Key.Equals(key, StringComparison.OrdinalIgnoreCase)) is { } option)
        {
            return option.Understands(value) ? null : Expected(option);
        }
        return "no option has this name" + (Nearest.To(key, Options.All.Select(o => o.Key)) is { } nearest ? $"; did you mean '{nearest}'" : "");
    }

    private static string Expected(Option option) => $"expected {option.Accepts}; the default '{option.Fallback}' applies";

    /// <summary>
    /// False for an <c>.editorconfig</c> above another one that says <c>root = true</c> for every source file: the build lists it
    /// too, but the compiler does not read it.
    /// </summary>
    private static bool Governs(AdditionalFileAnalysisContext context, ImmutableArray<AdditionalText> files)
    {
        if (!Path.GetFileName(context.AdditionalFile.Path).Equals(".editorconfig", StringComparison.OrdinalIgnoreCase))
        {
            return true;
        }
        var folder = FolderOf(context.AdditionalFile.Path);
        var roots = files
            .Where(f => f.GetText(context.CancellationToken) is { } text && ConfigurationFile.IsRoot(text))
            .Select(f => FolderOf(f.Path))
            .Where(root => root.Length > folder.Length && IsWithin(root, folder))
            .ToImmutableArray();
        return roots.IsEmpty
            || context.Compilation.SyntaxTrees.Any(tree => IsWithin(tree.FilePath, folder) && !roots.Any(root => IsWithin(tree.FilePath, root)));
    }

    private static bool IsWithin(string path, string folder) =>
        path.Replace('\\', '/').StartsWith(folder, StringComparison.OrdinalIgnoreCase);

    /// <summary>The folder of a file, with a slash at its end.</summary>
    private static string FolderOf(string path) =>
        path.Replace('\\', '/') is var p ? p.Substring(0, p.LastIndexOf('/') + 1) : "";
}
