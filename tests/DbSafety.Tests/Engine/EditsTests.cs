using DbSafety.Engine;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;
using Xunit;

namespace DbSafety.Tests.Engine;

/// <summary>The pieces that fixes are made of; every case also with CRLF.</summary>
public class EditsTests
{
    [Fact]
    public Task Statements_go_on_lines_of_their_own() => Makes<StatementSyntax>(
        """
        void F()
        {
            if (true)
            {
                // why
                [|G();|] // what

                G();
            }
        }
        void G() { }
        """,
        """
        void F()
        {
            if (true)
            {
                // why
                var a = 1;
                var b = 2;
                G(); // what
                var c = 3;

                G();
            }
        }
        void G() { }
        """,
        (edits, statement) => edits.InsertBefore(statement, "var a = 1;", "var b = 2;").InsertAfter(statement, "var c = 3;"));

    [Fact]
    public Task A_statement_that_shares_its_line_gets_company_there() => Makes<StatementSyntax>(
        "void F() { [|F();|] }",
        "void F() { var a = 1; F(); var b = 2; }",
        (edits, statement) => edits.InsertBefore(statement, "var a = 1;").InsertAfter(statement, "var b = 2;"));

    [Fact]
    public Task In_a_switch_section_statements_follow_their_neighbour() => Makes<StatementSyntax>(
        """
        void F(int i)
        {
            switch (i)
            {
                case 1:
                    [|F(i);|]
                    break;
            }
        }
        """,
        """
        void F(int i)
        {
            switch (i)
            {
                case 1:
                    F(i);
                    F(2);
                    break;
            }
        }
        """,
        (edits, statement) => edits.InsertAfter(statement, "F(2);"));

    [Fact]
    public async Task The_body_of_an_if_becomes_a_block()
    {
        await Makes<StatementSyntax>(
            """
            void F(bool b)
            {
                if (b) // why
                    [|F(b);|] // what
                else
                    F(!b);
            }
            """,
            """
            void F(bool b)
            {
                if (b) // why
                {
                    F(true);
                    F(b); // what
                }
                else
                    F(!b);
            }
            """,
            (edits, statement) => edits.InsertBefore(statement, "F(true);"));
        await Makes<StatementSyntax>(
            """
            void F(bool b)
            {
                if (b) [|F(b);|]
            }
            """,
            """
            void F(bool b)
            {
                if (b)
                {
                    F(b);
                    F(true);
                }
            }
            """,
            (edits, statement) => edits.InsertAfter(statement, "F(true);"));
    }

    [Fact]
    public Task Two_fixes_share_one_new_block() => Makes<StatementSyntax>(
        """
        void F(bool b)
        {
            while (b) [|F(b);|]
        }
        """,
        """
        void F(bool b)
        {
            while (b)
            {
                F(b);
                F(true);
                F(false);
            }
        }
        """,
        (edits, statement) => edits.InsertAfter(statement, "F(true);"),
        (edits, statement) => edits.InsertAfter(statement, "F(false);"));

    [Theory]
    [InlineData("M[|(1)|];", 1, "M(1, x);")]
    [InlineData("M[|(1)|];", 2, "M(1, c: x);")]
    [InlineData("M[|(a: 1)|];", 1, "M(a: 1, b: x);")]
    [InlineData("M[|()|];", 0, "M(x);")]
    [InlineData("M[|(\n    1,\n    2)|];", 2, "M(\n    1,\n    2,\n    x);")]
    [InlineData("M[|(1 /* one */)|];", 1, "M(1, x /* one */);")]
    public Task Arguments_are_named_where_they_must_be(string call, int parameter, string expected) => Makes<ArgumentListSyntax>(
        call + "\nvoid M(int a = 0, int b = 0, int c = 0) { }\n",
        expected + "\nvoid M(int a = 0, int b = 0, int c = 0) { }\n",
        (edits, list) => edits.AddArgument(list, Method(edits, list).Parameters[parameter], "x"));

    [Fact]
    public Task The_receiver_of_an_extension_method_is_not_counted() => Makes<ArgumentListSyntax>(
        "static class E { static void M(this int a, int b, int c = 0) => 1.M[|(2)|]; }",
        "static class E { static void M(this int a, int b, int c = 0) => 1.M(2, x); }",
        (edits, list) => edits.AddArgument(list, Method(edits, list).ReducedFrom!.Parameters[2], "x"));

    [Theory]
    [InlineData("using System.Linq;\nusing Zeta;\n\nclass C { }", "using System.Linq;\nusing Npgsql;\nusing Zeta;\n\nclass C { }")]
    [InlineData("using Zeta; // last\nclass C { }", "using Npgsql;\nusing Zeta; // last\nclass C { }")]
    [InlineData("using System; // first\n\nclass C { }", "using System; // first\nusing Npgsql;\n\nclass C { }")]
    [InlineData("// header\n\nclass C { }", "// header\n\nusing Npgsql;\n\nclass C { }")]
    [InlineData("using Npgsql;\nclass C { }", "using Npgsql;\nclass C { }")]
    [InlineData("namespace N\n{\n    using System;\n\n    class C { }\n}", "namespace N\n{\n    using System;\n    using Npgsql;\n\n    class C { }\n}")]
    [InlineData("using A = System.Int32;\nclass C { }", "using Npgsql;\nusing A = System.Int32;\nclass C { }")]
    public async Task An_import_goes_to_its_place(string source, string expected)
    {
        var setup = new Setup { Usings = false };
        var file = await FixFile.OfAsync(await TestProject.Of(source, setup), TestContext.Current.CancellationToken);
        Assert.Equal(expected, file.Text.WithChanges(Edits.Merge([new Edits(file).Using("Npgsql"), new Edits(file).Using("Npgsql")])).ToString());
    }

    [Fact]
    public async Task A_global_import_is_enough()
    {
        var file = await FixFile.OfAsync(await TestProject.Of("class C { }", Setup.Default), TestContext.Current.CancellationToken);
        Assert.True(new Edits(file).Using("Npgsql").IsEmpty);
    }

    [Fact]
    public Task Wraps_nest() => Makes<BinaryExpressionSyntax>(
        "var a = [|1 + 2|];",
        "var a = f(g(1) + h(2));",
        (edits, sum) => edits.Wrap(sum.Right, "h(", ")"),
        (edits, sum) => edits.Wrap(sum, "f(", ")"),
        (edits, sum) => edits.Wrap(sum.Left, "g(", ")"));

    [Fact]
    public async Task Edits_of_the_same_text_collide_unless_they_agree()
    {
        var file = await FixFile.OfAsync(await TestProject.Of("class Abc { }", Setup.Default), TestContext.Current.CancellationToken);
        Edits Edit() => new(file);
        Assert.True(Edit().Replace(new TextSpan(6, 3), "X").Collides(Edit().Replace(new TextSpan(6, 3), "Y")));
        Assert.True(Edit().Replace(new TextSpan(6, 3), "X").Collides(Edit().Insert(7, "Y")));
        Assert.False(Edit().Replace(new TextSpan(6, 3), "X").Collides(Edit().Replace(new TextSpan(6, 3), "X")));
        Assert.False(Edit().Replace(new TextSpan(6, 3), "X").Collides(Edit().Insert(9, "Y")));
        Assert.False(Edit().Insert(6, "X").Collides(Edit().Insert(6, "Y")));
    }

    [Fact]
    public async Task A_new_name_is_nobody_elses()
    {
        var document = await TestProject.Of("class C { int d; void M(int a) { { int b; } int c; } void N() { int e; } }", new() { AllowErrors = true });
        var file = await FixFile.OfAsync(document, TestContext.Current.CancellationToken);
        var place = file.Root.DescendantNodes().OfType<LocalDeclarationStatementSyntax>().First();
        var context = new FixContext(file, Diagnostic.Create("X", "", "", DiagnosticSeverity.Info, DiagnosticSeverity.Info, true, 1));
        Assert.Equal(
            ["a2", "b2", "c2", "d2", "e", "e2", "int2", "f"],
            new[] { "a", "b", "c", "d", "e", "e", "int", "f" }.Select(n => context.UniqueName(place, n)));
    }

    private static async Task Makes<T>(string markup, string expected, params Func<Edits, T, Edits>[] fixes) where T : SyntaxNode
    {
        foreach (var newLine in new[] { "\n", "\r\n" })
        {
            var (source, marks) = Markup.Parse(markup.ReplaceLineEndings(newLine), "X");
            var file = await FixFile.OfAsync(await TestProject.Of(source, new() { TopLevel = true }), TestContext.Current.CancellationToken);
            var node = file.Root.FindNode(marks[0].Span).AncestorsAndSelf().OfType<T>().First(n => n.Span == marks[0].Span);
            var changed = file.Text.WithChanges(Edits.Merge(fixes.Select(fix => fix(new Edits(file), node))));
            Assert.Equal(expected.ReplaceLineEndings(newLine), changed.ToString());
        }
    }

    private static IMethodSymbol Method(Edits edits, ArgumentListSyntax list) => (IMethodSymbol)edits.File.Model.GetSymbolInfo(list.Parent!).Symbol!;
}
