namespace DbSafety.Model.Catalog;

internal static partial class Libraries
{
    /// <summary>NHibernate: SQL and HQL; values go in by SetParameter on the query. Methods on named queries take a name that is no SQL.</summary>
    public static Library NHibernate => new("NHibernate", """
        [NHibernate.ISession]::CreateSQLQuery|CreateQuery(queryString)
        [NHibernate.ISession]::Delete|DeleteAsync(query) parameters=values|value
        [NHibernate.ISession]::CreateFilter|CreateFilterAsync(queryString) fragment
        [NHibernate.IStatelessSession]::CreateSQLQuery|CreateQuery(queryString)
        [NHibernate.IMultiQuery]::Add(hql)
        [NHibernate.Criterion.Expression]::Sql(sql) fragment parameters=values|value
        [NHibernate.Criterion.Projections]::SqlProjection|SqlGroupProjection(sql) fragment
        [NHibernate.Engine.NamedQueryDefinition]::.ctor(query)
        [NHibernate.Engine.NamedSQLQueryDefinition]::.ctor(query)
        [NHibernate.Cfg.Loquacious.INamedQueryDefinitionBuilder]::Query
        [NHibernate.Cfg.Loquacious.NamedQueryDefinitionBuilder]::Query
        [NHibernate.Impl.AbstractSessionImpl]::CreateQuery(queryString)
        [NHibernate.Impl.AbstractSessionImpl]::CreateSQLQuery(sql)
        [NHibernate.Impl.SessionImpl]::Delete|DeleteAsync(query) parameters=values|value
        [NHibernate.Impl.SessionImpl]::CreateFilter|CreateFilterAsync(queryString) fragment
        [NHibernate.Impl.MultiQueryImpl]::Add(hql)
        [NHibernate.Impl.QueryImpl]::.ctor(queryString)
        [NHibernate.Impl.DetachedQuery]::.ctor(hql)
        """);
}
