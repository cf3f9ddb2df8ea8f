using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;

namespace OrderFunctions.LocalHost.Simulators;

/// <summary>How the simulated provider reads and writes JSON. It is another company: it shares no code with the app's HTTP edge.</summary>
internal static class SimulatorJson
{
    private const int MostBodyBytes = 64 * 1024;

    private static readonly JsonSerializerOptions Format = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false) },
        NumberHandling = JsonNumberHandling.Strict,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    /// <summary>The body; null when it is not one.</summary>
    public static async Task<T?> ReadAsync<T>(HttpRequest request)
        where T : class
    {
        if (request.ContentLength > MostBodyBytes)
            return null;
        try
        {
            return await request.ReadFromJsonAsync<T>(Format, request.HttpContext.RequestAborted);
        }
        catch (Exception malformed) when (malformed is JsonException or InvalidOperationException)
        {
            // No JSON, not of the form, or no JSON content type.
            return null;
        }
    }

    public static IResult Ok(object body) => Results.Json(body, Format);

    public static IResult Problem(int status, string title) => Results.Problem(title: title, statusCode: status);
}
