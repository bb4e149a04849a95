namespace DbSafety.Model.Catalog;

internal static partial class Libraries
{
    /// <summary>ASP.NET Web Forms' data source control. System.Web is also a facade of every .NET reference pack.</summary>
    public static Library WebForms => new("System.Web", """
        [System.Web.UI.WebControls.SqlDataSource]::.ctor(selectCommand)
        [System.Web.UI.WebControls.SqlDataSource]::SelectCommand|InsertCommand|UpdateCommand|DeleteCommand
        """)
    {
        InFramework = true,
    };
}
