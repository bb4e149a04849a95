namespace DbSafety.Model.Catalog;

/// <summary>The database libraries DbSafety knows, one file each.</summary>
internal static partial class Libraries
{
    public static readonly IReadOnlyList<Library> All =
    [
        AdoNet, MicrosoftSqlClient, SystemSqlClient, MicrosoftSqlite, SystemSqlite, SqlitePclRaw, SqliteNet,
        Npgsql, MySqlConnector, MySqlData, Firebird, DuckDb, OtherProviders, Spanner, Cassandra, Cosmos,
        WebForms, EnterpriseLibrary, DataApplicationBlock,
        Dapper, DapperSqlBuilder, EfCore, EfCore2, EfCoreCosmos, EntityFramework6, LinqToSql, Linq2Db, Linq2Db5, NHibernate,
        OrmLite, NPoco, PetaPoco, RepoDb, SqlKata, FreeSql, SqlSugar, InsightDatabase, Marten,
    ];
}
