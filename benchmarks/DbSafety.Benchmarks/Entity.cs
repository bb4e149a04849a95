namespace DbSafety.Benchmarks;

internal sealed record Column(string Name, string Type, string Sql)
{
    public string Property { get; } = string.Concat(Name.Split('_').Select(w => char.ToUpperInvariant(w[0]) + w[1..]));
    public string Variable => char.ToLowerInvariant(Property[0]) + Property[1..];

    /// <summary>The call of a DbDataReader that reads the column at <paramref name="ordinal"/>.</summary>
    public string Read(int ordinal) => Type switch
    {
        "string" => $"reader.GetString({ordinal})",
        "int" => $"reader.GetInt32({ordinal})",
        "long" => $"reader.GetInt64({ordinal})",
        "decimal" => $"reader.GetDecimal({ordinal})",
        "bool" => $"reader.GetBoolean({ordinal})",
        "System.Guid" => $"reader.GetGuid({ordinal})",
        _ => $"reader.GetDateTime({ordinal})",
    };
}

/// <summary>A table and its class, made up from a seed so that no two files are alike.</summary>
internal sealed record Entity(string Name, string Table, IReadOnlyList<Column> Columns)
{
    private static readonly string[] Nouns =
    [
        "Order", "Customer", "Invoice", "Shipment", "Product", "Account", "Payment", "Ticket", "Contract", "Device", "Session", "Booking",
        "Warehouse", "Supplier", "Employee", "Vehicle", "Article", "Campaign", "Policy", "Claim", "Meter", "Reading", "Course", "Student",
    ];

    private static readonly Column[] Known =
    [
        new("name", "string", "text"), new("email", "string", "text"), new("status", "string", "text"), new("reference", "string", "text"),
        new("country", "string", "text"), new("note", "string", "text"), new("quantity", "int", "integer"), new("priority", "int", "integer"),
        new("version", "int", "integer"), new("amount", "decimal", "numeric"), new("discount", "decimal", "numeric"), new("tax_rate", "decimal", "numeric"),
        new("is_active", "bool", "boolean"), new("is_locked", "bool", "boolean"), new("created_at", "System.DateTime", "timestamp"),
        new("due_on", "System.DateTime", "timestamp"), new("owner_id", "long", "bigint"), new("parent_id", "long", "bigint"), new("token", "System.Guid", "uuid"),
    ];

    public string Variable => char.ToLowerInvariant(Name[0]) + Name[1..];
    public IEnumerable<Column> Texts => Columns.Where(c => c.Type == "string");
    public Column Text => Texts.First();
    public Column Number => Columns.First(c => c.Type is "int" or "decimal" or "long");

    public string List => string.Join(", ", Columns.Select(c => c.Name));
    public string Values(string sign) => string.Join(", ", Columns.Select(c => sign + c.Name));
    public string Assignments(string sign) => string.Join(", ", Columns.Select(c => $"{c.Name} = {sign}{c.Name}"));

    public static Entity Make(int number, Random random)
    {
        var noun = Nouns[random.Next(Nouns.Length)];
        var columns = Known.Where(c => c.Type == "string").OrderBy(_ => random.Next()).Take(random.Next(2, 5))
            .Concat(Known.Where(c => c.Type is "int" or "decimal").OrderBy(_ => random.Next()).Take(random.Next(1, 4)))
            .Concat(Known.Where(c => c.Type is "bool" or "System.DateTime" or "long" or "System.Guid").OrderBy(_ => random.Next()).Take(random.Next(1, 5)));
        return new Entity($"{noun}{number}", $"{noun.ToLowerInvariant()}s_{number}", [.. columns]);
    }
}
