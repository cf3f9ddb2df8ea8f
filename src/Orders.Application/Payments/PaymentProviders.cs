namespace Orders.Application.Payments;

/// <summary>The providers that are set up. Attempts remember which one they belong to.</summary>
public sealed class PaymentProviders
{
    private readonly Dictionary<string, IPaymentProvider> byName;

    /// <exception cref="ArgumentException">There is none, or two have one name.</exception>
    public PaymentProviders(IEnumerable<IPaymentProvider> providers)
    {
        var all = providers.ToList();
        All = all;
        Default = all.FirstOrDefault() ?? throw new ArgumentException("No payment provider is set up (section Payments).", nameof(providers));
        byName = all.ToDictionary(provider => provider.Name, StringComparer.Ordinal);
    }

    /// <summary>The one that new attempts are opened at: the first.</summary>
    public IPaymentProvider Default { get; }

    /// <summary>Every one that is set up, in the order of the settings.</summary>
    public IReadOnlyList<IPaymentProvider> All { get; }

    /// <exception cref="DependencyUnavailableException">It is not set up any more: nobody can say what became of its payments.</exception>
    public IPaymentProvider this[string name] => byName.TryGetValue(name, out var provider)
        ? provider
        : throw new DependencyUnavailableException($"the payment provider '{name}'");
}
