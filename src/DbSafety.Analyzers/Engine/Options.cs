using System.Collections.Immutable;
using System.Reflection;
using DbSafety.Sql;

namespace DbSafety.Engine;

/// <summary>The options that more than one rule reads, and the list of all. An option of a single rule may be a static field of its class.</summary>
internal static class Options
{
    public static readonly Option<SqlDialect> Dialect = new(
        "dbsafety.dialect",
        "one of tsql, postgresql, mysql, sqlite, googlesql, oracle",
        "unset",
        "The SQL dialect where neither the static type of the command or connection nor the EF Core provider tells it.",
        SqlDialect.Unknown,
        TryParseDialect);

    public static readonly Option<ImmutableArray<string>> MaintenanceNames = new(
        "dbsafety.DBS509.maintenance_names",
        "a comma-separated list of words",
        "truncate, reset, clear, purge, wipe, deleteall, cleanup",
        "A method whose name contains one of these words may update or delete without WHERE.",
        ImmutableArray.Create("truncate", "reset", "clear", "purge", "wipe", "deleteall", "cleanup"),
        TryParseWords);

    private static readonly Lazy<ImmutableArray<Option>> Found = new(Find);

    /// <summary>Every option there is, by key: the static fields of this class and of the rules.</summary>
    public static ImmutableArray<Option> All => Found.Value;

    private static bool TryParseDialect(string text, out SqlDialect value) =>
        (value = text.ToLowerInvariant() switch
        {
            "tsql" => SqlDialect.TSql,
            "postgresql" => SqlDialect.PostgreSql,
            "mysql" => SqlDialect.MySql,
            "sqlite" => SqlDialect.Sqlite,
            "googlesql" => SqlDialect.GoogleSql,
            "oracle" => SqlDialect.Oracle,
            _ => SqlDialect.Unknown,
        }) != SqlDialect.Unknown;

    private static bool TryParseWords(string text, out ImmutableArray<string> value)
    {
        value = text.Split(',').Select(word => word.Trim()).ToImmutableArray();
        return value.All(word => word.Length > 0 && word.All(c => char.IsLetterOrDigit(c) || c == '_'));
    }

    private static ImmutableArray<Option> Find() =>
        typeof(Options).Assembly.GetTypes()
            .Where(type => type == typeof(Options) || type.IsSubclassOf(typeof(DbRule)))
            .SelectMany(type => type.GetFields(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
            .Where(field => typeof(Option).IsAssignableFrom(field.FieldType))
            .Select(field => (Option)field.GetValue(null)!)
            .OrderBy(option => option.Key, StringComparer.OrdinalIgnoreCase)
            .ToImmutableArray();
}
