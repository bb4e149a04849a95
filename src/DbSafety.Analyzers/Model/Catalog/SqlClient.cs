namespace DbSafety.Model.Catalog;

internal static partial class Libraries
{
    /// <summary>Microsoft.Data.SqlClient: all of it has the ADO.NET shapes, <c>SqlBatchCommand</c> included.</summary>
    public static Library MicrosoftSqlClient => new("Microsoft.Data.SqlClient", "");

    /// <summary>System.Data.SqlClient, the package; in .NET Framework it is part of System.Data.</summary>
    public static Library SystemSqlClient => new("System.Data.SqlClient", "");
}
