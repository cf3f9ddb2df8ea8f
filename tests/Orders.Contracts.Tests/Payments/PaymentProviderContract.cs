using OrderFunctions.LocalHost.Simulators;
using Orders.Application;
using Orders.Application.Payments;
using Orders.Domain;
using static Orders.Contracts.Tests.Subjects.Sample;

namespace Orders.Contracts.Tests.Payments;

/// <summary>What every payment provider must do, asked of the simulated one through the HTTP adapter.</summary>
public sealed class PaymentProviderContract : IAsyncLifetime
{
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly PaymentId Payment = PaymentId.Derive(Ref(1).OrderId, "p");
    private static readonly Money TenEuro = new(1000, Euro);

    private SimulatorRig rig = null!;

    private IPaymentProvider Provider => rig.Provider();

    public async Task InitializeAsync() => rig = await SimulatorRig.StartAsync();

    public async Task DisposeAsync() => await rig.DisposeAsync();

    [Fact]
    public async Task Open_OnceAndAgain_IsOneAttempt()
    {
        var opened = await OpenAsync();
        Assert.Equal(new ProviderPayment(Payment, ProviderPaymentStatus.Open, null, null, null, $"http://sim.test/pay/{Payment}"), opened);
        Assert.Equal(opened, await OpenAsync());
        Assert.Equal(opened, await Provider.FindAsync(Payment, None));
    }

    [Fact]
    public async Task Open_OfOneIdWithAnotherAmount_FailsAndLeavesTheFirst()
    {
        await OpenAsync();
        var other = await Provider.OpenAsync(Payment, Ref(1).OrderId, TenEuro with { Amount = 1 }, method: null, None);
        Assert.Equal(ProviderPaymentStatus.Failed, other.Status);
        Assert.Equal(TenEuro, rig.Simulator.Find(Payment.Value)!.Amount);
    }

    [Fact]
    public async Task Find_OfWhatItNeverHeardOf_IsNull()
    {
        Assert.Null(await Provider.FindAsync(Payment, None));
        Assert.Null(await Provider.VoidAsync(Payment, None));
    }

    [Fact]
    public async Task Void_OfAnOpenAttempt_WithdrawsIt()
    {
        await OpenAsync();
        Assert.Equal(ProviderPaymentStatus.Voided, (await Provider.VoidAsync(Payment, None))!.Status);
        Assert.Equal(ProviderPaymentStatus.Voided, (await Provider.VoidAsync(Payment, None))!.Status);
        Assert.Equal(ProviderPaymentStatus.Voided, (await OpenAsync()).Status);
    }

    [Fact]
    public async Task Void_WhenTheMoneyWasFaster_SaysSo()
    {
        await OpenAsync();
        await SettleAsync();
        var word = (await Provider.VoidAsync(Payment, None))!;
        Assert.Equal((ProviderPaymentStatus.Succeeded, TenEuro, rig.Clock.GetUtcNow()), (word.Status, word.Captured, word.CapturedAt!.Value));
        Assert.NotNull(word.ProviderReference);
    }

    [Fact]
    public async Task Refund_Repeated_SendsTheMoneyOnce()
    {
        await OpenAsync();
        await SettleAsync();
        for (var n = 0; n < 3; n++)
            Assert.True(await Provider.RefundAsync("r-1", Payment, TenEuro with { Amount = 600 }, None));
        Assert.True(await Provider.RefundAsync("r-2", Payment, TenEuro with { Amount = 400 }, None));
        Assert.False(await Provider.RefundAsync("r-3", Payment, TenEuro with { Amount = 1 }, None));
    }

    [Fact]
    public async Task Refund_OfWhatIsNotThere_IsRefused()
    {
        Assert.False(await Provider.RefundAsync("r-1", Payment, TenEuro, None));
        await OpenAsync();
        Assert.False(await Provider.RefundAsync("r-1", Payment, TenEuro, None));
        await SettleAsync();
        Assert.False(await Provider.RefundAsync("r-1", Payment, TenEuro with { Amount = 1001 }, None));
        Assert.False(await Provider.RefundAsync("r-1", Payment, TenEuro with { Currency = Id.Parse<Currency>("CHF") }, None));
        Assert.False(await Provider.RefundAsync("r-1", Payment, TenEuro with { Amount = 0 }, None));
    }

    [Fact]
    public async Task WrongKey_IsUnavailableNotARefusal()
    {
        await OpenAsync();
        var stranger = rig.Provider(apiKey: "sk_other");
        await Assert.ThrowsAsync<DependencyUnavailableException>(() => stranger.FindAsync(Payment, None));
        await Assert.ThrowsAsync<DependencyUnavailableException>(() => stranger.RefundAsync("r-1", Payment, TenEuro, None));
    }

    private Task<ProviderPayment> OpenAsync() => Provider.OpenAsync(Payment, Ref(1).OrderId, TenEuro, "card", None);

    private Task SettleAsync() => rig.Simulator.ActAsync(Payment.Value, new SimulatedAct(TenEuro, WebhookMode.Send), at: null);
}
