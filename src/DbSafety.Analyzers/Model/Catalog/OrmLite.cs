namespace DbSafety.Model.Catalog;

internal static partial class Libraries
{
    /// <summary>
    /// ServiceStack.OrmLite. Methods without Unsafe in their name verify a fragment before they use it; the others do not.
    /// Table and column quoting does not escape, so it is no protection and not listed.
    /// </summary>
    public static Library OrmLite => new("ServiceStack.OrmLite", """
        [ServiceStack.OrmLite.OrmLiteReadApi]::Select|SqlList|SqlColumn|SqlScalar(sql) parameters=anonType|sqlParams|dict
        [ServiceStack.OrmLite.OrmLiteReadApi]::Single|Scalar|Column|ColumnLazy|ColumnDistinct|Lookup(sql) parameters=anonType|sqlParams
        [ServiceStack.OrmLite.OrmLiteReadApi]::SelectLazy|Dictionary|KeyValuePairs|Exists(sql) parameters=anonType
        [ServiceStack.OrmLite.OrmLiteReadApi]::SelectNonDefaults(sql) parameters=filter
        [ServiceStack.OrmLite.OrmLiteReadApi]::ExecuteNonQuery(sql) parameters=anonType|dict
        [ServiceStack.OrmLite.OrmLiteReadApi]::SqlProc(name) name parameters=inParams
        [ServiceStack.OrmLite.OrmLiteReadApiAsync]::SelectAsync|SqlListAsync|SqlColumnAsync|SqlScalarAsync(sql) parameters=anonType|sqlParams|dict
        [ServiceStack.OrmLite.OrmLiteReadApiAsync]::SelectAsync(sqlFilter) parameters=anonType
        [ServiceStack.OrmLite.OrmLiteReadApiAsync]::SingleAsync|ScalarAsync|ColumnAsync|ColumnDistinctAsync(sql) parameters=anonType|sqlParams
        [ServiceStack.OrmLite.OrmLiteReadApiAsync]::LookupAsync|DictionaryAsync|KeyValuePairsAsync(sql) parameters=anonType|sqlParams
        [ServiceStack.OrmLite.OrmLiteReadApiAsync]::ExistsAsync(sql) parameters=anonType
        [ServiceStack.OrmLite.OrmLiteReadApiAsync]::SelectNonDefaultsAsync(sql) parameters=filter
        [ServiceStack.OrmLite.OrmLiteReadApiAsync]::ExecuteNonQueryAsync(sql) parameters=anonType|dict
        [ServiceStack.OrmLite.OrmLiteReadExpressionsApi]::RowCount(sql) parameters=anonType|sqlParams
        [ServiceStack.OrmLite.OrmLiteReadExpressionsApi]::GetSchemaTable|GetTableColumns(sql)
        [ServiceStack.OrmLite.OrmLiteReadExpressionsApiAsync]::RowCountAsync(sql) parameters=anonType
        [ServiceStack.OrmLite.OrmLiteReadExpressionsApiAsync]::GetSchemaTableAsync|GetTableColumnsAsync(sql)
        [ServiceStack.OrmLite.OrmLiteWriteApi]::ExecuteSql(sql) parameters=dbParams
        [ServiceStack.OrmLite.OrmLiteWriteApi]::Delete(sqlFilter) fragment parameters=anonType
        [ServiceStack.OrmLite.OrmLiteWriteApiAsync]::ExecuteSqlAsync(sql) parameters=dbParams
        [ServiceStack.OrmLite.OrmLiteWriteApiAsync]::DeleteAsync(sqlFilter) fragment parameters=anonType
        [ServiceStack.OrmLite.OrmLiteWriteExpressionsApi]::DeleteWhere(whereFilter) fragment parameters=whereParams
        [ServiceStack.OrmLite.OrmLiteWriteExpressionsApi]::UpdateOnly(whereExpression) fragment parameters=whereParams|sqlParams
        [ServiceStack.OrmLite.OrmLiteWriteExpressionsApiAsync]::DeleteWhereAsync(whereFilter) fragment parameters=whereParams
        [ServiceStack.OrmLite.OrmLiteWriteExpressionsApiAsync]::UpdateOnlyAsync(whereExpression) fragment parameters=whereParams|sqlParams
        [ServiceStack.OrmLite.SqlExpression]::UnsafeWhere|UnsafeAnd|UnsafeOr(rawSql) fragment format parameters=filterParams
        [ServiceStack.OrmLite.SqlExpression]::UnsafeHaving(sqlFilter) fragment format parameters=filterParams
        [ServiceStack.OrmLite.SqlExpression]::UnsafeSelect(rawSelect) fragment
        [ServiceStack.OrmLite.SqlExpression]::UnsafeFrom(rawFrom) fragment
        [ServiceStack.OrmLite.SqlExpression]::UnsafeGroupBy(groupBy) fragment
        [ServiceStack.OrmLite.SqlExpression]::UnsafeOrderBy(orderBy) fragment
        [ServiceStack.OrmLite.SqlExpression]::CustomJoin(joinString) fragment
        [ServiceStack.OrmLite.IUntypedSqlExpression]::UnsafeWhere|UnsafeAnd|UnsafeOr(rawSql) fragment format parameters=filterParams
        [ServiceStack.OrmLite.IUntypedSqlExpression]::UnsafeSelect(rawSelect) fragment
        [ServiceStack.OrmLite.IUntypedSqlExpression]::UnsafeFrom(rawFrom) fragment
        [ServiceStack.OrmLite.IUntypedSqlExpression]::CustomJoin(joinString) fragment
        [ServiceStack.OrmLite.Sql]::Custom(customSql) fragment
        """);
}
