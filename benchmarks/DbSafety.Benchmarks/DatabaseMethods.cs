namespace DbSafety.Benchmarks;

/// <summary>The types of one ADO.NET provider.</summary>
internal sealed record Provider(string Namespace, string Connection, string Command, string Parameter, string Transaction)
{
    public static readonly Provider[] All =
    [
        new("Npgsql", "NpgsqlConnection", "NpgsqlCommand", "NpgsqlParameter", "NpgsqlTransaction"),
        new("Microsoft.Data.Sqlite", "SqliteConnection", "SqliteCommand", "SqliteParameter", "SqliteTransaction"),
        new("Microsoft.Data.SqlClient", "SqlConnection", "SqlCommand", "SqlParameter", "SqlTransaction"),
        new("MySqlConnector", "MySqlConnection", "MySqlCommand", "MySqlParameter", "MySqlTransaction"),
    ];
}

/// <summary>The methods of data-access classes, as they are commonly written: most of them right, about one in seven with a defect.</summary>
internal static class DatabaseMethods
{
    public static readonly Func<Entity, Provider, string>[] AdoNet =
    [
        (e, p) => $$"""
            public async Task<{{e.Name}}> FindAsync(long id, CancellationToken cancellationToken)
            {
                await using var connection = new {{p.Connection}}(_connectionString);
                await connection.OpenAsync(cancellationToken);
                await using var command = new {{p.Command}}("SELECT id, {{e.List}} FROM {{e.Table}} WHERE id = @id", connection);
                command.Parameters.AddWithValue("@id", id);
                await using var reader = await command.ExecuteReaderAsync(cancellationToken);
                return await reader.ReadAsync(cancellationToken) ? Map(reader) : null;
            }
            """,
        (e, p) => $$"""
            public async Task<List<{{e.Name}}>> ListBy{{e.Text.Property}}Async(string {{e.Text.Variable}}, int limit, CancellationToken cancellationToken)
            {
                const string Sql = @"
                    SELECT id, {{e.List}}
                    FROM {{e.Table}}
                    WHERE {{e.Text.Name}} = @value
                    ORDER BY id
                    LIMIT @limit";
                await using var connection = await OpenAsync(cancellationToken);
                await using var command = connection.CreateCommand();
                command.CommandText = Sql;
                command.Parameters.AddWithValue("@value", {{e.Text.Variable}});
                command.Parameters.AddWithValue("@limit", limit);
                var result = new List<{{e.Name}}>();
                await using var reader = await command.ExecuteReaderAsync(cancellationToken);
                while (await reader.ReadAsync(cancellationToken))
                {
                    result.Add(Map(reader));
                }
                return result;
            }
            """,
        (e, p) => $$"""
            public async Task<long> InsertAsync({{e.Name}} {{e.Variable}}, CancellationToken cancellationToken)
            {
                await using var connection = await OpenAsync(cancellationToken);
                await using var command = connection.CreateCommand();
                command.CommandText = "INSERT INTO {{e.Table}} ({{e.List}}) VALUES ({{e.Values("@")}}) RETURNING id";
            {{Lines(e.Columns, c => $"    command.Parameters.AddWithValue(\"@{c.Name}\", {e.Variable}.{c.Property}{(c.Type == "string" ? " ?? (object)DBNull.Value" : "")});")}}
                return Convert.ToInt64(await command.ExecuteScalarAsync(cancellationToken));
            }
            """,
        (e, p) => $$"""
            public async Task<bool> UpdateAsync({{e.Name}} {{e.Variable}}, CancellationToken cancellationToken)
            {
                await using var connection = await OpenAsync(cancellationToken);
                await using var transaction = ({{p.Transaction}})await connection.BeginTransactionAsync(cancellationToken);
                await using var command = new {{p.Command}}("UPDATE {{e.Table}} SET {{e.Assignments("@")}} WHERE id = @id", connection, transaction);
                command.Parameters.AddWithValue("@id", {{e.Variable}}.Id);
            {{Lines(e.Columns, c => $"    command.Parameters.Add(new {p.Parameter}(\"@{c.Name}\", {e.Variable}.{c.Property}));")}}
                var changed = await command.ExecuteNonQueryAsync(cancellationToken);
                if (changed != 1)
                {
                    await transaction.RollbackAsync(cancellationToken);
                    return false;
                }
                await transaction.CommitAsync(cancellationToken);
                return true;
            }
            """,
        (e, p) => $$"""
            public async Task<List<{{e.Name}}>> SearchAsync({{string.Join(", ", e.Columns.Select(c => $"{c.Type}{(c.Type == "string" ? "" : "?")} {c.Variable}"))}}, CancellationToken cancellationToken)
            {
                var sql = new StringBuilder("SELECT id, {{e.List}} FROM {{e.Table}} WHERE 1 = 1");
                await using var connection = await OpenAsync(cancellationToken);
                await using var command = connection.CreateCommand();
            {{Lines(e.Columns, c => $"    if ({c.Variable} != null)\n    {{\n        sql.Append(\" AND {c.Name} = @{c.Name}\");\n        command.Parameters.AddWithValue(\"@{c.Name}\", {c.Variable}{(c.Type == "string" ? "" : ".Value")});\n    }}")}}
                sql.Append(" ORDER BY {{e.Columns[0].Name}}");
                command.CommandText = sql.ToString();
                var found = new List<{{e.Name}}>();
                await using var reader = await command.ExecuteReaderAsync(cancellationToken);
                while (await reader.ReadAsync(cancellationToken))
                {
                    found.Add(Map(reader));
                }
                return found;
            }
            """,
        (e, p) => $$"""
            public int CountBy{{e.Text.Property}}(string {{e.Text.Variable}})
            {
                using (var connection = new {{p.Connection}}(_connectionString))
                {
                    connection.Open();
                    using (var command = connection.CreateCommand())
                    {
                        command.CommandText = "SELECT COUNT(*) FROM {{e.Table}} WHERE {{e.Text.Name}} = '" + {{e.Text.Variable}} + "'";
                        return Convert.ToInt32(command.ExecuteScalar());
                    }
                }
            }
            """,
        (e, p) => $$"""
            public async Task<int> DeleteManyAsync(IReadOnlyList<long> ids, CancellationToken cancellationToken)
            {
                if (ids.Count == 0)
                {
                    return 0;
                }
                await using var connection = await OpenAsync(cancellationToken);
                await using var command = connection.CreateCommand();
                var names = new string[ids.Count];
                for (var i = 0; i < ids.Count; i++)
                {
                    names[i] = "@p" + i;
                    command.Parameters.AddWithValue(names[i], ids[i]);
                }
                command.CommandText = $"DELETE FROM {{e.Table}} WHERE id IN ({string.Join(", ", names)})";
                return await command.ExecuteNonQueryAsync(cancellationToken);
            }
            """,
        (e, p) => $$"""
            public async Task MoveAsync(long from, long to, decimal amount, CancellationToken cancellationToken)
            {
                await using var connection = await OpenAsync(cancellationToken);
                var transaction = ({{p.Transaction}})await connection.BeginTransactionAsync(IsolationLevel.Serializable, cancellationToken);
                try
                {
                    foreach (var (id, change) in new[] { (from, -amount), (to, amount) })
                    {
                        await using var command = connection.CreateCommand();
                        command.Transaction = transaction;
                        command.CommandText = "UPDATE {{e.Table}} SET {{e.Number.Name}} = {{e.Number.Name}} + @change WHERE id = @id";
                        command.Parameters.AddWithValue("@change", change);
                        command.Parameters.AddWithValue("@id", id);
                        await command.ExecuteNonQueryAsync(cancellationToken);
                    }
                    await transaction.CommitAsync(cancellationToken);
                }
                catch
                {
                    await transaction.RollbackAsync(CancellationToken.None);
                    throw;
                }
                finally
                {
                    await transaction.DisposeAsync();
                }
            }
            """,
        (e, p) => $$"""
            public IEnumerable<{{e.Name}}> Page(string orderBy, bool descending, int page, int size)
            {
                var column = orderBy switch
                {
            {{Lines(e.Columns, c => $"        \"{c.Variable}\" => \"{c.Name}\",")}}
                    _ => "id",
                };
                var direction = descending ? "DESC" : "ASC";
                using var connection = new {{p.Connection}}(_connectionString);
                connection.Open();
                using var command = new {{p.Command}}($"SELECT id, {{e.List}} FROM {{e.Table}} ORDER BY {column} {direction} LIMIT @size OFFSET @skip", connection);
                command.Parameters.AddWithValue("@size", size);
                command.Parameters.AddWithValue("@skip", page * size);
                using var reader = command.ExecuteReader();
                while (reader.Read())
                {
                    yield return Map(reader);
                }
            }
            """,
        (e, p) => $$"""
            public DataTable Report(string filter, DateTime since)
            {
                string sql = string.Format("SELECT {{e.Text.Name}}, SUM({{e.Number.Name}}) AS total FROM {{e.Table}} WHERE changed > @since {0} GROUP BY {{e.Text.Name}}", BuildFilter(filter));
                var table = new DataTable("{{e.Table}}");
                using (var connection = new {{p.Connection}}(_connectionString))
                using (var command = new {{p.Command}}(sql, connection))
                {
                    command.Parameters.AddWithValue("@since", since);
                    connection.Open();
                    using (var reader = command.ExecuteReader(CommandBehavior.CloseConnection))
                    {
                        table.Load(reader);
                    }
                }
                return table;

                static string BuildFilter(string value) => string.IsNullOrEmpty(value) ? "" : "AND {{e.Text.Name}} IS NOT NULL";
            }
            """,
        (e, p) => $$"""
            public async Task EnsureTableAsync(CancellationToken cancellationToken)
            {
                await using var connection = await OpenAsync(cancellationToken);
                await using var command = connection.CreateCommand();
                command.CommandText = "CREATE TABLE IF NOT EXISTS {{e.Table}} (" +
                    "id bigint PRIMARY KEY" +
            {{Lines(e.Columns, c => $"        \", {c.Name} {c.Sql}\" +")}}
                    ")";
                command.CommandTimeout = 60;
                await command.ExecuteNonQueryAsync(cancellationToken);
            }
            """,
        (e, p) => $$"""
            public async Task<Dictionary<string, decimal>> TotalsAsync(int year, string schema, CancellationToken cancellationToken)
            {
                var totals = new Dictionary<string, decimal>(StringComparer.OrdinalIgnoreCase);
                var attempt = 0;
                while (true)
                {
                    try
                    {
                        await using var connection = await OpenAsync(cancellationToken);
                        await using var command = connection.CreateCommand();
                        command.CommandText = $"SELECT {{e.Text.Name}}, SUM({{e.Number.Name}}) FROM {schema}.{{e.Table}} WHERE year = {year} GROUP BY {{e.Text.Name}}";
                        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
                        while (await reader.ReadAsync(cancellationToken))
                        {
                            totals[reader.GetString(0)] = reader.IsDBNull(1) ? 0m : reader.GetDecimal(1);
                        }
                        return totals;
                    }
                    catch (DbException error) when (error.IsTransient && ++attempt < 3)
                    {
                        totals.Clear();
                        await Task.Delay(TimeSpan.FromMilliseconds(100 * Math.Pow(2, attempt)), cancellationToken);
                    }
                }
            }
            """,
    ];

    public static readonly Func<Entity, Provider, string>[] Dapper =
    [
        (e, p) => $$"""
            public Task<{{e.Name}}> GetAsync(long id) =>
                _connection.QuerySingleOrDefaultAsync<{{e.Name}}>("SELECT id, {{e.List}} FROM {{e.Table}} WHERE id = @id", new { id });
            """,
        (e, p) => $$"""
            public async Task<IReadOnlyList<{{e.Name}}>> FilterAsync(string {{e.Text.Variable}}, int skip, int take, CancellationToken cancellationToken)
            {
                var parameters = new DynamicParameters();
                var where = new List<string>();
                if (!string.IsNullOrWhiteSpace({{e.Text.Variable}}))
                {
                    where.Add("{{e.Text.Name}} LIKE @{{e.Text.Name}}");
                    parameters.Add("{{e.Text.Name}}", "%" + {{e.Text.Variable}} + "%");
                }
                if (skip > 0)
                {
                    where.Add("id > @skip");
                    parameters.Add("skip", skip);
                }
                parameters.Add("take", take);
                var sql = "SELECT id, {{e.List}} FROM {{e.Table}}"
                    + (where.Count > 0 ? " WHERE " + string.Join(" AND ", where) : "")
                    + " ORDER BY id LIMIT @take";
                var rows = await _connection.QueryAsync<{{e.Name}}>(new CommandDefinition(sql, parameters, cancellationToken: cancellationToken));
                return rows.AsList();
            }
            """,
        (e, p) => $$"""
            public int Rename(long id, string {{e.Text.Variable}})
            {
                return _connection.Execute($"UPDATE {{e.Table}} SET {{e.Text.Name}} = '{{{e.Text.Variable}}}' WHERE id = {id}");
            }
            """,
        (e, p) => $$"""
            public async Task SaveAllAsync(IEnumerable<{{e.Name}}> items, CancellationToken cancellationToken)
            {
                if (_connection.State != ConnectionState.Open)
                {
                    _connection.Open();
                }
                using var transaction = _connection.BeginTransaction();
                foreach (var item in items)
                {
                    var affected = await _connection.ExecuteAsync(new CommandDefinition(
                        "UPDATE {{e.Table}} SET {{e.Assignments("@")}} WHERE id = @Id",
                        new { item.Id, {{string.Join(", ", e.Columns.Select(c => $"{c.Name} = item.{c.Property}"))}} },
                        transaction,
                        cancellationToken: cancellationToken));
                    if (affected == 0)
                    {
                        await _connection.ExecuteAsync(
                            "INSERT INTO {{e.Table}} (id, {{e.List}}) VALUES (@Id, {{e.Values("@")}})",
                            new { item.Id, {{string.Join(", ", e.Columns.Select(c => $"{c.Name} = item.{c.Property}"))}} },
                            transaction);
                    }
                }
                transaction.Commit();
            }
            """,
        (e, p) => $$"""
            public async Task<(int Total, List<{{e.Name}}> Items)> PageAsync(string status, int page, int size)
            {
                const string Sql = @"SELECT COUNT(*) FROM {{e.Table}} WHERE {{e.Text.Name}} = @status;
                                     SELECT id, {{e.List}} FROM {{e.Table}} WHERE {{e.Text.Name}} = @status ORDER BY id LIMIT @size OFFSET @offset;";
                using var results = await _connection.QueryMultipleAsync(Sql, new { status, size, offset = page * size });
                var total = await results.ReadSingleAsync<int>();
                var items = (await results.ReadAsync<{{e.Name}}>()).ToList();
                return (total, items);
            }
            """,
        (e, p) => $$"""
            public IEnumerable<long> Ids(IEnumerable<string> values, string table = "{{e.Table}}")
            {
                if (table != "{{e.Table}}" && table != "{{e.Table}}_archive")
                {
                    throw new ArgumentOutOfRangeException(nameof(table));
                }
                return _connection.Query<long>("SELECT id FROM " + table + " WHERE {{e.Text.Name}} IN @values", new { values });
            }
            """,
        (e, p) => $$"""
            public async Task<decimal> SumAsync(DateTime from, DateTime to)
            {
                var where = "created BETWEEN @from AND @to";
                if (from == DateTime.MinValue)
                {
                    where = "created <= @to";
                }
                else if (to == DateTime.MaxValue)
                {
                    where = "created >= @from";
                }
                var sum = await _connection.ExecuteScalarAsync<decimal?>($"SELECT SUM({{e.Number.Name}}) FROM {{e.Table}} WHERE {where}", new { from, to });
                return sum ?? 0m;
            }
            """,
        (e, p) => $$"""
            public int Archive(DateTime before)
            {
                var moved = 0;
                using (var transaction = _connection.BeginTransaction(IsolationLevel.ReadCommitted))
                {
                    moved += _connection.Execute("INSERT INTO {{e.Table}}_archive SELECT * FROM {{e.Table}} WHERE created < @before", new { before }, transaction);
                    moved += _connection.Execute("DELETE FROM {{e.Table}} WHERE created < @before", new { before }, transaction, commandTimeout: 120);
                    transaction.Commit();
                }
                return moved;
            }
            """,
    ];

    public static readonly Func<Entity, Provider, string>[] EntityFramework =
    [
        (e, p) => $$"""
            public Task<{{e.Name}}> FindAsync(long id, CancellationToken cancellationToken) =>
                _context.Items.AsNoTracking().Where(x => x.Id == id).FirstOrDefaultAsync(cancellationToken);
            """,
        (e, p) => $$"""
            public async Task<List<{{e.Name}}>> SearchAsync(string term, int take, CancellationToken cancellationToken)
            {
                var query = _context.Items.AsQueryable();
                if (!string.IsNullOrEmpty(term))
                {
                    query = query.Where(x => x.{{e.Text.Property}}.Contains(term){{string.Concat(e.Texts.Skip(1).Select(c => $" || x.{c.Property}.StartsWith(term)"))}});
                }
                return await query.OrderBy(x => x.{{e.Columns[0].Property}}).ThenBy(x => x.Id).Take(take).ToListAsync(cancellationToken);
            }
            """,
        (e, p) => $$"""
            public Task<List<{{e.Name}}>> RawAsync(string value, CancellationToken cancellationToken) =>
                _context.Items.FromSqlRaw("SELECT * FROM {{e.Table}} WHERE {{e.Text.Name}} = {0}", value).ToListAsync(cancellationToken);
            """,
        (e, p) => $$"""
            public List<{{e.Name}}> Unsafe(string value)
            {
                var sql = "SELECT * FROM {{e.Table}} WHERE {{e.Text.Name}} = '" + value + "'";
                return _context.Items.FromSqlRaw(sql).ToList();
            }
            """,
        (e, p) => $$"""
            public async Task<int> CloseAsync(long id, string reason, CancellationToken cancellationToken)
            {
                await using var transaction = await _context.Database.BeginTransactionAsync(cancellationToken);
                var changed = await _context.Database.ExecuteSqlAsync($"UPDATE {{e.Table}} SET {{e.Text.Name}} = {reason} WHERE id = {id}", cancellationToken);
                var item = await _context.Items.FindAsync(new object[] { id }, cancellationToken);
                if (item != null)
                {
                    item.{{e.Text.Property}} = reason;
                    changed += await _context.SaveChangesAsync(cancellationToken);
                }
                await transaction.CommitAsync(cancellationToken);
                return changed;
            }
            """,
        (e, p) => $$"""
            public async Task<{{e.Name}}> AddAsync({{string.Join(", ", e.Columns.Select(c => $"{c.Type} {c.Variable}"))}}, CancellationToken cancellationToken)
            {
                var item = new {{e.Name}}
                {
            {{Lines(e.Columns, c => $"        {c.Property} = {c.Variable},")}}
                };
                _context.Items.Add(item);
                await _context.SaveChangesAsync(cancellationToken);
                return item;
            }
            """,
        (e, p) => $$"""
            public Dictionary<string, int> Groups()
            {
                return _context.Items
                    .GroupBy(x => x.{{e.Text.Property}})
                    .Select(g => new { g.Key, Count = g.Count() })
                    .ToDictionary(x => x.Key, x => x.Count);
            }
            """,
    ];

    private static string Lines(IEnumerable<Column> columns, Func<Column, string> line) => string.Join('\n', columns.Select(line));
}
