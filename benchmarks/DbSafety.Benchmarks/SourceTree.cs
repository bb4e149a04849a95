using System.Text;

namespace DbSafety.Benchmarks;

/// <summary>Makes the programs that are analyzed: always the same from the same number of files.</summary>
internal static class SourceTree
{
    private const string Usings = """
        using System;
        using System.Collections.Generic;
        using System.Linq;
        using System.Text;
        using System.Threading;
        using System.Threading.Tasks;

        """;

    private const string DatabaseUsings = Usings + """
        using System.Data;
        using System.Data.Common;

        """;

    /// <summary>Three files in four are data access, in equal parts ADO.NET (of four providers), Dapper and EF Core; the fourth has no database.</summary>
    public static IEnumerable<string> Database(int files)
    {
        for (var number = 0; number < files; number++)
        {
            var random = new Random(number);
            var entity = Entity.Make(number, random);
            var provider = Provider.All[random.Next(Provider.All.Length)];
            yield return (number % 4) switch
            {
                0 => AdoNet(entity, provider, random),
                1 => Dapper(entity, provider, random),
                2 => EntityFramework(entity, provider, random),
                _ => Plain(entity, random),
            };
        }
    }

    public static IEnumerable<string> WithoutDatabase(int files) =>
        Enumerable.Range(0, files).Select(number => new Random(number) is var random ? Plain(Entity.Make(number, random), random) : "");

    /// <summary>One statement whose SQL is a chain of <paramref name="parts"/> operands of <c>+</c>.</summary>
    public static string Concatenation(int parts) =>
        Statement(string.Join(" + ", Enumerable.Range(0, parts).Select(i => i % 2 == 0 ? $"\"{(i == 0 ? "SELECT 1 WHERE x IN (" : ", ")}\"" : "name")) + " + \")\"");

    /// <summary>One statement whose SQL is an interpolated string with <paramref name="holes"/> holes.</summary>
    public static string Interpolation(int holes) =>
        Statement("$\"SELECT 1 WHERE x IN (" + string.Join(", ", Enumerable.Repeat("'{name}'", holes)) + ")\"");

    private static string Statement(string sql) => $$"""
        using System.Data.Common;
        class Long
        {
            void Run(DbCommand command, string name)
            {
                command.CommandText = {{sql}};
                command.ExecuteNonQuery();
            }
        }
        """;

    private static string AdoNet(Entity e, Provider p, Random random) => DatabaseUsings + $$"""
        using {{p.Namespace}};

        namespace Program.{{e.Name}}s
        {
        {{Class(e)}}
            public partial class {{e.Name}}Repository
            {
                private readonly string _connectionString;

                public {{e.Name}}Repository(string connectionString)
                {
                    _connectionString = connectionString ?? throw new ArgumentNullException(nameof(connectionString));
                }

        {{Methods(DatabaseMethods.AdoNet.Select(m => m(e, p)), 5, random)}}
        {{Methods(PlainMethods.All.Select(m => m(e)), 1, random)}}
                private async Task<{{p.Connection}}> OpenAsync(CancellationToken cancellationToken)
                {
                    var connection = new {{p.Connection}}(_connectionString);
                    await connection.OpenAsync(cancellationToken);
                    return connection;
                }

                private static {{e.Name}} Map(DbDataReader reader)
                {
                    return new {{e.Name}}
                    {
                        Id = reader.GetInt64(0),
        {{string.Join('\n', e.Columns.Select((c, i) => $"                {c.Property} = reader.IsDBNull({i + 1}) ? default : {c.Read(i + 1)},"))}}
                    };
                }
            }
        }
        """;

    private static string Dapper(Entity e, Provider p, Random random) => DatabaseUsings + $$"""
        using Dapper;

        namespace Program.{{e.Name}}s
        {
        {{Class(e)}}
            public class {{e.Name}}Queries
            {
                private readonly IDbConnection _connection;

                public {{e.Name}}Queries(IDbConnection connection)
                {
                    _connection = connection;
                }

        {{Methods(DatabaseMethods.Dapper.Select(m => m(e, p)), 6, random)}}
        {{Methods(PlainMethods.All.Select(m => m(e)), 2, random)}}
            }
        }
        """;

    private static string EntityFramework(Entity e, Provider p, Random random) => DatabaseUsings + $$"""
        using Microsoft.EntityFrameworkCore;

        namespace Program.{{e.Name}}s
        {
        {{Class(e)}}
            public class {{e.Name}}Context : DbContext
            {
                public {{e.Name}}Context(DbContextOptions<{{e.Name}}Context> options) : base(options) { }

                public DbSet<{{e.Name}}> Items => Set<{{e.Name}}>();

                protected override void OnModelCreating(ModelBuilder modelBuilder)
                {
                    var entity = modelBuilder.Entity<{{e.Name}}>();
                    entity.ToTable("{{e.Table}}").HasKey(x => x.Id);
        {{string.Join('\n', e.Columns.Select(c => $"            entity.Property(x => x.{c.Property}).HasColumnName(\"{c.Name}\");"))}}
                }
            }

            public class {{e.Name}}Service
            {
                private readonly {{e.Name}}Context _context;

                public {{e.Name}}Service({{e.Name}}Context context)
                {
                    _context = context;
                }

        {{Methods(DatabaseMethods.EntityFramework.Select(m => m(e, p)), 6, random)}}
        {{Methods(PlainMethods.All.Select(m => m(e)), 2, random)}}
            }
        }
        """;

    private static string Plain(Entity e, Random random) => Usings + $$"""

        namespace Program.{{e.Name}}s
        {
        {{Class(e)}}
            public class {{e.Name}}Logic
            {
        {{Methods(PlainMethods.All.Select(m => m(e)), 7, random)}}
            }
        }
        """;

    private static string Class(Entity e) => $$"""
            public class {{e.Name}}
            {
                public long Id { get; set; }
        {{string.Join('\n', e.Columns.Select(c => $"        public {c.Type} {c.Property} {{ get; set; }}"))}}
            }

        """;

    private static string Methods(IEnumerable<string> methods, int count, Random random)
    {
        var text = new StringBuilder();
        foreach (var line in methods.OrderBy(_ => random.Next()).Take(count).SelectMany(m => m.Split('\n').Append("")))
        {
            text.Append(line.Length == 0 ? "" : "        ").AppendLine(line);
        }
        return text.ToString();
    }
}
