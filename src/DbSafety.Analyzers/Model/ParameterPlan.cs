using System.Collections.Immutable;
using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace DbSafety.Model;

/// <summary>
/// How a call's SQL is rewritten with parameters: text edits, worked out where everything is known and carried to the fix in the
/// diagnostic's additional locations and properties.
/// </summary>
/// <param name="Places">The reported holes, then one place for each step of the plan.</param>
internal sealed record ParameterPlan(ImmutableArray<Location> Places, ImmutableDictionary<string, string?> Properties)
{
    private const string Key = "parameters";
    private const char BetweenSteps = '\u001E';
    private const char BetweenFields = '\u001F';

    /// <summary>The plan for a call; null where its values cannot all become parameters without changing what the program does.</summary>
    public static ParameterPlan? Of(DbCall call)
    {
        if (ParameterPlanner.Steps(call) is not { } steps)
        {
            return null;
        }
        var holes = call.Glued.Where(p => p.Kind is not GluedKind.Name).Select(p => p.Hole.Value.Syntax.GetLocation()).ToList();
        var tree = call.Operation.Syntax.SyntaxTree;
        var script = string.Join(BetweenSteps.ToString(), steps.Select((step, i) =>
            string.Join(BetweenFields.ToString(), [step.Kind.ToString(), (holes.Count + i).ToString(CultureInfo.InvariantCulture), .. step.Texts])));
        return new(
            holes.Concat(steps.Select(s => Location.Create(tree, s.Span))).ToImmutableArray(),
            ImmutableDictionary<string, string?>.Empty.Add(Key, script));
    }

    /// <summary>The steps a diagnostic carries; null when it carries none.</summary>
    public static IReadOnlyList<PlanStep>? Read(Diagnostic diagnostic)
    {
        if (!diagnostic.Properties.TryGetValue(Key, out var script) || script is null)
        {
            return null;
        }
        var steps = new List<PlanStep>();
        foreach (var step in script.Split(BetweenSteps))
        {
            var fields = step.Split(BetweenFields);
            var place = diagnostic.AdditionalLocations[int.Parse(fields[1], CultureInfo.InvariantCulture)];
            steps.Add(new((PlanStepKind)Enum.Parse(typeof(PlanStepKind), fields[0]), place.SourceSpan, fields.Skip(2).ToImmutableArray()));
        }
        return steps;
    }
}

internal enum PlanStepKind
{
    /// <summary>The span becomes the text; an empty span is an insertion.</summary>
    Replace,
    /// <summary>The texts are statements to go before the statement.</summary>
    Before,
    /// <summary>The texts are statements to go after the statement.</summary>
    After,
    /// <summary>The texts are statements to go first in the block.</summary>
    First,
    /// <summary>The text is a namespace to import.</summary>
    Using,
}

/// <summary>One edit of a plan.</summary>
/// <param name="Texts">A name between two <see cref="NewName"/> is a new local, to be made unique.</param>
internal sealed record PlanStep(PlanStepKind Kind, TextSpan Span, ImmutableArray<string> Texts)
{
    public const char NewName = '\u0001';

    public static PlanStep Replace(TextSpan span, string text) => new(PlanStepKind.Replace, span, ImmutableArray.Create(text));

    public static PlanStep Insert(int position, string text) => Replace(new TextSpan(position, 0), text);
}
