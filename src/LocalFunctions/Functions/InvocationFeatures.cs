using System.Collections;

namespace LocalFunctions.Functions;

internal sealed class InvocationFeatures(Invocation invocation) : IInvocationFeatures
{
    private readonly Dictionary<Type, object> features = new() { [typeof(InvocationResult)] = new ResultOf(invocation) };

    public void Set<T>(T instance)
    {
        ArgumentNullException.ThrowIfNull(instance);
        features[typeof(T)] = instance;
    }

    public T? Get<T>() => features.TryGetValue(typeof(T), out var feature) ? (T)feature : default;

    public IEnumerator<KeyValuePair<Type, object>> GetEnumerator() => features.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private sealed class ResultOf(Invocation invocation) : InvocationResult
    {
        public override object? Value
        {
            get => invocation.Result;
            set => invocation.Result = value;
        }
    }
}
