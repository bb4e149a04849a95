using CsCheck;
using DbSafety.Model.Catalog;
using Xunit;

namespace DbSafety.Tests.Model;

/// <summary>The line form shared by the built-in lists and by users' DbSafety.Apis.txt.</summary>
public sealed class CatalogParseTests
{
    private const string Whole = "[Ns.Outer+Inner]::Query|Execute(sql|query) fragment format parameters=args|ps # why";

    private static readonly Gen<string> NearlyALine =
        Gen.Select(Gen.Int[0, Whole.Length], Gen.Int[0, 12], Gen.String[Gen.Char["[]:|().+=#_ \t`<>,aZ9é"], 0, 6])
            .Select((at, cut, insert) => Whole[..at] + insert + Whole[Math.Min(Whole.Length, at + cut)..]);

    private static readonly Gen<string> AnyText = Gen.OneOf(NearlyALine, Gen.String, Gen.String[Gen.Char["[]:|().+=# aB1\t"], 0, 40]);

    [Fact]
    public void A_method_becomes_one_entry_for_each_member_and_name()
    {
        var apis = Parsed(Whole);
        Assert.Equal(2 * 2 * 2, apis.Count);
        Assert.Equal(new Api("Ns.Outer+Inner", "Query", "sql", ApiRole.Fragment, "args", CompositeFormat: true), apis[0]);
        Assert.Equal(new Api("Ns.Outer+Inner", "Execute", "query", ApiRole.Fragment, "ps", CompositeFormat: true), apis[^1]);
    }

    [Fact]
    public void A_property_has_no_parameter() =>
        Assert.Equal(new Api("Ns.Script", "Text", null, ApiRole.Ddl), Assert.Single(Parsed("[Ns.Script]::Text ddl")));

    [Fact]
    public void A_constructor_is_written_with_a_dot() =>
        Assert.Equal(new Api("Cmd", ".ctor", "text", ApiRole.Execute), Assert.Single(Parsed("  [Cmd]::.ctor( text )\t")));

    [Theory]
    [InlineData("")]
    [InlineData("   \t")]
    [InlineData("# [Ns.Type]::Member(sql)")]
    public void A_blank_line_or_a_comment_says_nothing(string line) => Assert.Empty(Parsed(line));

    [Theory]
    [InlineData("Ns.Type::Member(sql)", "expected [Namespace.Type]::Member(parameter)")]
    [InlineData("[Ns.Type]Member(sql)", "expected [Namespace.Type]::Member(parameter)")]
    [InlineData("[]::Member(sql)", "expected [Namespace.Type]::Member(parameter)")]
    [InlineData("[Ns..Type]::Member(sql)", "expected [Namespace.Type]::Member(parameter)")]
    [InlineData("[Ns.Type`1]::Member(sql)", "expected [Namespace.Type]::Member(parameter)")]
    [InlineData("[Ns.Type]::", "'' is not the name of a method or property, nor .ctor(parameter)")]
    [InlineData("[Ns.Type]::Member|(sql)", "'' is not the name of a method or property, nor .ctor(parameter)")]
    [InlineData("[Ns.Type]::.ctor", "'.ctor' is not the name of a method or property, nor .ctor(parameter)")]
    [InlineData("[Ns.Type]::.cctor(sql)", "'.cctor' is not the name of a method or property, nor .ctor(parameter)")]
    [InlineData("[Ns.Type]::Member<T>(sql)", "'Member<T>' is not the name of a method or property, nor .ctor(parameter)")]
    [InlineData("[Ns.Type]::Member(sql", "the parameter list is not closed")]
    [InlineData("[Ns.Type]::Member()", "'' is not the name of a parameter")]
    [InlineData("[Ns.Type]::Member(string sql)", "'string sql' is not the name of a parameter")]
    [InlineData("[Ns.Type]::Member(sql, args)", "'sql, args' is not the name of a parameter")]
    [InlineData("[Ns.Type]::Member(sql) dll", "'dll' is not one of execute, ddl, fragment, name, quotes, format, parameters=name")]
    [InlineData("[Ns.Type]::Member(sql) parameters=", "'parameters=' is not one of execute, ddl, fragment, name, quotes, format, parameters=name")]
    [InlineData("[Ns.Type]::Member(sql) parameters=a,b", "'parameters=a,b' is not one of execute, ddl, fragment, name, quotes, format, parameters=name")]
    public void A_malformed_line_says_what_is_wrong(string line, string expected)
    {
        Assert.Empty(Api.Parse(line, out var error));
        Assert.Equal(expected, error);
    }

    [Fact]
    public void No_text_makes_the_parser_throw_and_what_it_accepts_is_usable() => AnyText.Sample(text =>
    {
        var apis = Api.Parse(text, out var error);
        return error is not null
            ? apis.Count == 0
            : apis.All(api =>
                Api.Parse(Written(api), out var again) is [var same] && again is null && same == api);
    }, iter: 20_000);

    private static string Written(Api api) =>
        $"[{api.Type}]::{api.Member}{(api.Sql is null ? "" : $"({api.Sql})")} {api.Role.ToString().ToLowerInvariant()}"
        + (api.Parameters is null ? "" : $" parameters={api.Parameters}") + (api.CompositeFormat ? " format" : "");

    private static IReadOnlyList<Api> Parsed(string line)
    {
        var apis = Api.Parse(line, out var error);
        Assert.Null(error);
        return apis;
    }
}
