namespace DbSafety.Model.Catalog;

internal static partial class Libraries
{
    /// <summary>MySql.Data, Oracle's provider: its static helper, its scripts, and the X DevAPI.</summary>
    public static Library MySqlData => new("MySql.Data", """
        [MySql.Data.MySqlClient.MySqlHelper]::ExecuteDataset|ExecuteDatasetAsync|ExecuteNonQuery|ExecuteNonQueryAsync(commandText) parameters=commandParameters
        [MySql.Data.MySqlClient.MySqlHelper]::ExecuteReader|ExecuteReaderAsync|ExecuteScalar|ExecuteScalarAsync(commandText) parameters=commandParameters
        [MySql.Data.MySqlClient.MySqlHelper]::ExecuteDataRow|ExecuteDataRowAsync(commandText) parameters=parms
        [MySql.Data.MySqlClient.MySqlHelper]::UpdateDataSet|UpdateDataSetAsync(commandText)
        [MySql.Data.MySqlClient.MySqlHelper]::EscapeString|DoubleQuoteString(value) quotes
        [MySql.Data.MySqlClient.MySqlScript]::.ctor(query) ddl
        [MySql.Data.MySqlClient.MySqlScript]::Query ddl
        [MySqlX.XDevAPI.Session]::SQL(sql)
        [MySqlX.XDevAPI.Relational.SqlStatement]::.ctor(sql)
        [MySqlX.Protocol.ProtocolBase]::SendSQL(sql) parameters=args
        [MySqlX.XDevAPI.Collection]::Find|Modify|Remove(condition) fragment
        [MySqlX.XDevAPI.Common.FilterableStatement]::.ctor|Where(condition) fragment
        [MySqlX.XDevAPI.CRUD.FindStatement]::Where(condition) fragment
        [MySqlX.XDevAPI.CRUD.FindStatement]::Having(having) fragment
        [MySqlX.XDevAPI.CRUD.ModifyStatement]::Where(condition) fragment
        [MySqlX.XDevAPI.CRUD.RemoveStatement]::Where(condition) fragment
        [MySqlX.XDevAPI.Relational.TableSelectStatement]::Having(having) fragment
        """);
}
