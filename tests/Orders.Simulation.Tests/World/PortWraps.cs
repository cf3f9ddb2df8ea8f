using Microsoft.Extensions.DependencyInjection;
using Orders.Application.Access;
using Orders.Application.Checkout;
using Orders.Application.Events;
using Orders.Application.Lifecycle;
using Orders.Application.Payments;
using Orders.Application.Search;
using Orders.Application.Stock;

namespace Orders.Simulation.Tests.World;

/// <summary>Puts something before a port that is registered already.</summary>
internal static class PortWraps
{
    /// <summary>Replaces the port by what <paramref name="wrap"/> makes of it.</summary>
    public static void Wrap<TPort>(this IServiceCollection services, Func<IServiceProvider, TPort, TPort> wrap)
        where TPort : class
    {
        var index = services.ToList().FindLastIndex(service => service.ServiceType == typeof(TPort));
        var inner = services[index];
        services[index] = ServiceDescriptor.Singleton(provider => wrap(provider, (TPort)Create(provider, inner)));
    }

    /// <summary>Lets others come between the calls of every port.</summary>
    public static void InterleavePorts(this IServiceCollection services, Func<string, Task?> between)
    {
        services.Interleave<IOrderStore>(between);
        services.Interleave<IHotOrders>(between);
        services.Interleave<IStock>(between);
        services.Interleave<ICatalogue>(between);
        services.Interleave<ICoupons>(between);
        services.Interleave<ISales>(between);
        services.Interleave<ISaleUnits>(between);
        services.Interleave<ISaleQueue>(between);
        services.Interleave<IUsers>(between);
        services.Interleave<IIdempotencyStore>(between);
        services.Interleave<IPaymentProvider>(between);
        services.Interleave<IPaymentIndex>(between);
        services.Interleave<IPaymentBook>(between);
        services.Interleave<IMoneyTrail>(between);
        services.Interleave<IProviderMessages>(between);
        services.Interleave<IPaymentQueue>(between);
        services.Interleave<IOutbox>(between);
        services.Interleave<IEventPublisher>(between);
        services.Interleave<IInbox>(between);
        services.Interleave<INotifier>(between);
        services.Interleave<IOrderSearch>(between);
        services.Interleave<IStatements>(between);
        services.Interleave<IReconciliations>(between);
        services.Interleave<IWebhooks>(between);
        services.Interleave<IDeliveries>(between);
        services.Interleave<IDeliveryQueue>(between);
        services.Interleave<IWebhookSender>(between);
    }

    private static void Interleave<TPort>(this IServiceCollection services, Func<string, Task?> between)
        where TPort : class => services.Wrap<TPort>((_, inner) => Interleaved<TPort>.Wrap(inner, between));

    private static object Create(IServiceProvider services, ServiceDescriptor adapter) =>
        adapter.ImplementationInstance
        ?? adapter.ImplementationFactory?.Invoke(services)
        ?? ActivatorUtilities.CreateInstance(services, adapter.ImplementationType!);
}
