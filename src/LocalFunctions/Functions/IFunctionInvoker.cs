namespace LocalFunctions.Functions;

/// <summary>Runs a function once: a service scope, the middleware, the parameters, the method.</summary>
public interface IFunctionInvoker
{
    /// <summary>
    /// Invokes the function and returns its awaited result; null for void. Parameters are filled from <paramref name="bindings"/> by name
    /// (the trigger's value and its companions such as <c>ServiceBusMessageActions</c> or route values), then from
    /// <see cref="IParameterBinder"/>s, then <c>FunctionContext</c> and <c>CancellationToken</c>. What the function throws comes through as thrown.
    /// </summary>
    /// <param name="function">What to run.</param>
    /// <param name="bindings">Values by parameter name.</param>
    /// <param name="items">Put into <c>FunctionContext.Items</c> for middleware; may be null.</param>
    /// <param name="cancellation">Cancelled when the host stops, or the caller goes away.</param>
    Task<object?> InvokeAsync(
        FunctionDescriptor function,
        IReadOnlyDictionary<string, object?> bindings,
        IReadOnlyDictionary<object, object>? items,
        CancellationToken cancellation);
}
