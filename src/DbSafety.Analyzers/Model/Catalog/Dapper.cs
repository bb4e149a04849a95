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
        """)
    {
        Aliases = ["Dapper.StrongName"],
    };

    /// <summary>Dapper.SqlBuilder: a template, and the pieces that go into it.</summary>
    public static Library DapperSqlBuilder => new("Dapper.SqlBuilder", """
        [Dapper.SqlBuilder]::AddTemplate(sql) parameters=parameters
        [Dapper.SqlBuilder+Template]::.ctor(sql) parameters=parameters
        [Dapper.SqlBuilder]::Select|Where|OrWhere|Set|OrderBy|GroupBy|Having|Intersect|AddClause(sql) fragment parameters=parameters
        [Dapper.SqlBuilder]::Join|InnerJoin|LeftJoin|RightJoin(sql) fragment parameters=parameters
        """)
    {
        Aliases = ["Dapper.SqlBuilder.StrongName"],
    };
}
