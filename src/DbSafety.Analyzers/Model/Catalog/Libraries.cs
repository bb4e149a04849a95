namespace DbSafety.Model.Catalog;

/// <summary>The database libraries DbSafety knows, one file each.</summary>
internal static partial class Libraries
{
    public static readonly IReadOnlyList<Library> All = [AdoNet];
}
