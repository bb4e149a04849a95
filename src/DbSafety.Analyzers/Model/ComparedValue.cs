using DbSafety.Sql;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace DbSafety.Model;

/// <summary>The expressions that operands of SQL text stand for, as text, so that those of two statements can be compared.</summary>
internal static class ComparedValue
{
    /// <summary>
    /// The expression behind an operand (<c>@id</c>, <c>$1</c>, a hole), without white space; null where it is not known. The member of
    /// an object reads as an access to it, so that <c>new { user.Email }</c> and <c>user</c> agree.
    /// </summary>
    /// <param name="run">The call that runs the statement.</param>
    public static string? Of(DbCall call, SqlTemplate template, string operand, IOperation run)
    {
        operand = operand.Trim();
        var cast = operand.IndexOf("::", StringComparison.Ordinal);
        operand = cast > 0 ? operand.Substring(0, cast) : operand;
        if (operand.Trim('\'') == SqlText.HoleChar.ToString())
        {
            return template.Holes.Length == 1 ? TextOf(template.Holes[0].Value) : null;
        }
        return operand.Length < 2 || operand[0] is not ('@' or ':' or '$') || ParameterValue.Of(call, operand, run) is not { } value ? null
            : value.Member is not { } member ? TextOf(value.Operation)
            : value.Operation is ILocalReferenceOperation or IParameterReferenceOperation or IFieldReferenceOperation ? TextOf(value.Operation) + "." + member.Name
            : null;
    }

    /// <summary>An expression without its conversions and white space; null where it is another value each time.</summary>
    public static string? TextOf(IOperation value)
    {
        var text = string.Concat(CommandUses.Unwrap(value).Syntax.ToString().Where(c => !char.IsWhiteSpace(c)));
        return text.Contains("New") || text.Contains("Now") ? null : text;
    }
}
