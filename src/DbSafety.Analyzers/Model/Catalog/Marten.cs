namespace DbSafety.Model.Catalog;

internal static partial class Libraries
{
    /// <summary>Marten: <c>?</c> takes the values in order. A query may begin at WHERE.</summary>
    public static Library Marten => new("Marten", """
        [Marten.IQuerySession]::QueryAsync|StreamJson(sql) parameters=parameters
        [Marten.QuerySessionExtensions]::QueryAsync(sql) parameters=parameters
        [Marten.IAdvancedSql]::QueryAsync|StreamAsync(sql) parameters=parameters
        [Marten.Services.BatchQuerying.IBatchedQuery]::Query(sql) parameters=parameters
        [Marten.IDocumentOperations]::QueueSqlCommand(sql) parameters=parameterValues
        [Marten.Linq.MatchesSql.MatchesSqlExtensions]::MatchesSql|MatchesJsonPath(sql) fragment parameters=parameters
        [Marten.QueryableExtensions]::OrderBySql|ThenBySql|ExplicitSql(sql) fragment
        """);
}
