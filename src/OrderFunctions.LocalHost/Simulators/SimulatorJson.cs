using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;

namespace OrderFunctions.LocalHost.Simulators;

/// <summary>How the simulated provider reads and writes JSON. It is another company: it shares no code with the app's HTTP edge.</summary>
internal static class SimulatorJson
{
    private static readonly JsonSerializerOptions Format = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false) },
        NumberHandling = JsonNumberHandling.Strict,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    /// <summary>The body; null when it is not one, or larger than the limit.</summary>
    public static async Task<T?> ReadAsync<T>(HttpRequest request)
        where T : class
    {
        if (!request.HasJsonContentType() || await RequestBody.ReadAsync(request) is not { } json)
            return null;
        try
        {
            return JsonSerializer.Deserialize<T>(json, Format);
        }
        catch (JsonException)
        {
            // No JSON, or not of the form: the caller hears that, and no more.
            return null;
        }
    }

    public static IResult Ok(object body) => Results.Json(body, Format);

    public static IResult Problem(int status, string title) => Results.Problem(title: title, statusCode: status);
}
