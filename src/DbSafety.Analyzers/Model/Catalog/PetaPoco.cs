namespace DbSafety.Model.Catalog;

internal static partial class Libraries
{
    /// <summary>
    /// PetaPoco: parameters are <c>@0</c>, values follow. Exists, Update and Delete take what follows the table.
    /// Its quoting of identifiers does not escape and is not listed.
    /// </summary>
    public static Library PetaPoco => new("PetaPoco", """
        [PetaPoco.IQuery]::Query|Fetch|Page|SkipTake|First|FirstOrDefault|Single|SingleOrDefault|QueryMultiple(sql) parameters=args
        [PetaPoco.IQuery]::Page(pageSql) parameters=pageArgs
        [PetaPoco.IQuery]::Exists(sql) fragment parameters=args
        [PetaPoco.IQueryAsync]::QueryAsync|FetchAsync|PageAsync|SkipTakeAsync(sql) parameters=args
        [PetaPoco.IQueryAsync]::FirstAsync|FirstOrDefaultAsync|SingleAsync|SingleOrDefaultAsync(sql) parameters=args
        [PetaPoco.IQueryAsync]::PageAsync(pageSql) parameters=pageArgs
        [PetaPoco.IQueryAsync]::ExistsAsync(sql) fragment parameters=args
        [PetaPoco.IExecute]::Execute|ExecuteScalar(sql) parameters=args
        [PetaPoco.IExecuteAsync]::ExecuteAsync|ExecuteScalarAsync(sql) parameters=args
        [PetaPoco.IAlterPoco]::Update|Delete(sql) fragment parameters=args
        [PetaPoco.IAlterPocoAsync]::UpdateAsync|DeleteAsync(sql) fragment parameters=args
        [PetaPoco.Database]::Query|Fetch|Page|SkipTake|First|FirstOrDefault|Single(sql) parameters=args
        [PetaPoco.Database]::SingleOrDefault|QueryMultiple|Execute|ExecuteScalar|ExecuteReader|CreateCommand(sql) parameters=args
        [PetaPoco.Database]::QueryAsync|FetchAsync|PageAsync|SkipTakeAsync|FirstAsync|FirstOrDefaultAsync(sql) parameters=args
        [PetaPoco.Database]::SingleAsync|SingleOrDefaultAsync|ExecuteAsync|ExecuteScalarAsync|ExecuteReaderAsync(sql) parameters=args
        [PetaPoco.Database]::Page|PageAsync(pageSql) parameters=pageArgs
        [PetaPoco.Database]::Exists|ExistsAsync|Update|UpdateAsync|Delete|DeleteAsync(sql) fragment parameters=args
        [PetaPoco.Sql]::.ctor|Append|Where|Set(sql) fragment parameters=args
        """);
}
