using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OrderFunctions.Edge;
using Orders.Application;
using Orders.Application.Checkout;
using Orders.Application.Events;
using Orders.Application.Payments;

namespace OrderFunctions;

/// <summary>Reads what settings decide once at the start, so that a wrong one is an error of the start and not of the first request.</summary>
internal sealed class StartCheck(IServiceProvider services, OrderPolicy policy, FlashSalePolicy sales, WebhookPolicy webhooks) : IHostedService
{
    /// <exception cref="InvalidOperationException">A setting is missing or makes no sense; the message names it.</exception>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var property in typeof(OrderPolicy).GetProperties().Where(property => property.PropertyType == typeof(TimeSpan)))
        {
            if ((TimeSpan)property.GetValue(policy)! <= TimeSpan.Zero)
                throw new InvalidOperationException($"The setting Orders:{property.Name} must be longer than zero.");
        }

        // What is forgotten sooner than a message would come to life again by it.
        if (policy.HoldRetention < policy.InboxRetention)
            throw new InvalidOperationException($"The setting Orders:{nameof(policy.HoldRetention)} must not be shorter than Orders:{nameof(policy.InboxRetention)}.");
        if (sales.Retention < policy.InboxRetention)
            throw new InvalidOperationException($"The setting FlashSales:{nameof(sales.Retention)} must not be shorter than Orders:{nameof(policy.InboxRetention)}.");
        if (policy.ShippingFee < 0)
            throw new InvalidOperationException($"The setting Orders:{nameof(policy.ShippingFee)} must not be below zero.");
        if (policy.Users.Complaint() is { } complaint)
            throw new InvalidOperationException($"The setting Orders:{nameof(policy.Users)}:{complaint}.");
        webhooks.Check();
        services.GetRequiredService<HttpEdge>();
        sales.Check();
        services.GetRequiredService<SaleAdmissions>();
        services.GetRequiredService<PageCursors>();
        services.GetRequiredService<PaymentProviders>();
        services.GetRequiredService<WebhookSchemes>();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
