using DbSafety.Rules.Values;
using DbSafety.Tests.Engine;
using Xunit;

namespace DbSafety.Tests.Rules.Values;

using Rule = Verify<DBS607TypeHandlerRunsOnReadsOnly>;

public class DBS607TypeHandlerRunsOnReadsOnlyTests
{
    private const string Handlers = """

        class Utc : SqlMapper.TypeHandler<DateTime>
        {
            public override void SetValue(IDbDataParameter p, DateTime value) => p.Value = value.ToUniversalTime();
            public override DateTime Parse(object value) => DateTime.SpecifyKind((DateTime)value, DateTimeKind.Utc);
        }
        class Kind : Utc { }
        class Typed : SqlMapper.TypeHandler<DateTimeOffset>
        {
            public override void SetValue(IDbDataParameter p, DateTimeOffset value) { p.DbType = DbType.String; p.Value = value; }
            public override DateTimeOffset Parse(object value) => DateTimeOffset.Parse((string)value);
        }
        class ReadsOnly : SqlMapper.TypeHandler<DateTime>
        {
            public override void SetValue(IDbDataParameter parameter, DateTime value) => parameter.Value = (object)value;
            public override DateTime Parse(object value) => DateTime.SpecifyKind((DateTime)value, DateTimeKind.Utc);
        }
        class Never : SqlMapper.TypeHandler<DateTime>
        {
            public override void SetValue(IDbDataParameter parameter, DateTime value) => throw new NotSupportedException();
            public override DateTime Parse(object value) => default;
        }
        class Money : SqlMapper.TypeHandler<System.Numerics.BigInteger>
        {
            public override void SetValue(IDbDataParameter p, System.Numerics.BigInteger value) => p.Value = value.ToString();
            public override System.Numerics.BigInteger Parse(object value) => 1;
        }
        """;

    [Fact]
    public Task The_message_names_the_handler_and_the_type() => Rule.Reports(
        "class C { void M() => [|SqlMapper.AddTypeHandler(new Utc())|]; }" + Handlers,
        "Dapper has a mapping of its own for DateTime, so 'SetValue' of 'Utc' is never called; call RemoveTypeMap(typeof(DateTime)) before");

    [Theory]
    [InlineData("[|SqlMapper.AddTypeHandler(typeof(DateTime), new Utc())|];")]
    [InlineData("[|SqlMapper.AddTypeHandler(handler: new Utc(), type: typeof(DateTime?))|];")]
    [InlineData("[|SqlMapper.AddTypeHandler<DateTime>(new Kind())|];")]
    [InlineData("[|Dapper.SqlMapper.AddTypeHandler(new Typed())|];")]
    [InlineData("Utc utc = new(); if (utc is not null) [|SqlMapper.AddTypeHandler(utc)|];")]
    [InlineData("SqlMapper.RemoveTypeMap(typeof(string)); [|SqlMapper.AddTypeHandler(new Utc())|];")]
    public Task A_handler_whose_SetValue_does_something_is_reported(string source) => Rule.Reports($"class C {{ void M() {{ {source} }} }}" + Handlers);

    [Theory]
    [InlineData("SqlMapper.RemoveTypeMap(typeof(DateTime)); SqlMapper.AddTypeHandler(new Utc());")]
    [InlineData("SqlMapper.AddTypeHandler(new Utc()); SqlMapper.RemoveTypeMap(typeof(System.DateTime));")]
    [InlineData("foreach (var type in new[] { typeof(DateTime), typeof(DateTime?) }) SqlMapper.RemoveTypeMap(type); SqlMapper.AddTypeHandler(new Utc());")]
    [InlineData("SqlMapper.AddTypeHandler(new ReadsOnly()); SqlMapper.AddTypeHandler(new Never());")]
    [InlineData("SqlMapper.AddTypeHandler(new Money()); SqlMapper.AddTypeHandler(typeof(int), new Money());")]
    [InlineData("SqlMapper.TypeHandler<DateTime> unknown = null!; SqlMapper.AddTypeHandler(unknown);")]
    public Task A_handler_that_runs_or_is_for_reads_is_silent(string source) => Rule.Silent($"class C {{ void M() {{ {source} }} }}" + Handlers);

    [Fact]
    public Task The_call_goes_before() => Rule.Fixes(
        """
        static class Start
        {
            public static void Up(bool utc)
            {
                // Times are in UTC.
                [|SqlMapper.AddTypeHandler(new Utc())|]; // on reads
                if (utc)
                    [|Dapper.SqlMapper.AddTypeHandler(typeof(DateTimeOffset), new Typed())|];
            }
        }
        """ + Handlers,
        """
        static class Start
        {
            public static void Up(bool utc)
            {
                // Times are in UTC.
                SqlMapper.RemoveTypeMap(typeof(DateTime));
                SqlMapper.AddTypeHandler(new Utc()); // on reads
                if (utc)
                {
                    Dapper.SqlMapper.RemoveTypeMap(typeof(DateTimeOffset));
                    Dapper.SqlMapper.AddTypeHandler(typeof(DateTimeOffset), new Typed());
                }
            }
        }
        """ + Handlers);

    [Fact]
    public Task No_fix_where_there_is_no_statement_to_put_it_before() => Rule.NoFix("class C { void M() => [|SqlMapper.AddTypeHandler(new Utc())|]; }" + Handlers);
}
