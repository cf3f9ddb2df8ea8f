using System.Net;
using Orders.Application.Events;
using Orders.Application.Tests.Subjects;

namespace Orders.Application.Tests.Events;

/// <summary>Who hears of orders: registering, its bounds, and what it costs when nobody does.</summary>
public sealed class ManageWebhooksTests : IDisposable
{
    private readonly WebhookStand stand = new();

    [Fact]
    public async Task Register_WithTheSameKey_FindsItsOwn()
    {
        var first = await stand.RegisterAsync(key: "a");
        var again = await stand.RegisterAsync(key: "a");
        Assert.Equal((first.WebhookId, first.Secret), (again.WebhookId, again.Secret));
        Assert.IsType<Refusal.OtherRequestWithKey>((await TryRegisterAsync("https://other.example/", "a")).Refusal);

        var other = await stand.RegisterAsync(key: "b");
        Assert.NotEqual(first.WebhookId, other.WebhookId);
        Assert.NotEqual(first.Secret, other.Secret);
        Assert.Equal(2, (await stand.Shop.Use<ListWebhooks>().RunAsync(default)).Items.Count);
    }

    [Fact]
    public async Task Register_AfterItsSecretWasReplaced_ShowsNoSecretAgain()
    {
        var first = await stand.RegisterAsync(key: "a");
        await stand.Shop.Use<RotateWebhookSecret>().RunAsync(Shop.Merchant, first.WebhookId.Value, "rot", default);
        Assert.IsType<Refusal.OtherRequestWithKey>((await TryRegisterAsync(first.Url, "a")).Refusal);
    }

    [Fact]
    public async Task Register_IsBounded()
    {
        for (var n = 0; n < WebhookRegister.MostEndpoints; n++)
            await stand.RegisterAsync(key: $"{n}");
        Assert.Equal(new Refusal.WebhookLimit("endpoints", 20), (await TryRegisterAsync("https://erp.example/", "one more")).Refusal);
        Assert.Null((await TryRegisterAsync("https://erp.example/in", "7")).Refusal);
    }

    [Fact]
    public async Task Rotate_WithTheSameKey_RetiresNothingMore_AndIsBounded()
    {
        var first = await stand.RegisterAsync();
        var second = await RotateAsync(first.WebhookId, "r1");
        Assert.Equal(second.Value!.Secret, (await RotateAsync(first.WebhookId, "r1")).Value!.Secret);
        await RotateAsync(first.WebhookId, "r2");
        Assert.Null((await RotateAsync(first.WebhookId, "r3")).Refusal);
        Assert.Equal(new Refusal.WebhookLimit("secrets that sign at a time", 4), (await RotateAsync(first.WebhookId, "r4")).Refusal);

        stand.Shop.Clock.MoveTo(stand.Now.AddHours(24));
        Assert.Null((await RotateAsync(first.WebhookId, "r4")).Refusal);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("erp.example")]
    [InlineData("http://erp.example/")]
    [InlineData("ftp://erp.example/")]
    [InlineData("https://user:word@erp.example/")]
    [InlineData("https://erp.example/#here")]
    [InlineData("https://localhost/")]
    [InlineData("https://LOCALHOST./")]
    [InlineData("https://db.internal/")]
    [InlineData("https://127.0.0.1/")]
    [InlineData("https://2130706433/")]
    [InlineData("https://0x7f.1/")]
    [InlineData("https://[::1]/")]
    [InlineData("https://[::ffff:10.0.0.1]/")]
    [InlineData("https://169.254.169.254/latest/meta-data")]
    public async Task Register_OfAnAddressInside_IsRefused(string? url) =>
        Assert.Equal("url", Assert.Single(Assert.IsType<Refusal.Invalid>((await TryRegisterAsync(url, "k")).Refusal).Errors).Key);

    [Theory]
    [InlineData("https://erp.example/in?shop=1")]
    [InlineData("https://erp.example:8443/in")]
    [InlineData("https://8.8.8.8/")]
    public async Task Register_OfAnAddressOutside_IsTaken(string url) => Assert.Equal(url, (await TryRegisterAsync(url, "k")).Value?.Url);

    [Theory]
    [InlineData("http://localhost:9000/in", true)]
    [InlineData("http://10.0.0.7/in", true)]
    [InlineData("ftp://localhost/in", false)]
    public async Task Register_OnOnesOwnMachine_MayLeadInside(string url, bool taken)
    {
        using var local = new WebhookStand(new WebhookPolicy { AllowPrivate = true });
        var registered = await local.Shop.Use<RegisterWebhook>().RunAsync(Shop.Merchant, new WebhookRequest(url), "k", default);
        Assert.Equal(taken, registered.Succeeded);
    }

    [Theory]
    [InlineData("types", new string[0])]
    [InlineData("types/1", new[] { "order.paid", "order.paid" })]
    [InlineData("types/0", new[] { "order.eaten" })]
    [InlineData("types/0", new[] { "order.closed" })]
    public async Task Register_OfTypesThatThereAreNot_IsRefused(string field, string[] types)
    {
        var registered = await stand.Shop.Use<RegisterWebhook>().RunAsync(Shop.Merchant, new WebhookRequest("https://erp.example/", types), "k", default);
        Assert.Contains(field, Assert.IsType<Refusal.Invalid>(registered.Refusal).Errors.Keys);
    }

    [Theory]
    [InlineData("8.8.8.8", true)]
    [InlineData("93.184.215.14", true)]
    [InlineData("2606:4700::1111", true)]
    [InlineData("0.0.0.0", false)]
    [InlineData("10.255.255.255", false)]
    [InlineData("100.64.0.1", false)]
    [InlineData("127.8.8.8", false)]
    [InlineData("168.63.129.16", false)]
    [InlineData("169.254.169.254", false)]
    [InlineData("172.16.0.1", false)]
    [InlineData("172.32.0.1", true)]
    [InlineData("192.168.1.1", false)]
    [InlineData("198.19.0.1", false)]
    [InlineData("224.0.0.1", false)]
    [InlineData("255.255.255.255", false)]
    [InlineData("::", false)]
    [InlineData("::1", false)]
    [InlineData("::ffff:127.0.0.1", false)]
    [InlineData("::ffff:8.8.8.8", true)]
    [InlineData("64:ff9b::a00:1", false)]
    [InlineData("2001:db8::1", false)]
    [InlineData("2002:7f00:1::", false)]
    [InlineData("fc00::1", false)]
    [InlineData("fe80::1", false)]
    [InlineData("ff02::1", false)]
    public void AnAddress_BelongsToTheOpenInternetOrNot(string address, bool isPublic) => Assert.Equal(isPublic, PublicAddresses.Contains(IPAddress.Parse(address)));

    /// <summary>An order that nobody wants to hear of adds nothing, and is not asked about again for a while.</summary>
    [Fact]
    public async Task WithoutEndpoints_NothingIsWrittenAndHardlyAnythingRead()
    {
        var counted = new CountingWebhooks(stand.Shop.Use<IWebhooks>());
        var queue = new QueueWebhooks(
            new WebhookDirectory(counted, new WebhookPolicy(), stand.Shop.Clock), stand.Shop.Use<IDeliveries>(), stand.Shop.Turns, stand.Shop.Clock);
        await stand.Shop.PaidAsync(("MUG", 1));
        var events = (await stand.Shop.Use<IOutbox>().FindOlderThanAsync(DateTimeOffset.MaxValue, 100, default)).Select(item => OrderEventEnvelope.Parse(item.Body)).ToList();
        for (var n = 0; n < 100; n++)
        {
            foreach (var envelope in events)
                await queue.RunAsync(envelope, "text", default);
        }

        Assert.Equal(1, counted.Reads);
        Assert.Equal(0, stand.Shop.Turns.Count);
        stand.Shop.Clock.MoveTo(stand.Now + new WebhookPolicy().LookAgainAfter);
        await queue.RunAsync(events[0], "text", default);
        Assert.Equal(2, counted.Reads);
    }

    /// <summary>A reading that a save has overtaken does not bring the old register back.</summary>
    [Fact]
    public async Task WhatIsChangedHere_IsKnownHereAtOnce()
    {
        var directory = stand.Shop.Use<WebhookDirectory>();
        var before = await directory.ReadAsync(default);
        await stand.RegisterAsync();
        directory.Remember(before);
        Assert.Single((await directory.KnownAsync(default)).Endpoints);
        await stand.PlaceAsync();
        Assert.Equal(1, stand.Shop.Turns.Count);
    }

    [Fact]
    public async Task ASecret_IsInNoText()
    {
        var shown = await stand.RegisterAsync();
        var endpoint = (await stand.Shop.Use<IWebhooks>().ReadAsync(default)).Find(shown.WebhookId)!;
        Assert.All([endpoint.ToString(), shown.ToString(), new RetiredSecret(shown.Secret, default).ToString()], text => Assert.DoesNotContain(shown.Secret, text!, StringComparison.Ordinal));
        Assert.DoesNotContain(typeof(WebhookView).GetProperties(), property => property.Name.Contains("Secret", StringComparison.Ordinal));
    }

    public void Dispose() => stand.Dispose();

    private Task<Result<WebhookSecretView>> TryRegisterAsync(string? url, string key) =>
        stand.Shop.Use<RegisterWebhook>().RunAsync(Shop.Merchant, new WebhookRequest(url), key, default);

    private Task<Result<WebhookSecretView>> RotateAsync(WebhookId webhook, string key) =>
        stand.Shop.Use<RotateWebhookSecret>().RunAsync(Shop.Merchant, webhook.Value, key, default);

    private sealed class CountingWebhooks(IWebhooks inner) : IWebhooks
    {
        public int Reads { get; private set; }

        public Task<WebhookRegister> ReadAsync(CancellationToken cancellation)
        {
            Reads++;
            return inner.ReadAsync(cancellation);
        }

        public Task<bool> SaveAsync(WebhookRegister register, CancellationToken cancellation) => inner.SaveAsync(register, cancellation);
    }
}
