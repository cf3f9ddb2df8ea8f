using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using OrderFunctions.Edge;
using Orders.Application.Checkout;
using Orders.Application.Lifecycle;
using Orders.Application.Payments;
using Orders.Embedded;

namespace OrderFunctions.Tests;

public sealed class CompositionTests
{
    [Fact]
    public async Task EveryUseCase_CanBeMade()
    {
        await using var app = await OrderApp.StartAsync();
        var useCases = typeof(PlaceOrder).Assembly.GetExportedTypes()
            .Where(type => type is { IsClass: true, IsAbstract: false } && Array.Exists(type.GetMethods(), method => method.Name == "RunAsync"))
            .ToList();

        Assert.Contains(typeof(CancelOrder), useCases);
        Assert.All(useCases, type => Assert.NotNull(app.Host.Services.GetRequiredService(type)));
        Assert.NotNull(app.Get<HttpEdge>());
    }

    [Fact]
    public async Task TheLocalShop_HasEveryAdapter()
    {
        IServiceCollection? composed = null;
        await using var app = await OrderApp.StartAsync(builder => composed = builder.Services);

        Assert.Null(Adapters.Complaint(composed!));
    }

    [Fact]
    public void AnAppWithoutAdapters_SaysWhatIsMissingAndWhatToType()
    {
        var services = new ServiceCollection().AddOrderFunctions(new ConfigurationBuilder().Build());

        var complaint = Adapters.Complaint(services);

        Assert.Contains("IOrderStore", complaint, StringComparison.Ordinal);
        Assert.Contains("dotnet run --project src/OrderFunctions.LocalHost", complaint, StringComparison.Ordinal);
    }

    [Fact]
    public void HalfASetOfAdapters_IsAnErrorThatNamesTheRest()
    {
        var services = new ServiceCollection().AddOrderFunctions(new ConfigurationBuilder().Build()).AddEmbeddedOrders();

        var complaint = Adapters.Complaint(services);

        Assert.Contains("IPaymentProvider", complaint, StringComparison.Ordinal);
        Assert.DoesNotContain("IOrderStore", complaint, StringComparison.Ordinal);
    }

    [Fact]
    public void AProviderWithSettings_IsAdded()
    {
        var configuration = Settings(("Payments:acme:BaseUrl", "https://acme.test"), ("Payments:acme:ApiKey", "key"));

        var services = new ServiceCollection().AddOrderFunctions(configuration).AddConfiguredAdapters(configuration);

        Assert.DoesNotContain("IPaymentProvider", Adapters.Complaint(services), StringComparison.Ordinal);
    }

    [Fact]
    public void AProviderWithHalfItsSettings_IsAnErrorThatNamesTheRest()
    {
        var configuration = Settings(("Payments:acme:BaseUrl", "https://acme.test"));

        var error = Assert.Throws<InvalidOperationException>(() => new ServiceCollection().AddConfiguredAdapters(configuration));

        Assert.Contains("Payments:acme:ApiKey", error.Message, StringComparison.Ordinal);
    }

    /// <summary>Every port is asked for at the start, but the processes, which functions make from their binding, and the schemes of webhooks, which settings make.</summary>
    [Fact]
    public void EveryPort_IsAskedFor()
    {
        Type[] madeOtherwise =
        [
            typeof(IOrderProcess), typeof(IReconciliationProcess), typeof(Orders.Application.Search.ISearchProcess), typeof(Orders.Application.Statistics.IReportProcess),
            typeof(Orders.Application.Events.IRedriveProcess), typeof(Orders.Application.Access.IErasureProcess), typeof(IProcessHistory), typeof(Orders.Application.Payments.IWebhookScheme),
        ];
        var ports = typeof(IOrderStore).Assembly.GetExportedTypes().Where(type => type.IsInterface && !madeOtherwise.Contains(type));
        var complaint = Adapters.Complaint(new ServiceCollection());

        Assert.All(ports, port => Assert.Contains($"  {port.Name} ", complaint, StringComparison.Ordinal));
    }

    [Fact]
    public void Setting_OfThePolicy_IsRead()
    {
        using var services = new ServiceCollection().AddOrderFunctions(Settings(("Orders:PaymentWindow", "00:45:00"))).BuildServiceProvider();

        Assert.Equal(TimeSpan.FromMinutes(45), services.GetRequiredService<Orders.Application.OrderPolicy>().PaymentWindow);
    }

    [Theory]
    [InlineData("Orders:PaymentWindow", "00:00:00")]
    [InlineData("Orders:ReceiptWindow", "-1.00:00:00")]
    [InlineData("Orders:ShippingFee", "-1")]
    [InlineData("Orders:HoldRetention", "29.00:00:00")]
    [InlineData("Limits:User", "-1", ":PerSecond")]
    [InlineData("Limits:Address", "0", ":Burst")]
    [InlineData("Limits:WritesAtOnce", "0")]
    [InlineData("Limits:ForwardedHops", "-1")]
    [InlineData("Limits:TrustedProxies", "here", ":0")]
    [InlineData("Webhooks:LogDays", "0")]
    [InlineData("Webhooks:Jitter", "1.5")]
    [InlineData("Webhooks:Timeout", "00:02:00")]
    [InlineData("Webhooks:LookAgainAfter", "00:00:00")]
    public async Task Setting_ThatMakesNoSense_IsAnErrorAtTheStart(string name, string value, string part = "")
    {
        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => OrderApp.StartAsync(builder =>
            builder.Services.AddOrderFunctions(Settings((name + part, value), ("Access:Issuer", "https://issuer.test")))));

        Assert.Contains(name, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task MissingIssuer_IsAnErrorAtTheStart()
    {
        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => OrderApp.StartAsync(builder => builder.Services.AddOrderFunctions(Settings())));

        Assert.Contains("Access:Issuer", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("FlashSales:AdmissionKeys", "")]
    [InlineData("FlashSales:AdmissionKeys", "c2hvcnQ=")]
    [InlineData("FlashSales:OrdersAtOnce", "0")]
    [InlineData("FlashSales:Difficulty", "25")]
    [InlineData("FlashSales:LookAgainAfter", "00:00:00")]
    [InlineData("FlashSales:Retention", "29.00:00:00")]
    public async Task SettingOfSales_ThatMakesNoSense_IsAnErrorAtTheStart(string name, string value)
    {
        var key = name == "FlashSales:AdmissionKeys" ? value : Convert.ToBase64String(new byte[32]);
        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => OrderApp.StartAsync(builder => builder.Services.AddOrderFunctions(Settings(
        [
            ("Access:Issuer", "https://issuer.test"), .. key.Length > 0 ? [("FlashSales:AdmissionKeys:0", key)] : Array.Empty<(string, string)>(),
            .. name == "FlashSales:AdmissionKeys" ? [] : new[] { (name, value) },
        ]))));

        Assert.Contains(name, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Setting_ThatIsMisspelt_IsAnErrorAtTheStart()
    {
        var error = Assert.Throws<InvalidOperationException>(() => new ServiceCollection().AddOrderFunctions(Settings(("Orders:PaymentWindw", "00:45:00"))));

        Assert.Contains("PaymentWindw", error.Message, StringComparison.Ordinal);
    }

    private static IConfiguration Settings(params (string Name, string Value)[] settings) => new ConfigurationBuilder()
        .AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create<string, string?>(setting.Name, setting.Value))).Build();
}
