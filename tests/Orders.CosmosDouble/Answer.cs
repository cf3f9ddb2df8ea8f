using System.Globalization;
using System.Net;
using System.Text.Json;

namespace Orders.CosmosDouble;

/// <summary>What goes back: status, body, headers and what it cost.</summary>
internal sealed record Answer(HttpStatusCode Status, ReadOnlyMemory<byte> Body, double Charge)
{
    public Dictionary<string, string> Headers { get; } = [];

    public Answer With(string header, string? value)
    {
        if (value is not null)
            Headers[header] = value;
        return this;
    }

    public static Answer Json(HttpStatusCode status, object body, double charge = Charges.Nothing) => new(status, JsonSerializer.SerializeToUtf8Bytes(body, Sql.Values.Plain), charge);

    public static Answer Of(Refused refused) => Error(refused.Status, refused.Message).With("x-ms-substatus", refused.SubStatus == 0 ? null : Text(refused.SubStatus));

    public static Answer Of(Fault fault)
    {
        var answer = Error(fault.Status, "The test says so.");
        return fault.Status == HttpStatusCode.TooManyRequests
            ? answer.With("x-ms-retry-after-ms", Text((int)fault.RetryAfter.TotalMilliseconds)).With("x-ms-substatus", "3200")
            : answer;
    }

    public static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static Answer Error(HttpStatusCode status, string message) => Json(status, new { code = status.ToString(), message });
}
