using DbSafety.Sql;
using Xunit;

namespace DbSafety.Tests.Sql;

public class SqlHolePlaceTests
{
    [Theory]
    // values
    [InlineData("SELECT * FROM t WHERE a = «x»", "Value")]
    [InlineData("SELECT * FROM t WHERE t.a >= «x» AND b <> «y»", "Value Value")]
    [InlineData("SELECT * FROM t WHERE a BETWEEN «x» AND «y» AND b = «z»", "Value Value Value")]
    [InlineData("SELECT * FROM t WHERE a NOT BETWEEN «x» AND «y» AND «z»", "Value Value Fragment")]
    [InlineData("SELECT * FROM t WHERE a LIKE «x» ESCAPE «y»", "Value Value")]
    [InlineData("SELECT * FROM t WHERE a LIKE '%' || «x» || '%'", "Value")]
    [InlineData("SELECT * FROM t WHERE a = ANY(«x»)", "Value")]
    [InlineData("SELECT * FROM t WHERE a = -«x»", "Value")]
    [InlineData("SELECT * FROM t WHERE a = «x»::uuid", "Value")]
    [InlineData("SELECT * FROM t WHERE a = CAST(«x» AS int)", "Value")]
    [InlineData("SELECT * FROM t WHERE a = lower(«x») OR b = («y»)", "Value Value")]
    [InlineData("SELECT * FROM t WHERE d > now() - interval «x»", "Value")]
    [InlineData("SELECT coalesce(a, «x») FROM t", "Value")]
    [InlineData("SELECT a + «x» FROM t", "Value")]
    [InlineData("SELECT «x» + 1 FROM t", "Value")]
    [InlineData("SELECT CASE WHEN a = «x» THEN «y» ELSE «z» END FROM t", "Value Value Value")]
    [InlineData("SELECT CASE a WHEN «x» THEN 1 END FROM t", "Value")]
    [InlineData("INSERT INTO t (a, b) VALUES («x», «y»)", "Value Value")]
    [InlineData("INSERT INTO t (a) VALUES («x»)", "Value")]
    [InlineData("INSERT INTO t VALUES («x», «y»), («z», 1)", "Value Value Value")]
    [InlineData("INSERT t (a) SELECT «x» + b FROM s WHERE c = «y»", "Value Value")]
    [InlineData("UPDATE t SET a = «x», b = b + «y» WHERE id = «z»", "Value Value Value")]
    [InlineData("INSERT INTO t (a) VALUES (1) ON CONFLICT (a) DO UPDATE SET b = «x»", "Value")]
    [InlineData("INSERT INTO t (a) VALUES (1) ON DUPLICATE KEY UPDATE b = «x», c = VALUES(c) + «y»", "Value Value")]
    [InlineData("MERGE INTO t USING s ON t.id = «a» WHEN MATCHED AND s.x > «b» THEN UPDATE SET v = «c» WHEN NOT MATCHED THEN INSERT (id, v) VALUES («d», «e»);", "Value Value Value Value Value")]
    [InlineData("EXEC dbo.p «x»", "Value")]
    [InlineData("EXEC dbo.p @a = «x», @b = «y»", "Value Value")]
    [InlineData("EXEC @rc = dbo.p «x»", "Value")]
    [InlineData("CALL p(«x», «y»)", "Value Value")]
    [InlineData("SELECT p(«x»)", "Value")]
    [InlineData("SELECT * FROM f(«x») AS t", "Value")]
    [InlineData("DECLARE @a int = «x»; SET @b = «y»", "Value Value")]
    [InlineData("SELECT data->>«x» FROM t WHERE data @> «y»", "Value Value")]
    [InlineData("SELECT * FROM t JOIN u ON t.id = «x»", "Value")]
    [InlineData("SELECT * FROM t WHERE lower(name) = lower(«x»)", "Value")]
    [InlineData("SELECT a FROM t GROUP BY a HAVING count(*) > «x»", "Value")]
    [InlineData("DELETE FROM t WHERE a = «x» AND b IS NULL", "Value")]
    [InlineData("SELECT ARRAY[«x», «y»]", "Value Value")]
    [InlineData("WITH c AS (SELECT * FROM t WHERE a = «x») UPDATE u SET b = «y» FROM c WHERE u.id = c.id", "Value Value")]
    [InlineData("SELECT * FROM t ORDER BY embedding <-> «x» LIMIT 5", "Value")]
    // strings
    [InlineData("SELECT * FROM t WHERE a = '«x»'", "String")]
    [InlineData("SELECT * FROM t WHERE a = N'«x»'", "String")]
    [InlineData("SELECT * FROM t WHERE a = 'x«x»'", "StringPart")]
    [InlineData("SELECT * FROM t WHERE a = '«x»«y»'", "StringPart StringPart")]
    [InlineData("SELECT * FROM t WHERE a = '''«x»'", "StringPart")]
    [InlineData("SELECT * FROM t WHERE a = X'«x»'", "StringPart")]
    [InlineData("SELECT * FROM t WHERE a IN ('«x»', '«y»')", "String String")]
    [InlineData("SELECT * FROM t WHERE a IN ('«x»')", "String")]
    [InlineData("INSERT INTO t (a, b) VALUES ('«x»', '«y»')", "String String")]
    [InlineData("UPDATE t SET a = '«x»' WHERE b = '«y»'", "String String")]
    [InlineData(" AND name = '«x»'", "String")]
    [InlineData("name = '«x»' AND b = «y»", "String Value")]
    [InlineData(", name = '«x»'", "String")]
    [InlineData("= '«x»'", "String")]
    [InlineData(") AND a = '«x»'", "String")]
    [InlineData("SELECT $$«x»$$", "String")]
    [InlineData("SELECT $f$ «x» $f$", "StringPart")]
    [InlineData("SELECT E'«x»'", "String")]
    [InlineData("EXEC('SELECT * FROM «x»')", "StringPart")]
    [InlineData("SELECT * FROM t WHERE a LIKE '%«x»%'", "LikePattern")]
    [InlineData("SELECT * FROM t WHERE a LIKE '«x»'", "LikePattern")]
    [InlineData("SELECT * FROM t WHERE a NOT LIKE N'«x»%' OR b ILIKE ('%«y»')", "LikePattern LikePattern")]
    [InlineData("SELECT * FROM t WHERE a LIKE '%' + '«x»' + '%'", "String")]
    // lists
    [InlineData("SELECT * FROM t WHERE a IN («x»)", "InList")]
    [InlineData("SELECT * FROM t WHERE a NOT IN ( «x» )", "InList")]
    [InlineData("SELECT * FROM t WHERE a IN («x», «y»)", "Value Value")]
    [InlineData("SELECT * FROM t WHERE a IN «x»", "Fragment")]
    [InlineData("SELECT * FROM t WHERE a IN (SELECT id FROM s WHERE b = «x»)", "Value")]
    [InlineData("INSERT INTO t («c») VALUES («v»)", "Identifier InList")]
    [InlineData("INSERT INTO t (a, b) VALUES («v»)", "InList")]
    [InlineData("INSERT INTO t VALUES «v»", "Fragment")]
    // numbers
    [InlineData("SELECT * FROM t LIMIT «x» OFFSET «y»", "Number Number")]
    [InlineData("SELECT * FROM t LIMIT «x», «y»", "Number Number")]
    [InlineData("SELECT TOP «x» * FROM t", "Number")]
    [InlineData("SELECT TOP («x») a FROM t", "Number")]
    [InlineData("DELETE TOP («x») FROM t WHERE a = «y»", "Number Value")]
    [InlineData("SELECT * FROM t ORDER BY a OFFSET «x» ROWS FETCH NEXT «y» ROWS ONLY", "Number Number")]
    // identifiers
    [InlineData("SELECT «c» FROM t", "Identifier")]
    [InlineData("SELECT a, «c» AS b, «d» FROM t", "Identifier Identifier")]
    [InlineData("SELECT a AS «c» FROM t", "Identifier")]
    [InlineData("SELECT DISTINCT «c» FROM t", "Identifier")]
    [InlineData("SELECT TOP 5 «c» FROM t", "Identifier")]
    [InlineData("SELECT count(«c»), max(DISTINCT «d») FROM t", "Identifier Identifier")]
    [InlineData("SELECT * FROM «t»", "Identifier")]
    [InlineData("SELECT * FROM «s».«t» x WHERE x.«c» = 1", "Identifier Identifier Identifier")]
    [InlineData("SELECT * FROM a, «t» WHERE 1 = 1", "Identifier")]
    [InlineData("SELECT * FROM a LEFT JOIN «t» ON a.id = «t».id", "Identifier Identifier")]
    [InlineData("SELECT * FROM a AS «t»", "Identifier")]
    [InlineData("INSERT INTO «t» (a, «c») VALUES (1, 2)", "Identifier Identifier")]
    [InlineData("INSERT INTO «t» SELECT 1", "Identifier")]
    [InlineData("UPDATE «t» SET «c» = 1 WHERE «d» = 2", "Identifier Identifier Identifier")]
    [InlineData("DELETE FROM «t» WHERE «d» IN (1)", "Identifier Identifier")]
    [InlineData("SELECT * FROM t WHERE «c» LIKE @p AND «d» IS NULL AND «e» NOT IN (1)", "Identifier Identifier Identifier")]
    [InlineData("SELECT * FROM t WHERE lower(«c») = @p", "Identifier")]
    [InlineData("SELECT * FROM t ORDER BY «c»", "Identifier")]
    [InlineData("SELECT * FROM t ORDER BY a, «c» DESC", "Identifier")]
    [InlineData("SELECT «c» FROM t GROUP BY «c»", "Identifier Identifier")]
    [InlineData("SELECT row_number() OVER (PARTITION BY «a» ORDER BY «b») FROM t", "Identifier Identifier")]
    [InlineData("INSERT INTO t (a) VALUES (1) RETURNING «c»", "Identifier")]
    [InlineData("EXEC «p» @a = 1", "Identifier")]
    [InlineData("SELECT «f»(a) FROM t", "Identifier")]
    [InlineData("WITH «n» AS (SELECT 1) SELECT 1", "Identifier")]
    [InlineData("SELECT * FROM t FOR UPDATE OF «t»", "Identifier")]
    [InlineData("SELECT * FROM [«t»]", "QuotedIdentifier")]
    [InlineData("SELECT * FROM \"«t»\" WHERE `«c»` = 1", "QuotedIdentifier QuotedIdentifier")]
    [InlineData("SELECT * FROM [dbo].[«t»] ORDER BY [«c»]", "QuotedIdentifier QuotedIdentifier")]
    // keywords
    [InlineData("SELECT * FROM t ORDER BY a «dir»", "Keyword")]
    [InlineData("SELECT * FROM t ORDER BY «c» «dir» LIMIT «n»", "Identifier Keyword Number")]
    [InlineData("SELECT * FROM t WHERE a «op» @b", "Keyword")]
    [InlineData("SELECT * FROM t WHERE a «op» «b»", "Keyword Value")]
    [InlineData("SELECT * FROM t WHERE «a» «op» «b»", "Identifier Keyword Value")]
    [InlineData("SELECT * FROM t WHERE a = 1 «and» b = «x»", "Keyword Value")]
    [InlineData("SELECT * FROM a «join» JOIN b ON a.x = b.x", "Keyword")]
    [InlineData("SELECT * FROM t WHERE a IS «x»", "Keyword")]
    [InlineData("SELECT CAST(a AS «type») FROM t", "Keyword")]
    [InlineData("SELECT a::«type» FROM t", "Keyword")]
    [InlineData("SELECT * FROM t WITH («hint»)", "Keyword")]
    // pieces
    [InlineData("SELECT * FROM tbl_«x»", "PartOfToken")]
    [InlineData("SELECT «x»_id FROM t WHERE a = 0x«y»", "PartOfToken PartOfToken")]
    [InlineData("SELECT 1 -- «x»", "Comment")]
    [InlineData("/* «x» */ SELECT /* «y» */ 1", "Comment Comment")]
    [InlineData("SELECT * FROM t WHERE a = @«x» OR b = :«y» OR c = @p«i» OR d = $«z»", "Parameter Parameter Parameter Parameter")]
    // fragments
    [InlineData("SELECT * FROM t WHERE «cond»", "Fragment")]
    [InlineData("SELECT * FROM t WHERE a = 1 AND «cond»", "Fragment")]
    [InlineData("SELECT * FROM t WHERE a = 1 AND («cond»)", "Fragment")]
    [InlineData("SELECT * FROM t WHERE a = 1 «more»", "Fragment")]
    [InlineData("SELECT * FROM t WHERE a = «x» «more»", "Value Fragment")]
    [InlineData("SELECT * FROM t «where»", "Fragment")]
    [InlineData("SELECT * FROM t «where» ORDER BY a", "Fragment")]
    [InlineData("SELECT * FROM «t» «where»", "Identifier Fragment")]
    [InlineData("SELECT * FROM t «a»«b»", "Fragment Fragment")]
    [InlineData("SELECT * FROM («q») AS t", "Fragment")]
    [InlineData("SELECT * FROM t WHERE EXISTS («q»)", "Fragment")]
    [InlineData("SELECT * FROM t JOIN u ON «cond» WHERE 1 = 1", "Fragment")]
    [InlineData("UPDATE t SET «assignments» WHERE id = 1", "Fragment")]
    [InlineData("SELECT «top» * FROM t", "Fragment")]
    // statements
    [InlineData("«x»", "Statement")]
    [InlineData("  «x» ;", "Statement")]
    [InlineData("«x» WHERE a = «y»", "Statement Value")]
    [InlineData("«x» SELECT * FROM t LIMIT «n»", "Statement Number")]
    [InlineData("SELECT 1; «x»", "Statement")]
    [InlineData("«c» = @p", "Identifier")]
    [InlineData("SELECT count(*) FROM («q») t", "Fragment")]
    // not decidable
    [InlineData("SELECT * FROM t WHERE a = '«x»", "Unknown")]
    [InlineData("SELECT * FROM t WHERE a = 'it\\'s «x»'", "Unknown")]
    [InlineData("SELECT * FROM t WHERE a = \"«x»\"", "Unknown")]
    [InlineData("SELECT /* «x»", "Unknown")]
    public void Place_in_an_unknown_dialect(string sql, string places)
    {
        var script = SqlTexts.Read(sql);
        Assert.Equal(places, string.Join(" ", script.Holes.Select(h => h.Place)));
        Assert.All(script.Holes, h => Assert.False(h.InDdl));
    }

    [Theory]
    [InlineData("CREATE TABLE «t» (id int)", "Identifier")]
    [InlineData("CREATE TABLE IF NOT EXISTS «s».«t» («c» int, name varchar(«n»))", "Identifier Identifier Identifier Keyword")]
    [InlineData("CREATE TABLE t («columns»)", "Fragment")]
    [InlineData("CREATE TABLE t (a int DEFAULT «x»)", "Keyword")]
    [InlineData("CREATE TABLE t (a text DEFAULT '«x»')", "String")]
    [InlineData("CREATE INDEX «i» ON «t» («c»)", "Identifier Identifier Identifier")]
    [InlineData("ALTER TABLE «t» ADD COLUMN «c» «type»", "Identifier Identifier Keyword")]
    [InlineData("ALTER USER «u» WITH PASSWORD '«p»'", "Identifier String")]
    [InlineData("CREATE LOGIN [«u»] WITH PASSWORD = '«p»'", "QuotedIdentifier String")]
    [InlineData("DROP TABLE IF EXISTS «t»", "Identifier")]
    [InlineData("DROP DATABASE «d»", "Identifier")]
    [InlineData("TRUNCATE TABLE «t»", "Identifier")]
    [InlineData("TRUNCATE «t»", "Identifier")]
    [InlineData("GRANT SELECT ON «t» TO «u»", "Identifier Identifier")]
    [InlineData("USE «d»", "Identifier")]
    [InlineData("PRAGMA «x»", "Keyword")]
    [InlineData("PRAGMA user_version = «x»", "Keyword")]
    [InlineData("PRAGMA table_info(«x»)", "Keyword")]
    [InlineData("PRAGMA key = '«x»'", "String")]
    [InlineData("SET LOCAL statement_timeout = «x»", "Keyword")]
    [InlineData("SET search_path TO «x»", "Keyword")]
    [InlineData("SET TRANSACTION ISOLATION LEVEL «x»", "Keyword")]
    [InlineData("SAVEPOINT «x»", "Identifier")]
    [InlineData("LISTEN «x»", "Identifier")]
    [InlineData("NOTIFY c, '«x»'", "String")]
    [InlineData("LOCK TABLE «t» IN «m» MODE", "Identifier Keyword")]
    [InlineData("COPY «t» («c») FROM STDIN", "Identifier Identifier")]
    [InlineData("CREATE VIEW v AS SELECT * FROM t WHERE a = «x»", "Keyword")]
    [InlineData("CREATE TRIGGER «g» AFTER INSERT ON t BEGIN UPDATE t SET a = '«x»'; SELECT «y»; END", "Identifier String Keyword")]
    public void Place_in_a_statement_that_takes_no_parameters(string sql, string places)
    {
        var script = SqlTexts.Read(sql);
        Assert.Equal(places, string.Join(" ", script.Holes.Select(h => h.Place)));
        Assert.All(script.Holes, h => Assert.True(h.InDdl));
    }

    [Theory]
    [InlineData(nameof(SqlDialect.MySql), "SELECT * FROM t WHERE a = \"«x»\"", "String")]
    [InlineData(nameof(SqlDialect.MySql), "SELECT * FROM t WHERE a = 'it\\'s «x»'", "StringPart")]
    [InlineData(nameof(SqlDialect.MySql), "SELECT 1 # «x»", "Comment")]
    [InlineData(nameof(SqlDialect.MySql), "SELECT 2--«x»", "Value")]
    [InlineData(nameof(SqlDialect.GoogleSql), "SELECT * FROM t WHERE a = \"«x»\" AND b = '''«y»'''", "String String")]
    [InlineData(nameof(SqlDialect.GoogleSql), "SELECT r'«x»', \"\"\" «y» \"\"\"", "String StringPart")]
    [InlineData(nameof(SqlDialect.TSql), "SELECT * FROM t WHERE a = 'C:\\' + '«x»'", "String")]
    [InlineData(nameof(SqlDialect.TSql), "SELECT * FROM #t«x» WHERE a = \"«y»\"", "PartOfToken QuotedIdentifier")]
    [InlineData(nameof(SqlDialect.PostgreSql), "SELECT a[«x»] FROM t WHERE b @> ARRAY['«y»']", "Value String")]
    [InlineData(nameof(SqlDialect.PostgreSql), "SELECT * FROM t WHERE data ? '«x»' AND data ?| «y»", "String Value")]
    [InlineData(nameof(SqlDialect.PostgreSql), "SELECT /* /* «x» */ «y» */ «z»", "Comment Comment Identifier")]
    [InlineData(nameof(SqlDialect.MySql), "SELECT /* /* «x» */ «z»", "Comment Identifier")]
    [InlineData(nameof(SqlDialect.Sqlite), "SELECT * FROM [«t»] WHERE a GLOB '*«x»'", "QuotedIdentifier LikePattern")]
    [InlineData(nameof(SqlDialect.Oracle), "SELECT q'[«x»]', q'!it's «y»!' FROM dual", "StringPart StringPart")]
    public void Place_where_dialects_differ(string dialect, string sql, string places) =>
        Assert.Equal(places, string.Join(" ", SqlTexts.Read(sql, Enum.Parse<SqlDialect>(dialect)).Holes.Select(h => h.Place)));

    [Theory]
    [InlineData("SELECT * FROM t WHERE t.Name = «x»", "name")]
    [InlineData("SELECT * FROM t WHERE [Full Name] = '«x»'", "full name")]
    [InlineData("SELECT * FROM t WHERE name LIKE '%«x»%'", "name")]
    [InlineData("SELECT * FROM t WHERE name NOT IN («x»)", "name")]
    [InlineData("SELECT * FROM t WHERE age BETWEEN «x» AND «y»", "age age")]
    [InlineData("SELECT * FROM t WHERE id = ANY(«x»)", "id")]
    [InlineData("SELECT * FROM t WHERE '«x»' = name", "name")]
    [InlineData("SELECT * FROM t WHERE lower(name) = «x» OR a + b = «y»", "- -")]
    [InlineData("UPDATE t SET name = «x», t.age = age + «y»", "name -")]
    [InlineData("INSERT INTO t (id, \"Name\") VALUES («x», '«y»')", "id name")]
    [InlineData("SELECT * FROM t WHERE key = «x» AND offset = «y»", "key offset")]
    public void Column_a_hole_is_compared_with(string sql, string columns) =>
        Assert.Equal(columns, string.Join(" ", SqlTexts.Read(sql).Holes.Select(h => h.Column ?? "-")));

    [Theory]
    [InlineData("SELECT * FROM t WHERE d > DATE '«x»'")]
    [InlineData("SELECT * FROM t WHERE d > now() - INTERVAL '«x» days'")]
    [InlineData("SELECT * FROM t WHERE a = _utf8'«x»'")]
    public void String_of_a_typed_literal_is_marked(string sql) => Assert.All(SqlTexts.Read(sql).Holes, h => Assert.True(h.IsTyped));

    [Fact]
    public void Hole_character_in_literal_text_is_no_hole()
    {
        var script = SqlReader.Read(SqlText.Of("SELECT '\uFFFC' FROM \uFFFC"), SqlDialect.Unknown);
        Assert.Empty(script.Holes);
        Assert.Contains(script.Tokens, t => t.Kind == SqlTokenKind.Other);
    }

    [Fact]
    public void Hole_knows_its_token_and_statement()
    {
        var script = SqlTexts.Read("SELECT 1; UPDATE t SET a = 'x«x»'");
        var hole = Assert.Single(script.Holes);
        Assert.Equal((1, SqlTokenKind.String, 4), (hole.Statement, hole.Token.Kind, hole.Token.Length));
    }
}
