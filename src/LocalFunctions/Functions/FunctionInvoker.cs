using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace LocalFunctions.Functions;

/// <inheritdoc cref="IFunctionInvoker"/>
/// <remarks>
/// No <c>ConfigureAwait(false)</c> in here: an orchestrator runs on a synchronization context of its own, and its end must come
/// back there and not on some thread.
/// </remarks>
internal sealed class FunctionInvoker(
    FunctionPipeline pipeline,
    InvocationIds ids,
    IServiceProvider services,
    IServiceScopeFactory scopes,
    ILogger<FunctionInvoker> logger) : IFunctionInvoker
{
    private readonly ConcurrentDictionary<FunctionDescriptor, FunctionPlan> plans = new(ReferenceEqualityComparer.Instance);

    // Binders are asked for late: a durable client's binder needs the engine, which needs this invoker.
    private readonly Lazy<IReadOnlyList<IParameterBinder>> binders = new(() => [.. services.GetServices<IParameterBinder>()]);

    public FunctionPlan PlanOf(FunctionDescriptor function) =>
        plans.GetOrAdd(function, static (wanted, binders) => new FunctionPlan(wanted, binders.Value), binders);

    public async Task<object?> InvokeAsync(
        FunctionDescriptor function,
        IReadOnlyDictionary<string, object?> bindings,
        IReadOnlyDictionary<object, object>? items,
        CancellationToken cancellation)
    {
        await using var scope = scopes.CreateAsyncScope();
        var invocation = new Invocation(PlanOf(function), ids, scope.ServiceProvider, bindings, http: null, items, cancellation);
        await RunAsync(invocation);
        return invocation.Result;
    }

    /// <summary>Runs a prepared invocation through the middleware, within a logging scope.</summary>
    public async Task RunAsync(Invocation invocation)
    {
        using (logger.BeginScope(new InvocationLogScope(invocation)))
            await pipeline.Entry(invocation);
    }

    /// <summary>Makes an invocation for a request; its services live as long as the request.</summary>
    public Invocation ForRequest(FunctionPlan plan, Microsoft.AspNetCore.Http.HttpContext http, IReadOnlyDictionary<string, object?> bindings) =>
        new(plan, ids, http.RequestServices, bindings, http);
}
