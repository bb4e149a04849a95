using System.Runtime.CompilerServices;
using DbSafety.Flow;
using Microsoft.CodeAnalysis;

namespace DbSafety.Model;

/// <summary>
/// Which members can have anything to do with a database, by the words they are written with: for the others no operations are made. The words are
/// generous, as a member that is missed is a report that is missed; what the rules ask for by symbol comes after.
/// </summary>
/// <remarks>One pass over the text of a file, comments included except those on lines of their own.</remarks>
internal sealed class CodeOfInterest
{
    /// <summary>Words within a name, in any case: <c>NpgsqlConnection</c>, <c>_db</c>, <c>SELECT</c>.</summary>
    private static readonly string[] Parts =
    [
        "db", "database", "sql", "conn", "connection", "connections", "cmd", "command", "commands", "query", "queries", "queryable", "execute", "scalar", "reader", "record", "row", "rows",
        "context", "ctx", "entity", "entities", "entry", "save", "batch", "bulk", "copy", "importer", "exporter", "migrate", "migration", "migrations", "schema", "table", "tables", "pool", "pools",
        "begin", "commit", "rollback", "tran", "trans", "transaction", "tx", "savepoint", "scope", "session",
        "select", "insert", "update", "delete", "upsert", "merge", "replace", "truncate", "exec", "alter",
    ];

    /// <summary>Database operations, each with its asynchronous twin; a test holds them against the libraries.</summary>
    private static readonly string[] Operations =
    [
        "Open", "Read", "NextResult", "Prepare", "Unprepare", "GetFieldValue", "Find", "Load", "Reload", "ReloadTypes", "ForEach", "Fill", "WriteToServer", "DeriveParameters",
        "EnsureCreated", "EnsureDeleted", "CanConnect", "Ping", "CloneWith", "ReadNext", "ReadItem",
    ];

    /// <summary>Names that rules ask for.</summary>
    private static readonly string[] Names =
    [
        "WHERE", "where", "FROM", "from", "lock", "Monitor", "Lock", "WhenAll", "Parallel", "Result", "Wait", "GetAwaiter", "SetSwitch", "AddTypeHandler", "Convert",
        "DateTime", "DateTimeOffset", "DateTimeKind", "Now", "UtcNow", "Today", "GetUtcNow", "GetLocalNow", "ToLocalTime", "LocalDateTime", "ToUniversalTime", "ConvertTimeToUtc", "ToDateTime",
        "LastWriteTime", "CreationTime", "LastAccessTime", "FromFileTime", "JsonSerializer", "SerializeObject",
        "GetInt16", "GetInt32", "GetInt64", "GetFloat", "GetDouble", "GetDecimal", "GetDateTime", "GetValue", "GetString",
        "GetHashCode", "HashCode", "HashData", "ComputeHash", "AppendData", "HashToUInt32", "HashToUInt64", "Hashing",
    ];

    private static readonly string[] Numbers = ["int", "long", "short", "byte", "sbyte", "uint", "ulong", "ushort", "float", "double", "decimal", "bool"];

    private static readonly HashSet<uint> PartHashes = [.. Parts.Select(NameHash.Of)];
    private static readonly uint Async = NameHash.Of("async");

    private readonly ConditionalWeakTable<SyntaxTree, Places> _places = new();
    private readonly ConditionalWeakTable<SyntaxTree, Places>.CreateValueCallback _find;
    private readonly Dictionary<uint, Interest> _names;
    private readonly bool _hasOrm;
    private readonly bool _usesEf;

    /// <param name="names">Further names of the compilation's libraries, and of the APIs that users declare.</param>
    /// <param name="usesEf">Queries are run by names that all collections have.</param>
    /// <param name="hasOrm">Any asynchronous method may talk to the database.</param>
    public CodeOfInterest(IEnumerable<string> names, bool usesEf, bool hasOrm)
    {
        _find = Find;
        _hasOrm = hasOrm;
        _usesEf = usesEf;
        _names = new() { [Async] = Interest.Async };
        foreach (var name in usesEf ? EfQueries.Terminals : [])
        {
            _names[NameHash.Of(name)] = Interest.IfAsync;
        }
        foreach (var name in Names.Concat(names).Concat(Operations).Concat(Operations.Concat(EfQueries.Terminals).Select(n => n + "Async")))
        {
            _names[NameHash.Of(name)] = Interest.Certain;
        }
    }

    [Flags]
    private enum Interest : byte { None = 0, Certain = 1, Async = 2, IfAsync = 4, Both = Async | IfAsync, Cast = 8 }

    /// <summary>Whether the code of a member may touch a database.</summary>
    public bool Includes(SyntaxNode member)
    {
        var places = _places.GetValue(member.SyntaxTree, _find);
        var found = Interest.None;
        for (var i = places.From(member.Span.Start); i < places.At.Count && places.At[i] < member.Span.End; i++)
        {
            found |= places.Kinds[i];
            if ((found & Interest.Certain) != 0 || (found & Interest.Both) == Interest.Both)
            {
                return true;
            }
        }
        // What is cast can come from an entity, or from a helper that reads it.
        return (found & Interest.Cast) != 0 && (_usesEf || places.AreCertain);
    }

    /// <summary>Whether a name is one that makes a member of interest.</summary>
    public bool IsName(string name)
    {
        var places = new Places();
        Scan(name, places);
        return places.Kinds.Contains(Interest.Certain);
    }

    private Places Find(SyntaxTree tree)
    {
        var places = new Places();
        Scan(tree.GetText().ToString(), places);
        return places;
    }

    private void Scan(string text, Places places)
    {
        var isLineStart = true;
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (NameHash.IsPart(c))
            {
                var start = i;
                i = EndOfName(text, i, out var interest);
                if (start > 0 && text[start - 1] == '(' && i < text.Length && text[i] is ')' or '?' && Numbers.Contains(text.Substring(start, i - start)))
                {
                    interest = Interest.Cast;
                }
                if (interest != Interest.None)
                {
                    places.Add(start, interest);
                }
                i--;
                isLineStart = false;
            }
            else if (c == '/' && isLineStart && i + 1 < text.Length && text[i + 1] == '/')
            {
                while (i + 1 < text.Length && text[i + 1] is not ('\n' or '\r'))
                {
                    i++;
                }
            }
            else if (c is '\n' or '\r')
            {
                isLineStart = true;
            }
            else if (c is not (' ' or '\t'))
            {
                isLineStart = false;
            }
        }
    }

    /// <summary>The end of the name that begins at <paramref name="i"/>, and what it says, whole or by one of its parts.</summary>
    private int EndOfName(string text, int i, out Interest interest)
    {
        var (whole, part) = (NameHash.Empty, NameHash.Empty);
        var isPart = false;
        var previous = '_';
        for (; i < text.Length && text[i] is var c && NameHash.IsPart(c); i++)
        {
            var isUpper = c is >= 'A' and <= 'Z';
            var begins = c == '_' || isUpper && (previous is not (>= 'A' and <= 'Z') || i + 1 < text.Length && text[i + 1] is >= 'a' and <= 'z');
            if (begins)
            {
                isPart |= PartHashes.Contains(part);
                part = NameHash.Empty;
            }
            whole = NameHash.Add(whole, c);
            part = c == '_' ? NameHash.Empty : NameHash.Add(part, isUpper ? (char)(c | 0x20) : c);
            previous = c;
        }
        interest = isPart || PartHashes.Contains(part) || _hasOrm && part == Async && whole != part ? Interest.Certain : _names.TryGetValue(whole, out var named) ? named : Interest.None;
        return i;
    }

    /// <summary>Where in a file a word stands, in its order.</summary>
    private sealed class Places
    {
        public List<int> At { get; } = [];
        public List<Interest> Kinds { get; } = [];

        /// <summary>The file has code that touches a database for certain.</summary>
        public bool AreCertain { get; private set; }

        public void Add(int place, Interest interest)
        {
            AreCertain |= interest == Interest.Certain;
            At.Add(place);
            Kinds.Add(interest);
        }

        /// <summary>The index of the first at or after a position.</summary>
        public int From(int position)
        {
            var index = At.BinarySearch(position);
            return index < 0 ? ~index : index;
        }
    }
}
