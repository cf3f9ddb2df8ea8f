namespace Orders.Simulation.Tests;

public sealed class DeterminismTests
{
    private const int Orders = 60;

    [Fact]
    public async Task SameSeed_MakesTheSameRun()
    {
        var first = await Simulation.RunAsync(new SimulationOptions(77) { Orders = Orders });
        var second = await Simulation.RunAsync(new SimulationOptions(77) { Orders = Orders });
        Assert.Equal((first.Hash, first.Steps, first.Answers), (second.Hash, second.Steps, second.Answers));
    }

    [Fact]
    public async Task OtherSeed_MakesAnotherRun()
    {
        var first = await Simulation.RunAsync(new SimulationOptions(77) { Orders = Orders });
        var second = await Simulation.RunAsync(new SimulationOptions(78) { Orders = Orders });
        Assert.NotEqual(first.Hash, second.Hash);
    }
}
