namespace DbSafety.Model.Catalog;

internal static partial class Libraries
{
    /// <summary>DuckDB.NET: the ADO.NET shapes, and the C interface beneath.</summary>
    public static Library DuckDb => new("DuckDB.NET.Data", """
        [DuckDB.NET.Native.NativeMethods+Query]::DuckDBQuery(query)
        [DuckDB.NET.Native.NativeMethods+PreparedStatements]::DuckDBPrepare(query)
        [DuckDB.NET.Native.NativeMethods+ExtractStatements]::DuckDBExtractStatements(query)
        """);
}
