using LocalFunctions.Functions;

namespace LocalFunctions;

/// <summary>What a function returned. Middleware may read it and put another in its place after the rest of the pipeline has run.</summary>
public abstract class InvocationResult<T>
{
    public abstract T? Value { get; set; }
}

/// <inheritdoc cref="InvocationResult{T}"/>
public abstract class InvocationResult : InvocationResult<object>
{
}

public static class FunctionContextBindingFeatureExtensions
{
    /// <summary>The result of this invocation: null before the function has run, and for functions that return nothing.</summary>
    public static InvocationResult GetInvocationResult(this FunctionContext context) =>
        context.Features.Get<InvocationResult>() ??
        throw new InvalidOperationException($"This {nameof(FunctionContext)} was not made by the host, so nothing was invoked.");
}
