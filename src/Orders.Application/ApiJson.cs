using System.Text.Json;
using System.Text.Json.Serialization;
using Orders.Application.Checkout;
using Orders.Application.Lifecycle;
using Orders.Application.Payments;
using Orders.Application.Shipping;
using Orders.Application.Stock;
using Orders.Domain.Checkout;

namespace Orders.Application;

/// <summary>
/// Every body that the API takes or gives, but for problem documents: camelCase, enums by name, nulls written. A field that stands twice in a
/// request is refused, for nobody knows which one was meant.
/// </summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, UseStringEnumConverter = true, AllowDuplicateProperties = false, NumberHandling = JsonNumberHandling.Strict)]
[JsonSerializable(typeof(BasketRequest))]
[JsonSerializable(typeof(CancelRequest))]
[JsonSerializable(typeof(ShipRequest))]
[JsonSerializable(typeof(ParcelReport))]
[JsonSerializable(typeof(CatalogueItemRequest))]
[JsonSerializable(typeof(StockAdjustmentRequest))]
[JsonSerializable(typeof(OrderView))]
[JsonSerializable(typeof(Page<OrderView>), TypeInfoPropertyName = "OrderPage")]
[JsonSerializable(typeof(QuoteView))]
[JsonSerializable(typeof(PaymentView))]
[JsonSerializable(typeof(ShipmentView))]
[JsonSerializable(typeof(CatalogueItem))]
[JsonSerializable(typeof(Page<CatalogueItem>), TypeInfoPropertyName = "CataloguePage")]
[JsonSerializable(typeof(StockLevel))]
public sealed partial class ApiJson : JsonSerializerContext;
