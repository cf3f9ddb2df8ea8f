using System.Collections.Concurrent;
using System.Reflection;
using LocalFunctions.Functions;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Abstractions;
using Microsoft.AspNetCore.Routing;

namespace LocalFunctions.Http;

/// <summary>
/// The ASP.NET Core integration's place among the middleware: those inside see the request, and only when they have all returned is
/// the result, which they may have replaced, written as the answer. Not registered: the app didn't ask for the integration.
/// </summary>
internal sealed class HttpResults
{
    private static readonly ActionDescriptor NoAction = new();

    private readonly ConcurrentDictionary<Type, PropertyInfo?> marked = new();

    public FunctionExecutionDelegate Around(FunctionExecutionDelegate next) => context =>
    {
        if (context is not Invocation { Http: { } http } invocation)
            return next(context);
        invocation.ShowHttpContext();
        var running = next(context);
        return running.IsCompletedSuccessfully ? AnswerAsync(invocation, http) : WaitAsync(running, invocation, http);
    };

    private async Task WaitAsync(Task running, Invocation invocation, HttpContext http)
    {
        await running;
        await AnswerAsync(invocation, http);
    }

    private Task AnswerAsync(Invocation invocation, HttpContext http) => invocation.Result switch
    {
        IResult result => result.ExecuteAsync(http),
        IActionResult result => ExecuteAsync(result, http),
        null => Task.CompletedTask,
        var output => MarkedIn(output) switch
        {
            IResult result => result.ExecuteAsync(http),
            IActionResult result => ExecuteAsync(result, http),
            _ => Task.CompletedTask,
        },
    };

    private static Task ExecuteAsync(IActionResult result, HttpContext http) =>
        result.ExecuteResultAsync(new ActionContext(http, http.GetRouteData(), NoAction));

    private object? MarkedIn(object output) => marked
        .GetOrAdd(output.GetType(), type => Array.Find(type.GetProperties(), property => property.IsDefined(typeof(HttpResultAttribute))))
        ?.GetValue(output);
}
