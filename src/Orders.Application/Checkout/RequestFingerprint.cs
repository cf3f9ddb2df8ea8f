using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Orders.Application.AfterSales;
using Orders.Application.Shipping;

namespace Orders.Application.Checkout;

/// <summary>
/// The hash that tells whether two requests with one idempotency key are the same request: SHA-256, hex, over the request as it was understood,
/// so spacing and the order of fields don't count. It is stored with what the request made: a persisted format.
/// </summary>
public static class RequestFingerprint
{
    public static string Of(BasketRequest request) => Of(request, CanonicalJson.Default.BasketRequest);

    public static string Of(SaleOrderRequest request) => Of(request, CanonicalJson.Default.SaleOrderRequest);

    public static string Of(ShipRequest request) => Of(request, CanonicalJson.Default.ShipRequest);

    public static string Of(CaseRequest request) => Of(request, CanonicalJson.Default.CaseRequest);

    private static string Of<T>(T request, JsonTypeInfo<T> type) =>
        Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(request, type)));
}

/// <summary>The form that is hashed. New optional fields may be appended: left out, they don't change the hash.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(BasketRequest))]
[JsonSerializable(typeof(SaleOrderRequest))]
[JsonSerializable(typeof(ShipRequest))]
[JsonSerializable(typeof(CaseRequest))]
internal sealed partial class CanonicalJson : JsonSerializerContext;
