using DbSafety.Model.Catalog;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace DbSafety.Model;

/// <summary>One call that takes SQL: a method, a constructor or a CommandText assignment. Facts are computed when first asked for.</summary>
internal sealed class DbCall(DbModel model, IOperation operation, Api api, IOperation sql)
{
    private Provider? _provider;

    /// <summary>An <see cref="IInvocationOperation"/>, <see cref="IObjectCreationOperation"/> or <see cref="IAssignmentOperation"/>.</summary>
    public IOperation Operation => operation;
    public Api Api => api;

    /// <summary>The value that becomes SQL text.</summary>
    public IOperation Sql => sql;

    public DbModel Model => model;

    /// <summary>From the static type of the command, connection or data source; <see cref="Provider.Unknown"/> when that says nothing.</summary>
    public Provider Provider => _provider ??= FindProvider();

    private Provider FindProvider() => operation switch
    {
        IObjectCreationOperation creation => Provider.OfType(creation.Type),
        IAssignmentOperation { Target: IPropertyReferenceOperation { Instance: { } instance } } => Provider.OfType(instance.Type),
        IInvocationOperation invocation when (invocation.Instance ?? invocation.Arguments.FirstOrDefault()?.Value) is { } receiver =>
            Provider.OfType((receiver is IConversionOperation { IsImplicit: true } conversion ? conversion.Operand : receiver).Type),
        _ => Provider.Unknown,
    };
}
