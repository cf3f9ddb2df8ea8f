using System.Text;
using Orders.Domain.Lifecycle;

namespace Orders.Domain.Tests.Lifecycle;

/// <summary>Prints the lifecycle table as Markdown: which status leads where, then every sample state with every sample fact.</summary>
internal static class LifecycleDocument
{
    public const string Marker = "<!-- From here on printed by the tests: UPDATE_DOCS=1 dotnet test tests/Orders.Domain.Tests -->";

    public static string Print()
    {
        var text = new StringBuilder();
        PrintMatrix(text);
        foreach (var (name, state) in Samples.States)
        {
            text.Append($"\n### {name}\n\n| fact | outcome |\n| --- | --- |\n");
            foreach (var (fact, @event) in Samples.Facts)
                text.Append($"| {fact} | {Outcome(state, OrderLifecycleTable.Next(state, @event))} |\n");
        }

        return text.ToString();
    }

    private static void PrintMatrix(StringBuilder text)
    {
        var kinds = Samples.Facts.Select(fact => fact.Fact.GetType().Name).Distinct().ToList();
        text.Append("\n## Which fact leads where\n\n");
        text.Append("`=` the same state with other data or the same fact again, `–` refused always.\n\n");
        text.Append($"| | {string.Join(" | ", Enum.GetNames<OrderStatus>())} |\n");
        text.Append($"| --- |{string.Concat(Enum.GetNames<OrderStatus>().Select(_ => " --- |"))}\n");
        foreach (var kind in kinds)
            text.Append($"| {kind} | {string.Join(" | ", Enum.GetValues<OrderStatus>().Select(status => Targets(status, kind)))} |\n");
        text.Append("\n## Every state with every fact\n");
    }

    private static string Targets(OrderStatus status, string kind)
    {
        var targets = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var (_, state) in Samples.States.Where(sample => sample.State.Status == status))
        {
            foreach (var (_, fact) in Samples.Facts.Where(sample => sample.Fact.GetType().Name == kind))
            {
                var target = OrderLifecycleTable.Next(state, fact) switch
                {
                    Transition.Moved moved => moved.To.Status == status ? "=" : moved.To.Status.ToString(),
                    Transition.AlreadyApplied => "=",
                    _ => null,
                };
                if (target is not null)
                    targets.Add(target);
            }
        }

        return targets.Count == 0 ? "–" : string.Join(", ", targets);
    }

    private static string Outcome(OrderState from, Transition transition) => transition switch
    {
        Transition.Moved { To: var to } => to.Status == from.Status ? $"**{Named(to)}**, changed" : $"**{Named(to)}**",
        Transition.AlreadyApplied => "already applied",
        Transition.Illegal illegal => illegal.Because,
        _ => throw new InvalidOperationException("A transition is one of three."),
    };

    private static string Named(OrderState state) =>
        state is OrderState.AfterSale layer ? $"AfterSale over {layer.Beneath.Status}" : state.Status.ToString();
}
