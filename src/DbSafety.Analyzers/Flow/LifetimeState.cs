namespace DbSafety.Flow;

/// <summary>What a variable can hold: some of the resources of the body, as bits, and whether also null or something else.</summary>
internal readonly record struct Held(ulong Resources, bool IsForeign, bool CanBeNull)
{
    public static Held Null => new(0, false, true);
    public static Held Foreign => new(0, true, true);

    public static Held Of(Resource resource) => new(1UL << resource.Index, false, false);

    /// <summary>A test for null cannot succeed.</summary>
    public bool IsThere => Resources != 0 && !IsForeign && !CanBeNull;

    public bool Has(Resource resource) => (Resources >> resource.Index & 1) != 0;

    public Held Or(Held other) => new(Resources | other.Resources, IsForeign || other.IsForeign, CanBeNull || other.CanBeNull);
}

/// <summary>What is known at one place of a body: the lifetimes of its resources, and what its variables hold.</summary>
internal sealed class LifetimeState(Lifetimes[] resources, Held[] variables)
{
    public Lifetimes[] Resources => resources;
    public Held[] Variables => variables;

    public static LifetimeState Start(int resources, int variables) =>
        new([.. Enumerable.Repeat(Lifetimes.Absent, resources)], [.. Enumerable.Repeat(Held.Null, variables)]);

    public LifetimeState Copy() => new([.. resources], [.. variables]);

    /// <summary>
    /// Adds the paths of <paramref name="other"/>; true when that changed anything. A variable that then holds a resource or
    /// something else (<c>given ?? new X()</c>) makes it unknown who gives the resource back.
    /// </summary>
    public bool Add(LifetimeState other)
    {
        var changed = false;
        var ambiguous = 0UL;
        for (var i = 0; i < variables.Length; i++)
        {
            var joined = variables[i].Or(other.Variables[i]);
            changed |= joined != variables[i];
            variables[i] = joined;
            ambiguous |= joined.IsForeign ? joined.Resources : 0;
        }
        for (var i = 0; i < resources.Length; i++)
        {
            var joined = resources[i].Or(other.Resources[i]);
            if ((ambiguous >> i & 1) != 0)
            {
                joined = joined.Escape(_ => true);
            }
            changed |= joined != resources[i];
            resources[i] = joined;
        }
        return changed;
    }

    public void Change(Held held, Func<Lifetimes, Lifetimes> change)
    {
        for (var i = 0; held.Resources >> i != 0 && i < resources.Length; i++)
        {
            if ((held.Resources >> i & 1) != 0)
            {
                resources[i] = change(resources[i]);
            }
        }
    }
}
