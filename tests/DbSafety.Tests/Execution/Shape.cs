using System.Collections.Immutable;

namespace DbSafety.Tests.Execution;

/// <summary>One statement with values glued in: C# that makes the SQL from the parameters of <see cref="Shapes.Signature"/>.</summary>
/// <param name="Sql">The C# expression.</param>
/// <param name="Finds">It selects the rows whose text is the value, so that a value with an apostrophe must be found once it is a parameter.</param>
/// <param name="NotIn">The ways of running it that have no fix, because the value could mean something else there.</param>
internal sealed record Shape(string Sql, bool Finds = false, params ImmutableArray<string> NotIn);

/// <summary>One way of running SQL: a method body in which <c>§</c> is the SQL.</summary>
internal sealed record Way(string Name, string Connection, string Body);

/// <summary>What the values of one run are.</summary>
internal sealed record Values(string? Text, string Numeric, long Number, decimal Price, double Ratio, DateTime Day, Guid Key, bool Flag)
{
    public object?[] Arguments(object connection) => [connection, Text, Numeric, Number, Price, Ratio, Day, Key, Flag, new[] { Number, 7 }, new[] { Text ?? "", "a" }];
}

internal static class Shapes
{
    public const string Signature = "string? text, string numeric, long number, decimal price, double ratio, DateTime day, Guid key, bool flag, long[] numbers, string[] texts";

    /// <summary>Texts that break, or would be changed by, a careless rewrite.</summary>
    public static ImmutableArray<string?> Texts { get; } =
    [
        null, "", " ", "a", "A", "O'Hara", "''", "x' OR '1'='1", "'; --", "50%", "a_b", "a%b", "\\", "C:\\temp\\new", "\"quoted\"", "ü", "Ünï¢ødé 漢字 😀", "e\u0301",
        "line\nbreak", "\t", "0", "5", "007", "1.5", "1e3", "@text", "$1", ":text", "?", "{0}", "{{}}", "--", "/* */", "NULL", "2024-02-29", new string('x', 5000),
    ];

    private static readonly string[] Numerics = ["5", "-5", "007", "1.5", "0"];

    /// <summary>One set of values, and so one row of the table, for each text.</summary>
    public static ImmutableArray<Values> Rows { get; } =
    [
        .. Texts.Select((text, i) => new Values(
            text, Numerics[i % Numerics.Length], i % 3 == 0 ? -i : i, i * 0.25m + (i % 4 == 0 ? 0 : 0.1m), i / 8.0,
            new DateTime(2024, 1 + i % 12, 1 + i % 28, i % 24, 30, 15), new Guid(i, 2, 3, [4, 5, 6, 7, 8, 9, 10, 11]), i % 2 == 0)),
    ];
}
