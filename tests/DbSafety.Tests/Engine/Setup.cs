using System.Collections.Immutable;
using Microsoft.CodeAnalysis.CSharp;

namespace DbSafety.Tests.Engine;

internal enum References
{
    /// <summary>.NET 10 and every database library the test project references.</summary>
    All,
    /// <summary>As <see cref="All"/>, without EF Core's PostgreSQL provider, so that its only one is SQLite's. The source brings its own imports.</summary>
    SqliteEf,
    /// <summary>.NET 10 alone: System.Data is there, no provider is.</summary>
    Net100,
    /// <summary>.NET 8 alone.</summary>
    Net80,
}

/// <summary>What a test wants other than the usual; each difference is named where it is used.</summary>
internal sealed record Setup
{
    public static Setup Default { get; } = new();

    public References References { get; init; } = References.All;

    /// <summary>Before C# 10 there are no global usings: the source brings its own.</summary>
    public LanguageVersion Language { get; init; } = LanguageVersion.Latest;
    public bool Nullable { get; init; } = true;

    /// <summary>False leaves out the global usings of <see cref="TestProject"/>.</summary>
    public bool Usings { get; init; } = true;

    /// <summary>The statements are a program, not the body of a method.</summary>
    public bool TopLevel { get; init; }

    /// <summary>The source is meant to have compile errors.</summary>
    public bool AllowErrors { get; init; }

    /// <summary>Text of an .editorconfig; a section header is added where it has none.</summary>
    public string? EditorConfig { get; init; }

    /// <summary>Files in the project that are not code: (name, text).</summary>
    public ImmutableArray<(string Name, string Text)> AdditionalFiles { get; init; } = [];

    /// <summary>Further code files of the project, without markup.</summary>
    public ImmutableArray<string> Sources { get; init; } = [];

    /// <summary>For <c>Fixes</c>: the key of the action, where it is not the first one.</summary>
    public string? Action { get; init; }

    /// <summary>For <c>Fixes</c>: false where the fixed text differs, or does not compile, with nullable turned the other way.</summary>
    public bool EitherNullable { get; init; } = true;
}
