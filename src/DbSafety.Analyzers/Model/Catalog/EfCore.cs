namespace DbSafety.Model.Catalog;

internal static partial class Libraries
{
    /// <summary>
    /// EF Core, relational. The raw methods write parameters as <c>{0}</c>; FromSql, ExecuteSql and SqlQuery take FormattableString,
    /// which is parameterised. What builds a model or a migration runs as DDL, without parameters.
    /// </summary>
    public static Library EfCore => new("Microsoft.EntityFrameworkCore.Relational", """
        [Microsoft.EntityFrameworkCore.RelationalQueryableExtensions]::FromSqlRaw(sql) format parameters=parameters
        [Microsoft.EntityFrameworkCore.RelationalDatabaseFacadeExtensions]::ExecuteSqlRaw|ExecuteSqlRawAsync|SqlQueryRaw(sql) format parameters=parameters
        [Microsoft.EntityFrameworkCore.Storage.IRawSqlCommandBuilder]::Build(sql)
        [Microsoft.EntityFrameworkCore.Storage.IRawSqlCommandBuilder]::Build(sql) format parameters=parameters
        [Microsoft.EntityFrameworkCore.Query.ISqlExpressionFactory]::Fragment(sql) fragment
        [Microsoft.EntityFrameworkCore.Query.SqlExpressionFactory]::Fragment(sql) fragment
        [Microsoft.EntityFrameworkCore.Query.SqlExpressions.SqlFragmentExpression]::.ctor(sql) fragment
        [Microsoft.EntityFrameworkCore.Query.SqlExpressions.FromSqlExpression]::.ctor(sql) fragment format

        [Microsoft.EntityFrameworkCore.Migrations.MigrationBuilder]::Sql|CreateCheckConstraint|AddCheckConstraint(sql) ddl
        [Microsoft.EntityFrameworkCore.Migrations.MigrationBuilder]::CreateIndex(filter) ddl
        [Microsoft.EntityFrameworkCore.Migrations.MigrationBuilder]::AddColumn|AlterColumn(defaultValueSql) ddl
        [Microsoft.EntityFrameworkCore.Migrations.Operations.Builders.ColumnsBuilder]::Column(defaultValueSql) ddl
        [Microsoft.EntityFrameworkCore.Migrations.Operations.Builders.CreateTableBuilder]::CheckConstraint(sql) ddl
        [Microsoft.EntityFrameworkCore.Migrations.Operations.SqlOperation]::Sql ddl
        [Microsoft.EntityFrameworkCore.Migrations.Operations.AddCheckConstraintOperation]::Sql ddl
        [Microsoft.EntityFrameworkCore.Migrations.Operations.ColumnOperation]::DefaultValueSql|ComputedColumnSql ddl
        [Microsoft.EntityFrameworkCore.Migrations.Operations.CreateIndexOperation]::Filter ddl
        [Microsoft.EntityFrameworkCore.Metadata.Builders.TableBuilder]::HasCheckConstraint(sql) ddl
        [Microsoft.EntityFrameworkCore.Metadata.Builders.OwnedNavigationTableBuilder]::HasCheckConstraint(sql) ddl
        [Microsoft.EntityFrameworkCore.RelationalPropertyBuilderExtensions]::HasDefaultValueSql|HasComputedColumnSql(sql) ddl
        [Microsoft.EntityFrameworkCore.RelationalPrimitiveCollectionBuilderExtensions]::HasDefaultValueSql|HasComputedColumnSql(sql) ddl
        [Microsoft.EntityFrameworkCore.RelationalComplexTypePropertyBuilderExtensions]::HasDefaultValueSql|HasComputedColumnSql(sql) ddl
        [Microsoft.EntityFrameworkCore.RelationalComplexTypePrimitiveCollectionBuilderExtensions]::HasDefaultValueSql|HasComputedColumnSql(sql) ddl
        [Microsoft.EntityFrameworkCore.RelationalPropertyExtensions]::SetDefaultValueSql|SetComputedColumnSql(value) ddl
        [Microsoft.EntityFrameworkCore.RelationalIndexBuilderExtensions]::HasFilter(sql) ddl
        [Microsoft.EntityFrameworkCore.RelationalIndexExtensions]::SetFilter(value) ddl
        [Microsoft.EntityFrameworkCore.RelationalEntityTypeBuilderExtensions]::HasCheckConstraint(sql) ddl
        [Microsoft.EntityFrameworkCore.RelationalEntityTypeBuilderExtensions]::ToSqlQuery(query) ddl
        [Microsoft.EntityFrameworkCore.RelationalEntityTypeExtensions]::AddCheckConstraint(sql) ddl

        [Microsoft.EntityFrameworkCore.Storage.ISqlGenerationHelper]::DelimitIdentifier(identifier|name) quotes
        [Microsoft.EntityFrameworkCore.Storage.RelationalSqlGenerationHelper]::DelimitIdentifier(identifier|name) quotes
        [Microsoft.EntityFrameworkCore.Storage.RelationalTypeMapping]::GenerateSqlLiteral|GenerateProviderValueSqlLiteral(value) quotes
        """);

    /// <summary>EF Core 2: RawSqlString is what a string converts to, and what an interpolated one becomes as soon as it is not passed as it is.</summary>
    public static Library EfCore2 => new("Microsoft.EntityFrameworkCore.Relational", """
        [Microsoft.EntityFrameworkCore.RelationalQueryableExtensions]::FromSql(sql) format parameters=parameters
        [Microsoft.EntityFrameworkCore.RelationalDatabaseFacadeExtensions]::ExecuteSqlCommand|ExecuteSqlCommandAsync(sql) format parameters=parameters
        """);

    /// <summary>EF Core on Cosmos DB: FromSqlRaw once more, of another type.</summary>
    public static Library EfCoreCosmos => new("Microsoft.EntityFrameworkCore.Cosmos", """
        [Microsoft.EntityFrameworkCore.CosmosQueryableExtensions]::FromSqlRaw(sql) format parameters=parameters
        """);
}
