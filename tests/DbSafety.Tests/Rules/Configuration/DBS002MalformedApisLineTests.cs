using DbSafety.Rules.Configuration;
using Xunit;

namespace DbSafety.Tests.Rules.Configuration;

public class DBS002MalformedApisLineTests
{
    private const string Library = """
        using System.Data.Common;
        namespace Acme.Data
        {
            public class Store
            {
                public Store(string script) { }
                public string Filter { get; set; }
                public string Name { get; }
                public void Run(string sql) { }
                public void Run(string sql, object arguments) { }
                public virtual void Load(string query) { }
                public class Session { public void Ask(string text) { } }
            }
            public class Archive : Store { public Archive(string script) : base(script) { } }
            public class Table<T> { public T Find(string where) => default; }
            public interface IRead { void Read(string sql); }
            public interface IReadWrite : IRead { }
            class Uses { DbCommand c; }
        }
        """;

    [Fact]
    public async Task A_line_that_cannot_be_read_is_reported_at_its_place()
    {
        var found = await Run("""
            # our own sinks
            [Acme.Data.Store]::Run(sql)

              Acme.Data.Store.Run(sql)   # not the form
            [Acme.Data.Store]::Run(sql) exec
            """);

        Assert.Equal(
            [
                "/src/app/DbSafety.Apis.txt(4,3) «Acme.Data.Store.Run(sql)» 'Acme.Data.Store.Run(sql)' is ignored: expected [Namespace.Type]::Member(parameter)",
                "/src/app/DbSafety.Apis.txt(5,1) «[Acme.Data.Store]::Run(sql) exec» '[Acme.Data.Store]::Run(sql) exec' is ignored: "
                    + "'exec' is not one of execute, ddl, fragment, name, quotes, format, parameters=name",
            ],
            found);
    }

    [Theory]
    [InlineData("[Acme.Data.Store]::Rum(sql)", "'Acme.Data.Store' has no member 'Rum'; did you mean 'Run'")]
    [InlineData("[Acme.Data.Store]::Whatever(sql)", "'Acme.Data.Store' has no member 'Whatever'")]
    [InlineData("[Acme.Data.Store]::Run(sqll)", "'Run' has no parameter 'sqll'; did you mean 'sql'")]
    [InlineData("[Acme.Data.Store]::Run(query)", "'Run' has no parameter 'query'")]
    [InlineData("[Acme.Data.Store]::Run(sql) parameters=argument", "'Run' has no parameter 'argument'; did you mean 'arguments'")]
    [InlineData("[Acme.Data.Store]::Run", "'Run' is not a property, so name the parameter that carries the SQL: Run(parameter)")]
    [InlineData("[Acme.Data.Store]::Filter(value)", "'Filter' is not a method, so it takes no parameter")]
    [InlineData("[Acme.Data.Store]::Name", "the property 'Name' cannot be set")]
    [InlineData("[Acme.Data.Store]::.ctor(sql)", "'.ctor' has no parameter 'sql'")]
    [InlineData("[Acme.Data.Store+Session]::Run(sql)", "'Acme.Data.Store+Session' has no member 'Run'")]
    [InlineData("[Acme.Data.Archive]::Load(query)", "'Load' is declared by 'Acme.Data.Store', so write [Acme.Data.Store]")]
    [InlineData("[Acme.Data.IReadWrite]::Read(sql)", "'Read' is declared by 'Acme.Data.IRead', so write [Acme.Data.IRead]")]
    [InlineData("[Acme.Data.Table]::Find(filter)", "'Find' has no parameter 'filter'")]
    public async Task A_line_that_names_nothing_is_reported(string line, string reason) =>
        Assert.Equal([$"/src/app/DbSafety.Apis.txt(1,1) «{line}» '{line}' is ignored: {reason}"], await Run(line));

    [Fact]
    public async Task Each_unknown_member_of_a_line_is_reported()
    {
        var found = await Run("[Acme.Data.Store]::Run|Rum|Lod(sql)");

        Assert.Equal(2, found.Length);
    }

    [Theory]
    [InlineData("[Acme.Data.Store]::Run(sql) parameters=arguments")]
    [InlineData("[Acme.Data.Store]::Run(sql) ddl # in migrations")]
    [InlineData("[Acme.Data.Store]::Filter fragment")]
    [InlineData("[Acme.Data.Store]::.ctor(script)")]
    [InlineData("[Acme.Data.Store+Session]::Ask(text)")]
    [InlineData("[Acme.Data.Table]::Find(where)")]
    [InlineData("[Acme.Other.Store]::Run(sql)")]
    [InlineData("[Acme.Data.Missing]::Run(sql)")]
    [InlineData("[System.String]::Concat(str0)")]
    [InlineData("# nothing")]
    [InlineData("")]
    public async Task A_line_that_names_an_API_or_a_type_from_elsewhere_is_silent(string line) =>
        Assert.Empty(await Run(line));

    [Fact]
    public async Task Another_text_file_is_not_read() =>
        Assert.Empty(await new Configured().Source("/src/app/C.cs", Library).File("/src/app/Apis.txt", "nonsense").Run(new DBS002MalformedApisLine()));

    private static Task<string[]> Run(string lines) =>
        new Configured().Source("/src/app/C.cs", Library).File("/src/app/DbSafety.Apis.txt", lines).Run(new DBS002MalformedApisLine());
}
