using LocalFunctions.Durable.Engine;
using LocalFunctions.Storage;

namespace LocalFunctions.Tests.Durable;

public sealed class ActivitySourceTests
{
    [Fact]
    public async Task Activity_ThatIsReadAndThenAnnouncedToo_RunsOnce()
    {
        using var store = LocalStore.OpenMemory();
        store.Migrate("Durable", DurableSchema.Steps);
        var ran = new List<long>();
        var source = new ActivitySource(
            store,
            new DurableOptions(),
            (item, _) =>
            {
                ran.Add(item.Seq);
                return Task.CompletedTask;
            },
            (fault, _) => throw fault);
        await store.WriteAsync(transaction => transaction.Execute(
            "INSERT INTO durable_activities (seq, instance, generation, task, name, instance_id) VALUES (7, 1, 0, 0, 'x', 'a')"));

        // The look that finds it comes between the commit and its announcement.
        Assert.True(source.IsBusy);
        source.Add(new ActivityItem(7, 1, 0, 0, "x", "a", null));
        while (await source.RunOneAsync(new Random(1), CancellationToken.None))
        {
        }

        Assert.Equal([7], ran);
    }
}
