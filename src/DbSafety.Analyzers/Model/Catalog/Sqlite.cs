namespace DbSafety.Model.Catalog;

internal static partial class Libraries
{
    /// <summary>Microsoft.Data.Sqlite: all of it has the ADO.NET shapes.</summary>
    public static Library MicrosoftSqlite => new("Microsoft.Data.Sqlite", "");

    /// <summary>System.Data.SQLite: a static Execute and the schema of a virtual table.</summary>
    public static Library SystemSqlite => new("System.Data.SQLite", """
        [System.Data.SQLite.SQLiteCommand]::Execute(commandText) parameters=args
        [System.Data.SQLite.SQLiteModule]::DeclareTable(sql) ddl
        """);

    /// <summary>SQLitePCLRaw: the C interface, under Microsoft.Data.Sqlite and sqlite-net.</summary>
    public static Library SqlitePclRaw => new("SQLitePCLRaw.core", """
        [SQLitePCL.raw]::sqlite3_exec|sqlite3_prepare_v2|sqlite3_prepare_v3(sql)
        """);
}
