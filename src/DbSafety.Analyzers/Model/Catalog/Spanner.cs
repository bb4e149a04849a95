namespace DbSafety.Model.Catalog;

internal static partial class Libraries
{
    /// <summary>Cloud Spanner. Mutations name a table; DDL takes no parameters.</summary>
    public static Library Spanner => new("Google.Cloud.Spanner.Data", """
        [Google.Cloud.Spanner.Data.SpannerConnection]::CreateSelectCommand(sqlQueryStatement) parameters=selectParameters
        [Google.Cloud.Spanner.Data.SpannerConnection]::CreateDmlCommand(dmlStatement) parameters=dmlParameters
        [Google.Cloud.Spanner.Data.SpannerConnection]::CreateDdlCommand(ddlStatement) ddl
        [Google.Cloud.Spanner.Data.SpannerConnection]::CreateInsertCommand|CreateInsertOrUpdateCommand(databaseTable) name
        [Google.Cloud.Spanner.Data.SpannerConnection]::CreateUpdateCommand|CreateDeleteCommand(databaseTable) name
        [Google.Cloud.Spanner.Data.SpannerBatchCommand]::Add(commandText) parameters=parameters
        [Google.Cloud.Spanner.Data.SpannerCommandTextBuilder]::CreateSelectTextBuilder(sqlQuery)
        [Google.Cloud.Spanner.Data.SpannerCommandTextBuilder]::CreateDmlTextBuilder(dmlStatement)
        [Google.Cloud.Spanner.Data.SpannerCommandTextBuilder]::CreateDdlTextBuilder(ddlStatement) ddl
        [Google.Cloud.Spanner.Data.SpannerCommandTextBuilder]::FromCommandText(commandText)
        [Google.Cloud.Spanner.Data.SpannerCommandTextBuilder]::CreateInsertTextBuilder|CreateInsertOrUpdateTextBuilder(table) name
        [Google.Cloud.Spanner.Data.SpannerCommandTextBuilder]::CreateUpdateTextBuilder|CreateDeleteTextBuilder(table) name
        """);
}
