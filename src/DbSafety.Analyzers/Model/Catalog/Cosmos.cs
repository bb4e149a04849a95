namespace DbSafety.Model.Catalog;

internal static partial class Libraries
{
    /// <summary>Azure Cosmos DB, SDK 3: values go into a QueryDefinition by WithParameter; continuationToken is not SQL.</summary>
    public static Library Cosmos => new("Microsoft.Azure.Cosmos.Client", """
        [Microsoft.Azure.Cosmos.QueryDefinition]::.ctor(query)
        [Microsoft.Azure.Cosmos.Container]::GetItemQueryIterator|GetItemQueryStreamIterator(queryText)
        [Microsoft.Azure.Cosmos.Database]::GetContainerQueryIterator|GetContainerQueryStreamIterator|GetUserQueryIterator(queryText)
        [Microsoft.Azure.Cosmos.CosmosClient]::GetDatabaseQueryIterator|GetDatabaseQueryStreamIterator(queryText)
        [Microsoft.Azure.Cosmos.Conflicts]::GetConflictQueryIterator|GetConflictQueryStreamIterator(queryText)
        [Microsoft.Azure.Cosmos.User]::GetPermissionQueryIterator(queryText)
        [Microsoft.Azure.Cosmos.Scripts.Scripts]::GetStoredProcedureQueryIterator|GetStoredProcedureQueryStreamIterator(queryText)
        [Microsoft.Azure.Cosmos.Scripts.Scripts]::GetTriggerQueryIterator|GetTriggerQueryStreamIterator(queryText)
        [Microsoft.Azure.Cosmos.Scripts.Scripts]::GetUserDefinedFunctionQueryIterator|GetUserDefinedFunctionQueryStreamIterator(queryText)
        [Microsoft.Azure.Cosmos.ComputedProperty]::Query ddl
        [Microsoft.Azure.Cosmos.Fluent.ComputedPropertiesDefinition]::WithComputedProperty(query) ddl
        """);
}
