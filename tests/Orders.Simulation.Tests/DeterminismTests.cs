namespace Orders.Simulation.Tests;

public sealed class DeterminismTests
{
    private const int Orders = 15;

    [Fact]
    public async Task SameSeed_MakesTheSameRun_AndAnotherSeedAnother()
    {
        var first = await Simulation.RunAsync(new SimulationOptions(77) { Orders = Orders });
        var again = await Simulation.RunAsync(new SimulationOptions(77) { Orders = Orders });
        var other = await Simulation.RunAsync(new SimulationOptions(78) { Orders = Orders });

        Assert.Equal((first.Hash, first.Steps, first.Answers), (again.Hash, again.Steps, again.Answers));
        Assert.NotEqual(first.Hash, other.Hash);
    }
}
