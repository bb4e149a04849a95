using DbSafety.Sql;

namespace DbSafety.Tests.Sql;

/// <summary>Statements as programs send them, one a line; ⏎ is a line break, «x» a hole.</summary>
internal static class SqlCorpus
{
    public static IEnumerable<(SqlDialect Dialect, string Sql)> All =>
        Of(SqlDialect.TSql).Select(s => (SqlDialect.TSql, s)).Concat(Of(SqlDialect.PostgreSql).Select(s => (SqlDialect.PostgreSql, s)))
            .Concat(Of(SqlDialect.MySql).Select(s => (SqlDialect.MySql, s))).Concat(Of(SqlDialect.Sqlite).Select(s => (SqlDialect.Sqlite, s)))
            .Concat(Of(SqlDialect.GoogleSql).Select(s => (SqlDialect.GoogleSql, s)));

    public static IEnumerable<string> Of(SqlDialect dialect) => (dialect switch
    {
        SqlDialect.TSql => TSql,
        SqlDialect.PostgreSql => PostgreSql,
        SqlDialect.MySql => MySql,
        SqlDialect.Sqlite => Sqlite,
        _ => GoogleSql,
    }).Split('\n').Select(line => line.Trim('\r').Replace('⏎', '\n'));

    private const string TSql = """
        SELECT 1
        SELECT * FROM dbo.Users
        SELECT Id, Name FROM dbo.Users WHERE Id = @id
        SELECT [Id], [User Name], [a]]b] FROM [dbo].[Users] AS u WHERE u.[Id] = @Id AND u.IsDeleted = 0
        SELECT TOP 10 * FROM Orders ORDER BY CreatedAt DESC
        SELECT TOP (@n) WITH TIES Id FROM Orders ORDER BY Score DESC
        SELECT TOP (10) PERCENT o.* FROM Orders o
        SELECT COUNT(*) FROM Orders WHERE Total > 10.50 AND Total <= 1e3
        SELECT COUNT(DISTINCT CustomerId) AS n FROM Orders
        SELECT N'Ünïcode ''quoted''', 'it''s', '' AS empty
        SELECT 0x1F, 0xdeadBEEF, $12.50, -1, +.5, 1., 1.5E-10
        SELECT a+b, a-b, a*b, a/b, a%b, a&b, a|b, a^b, ~a FROM t
        SELECT a FROM t WHERE b<>1 AND c!=2 AND d>=3 AND e<=4 AND f!<5 AND g!>6
        SELECT a=1,b=2 FROM t
        SELECT @a=@b+1
        SELECT * FROM t WHERE x=-1
        SELECT * FROM t WHERE a=@a AND b=@b--comment
        SELECT * FROM t -- trailing comment
        SELECT /* inline */ a /* nested /* comment */ */ FROM t
        SELECT * FROM t⏎WHERE a = 1 -- one⏎  AND b = 2⏎/* two⏎lines */⏎ORDER BY a
        SELECT @@IDENTITY, @@ROWCOUNT, @@VERSION
        SELECT SCOPE_IDENTITY()
        SELECT CAST(SCOPE_IDENTITY() AS int)
        SELECT CONVERT(varchar(10), GETDATE(), 120)
        SELECT TRY_CAST(@x AS decimal(18, 2))
        SELECT ISNULL(a, ''), COALESCE(b, c, 'x') FROM t
        SELECT CASE WHEN a = 1 THEN 'one' WHEN a = 2 THEN 'two' ELSE 'many' END AS word FROM t
        SELECT CASE a WHEN 1 THEN 'one' ELSE NULL END FROM t
        SELECT IIF(a > b, a, b) FROM t
        SELECT * FROM a INNER JOIN b ON a.Id = b.AId LEFT OUTER JOIN c ON b.Id = c.BId CROSS JOIN d
        SELECT * FROM a FULL JOIN b ON a.x = b.x WHERE a.y IS NULL OR b.y IS NOT NULL
        SELECT * FROM a CROSS APPLY (SELECT TOP 1 * FROM b WHERE b.AId = a.Id ORDER BY b.D DESC) x
        SELECT * FROM a OUTER APPLY dbo.Fn(a.Id) f
        SELECT * FROM STRING_SPLIT(@ids, ',') s
        SELECT * FROM OPENJSON(@json) WITH (Id int '$.id', Name nvarchar(50) '$.name')
        SELECT * FROM t WHERE Id IN (1, 2, 3)
        SELECT * FROM t WHERE Id IN (SELECT Id FROM s WHERE s.X = t.X)
        SELECT * FROM t WHERE EXISTS (SELECT 1 FROM s WHERE s.Id = t.Id)
        SELECT * FROM t WHERE NOT EXISTS (SELECT * FROM s)
        SELECT * FROM t WHERE Name LIKE '%' + @q + '%'
        SELECT * FROM t WHERE Name LIKE N'a[_]b%' ESCAPE '\'
        SELECT * FROM t WHERE Path = 'C:\temp\'
        SELECT * FROM t WHERE d BETWEEN @from AND @to
        SELECT a, SUM(b) AS total FROM t GROUP BY a HAVING SUM(b) > 100 ORDER BY total DESC, a
        SELECT * FROM t ORDER BY a OFFSET @skip ROWS FETCH NEXT @take ROWS ONLY
        SELECT ROW_NUMBER() OVER (PARTITION BY a ORDER BY b DESC) AS rn, * FROM t
        SELECT SUM(x) OVER (ORDER BY d ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) FROM t
        SELECT * FROM (SELECT a, b FROM t) AS x WHERE x.a = 1
        SELECT * FROM (VALUES (1, 'a'), (2, 'b')) AS v(id, name)
        SELECT a INTO #temp FROM t
        SELECT * FROM #temp t1 JOIN ##global t2 ON t1.a = t2.a
        SELECT * FROM @table AS tv
        SELECT * FROM tempdb..#x
        SELECT * FROM server1.db.dbo.t
        SELECT * FROM t WITH (NOLOCK)
        SELECT * FROM t WITH (UPDLOCK, ROWLOCK, READPAST) WHERE Status = 0
        SELECT * FROM t (NOLOCK), s (NOLOCK) WHERE t.a = s.a
        SELECT * FROM t FOR JSON PATH, ROOT('items')
        SELECT * FROM t FOR XML PATH('')
        SELECT * FROM t FOR SYSTEM_TIME AS OF @when
        SELECT * FROM t OPTION (RECOMPILE, MAXDOP 1)
        SELECT a FROM t UNION ALL SELECT a FROM s EXCEPT SELECT a FROM r
        SELECT geography::Point(@lat, @lon, 4326).STDistance(loc) FROM t
        SELECT x.value('(/a/b)[1]', 'int') FROM t
        SELECT t.$IDENTITY FROM t
        SELECT DATEADD(day, -7, SYSUTCDATETIME())
        SELECT Name COLLATE Latin1_General_CI_AS FROM t
        SELECT d AT TIME ZONE 'UTC' FROM t
        SELECT 'a' + 'b' + N'c' AS [d e]
        SELECT a AS 'alias one', b AS "alias two" FROM t
        SELECT "quoted column" FROM "quoted table"
        SELECT a;SELECT b;SELECT c
        SELECT 1⏎GO⏎SELECT 2⏎GO
        WITH c AS (SELECT a FROM t) SELECT * FROM c
        WITH c (x, y) AS (SELECT 1, 2), d AS (SELECT x FROM c) SELECT * FROM d
        ;WITH c AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM c WHERE n < 10) SELECT * FROM c OPTION (MAXRECURSION 100)
        WITH d AS (SELECT *, ROW_NUMBER() OVER (PARTITION BY k ORDER BY id) AS rn FROM t) DELETE FROM d WHERE rn > 1
        INSERT INTO t (a, b) VALUES (@a, @b)
        INSERT INTO t (a, b) VALUES (1, 'x'), (2, 'y'), (3, NULL)
        INSERT t VALUES (1, DEFAULT)
        INSERT INTO t DEFAULT VALUES
        INSERT INTO t (a) OUTPUT inserted.Id VALUES (@a)
        INSERT INTO t (a) OUTPUT inserted.Id INTO @ids SELECT a FROM s
        INSERT INTO t (a) VALUES (@a); SELECT CAST(SCOPE_IDENTITY() AS bigint);
        INSERT INTO t (a) VALUES (@a) SELECT SCOPE_IDENTITY()
        INSERT INTO t SELECT * FROM s WHERE NOT EXISTS (SELECT 1 FROM t WHERE t.Id = s.Id)
        INSERT INTO #r EXEC dbo.GetRows @id = 1
        INSERT INTO t (a, b) SELECT @a, @b WHERE NOT EXISTS (SELECT * FROM t WITH (UPDLOCK, HOLDLOCK) WHERE a = @a)
        UPDATE t SET a = 1
        UPDATE t SET a = @a, b = b + 1 WHERE Id = @id
        UPDATE dbo.Users SET Name = @name, ModifiedAt = GETUTCDATE() WHERE Id = @id AND RowVersion = @v
        UPDATE TOP (10) Queue SET Taken = 1 OUTPUT inserted.* WHERE Taken = 0
        UPDATE u SET u.Name = s.Name FROM Users u INNER JOIN Staging s ON s.Id = u.Id
        UPDATE t SET @old = a, a = a + 1 WHERE Id = 1
        UPDATE t SET a += 1, b -= 2, c *= 3, d /= 4, e %= 5, f &= 6, g |= 7, h ^= 8
        UPDATE t SET a = (SELECT MAX(b) FROM s WHERE s.Id = t.Id) WHERE a IS NULL
        UPDATE t SET Data.modify('replace value of (/a/text())[1] with "x"')
        UPDATE t SET a = CASE WHEN b = 1 THEN c ELSE d END OUTPUT deleted.a, inserted.a WHERE Id = 1
        DELETE FROM t
        DELETE FROM t WHERE Id = @id
        DELETE t WHERE a < @cutoff
        DELETE TOP (1000) FROM Logs WHERE CreatedAt < @cutoff
        DELETE o FROM Orders o JOIN Users u ON u.Id = o.UserId WHERE u.Deleted = 1
        DELETE FROM t OUTPUT deleted.Id WHERE a = 1
        MERGE INTO t AS target USING (SELECT @id AS Id) AS source ON target.Id = source.Id WHEN MATCHED THEN UPDATE SET a = 1 WHEN NOT MATCHED THEN INSERT (Id, a) VALUES (source.Id, 1);
        MERGE t WITH (HOLDLOCK) USING s ON t.Id = s.Id WHEN MATCHED AND s.x > 1 THEN DELETE WHEN NOT MATCHED BY SOURCE THEN DELETE OUTPUT $action, inserted.Id;
        EXEC dbo.DoIt
        EXEC dbo.DoIt 1, 'a', NULL
        EXEC dbo.DoIt @a = 1, @b = @x OUTPUT
        EXEC @rc = dbo.DoIt @a
        EXECUTE sp_executesql N'SELECT * FROM t WHERE a = @p', N'@p int', @p = 1
        EXEC ('SELECT * FROM ' + @table)
        EXEC sp_rename 'dbo.t.a', 'b', 'COLUMN'
        EXEC sp_getapplock @Resource = 'x', @LockMode = 'Exclusive', @LockOwner = 'Session'
        DECLARE @i int = 0
        DECLARE @a int, @b nvarchar(50) = N'x', @c decimal(18,4)
        DECLARE @t TABLE (Id int PRIMARY KEY, Name nvarchar(max) NULL)
        DECLARE c CURSOR LOCAL FAST_FORWARD FOR SELECT Id FROM t
        DECLARE @x xml = '<a b="c"/>'
        SET @i = @i + 1
        SET @i += 1
        SET NOCOUNT ON
        SET XACT_ABORT ON; SET TRANSACTION ISOLATION LEVEL SNAPSHOT
        SET IDENTITY_INSERT dbo.t ON
        SET QUOTED_IDENTIFIER OFF
        IF @a = 1 SELECT 1 ELSE SELECT 2
        IF EXISTS (SELECT * FROM sys.tables WHERE name = 't') DROP TABLE t
        IF NOT EXISTS (SELECT 1 FROM t WHERE a = @a) BEGIN INSERT INTO t (a) VALUES (@a) END
        IF OBJECT_ID('tempdb..#x') IS NOT NULL DROP TABLE #x
        IF @@TRANCOUNT > 0 ROLLBACK
        IF DB_ID(N'app') IS NULL CREATE DATABASE app
        WHILE @i < 10 BEGIN SET @i = @i + 1; IF @i = 5 BREAK; CONTINUE; END
        WHILE 1 = 1⏎BEGIN⏎  DELETE TOP (100) FROM t WHERE a = 1⏎  IF @@ROWCOUNT = 0 BREAK⏎END
        BEGIN TRAN
        BEGIN TRANSACTION named WITH MARK 'x'
        BEGIN TRY INSERT INTO t VALUES (1) END TRY BEGIN CATCH THROW; END CATCH
        BEGIN TRAN UPDATE a SET x = 1 UPDATE b SET x = 2 COMMIT TRAN
        COMMIT
        COMMIT TRANSACTION
        ROLLBACK TRAN
        SAVE TRANSACTION sp1
        ROLLBACK TRANSACTION sp1
        RETURN
        RETURN 1
        PRINT 'hello ' + @name
        RAISERROR('bad %s', 16, 1, @name)
        THROW 50001, 'message', 1
        WAITFOR DELAY '00:00:05'
        GOTO done; done: SELECT 1
        USE master
        CREATE TABLE t (Id int IDENTITY(1,1) NOT NULL PRIMARY KEY, Name nvarchar(100) NULL DEFAULT (''), CONSTRAINT FK_t FOREIGN KEY (UId) REFERENCES u (Id) ON DELETE CASCADE)
        CREATE TABLE #t (a int, b varchar(max) COLLATE DATABASE_DEFAULT)
        CREATE TABLE [dbo].[t]([a] [int] NOT NULL, CHECK ([a]>(0)))
        CREATE CLUSTERED INDEX IX_t ON dbo.t (a ASC, b DESC) INCLUDE (c) WHERE d IS NOT NULL WITH (ONLINE = ON)
        CREATE VIEW dbo.v AS SELECT a FROM dbo.t
        CREATE OR ALTER PROCEDURE dbo.p @a int, @b nvarchar(50) = NULL OUTPUT AS BEGIN SET NOCOUNT ON; SELECT @a; END
        CREATE FUNCTION dbo.f (@a int) RETURNS int AS BEGIN RETURN @a + 1 END
        CREATE FUNCTION dbo.g (@a int) RETURNS TABLE AS RETURN (SELECT @a AS a)
        CREATE TRIGGER dbo.tr ON dbo.t AFTER INSERT, UPDATE AS BEGIN UPDATE s SET a = i.a FROM s JOIN inserted i ON i.Id = s.Id END
        CREATE TYPE dbo.IdList AS TABLE (Id int)
        CREATE LOGIN app WITH PASSWORD = 'p@ss''word'
        CREATE USER app FOR LOGIN app WITH DEFAULT_SCHEMA = dbo
        CREATE SCHEMA app AUTHORIZATION dbo
        CREATE DATABASE app COLLATE Latin1_General_100_CI_AS_SC_UTF8
        CREATE SEQUENCE dbo.seq AS bigint START WITH 1 INCREMENT BY 1
        ALTER TABLE t ADD a int NOT NULL CONSTRAINT DF_a DEFAULT 0
        ALTER TABLE t ALTER COLUMN a bigint NOT NULL
        ALTER TABLE t DROP CONSTRAINT DF_a, COLUMN a
        ALTER TABLE t WITH CHECK ADD CONSTRAINT CK CHECK (a > 0)
        ALTER DATABASE app SET SINGLE_USER WITH ROLLBACK IMMEDIATE
        ALTER INDEX ALL ON t REBUILD
        DROP TABLE IF EXISTS dbo.t
        DROP INDEX IX_t ON dbo.t
        TRUNCATE TABLE dbo.t
        GRANT SELECT, INSERT ON dbo.t TO app
        GRANT EXECUTE ON SCHEMA::dbo TO app
        DENY DELETE ON dbo.t TO app
        BACKUP DATABASE app TO DISK = N'C:\backup\app.bak' WITH INIT
        DBCC CHECKIDENT ('dbo.t', RESEED, 0)
        KILL 55
        OPEN c; FETCH NEXT FROM c INTO @id; CLOSE c; DEALLOCATE c
        FETCH NEXT FROM c INTO @a, @b
        BULK INSERT t FROM 'c:\x.csv' WITH (FIELDTERMINATOR = ',', ROWTERMINATOR = '\n')
        SELECT * FROM sys.dm_tran_locks WHERE request_session_id = @@SPID
        SELECT NEXT VALUE FOR dbo.seq
        SELECT * FROM t TABLESAMPLE (10 PERCENT)
        SELECT a, b FROM t PIVOT (SUM(x) FOR y IN ([1], [2])) p
        SELECT * FROM t WHERE CONTAINS(txt, '"foo*"')
        SELECT * FROM t WHERE a = 'multi⏎line' AND b = 'tab	in'
        SELECT _a, a_b, a1, a$b, a#b, a@b, [1a] FROM t
        SELECT é, naïve, 名前 FROM t WHERE 名前 = N'値'
        SELECT * FROM t WHERE (a = 1 AND (b = 2 OR c = 3)) AND NOT (d = 4)
        SELECT a.b.c.d.e
        SELECT -@a, - @a, +@a, ~@a
        SELECT(1)+(2)
        SELECT*FROM t
        SELECT'a'AS b
        SELECT N''+N''''''
        SELECT[a]FROM[t]WHERE[b]='c'
        SELECT 1/*a*/+/*b*/2--c
        SELECT a,⏎	b,⏎	c⏎FROM	t⏎
        SELECT * FROM t WHERE a = @p0 AND b = @p1 AND c IN (@p2, @p3, @p4)
        SELECT * FROM t WHERE a = @a_1 AND b = @_ AND c = @B$2
        """;

    private const string PostgreSql = """
        SELECT id, name FROM users WHERE id = $1
        SELECT * FROM users WHERE email ILIKE '%' || $1 || '%' AND deleted_at IS NULL
        SELECT id::text, '2024-01-01'::date, now()::timestamp(3), a::int[] FROM t
        SELECT data->>'name', data#>>'{a,b}', data->'x'->0 FROM t WHERE data @> '{"a":1}'::jsonb
        SELECT * FROM t WHERE data ? 'key' AND data ?| array['a','b'] AND data ?& $1
        SELECT * FROM t WHERE tags && ARRAY['x','y'] AND tags <@ $1 AND id = ANY($2)
        SELECT $$it's a 'dollar' quote$$, $tag$ nested $$ here $tag$
        SELECT E'a\'b\n', U&'\0441', B'1010', X'1F'
        SELECT * FROM t WHERE name ~* '^a' AND name !~ 'b' AND name ~ 'c' AND name !~* 'd'
        SELECT a[1], a[1:2], a[:n], (ARRAY[1,2,3])[2] FROM t
        SELECT /* outer /* inner */ still */ 1 -- end
        SELECT DISTINCT ON (customer_id) customer_id, created_at FROM orders ORDER BY customer_id, created_at DESC
        SELECT * FROM jobs WHERE status = 'new' ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED
        SELECT * FROM a, LATERAL (SELECT * FROM b WHERE b.a_id = a.id LIMIT 1) x
        SELECT count(*) FILTER (WHERE a > 1) AS n, array_agg(b ORDER BY c DESC) FROM t
        SELECT date_trunc('day', ts AT TIME ZONE 'UTC') AS d, sum(x) FROM t GROUP BY 1 HAVING sum(x) > 10 ORDER BY 1
        SELECT * FROM t WHERE ts > now() - interval '7 days' AND ts < now() - $1 * interval '1 hour'
        SELECT extract(epoch FROM ts), substring(name FROM 2 FOR 3), position('a' IN name) FROM t
        SELECT * FROM t WHERE a IS NOT DISTINCT FROM $1 OR b IS DISTINCT FROM c
        SELECT * FROM t WHERE (a, b) > ($1, $2) ORDER BY a, b LIMIT $3 OFFSET $4
        SELECT row_number() OVER w, lag(x) OVER (PARTITION BY a ORDER BY b) FROM t WINDOW w AS (ORDER BY c)
        SELECT * FROM generate_series(1, 10) AS g(i) LEFT JOIN t ON t.i = g.i
        SELECT * FROM ONLY "Public"."Order Lines" ol WHERE ol."Id" = :id AND ol.x = @x
        SELECT embedding <-> $1 AS d FROM items ORDER BY embedding <-> $1 LIMIT 5
        SELECT to_tsvector('english', body) @@ plainto_tsquery($1) FROM docs
        WITH moved AS (DELETE FROM a WHERE x < $1 RETURNING *) INSERT INTO b SELECT * FROM moved
        WITH RECURSIVE tree AS (SELECT id, parent_id FROM n WHERE id = $1 UNION ALL SELECT n.id, n.parent_id FROM n JOIN tree t ON n.parent_id = t.id) SELECT * FROM tree
        INSERT INTO users (name, email) VALUES ($1, $2) RETURNING id
        INSERT INTO t (a, b) VALUES (@a, @b) ON CONFLICT (a) DO UPDATE SET b = EXCLUDED.b, n = t.n + 1 WHERE t.b <> EXCLUDED.b
        INSERT INTO t SELECT * FROM unnest($1::int[], $2::text[]) ON CONFLICT DO NOTHING
        INSERT INTO t (a) VALUES (DEFAULT), (1) ON CONFLICT ON CONSTRAINT t_pkey DO NOTHING
        UPDATE accounts SET balance = balance - $1 WHERE id = $2 AND balance >= $1 RETURNING balance
        UPDATE t SET a = s.a FROM s WHERE s.id = t.id
        UPDATE t SET (a, b) = (SELECT x, y FROM s WHERE s.id = t.id), data = jsonb_set(data, '{x}', $1) WHERE id = 1
        DELETE FROM t USING s WHERE t.s_id = s.id AND s.dead
        DELETE FROM t WHERE ctid IN (SELECT ctid FROM t WHERE old LIMIT 1000)
        BEGIN ISOLATION LEVEL SERIALIZABLE; SELECT 1; COMMIT
        SAVEPOINT a; ROLLBACK TO SAVEPOINT a; RELEASE SAVEPOINT a
        SET LOCAL statement_timeout = '5s'
        SET search_path TO app, public
        LISTEN events; NOTIFY events, 'payload'; UNLISTEN *
        SELECT pg_advisory_xact_lock(hashtext($1)), pg_notify('c', $2)
        LOCK TABLE t IN SHARE ROW EXCLUSIVE MODE NOWAIT
        COPY t (a, b) FROM STDIN (FORMAT BINARY)
        COPY (SELECT * FROM t WHERE a = 1) TO STDOUT WITH CSV HEADER
        CREATE TABLE t (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, data jsonb NOT NULL DEFAULT '{}', CHECK (a > 0))
        CREATE INDEX CONCURRENTLY IF NOT EXISTS i ON t USING gin (data jsonb_path_ops) WHERE deleted_at IS NULL
        CREATE FUNCTION f(a int) RETURNS int AS $f$ BEGIN RETURN a + 1; END; $f$ LANGUAGE plpgsql
        CREATE TRIGGER tr BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION touch()
        CREATE MATERIALIZED VIEW mv AS SELECT a, count(*) FROM t GROUP BY a
        CREATE PUBLICATION p FOR TABLE t; ALTER SUBSCRIPTION s DISABLE
        SELECT pg_create_logical_replication_slot('s', 'pgoutput')
        ALTER TABLE t ADD COLUMN IF NOT EXISTS a int, ALTER COLUMN b TYPE text USING b::text
        DO $$ BEGIN IF NOT EXISTS (SELECT 1 FROM pg_type WHERE typname = 'mood') THEN CREATE TYPE mood AS ENUM ('sad'); END IF; END $$
        EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) SELECT * FROM t
        VACUUM (ANALYZE) t
        GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader
        CALL do_it($1, b => $2)
        PREPARE TRANSACTION 'x'
        SELECT 1 WHERE $1 IS NULL OR name = $1
        SELECT * FROM t WHERE name = '«name»' AND id = «id» ORDER BY «column» «direction» LIMIT «n»
        SELECT * FROM "«schema»"."«table»" WHERE «column» = ANY(«ids») «more»
        """;

    private const string MySql = """
        SELECT `id`, `a``b` FROM `users` WHERE `id` = ?
        SELECT * FROM users WHERE name = "double \"quoted\"" AND x = 'it\'s' AND y = 'a''b'
        SELECT * FROM t WHERE a <=> NULL AND b && c AND d || e AND NOT f AND g XOR h
        SELECT @row := @row + 1 AS n, t.* FROM t, (SELECT @row := 0) r
        SELECT @@global.max_connections, @@session.sql_mode
        SELECT * FROM t # hash comment
        SELECT 5--1, 5 -- comment
        SELECT /*!40001 SQL_NO_CACHE */ * FROM t
        SELECT /*+ MAX_EXECUTION_TIME(1000) */ a FROM t FORCE INDEX (i) WHERE a REGEXP '^x'
        SELECT SQL_CALC_FOUND_ROWS a FROM t LIMIT 10, 20
        SELECT a FROM t WHERE d > NOW() - INTERVAL ? DAY AND e = DATE_ADD(d, INTERVAL 1 MONTH)
        SELECT GROUP_CONCAT(DISTINCT a ORDER BY b SEPARATOR ', ') FROM t GROUP BY c WITH ROLLUP
        SELECT JSON_EXTRACT(doc, '$.a'), doc->'$.b', doc->>"$.c" FROM t
        SELECT IF(a > 1, 'x', 'y'), IFNULL(b, 0), REPLACE(c, 'a', 'b'), LEFT(d, 3) FROM t
        SELECT * FROM t WHERE MATCH (title, body) AGAINST (? IN NATURAL LANGUAGE MODE)
        SELECT * FROM t FOR UPDATE NOWAIT
        SELECT * FROM t LOCK IN SHARE MODE
        SELECT a, b FROM t WHERE id = ?id AND name = @name LIMIT 1
        SELECT x'1F', 0b101, b'01', _utf8mb4'abc' COLLATE utf8mb4_bin, N'n', 1abc FROM t
        SELECT * FROM a STRAIGHT_JOIN b USING (id) NATURAL LEFT JOIN c
        SELECT a INTO @x FROM t WHERE id = 1
        SELECT * FROM t PARTITION (p0) AS x WHERE x.a = 1
        SELECT SLEEP(5), GET_LOCK('x', 10), LAST_INSERT_ID()
        INSERT INTO t (a, b) VALUES (?, ?), (?, ?)
        INSERT INTO t SET a = 1, b = 'x'
        INSERT IGNORE INTO t (a) VALUES (@a)
        INSERT LOW_PRIORITY INTO t (a) VALUES (1)
        INSERT INTO t (a, b) VALUES (@a, @b) ON DUPLICATE KEY UPDATE b = VALUES(b), n = n + 1; SELECT LAST_INSERT_ID();
        INSERT INTO t (a) SELECT a FROM s ON DUPLICATE KEY UPDATE a = s.a
        REPLACE INTO t (a, b) VALUES (1, 2)
        UPDATE t SET a = a + 1 WHERE id = @id ORDER BY b LIMIT 10
        UPDATE a JOIN b ON a.id = b.a_id SET a.x = b.x, b.y = 1 WHERE b.z = 2
        UPDATE IGNORE t SET a = 1
        DELETE FROM t WHERE a < NOW() ORDER BY a LIMIT 100
        DELETE a, b FROM a INNER JOIN b ON a.id = b.a_id WHERE a.x = 1
        DELETE FROM a USING a JOIN b ON a.id = b.a_id
        START TRANSACTION WITH CONSISTENT SNAPSHOT; COMMIT AND CHAIN
        BEGIN; ROLLBACK
        SET @a = 1, @b = 'x'
        SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED
        SET NAMES utf8mb4
        SET autocommit = 0
        CALL p(1, @out); SELECT @out
        LOCK TABLES t WRITE, s READ; UNLOCK TABLES
        SHOW TABLES FROM db LIKE 'a%'
        TRUNCATE TABLE t
        CREATE TABLE IF NOT EXISTS `t` (`id` INT UNSIGNED NOT NULL AUTO_INCREMENT, `e` ENUM('a','b'), PRIMARY KEY (`id`), KEY `k` (`e`(10))) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COMMENT='it''s'
        CREATE PROCEDURE p(IN a INT) BEGIN DECLARE i INT DEFAULT 0; WHILE i < a DO SET i = i + 1; END WHILE; IF a = 1 THEN SELECT 1; END IF; END
        CREATE TRIGGER tr BEFORE INSERT ON t FOR EACH ROW SET NEW.a = UUID()
        ALTER TABLE t ADD COLUMN a INT AFTER b, DROP INDEX k
        KILL QUERY 5
        LOAD DATA LOCAL INFILE '/tmp/x.csv' INTO TABLE t FIELDS TERMINATED BY ',' ENCLOSED BY '"' LINES TERMINATED BY '\n'
        SELECT * FROM t WHERE name LIKE '%«q»%' AND x IN («ids») ORDER BY `«col»` LIMIT «n»
        """;

    private const string Sqlite = """
        SELECT * FROM users WHERE id = ?1 OR id = :id OR id = @id OR id = $id OR id = ?
        SELECT [a b], "c d", `e f`, 'g h' FROM [t] WHERE [x] = 1
        SELECT rowid, * FROM t WHERE a == 1 AND b <> 2 AND c IS 3 AND d IS NOT NULL
        SELECT * FROM t WHERE name LIKE '%'||?||'%' ESCAPE '\' AND p GLOB '*.txt'
        SELECT a || ' ' || b, x'CAFE', 1.5e3, 0x10, .5 FROM t
        SELECT last_insert_rowid(), changes(), datetime('now', 'localtime')
        SELECT json_extract(d, '$.a'), d -> '$.b', d ->> 'c' FROM t, json_each(t.d)
        SELECT * FROM t INDEXED BY i WHERE a BETWEEN 1 AND 2 ORDER BY a COLLATE NOCASE LIMIT 10 OFFSET 5
        SELECT count(*) FILTER (WHERE a), iif(a, 1, 2), replace(b, 'x', 'y') FROM t GROUP BY c HAVING count(*) > 1
        SELECT * FROM t WHERE t MATCH 'a AND b' ORDER BY rank
        SELECT CAST(a AS INTEGER), typeof(b), coalesce(c, 0) FROM t WHERE d ISNULL OR e NOTNULL
        SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'
        WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 10) SELECT i FROM n
        INSERT INTO t (a, b) VALUES ($a, $b); SELECT last_insert_rowid();
        INSERT OR IGNORE INTO t VALUES (NULL, 1)
        INSERT OR REPLACE INTO t (a) VALUES (1)
        INSERT INTO t (a) VALUES (1) ON CONFLICT(a) DO UPDATE SET b = excluded.b WHERE excluded.b > b
        INSERT INTO t DEFAULT VALUES RETURNING id
        REPLACE INTO t VALUES (1)
        UPDATE OR ROLLBACK t SET a = 1 WHERE b = 2 RETURNING *
        UPDATE t SET a = (SELECT max(a) FROM s), b = b || 'x' FROM s WHERE s.id = t.id
        DELETE FROM t WHERE id IN (SELECT id FROM s LIMIT 5)
        DELETE FROM t
        BEGIN IMMEDIATE; INSERT INTO t VALUES (1); COMMIT;
        BEGIN EXCLUSIVE TRANSACTION; END TRANSACTION
        SAVEPOINT a; RELEASE a
        PRAGMA journal_mode = WAL
        PRAGMA foreign_keys = ON; PRAGMA busy_timeout = 5000; PRAGMA table_info('t')
        PRAGMA main.wal_checkpoint(TRUNCATE)
        ATTACH DATABASE 'x.db' AS x; DETACH x
        VACUUM INTO 'backup.db'
        CREATE TABLE IF NOT EXISTS t (id INTEGER PRIMARY KEY AUTOINCREMENT, a TEXT NOT NULL UNIQUE ON CONFLICT IGNORE, b REAL DEFAULT (1.0)) STRICT
        CREATE TABLE s AS SELECT * FROM t
        CREATE UNIQUE INDEX IF NOT EXISTS i ON t (a COLLATE NOCASE, lower(b)) WHERE c IS NOT NULL
        CREATE TRIGGER tr AFTER UPDATE OF a ON t WHEN NEW.a > 1 BEGIN UPDATE t SET b = 1 WHERE id = NEW.id; SELECT RAISE(ABORT, 'no'); END
        CREATE VIRTUAL TABLE f USING fts5(title, body, tokenize = 'porter')
        ALTER TABLE t RENAME COLUMN a TO b
        DROP TABLE IF EXISTS main.t
        EXPLAIN QUERY PLAN SELECT * FROM t WHERE a = 1
        ANALYZE; REINDEX t
        SELECT * FROM t -- no newline at end
        SELECT /* not /* nested */ 1
        SELECT * FROM t WHERE a = '«a»' AND b = «b» OR [«c»] LIKE '«d»%'
        PRAGMA user_version = «v»
        """;

    private const string GoogleSql = """"
        SELECT SingerId, FirstName FROM Singers WHERE SingerId = @id
        SELECT 'a\'b', "c\"d", r'\d+', b'abc', rb"x\"y", '''triple 'quoted' text''', """also "this" one"""
        SELECT * FROM Singers@{FORCE_INDEX=SingersByName} WHERE LastName = @name
        @{USE_ADDITIONAL_PARALLELISM=TRUE} SELECT * FROM t
        SELECT ARRAY<INT64>[1, 2, 3], [1, 2][OFFSET(0)], STRUCT<a INT64>(1), a[SAFE_ORDINAL(1)]
        SELECT * FROM UNNEST(@ids) AS id WITH OFFSET o WHERE id IN UNNEST(@other)
        SELECT DATE '2024-01-01', TIMESTAMP "2024-01-01T00:00:00Z", NUMERIC '1.5', JSON '{"a":1}'
        SELECT `my-project.dataset.table`.a FROM `my table` # comment
        SELECT CAST(a AS STRING), SAFE_CAST(b AS INT64), IFNULL(c, 0), COUNTIF(d > 1) FROM t
        SELECT TIMESTAMP_SUB(CURRENT_TIMESTAMP(), INTERVAL @n DAY), EXTRACT(YEAR FROM d) FROM t
        SELECT * EXCEPT (a) FROM t TABLESAMPLE RESERVOIR (10 ROWS)
        SELECT a FROM t WHERE REGEXP_CONTAINS(b, r"^x\.y") AND STARTS_WITH(c, @p) LIMIT @n OFFSET 5
        SELECT s.a, ARRAY(SELECT x FROM u WHERE u.id = s.id) FROM s
        SELECT a FROM t WHERE b BETWEEN @x AND @y AND c LIKE '%z' AND NOT d ORDER BY a DESC
        SELECT a FROM t QUALIFY ROW_NUMBER() OVER (PARTITION BY b ORDER BY c) = 1
        SELECT a << 1, a >> 2, a & 1, a | 2, a ^ 3, ~a, a || b, a != b, a <> b FROM t
        WITH c AS (SELECT 1 AS a UNION ALL SELECT 2) SELECT * FROM c JOIN t USING (a)
        INSERT INTO Singers (SingerId, Name) VALUES (@id, @name) THEN RETURN SingerId
        INSERT OR UPDATE INTO Singers (SingerId, Name) VALUES (1, 'x')
        INSERT INTO t (a, b) SELECT a, PENDING_COMMIT_TIMESTAMP() FROM s WHERE TRUE
        UPDATE Albums SET Budget = Budget - @x WHERE SingerId = 1 AND AlbumId = 2 THEN RETURN Budget
        UPDATE t SET a = DEFAULT, b = ARRAY_CONCAT(b, [1]) WHERE TRUE
        DELETE FROM t WHERE a < @cutoff
        DELETE FROM t WHERE TRUE THEN RETURN *
        CREATE TABLE t (Id STRING(36) NOT NULL, Ts TIMESTAMP OPTIONS (allow_commit_timestamp=true)) PRIMARY KEY (Id), INTERLEAVE IN PARENT p ON DELETE CASCADE
        CREATE UNIQUE NULL_FILTERED INDEX i ON t(a DESC) STORING (b)
        ALTER TABLE t ADD COLUMN a STRING(MAX)
        DROP INDEX i
        BEGIN TRANSACTION; COMMIT
        SET TRANSACTION READ ONLY
        GRAPH g MATCH (a)-[e]->(b) RETURN a.id
        SELECT * FROM t WHERE a = '«a»' AND b = "«b»" AND c IN («c») LIMIT «n»
        """";
}
