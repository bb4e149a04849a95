using DbSafety.Sql;
using Xunit;

namespace DbSafety.Tests.Sql;

public class SqlScannerTests
{
    [Theory]
    // strings
    [InlineData(nameof(SqlDialect.TSql), "N'a''b'", "String:N'a''b'")]
    [InlineData(nameof(SqlDialect.TSql), "'a\\' b", "String:'a\\' Word:b")]
    [InlineData(nameof(SqlDialect.MySql), "'a\\' b' \"c\"\"d\"", "String:'a\\' b' String:\"c\"\"d\"")]
    [InlineData(nameof(SqlDialect.MySql), "'a\\\\' b", "String:'a\\\\' Word:b")]
    [InlineData(nameof(SqlDialect.PostgreSql), "E'a\\' b' 'c\\'", "String:E'a\\' b' String:'c\\'")]
    [InlineData(nameof(SqlDialect.PostgreSql), "U&'\\0041' u&\"x\" B'01' X'1f'", "String:U&'\\0041' QuotedName:u&\"x\" String:B'01' String:X'1f'")]
    [InlineData(nameof(SqlDialect.GoogleSql), "r'\\'x' '''a'b''' \"\"\"c\"d\"\"\" rb'e'", "String:r'\\'x' String:'''a'b''' String:\"\"\"c\"d\"\"\" String:rb'e'")]
    [InlineData(nameof(SqlDialect.Oracle), "q'[it's]' nq'!a'b!'", "String:q'[it's]' String:nq'!a'b!'")]
    [InlineData(nameof(SqlDialect.PostgreSql), "$$a'b$$ $t$ $$ $t$ $1", "String:$$a'b$$ String:$t$ $$ $t$ Parameter:$1")]
    [InlineData(nameof(SqlDialect.Unknown), "E'a\\'b' $x$y$x$", "String:E'a\\'b' String:$x$y$x$")]
    // names
    [InlineData(nameof(SqlDialect.TSql), "[a]]b].\"c\"\"d\"", "QuotedName:[a]]b] Punctuation:. QuotedName:\"c\"\"d\"")]
    [InlineData(nameof(SqlDialect.Sqlite), "[a]]", "QuotedName:[a] Punctuation:]")]
    [InlineData(nameof(SqlDialect.PostgreSql), "a[1]", "Word:a Punctuation:[ Number:1 Punctuation:]")]
    [InlineData(nameof(SqlDialect.Unknown), "a[1] ARRAY['x'] [b c] FROM [t]", "Word:a Punctuation:[ Number:1 Punctuation:] Word:ARRAY Punctuation:[ String:'x' Punctuation:] QuotedName:[b c] Word:FROM QuotedName:[t]")]
    [InlineData(nameof(SqlDialect.MySql), "`a``b` a$b 1abc", "QuotedName:`a``b` Word:a$b Word:1abc")]
    [InlineData(nameof(SqlDialect.TSql), "#t ##g a#b a@b @@x @y#z", "Word:#t Word:##g Word:a#b Word:a@b Word:@@x Parameter:@y#z")]
    [InlineData(nameof(SqlDialect.Unknown), "#t @@rowcount a.b", "Word:#t Word:@@rowcount Word:a Punctuation:. Word:b")]
    // comments
    [InlineData(nameof(SqlDialect.TSql), "a--b\nc", "Word:a Comment:--b Word:c")]
    [InlineData(nameof(SqlDialect.MySql), "1--2 -- c\n# d\ne", "Number:1 Operator:- Operator:- Number:2 Comment:-- c Comment:# d Word:e")]
    [InlineData(nameof(SqlDialect.PostgreSql), "/* /* */ a */ b", "Comment:/* /* */ a */ Word:b")]
    [InlineData(nameof(SqlDialect.Sqlite), "/* /* */ a */ b", "Comment:/* /* */ Word:a Operator:* Operator:/ Word:b")]
    // numbers
    [InlineData(nameof(SqlDialect.Unknown), "1 1.5 .5 1. 1e5 1.5E-3 0xFF 1_000 t.5", "Number:1 Number:1.5 Number:.5 Number:1. Number:1e5 Number:1.5E-3 Number:0xFF Number:1_000 Word:t Punctuation:. Number:5")]
    [InlineData(nameof(SqlDialect.TSql), "$12.50 $ $action", "Number:$12.50 Number:$ Word:$action")]
    // parameters
    [InlineData(nameof(SqlDialect.Unknown), "@p :p $1 $n ? ?1 ?p? {0} {=x}", "Parameter:@p Parameter::p Parameter:$1 Parameter:$n Parameter:? Parameter:?1 Parameter:?p? Parameter:{0} Parameter:{=x}")]
    [InlineData(nameof(SqlDialect.PostgreSql), "a::b :c x := 1 arr[1:n] $2", "Word:a Operator::: Word:b Parameter::c Word:x Operator::= Number:1 Word:arr Punctuation:[ Number:1 Punctuation:: Word:n Punctuation:] Parameter:$2")]
    [InlineData(nameof(SqlDialect.PostgreSql), "a ? 'b' ?| c ?& d = ? LIMIT ?", "Word:a Operator:? String:'b' Operator:?| Word:c Operator:?& Word:d Operator:= Parameter:? Word:LIMIT Parameter:?")]
    [InlineData(nameof(SqlDialect.Sqlite), "'%'||?||'%' a=?", "String:'%' Operator:|| Parameter:? Operator:|| String:'%' Word:a Operator:= Parameter:?")]
    [InlineData(nameof(SqlDialect.Unknown), "a<@p b @> c d <@ e", "Word:a Operator:< Parameter:@p Word:b Operator:@> Word:c Word:d Operator:<@ Word:e")]
    [InlineData(nameof(SqlDialect.GoogleSql), "t@{FORCE_INDEX=i} @p", "Word:t Operator:@ Punctuation:{ Word:FORCE_INDEX Operator:= Word:i Punctuation:} Parameter:@p")]
    // operators
    [InlineData(nameof(SqlDialect.Unknown), "a<=b>=c<>d!=e==f<=>g||h&&i->j->>k#>l#>>m", "Word:a Operator:<= Word:b Operator:>= Word:c Operator:<> Word:d Operator:!= Word:e Operator:== Word:f Operator:<=> Word:g Operator:|| Word:h Operator:&& Word:i Operator:-> Word:j Operator:->> Word:k Operator:#> Word:l Operator:#>> Word:m")]
    // holes
    [InlineData(nameof(SqlDialect.Unknown), "«x» tbl_«x» «x»_id «a»«b» «a»«b»c «x».«y» '«x»' [«x»] @«x» @p«x» 1«x» -«x»", "Hole:«» Word:tbl_«» Word:«»_id Hole:«» Hole:«» Word:«»«»c Hole:«» Punctuation:. Hole:«» String:'«»' QuotedName:[«»] Parameter:@«» Parameter:@p«» Word:1«» Operator:- Hole:«»")]
    [InlineData(nameof(SqlDialect.Unknown), "-- «x»\n/*«y»*/ «z»,", "Comment:-- «» Comment:/*«»*/ Hole:«» Punctuation:,")]
    [InlineData(nameof(SqlDialect.TSql), "#t«x» $«y» N'«z»'", "Word:#t«» Number:$ Hole:«» String:N'«»'")]
    // not closed
    [InlineData(nameof(SqlDialect.Unknown), "'a b", "String:'a b")]
    [InlineData(nameof(SqlDialect.Unknown), "/* a b", "Comment:/* a b")]
    [InlineData(nameof(SqlDialect.PostgreSql), "$a$ b", "String:$a$ b")]
    [InlineData(nameof(SqlDialect.TSql), "[a b", "QuotedName:[a b")]
    public void Tokens(string dialect, string sql, string tokens) => Assert.Equal(tokens, SqlTexts.Tokens(sql, Enum.Parse<SqlDialect>(dialect)));

    [Theory]
    [InlineData("SELECT 'a", 7)]
    [InlineData("SELECT 'a\\' , 'b'", 7)]
    [InlineData("SELECT \"a\\\" FROM t", 7)]
    [InlineData("SELECT /* /* */ 1", 7)]
    [InlineData("SELECT a # b", 9)]
    [InlineData("SELECT 'a\\\\', /* b */ 'c\\d'", -1)]
    public void What_dialects_read_differently_is_told(string sql, int at)
    {
        SqlScanner.Scan(SqlText.Of(sql), SqlDialect.Unknown, out var broken);
        Assert.Equal(at, broken);
    }
}
