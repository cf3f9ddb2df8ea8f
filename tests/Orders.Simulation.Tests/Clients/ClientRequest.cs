using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Orders.Domain;

namespace Orders.Simulation.Tests.Clients;

/// <summary>What a request is about.</summary>
internal enum RequestKind
{
    Place,
    Pay,
    Cancel,
    Ship,
    Report,
    Receive,
    Read,
    List,
    Adjust,
    Admit,
    SaleOrder,
    Ticket,
    PutSale,
    OpenCase,
    DecideCase,
    SendBack,
    Inspect,
    Replace,
    WayOn,
    Money,
    MoneyAtRest,
    Reconcile,
}

/// <summary>A request as its sender knows it; sent again, it is the same.</summary>
/// <param name="Kind">What it is about.</param>
/// <param name="Who">The subject of its token.</param>
/// <param name="Role">The role of its token.</param>
/// <param name="Method">HTTP method.</param>
/// <param name="Path">Path and query.</param>
/// <param name="Key">Its idempotency key; null without.</param>
/// <param name="Body">JSON; null without.</param>
/// <param name="Order">The order that it is about, if it is about one.</param>
/// <param name="Owner">Whose order that is.</param>
internal sealed record ClientRequest(
    RequestKind Kind, string Who, string Role, HttpMethod Method, string Path, string? Key, string? Body, OrderId? Order = null, string? Owner = null)
{
    /// <summary>Whether a customer asks for what is another's.</summary>
    public bool IsTrespass => Role == "customer" && Owner is not null && Owner != Who;

    public HttpRequestMessage ToMessage(string token)
    {
        var message = new HttpRequestMessage(Method, Path);
        message.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        if (Key is not null)
            message.Headers.Add("Idempotency-Key", Key);
        if (Body is not null)
        {
            message.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(Body));
            message.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        }

        return message;
    }

    public override string ToString() => $"{Who} {Method} {Path}{(Key is null ? "" : " key " + Key)}";
}

/// <summary>An answer that reached its client.</summary>
internal sealed record ClientAnswer(int Status, string Text)
{
    public bool IsSuccess => Status is >= 200 and < 300;

    /// <summary>The client can't know whether it happened, or is told to come again: it repeats the same request.</summary>
    public bool SaysRepeat => Status >= 500 || (Status == 409 && ProblemType == "/problems/request-in-progress");

    public string? ProblemType => IsSuccess || Text.Length == 0 ? null : Json.GetProperty("type").GetString();

    public JsonElement Json => JsonSerializer.Deserialize<JsonElement>(Text);

    public override string ToString() => $"{Status} {ProblemType}";
}
