using System.Reflection;
using Microsoft.Extensions.DependencyInjection;

namespace Orders.Contracts.Tests.Cost;

/// <summary>An adapter that does everything twice: what must not pass unnoticed.</summary>
public class Twice<TPort> : DispatchProxy
    where TPort : class
{
    private TPort inner = null!;

    /// <summary>Puts it before the adapter that was registered last.</summary>
    public static void Register(IServiceCollection services)
    {
        var last = services.Last(service => service.ServiceType == typeof(TPort));
        services.AddSingleton(provider =>
        {
            var twice = Create<TPort, Twice<TPort>>();
            ((Twice<TPort>)(object)twice).inner = (TPort)(last.ImplementationFactory?.Invoke(provider) ?? ActivatorUtilities.CreateInstance(provider, last.ImplementationType!));
            return twice;
        });
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        if (targetMethod!.Invoke(inner, args) is not Task first)
            throw new NotSupportedException($"{targetMethod} is not awaited, so it can't be doubled.");
        first.GetAwaiter().GetResult();
        return targetMethod.Invoke(inner, args);
    }
}
