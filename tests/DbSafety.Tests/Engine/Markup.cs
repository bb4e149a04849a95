using System.Collections.Immutable;
using System.Text;
using Microsoft.CodeAnalysis.Text;

namespace DbSafety.Tests.Engine;

/// <summary>A place in a test's source: written <c>[|…|]</c>, or <c>{|DBS502:…|}</c> where the id must be said.</summary>
internal readonly record struct Mark(string Id, TextSpan Span);

/// <summary>Reads and writes marked-up source, so that a failing test shows where the rule did report.</summary>
internal static class Markup
{
    /// <param name="defaultId">The id of a <c>[|…|]</c>.</param>
    public static (string Source, ImmutableArray<Mark> Marks) Parse(string text, string defaultId)
    {
        var source = new StringBuilder();
        var open = new Stack<(string Id, int Start)>();
        var marks = ImmutableArray.CreateBuilder<Mark>();
        for (var i = 0; i < text.Length; i++)
        {
            if (At("[|"))
            {
                open.Push((defaultId, source.Length));
                i++;
            }
            else if (At("{|") && text.IndexOf(':', i) is var colon and > 0 && text[(i + 2)..colon].All(char.IsLetterOrDigit))
            {
                open.Push((text[(i + 2)..colon], source.Length));
                i = colon;
            }
            else if (open.Count > 0 && (At("|]") || At("|}")))
            {
                var (id, start) = open.Pop();
                marks.Add(new Mark(id, TextSpan.FromBounds(start, source.Length)));
                i++;
            }
            else
            {
                source.Append(text[i]);
            }

            bool At(string sign) => string.CompareOrdinal(text, i, sign, 0, 2) == 0;
        }
        return open.Count == 0 ? (source.ToString(), marks.ToImmutable()) : throw new FormatException("unclosed markup in:\n" + text);
    }

    /// <summary>The source with every mark written <c>{|id:…|}</c>, always in the same order.</summary>
    public static string Render(string source, IEnumerable<Mark> marks)
    {
        var signs = marks.SelectMany(m => new[]
        {
            (Position: m.Span.Start, Opens: true, Length: -m.Span.Length, Text: m.Span.IsEmpty ? $"{{|{m.Id}:|}}" : $"{{|{m.Id}:"),
            (Position: m.Span.End, Opens: false, m.Span.Length, Text: m.Span.IsEmpty ? "" : "|}"),
        });
        var text = new StringBuilder();
        var position = 0;
        foreach (var sign in signs.OrderBy(s => s.Position).ThenBy(s => s.Opens).ThenBy(s => s.Length).ThenBy(s => s.Text, StringComparer.Ordinal))
        {
            text.Append(source, position, sign.Position - position).Append(sign.Text);
            position = sign.Position;
        }
        return text.Append(source, position, source.Length - position).ToString();
    }
}
