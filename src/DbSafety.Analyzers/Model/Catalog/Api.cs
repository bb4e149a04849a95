namespace DbSafety.Model.Catalog;

/// <summary>What a database API does with the SQL it is given.</summary>
internal enum ApiRole
{
    /// <summary>Runs a statement, or makes something that will: a command, a query, an adapter.</summary>
    Execute,
    /// <summary>Runs statements that take no parameters: migrations, COPY, scripts, column defaults.</summary>
    Ddl,
    /// <summary>Takes a piece of a statement: a WHERE condition, an ORDER BY list.</summary>
    Fragment,
    /// <summary>Takes the name of a table or procedure.</summary>
    Name,
    /// <summary>Not a sink: returns its argument quoted as an identifier or a literal.</summary>
    Quotes,
}

/// <summary>One database API, or one user-declared sink. Matched by symbol and parameter name, never by argument index.</summary>
/// <param name="Type">Metadata name of the declaring type: <c>Dapper.SqlMapper</c>; a generic type without its arity.</param>
/// <param name="Member">Method name, <c>.ctor</c>, or a settable property.</param>
/// <param name="Sql">Name of the parameter that carries SQL text; null for a property, whose value is the SQL.</param>
/// <param name="Parameters">Name of the parameter that carries the SQL parameters, where the API has one.</param>
/// <param name="CompositeFormat">The text writes its parameters as <c>{0}</c>, as EF Core's raw methods do.</param>
internal sealed record Api(
    string Type, string Member, string? Sql, ApiRole Role, string? Parameters = null, bool CompositeFormat = false)
{
    /// <summary>
    /// Reads <c>[Ns.Type]::Member|Other(sqlParameter) role key=value</c>, the form of the built-in lists and of <c>DbSafety.Apis.txt</c>.
    /// Roles: execute (default), ddl, fragment, name, quotes; flag: format; key: parameters.
    /// </summary>
    /// <returns>One entry for each member; empty for a blank line or a comment (<c>#</c>), or with <paramref name="error"/> set.</returns>
    public static IReadOnlyList<Api> Parse(string line, out string? error)
    {
        error = null;
        var comment = line.IndexOf('#');
        var text = (comment < 0 ? line : line.Substring(0, comment)).Trim();
        if (text.Length == 0)
        {
            return [];
        }

        var close = text.IndexOf("]::", StringComparison.Ordinal);
        if (text[0] != '[' || close <= 1)
        {
            error = "expected [Namespace.Type]::Member(parameter)";
            return [];
        }

        var type = text.Substring(1, close - 1).Trim();
        var rest = text.Substring(close + 3);
        string? parameter = null;
        string members, tail;
        var open = rest.IndexOf('(');
        if (open >= 0)
        {
            var end = rest.IndexOf(')', open);
            if (end < 0)
            {
                error = "the parameter list is not closed";
                return [];
            }
            members = rest.Substring(0, open).Trim();
            parameter = rest.Substring(open + 1, end - open - 1).Trim();
            tail = rest.Substring(end + 1);
        }
        else
        {
            var space = rest.IndexOf(' ');
            members = space < 0 ? rest : rest.Substring(0, space);
            tail = space < 0 ? "" : rest.Substring(space);
        }

        if (!IsName(type, dots: true) || members.Length == 0)
        {
            error = "expected [Namespace.Type]::Member(parameter)";
            return [];
        }
        if (parameter is not null && !IsName(parameter, dots: false))
        {
            error = $"'{parameter}' is not the name of one parameter";
            return [];
        }

        var role = ApiRole.Execute;
        string? parameters = null;
        var format = false;
        foreach (var word in tail.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries))
        {
            switch (word)
            {
                case "execute": role = ApiRole.Execute; break;
                case "ddl": role = ApiRole.Ddl; break;
                case "fragment": role = ApiRole.Fragment; break;
                case "name": role = ApiRole.Name; break;
                case "quotes": role = ApiRole.Quotes; break;
                case "format": format = true; break;
                case var _ when word.StartsWith("parameters=", StringComparison.Ordinal): parameters = word.Substring(11); break;
                default:
                    error = $"'{word}' is not one of execute, ddl, fragment, name, quotes, format, parameters=name";
                    return [];
            }
        }

        var names = members.Split('|');
        if (names.FirstOrDefault(n => n != ".ctor" && !IsName(n, dots: false)) is { } bad)
        {
            error = $"'{bad}' is not a member name";
            return [];
        }
        return [.. names.Select(name => new Api(type, name, parameter, role, parameters, format))];
    }

    private static bool IsName(string text, bool dots) =>
        text.Length > 0 && (char.IsLetter(text[0]) || text[0] == '_') &&
        text.All(c => char.IsLetterOrDigit(c) || c == '_' || (dots && c is '.' or '+'));
}

/// <summary>The APIs of one database library, as data.</summary>
/// <param name="Assembly">The assembly whose presence among the references brings the library in.</param>
/// <param name="Apis">Lines in the form of <see cref="Api.Parse"/>.</param>
internal sealed record Library(string Assembly, string Apis)
{
    public IEnumerable<Api> Entries =>
        Apis.Split('\n').SelectMany(line =>
            Api.Parse(line.TrimEnd('\r'), out var error) is var parsed && error is null
                ? parsed
                : throw new FormatException($"{Assembly}: {line}: {error}"));
}
