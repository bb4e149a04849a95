using DbSafety.Sql;
using Xunit;

namespace DbSafety.Tests.Sql;

/// <summary>What DDL declares, which column a parameter is, and what a list selects.</summary>
public class SqlColumnTests
{
    [Theory]
    [InlineData("CREATE TABLE t (id BIGINT PRIMARY KEY, name VARCHAR(40) NOT NULL DEFAULT 'a,b', at timestamp(3) with time zone NULL)", "t.id bigint!; t.name varchar!; t.at timestamp with time zone")]
    [InlineData("create table if not exists \"shop\".\"Orders\" (\"Id\" serial, CONSTRAINT pk PRIMARY KEY (\"Id\"), tags text[] NOT NULL, price numeric(10,2))", "orders.id serial; orders.tags text[]!; orders.price numeric")]
    [InlineData("CREATE TABLE [dbo].[t] ([id] [bigint] IDENTITY(1,1) NOT NULL, [at] [datetime2](7) NULL, CONSTRAINT [PK] PRIMARY KEY CLUSTERED ([id] ASC))", "t.id bigint!; t.at datetime2")]
    [InlineData("CREATE TABLE `t` (`id` BIGINT UNSIGNED NOT NULL AUTO_INCREMENT, `at` DATETIME(6) DEFAULT CURRENT_TIMESTAMP(6) ON UPDATE CURRENT_TIMESTAMP(6), PRIMARY KEY (`id`), KEY `k` (`at`))", "t.id bigint unsigned!; t.at datetime")]
    [InlineData("CREATE TABLE t (a, b INTEGER CHECK (b > 0), c TEXT REFERENCES u (x) ON DELETE CASCADE) WITHOUT ROWID", "t.a ; t.b integer; t.c text")]
    [InlineData("CREATE TEMP TABLE t (v pg_catalog.int8 /* x, y */, -- c\n w double precision GENERATED ALWAYS AS (v * 2) STORED)", "t.v int8; t.w double precision")]
    [InlineData("CREATE TABLE \uFFFC.events (id bigint, \uFFFC int); SELECT 1", "events.id bigint")]
    [InlineData("ALTER TABLE t ADD COLUMN a bigint NOT NULL, ADD b text; ALTER TABLE ONLY t ALTER COLUMN c TYPE timestamptz", "t.a bigint!; t.b text; t.c timestamptz")]
    [InlineData("ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0); ALTER TABLE t ALTER COLUMN a SET DEFAULT 1; ALTER TABLE t DROP COLUMN a", "")]
    [InlineData("CREATE INDEX i ON t (a); CREATE TABLE x AS SELECT 1; CREATE TABLE broken (a int", "broken.a int")]
    public void Columns_are_declared(string ddl, string expected) => Assert.Equal(
        expected, string.Join("; ", SqlTableDefinitions.Read(SqlWords.Of(ddl, SqlDialect.Unknown)).Select(c => $"{c.Table}.{c.Column} {c.Type}{(c.IsNotNull ? "!" : "")}")));

    [Theory]
    [InlineData("CREATE TABLE settings (key TEXT PRIMARY KEY, value TEXT); CREATE TABLE t (key varchar(10) NOT NULL, KEY k (key), KEY (key), INDEX i (key))", "settings.key text!; settings.value text; t.key varchar!")]
    public void A_column_can_be_named_key(string ddl, string expected) => Columns_are_declared(ddl, expected);

    [Theory]
    [InlineData("CREATE TABLE t (id BIGINT PRIMARY KEY, email TEXT NOT NULL UNIQUE, name TEXT)", "+t t(id) t(email)")]
    [InlineData("CREATE TABLE t (a int, b int, PRIMARY KEY (b, a), UNIQUE (b), CONSTRAINT u UNIQUE (a, c))", "+t t(a,b) t(b) t(a,c)")]
    [InlineData("create table if not exists \"Shop\".\"Customers\" (\"Id\" serial primary key, \"E-Mail\" text /* UNIQUE, */ -- , UNIQUE (x)\n , constraint \"unique\" unique (\"E-Mail\"))", "+customers shop.customers(id) shop.customers(e-mail)")]
    [InlineData("CREATE TABLE `t` (`id` BIGINT NOT NULL AUTO_INCREMENT, `a` VARCHAR(10), `b` INT COMMENT 'UNIQUE', PRIMARY KEY (`id`), UNIQUE KEY `u` (`b`, `a`) USING BTREE, UNIQUE INDEX (`a`), UNIQUE `x` (`b`), KEY `k` (`a`))", "+t t(id) t(a,b) t(a) t(b)")]
    [InlineData("CREATE TABLE [dbo].[t] ([id] [int] IDENTITY(1,1), [a] int, CONSTRAINT [PK] PRIMARY KEY CLUSTERED ([id] ASC), CONSTRAINT [U] UNIQUE NONCLUSTERED ([a] DESC))", "+t t(id) t(a)")]
    [InlineData("CREATE TABLE settings (key TEXT PRIMARY KEY, value TEXT UNIQUE)", "+settings settings(key) settings(value)")]
    [InlineData("CREATE TABLE t (a int CONSTRAINT u UNIQUE CHECK (a > 0), b int REFERENCES unique_things (id), \"unique\" int, c int DEFAULT (unique()))", "+t t(a)")]
    [InlineData("CREATE TABLE t (a int UNIQUE ON CONFLICT REPLACE, b int UNIQUE DEFERRABLE INITIALLY DEFERRED, c int UNIQUE NOT DEFERRABLE, UNIQUE (d) INITIALLY DEFERRED)", "+t t(c)")]
    [InlineData("CREATE TABLE t (a text, UNIQUE (lower(a)), UNIQUE (a(10)), UNIQUE (a COLLATE NOCASE), EXCLUDE USING gist (a WITH =), UNIQUE (a, p WITHOUT OVERLAPS))", "+t")]
    [InlineData("CREATE TABLE t (a int, UNIQUE NULLS NOT DISTINCT (a) INCLUDE (b)); CREATE TABLE u (LIKE t INCLUDING ALL); CREATE TABLE v AS SELECT 1", "+t +u +v t(a)")]
    [InlineData("CREATE TABLE t (a int UNIQUE \uFFFC, UNIQUE (b, \uFFFC), UNIQUE (c), \uFFFC)", "+t t(c)")]
    [InlineData("CREATE UNIQUE INDEX u ON t (a, b DESC); CREATE INDEX i ON t (c); CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS u2 ON \uFFFC.t USING btree (d) INCLUDE (e); CREATE UNIQUE INDEX ON s.t (f)", "t(a,b)[u] t(d)[u2] s.t(f)")]
    [InlineData("CREATE UNIQUE INDEX u ON t (a) WHERE deleted = 0; CREATE UNIQUE INDEX v ON t (lower(a)); CREATE UNIQUE INDEX w ON t ((a)); CREATE UNIQUE INDEX x ON t (a text_pattern_ops); CREATE UNIQUE INDEX y ON ONLY t (a); CREATE UNIQUE INDEX z ON t (a) \uFFFC", "")]
    [InlineData("CREATE UNIQUE NONCLUSTERED INDEX [u] ON [dbo].[t] ([a] ASC); CREATE UNIQUE INDEX v USING BTREE ON `t` (`b`)", "t(a)[u] t(b)[v]")]
    [InlineData("ALTER TABLE ONLY public.t ADD CONSTRAINT pk PRIMARY KEY (id); ALTER TABLE t ADD UNIQUE (a), ADD COLUMN b int UNIQUE, ADD PRIMARY KEY (c), ADD UNIQUE KEY k (d); ALTER TABLE t ADD CONSTRAINT u UNIQUE USING INDEX i", "t(id) t(a) t(b) t(c) t(d)")]
    [InlineData("ALTER TABLE t DROP CONSTRAINT u; ALTER TABLE a RENAME TO b; ALTER TABLE c DROP FOREIGN KEY f; ALTER TABLE d ALTER COLUMN x DROP NOT NULL; DROP INDEX IF EXISTS s.i; DROP INDEX j ON e; RENAME TABLE f TO g", "?t ?a ?b ?e ?f ?to ?g -i -j")]
    [InlineData("DROP INDEX IF EXISTS u; CREATE UNIQUE INDEX u ON t (a)", "t(a)[u]")]
    public void Keys_are_declared(string ddl, string expected)
    {
        var keys = SqlKeys.In(SqlWords.Of(ddl, SqlDialect.Unknown));
        Assert.Equal(expected, string.Join(' ', keys.Created.Select(t => "+" + t)
            .Concat(keys.Keys.Select(k => $"{(k.Schema is { } s ? s + "." : "")}{k.Table}({string.Join(',', k.Columns)}){(k.Name is { } n ? $"[{n}]" : "")}"))
            .Concat(keys.Unsure.Select(t => "?" + t)).Concat(keys.DroppedIndexes.Select(i => "-" + i))));
    }

    [Theory]
    [InlineData("UPDATE customers SET last_seen = @now WHERE id = @id", "customers.last_seen")]
    [InlineData("INSERT INTO s.t (a, b, c) VALUES (@a, now(), @now)", "t.c")]
    [InlineData("INSERT INTO t (a, \"At\") VALUES (coalesce(@x, 1), $now), (@y, 2)", "t.at")]
    [InlineData("INSERT INTO t (a, b) VALUES (1, 2), (3, @now)", "t.b")]
    [InlineData("INSERT INTO t (a, b) VALUES (1, @now) ON CONFLICT (a) DO UPDATE SET b = @now", "t.b")]
    [InlineData("SELECT * FROM t AS x JOIN u ON u.id = x.id WHERE x.at >= :now", "t.at")]
    [InlineData("DELETE FROM t WHERE at < @NOW", "t.at")]
    [InlineData("SELECT 1 FROM t, u WHERE at < @now", "?.at")]
    [InlineData("INSERT INTO t VALUES (@now)", null)]
    [InlineData("UPDATE t SET a = @now + 1", null)]
    [InlineData("UPDATE t SET a = f(@now)", null)]
    [InlineData("UPDATE t SET a = @now, b = @now", null)]
    [InlineData("UPDATE t SET a = @nowhere", null)]
    [InlineData("INSERT INTO t (a) VALUES (@now::timestamptz)", null)]
    public void A_parameter_is_of_a_column(string sql, string? expected) =>
        Assert.Equal(expected, SqlColumns.OfParameter(SqlReader.Read(SqlText.Of(sql), SqlDialect.Unknown), "now") is { } c ? $"{c.Table ?? "?"}.{c.Column}" : null);

    [Theory]
    [InlineData("SELECT id, o.total AS sum, COUNT(*) n, max(o.at), 1 + 1 FROM orders o", "id=orders.id; sum=orders.total; n=count(); =max(orders.at); =")]
    [InlineData("SELECT DISTINCT \"Id\" FROM \"Orders\" LIMIT 1", "id=orders.id")]
    [InlineData("SELECT TOP (1) id FROM t", "id=t.id")]
    [InlineData("INSERT INTO t (a) VALUES (1) RETURNING id, a", "id=t.id; a=t.a")]
    [InlineData("SELECT last_insert_rowid()", "=last_insert_rowid()")]
    [InlineData("SELECT (SELECT COUNT(*) FROM u) AS c, t.a FROM t", "c=; a=t.a")]
    [InlineData("SELECT * FROM t", "")]
    [InlineData("SELECT t.*, 1 FROM t", "")]
    [InlineData("UPDATE t SET a = 1", "")]
    public void A_list_selects(string sql, string expected)
    {
        var script = SqlReader.Read(SqlText.Of(sql), SqlDialect.Unknown);
        Assert.Equal(expected, string.Join("; ", SqlColumns.Selected(script, script.Statements[0]).Select(i =>
            $"{i.Name}={(i.Column is { } c ? $"{c.Table}.{c.Column}" : i.Function is { } f ? $"{f}({(i.Argument is { } a ? $"{a.Table}.{a.Column}" : "")})" : "")}")));
    }
}
