namespace DbSafety.Model.Catalog;

internal static partial class Libraries
{
    /// <summary>NPoco: parameters are <c>@0</c>, values follow. A query may begin at WHERE; Update and Delete take what follows the table.</summary>
    public static Library NPoco => new("NPoco", """
        [NPoco.IDatabaseQuery]::Query|Fetch|Page|SkipTake|First|FirstOrDefault|Single|SingleOrDefault(sql) parameters=args
        [NPoco.IDatabaseQuery]::FirstInto|FirstOrDefaultInto|SingleInto|SingleOrDefaultInto|Dictionary(sql) parameters=args
        [NPoco.IDatabaseQuery]::FetchMultiple|FetchOneToMany|Execute|ExecuteScalar(sql) parameters=args
        [NPoco.IDatabase]::Update|Delete(sql) fragment parameters=args
        [NPoco.IAsyncQueryDatabase]::QueryAsync|FetchAsync|PageAsync|SkipTakeAsync|FirstAsync(sql) parameters=args
        [NPoco.IAsyncQueryDatabase]::FirstOrDefaultAsync|SingleAsync|SingleOrDefaultAsync|FetchMultipleAsync(sql) parameters=args
        [NPoco.IAsyncDatabase]::ExecuteAsync|ExecuteScalarAsync(sql) parameters=args
        [NPoco.AsyncParameterExtensions]::QueryAsync|FetchAsync|PageAsync|SkipTakeAsync|FirstAsync|FirstOrDefaultAsync(sql)
        [NPoco.AsyncParameterExtensions]::SingleAsync|SingleOrDefaultAsync|FetchMultipleAsync|ExecuteAsync|ExecuteScalarAsync(sql)
        [NPoco.IBaseCommonDatabase]::CreateCommand(sql) parameters=args
        [NPoco.Database]::Query|Fetch|Page|SkipTake|First|FirstOrDefault|Single|SingleOrDefault(sql) parameters=args
        [NPoco.Database]::FirstInto|FirstOrDefaultInto|SingleInto|SingleOrDefaultInto|Dictionary(sql) parameters=args
        [NPoco.Database]::FetchMultiple|FetchOneToMany|Execute|ExecuteScalar|CreateCommand(sql) parameters=args
        [NPoco.Database]::QueryAsync|FetchAsync|PageAsync|SkipTakeAsync|FirstAsync|FirstOrDefaultAsync(sql) parameters=args
        [NPoco.Database]::SingleAsync|SingleOrDefaultAsync|FetchMultipleAsync|ExecuteAsync|ExecuteScalarAsync(sql) parameters=args
        [NPoco.Database]::Update|Delete(sql) fragment parameters=args
        [NPoco.Linq.IQueryProvider]::WhereSql(sql) fragment parameters=args
        [NPoco.Linq.IAsyncQueryProvider]::WhereSql(sql) fragment parameters=args
        [NPoco.Sql]::.ctor|Append|Where(sql) fragment parameters=args
        [NPoco.SqlBuilder]::AddTemplate(sql) parameters=parameters
        [NPoco.SqlBuilder]::Where|WhereNamed|Join|LeftJoin|OrderBy|GroupBy|Having(sql) fragment parameters=parameters
        """)
    {
        Aliases = ["NPoco.Abstractions"],
    };
}
