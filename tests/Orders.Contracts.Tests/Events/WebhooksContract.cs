using Orders.Application.Events;
using Orders.Contracts.Tests.Subjects;
using static Orders.Contracts.Tests.Subjects.Sample;

namespace Orders.Contracts.Tests.Events;

/// <summary>What every keeper of the register of endpoints must do.</summary>
public abstract class WebhooksContract(Subject subject) : ContractTests(subject)
{
    private IWebhooks Webhooks => Subject.Port<IWebhooks>();

    [Fact]
    public async Task Register_IsEmptyAtFirst()
    {
        var register = await Webhooks.ReadAsync(None);
        Assert.Equal((0, 0), (register.Version, register.Endpoints.Count));
    }

    [Fact]
    public async Task Save_IsRead_WholeAndKept()
    {
        Assert.True(await Webhooks.SaveAsync(Register(1), None));
        await IsAsync(Register(1));
        await Subject.RestartAsync();
        await IsAsync(Register(1));
    }

    [Fact]
    public async Task Save_OnAnotherVersion_IsRefused()
    {
        Assert.True(await Webhooks.SaveAsync(Register(1), None));
        Assert.False(await Webhooks.SaveAsync(Register(1) with { Endpoints = [] }, None));
        Assert.False(await Webhooks.SaveAsync(Register(3), None));
        await IsAsync(Register(1));
        Assert.True(await Webhooks.SaveAsync(Register(2), None));
        await IsAsync(Register(2));
    }

    [Fact]
    public async Task Save_OfALaterVersionOfNothing_IsRefused()
    {
        Assert.False(await Webhooks.SaveAsync(Register(2), None));
        Assert.Equal(0, (await Webhooks.ReadAsync(None)).Version);
    }

    [Fact]
    public async Task Saves_OfOneVersionByManyAtOnce_OneWins()
    {
        await Webhooks.SaveAsync(Register(1), None);
        var saves = await Task.WhenAll(Enumerable.Range(0, 32).Select(n => Task.Run(() => Webhooks.SaveAsync(Numbered(n), None))));
        var winner = Assert.Single(Enumerable.Range(0, 32), n => saves[n]);
        await IsAsync(Numbered(winner));

        static WebhookRegister Numbered(int n) => new(2, [Endpoint("a") with { Url = $"https://{n}.example" }]);
    }

    /// <summary>As many endpoints as it has versions, each with all that can be said of one.</summary>
    internal static WebhookRegister Register(long version) => new(version, [.. Enumerable.Range(0, (int)version).Select(n => Endpoint($"{n}"))]);

    internal static WebhookEndpoint Endpoint(string key) => new()
    {
        WebhookId = WebhookId.Derive(Alice, key),
        Url = "https://erp.example/orders",
        Types = ["order.paid", "order.shipped"],
        Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        Retired = [new RetiredSecret("whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", Subject.Start.AddHours(2))],
        RotatedBy = "a request",
        CreatedAt = Subject.Start,
        DisabledAt = Subject.Start.AddHours(1),
        DisabledBecause = WebhookDisabled.Failing,
        FailingSince = Subject.Start.AddMinutes(1),
    };

    private async Task IsAsync(WebhookRegister expected) => Assert.Equal(WebhookJson.Write(expected), WebhookJson.Write(await Webhooks.ReadAsync(None)));
}

public sealed class WebhooksInMemory() : WebhooksContract(Subject.OnMemory());

public sealed class WebhooksInFile() : WebhooksContract(Subject.OnFile());
