using DbSafety.Model;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using Xunit;

namespace DbSafety.Tests.Model;

/// <summary>Small programs against the real libraries: which call is found, and which operand is its SQL.</summary>
public sealed class CatalogCallTests
{
    private const string Usings = """
        using System;
        using System.Collections.Generic;
        using System.Data;
        using System.Data.Common;
        using System.Threading;
        using System.Threading.Tasks;
        using Dapper;
        using LinqToDB;
        using LinqToDB.Data;
        using Microsoft.Data.Sqlite;
        using Microsoft.EntityFrameworkCore;
        using Microsoft.EntityFrameworkCore.Storage;
        using Npgsql;

        """;

    [Theory]
    // Extension methods, reduced and not, arguments named and reordered.
    [InlineData("IDbConnection c", "c.Query<int>(\"Q\", new { x = 1 });", "Dapper.SqlMapper.Query(sql) <- \"Q\"")]
    [InlineData("IDbConnection c", "SqlMapper.Query<int>(c, \"Q\", new { x = 1 });", "Dapper.SqlMapper.Query(sql) <- \"Q\"")]
    [InlineData("IDbConnection c", "c.Execute(param: \"P\", sql: \"Q\");", "Dapper.SqlMapper.Execute(sql) <- \"Q\"")]
    [InlineData("IDbConnection c", "SqlMapper.QuerySingle(sql: \"Q\", cnn: c);", "Dapper.SqlMapper.QuerySingle(sql) <- \"Q\"")]
    [InlineData("IDbConnection c", "c.QueryFirst(typeof(int), \"Q\");", "Dapper.SqlMapper.QueryFirst(sql) <- \"Q\"")]
    [InlineData("IDbConnection c", "c.Query<int, int, int>(\"Q\", (a, b) => a, splitOn: \"S\");", "Dapper.SqlMapper.Query(sql) <- \"Q\"")]
    [InlineData("DbConnection c", "c.QueryUnbufferedAsync<int>(\"Q\");", "Dapper.SqlMapper.QueryUnbufferedAsync(sql) <- \"Q\"")]
    [InlineData("IDbConnection c", "c?.Execute(\"Q\");", "Dapper.SqlMapper.Execute(sql) <- \"Q\"")]
    [InlineData("IDbConnection c", "c.Execute(new CommandDefinition(commandText: \"Q\"));", "Dapper.CommandDefinition..ctor(commandText) <- \"Q\"")]
    [InlineData("DbContext c", "c.Database.ExecuteSqlRaw(\"Q\", 1);", "Microsoft.EntityFrameworkCore.RelationalDatabaseFacadeExtensions.ExecuteSqlRaw(sql) <- \"Q\"")]
    [InlineData("DbSet<object> s", "s.FromSqlRaw(parameters: new object[0], sql: \"Q\");", "Microsoft.EntityFrameworkCore.RelationalQueryableExtensions.FromSqlRaw(sql) <- \"Q\"")]
    [InlineData("DataConnection c", "c.Query<int>(\"Q\");", "LinqToDB.Data.DataContextExtensions.Query(sql) <- \"Q\"")]
    [InlineData("DataConnection c", "c.QueryProc<int>(\"P\");", "LinqToDB.Data.DataContextExtensions.QueryProc(sql) <- \"P\"")]
    // Constructors.
    [InlineData("SqliteConnection c", "var k = new SqliteCommand(\"Q\", c);", "Microsoft.Data.Sqlite.SqliteCommand..ctor(commandText) <- \"Q\"")]
    [InlineData("SqliteConnection c", "SqliteCommand k = new(connection: c, commandText: \"Q\");", "Microsoft.Data.Sqlite.SqliteCommand..ctor(commandText) <- \"Q\"")]
    [InlineData("string s", "var a = new NpgsqlDataAdapter(\"Q\", s);", "Npgsql.NpgsqlDataAdapter..ctor(selectCommandText) <- \"Q\"")]
    [InlineData("string s", "var a = new System.Data.SQLite.SQLiteDataAdapter(\"Q\", s);", "System.Data.SQLite.SQLiteDataAdapter..ctor(commandText) <- \"Q\"")]
    [InlineData("string s", "NpgsqlBatchCommand b = new(\"Q\");", "Npgsql.NpgsqlBatchCommand..ctor(commandText) <- \"Q\"")]
    [InlineData("string s", "var b = new FirebirdSql.Data.FirebirdClient.FbBatchCommand(\"Q\");", "FirebirdSql.Data.FirebirdClient.FbBatchCommand..ctor(cmdText) <- \"Q\"")]
    [InlineData("string s", "var q = new Microsoft.Azure.Cosmos.QueryDefinition(\"Q\");", "Microsoft.Azure.Cosmos.QueryDefinition..ctor(query) <- \"Q\"")]
    [InlineData("string s", "var k = new Own(\"Q\");", "Own..ctor(text) <- \"Q\"")]
    // CommandText, set wherever it can be.
    [InlineData("IDbCommand k", "k.CommandText = \"Q\";", "System.Data.IDbCommand.CommandText <- \"Q\"")]
    [InlineData("DbCommand k", "k.CommandText += \"Q\";", "System.Data.Common.DbCommand.CommandText <- \"Q\"")]
    [InlineData("SqliteCommand k", "k.CommandText = \"Q\";", "Microsoft.Data.Sqlite.SqliteCommand.CommandText <- \"Q\"")]
#if !ROSLYN48
    [InlineData("DbCommand k", "k?.CommandText = \"Q\";", "System.Data.Common.DbCommand.CommandText <- \"Q\"")]
#endif
    [InlineData("SqliteConnection c", "var k = new SqliteCommand { Connection = c, CommandText = \"Q\" };", "Microsoft.Data.Sqlite.SqliteCommand.CommandText <- \"Q\"")]
    [InlineData("Own k", "k.CommandText = \"Q\";", "Own.CommandText <- \"Q\"")]
    [InlineData("Derived k", "k.CommandText = \"Q\";", "Own.CommandText <- \"Q\"")]
    [InlineData("DbBatchCommand b", "b.CommandText = \"Q\";", "System.Data.Common.DbBatchCommand.CommandText <- \"Q\"")]
    [InlineData("DbBatch b", "b.BatchCommands.Add(new NpgsqlBatchCommand { CommandText = \"Q\" });", "Npgsql.NpgsqlBatchCommand.CommandText <- \"Q\"")]
    [InlineData("SQLite.SQLiteCommand k", "k.CommandText = \"Q\";", "SQLite.SQLiteCommand.CommandText <- \"Q\"")]
    [InlineData("MySql.Data.MySqlClient.MySqlScript k", "k.Query = \"Q\";", "MySql.Data.MySqlClient.MySqlScript.Query <- \"Q\"")]
    // Data sources; the inherited one and one that hides it.
    [InlineData("DbDataSource d", "d.CreateCommand(\"Q\");", "System.Data.Common.DbDataSource.CreateCommand(commandText) <- \"Q\"")]
    [InlineData("NpgsqlDataSource d", "d.CreateCommand(\"Q\");", "Npgsql.NpgsqlDataSource.CreateCommand(commandText) <- \"Q\"")]
    [InlineData("MySqlConnector.MySqlDataSource d", "d.CreateCommand(\"Q\");", "System.Data.Common.DbDataSource.CreateCommand(commandText) <- \"Q\"")]
    // Interfaces and classes of one library.
    [InlineData("SQLite.ISQLiteConnection c", "c.Execute(\"Q\", 1);", "SQLite.ISQLiteConnection.Execute(query) <- \"Q\"")]
    [InlineData("SQLite.SQLiteConnection c", "c.Execute(\"Q\", 1);", "SQLite.SQLiteConnection.Execute(query) <- \"Q\"")]
    [InlineData("string s", "MySql.Data.MySqlClient.MySqlHelper.ExecuteScalar(s, \"Q\");", "MySql.Data.MySqlClient.MySqlHelper.ExecuteScalar(commandText) <- \"Q\"")]
    [InlineData("NpgsqlConnection c", "c.BeginTextImport(\"Q\");", "Npgsql.NpgsqlConnection.BeginTextImport(copyFromCommand) <- \"Q\"")]
    public void The_call_is_found_and_its_SQL_is_the_right_operand(string parameter, string statement, string expected) =>
        Assert.Equal([expected], Calls(parameter, statement).Select(Written));

    [Theory]
    [InlineData("IDbConnection c", "c.Query<int>(new CommandDefinition());")]
    [InlineData("DbSet<object> s", "s.FromSql($\"Q {1}\");")]
    [InlineData("DbContext c", "c.Database.ExecuteSql($\"Q {1}\");")]
    [InlineData("IDataContext c", "c.FromSql<object>($\"Q {1}\");")]
    [InlineData("IDbCommand k", "var text = k.CommandText; k.CommandTimeout = 1; k.CommandType = CommandType.Text;")]
    [InlineData("string s", "var c = new SqliteConnection(s); var k = new SqliteCommand(); var d = new DataTable(\"Q\");")]
    [InlineData("string s", "var k = new OwnNamed(s, \"other\");")]
    [InlineData("DbCommandBuilder b", "b.QuoteIdentifier(\"Q\");")]
    [InlineData("ISqlGenerationHelper h", "h.DelimitIdentifier(\"Q\", \"S\");")]
    [InlineData("string s", "MySql.Data.MySqlClient.MySqlHelper.EscapeString(s);")]
    public void What_takes_no_SQL_is_no_call(string parameter, string statement) => Assert.Empty(Calls(parameter, statement));

    [Theory]
    [InlineData("SQLite.SQLiteConnection c", "c.CreateCommand(\"Q\", 1, 2);", "ps")]
    [InlineData("SQLite.SQLiteConnection c", "c.CreateCommand(\"Q\", new Dictionary<string, object>());", "args")]
    [InlineData("DataConnection c", "c.Execute(\"Q\", new DataParameter());", "parameters")]
    [InlineData("DataConnection c", "c.Execute<int>(\"Q\", new DataParameter());", "parameter")]
    [InlineData("DataConnection c", "c.Execute(\"Q\");", "parameters")]
    [InlineData("DbContext c", "c.Database.ExecuteSqlRawAsync(\"Q\", CancellationToken.None);", "parameters")]
    [InlineData("SqliteConnection c", "c.CreateCommand().CommandText = \"Q\";", null)]
    public void The_parameters_are_those_of_the_overload_called_or_else_of_a_sibling(string parameter, string statement, string? expected) =>
        Assert.Equal(expected, Assert.Single(Calls(parameter, statement)).Api.Parameters);

    [Theory]
    [InlineData("IRawSqlCommandBuilder b", "b.Build(\"Q\");", false)]
    [InlineData("IRawSqlCommandBuilder b", "b.Build(\"Q {0}\", new object[] { 1 });", true)]
    [InlineData("DbContext c", "c.Database.ExecuteSqlRaw(\"Q\");", true)]
    [InlineData("IDbConnection c", "c.Execute(\"Q\");", false)]
    public void Placeholders_are_of_the_composite_form_where_the_overload_reads_them_so(string parameter, string statement, bool expected) =>
        Assert.Equal(expected, Assert.Single(Calls(parameter, statement)).Api.CompositeFormat);

    private static string Written(DbCall call) =>
        $"{call.Api.Type}.{call.Api.Member}{(call.Api.Sql is { } sql ? $"({sql})" : "")} <- {call.Sql.Syntax}";

    private static List<DbCall> Calls(string parameter, string statement)
    {
        var tree = CSharpSyntaxTree.ParseText($$"""
            {{Usings}}
            class Test { void Run({{parameter}}) { {{statement}} } }

            class Own(string text) : SqliteCommand(text) { public override string CommandText { get; set; } }
            class Derived() : Own("D");
            class OwnNamed { public OwnNamed(string sql, string name) { } }
            """, new CSharpParseOptions(LanguageVersion.Preview), cancellationToken: TestContext.Current.CancellationToken);
        var compilation = CSharpCompilation.Create("Calls", [tree], References.All, new(OutputKind.DynamicallyLinkedLibrary));
        Assert.Empty(compilation.GetDiagnostics(TestContext.Current.CancellationToken).Where(d => d.Severity == DiagnosticSeverity.Error));

        var model = DbModel.For(compilation, [], _ => default)!;
        var run = tree.GetRoot().DescendantNodes().OfType<MethodDeclarationSyntax>().Single();
        var body = compilation.GetSemanticModel(tree).GetOperation(run)!;
        return [.. body.Descendants().Select(model.CallOf).OfType<DbCall>()];
    }
}
