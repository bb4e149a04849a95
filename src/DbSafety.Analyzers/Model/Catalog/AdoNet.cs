namespace DbSafety.Model.Catalog;

internal static partial class Libraries
{
    /// <summary>
    /// What every provider inherits. CommandText and the constructors of commands and adapters are matched by the interface
    /// they implement (<see cref="AdoNetShapes"/>), so an unknown provider is covered too.
    /// </summary>
    public static Library AdoNet => new("System.Data.Common", """
        [System.Data.Common.DbDataSource]::CreateCommand|CreateDbCommand(commandText)
        [System.Data.Common.DbCommandBuilder]::QuoteIdentifier(unquotedIdentifier) quotes
        """) { InFramework = true };
}
