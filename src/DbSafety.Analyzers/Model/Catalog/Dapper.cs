namespace DbSafety.Model.Catalog;

internal static partial class Libraries
{
    /// <summary>Dapper: extension methods on the connection, all of one static class; splitOn is a list of columns, not SQL.</summary>
    public static Library Dapper => new("Dapper", """
        [Dapper.SqlMapper]::Execute|ExecuteAsync|ExecuteScalar|ExecuteScalarAsync|ExecuteReader|ExecuteReaderAsync(sql) parameters=param
        [Dapper.SqlMapper]::Query|QueryAsync|QueryUnbufferedAsync|QueryMultiple|QueryMultipleAsync(sql) parameters=param
        [Dapper.SqlMapper]::QueryFirst|QueryFirstAsync|QueryFirstOrDefault|QueryFirstOrDefaultAsync(sql) parameters=param
        [Dapper.SqlMapper]::QuerySingle|QuerySingleAsync|QuerySingleOrDefault|QuerySingleOrDefaultAsync(sql) parameters=param
        [Dapper.CommandDefinition]::.ctor(commandText) parameters=parameters
        """) { Aliases = ["Dapper.StrongName"] };
}
