using System.Text;
using Orders.Domain.AfterSales;

namespace Orders.Domain.Tests.AfterSales;

/// <summary>Prints the table of cases as Markdown: which fact leads where, for each type, then every sample state with every sample fact.</summary>
internal static class CaseDocument
{
    public const string Marker = "<!-- From here on printed by the tests: UPDATE_DOCS=1 dotnet test tests/Orders.Domain.Tests -->";

    public static string Print()
    {
        var text = new StringBuilder();
        text.Append("\n## Which fact leads where\n\n`=` the same state with other data or the same fact again, `–` refused always.\n\n");
        text.Append($"| | {string.Join(" | ", Enum.GetNames<CaseStatus>())} |\n| --- |{string.Concat(Enum.GetNames<CaseStatus>().Select(_ => " --- |"))}\n");
        foreach (var kind in CaseSamples.Facts.Select(fact => fact.Fact.GetType().Name).Distinct())
            text.Append($"| {kind} | {string.Join(" | ", Enum.GetValues<CaseStatus>().Select(status => Targets(status, kind)))} |\n");
        text.Append("\n## Every case with every fact\n");
        foreach (var (name, of) in CaseSamples.Cases)
        {
            text.Append($"\n### {name}\n\n| fact | outcome |\n| --- | --- |\n");
            foreach (var (fact, @event) in CaseSamples.Facts)
                text.Append($"| {fact} | {Outcome(of, CaseTable.Next(of, @event))} |\n");
        }

        return text.ToString();
    }

    private static string Targets(CaseStatus status, string kind)
    {
        var targets = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var (_, of) in CaseSamples.Cases.Where(sample => sample.Case.Status == status))
        {
            foreach (var (_, fact) in CaseSamples.Facts.Where(sample => sample.Fact.GetType().Name == kind))
            {
                var target = CaseTable.Next(of, fact) switch
                {
                    CaseTransition.Moved { To: var to } => to.Status == status ? "=" : to.Status.ToString(),
                    CaseTransition.AlreadyApplied => "=",
                    _ => null,
                };
                if (target is not null)
                    targets.Add(target);
            }
        }

        return targets.Count == 0 ? "–" : string.Join(", ", targets);
    }

    private static string Outcome(AfterSaleCase from, CaseTransition transition) => transition switch
    {
        CaseTransition.Moved { To: var to } => to.Status == from.Status ? $"**{to.Status}**, changed" : $"**{to.Status}**",
        CaseTransition.AlreadyApplied => "already applied",
        CaseTransition.Illegal illegal => illegal.Because,
        _ => throw new InvalidOperationException("A transition is one of three."),
    };
}
