namespace DbSafety.Tests.Model;

/// <summary>Public members with a string parameter called like SQL that are no sinks, and why. Keys: <c>Type.Member</c>, with <c>*</c> for the rest at the end.</summary>
internal static class CatalogExclusions
{
    public static readonly IReadOnlyDictionary<string, string> All = new Dictionary<string, string>
    {
        ["System.Data.DataTable.Compute"] = "an expression over rows in memory",

        ["Microsoft.EntityFrameworkCore.Metadata.Internal.*"] = "internal by EF Core's convention",
        ["Microsoft.EntityFrameworkCore.Query.Internal.*"] = "internal by EF Core's convention",
        ["Microsoft.EntityFrameworkCore.Storage.Internal.*"] = "internal by EF Core's convention; called through IRawSqlCommandBuilder, which is listed",
        ["Microsoft.EntityFrameworkCore.Storage.RelationalCommand..ctor"] = "made by the query pipeline from SQL it has generated or been given by a listed member",
        ["Microsoft.EntityFrameworkCore.Query.QuerySqlGenerator.CheckComposableSql"] = "inspects SQL, does not run it",
        ["Microsoft.EntityFrameworkCore.Migrations.MigrationsSqlGenerator.DefaultValue"] = "a provider's override point; the text comes from a listed member",
        ["Microsoft.EntityFrameworkCore.RelationalEntityTypeBuilderExtensions.CanHaveCheckConstraint"] = "asks whether a convention may set it, sets nothing",
        ["Microsoft.EntityFrameworkCore.RelationalIndexBuilderExtensions.CanSetFilter"] = "asks whether a convention may set it, sets nothing",
        ["Microsoft.EntityFrameworkCore.RelationalPropertyBuilderExtensions.CanSet*"] = "asks whether a convention may set it, sets nothing",
        ["Microsoft.EntityFrameworkCore.Scaffolding.Metadata.*"] = "describes a database that was read, for code generation",

        ["FirebirdSql.Data.Isql.CommandExecutedEventArgs..ctor"] = "tells what was executed",

        ["LinqToDB.Internal.*"] = "internal by linq2db's convention",
        ["LinqToDB.Data.TraceInfo.CommandText"] = "tells what was executed",
        ["LinqToDB.DataProvider.IDataProvider.InitCommand"] = "implemented by providers, called by DataConnection with the text of a listed member",

        ["MySql.Data.MySqlClient.BaseCommandInterceptor.*"] = "a callback: MySql.Data calls it with the text of a command",
        ["MySql.Data.MySqlClient.BaseTableCache.*"] = "the text is a cache key",

        ["Npgsql.Internal.*"] = "internal by Npgsql's convention",

        ["SQLitePCL.raw.sqlite3_complete"] = "asks whether a statement is complete, runs nothing",
        ["SQLitePCL.strdelegate_profile.BeginInvoke"] = "a callback: tells what was executed",
    };

    public static bool Matches(string key, string type, string member) => key.EndsWith('*')
        ? (type + "." + member).StartsWith(key[..^1], StringComparison.Ordinal)
        : key == type + "." + member;
}
