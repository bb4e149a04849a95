using Microsoft.CodeAnalysis;

namespace DbSafety.Model;

/// <summary>Which database EF Core talks to, as far as the references say.</summary>
internal static class EfProviders
{
    private const string Core = "Microsoft.EntityFrameworkCore";

    private static readonly Dictionary<string, Provider> ByAssembly = new(StringComparer.OrdinalIgnoreCase)
    {
        ["Microsoft.EntityFrameworkCore.Sqlite"] = Provider.MicrosoftSqlite,
        ["Microsoft.EntityFrameworkCore.SqlServer"] = Provider.SqlClient,
        ["Npgsql.EntityFrameworkCore.PostgreSQL"] = Provider.Npgsql,
        ["Pomelo.EntityFrameworkCore.MySql"] = Provider.MySqlConnector,
        ["MySql.EntityFrameworkCore"] = Provider.MySqlData,
    };

    private static readonly string[] Neutral =
        ["Abstractions", "Relational", "Design", "Tools", "Proxies", "Analyzers", "Templates", "Tasks", "InMemory", "DynamicLinq"];

    /// <summary>
    /// The ADO.NET provider under every context of a compilation: that of the only EF Core provider it references. Null where it
    /// references none, several, or one that is not known.
    /// </summary>
    public static Provider? Only(Compilation compilation)
    {
        Provider? only = null;
        foreach (var name in compilation.ReferencedAssemblyNames.Select(a => a.Name))
        {
            if (ByAssembly.TryGetValue(name, out var provider))
            {
                if (only is not null)
                {
                    return null;
                }
                only = provider;
            }
            else if (name.IndexOf("EntityFrameworkCore.", StringComparison.OrdinalIgnoreCase) >= 0 && !IsNeutral(name))
            {
                return null;
            }
        }
        return only;
    }

    /// <summary>A part of EF Core itself, or an extension of a provider (NetTopologySuite), that opens no connection.</summary>
    private static bool IsNeutral(string assembly) =>
        Neutral.Any(part => assembly.Equals($"{Core}.{part}", StringComparison.OrdinalIgnoreCase))
        || ByAssembly.Keys.Any(known => assembly.StartsWith(known + ".", StringComparison.OrdinalIgnoreCase))
        || !assembly.StartsWith(Core, StringComparison.OrdinalIgnoreCase) && assembly.StartsWith("Microsoft.", StringComparison.OrdinalIgnoreCase);
}
