namespace DbSafety.Model.Catalog;

internal static partial class Libraries
{
    /// <summary>SqlKata: <c>?</c> takes the bindings in order. Statements are run with Dapper underneath.</summary>
    public static Library SqlKata => new("SqlKata", """
        [SqlKata.Query]::SelectRaw|HavingRaw|OrHavingRaw|WithRaw|UnionRaw|ExceptRaw|IntersectRaw|CombineRaw(sql) fragment parameters=bindings
        [SqlKata.Query]::OrderByRaw|GroupByRaw(expression) fragment parameters=bindings
        [SqlKata.BaseQuery]::FromRaw|WhereRaw|OrWhereRaw(sql) fragment parameters=bindings
        [SqlKata.Execution.QueryFactory]::Select|SelectAsync|Statement|StatementAsync(sql) parameters=param
        [SqlKata.Compilers.Compiler]::Wrap|WrapValue(value) quotes
        """)
    {
        Aliases = ["SqlKata.Core", "SqlKata.Execution"],
    };
}
