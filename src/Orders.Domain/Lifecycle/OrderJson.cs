using System.Text.Json;
using System.Text.Json.Serialization;

namespace Orders.Domain.Lifecycle;

/// <summary>The persisted form of an order. It stands in this assembly because only this assembly can set an order's state.</summary>
[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web,
    UseStringEnumConverter = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Order))]
public sealed partial class OrderJson : JsonSerializerContext
{
    public static byte[] Write(Order order) => JsonSerializer.SerializeToUtf8Bytes(order, Default.Order);

    /// <exception cref="JsonException">Not a stored order.</exception>
    public static Order Read(ReadOnlySpan<byte> json) => JsonSerializer.Deserialize(json, Default.Order)
        ?? throw new JsonException("A stored order is an object.");
}
