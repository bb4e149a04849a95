namespace DbSafety.Model.Catalog;

internal static partial class Libraries
{
    /// <summary>RepoDb: the raw methods on the connection and on the repositories.</summary>
    public static Library RepoDb => new("RepoDb", """
        [RepoDb.DbConnectionExtension]::ExecuteQuery|ExecuteNonQuery|ExecuteScalar|ExecuteQueryMultiple|ExecuteReader(commandText) parameters=param
        [RepoDb.DbConnectionExtension]::ExecuteQueryAsync|ExecuteNonQueryAsync|ExecuteScalarAsync(commandText) parameters=param
        [RepoDb.DbConnectionExtension]::ExecuteQueryMultipleAsync|ExecuteReaderAsync(commandText) parameters=param
        [RepoDb.DbConnectionExtension]::CreateCommand(commandText)
        [RepoDb.DbRepository]::ExecuteQuery|ExecuteNonQuery|ExecuteScalar|ExecuteQueryMultiple(commandText) parameters=param
        [RepoDb.DbRepository]::ExecuteQueryAsync|ExecuteNonQueryAsync|ExecuteScalarAsync|ExecuteQueryMultipleAsync(commandText) parameters=param
        [RepoDb.BaseRepository]::ExecuteQuery|ExecuteNonQuery|ExecuteScalar(commandText) parameters=param
        [RepoDb.BaseRepository]::ExecuteQueryAsync|ExecuteNonQueryAsync|ExecuteScalarAsync(commandText) parameters=param
        """);
}
