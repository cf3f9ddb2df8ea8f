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

    /// <exception cref="UnreadableOrderException">Not a stored order.</exception>
    public static Order Read(ReadOnlySpan<byte> json)
    {
        try
        {
            return JsonSerializer.Deserialize(json, Default.Order) ?? throw new JsonException("A stored order is an object.");
        }
        catch (Exception broken) when (broken is JsonException or FormatException or ArgumentException or InvalidOperationException or NotSupportedException or OverflowException)
        {
            throw new UnreadableOrderException(broken);
        }
    }
}

/// <summary>A stored document is no order: damaged, or written by a version that knows more. Nothing was changed; who goes over many orders passes it.</summary>
public sealed class UnreadableOrderException(Exception cause) : Exception("A stored order can't be read.", cause);
