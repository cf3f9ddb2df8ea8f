using Microsoft.Extensions.DependencyInjection;
using Orders.Simulation.Tests.Auditing;
using Xunit.Abstractions;

namespace Orders.Simulation.Tests;

/// <summary>
/// The negative controls of the simulation: with a bug planted, the checker of the promise that it breaks must say so, within a bounded
/// number of runs. A checker that can't be made to speak would prove nothing by its silence.
/// </summary>
public abstract class PlantedBugs(ITestOutputHelper output)
{
    private const int MostSeeds = 10;
    private const int OrdersPerSeed = 45;
    private const int MostSteps = 3_000;

    /// <param name="firstSeed">Where the search begins: the seeds before it are known to show nothing, and each costs some seconds.</param>
    private protected async Task IsFoundAsync<TChecker>(
        Action<IServiceCollection> plant, IReadOnlyDictionary<string, string?>? settings = null, int orders = OrdersPerSeed, bool hasSale = true, int firstSeed = 1)
        where TChecker : Checker
    {
        for (var seed = firstSeed; seed < firstSeed + MostSeeds; seed++)
        {
            var report = await Simulation.RunAsync(new SimulationOptions(seed)
            {
                Orders = orders,
                MostSteps = MostSteps,
                HasSale = hasSale,
                Plant = plant,
                Settings = settings ?? new Dictionary<string, string?>(),
            });
            output.WriteLine(report.ToString());
            if (report.Violations.Any(violation => violation.Checker == typeof(TChecker).Name))
                return;

            // One bug can break several promises, and a run ends with the first that is seen broken: another seed shows the one meant.
        }

        Assert.Fail($"{typeof(TChecker).Name} found nothing.");
    }
}
