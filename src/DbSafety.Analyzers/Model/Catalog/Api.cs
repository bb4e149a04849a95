using Microsoft.CodeAnalysis;

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
/// <param name="Parameters">
/// Name of the parameter that carries the SQL parameters, where the API has one; an overload without it has a sibling that does.
/// </param>
/// <param name="CompositeFormat">The text writes its parameters as <c>{0}</c>, as EF Core's raw methods do.</param>
/// <param name="IsWrapper">Found in the compilation: a method that passes its parameter on to a sink.</param>
internal sealed record Api(
    string Type, string Member, string? Sql, ApiRole Role, string? Parameters = null, bool CompositeFormat = false, bool IsWrapper = false)
{
    /// <summary>
    /// Reads <c>[Ns.Type]::Member|Other(sqlParameter) role key=value</c>, the form of the built-in lists and of <c>DbSafety.Apis.txt</c>.
    /// Roles: execute (default), ddl, fragment, name, quotes; flag: format; key: parameters. Where overloads name the SQL or the
    /// parameters differently, <c>(sql|query)</c> and <c>parameters=args|ps</c> list the names, the most usual first.
    /// </summary>
    /// <returns>One entry for each member and name; empty for a blank line or a comment (<c>#</c>), or with <paramref name="error"/> set.</returns>
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
        var type = text[0] == '[' && close > 1 ? text.Substring(1, close - 1).Trim() : "";
        if (!type.Split('.', '+').All(IsName))
        {
            error = "expected [Namespace.Type]::Member(parameter)";
            return [];
        }

        var rest = text.Substring(close + 3);
        string?[] sqlNames = [null];
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
            members = rest.Substring(0, open);
            tail = rest.Substring(end + 1);
            sqlNames = Names(rest.Substring(open + 1, end - open - 1));
        }
        else
        {
            var space = rest.IndexOfAny([' ', '\t']);
            members = space < 0 ? rest : rest.Substring(0, space);
            tail = space < 0 ? "" : rest.Substring(space);
        }

        if (sqlNames.FirstOrDefault(n => n is not null && !IsName(n)) is { } notAParameter)
        {
            error = $"'{notAParameter}' is not the name of a parameter";
            return [];
        }
        var memberNames = Names(members);
        if (memberNames.FirstOrDefault(n => !IsName(n) && (n != ".ctor" || open < 0)) is { } notAMember)
        {
            error = $"'{notAMember}' is not the name of a method or property, nor .ctor(parameter)";
            return [];
        }

        var role = ApiRole.Execute;
        string?[] parameterNames = [null];
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
                case var _ when word.StartsWith(ParametersKey, StringComparison.Ordinal)
                    && Names(word.Substring(ParametersKey.Length)) is var names && names.All(IsName):
                    parameterNames = names;
                    break;
                default:
                    error = $"'{word}' is not one of execute, ddl, fragment, name, quotes, format, parameters=name";
                    return [];
            }
        }

        return [.. from member in memberNames
                   from sql in sqlNames
                   from parameters in parameterNames
                   select new Api(type, member, sql, role, parameters, format)];
    }

    private const string ParametersKey = "parameters=";

    private static string[] Names(string text) => [.. text.Split('|').Select(n => n.Trim())];

    private static bool IsName(string text) =>
        text.Length > 0 && (char.IsLetter(text[0]) || text[0] == '_') && text.All(c => char.IsLetterOrDigit(c) || c == '_');
}

/// <summary>The APIs of one database library, as data.</summary>
/// <param name="assembly">The assembly whose presence among the references brings the library in.</param>
/// <param name="apis">Lines in the form of <see cref="Api.Parse"/>.</param>
internal sealed class Library(string assembly, string apis)
{
    private IReadOnlyList<Api>? _entries;

    public string Assembly => assembly;

    public string Apis => apis;

    /// <summary>Other names the same library is shipped under.</summary>
    public IReadOnlyList<string> Aliases { get; init; } = [];

    /// <summary>Part of the framework or of its reference facades: every project references it, so that says nothing.</summary>
    public bool InFramework { get; init; }

    /// <summary>A compilation that neither references the library nor declares its types cannot call it.</summary>
    public bool IsReachable(ICollection<string> referenced, IAssemblySymbol own) =>
        InFramework || referenced.Contains(Assembly) || Aliases.Any(referenced.Contains)
        || Entries.Select(e => e.Type).Distinct().Any(type => own.GetTypeByMetadataName(type) is not null);

    public IReadOnlyList<Api> Entries => _entries ??=
        [.. apis.Split('\n').SelectMany(line =>
            Api.Parse(line.TrimEnd('\r'), out var error) is var parsed && error is null
                ? parsed
                : throw new FormatException($"{assembly}: {line}: {error}"))];
}
