using Azure.Identity;
using Azure.Messaging.ServiceBus;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Orders.Application.Checkout;
using Orders.Application.Events;
using Orders.Application.Payments;
using Orders.Azure.Resilience;
using Orders.Azure.ServiceBus;
using Polly.CircuitBreaker;
using Polly.Timeout;

namespace Orders.Azure.Tests.ServiceBus;

public sealed class ServiceBusServicesTests
{
    private const string Emulator = "Endpoint=sb://localhost;SharedAccessKeyName=x;SharedAccessKey=y;UseDevelopmentEmulator=true;";
    private const string WithKey = "Endpoint=sb://shop.servicebus.windows.net/;SharedAccessKeyName=x;SharedAccessKey=aVerySecretKey";

    public static TheoryData<Exception, bool> Failures => new()
    {
        { new ServiceBusException("lost", ServiceBusFailureReason.ServiceCommunicationProblem), true },
        { new ServiceBusException("busy", ServiceBusFailureReason.ServiceBusy), true },
        { new ServiceBusException("slow", ServiceBusFailureReason.ServiceTimeout), true },
        { new ServiceBusException("full", ServiceBusFailureReason.QuotaExceeded), true },
        { new AuthenticationFailedException("no token"), true },
        { new TimeoutRejectedException(), true },
        { new BrokenCircuitException(), true },
        { new TaskCanceledException(), true },
        { new ServiceBusException("which?", ServiceBusFailureReason.MessagingEntityNotFound), false },
        { new ServiceBusException("large", ServiceBusFailureReason.MessageSizeExceeded), false },
        { new ServiceBusException("late", ServiceBusFailureReason.MessageLockLost), false },
        { new UnauthorizedAccessException("no right"), false },
        { new InvalidOperationException("ours"), false },
    };

    [Theory]
    [MemberData(nameof(Failures))]
    public void Away_IsWhatMayPass(Exception failure, bool isAway) => Assert.Equal(isAway, BusErrors.IsAway(failure));

    [Fact]
    public void WithoutSettings_NothingIsAdded() => Assert.Empty(new ServiceCollection().AddServiceBus(Settings()));

    /// <summary>Made without a call to anywhere: an app starts while the bus is away.</summary>
    [Theory]
    [InlineData("ServiceBus", Emulator)]
    [InlineData("ServiceBus:fullyQualifiedNamespace", "shop.servicebus.windows.net")]
    public async Task WithASet_EveryPortHasItsAdapter(string name, string value)
    {
        await using var provider = new ServiceCollection().AddSingleton(TimeProvider.System).AddServiceBus(Settings((name, value))).BuildServiceProvider();

        Assert.All([typeof(IEventPublisher), typeof(IPaymentQueue), typeof(ISaleQueue), typeof(IDeliveryQueue), typeof(IDeadLetters)], port => Assert.NotNull(provider.GetService(port)));
    }

    [Theory]
    [InlineData("managedidentity", "c0ffee00-0000-0000-0000-000000000000")]
    [InlineData("ManagedIdentity", null)]
    [InlineData(null, null)]
    public void Identity_IsWhatTheTriggersTake(string? credential, string? clientId) => Assert.NotEmpty(new ServiceCollection().AddServiceBus(Settings(
        ("ServiceBus:fullyQualifiedNamespace", "shop.servicebus.windows.net"), ("ServiceBus:credential", credential), ("ServiceBus:clientId", clientId))));

    [Theory]
    [InlineData("fullyQualifiedNamespace", null, null, "ServiceBus:credential", "managedidentity")]
    [InlineData("fullyQualifiedNamespace", null, null, "ServiceBus:fullyQualifiedNamespace", "https://shop.servicebus.windows.net")]
    [InlineData("credential", "ServiceBus:credential", "key", "ServiceBus:fullyQualifiedNamespace", "shop.servicebus.windows.net")]
    [InlineData("clientId", "ServiceBus:clientId", "me", "ServiceBus:fullyQualifiedNamespace", "shop.servicebus.windows.net")]
    [InlineData("namspace", "ServiceBus:namspace", "x", "ServiceBus:fullyQualifiedNamespace", "shop.servicebus.windows.net")]
    public void HalfASet_IsAnErrorThatNamesTheSetting(string named, string? otherName, string? other, string name, string value)
    {
        var settings = Settings([(name, value), .. otherName is null ? Array.Empty<(string, string?)>() : [(otherName, other)]]);

        var error = Assert.Throws<InvalidOperationException>(() => new ServiceCollection().AddServiceBus(settings));

        Assert.Contains($"ServiceBus:{named}", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void KeyOfARealNamespace_IsRefused_AndNotRepeated()
    {
        var error = Assert.Throws<InvalidOperationException>(() => new ServiceCollection().AddServiceBus(Settings(("ServiceBus", WithKey))));

        Assert.Contains("identity", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("aVerySecretKey", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Entities_AreThoseOfInfra()
    {
        Assert.Equal(["payment-messages", "sale-orders", "webhook-deliveries"], BusEntities.All.Where(entity => entity.Subscription is null).Select(entity => entity.Path));
        Assert.Equal(8, BusEntities.All.Count(entity => entity is { SendTo: "order-events", RequiresSession: true, Subscription: not null }));
    }

    private static IConfiguration Settings(params (string Name, string? Value)[] settings) => new ConfigurationBuilder()
        .AddInMemoryCollection(settings.Where(setting => setting.Value is not null).Select(setting => KeyValuePair.Create(setting.Name, setting.Value))).Build();
}
