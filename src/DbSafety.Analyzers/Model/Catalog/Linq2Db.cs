namespace DbSafety.Model.Catalog;

internal static partial class Libraries
{
    /// <summary>
    /// linq2db 6. FromSql and Sql.Expr also take FormattableString, which is parameterised and not matched; their raw
    /// overloads take RawSqlString with <c>{0}</c> placeholders. The Proc methods take the name of a procedure.
    /// </summary>
    public static Library Linq2Db => new("linq2db", """
        [LinqToDB.Data.DataContextExtensions]::Execute|ExecuteAsync|ExecuteReader|ExecuteReaderAsync(sql) parameters=parameters|parameter
        [LinqToDB.Data.DataContextExtensions]::Query|QueryAsync|QueryToListAsync(sql) parameters=parameters|parameter
        [LinqToDB.Data.DataContextExtensions]::QueryToArrayAsync|QueryToAsyncEnumerable(sql) parameters=parameters|parameter
        [LinqToDB.Data.DataContextExtensions]::QueryMultiple|QueryMultipleAsync(sql) parameters=parameters
        [LinqToDB.Data.DataContextExtensions]::SetCommand(commandText) parameters=parameters|parameter
        [LinqToDB.Data.DataContextExtensions]::ExecuteProc|ExecuteProcAsync|ExecuteReaderProc|ExecuteReaderProcAsync(sql) name parameters=parameters
        [LinqToDB.Data.DataContextExtensions]::QueryProc|QueryProcAsync|QueryProcMultiple|QueryProcMultipleAsync(sql) name parameters=parameters
        [LinqToDB.Data.CommandInfo]::.ctor(commandText) parameters=parameters|parameter
        [LinqToDB.DataExtensions]::FromSql(sql) format parameters=parameters
        [LinqToDB.Sql]::Expr(sql) fragment format parameters=parameters
        [LinqToDB.QuerySql]::.ctor(sql) parameters=parameters
        """);

    /// <summary>linq2db up to 5: the extensions were on DataConnection.</summary>
    public static Library Linq2Db5 => new("linq2db", """
        [LinqToDB.Data.DataConnectionExtensions]::Execute|ExecuteAsync|ExecuteReader(sql) parameters=parameters|parameter
        [LinqToDB.Data.DataConnectionExtensions]::Query|QueryToListAsync|QueryToArrayAsync(sql) parameters=parameters|parameter
        [LinqToDB.Data.DataConnectionExtensions]::QueryMultiple|QueryMultipleAsync(sql) parameters=parameters
        [LinqToDB.Data.DataConnectionExtensions]::SetCommand(commandText) parameters=parameters|parameter
        [LinqToDB.Data.DataConnectionExtensions]::ExecuteProc|ExecuteProcAsync|QueryProc(sql) name parameters=parameters
        [LinqToDB.Data.DataConnectionExtensions]::QueryProcAsync|QueryProcMultiple|QueryProcMultipleAsync(sql) name parameters=parameters
        """);
}
