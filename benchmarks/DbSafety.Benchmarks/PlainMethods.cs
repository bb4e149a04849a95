namespace DbSafety.Benchmarks;

/// <summary>Code without a database: mapping, checking, formatting, parsing, arithmetic.</summary>
internal static class PlainMethods
{
    public static readonly Func<Entity, string>[] All =
    [
        e => $$"""
            public static IReadOnlyList<string> Check({{e.Name}} item)
            {
                var errors = new List<string>();
            {{Lines(e.Texts, c => $"    if (string.IsNullOrWhiteSpace(item.{c.Property}) || item.{c.Property}.Length > 200)\n    {{\n        errors.Add(\"{c.Property} is missing or too long: \" + item.{c.Property});\n    }}")}}
                if (item.{{e.Number.Property}} < 0)
                {
                    errors.Add($"{{e.Number.Property}} must not be negative but is {item.{{e.Number.Property}}}");
                }
                return errors;
            }
            """,
        e => $$"""
            public static string Describe({{e.Name}} item)
            {
                var text = new StringBuilder("{{e.Name}} ").Append(item.Id);
            {{Lines(e.Columns, c => $"    text.Append(\", {c.Variable}=\").Append(item.{c.Property});")}}
                return text.ToString();
            }
            """,
        e => $$"""
            public static {{e.Name}} Copy({{e.Name}} source)
            {
                if (source == null)
                {
                    throw new ArgumentNullException(nameof(source));
                }
                return new {{e.Name}}
                {
                    Id = source.Id,
            {{Lines(e.Columns, c => $"        {c.Property} = source.{c.Property},")}}
                };
            }
            """,
        e => $$"""
            public static Dictionary<string, List<{{e.Name}}>> Grouped(IEnumerable<{{e.Name}}> items)
            {
                var groups = new Dictionary<string, List<{{e.Name}}>>(StringComparer.OrdinalIgnoreCase);
                foreach (var item in items.Where(x => x != null).OrderBy(x => x.{{e.Columns[0].Property}}))
                {
                    var key = item.{{e.Text.Property}} ?? "none";
                    if (!groups.TryGetValue(key, out var list))
                    {
                        groups.Add(key, list = new List<{{e.Name}}>());
                    }
                    list.Add(item);
                }
                return groups;
            }
            """,
        e => $$"""
            public static bool TryParse(string line, out {{e.Name}} item)
            {
                item = null;
                var parts = (line ?? "").Split(';');
                if (parts.Length < 3 || !long.TryParse(parts[0], out var id))
                {
                    return false;
                }
                var parsed = new {{e.Name}} { Id = id, {{e.Text.Property}} = parts[1].Trim() };
                for (var i = 2; i < parts.Length; i++)
                {
                    switch (parts[i].Trim().ToLowerInvariant())
                    {
                        case "":
                            continue;
                        case "skip" when i > 2:
                            return false;
                        default:
                            parsed.{{e.Text.Property}} += "/" + parts[i];
                            break;
                    }
                }
                item = parsed;
                return true;
            }
            """,
        e => $$"""
            public static decimal Weighted(IReadOnlyList<{{e.Name}}> items, Func<{{e.Name}}, decimal> weight)
            {
                decimal sum = 0, weights = 0;
                for (var i = 0; i < items.Count; i++)
                {
                    var w = weight(items[i]);
                    if (w <= 0)
                    {
                        continue;
                    }
                    sum += w * items[i].{{e.Number.Property}};
                    weights += w;
                }
                return weights == 0 ? 0 : Math.Round(sum / weights, 4, MidpointRounding.ToEven);
            }
            """,
        e => $$"""
            public async Task<int> ExportAsync(IAsyncEnumerable<{{e.Name}}> items, System.IO.TextWriter writer, CancellationToken cancellationToken)
            {
                var count = 0;
                await writer.WriteLineAsync("id;{{string.Join(";", e.Columns.Select(c => c.Name))}}");
                await foreach (var item in items.WithCancellation(cancellationToken))
                {
                    var line = string.Join(";", item.Id, {{string.Join(", ", e.Columns.Select(c => "item." + c.Property))}});
                    await writer.WriteLineAsync(line);
                    count++;
                    if (count % 1000 == 0)
                    {
                        await writer.FlushAsync(cancellationToken);
                    }
                }
                return count;
            }
            """,
        e => $$"""
            public static string Path({{e.Name}} item, params string[] more)
            {
                var path = "/api/{{e.Table}}/" + item.Id;
                foreach (var part in more)
                {
                    path += "/" + Uri.EscapeDataString(part);
                }
                return item.{{e.Text.Property}} is { Length: > 0 } value ? path + "?{{e.Text.Name}}=" + Uri.EscapeDataString(value) : path;
            }
            """,
        e => $$"""
            public static int Compare({{e.Name}} left, {{e.Name}} right)
            {
                if (ReferenceEquals(left, right))
                {
                    return 0;
                }
                if (left is null || right is null)
                {
                    return left is null ? -1 : 1;
                }
                int result;
            {{Lines(e.Columns, c => $"    if ((result = Comparer<{c.Type}>.Default.Compare(left.{c.Property}, right.{c.Property})) != 0)\n    {{\n        return result;\n    }}")}}
                return left.Id.CompareTo(right.Id);
            }
            """,
    ];

    private static string Lines(IEnumerable<Column> columns, Func<Column, string> line) => string.Join('\n', columns.Select(line));
}
