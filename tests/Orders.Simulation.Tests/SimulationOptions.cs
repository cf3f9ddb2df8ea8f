using Microsoft.Extensions.DependencyInjection;
using Orders.Simulation.Tests.Auditing;

namespace Orders.Simulation.Tests;

/// <summary>What to simulate. The same options make the same run, step by step.</summary>
internal sealed record SimulationOptions(int Seed)
{
    /// <summary>Orders that come to be; more are asked for and refused.</summary>
    public int Orders { get; init; } = 250;

    /// <summary>Ends the safety phase though there are fewer orders; no bound when null.</summary>
    public int? MostSteps { get; init; }

    /// <summary>Whether there is a flash sale, with its buyers.</summary>
    public bool HasSale { get; init; } = true;

    /// <summary>Replaces parts of the shop by broken ones; the real parts when left alone.</summary>
    public Action<IServiceCollection> Plant { get; init; } = _ => { };

    /// <summary>Settings besides, such as disabled functions.</summary>
    public IReadOnlyDictionary<string, string?> Settings { get; init; } = new Dictionary<string, string?>();
}

/// <summary>What came of a run.</summary>
/// <param name="Sights">How often the rarer things happened.</param>
internal sealed record SimulationReport(
    int Seed, int Steps, int Orders, int Versions, int Answers, int Lost, int Restarts, string Hash, IReadOnlyDictionary<string, int> Sights,
    IReadOnlyList<Violation> Violations, string Trace)
{
    public override string ToString() =>
        $"""
        seed {Seed}: {Steps} steps, {Orders} orders in {Versions} versions, {Answers} answers, {Lost} lost ones, {Restarts} deaths, trace {Hash}
        seen: {string.Join(", ", Sights.Select(sight => $"{sight.Key} {sight.Value}"))}
        {string.Join(Environment.NewLine, Violations)}
        {(Violations.Count == 0 ? "" : Trace)}
        """;
}
