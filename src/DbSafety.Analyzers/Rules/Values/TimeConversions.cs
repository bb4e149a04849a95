using DbSafety.Model;
using Microsoft.CodeAnalysis;

namespace DbSafety.Rules.Values;

/// <summary>What a project does about times once and for all, in a place of its own: where it does, no single place is wrong.</summary>
internal sealed class TimeConversions(Compilation compilation, DbModel model)
{
    private static readonly Mentions SavingChanges = new("override int SaveChanges", "override Task<int> SaveChangesAsync", "override async Task<int> SaveChangesAsync", "SavingChanges");
    private static readonly Mentions Normalising = new("ToUniversalTime", "SpecifyKind", "UtcDateTime");
    private static readonly Mentions LegacySwitch = new("EnableLegacyTimestampBehavior");
    private static readonly Mentions LocalKind = new("DateTimeKind=Local", "Date Time Kind=Local", "DateTimeKind = Local", "MySqlDateTimeKind.Local");

    private readonly DapperTypeMaps _dapper = new(compilation);
    private readonly Lazy<bool> _ef = new(() => compilation.SyntaxTrees.Any(t => SavingChanges.AreIn(t) && Normalising.AreIn(t)));
    private readonly Lazy<bool> _legacy = new(() => LegacySwitch.AreIn(compilation));
    private readonly Lazy<bool> _local = new(() => LocalKind.AreIn(compilation));

    /// <summary>Npgsql is told to treat times as it did before version 6: local ones are converted, not rejected.</summary>
    public bool IsLegacyNpgsql => _legacy.Value;

    /// <summary>MySqlConnector is told that all times are local, and rejects others.</summary>
    public bool IsLocalMySql => _local.Value;

    /// <summary>
    /// A Dapper type handler that also runs on writes, an EF value converter for the property or its type, or a SaveChanges that sets the
    /// kind of what it saves.
    /// </summary>
    public bool Covers(PersistedValue value) => value.By switch
    {
        PersistedBy.DapperParameter => _dapper.AreRemoved(value.Value.Type?.Name == "DateTimeOffset" ? "DateTimeOffset" : "DateTime"),
        PersistedBy.EntityProperty or PersistedBy.EntityDefault or PersistedBy.Query =>
            _ef.Value || (value.Property is { } property ? model.Ef.IsConverted(property) : model.Ef.IsConverted("DateTime")),
        _ => false,
    };
}
