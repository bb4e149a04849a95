namespace DbSafety.Model.Catalog;

internal static partial class Libraries
{
    /// <summary>Insight.Database: methods that end in Sql take a statement, their siblings the name of a procedure unless told otherwise.</summary>
    public static Library InsightDatabase => new("Insight.Database", """
        [Insight.Database.DBConnectionExtensions]::QuerySql|SingleSql|ExecuteSql|ExecuteScalarSql|InsertSql(sql) parameters=parameters
        [Insight.Database.DBConnectionExtensions]::InsertListSql|GetReaderSql|QueryResultsSql|QueryOntoSql|QueryOntoListSql(sql) parameters=parameters
        [Insight.Database.DBConnectionExtensions]::QuerySqlAsync|SingleSqlAsync|ExecuteSqlAsync|ExecuteScalarSqlAsync(sql) parameters=parameters
        [Insight.Database.DBConnectionExtensions]::InsertSqlAsync|InsertListSqlAsync|GetReaderSqlAsync|QueryResultsSqlAsync(sql) parameters=parameters
        [Insight.Database.DBConnectionExtensions]::QueryOntoSqlAsync|QueryOntoListSqlAsync(sql) parameters=parameters
        [Insight.Database.DBConnectionExtensions]::ForEachSql|ForEachDynamicSql|CreateCommandSql(sql) parameters=parameters
        [Insight.Database.DBConnectionExtensions]::Query|Single|Execute|ExecuteScalar|Insert(sql) name parameters=parameters
        [Insight.Database.DBConnectionExtensions]::InsertList|GetReader|QueryResults|QueryOnto|QueryOntoList(sql) name parameters=parameters
        [Insight.Database.DBConnectionExtensions]::ForEach|ForEachDynamic|CreateCommand(sql) name parameters=parameters
        [Insight.Database.DBConnectionExtensions]::QueryAsync|SingleAsync|ExecuteAsync|ExecuteScalarAsync(sql) name parameters=parameters
        [Insight.Database.DBConnectionExtensions]::InsertAsync|InsertListAsync|GetReaderAsync|QueryResultsAsync(sql) name parameters=parameters
        [Insight.Database.DBConnectionExtensions]::QueryOntoAsync|QueryOntoListAsync(sql) name parameters=parameters
        """);
}
