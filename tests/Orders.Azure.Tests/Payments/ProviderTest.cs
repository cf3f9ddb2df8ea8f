using LocalFunctions.Time;
using Orders.Application.Payments;
using Orders.Azure.Payments;
using Orders.Azure.Resilience;
using Orders.Domain;

namespace Orders.Azure.Tests.Payments;

/// <summary>A provider adapter on a stubbed network and a clock that only the test moves.</summary>
public abstract class ProviderTest
{
    protected const string ApiKey = "sk_live_never_to_be_seen";

    protected static readonly OrderId Order = OrderId.Derive(Id.Parse<UserId>("anna"), "k");
    protected static readonly PaymentId Payment = PaymentId.Derive(Order, "p");
    protected static readonly ProviderKey Key = new(Payment);
    protected static readonly Currency Euro = Id.Parse<Currency>("EUR");
    protected static readonly Money Amount = new(1380, Euro);

    protected LocalClock Clock { get; } = new(new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero), frozen: true);

    /// <summary>What bounds the calls.</summary>
    protected LocalClock Network { get; } = new(new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero), frozen: true);

    /// <summary>Waits of a millisecond, so that tries follow each other at once.</summary>
    protected PipelineOptions Options { get; init; } = new() { FirstWait = TimeSpan.FromMilliseconds(1) };

    protected static string Answer(string status = "open", string? captured = null, string? paymentId = null, string payUrl = "https://pay.example/1") =>
        $$"""{"paymentId":"{{paymentId ?? Payment.Value}}","status":"{{status}}","captured":{{captured ?? "null"}},"capturedAt":null,"providerReference":"r-1","payUrl":"{{payUrl}}","more":1}""";

    protected HttpPaymentProvider Provider(HttpMessageHandler handler) => new(
        "acme", new HttpPaymentProviderOptions { BaseUrl = new Uri("https://acme.example/api"), ApiKey = ApiKey },
        handler, HttpPipeline.Build(Options, Clock, () => 0.5, Network));

    protected Task<ProviderPayment> OpenAsync(HttpMessageHandler handler) =>
        Provider(handler).OpenAsync(Payment, Order, Amount, "card", CancellationToken.None);

    /// <summary>A call that never ends by itself.</summary>
    protected static async Task<HttpResponseMessage> HangAsync(CancellationToken cancellation)
    {
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellation);
        throw new InvalidOperationException("An endless wait ended.");
    }

    /// <summary>Moves a clock by tenths of a second until the call has ended.</summary>
    /// <returns>How much of its time the call took.</returns>
    protected static async Task<TimeSpan> PassAsync(LocalClock clock, Task call)
    {
        var start = clock.GetUtcNow();
        while (!call.IsCompleted)
        {
            clock.MoveTo(clock.GetUtcNow() + TimeSpan.FromMilliseconds(100));
            await Task.WhenAny(call, Task.Delay(TimeSpan.FromMilliseconds(2), TimeProvider.System));
        }

        return clock.GetUtcNow() - start;
    }
}
