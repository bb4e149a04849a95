using DbSafety.Rules.SqlText;
using Xunit;

namespace DbSafety.Tests.Engine;

/// <summary>A rule is given the code of every kind of member.</summary>
public sealed class MemberTests
{
    [Theory]
    [InlineData("private int _a = 1, _b = Run([|$\"DELETE FROM t WHERE n = '{Name}'\"|]);")]
    [InlineData("private int _a = Run([|$\"DELETE FROM t WHERE n = '{Name}'\"|]), _b = 1;")]
    [InlineData("public int P { get; } = Run([|$\"DELETE FROM t WHERE n = '{Name}'\"|]);")]
    [InlineData("public int P => Run([|$\"DELETE FROM t WHERE n = '{Name}'\"|]);")]
    [InlineData("public int P { get => 1; set { Run([|$\"DELETE FROM t WHERE n = '{Name}'\"|]); } }")]
    [InlineData("public int this[int i] => Run([|$\"DELETE FROM t WHERE n = '{Name}'\"|]);")]
    [InlineData("static C() { Run([|$\"DELETE FROM t WHERE n = '{Name}'\"|]); }")]
    [InlineData("public C() : this(Run([|$\"DELETE FROM t WHERE n = '{Name}'\"|])) { } C(int n) { }")]
    [InlineData("~C() { Run([|$\"DELETE FROM t WHERE n = '{Name}'\"|]); }")]
    [InlineData("public static C operator +(C a, C b) { Run([|$\"DELETE FROM t WHERE n = '{Name}'\"|]); return a; }")]
    [InlineData("public static explicit operator int(C a) => Run([|$\"DELETE FROM t WHERE n = '{Name}'\"|]);")]
    [InlineData("public event Action E { add { Run([|$\"DELETE FROM t WHERE n = '{Name}'\"|]); } remove { } }")]
    [InlineData("public event Action E = () => Run([|$\"DELETE FROM t WHERE n = '{Name}'\"|]);")]
    [InlineData("void M() { int L() => Run([|$\"DELETE FROM t WHERE n = '{Name}'\"|]); L(); }")]
    [InlineData("class Base(int n) { public int N => n; } class Derived() : Base(Run([|$\"DELETE FROM t WHERE n = '{Name}'\"|]));")]
    [InlineData("int I.M() => Run([|$\"DELETE FROM t WHERE n = '{Name}'\"|]);")]
    public Task Every_kind_of_member_is_looked_into(string member) => Verify<DBS501SqlFromConcatenation>.Reports($$"""
        partial class C
        {
            public static string Name = Console.ReadLine()!;
            private static readonly SqliteConnection Connection = new("x");
            private static int Run(string sql) => Connection.Execute(sql);
            {{member}}
        }
        {{(member.Contains("I.M") ? "interface I { int M(); } partial class C : I;" : "")}}
        """);

    [Fact]
    public Task Top_level_statements_are_looked_into() => Verify<DBS501SqlFromConcatenation>.Reports("""
        using var c = new SqliteConnection("x");
        c.Execute([|$"DELETE FROM t WHERE n = '{args[0]}'"|]);
        """, new Setup { TopLevel = true });
}
