using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;
using OrderFunctions.Edge;
using Orders.Application;

namespace OrderFunctions.LocalHost.Controls;

/// <summary>How the local controls read and answer: camelCase JSON, enums as text, the API's problem documents for nonsense.</summary>
internal static class ControlResults
{
    public static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false) },
        NumberHandling = JsonNumberHandling.Strict,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    public static IResult Ok(object body) => Results.Json(body, Json);

    public static IResult Invalid(string detail) => Problems.InvalidRequest.With(detail);

    public static IResult NotFound(string detail) => Problems.NotFound.With(detail);

    /// <summary>The body as <typeparamref name="T"/>, or what is wrong with it.</summary>
    /// <param name="request">Whose body.</param>
    /// <param name="absent">What no body at all stands for; null when there must be one.</param>
    public static async Task<(T? Body, IResult? Problem)> ReadAsync<T>(HttpRequest request, T? absent = null)
        where T : class
    {
        if (await RequestBody.ReadAsync(request) is not { } json)
            return (null, Problems.BodyTooLarge.With("Send less."));
        if (json.Length == 0 && absent is not null)
            return (absent, null);
        try
        {
            return JsonSerializer.Deserialize<T>(json, Json) is { } body ? (body, null) : (null, Invalid("The body is null."));
        }
        catch (JsonException wrong)
        {
            // Its message would name our classes.
            return (null, Invalid($"The body is not JSON of this control's form; see {wrong.Path ?? "$"}. The README lists the fields."));
        }
    }

    /// <summary>In front of every control: what failed is a problem document too.</summary>
    public static async ValueTask<object?> GuardAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        try
        {
            return await next(context);
        }
        catch (DependencyUnavailableException down)
        {
            return Problems.Unavailable.With($"{down.Message} Whether it happened is not known; ask again.");
        }
        catch (BadHttpRequestException broken)
        {
            return broken.StatusCode == StatusCodes.Status413PayloadTooLarge
                ? Problems.BodyTooLarge.With("Send less.")
                : Invalid("The request could not be read to its end.");
        }
        catch (OperationCanceledException) when (context.HttpContext.RequestAborted.IsCancellationRequested)
        {
            return Answer.Empty(StatusCodes.Status499ClientClosedRequest);
        }
    }
}
