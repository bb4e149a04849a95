namespace DbSafety.Model.Catalog;

internal static partial class Libraries
{
    /// <summary>FreeSql: statements by its ADO interface, pieces by its query builders.</summary>
    public static Library FreeSql => new("FreeSql", """
        [FreeSql.IAdo]::ExecuteReader|ExecuteArray|ExecuteDataSet|ExecuteDataTable(cmdText) parameters=parms|cmdParms
        [FreeSql.IAdo]::ExecuteNonQuery|ExecuteScalar|Query|QuerySingle(cmdText) parameters=parms|cmdParms
        [FreeSql.IAdo]::ExecuteReaderAsync|ExecuteArrayAsync|ExecuteDataSetAsync|ExecuteDataTableAsync(cmdText) parameters=parms|cmdParms
        [FreeSql.IAdo]::ExecuteNonQueryAsync|ExecuteScalarAsync|QueryAsync|QuerySingleAsync(cmdText) parameters=parms|cmdParms
        [FreeSql.IAdo]::CommandFluent(cmdText) parameters=parms
        [FreeSql.ISelect]::WithSql(sql) parameters=parms
        [FreeSql.ISelect0]::Where|WhereIf|LeftJoin|InnerJoin|RightJoin|GroupBy|Having|OrderBy(sql) fragment parameters=parms
        [FreeSql.ISelect0]::RawJoin(sql) fragment
        [FreeSql.IUpdate]::Where|SetRaw(sql) fragment parameters=parms
        [FreeSql.IDelete]::Where|WhereIf(sql) fragment parameters=parms
        [FreeSql.IInsertOrUpdate]::SetSource(sql)
        """);
}
