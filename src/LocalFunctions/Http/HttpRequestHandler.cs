using LocalFunctions.Functions;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace LocalFunctions.Http;

/// <summary>Serves a request with its function: level, invocation, and what the caller sees when the function fails.</summary>
internal sealed partial class HttpRequestHandler(FunctionKeys keys, ILogger<HttpRequestHandler> logger)
{
    public Task ServeAsync(FunctionInvoker invoker, HttpFunction http, HttpBindings.Plan bindings, HttpContext context)
    {
        if (!keys.Allow(http, context.Request))
        {
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            return Task.CompletedTask;
        }

        return HttpTracing.IsOn ? TracedAsync(invoker, http, bindings, context) : RunAsync(invoker, http, bindings, context);
    }

    private async Task TracedAsync(FunctionInvoker invoker, HttpFunction http, HttpBindings.Plan bindings, HttpContext context)
    {
        // Begun in here, so that it is current for this request alone.
        using var span = HttpTracing.Start(http, context);
        await RunAsync(invoker, http, bindings, context);
        HttpTracing.End(span, context.Response.StatusCode);
    }

    private Task RunAsync(FunctionInvoker invoker, HttpFunction http, HttpBindings.Plan bindings, HttpContext context)
    {
        var invocation = invoker.ForRequest(invoker.PlanOf(http.Function), context, new HttpBindings(bindings, context));
        var running = invoker.RunAsync(invocation);
        return running.IsCompletedSuccessfully ? Task.CompletedTask : WatchAsync(running, http, context);
    }

    private async Task WatchAsync(Task running, HttpFunction http, HttpContext context)
    {
        try
        {
            await running;
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // Nobody is there to read an answer; what has begun can't be changed.
            if (!context.Response.HasStarted)
                context.Response.StatusCode = StatusCodes.Status499ClientClosedRequest;
        }
        catch (Exception failure)
        {
            // The host's edge: as on Azure the caller learns that it failed, and nothing else.
            Failed(failure, http.Function.Name);
            if (context.Response.HasStarted)
            {
                context.Abort();
                return;
            }

            context.Response.Clear();
            context.Response.StatusCode = StatusCodes.Status500InternalServerError;
        }
    }

    [LoggerMessage(100, LogLevel.Error, "Function '{Function}' failed.")]
    private partial void Failed(Exception failure, string function);
}
