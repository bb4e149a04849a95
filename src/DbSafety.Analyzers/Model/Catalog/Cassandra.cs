namespace DbSafety.Model.Catalog;

internal static partial class Libraries
{
    /// <summary>The DataStax driver: CQL, by session or by mapper. CqlCommand has the ADO.NET shapes.</summary>
    public static Library Cassandra => new("Cassandra", """
        [Cassandra.ISession]::Execute|BeginExecute|Prepare|PrepareAsync|BeginPrepare(cqlQuery)
        [Cassandra.Session]::Execute|BeginExecute|Prepare|PrepareAsync|BeginPrepare(cqlQuery)
        [Cassandra.SimpleStatement]::.ctor(query) parameters=values|valuesDictionary
        [Cassandra.Mapping.Cql]::.ctor|New(cql) parameters=args
        [Cassandra.Mapping.ICqlQueryClient]::Fetch|First|FirstOrDefault|Single|SingleOrDefault(cql) parameters=args
        [Cassandra.Mapping.ICqlQueryClient]::FetchPage(query) parameters=args
        [Cassandra.Mapping.ICqlQueryAsyncClient]::FetchAsync|FirstAsync|FirstOrDefaultAsync|SingleAsync|SingleOrDefaultAsync(cql) parameters=args
        [Cassandra.Mapping.ICqlQueryAsyncClient]::FetchPageAsync(query) parameters=args
        [Cassandra.Mapping.ICqlWriteClient]::Execute(cql) parameters=args
        [Cassandra.Mapping.ICqlWriteClient]::Update|Delete(cql) fragment parameters=args
        [Cassandra.Mapping.ICqlWriteAsyncClient]::ExecuteAsync(cql) parameters=args
        [Cassandra.Mapping.ICqlWriteAsyncClient]::UpdateAsync|DeleteAsync(cql) fragment parameters=args
        [Cassandra.Mapping.IMapper]::UpdateIf|UpdateIfAsync|DeleteIf|DeleteIfAsync(cql) fragment parameters=args
        [Cassandra.Mapping.Mapper]::Fetch|First|FirstOrDefault|Single|SingleOrDefault|Execute(cql) parameters=args
        [Cassandra.Mapping.Mapper]::FetchAsync|FirstAsync|FirstOrDefaultAsync|SingleAsync|SingleOrDefaultAsync|ExecuteAsync(cql) parameters=args
        [Cassandra.Mapping.Mapper]::FetchPage|FetchPageAsync(cql|query) parameters=args
        [Cassandra.Mapping.Mapper]::Update|UpdateAsync|UpdateIf|UpdateIfAsync|Delete|DeleteAsync|DeleteIf|DeleteIfAsync(cql) fragment parameters=args
        """);
}
