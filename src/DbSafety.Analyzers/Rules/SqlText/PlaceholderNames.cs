using System.Collections.Immutable;
using DbSafety.Engine;
using DbSafety.Model;
using DbSafety.Sql;

namespace DbSafety.Rules.SqlText;

/// <summary>The placeholders of a SQL text, as the provider that will run it reads them (facts/sinks §9, measured).</summary>
internal sealed class PlaceholderNames
{
    private static readonly char[] Prefixes = ['@', ':', '$', '?'];

    private readonly Provider _provider;
    private readonly bool _isDapper;
    private readonly SqlParameterStyle[] _styles;
    private readonly ImmutableArray<SqlParameterName> _wanted;

    public PlaceholderNames(DbCall call, SqlScript script)
        : this(call.Provider, script, ObjectParameters.AreOf(call))
    {
    }

    private PlaceholderNames(Provider provider, SqlScript script, bool isDapper)
    {
        (_provider, Script, _isDapper) = (provider, script, isDapper);
        _styles = StylesOf(provider, isDapper);
        _wanted = script.Parameters.IsEmpty ? ImmutableArray<SqlParameterName>.Empty : script.Parameters.Where(p => !p.IsLocal && _styles.Contains(p.Style)).ToImmutableArray();
    }

    public SqlScript Script { get; }

    public bool IsEmpty => Script.Parameters.All(p => p.Style == SqlParameterStyle.Brace);

    /// <summary>
    /// What the provider takes for a placeholder is known, and the text holds nothing else of that look. Not for Oracle, ODBC and
    /// OLE DB, which bind by position whatever the names are, nor for DuckDB, whose SQL is not read.
    /// </summary>
    public bool MayReport =>
        _provider != Provider.Oracle && _provider != Provider.OracleClient && _provider != Provider.Odbc && _provider != Provider.OleDb && _provider != Provider.DuckDb
        && Script.Parameters.All(p => p.Name.IndexOf(Sql.SqlText.HoleChar) < 0 && (_styles.Contains(p.Style) || p.Style == SqlParameterStyle.Brace && !_isDapper || IsForeign(p)))
        && (Highest is null || _wanted.All(p => p.Style == SqlParameterStyle.DollarNumber));

    /// <summary>The highest <c>$n</c> of a PostgreSQL text; null where it has none.</summary>
    public int? Highest => _provider == Provider.Npgsql && _wanted.Any(p => p.Style == SqlParameterStyle.DollarNumber)
        ? _wanted.Max(p => p.Style == SqlParameterStyle.DollarNumber && int.TryParse(p.Name, out var n) ? n : 0)
        : null;

    /// <summary>The same text, run by another provider.</summary>
    public PlaceholderNames For(Provider provider) => new(provider, Script, _isDapper);

    public static bool HasPrefix(string name) => name.Length > 0 && Prefixes.Contains(name[0]);

    /// <summary>What the placeholders and the parameters do not have in common.</summary>
    public PlaceholderComparison Compare(IReadOnlyCollection<GivenParameter?> parameters)
    {
        var given = parameters.Where(p => p?.Name is not null).Select(p => p!).ToList();
        var missing = _wanted.Where(w => !given.Exists(g => Fit(w, g.Name!))).ToList();
        var unused = given.Where(g => !Script.Parameters.Any(p => Fit(p, g.Name!))).ToList();
        var misspelt = ImmutableArray.CreateBuilder<(GivenParameter, SqlParameterName)>();
        foreach (var placeholder in missing.ToList())
        {
            var similar = unused.Where(u => IsSimilar(placeholder.Name, Bare(u.Name!))).ToList();
            if (similar.Select(s => s.Name).Distinct().Count() == 1 && missing.Count(m => IsSimilar(m.Name, Bare(similar[0].Name!))) == 1)
            {
                misspelt.AddRange(similar.Select(s => (s, placeholder)));
                missing.Remove(placeholder);
                unused.RemoveAll(similar.Contains);
            }
        }
        // In MySQL a name without a parameter may be a user variable. A provider that is not known may bind by position.
        if (_provider.Dialect == SqlDialect.MySql || _provider == Provider.Unknown && !_isDapper && given.Count == _wanted.Length)
        {
            missing.Clear();
            unused.RemoveAll(_ => _provider == Provider.Unknown);
        }
        return new(misspelt.ToImmutable(), missing.Select(Written).ToImmutableArray(), unused.ToImmutableArray());
    }

    private static SqlParameterStyle[] StylesOf(Provider provider, bool isDapper) => provider.Dialect switch
    {
        _ when provider == Provider.Npgsql && !isDapper => [SqlParameterStyle.At, SqlParameterStyle.Colon, SqlParameterStyle.DollarNumber],
        SqlDialect.PostgreSql => [SqlParameterStyle.At, SqlParameterStyle.Colon, SqlParameterStyle.Brace],
        SqlDialect.Sqlite when !isDapper => [SqlParameterStyle.At, SqlParameterStyle.Colon, SqlParameterStyle.DollarName, SqlParameterStyle.DollarNumber],
        SqlDialect.Sqlite => [SqlParameterStyle.At, SqlParameterStyle.Colon, SqlParameterStyle.DollarName, SqlParameterStyle.Brace],
        _ when isDapper => [SqlParameterStyle.At, SqlParameterStyle.Brace],
        _ => [SqlParameterStyle.At],
    };

    /// <summary>What the provider does not take for a placeholder, and what then is something else for certain.</summary>
    private bool IsForeign(SqlParameterName placeholder) =>
        _provider != Provider.Unknown && placeholder.Style is SqlParameterStyle.Colon or SqlParameterStyle.DollarName or SqlParameterStyle.DollarNumber
        && _provider.Dialect is SqlDialect.TSql or SqlDialect.MySql;

    /// <summary>Whether a parameter is the placeholder's. SQLite compares every character; a name without prefix fits any.</summary>
    private bool Fit(SqlParameterName placeholder, string name) =>
        _provider.Dialect == SqlDialect.Sqlite && placeholder.Style != SqlParameterStyle.Brace
            ? name == (HasPrefix(name) ? Written(placeholder) : placeholder.Name)
            : Bare(name).Equals(placeholder.Name, StringComparison.OrdinalIgnoreCase);

    /// <summary>A placeholder as the text writes it.</summary>
    public string Written(SqlParameterName placeholder) =>
        placeholder.Style == SqlParameterStyle.Brace ? "{=" + placeholder.Name + "}" : Script.Text.Text[placeholder.Positions[0]] + placeholder.Name;

    private static string Bare(string name) => name.TrimStart(Prefixes);

    /// <summary>One misspelt for the other. Names that differ in a number are two of a series.</summary>
    private static bool IsSimilar(string placeholder, string name)
    {
        if (placeholder.Equals(name, StringComparison.OrdinalIgnoreCase))
        {
            return true;
        }
        return Math.Min(placeholder.Length, name.Length) >= 3
            && string.Concat(placeholder.Where(char.IsDigit)) == string.Concat(name.Where(char.IsDigit))
            && Nearest.To(placeholder, [name]) is not null;
    }
}

/// <summary>What the placeholders of a text and the parameters given to it do not have in common.</summary>
/// <param name="Misspelt">A parameter and the one placeholder that it resembles, neither having another match.</param>
/// <param name="Missing">Placeholders without a parameter, as written.</param>
internal sealed record PlaceholderComparison(
    ImmutableArray<(GivenParameter Parameter, SqlParameterName Placeholder)> Misspelt,
    ImmutableArray<string> Missing,
    ImmutableArray<GivenParameter> Unused);
