namespace DbSafety.Model.Catalog;

internal static partial class Libraries
{
    /// <summary>Entity Framework 6. The store methods write parameters as <c>{0}</c> or take DbParameters; ObjectQuery takes Entity SQL.</summary>
    public static Library EntityFramework6 => new("EntityFramework", """
        [System.Data.Entity.Database]::SqlQuery|ExecuteSqlCommand|ExecuteSqlCommandAsync(sql) format parameters=parameters
        [System.Data.Entity.DbSet]::SqlQuery(sql) format parameters=parameters
        [System.Data.Entity.Core.Objects.ObjectContext]::ExecuteStoreCommand|ExecuteStoreCommandAsync(commandText) format parameters=parameters
        [System.Data.Entity.Core.Objects.ObjectContext]::ExecuteStoreQuery|ExecuteStoreQueryAsync(commandText) format parameters=parameters
        [System.Data.Entity.Core.Objects.ObjectContext]::CreateQuery(queryString) parameters=parameters
        [System.Data.Entity.Core.Objects.ObjectQuery]::.ctor(commandText)
        [System.Data.Entity.Core.Objects.ObjectQuery]::Where(predicate) fragment parameters=parameters
        [System.Data.Entity.Core.Objects.ObjectQuery]::Select|SelectValue(projection) fragment parameters=parameters
        [System.Data.Entity.Core.Objects.ObjectQuery]::OrderBy|GroupBy|Skip(keys) fragment parameters=parameters
        [System.Data.Entity.Core.Objects.ObjectQuery]::Top(count) fragment parameters=parameters

        [System.Data.Entity.Migrations.DbMigration]::Sql(sql) ddl
        [System.Data.Entity.Migrations.DbMigration]::CreateStoredProcedure|AlterStoredProcedure(body) ddl
        [System.Data.Entity.Migrations.Model.SqlOperation]::.ctor(sql) ddl
        [System.Data.Entity.Migrations.Builders.ColumnBuilder]::Binary|Boolean|Byte|DateTime|DateTimeOffset|Decimal|Double|Single(defaultValueSql) ddl
        [System.Data.Entity.Migrations.Builders.ColumnBuilder]::Int|Long|Short|String|Time|Guid|Geography|Geometry|HierarchyId(defaultValueSql) ddl
        """);

    /// <summary>LINQ to SQL: parameters are <c>{0}</c>.</summary>
    public static Library LinqToSql => new("System.Data.Linq", """
        [System.Data.Linq.DataContext]::ExecuteQuery(query) format parameters=parameters
        [System.Data.Linq.DataContext]::ExecuteCommand(command) format parameters=parameters
        """);
}
