using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;

namespace OrderFunctions.LocalHost.Controls;

/// <summary>How the local controls read and answer: camelCase JSON, enums as text, problem documents for nonsense.</summary>
internal static class ControlResults
{
    public static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    };

    public static IResult Ok(object body) => Results.Json(body, Json);

    public static IResult Invalid(string detail) =>
        Results.Problem(detail, statusCode: StatusCodes.Status400BadRequest, title: "The request is not valid", type: "/problems/invalid-request");

    public static IResult NotFound(string detail) =>
        Results.Problem(detail, statusCode: StatusCodes.Status404NotFound, title: "Not found", type: "/problems/not-found");

    /// <summary>Controls of capabilities that this version does not have.</summary>
    public static IResult NotThere(string what) => Results.Problem(
        $"This version has no {what} yet.", statusCode: StatusCodes.Status501NotImplemented, title: "Not implemented", type: "/problems/not-implemented");

    /// <summary>The body as <typeparamref name="T"/>, or what is wrong with it.</summary>
    public static async Task<(T? Body, IResult? Problem)> ReadAsync<T>(HttpRequest request)
        where T : class
    {
        try
        {
            return await JsonSerializer.DeserializeAsync<T>(request.Body, Json, request.HttpContext.RequestAborted) is { } body
                ? (body, null)
                : (null, Invalid("The body is null."));
        }
        catch (JsonException malformed)
        {
            return (null, Invalid(malformed.Message));
        }
    }
}
