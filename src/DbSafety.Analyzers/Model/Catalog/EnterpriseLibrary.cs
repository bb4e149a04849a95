namespace DbSafety.Model.Catalog;

internal static partial class Libraries
{
    /// <summary>The Enterprise Library's Data Access Application Block; one overload of each takes a procedure name instead.</summary>
    public static Library EnterpriseLibrary => new("Microsoft.Practices.EnterpriseLibrary.Data", """
        [Microsoft.Practices.EnterpriseLibrary.Data.Database]::GetSqlStringCommand(query)
        [Microsoft.Practices.EnterpriseLibrary.Data.Database]::ExecuteDataSet|ExecuteReader|ExecuteNonQuery|ExecuteScalar|LoadDataSet(commandText)
        [Microsoft.Practices.EnterpriseLibrary.Data.Database]::ExecuteDataSet|ExecuteReader|ExecuteNonQuery(storedProcedureName) name
        [Microsoft.Practices.EnterpriseLibrary.Data.Database]::ExecuteScalar|LoadDataSet(storedProcedureName) name
        [Microsoft.Practices.EnterpriseLibrary.Data.Database]::GetStoredProcCommand(storedProcedureName) name
        """);

    /// <summary>Its ancestor, the Data Access Application Block's static SqlHelper.</summary>
    public static Library DataApplicationBlock => new("Microsoft.ApplicationBlocks.Data", """
        [Microsoft.ApplicationBlocks.Data.SqlHelper]::ExecuteNonQuery|ExecuteDataset|ExecuteReader(commandText) parameters=commandParameters
        [Microsoft.ApplicationBlocks.Data.SqlHelper]::ExecuteScalar|ExecuteXmlReader|FillDataset(commandText) parameters=commandParameters
        [Microsoft.ApplicationBlocks.Data.SqlHelper]::ExecuteNonQuery|ExecuteDataset|ExecuteReader(spName) name
        [Microsoft.ApplicationBlocks.Data.SqlHelper]::ExecuteScalar|ExecuteXmlReader|FillDataset(spName) name
        """);
}
