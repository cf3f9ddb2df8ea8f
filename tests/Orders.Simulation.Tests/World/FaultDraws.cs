using OrderFunctions.LocalHost.Faults;

namespace Orders.Simulation.Tests.World;

/// <summary>What fails from now on, drawn by chance: often some ports, now and then none.</summary>
internal static class FaultDraws
{
    public static IReadOnlyList<Fault> Ports(Random chance)
    {
        if (chance.Next(4) == 0)
            return [];
        var ports = FaultyPorts.Names.ToArray();
        var faults = Enumerable.Range(0, chance.Next(2, 8)).Select(_ => Of(ports[chance.Next(ports.Length)], lowest: 0.02, span: 0.25, chance)).ToList();

        // More often than one port of many would: most of what can go wrong with money goes wrong at the provider.
        if (chance.Next(2) == 0)
            faults.Add(Of("provider", lowest: 0.1, span: 0.4, chance));
        return faults;
    }

    /// <summary>Share of the requests between shop and provider that go wrong.</summary>
    public static double NetworkRate(Random chance) => chance.Next(3) == 0 ? 0.1 : 0;

    private static Fault Of(string port, double lowest, double span, Random chance) =>
        new(port, Operation: null, (FaultMode)chance.Next(4), Times: null, lowest + chance.NextDouble() * span, Seed: chance.Next());
}
