using Microsoft.AspNetCore.Http;

namespace OrderFunctions.Edge;

/// <summary>
/// Everything under <c>/api</c> that no function serves: 405 where another method is served, else 404, each as a problem; OPTIONS says what is
/// served. Azure's host tries routes in the alphabetical order of the functions' names and not by how exact they are, so this name must be
/// the last; a test looks after that.
/// </summary>
public sealed class UnknownRouteHttp(HttpEdge edge, Routes routes)
{
    [Function("UnknownRoute")]
    public Task<IResult> RunAsync([HttpTrigger(AuthorizationLevel.Anonymous, Route = "api/{*path}")] HttpRequest request) =>
        edge.GuardAsync(request, () => Task.FromResult(AnswerTo(request)));

    private Answer AnswerTo(HttpRequest request)
    {
        var methods = routes.MethodsAt(request.Path);
        if (methods.Count == 0)
            return Problems.UnknownRoute.With("See /api/openapi.yaml for what there is.");
        var allow = string.Join(", ", methods.Append(HttpMethods.Options));
        return HttpMethods.IsOptions(request.Method)
            ? Answer.Empty(StatusCodes.Status204NoContent).WithHeader("Allow", allow)
            : Problems.MethodNotAllowed.With($"It takes {allow}.").WithHeader("Allow", allow);
    }
}
