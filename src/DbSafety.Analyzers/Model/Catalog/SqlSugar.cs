namespace DbSafety.Model.Catalog;

internal static partial class Libraries
{
    /// <summary>SqlSugar: statements by its ADO interface, pieces by its query builders.</summary>
    public static Library SqlSugar => new("SqlSugar", """
        [SqlSugar.IAdo]::GetString|GetDouble|GetDecimal|GetDateTime|GetScalar|GetDataReader(sql) parameters=parameters
        [SqlSugar.IAdo]::GetDataTable|GetDataSetAll|ExecuteCommand|SqlQuery|MasterSqlQuery(sql) parameters=parameters
        [SqlSugar.IAdo]::GetStringAsync|GetDoubleAsync|GetDecimalAsync|GetDateTimeAsync|GetScalarAsync(sql) parameters=parameters
        [SqlSugar.IAdo]::GetDataReaderAsync|GetDataTableAsync|GetDataSetAllAsync|ExecuteCommandAsync|SqlQueryAsync(sql) parameters=parameters
        [SqlSugar.IAdo]::GetInt|GetIntAsync(sql) parameters=parameters|pars
        [SqlSugar.IAdo]::GetLong|GetLongAsync(sql) parameters=pars
        [SqlSugar.IAdo]::SqlQuerySingle|SqlQuerySingleAsync(sql) parameters=parameters|whereObj
        [SqlSugar.IAdo]::ExecuteCommandWithGo(sql) ddl
        [SqlSugar.ISqlSugarClient]::SqlQueryable(sql)
        [SqlSugar.ISqlSugarClient]::AddQueue(sql) parameters=parsmeters|parsmeter
        [SqlSugar.SqlSugarClient]::SqlQueryable(sql)
        [SqlSugar.SqlSugarClient]::AddQueue(sql) parameters=parsmeters|parsmeter
        [SqlSugar.SqlSugarScope]::SqlQueryable(sql)
        [SqlSugar.SqlSugarScope]::AddQueue(sql) parameters=parsmeters|parsmeter
        [SqlSugar.ISugarQueryable]::Where|WhereIF|Having(whereString) fragment parameters=parameters|whereObj
        [SqlSugar.ISugarQueryable]::OrderBy|OrderByIF(orderByFields) fragment
        [SqlSugar.ISugarQueryable]::GroupBy|GroupByIF(groupFileds|groupFields) fragment
        [SqlSugar.IUpdateable]::Where(whereSql) fragment parameters=parameters
        [SqlSugar.IDeleteable]::Where(whereString) fragment parameters=parameters|parameter
        """);
}
