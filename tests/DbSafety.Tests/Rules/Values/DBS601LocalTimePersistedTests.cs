using DbSafety.Rules.Values;
using DbSafety.Tests.Engine;
using Xunit;

namespace DbSafety.Tests.Rules.Values;

using Rule = Verify<DBS601LocalTimePersisted>;

public class DBS601LocalTimePersistedTests
{
    private const string Shop = """

        public class Order { public int Id { get; set; } public DateTime At { get; set; } public DateTime? Paid { get; set; } public DateTimeOffset Moment { get; set; } }
        public class Shop : DbContext { public DbSet<Order> Orders => Set<Order>(); }
        """;

    /// <summary>The only EF provider is SQLite's, or PostgreSQL's.</summary>
    private static readonly Setup SqliteEf = new() { References = References.SqliteEf };

    private const string Ef = """
        using System;
        using System.Linq;
        using Microsoft.EntityFrameworkCore;

        """;

    [Fact]
    public Task The_message_says_what_goes_where_and_what_to_use() => Rule.Reports(
        """
        class C
        {
            void M(SqliteCommand c, NpgsqlCommand n, Shop shop)
            {
                c.Parameters.AddWithValue("$at", [|DateTime.Now|]);
                n.Parameters.AddWithValue("at", NpgsqlTypes.NpgsqlDbType.TimestampTz, [|DateTime.Now|]);
                n.Parameters.AddWithValue("moment", [|DateTimeOffset.Now|]);
                shop.Orders.Where(o => o.At < [|DateTime.Now|].AddDays(-1)).ToList();
                new Order { At = [|DateTime.Today|] };
            }
        }
        """ + Shop,
        "Local time 'DateTime.Now' is passed as 'at', where its zone is lost; use DateTime.UtcNow",
        "Local time 'DateTime.Now' is passed as 'at', and Npgsql rejects what is not UTC; use DateTime.UtcNow",
        "Local time 'DateTimeOffset.Now' is passed as 'moment', and Npgsql rejects offsets other than zero; use DateTimeOffset.UtcNow",
        "Local time 'DateTime.Now' is compared with 'At', where its zone is lost; use DateTime.UtcNow",
        "Local day 'DateTime.Today' is stored in 'At'; decide whose day it is, as in DateOnly.FromDateTime(DateTime.UtcNow)");

    [Theory]
    [InlineData("""new SqliteCommand().Parameters.AddWithValue(value: [|DateTime.Now|], parameterName: "$at");""")]
    [InlineData("""new SqliteCommand().Parameters?.AddWithValue("$at", [|DateTime.Now|]);""")]
    [InlineData("""IDbCommand c = connection.CreateCommand(); var p = c.CreateParameter(); p.ParameterName = "$at"; p.Value = [|DateTime.Now|]; c.Parameters.Add(p);""")]
    [InlineData("""new SqliteCommand { Parameters = { new SqliteParameter("$at", [|DateTime.Now|]) } };""")]
    [InlineData("""SqliteParameter p = new("$at", SqliteType.Text) { Value = [|System.DateTime.Now|] };""")]
    [InlineData("""DbParameter p = new SqlParameter("@at", SqlDbType.DateTime2); p.Value = (object?)[|DateTime.Now|] ?? DBNull.Value;""")]
    [InlineData("""new NpgsqlParameter<DateTime>("at", [|DateTime.Now|]);""")]
    [InlineData("""new NpgsqlParameter<DateTime> { TypedValue = [|DateTime.Now|] };""")]
    [InlineData("""connection.Execute("UPDATE t SET at = @at", new { at = [|DateTime.Now|] });""")]
    [InlineData("""await connection.ExecuteAsync(new CommandDefinition("UPDATE t SET at = @at", parameters: new { at = [|DateTime.Now|].AddDays(id) }));""")]
    [InlineData("""SqlMapper.Execute(connection, param: new { at = [|DateTime.Now|] }, sql: "UPDATE t SET at = @at");""")]
    [InlineData("""var p = new DynamicParameters(); p.Add("at", [|DateTime.Now|]); p.AddDynamicParams(new { until = [|DateTime.Now|] });""")]
    [InlineData("""connection.Execute("INSERT INTO t VALUES (@id, @at)", new[] { 1, 2 }.Select(n => new { id = n, at = [|DateTime.Now|] }));""")]
    [InlineData("""connection.Execute($"UPDATE t SET at = '{[|DateTime.Now|]:s}'");""")]
    public Task Local_time_in_a_parameter_is_reported(string source) => Rule.Reports(source);

    [Theory]
    [InlineData("var t = [|DateTime.Now|]; Store(t);")]
    [InlineData("var t = DateTime.UtcNow; if (id > 1) t = [|DateTime.Now|]; Store(t);")]
    [InlineData("DateTime? given = null; Store(given ?? [|DateTime.Now|]);")]
    [InlineData("Store(id > 1 ? DateTime.UtcNow : [|DateTime.Now|]);")]
    [InlineData("Store([|DateTime.Now|].AddDays(1) - TimeSpan.FromHours(2));")]
    [InlineData("Store([|DateTime.Now|].Subtract(TimeSpan.FromHours(2)).Ticks);")]
    [InlineData("""Store([|DateTime.Now|].ToString("yyyy-MM-dd HH:mm:ss"));""")]
    [InlineData("""Store($"{[|DateTime.Now|]:yyyy-MM-dd HH:mm}");""")]
    [InlineData("""Store([|DateTime.Now|].ToString("u"));""")]
    [InlineData("Store([|DateTimeOffset.Now|].DateTime);")]
    [InlineData("Store([|DateTimeOffset.UtcNow.LocalDateTime|]);")]
    [InlineData("Store([|TimeProvider.System.GetLocalNow()|].DateTime);")]
    [InlineData("Store([|DateTime.UtcNow.ToLocalTime()|]);")]
    [InlineData("Store([|new FileInfo(name).LastWriteTime|]);")]
    [InlineData("Store([|File.GetLastWriteTime(name)|]);")]
    [InlineData("Store([|DateTime.FromFileTime(id)|]);")]
    [InlineData("Store(DateTime.SpecifyKind([|DateTime.Now|], DateTimeKind.Utc));")]
    [InlineData("DateTime Local() => DateTime.Now; Store([|Local()|]);")]
    [InlineData("Action later = () => Store([|DateTime.Now|]);")]
    public Task Local_time_is_followed_to_where_it_is_stored(string source) => Rule.Reports(source.Replace("Store(", "new SqliteCommand().Parameters.AddWithValue(\"$at\", "));

    [Theory]
    [InlineData("Store([|DateTime.Today|]);")]
    [InlineData("Store([|DateTime.Now|].Date);")]
    [InlineData("Store(DateOnly.FromDateTime([|DateTime.Now|]));")]
    [InlineData("Store([|DateTime.Now|].ToShortDateString());")]
    [InlineData("""Store([|DateTime.Now|].ToString("yyyy-MM-dd"));""")]
    public Task A_local_day_is_advice(string source) => Rule.Reports(
        source.Replace("Store(", "new SqliteCommand().Parameters.AddWithValue(\"$day\", "),
        $"Local day '{(source.Contains("Today") ? "DateTime.Today" : "DateTime.Now")}' is passed as 'day'; decide whose day it is, as in DateOnly.FromDateTime(DateTime.UtcNow)");

    [Theory]
    [InlineData("Store(DateTime.UtcNow); Store(DateTimeOffset.Now); Store(DateTimeOffset.UtcNow.DateTime);")]
    [InlineData("Store(DateTime.Now.ToUniversalTime()); Store(DateTimeOffset.Now.UtcDateTime); Store(DateTimeOffset.Now.ToUnixTimeSeconds());")]
    [InlineData("Store(DateTime.Now.Year); Store(DateTime.Now - DateTime.UnixEpoch); Store((DateTime.Now - DateTime.UnixEpoch).TotalSeconds);")]
    [InlineData("""Store(DateTime.Now.ToString("o")); Store(DateTime.Now.ToString("yyyy-MM-ddTHH:mm:sszzz")); Store(DateTime.Now.ToString("yyyyMMddHHmmss")); Store(DateTimeOffset.Now.ToString()); Store($"run-{DateTime.Now:s}");""")]
    [InlineData("Store(new DateTimeOffset(DateTime.Now)); Store((DateTimeOffset)DateTime.Now); Store(new FileInfo(name).LastWriteTimeUtc);")]
    [InlineData("Store(new DateTime(2020, 1, 1)); Store(DateTime.Parse(name));")]
    [InlineData("var t = DateTime.Now; t = DateTime.UtcNow; Store(t); var u = DateTime.UtcNow; Store(u); u = DateTime.Now;")]
    [InlineData("var t = DateTime.UtcNow; if (id > 1) { t = DateTime.Now; Console.WriteLine(t); return; } Store(t);")]
    [InlineData("DateTime Utc(DateTime d) => d.ToUniversalTime(); Store(Utc(DateTime.Now));")]
    [InlineData("Console.WriteLine(DateTime.Now); new System.Collections.ArrayList().Add(DateTime.Now); new Dictionary<string, object>().Add(\"at\", DateTime.Now);")]
    [InlineData("new Lazy<DateTime>(DateTime.Now); connection.Query<int>(\"SELECT 1\").Where(n => DateTime.Now.Year < n).ToList();")]
    [InlineData("""connection.Execute("UPDATE t SET at = @at", new { at = DateTime.UtcNow, unused = DateTime.Now });""")]
    [InlineData("""connection.Execute($"CREATE TABLE t_{DateTime.Now:yyyyMM} (id INT)"); connection.Execute("-- " + DateTime.Now);""")]
    [InlineData("""new SqlParameter("@at", SqlDbType.DateTimeOffset) { Value = DateTime.Now };""")]
    public Task What_is_not_local_time_or_not_stored_is_silent(string source) => Rule.Silent(source.Replace("Store(", "new SqliteCommand().Parameters.AddWithValue(\"$at\", "));

    [Fact]
    public Task Entities_are_what_some_context_holds() => Rule.Reports(
        """
        using System.ComponentModel.DataAnnotations.Schema;
        public abstract class Audited { public DateTime Created { get; set; } = [|DateTime.Now|]; public void Touch() => Created = [|DateTime.Now|]; }
        public interface IStamped { DateTime Stamp { get; set; } }
        public class Order : Audited, IStamped
        {
            public Order() => Stamp = [|DateTime.Now|];
            public int Id { get; set; }
            public DateTime Stamp { get; set; }
            [NotMapped] public DateTime Shown { get; set; } = DateTime.Now;
            public DateTime Skipped { get; set; } = DateTime.Now;
            private DateTime Hidden { get; set; } = DateTime.Now;
            public static DateTime Started { get; set; } = DateTime.Now;
        }
        public class Line { public int Id { get; set; } public DateTime At { get; set; } }
        public class Tag { public int Id { get; set; } public DateTime At { get; set; } }
        public class Model { public DateTime At { get; set; } = DateTime.Now; }
        public class TagMap : IEntityTypeConfiguration<Tag> { public void Configure(Microsoft.EntityFrameworkCore.Metadata.Builders.EntityTypeBuilder<Tag> b) { } }
        public class Shop : DbContext
        {
            public DbSet<Order> Orders { get; set; } = null!;
            protected override void OnModelCreating(ModelBuilder b) { b.Entity<Line>(); b.Entity<Order>().Ignore(o => o.Skipped); }
        }
        partial class C(Shop shop)
        {
            void M(Order order, IStamped stamped)
            {
                order.Stamp = [|DateTime.Now|];
                stamped.Stamp = [|DateTime.Now|];
                shop.Add(new Line { At = [|DateTime.Now|] });
                Tag tag = new() { At = [|DateTime.Now|] };
                shop.Entry(order).Property(o => o.Stamp).CurrentValue = [|DateTime.Now|];
                shop.Orders.ExecuteUpdate(s => s.SetProperty(o => o.Stamp, [|DateTime.Now|]).SetProperty(o => o.Created, o => [|DateTime.Now|]));
                shop.Database.ExecuteSql($"UPDATE o SET at = {[|DateTime.Now|]}");
                shop.Database.ExecuteSqlRaw("UPDATE o SET at = {0}", [|DateTime.Now|]);
                var since = [|DateTime.Now|].AddDays(-7);
                _ = shop.Orders.AsNoTracking().Any(o => o.Stamp > since && o.Id > 1);
                _ = shop.Orders.Select(o => new { o.Id, Shown = DateTime.Now }).ToList();
                _ = new List<Order>().Where(o => o.Stamp < DateTime.Now).ToList();
                order.Skipped = DateTime.Now;
            }
        }
        """);

    [Fact]
    public Task Names_by_static_import_alias_and_top_level_statements_are_reported() => Rule.Reports(
        """
        using static System.DateTime;
        using Clock = System.DateTime;
        using var connection = new SqliteConnection();
        connection.Execute("UPDATE t SET at = @a WHERE b < @b", new { a = [|Now|], b = [|Clock.Now|] });
        """, new Setup { TopLevel = true, Nullable = false });

    [Fact]
    public Task A_private_helper_is_looked_into_once() => Rule.Reports(
        """
        partial class C
        {
            private static DateTime Clock() => DateTime.Now;
            private DateTime Later => Clock().AddDays(1);
            private DateTime Soon => DateTime.Now.AddDays(1);
            public DateTime Public() => DateTime.Now;
            void M(SqliteCommand c)
            {
                c.Parameters.AddWithValue("$a", [|Clock()|]);
                c.Parameters.AddWithValue("$b", [|Soon|]);
                c.Parameters.AddWithValue("$c", Later);
                c.Parameters.AddWithValue("$d", Public());
            }
        }
        """);

    [Fact]
    public Task Offsets_are_a_defect_on_Npgsql_alone() => Rule.Reports(
        """
        class C
        {
            void M(NpgsqlCommand n, SqlCommand s, MySqlCommand m, TimeProvider clock)
            {
                n.Parameters.AddWithValue("at", [|DateTimeOffset.Now|]);
                n.Parameters.Add("at", NpgsqlTypes.NpgsqlDbType.TimestampTz).Value = [|clock.GetLocalNow()|].AddDays(1);
                n.Parameters.Add("at", NpgsqlTypes.NpgsqlDbType.TimeTz).Value = DateTimeOffset.Now;
                n.Parameters.AddWithValue("at", DateTimeOffset.Now.ToUniversalTime());
                n.Parameters.AddWithValue("at", DateTimeOffset.Now.ToString("o"));
                s.Parameters.AddWithValue("at", DateTimeOffset.Now);
                m.Parameters.AddWithValue("at", DateTimeOffset.Now);
            }
        }
        """);

    [Fact]
    public Task A_kindless_time_is_a_defect_where_a_column_keeps_points_in_time() => Rule.Reports(
        """
        class C
        {
            const string Ddl = "CREATE TABLE t (at timestamptz, day date, wall timestamp)";
            void M(NpgsqlConnection c, string text)
            {
                c.Execute("UPDATE t SET at = @at, day = @day, wall = @wall", new { at = [|DateTime.Parse(text)|], day = DateTime.Parse(text), wall = DateTime.Parse(text) });
                new NpgsqlParameter("x", NpgsqlTypes.NpgsqlDbType.TimestampTz) { Value = [|new DateTime(2020, 1, 1, 12, 0, 0)|] };
                new NpgsqlParameter("x", NpgsqlTypes.NpgsqlDbType.TimestampTz) { Value = new DateTime(2020, 1, 1, 12, 0, 0, DateTimeKind.Utc) };
                new NpgsqlParameter("x", NpgsqlTypes.NpgsqlDbType.TimestampTz) { Value = DateTime.Parse(text, null, System.Globalization.DateTimeStyles.AdjustToUniversal) };
                new NpgsqlParameter("x", DateTime.Parse(text));
            }
        }
        """,
        "Time without a zone 'DateTime.Parse(text)' is passed as 'at', where the zone of the server is applied to it; store UTC",
        "Time without a zone 'new DateTime(2020, 1, 1, 12, 0, 0)' is passed as 'x', and Npgsql rejects what is not UTC; store UTC");

    [Theory]
    [InlineData("class H : SqlMapper.TypeHandler<DateTime> { public override void SetValue(IDbDataParameter p, DateTime v) => p.Value = v.ToUniversalTime(); public override DateTime Parse(object v) => (DateTime)v; static void Use() { SqlMapper.RemoveTypeMap(typeof(DateTime)); SqlMapper.AddTypeHandler(new H()); } }",
        """connection.Execute("UPDATE t SET at = @at", new { at = DateTime.Now });""")]
    [InlineData("class Utc() : Microsoft.EntityFrameworkCore.Storage.ValueConversion.ValueConverter<DateTime, DateTime>(v => v.ToUniversalTime(), v => v);", "new Order { At = DateTime.Now, Paid = DateTime.Now };")]
    [InlineData("class Utc : DbContext { protected override void ConfigureConventions(ModelConfigurationBuilder b) => b.Properties<DateTime>().HaveConversion<string>(); }", "new Order { At = DateTime.Now, Paid = DateTime.Now };")]
    [InlineData("class Utc : DbContext { protected override void OnModelCreating(ModelBuilder b) { b.Entity<Order>().Property(o => o.At).HasConversion(v => v.ToUniversalTime(), v => v); } }", "new Order { At = DateTime.Now };")]
    [InlineData("class Utc : DbContext { protected override void OnModelCreating(ModelBuilder b) => b.Entity<Order>(e => { e.Property(\"At\").HasConversion<long>(); }); }", "new Order { At = DateTime.Now };")]
    [InlineData("class Utc : DbContext { public override int SaveChanges(bool all) { foreach (var e in ChangeTracker.Entries()) foreach (var p in e.Properties) if (p.CurrentValue is DateTime d) p.CurrentValue = d.ToUniversalTime(); return base.SaveChanges(all); } }", "new Order { At = DateTime.Now };")]
    public Task A_conversion_of_the_whole_project_silences(string conversion, string use) => Rule.Silent($"class C {{ void M(SqliteConnection connection) {{ {use} }} }} {conversion}" + Shop);

    [Fact]
    public Task A_writer_of_the_project_s_own_that_normalises_is_silent() => Rule.Silent(
        """
        class Notification { public DateTime Timestamp { get; set; } }
        class Store(SqliteConnection connection)
        {
            public void Add() => Write(new Notification { Timestamp = DateTime.Now }, DateTime.Now.AddDays(1));
            private void Write(object row, DateTime expires)
            {
                using var command = new SqliteCommand("INSERT INTO n (t, e) VALUES ($t, $e)", connection);
                foreach (var property in row.GetType().GetProperties())
                    command.Parameters.AddWithValue("$t", Normalized(property.GetValue(row)));
                command.Parameters.AddWithValue("$e", Normalized(expires));
            }
            private static object? Normalized(object? value) => value is DateTime time ? (time.ToUniversalTime() - DateTime.UnixEpoch).TotalSeconds : value;
        }
        """);

    [Fact]
    public Task The_legacy_switch_makes_Npgsql_take_local_times() => Rule.Silent(
        """
        AppContext.SetSwitch("Npgsql.EnableLegacyTimestampBehavior", true);
        new NpgsqlCommand().Parameters.AddWithValue("at", NpgsqlTypes.NpgsqlDbType.TimestampTz, DateTime.Now);
        new NpgsqlCommand().Parameters.AddWithValue("at", DateTimeOffset.Now);
        """);

    [Fact]
    public Task Tests_may_use_their_own_clock() => Rule.Silent(
        """
        class FactAttribute : Attribute;
        class Tests { [Fact] public void A(SqliteCommand c) => c.Parameters.AddWithValue("$at", DateTime.Now); void Seed(SqliteCommand c) => c.Parameters.AddWithValue("$at", DateTime.Now); }
        """);

    [Fact]
    public Task The_fix_reads_the_clock_in_UTC() => Rule.Fixes(
        """
        class C
        {
            void M(SqliteCommand c, NpgsqlCommand n, Shop shop, TimeProvider clock, FileInfo file, DateTimeOffset given)
            {
                c.Parameters.AddWithValue("$a", [|DateTime.Now|]); // now
                c.Parameters.AddWithValue("$b", [|DateTimeOffset.Now|].DateTime);
                c.Parameters.AddWithValue("$c", [|clock.GetLocalNow()|].DateTime.AddDays(1));
                c.Parameters.AddWithValue("$d", [|clock
                    .GetLocalNow()
                    .LocalDateTime|]);
                c.Parameters.AddWithValue("$e", [|file.LastWriteTime|]);
                c.Parameters.AddWithValue("$f", [|File.GetCreationTime(file.FullName)|]);
                c.Parameters.AddWithValue("$g", [|DateTime.FromFileTime(1)|]);
                c.Parameters.AddWithValue("$h", [|given.LocalDateTime|]);
                n.Parameters.AddWithValue("i", [|DateTimeOffset.Now|]);
                var now = [|DateTime.Now|];
                shop.Orders.Add(new Order { At = now, Paid = now.AddDays(1) });
                shop.Orders.Where(o => o.At < [|System.DateTime.Now|]).ToList();
            }
        }
        """ + Shop,
        """
        class C
        {
            void M(SqliteCommand c, NpgsqlCommand n, Shop shop, TimeProvider clock, FileInfo file, DateTimeOffset given)
            {
                c.Parameters.AddWithValue("$a", DateTime.UtcNow); // now
                c.Parameters.AddWithValue("$b", DateTimeOffset.UtcNow.UtcDateTime);
                c.Parameters.AddWithValue("$c", clock.GetUtcNow().UtcDateTime.AddDays(1));
                c.Parameters.AddWithValue("$d", clock
                    .GetUtcNow()
                    .UtcDateTime);
                c.Parameters.AddWithValue("$e", file.LastWriteTimeUtc);
                c.Parameters.AddWithValue("$f", File.GetCreationTimeUtc(file.FullName));
                c.Parameters.AddWithValue("$g", DateTime.FromFileTimeUtc(1));
                c.Parameters.AddWithValue("$h", given.UtcDateTime);
                n.Parameters.AddWithValue("i", DateTimeOffset.UtcNow);
                var now = DateTime.UtcNow;
                shop.Orders.Add(new Order { At = now, Paid = now.AddDays(1) });
                shop.Orders.Where(o => o.At < System.DateTime.UtcNow).ToList();
            }
        }
        """ + Shop);

    [Theory]
    [InlineData("""new NpgsqlParameter("at", NpgsqlTypes.NpgsqlDbType.Timestamp) { Value = [|DateTime.Now|] };""")]
    [InlineData("""new NpgsqlParameter("at", DbType.DateTime2) { Value = [|DateTime.Now|] };""")]
    [InlineData("""IDbCommand c = connection.CreateCommand(); var p = c.CreateParameter(); p.DbType = DbType.DateTime2; p.Value = [|DateTime.Now|];""")]
    [InlineData("""new NpgsqlConnection().Execute("UPDATE wall SET at = @at", new { at = [|DateTime.Now|] });""")]
    [InlineData("""new MySqlConnection().Execute("UPDATE wall SET at = @at", new { at = [|DateTime.Now|] });""")]
    [InlineData("""new NpgsqlConnection().Execute("UPDATE wall SET day = @at", new { at = [|DateTime.Now|] });""")]
    [InlineData("""new SqliteParameter("at", [|DateTime.Today|]);""")]
    [InlineData("""new SqliteParameter("at", [|DateTime.Now|].Date);""")]
    [InlineData("""new SqliteParameter("at", [|DateTime.UtcNow.ToLocalTime()|]);""")]
    [InlineData("""var now = [|DateTime.Now|]; Console.WriteLine(now); new SqliteParameter("at", now);""")]
    [InlineData("""var now = [|DateTimeOffset.Now|]; new SqliteParameter("at", now.DateTime);""")]
    [InlineData("""DateTime Local() => DateTime.Now; new SqliteParameter("at", [|Local()|]);""")]
    public Task No_fix_where_UTC_would_throw_be_shifted_or_change_more(string source) => Rule.NoFix(
        source, new Setup { AdditionalFiles = [("db/schema.sql", "CREATE TABLE wall (id bigint, at timestamp, day date)")] });

    [Fact]
    public Task No_fix_for_a_column_of_wall_time_or_a_default() => Rule.NoFix(
        """
        public class Order { public int Id { get; set; } public DateTime At { get; set; } [System.ComponentModel.DataAnnotations.Schema.Column(TypeName = "timestamp")] public DateTime Sent { get; set; } }
        public class Shop : DbContext
        {
            public DbSet<Order> Orders => Set<Order>();
            protected override void OnModelCreating(ModelBuilder b)
            {
                b.Entity<Order>().Property(o => o.At).HasColumnType("timestamp without time zone");
                b.Entity<Order>().Property(o => o.Sent).HasDefaultValue([|DateTime.Now|]);
            }
        }
        class C { Order M() => new() { At = [|DateTime.Now|], Sent = [|DateTime.Now|] }; }
        """);

    [Fact]
    public Task No_fix_where_the_connection_wants_local_times() => Rule.NoFix(
        """var c = new MySqlConnection("Server=db;DateTimeKind=Local"); c.Execute("UPDATE t SET at = @at", new { at = [|DateTime.Now|] });""");

    [Fact]
    public Task With_one_provider_of_EF_the_message_knows_what_happens() => Rule.Reports(
        Ef + """
        public class Order { public int Id { get; set; } public DateTime At { get; set; } public DateTimeOffset Moment { get; set; } }
        public class Shop : DbContext { public DbSet<Order> Orders => Set<Order>(); }
        class C { Order M() => new() { At = [|DateTime.Now|], Moment = DateTimeOffset.Now }; }
        """, SqliteEf,
        "Local time 'DateTime.Now' is stored in 'At', where its zone is lost; use DateTime.UtcNow");
}
