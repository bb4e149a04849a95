namespace DbSafety.Model.Catalog;

/// <summary>The database libraries DbSafety knows, one file each.</summary>
internal static partial class Libraries
{
    public static readonly IReadOnlyList<Library> All =
    [
        AdoNet, MicrosoftSqlClient, SystemSqlClient, MicrosoftSqlite, SystemSqlite, SqlitePclRaw, SqliteNet,
        Npgsql, MySqlConnector, MySqlData, Firebird, DuckDb, Cosmos,
        Dapper, EfCore, EfCore2, Linq2Db, Linq2Db5,
    ];
}
