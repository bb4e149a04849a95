using DbSafety.Engine;
using DbSafety.Model;
using DbSafety.Tests.Engine;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using Xunit;

namespace DbSafety.Tests.Model;

public class SurroundingTransactionTests
{
    private const string Update = "connection.Execute(\"UPDATE a SET x = 1\"";

    [Theory]
    [InlineData("using var t = connection.BeginTransaction(); " + Update + ", transaction: t);", "t, begun here")]
    [InlineData("using var t = connection.BeginTransaction(); " + Update + ");", "t, begun here")]
    [InlineData("using var t = connection.BeginTransaction(); if (id > 1) { t.Commit(); return; } " + Update + ");", "t, begun here")]
    [InlineData("SqliteTransaction? t = null; t = connection.BeginTransaction(); " + Update + ", transaction: t); t.Dispose();", "t, begun here")]
    [InlineData("using var t = connection.BeginTransaction(); using var c = connection.CreateCommand(); c.CommandText = \"UPDATE a SET x = 1\"; c.Transaction = t; c.ExecuteNonQuery();", "t, begun here")]
    [InlineData("using var t = connection.BeginTransaction(); Action a = () => " + Update + ", transaction: t); a();", "t, begun here")]
    [InlineData("using var s = new System.Transactions.TransactionScope(); using var c = new NpgsqlConnection(name); c.Execute(\"UPDATE a SET x = 1\");", "s, begun here")]
    [InlineData("class C { void M(DbContext db) { using var t = db.Database.BeginTransaction(); db.Database.ExecuteSqlRaw(\"UPDATE a SET x = 1\"); } }", "t, begun here")]
    [InlineData("class C { void M(DbContext db) { db.Database.BeginTransaction(); db.SaveChanges(); } }", "db, begun here")]
    [InlineData("class C { void M(NpgsqlConnection c, NpgsqlTransaction t) => c.Execute(\"UPDATE a SET x = 1\", transaction: t); }", "t, given")]
    [InlineData("class C(NpgsqlConnection c, NpgsqlTransaction t) { void M() => c.Execute(\"UPDATE a SET x = 1\", transaction: t); }", "t, given")]
    [InlineData("class C(IUnit u, NpgsqlConnection c) { void M() { var t = u.Begin(); c.Execute(\"UPDATE a SET x = 1\", transaction: t); } } interface IUnit { IDbTransaction Begin(); }", "t, begun here")]
    public async Task It_surrounds_the_statement(string source, string expected) => Assert.Equal(expected, await Around(source));

    [Theory]
    [InlineData(Update + ");")]
    [InlineData("using (var t = connection.BeginTransaction()) t.Commit(); " + Update + ");")]
    [InlineData("using var t = connection.BeginTransaction(); t.Commit(); " + Update + ");")]
    [InlineData("using var t = id > 1 ? connection.BeginTransaction() : null; " + Update + ", transaction: t);")]
    [InlineData("SqliteTransaction? t = null; if (id > 1) t = connection.BeginTransaction(); " + Update + ", transaction: t);")]
    [InlineData("using var t = connection.BeginTransaction(); using var other = new SqliteConnection(); other.Execute(\"UPDATE a SET x = 1\");")]
    [InlineData("using var c = new NpgsqlConnection(name); c.Open(); using var s = new System.Transactions.TransactionScope(); c.Execute(\"UPDATE a SET x = 1\");")]
    [InlineData("using var s = new System.Transactions.TransactionScope(System.Transactions.TransactionScopeOption.Suppress); using var c = new NpgsqlConnection(name); c.Execute(\"UPDATE a SET x = 1\");")]
    [InlineData("class C { void M(NpgsqlConnection c, NpgsqlTransaction? t) => c.Execute(\"UPDATE a SET x = 1\", transaction: t); }")]
    [InlineData("class C { void M(NpgsqlConnection c, NpgsqlTransaction t = null!) => c.Execute(\"UPDATE a SET x = 1\", transaction: t); }")]
    [InlineData("class C(IUnit u, NpgsqlConnection c) { void M() { var t = u.Current(); c.Execute(\"UPDATE a SET x = 1\", transaction: t); } } interface IUnit { IDbTransaction? Current(); }")]
    public async Task It_is_not_certain(string source) => Assert.Null(await Around(source));

    private static async Task<string?> Around(string source)
    {
        var document = await TestProject.Of(TestProject.Complete(source, Setup.Default), Setup.Default);
        Assert.Equal("", await TestProject.Errors(document.Project));
        var semantics = (await document.GetSemanticModelAsync())!;
        var model = DbModels.Of(semantics.Compilation, document.Project.AnalyzerOptions)!;
        var execution = (await document.GetSyntaxRootAsync())!.DescendantNodes().OfType<InvocationExpressionSyntax>()
            .Select(i => semantics.GetOperation(i)).OfType<IInvocationOperation>().Select(model.ExecutionOf).OfType<DbExecution>().Last();
        return SurroundingTransaction.Of(execution, model) is { } found ? $"{found.Symbol.Name}, {(found.Begun is null ? "given" : "begun here")}" : null;
    }
}
