namespace DbSafety.Model.Catalog;

internal static partial class Libraries
{
    /// <summary>Npgsql. COPY takes no parameters; NpgsqlDataSource hides the inherited CreateCommand with its own.</summary>
    public static Library Npgsql => new("Npgsql", """
        [Npgsql.NpgsqlDataSource]::CreateCommand|CreateDbCommand(commandText)
        [Npgsql.NpgsqlConnection]::BeginBinaryImport|BeginBinaryImportAsync|BeginTextImport|BeginTextImportAsync(copyFromCommand) ddl
        [Npgsql.NpgsqlConnection]::BeginBinaryExport|BeginBinaryExportAsync|BeginTextExport|BeginTextExportAsync(copyToCommand) ddl
        [Npgsql.NpgsqlConnection]::BeginRawBinaryCopy|BeginRawBinaryCopyAsync(copyCommand) ddl
        """);
}
