namespace DbSafety.Model.Catalog;

internal static partial class Libraries
{
    /// <summary>sqlite-net: placeholders are <c>?</c>; its SQLiteCommand is no IDbCommand.</summary>
    public static Library SqliteNet => new("SQLite-net", """
        [SQLite.SQLiteConnection]::CreateCommand(cmdText) parameters=args|ps
        [SQLite.SQLiteConnection]::Execute|ExecuteScalar|Query|QueryScalars|DeferredQuery|FindWithQuery(query) parameters=args
        [SQLite.ISQLiteConnection]::CreateCommand(cmdText) parameters=args|ps
        [SQLite.ISQLiteConnection]::Execute|ExecuteScalar|Query|QueryScalars|DeferredQuery|FindWithQuery(query) parameters=args
        [SQLite.SQLiteAsyncConnection]::ExecuteAsync|ExecuteScalarAsync|QueryAsync|QueryScalarsAsync(query) parameters=args
        [SQLite.SQLiteAsyncConnection]::DeferredQueryAsync|FindWithQueryAsync(query) parameters=args
        [SQLite.ISQLiteAsyncConnection]::ExecuteAsync|ExecuteScalarAsync|QueryAsync|QueryScalarsAsync(query) parameters=args
        [SQLite.ISQLiteAsyncConnection]::DeferredQueryAsync|FindWithQueryAsync(query) parameters=args
        [SQLite.SQLiteCommand]::CommandText
        [SQLite.SQLite3]::Prepare2(query)
        """);
}
