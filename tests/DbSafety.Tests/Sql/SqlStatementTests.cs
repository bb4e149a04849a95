using DbSafety.Sql;
using Xunit;

namespace DbSafety.Tests.Sql;

public class SqlStatementTests
{
    [Theory]
    [InlineData("SELECT 1", "Select")]
    [InlineData("SELECT 1;", "Select")]
    [InlineData(";; SELECT 1 ;;", "Select")]
    [InlineData("SELECT 1; SELECT 2", "Select Select")]
    [InlineData("SELECT ';' ; SELECT \";\"; -- ;\n SELECT [;]", "Select Select Select")]
    [InlineData("INSERT INTO t (a) SELECT b FROM s", "Insert")]
    [InlineData("INSERT INTO t SELECT b FROM s UNION ALL SELECT c FROM s", "Insert")]
    [InlineData("INSERT INTO t (a) VALUES (1) ON CONFLICT (a) DO UPDATE SET a = 2", "Insert")]
    [InlineData("INSERT INTO t (a) VALUES (1) ON DUPLICATE KEY UPDATE a = 2", "Insert")]
    [InlineData("INSERT INTO t EXEC p @a = 1", "Insert")]
    [InlineData("INSERT t OUTPUT inserted.id SELECT 1", "Insert")]
    [InlineData("SELECT * FROM t FOR UPDATE", "Select")]
    [InlineData("SELECT * FROM t FOR NO KEY UPDATE", "Select")]
    [InlineData("CREATE TRIGGER g AFTER INSERT ON t BEGIN UPDATE t SET a = 1; DELETE FROM s; END; SELECT 1", "Create Select")]
    [InlineData("CREATE FUNCTION f() RETURNS int AS $$ BEGIN SELECT 1; END $$ LANGUAGE plpgsql; SELECT 1", "Create Select")]
    [InlineData("CREATE PROCEDURE p() BEGIN IF a THEN SELECT 1; END IF; SELECT CASE WHEN 1 THEN 2 END; END; SELECT 1", "Create Select")]
    [InlineData("WITH c AS (SELECT 1 AS a) UPDATE t SET a = c.a FROM c", "Update")]
    [InlineData("WITH c AS (SELECT 1), d (x) AS (SELECT 2) SELECT * FROM c, d", "Select")]
    [InlineData("WITH RECURSIVE c AS (SELECT 1 UNION ALL SELECT a FROM c) INSERT INTO t SELECT * FROM c", "Insert")]
    [InlineData("WITH d AS (DELETE FROM t RETURNING *) INSERT INTO u SELECT * FROM d", "Insert")]
    [InlineData("MERGE INTO t USING s ON t.a = s.a WHEN MATCHED THEN UPDATE SET b = 1 WHEN NOT MATCHED THEN INSERT (a) VALUES (1) WHEN NOT MATCHED BY SOURCE THEN DELETE;", "Merge")]
    [InlineData("EXPLAIN SELECT 1", "Explain")]
    [InlineData("EXPLAIN (ANALYZE, BUFFERS) UPDATE t SET a = 1", "Explain")]
    [InlineData("EXPLAIN QUERY PLAN SELECT 1", "Explain")]
    [InlineData("SELECT 1 UNION SELECT 2 EXCEPT SELECT 3", "Select")]
    [InlineData("(SELECT 1) UNION (SELECT 2)", "Select")]
    [InlineData("CREATE TABLE x AS SELECT 1", "Create")]
    [InlineData("CREATE TABLE t (id int REFERENCES u ON DELETE SET NULL ON UPDATE CASCADE)", "Create")]
    [InlineData("BEGIN; UPDATE t SET a = 1; COMMIT", "Begin Update Commit")]
    [InlineData("BEGIN TRANSACTION; ROLLBACK TRANSACTION", "Begin Rollback")]
    [InlineData("START TRANSACTION READ ONLY; COMMIT", "Begin Commit")]
    [InlineData("SAVEPOINT s; RELEASE SAVEPOINT s; ROLLBACK TO s", "Savepoint Release Rollback")]
    [InlineData("PRAGMA journal_mode = WAL; PRAGMA foreign_keys = ON", "Pragma Pragma")]
    [InlineData("LISTEN c; NOTIFY c; LOCK TABLE t IN EXCLUSIVE MODE; COPY t FROM STDIN", "Listen Notify Lock Copy")]
    [InlineData("USE db; GRANT SELECT, INSERT ON t TO u; TRUNCATE TABLE t; DROP TABLE t; ALTER TABLE t ADD a int", "Use Grant Truncate Drop Alter")]
    [InlineData("REPLACE INTO t VALUES (1); CALL p(1); EXEC p", "Replace Call Call")]
    [InlineData("VALUES (1), (2)", "Other")]
    [InlineData("AND a = 1", "Other")]
    [InlineData("", "")]
    [InlineData(" -- nothing\n", "")]
    public void Statements_in_an_unknown_dialect(string sql, string kinds) => Assert.Equal(kinds, Kinds(SqlTexts.Read(sql)));

    [Theory]
    [InlineData("INSERT INTO t (a) VALUES (1) SELECT SCOPE_IDENTITY()", "Insert Select")]
    [InlineData("INSERT INTO t DEFAULT VALUES SELECT @@IDENTITY", "Insert Select")]
    [InlineData("DECLARE @a int SET @a = 1 SELECT @a", "Declare Set Select")]
    [InlineData("SET NOCOUNT ON UPDATE t SET a = 1 WHERE b = 2 SELECT @@ROWCOUNT", "Set Update Select")]
    [InlineData("BEGIN TRAN UPDATE t SET a = 1 COMMIT TRAN", "Begin Update Commit")]
    [InlineData("BEGIN TRANSACTION\nUPDATE t SET a = 1\nIF @@ROWCOUNT = 0 INSERT INTO t VALUES (1)\nCOMMIT", "Begin Update If Insert Commit")]
    [InlineData("IF EXISTS (SELECT 1 FROM t WHERE a = @a) UPDATE t SET b = 1 ELSE INSERT t VALUES (1)", "If Update Insert")]
    [InlineData("IF NOT EXISTS (SELECT 1 FROM t) BEGIN INSERT t VALUES (1); SELECT 1 END ELSE BEGIN SELECT 2 END SELECT 3", "If Insert Select Select Select")]
    [InlineData("IF OBJECT_ID('t') IS NOT NULL DROP TABLE t", "If Drop")]
    [InlineData("BEGIN TRY UPDATE t SET a = 1 END TRY BEGIN CATCH ROLLBACK; THROW; END CATCH", "Update Rollback Other")]
    [InlineData("WHILE @i < 10 BEGIN SET @i = @i + 1 END SELECT @i", "Other Set Select")]
    [InlineData("CREATE TABLE #t (id int) INSERT INTO #t SELECT 1 SELECT * FROM #t DROP TABLE #t", "Create Insert Select Drop")]
    [InlineData("CREATE PROCEDURE p @a int AS SELECT 1; SELECT 2\nGO\nSELECT 3", "Create Select")]
    [InlineData("SELECT 1\nGO\nSELECT 2\nGO 5\nSELECT 3", "Select Select Select")]
    [InlineData("EXEC p @a = 1 EXEC q", "Call Call")]
    [InlineData("UPDATE t SET a = 1 OUTPUT inserted.a INTO @o WHERE b = 1 SELECT * FROM @o", "Update Select")]
    [InlineData("DECLARE c CURSOR FOR SELECT a FROM t OPEN c", "Declare")]
    [InlineData("ALTER DATABASE d SET SINGLE_USER WITH ROLLBACK IMMEDIATE", "Alter")]
    [InlineData("BULK INSERT t FROM 'x.csv' WITH (FIELDTERMINATOR = ',')", "Insert")]
    [InlineData("SELECT CASE WHEN a = 1 THEN 2 ELSE 3 END FROM t", "Select")]
    [InlineData("MERGE t AS x USING (SELECT 1 AS a) AS s ON x.a = s.a WHEN MATCHED THEN UPDATE SET b = 1 WHEN NOT MATCHED THEN INSERT (a) VALUES (1) OUTPUT $action;", "Merge")]
    public void Statements_of_TSql(string sql, string kinds)
    {
        var script = SqlTexts.Read(sql, SqlDialect.TSql);
        Assert.Equal(kinds, Kinds(script));
        Assert.True(script.IsBalanced);
    }

    [Fact]
    public void Statement_covers_its_own_text()
    {
        var script = SqlTexts.Read("  SELECT 1 ; -- x\n UPDATE t SET a = 'b' ");
        Assert.Equal(["SELECT 1", "UPDATE t SET a = 'b'"], script.Statements.Select(s => script.Text.Text.Substring(s.Start, s.Length)));
    }

    [Theory]
    [InlineData("SELECT * FROM Users", "users:Read")]
    [InlineData("SELECT * FROM dbo.Users u, [Order Details] AS od", "dbo.users/u:Read, order details/od:Read")]
    [InlineData("SELECT * FROM a.b.\"C\" JOIN `d` x ON x.i = c.i LEFT JOIN e USING (i)", "b.c:Read, d/x:Read, e:Read")]
    [InlineData("SELECT * FROM db..t", "t:Read")]
    [InlineData("SELECT * FROM t WHERE a IN (SELECT b FROM s) AND EXISTS (SELECT 1 FROM r)", "t:Read, s:Read, r:Read")]
    [InlineData("SELECT * FROM (SELECT * FROM t) AS x JOIN u ON 1 = 1", "t:Read, u:Read")]
    [InlineData("SELECT * FROM (a JOIN b ON a.i = b.i) JOIN c ON 1 = 1", "a:Read, b:Read, c:Read")]
    [InlineData("SELECT * FROM generate_series(1, 3) g, t", "t:Read")]
    [InlineData("SELECT extract(year FROM d), substring(a FROM 1 FOR 2) FROM t WHERE a IS DISTINCT FROM b", "t:Read")]
    [InlineData("SELECT * FROM t (NOLOCK) WHERE a = 1", "t:Read")]
    [InlineData("SELECT * FROM t x WITH (UPDLOCK) JOIN s WITH (NOLOCK) ON x.a = s.a", "t/x:Read, s:Read")]
    [InlineData("SELECT a INTO #new FROM t", "#new:Write, t:Read")]
    [InlineData("INSERT INTO t (a) VALUES (1)", "t:Write")]
    [InlineData("INSERT t SELECT * FROM s", "t:Write, s:Read")]
    [InlineData("INSERT OR IGNORE INTO t VALUES (1)", "t:Write")]
    [InlineData("INSERT IGNORE INTO t VALUES (1)", "t:Write")]
    [InlineData("INSERT LOW_PRIORITY INTO t VALUES (1)", "t:Write")]
    [InlineData("UPDATE t SET a = 1", "t:Write")]
    [InlineData("UPDATE TOP (5) t SET a = 1", "t:Write")]
    [InlineData("UPDATE ONLY t AS x SET a = 1 FROM s WHERE x.i = s.i", "t/x:Write, s:Read")]
    [InlineData("UPDATE u SET a = 1 FROM Users u JOIN s ON s.i = u.i", "users/u:Read, Write, s:Read")]
    [InlineData("UPDATE t SET a = s.a FROM t JOIN s ON t.i = s.i", "t:Read, Write, s:Read")]
    [InlineData("UPDATE a JOIN b ON a.i = b.i SET a.x = 1 ORDER BY a.i LIMIT 5", "a:Write, b:Read")]
    [InlineData("DELETE FROM t", "t:Write")]
    [InlineData("DELETE t WHERE a = 1", "t:Write")]
    [InlineData("DELETE FROM t USING s WHERE t.i = s.i", "t:Write, s:Read")]
    [InlineData("DELETE x FROM t x JOIN s ON s.i = x.i", "t/x:Read, Write, s:Read")]
    [InlineData("DELETE t FROM t JOIN s ON s.i = t.i", "t:Read, Write, s:Read")]
    [InlineData("MERGE INTO t AS x USING s ON x.a = s.a WHEN MATCHED THEN DELETE;", "t/x:Write, s:Read")]
    [InlineData("WITH c AS (SELECT * FROM t) SELECT * FROM c JOIN u ON 1 = 1", "t:Read, u:Read")]
    [InlineData("WITH c AS (SELECT * FROM t) DELETE FROM u WHERE i IN (SELECT i FROM c)", "t:Read, u:Write")]
    [InlineData("SELECT * FROM tbl_«x» a, «y» b, s.«z»", "/a:Read, /b:Read, :Read")]
    [InlineData("TRUNCATE TABLE a, b", "a:Write, b:Write")]
    [InlineData("DROP TABLE IF EXISTS a, s.b CASCADE", "a:Write, s.b:Write")]
    [InlineData("CREATE TABLE IF NOT EXISTS t (id int)", "t:Write")]
    [InlineData("ALTER TABLE t ADD CONSTRAINT k FOREIGN KEY (a) REFERENCES u (b)", "t:Write")]
    [InlineData("CREATE UNIQUE INDEX i ON t (a)", "t:Write")]
    [InlineData("LOCK TABLE t IN EXCLUSIVE MODE", "t:Write")]
    [InlineData("COPY t (a) FROM STDIN", "t:Write")]
    [InlineData("COPY t TO STDOUT", "t:Read")]
    [InlineData("SELECT * FROM @t", "")]
    [InlineData("UPDATE OR ROLLBACK t SET a = 1", "t:Write")]
    [InlineData("INSERT OR UPDATE INTO t (a) VALUES (1)", "t:Write")]
    [InlineData("BULK INSERT t FROM 'c:/x.csv'", "t:Write")]
    [InlineData("SELECT * FROM a STRAIGHT_JOIN b ON a.i = b.i", "a:Read, b:Read")]
    [InlineData("SELECT * FROM a FORCE INDEX (i), b INDEXED BY i, c TABLESAMPLE (5 PERCENT)", "a:Read, b:Read, c:Read")]
    [InlineData("SELECT count(*) FROM User", "user:Read")]
    public void Tables(string sql, string tables)
    {
        var script = SqlTexts.Read(sql);
        var all = script.Statements.SelectMany(s => s.Tables).ToArray();
        Assert.Equal(tables, string.Join(", ", all.Select(t => $"{t.Name}{(t.Alias is null ? "" : "/" + t.Alias)}:{t.Use}")));
        Assert.All(all.Where(t => t.Name.Length > 0 && !t.Name.Contains('.')), t => Assert.Contains(t.Name, script.Text.Text.Substring(t.Start, t.Length), StringComparison.OrdinalIgnoreCase));
    }

    [Theory]
    [InlineData("SELECT * FROM t WHERE id = @id", "id=Parameter:@id")]
    [InlineData("UPDATE t SET a = 1 WHERE t.Id = @id AND tenant = 5 AND x > 3", "id=Parameter:@id tenant=Literal:5")]
    [InlineData("DELETE FROM t WHERE id = «x» AND k = '«y»' AND n = N'a'", "id=Hole:«» k=Hole:'«»' n=Literal:N'a'")]
    [InlineData("SELECT * FROM t WHERE a = b.c AND d = lower(@e) AND f = -1 AND g = @h + 1", "a=Column:b.c d=Expression:lower(@e) f=Literal:-1 g=Expression:@h + 1")]
    [InlineData("SELECT * FROM t WHERE id = $1::uuid ORDER BY a", "id=Parameter:$1")]
    [InlineData("SELECT * FROM t WHERE @id = id LIMIT 1", "id=Parameter:@id")]
    [InlineData("SELECT * FROM t WHERE (a = 1 AND (b = 2)) AND c = 3", "a=Literal:1 b=Literal:2 c=Literal:3")]
    [InlineData("SELECT * FROM t WHERE a = 1 OR b = 2", "")]
    [InlineData("SELECT * FROM t WHERE a = 1 AND (b = 2 OR c = 3) AND d = 4", "a=Literal:1 d=Literal:4")]
    [InlineData("SELECT * FROM t WHERE a = 1 AND b = 2 OR c = 3", "")]
    [InlineData("SELECT * FROM t WHERE NOT a = 1 AND NOT (b = 2) AND c = 3", "c=Literal:3")]
    [InlineData("SELECT * FROM t WHERE a = 1 «more»", "")]
    [InlineData("SELECT * FROM t WHERE a = 1 AND «more»", "")]
    [InlineData("SELECT * FROM t WHERE a = 1 «op» b = 2", "")]
    [InlineData("SELECT * FROM t WHERE a IN (SELECT b FROM s WHERE c = 1) AND d = 2", "d=Literal:2")]
    [InlineData("SELECT * FROM t WHERE CASE WHEN a = 1 THEN b = 2 END AND c = 3", "c=Literal:3")]
    [InlineData("SELECT * FROM t WHERE x BETWEEN 1 AND 2 AND a = 3", "a=Literal:3")]
    [InlineData("SELECT * FROM t JOIN u ON t.i = u.i WHERE a + b = 1 AND [c d] = ?", "c d=Parameter:?")]
    [InlineData("SELECT * FROM t GROUP BY a HAVING b = 1", "")]
    [InlineData("MERGE t USING s ON (t.id = @id AND t.k = s.k) WHEN MATCHED AND t.z = 1 THEN UPDATE SET q = 1;", "id=Parameter:@id k=Column:s.k")]
    [InlineData("INSERT INTO t VALUES (1) ON CONFLICT (id) DO UPDATE SET a = 1 WHERE t.b = 2", "")]
    [InlineData("SELECT * FROM t WHERE a = 1 FOR UPDATE", "a=Literal:1")]
    [InlineData("SELECT * FROM t WHERE a = 1 UNION SELECT * FROM s WHERE b = 2", "")]
    [InlineData("SELECT * FROM t WHERE a = NULL AND b = TRUE AND c = @p{i}", "a=Literal:NULL b=Literal:TRUE c=Expression:@p{i}")]
    [InlineData("SELECT * FROM t WHERE key = @k AND a = @p«i»", "key=Parameter:@k a=Parameter:@p«»")]
    public void Key_equalities(string sql, string keys)
    {
        var script = SqlTexts.Read(sql);
        var actual = script.Statements.SelectMany(s => s.KeyEqualities)
            .Select(k => $"{k.Column}={k.Kind}:{script.Text.Text.Substring(k.Start, k.Length).Replace(SqlText.HoleChar.ToString(), "«»")}");
        Assert.Equal(keys, string.Join(" ", actual));
        Assert.All(script.Statements.SelectMany(s => s.KeyEqualities).Where(k => k.Kind == SqlOperandKind.Hole), k => Assert.InRange(k.Hole, 0, script.Holes.Length - 1));
    }

    [Theory]
    [InlineData("SELECT * FROM t FOR UPDATE", "ForUpdate")]
    [InlineData("SELECT * FROM t FOR UPDATE OF t NOWAIT", "ForUpdate, NoWait")]
    [InlineData("SELECT * FROM t LIMIT 1 FOR NO KEY UPDATE SKIP LOCKED", "ForNoKeyUpdate, SkipLocked")]
    [InlineData("SELECT * FROM t FOR SHARE", "ForShare")]
    [InlineData("SELECT * FROM t FOR KEY SHARE", "ForKeyShare")]
    [InlineData("SELECT * FROM t LOCK IN SHARE MODE", "LockInShareMode")]
    [InlineData("SELECT * FROM t WITH (UPDLOCK, ROWLOCK, HOLDLOCK, READPAST) WHERE a = 1", "UpdLock, HoldLock, RowLock, SkipLocked")]
    [InlineData("SELECT * FROM t WITH (TABLOCKX)", "TableLock")]
    [InlineData("SELECT * FROM t x (XLOCK)", "XLock")]
    [InlineData("SELECT * FROM t WITH (NOLOCK)", "NoLock")]
    [InlineData("UPDATE t WITH (SERIALIZABLE) SET a = 1", "HoldLock")]
    [InlineData("SELECT a FROM t FOR JSON PATH", "None")]
    [InlineData("INSERT INTO t VALUES (1) ON DUPLICATE KEY UPDATE a = 1", "None")]
    [InlineData("SELECT updlock FROM t", "None")]
    public void Lock_clause(string sql, string expected) => Assert.Equal(expected, Assert.Single(SqlTexts.Read(sql).Statements).Lock.ToString());


    [Theory]
    [InlineData("UPDATE t SET a = 1", "")]
    [InlineData("UPDATE t SET a = (SELECT b FROM s WHERE c = 1 ORDER BY d LIMIT 1)", "")]
    [InlineData("UPDATE t SET a = 1 WHERE b = 2", "where")]
    [InlineData("DELETE FROM t", "")]
    [InlineData("DELETE FROM t WHERE EXISTS (SELECT 1)", "where")]
    [InlineData("SELECT * FROM t ORDER BY a LIMIT 1", "order limit")]
    [InlineData("SELECT TOP 1 * FROM t", "limit")]
    [InlineData("SELECT * FROM t ORDER BY a OFFSET 1 ROWS FETCH NEXT 1 ROWS ONLY", "order limit")]
    [InlineData("SELECT row_number() OVER (ORDER BY a) FROM t", "")]
    [InlineData("INSERT INTO t VALUES (1) RETURNING id", "returning")]
    [InlineData("INSERT INTO t OUTPUT inserted.id VALUES (1)", "returning")]
    [InlineData("INSERT INTO t (a) VALUES (1) THEN RETURN id", "returning")]
    [InlineData("INSERT INTO t VALUES (1) ON CONFLICT DO NOTHING RETURNING id", "returning conflict ignores")]
    [InlineData("INSERT INTO t VALUES (1) ON CONFLICT (id) DO UPDATE SET a = 1", "conflict")]
    [InlineData("INSERT IGNORE INTO t VALUES (1)", "conflict ignores")]
    [InlineData("INSERT OR IGNORE INTO t VALUES (1)", "conflict ignores")]
    [InlineData("INSERT OR REPLACE INTO t VALUES (1)", "conflict")]
    [InlineData("INSERT OR UPDATE INTO t (a) VALUES (1)", "conflict")]
    [InlineData("INSERT INTO t VALUES (1) ON DUPLICATE KEY UPDATE a = 1", "conflict")]
    [InlineData("SELECT * FROM t WHERE limit = 5 AND offset = 1", "where")]
    [InlineData("EXEC p @a OUTPUT", "")]
    public void Clauses(string sql, string clauses)
    {
        var s = Assert.Single(SqlTexts.Read(sql).Statements);
        (bool Has, string Name)[] all = [(s.HasWhere, "where"), (s.HasOrderBy, "order"), (s.HasLimit, "limit"), (s.HasReturning, "returning"), (s.HasOnConflict, "conflict"), (s.IgnoresConflict, "ignores")];
        Assert.Equal(clauses, string.Join(" ", all.Where(c => c.Has).Select(c => c.Name)));
    }

    [Theory]
    [InlineData("SELECT * FROM t ORDER BY a", "a")]
    [InlineData("SELECT * FROM t ORDER BY t.A DESC NULLS LAST, [b c] ASC, lower(d), e COLLATE x LIMIT 5", "a|b c||e")]
    [InlineData("SELECT * FROM (SELECT * FROM t ORDER BY x) s", "")]
    [InlineData("SELECT * FROM t ORDER BY «c»", "")]
    [InlineData("SELECT a FROM t UNION SELECT b FROM t ORDER BY 1 FOR UPDATE", "")]
    public void Order_by(string sql, string columns) => Assert.Equal(columns, string.Join("|", Assert.Single(SqlTexts.Read(sql).Statements).OrderBy));

    [Theory]
    [InlineData("SELECT @a, @b, @a", "At:a*2 At:b")]
    [InlineData("SELECT :a, b::text, $1, $name, ?, ?, ?p?", "Colon:a DollarNumber:1 DollarName:name Question:*2 Question:p")]
    [InlineData("SELECT {0}, {=n}", "Brace:0 Brace:n")]
    [InlineData("SELECT @@version, 'a@b', \"@c\", -- @e\n @f", "At:f")]
    [InlineData("SELECT data ?| array['a'], data ?& @x", "At:x")]
    [InlineData("DECLARE @a int = @b, @c int SET @a = @d EXEC p @e = @f", "At:a*2(local) At:b At:c(local) At:d At:e(local) At:f")]
    [InlineData("SELECT @n := @n + 1", "At:n*2(local)")]
    public void Placeholders(string sql, string names) => Assert.Equal(names, string.Join(" ",
        SqlTexts.Read(sql).Parameters.Select(p => $"{p.Style}:{p.Name}{(p.Positions.Length > 1 ? "*" + p.Positions.Length : "")}{(p.IsLocal ? "(local)" : "")}")));

    [Fact]
    public void Statement_lists_its_own_placeholders()
    {
        var script = SqlTexts.Read("SELECT @a; SELECT @b, @c");
        Assert.Equal([1, 2], script.Statements.Select(s => s.Parameters.Length));
    }

    [Theory]
    [InlineData("SELECT (1", false)]
    [InlineData("SELECT 1)", false)]
    [InlineData("SELECT 'a", false)]
    [InlineData("SELECT /* a", false)]
    [InlineData("SELECT $$a", false)]
    [InlineData("SELECT 'C:\\'", false)]
    [InlineData("SELECT 'a\\b', E'\\''", true)]
    [InlineData("SELECT (1), ')', \"(\", [a b] -- (", true)]
    [InlineData("SELECT a[1]", true)]
    public void Balance_in_an_unknown_dialect(string sql, bool balanced) => Assert.Equal(balanced, SqlTexts.Read(sql).IsBalanced);

    [Fact]
    public void Statements_of_a_block_or_an_IF_are_inside_it()
    {
        var script = SqlTexts.Read("SELECT 0 IF @a = 1 SELECT 1 ELSE SELECT 2 BEGIN SELECT 3; SELECT 4 END SELECT 5", SqlDialect.TSql);
        Assert.Equal([false, false, true, true, true, true, false], script.Statements.Select(s => s.IsInsideBlock));
    }

    private static string Kinds(SqlScript script) => string.Join(" ", script.Statements.Select(s => s.Kind));
}
