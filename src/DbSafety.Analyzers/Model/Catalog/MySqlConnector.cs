namespace DbSafety.Model.Catalog;

internal static partial class Libraries
{
    /// <summary>MySqlConnector: the ADO.NET shapes, and an escape for literals.</summary>
    public static Library MySqlConnector => new("MySqlConnector", """
        [MySqlConnector.MySqlHelper]::EscapeString(value) quotes
        """);
}
