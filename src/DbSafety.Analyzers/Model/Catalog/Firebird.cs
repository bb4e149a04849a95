namespace DbSafety.Model.Catalog;

internal static partial class Libraries
{
    /// <summary>The Firebird provider. FbBatchCommand has no base type in common with other batches; a script has no parameters.</summary>
    public static Library Firebird => new("FirebirdSql.Data.FirebirdClient", """
        [FirebirdSql.Data.FirebirdClient.FbBatchCommand]::.ctor(cmdText)
        [FirebirdSql.Data.FirebirdClient.FbBatchCommand]::CommandText
        [FirebirdSql.Data.Isql.FbScript]::.ctor(script) ddl
        """);
}
