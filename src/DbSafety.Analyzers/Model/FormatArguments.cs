using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace DbSafety.Model;

/// <summary>The arguments of an EF Core raw call, whose text writes them as <c>{0}</c> or, where they are parameter objects, by name.</summary>
/// <param name="Values">One for each argument.</param>
internal sealed record FormatArguments(ImmutableArray<IOperation> Values)
{
    /// <summary>Null where the arguments are not written out at the call.</summary>
    public static FormatArguments? Of(DbCall call)
    {
        if (!call.Api.CompositeFormat || call.Api.IsWrapper || call.Api.Parameters is not { } name)
        {
            return null;
        }
        if (call.Argument(name) is not { } argument)
        {
            return new(ImmutableArray<IOperation>.Empty);
        }
        var elements = CommandUses.ElementsOf(argument.Value);
        return elements.IsDefault ? null : new(elements.Select(CommandUses.Unwrap).ToImmutableArray());
    }

    /// <summary>The numbers of the placeholders <c>{n}</c>, doubled braces being none; null where the text is no composite format.</summary>
    public static ImmutableArray<int>? NumbersIn(string text)
    {
        var numbers = ImmutableArray.CreateBuilder<int>();
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (c is not ('{' or '}'))
            {
                continue;
            }
            if (i + 1 < text.Length && text[i + 1] == c)
            {
                i++;
                continue;
            }
            var close = c == '{' ? text.IndexOf('}', i) : -1;
            var inside = close < 0 ? "" : text.Substring(i + 1, close - i - 1);
            var digits = inside.Split(',', ':')[0].Trim();
            if (digits.Length is 0 or > 4 || !digits.All(char.IsDigit))
            {
                return null;
            }
            numbers.Add(int.Parse(digits, System.Globalization.CultureInfo.InvariantCulture));
            i = close;
        }
        return numbers.ToImmutable();
    }
}
