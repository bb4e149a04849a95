using DbSafety.Engine;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace DbSafety.Rules.Locks;

/// <summary>Names a level the provider has, in the words of the file where it names one already.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(DBS310UnsupportedIsolationLevelFix))]
internal sealed class DBS310UnsupportedIsolationLevelFix() : DbFix("DBS310", "Use a level the provider supports")
{
    protected override Edits? Fix(FixContext context)
    {
        if (context.Property("level") is not { } level || context.Node is not ExpressionSyntax value
            || context.Model.GetTypeInfo(value, context.CancellationToken).ConvertedType is not { } type)
        {
            return null;
        }
        return value is MemberAccessExpressionSyntax { Name: var name } access && context.Model.GetTypeInfo(access.Expression, context.CancellationToken).Type is { TypeKind: TypeKind.Enum }
            ? context.Edit().Replace(name, level)
            : context.Edit().Replace(value, type.ToMinimalDisplayString(context.Model, value.SpanStart) + "." + level);
    }
}
