using Orders.Application.Events;
using Orders.Contracts.Tests.Subjects;

namespace Orders.Contracts.Tests.Events;

/// <summary>What every keeper of watermarks must do.</summary>
public abstract class WatermarksContract(Subject subject) : ContractTests(subject)
{
    private IWatermarks Watermarks => Subject.Port<IWatermarks>();

    [Fact]
    public async Task Set_ReplacesAndNullTakesAway()
    {
        Assert.Null(await Watermarks.FindAsync("sweep", None));
        await Watermarks.SetAsync("sweep", "a", None);
        await Watermarks.SetAsync("sweep", "b", None);
        await Watermarks.SetAsync("other", "c", None);
        Assert.Equal("b", await Watermarks.FindAsync("sweep", None));
        await Watermarks.SetAsync("sweep", null, None);
        await Watermarks.SetAsync("sweep", null, None);
        Assert.Null(await Watermarks.FindAsync("sweep", None));
        Assert.Equal("c", await Watermarks.FindAsync("other", None));
    }

    [Fact]
    public async Task Restart_GoesOnThere()
    {
        await Watermarks.SetAsync("sweep", "a", None);
        await Subject.RestartAsync();
        Assert.Equal("a", await Watermarks.FindAsync("sweep", None));
    }
}

public sealed class WatermarksInMemory() : WatermarksContract(Subject.OnMemory());

public sealed class WatermarksInFile() : WatermarksContract(Subject.OnFile());
