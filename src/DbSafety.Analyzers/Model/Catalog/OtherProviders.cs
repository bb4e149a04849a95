namespace DbSafety.Model.Catalog;

internal static partial class Libraries
{
    /// <summary>Providers with the ADO.NET shapes and nothing more. They are named for the gate alone.</summary>
    public static Library OtherProviders => new("System.Data.Odbc", "")
    {
        Aliases =
        [
            "System.Data.OleDb", "System.Data.OracleClient", "System.Data.SqlServerCe", "Mono.Data.Sqlite",
            "Oracle.ManagedDataAccess", "Oracle.DataAccess", "IBM.Data.Db2", "IBM.Data.DB2.Core", "Snowflake.Data", "ClickHouse.Client",
        ],
    };
}
