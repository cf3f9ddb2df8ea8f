using System.Text.Json;
using System.Text.Json.Serialization;
using Orders.Application.Access;
using Orders.Application.AfterSales;
using Orders.Application.Checkout;
using Orders.Application.Events;
using Orders.Application.Lifecycle;
using Orders.Application.Payments;
using Orders.Application.Search;
using Orders.Application.Shipping;
using Orders.Application.Statistics;
using Orders.Application.Stock;
using Orders.Domain.Checkout;

namespace Orders.Application;

/// <summary>
/// Every body that the API takes or gives, but for problem documents: camelCase, enums by name, nulls written. Requests are read strictly: a
/// field that nobody knows is a misspelt one, and of a field that stands twice nobody knows which one was meant.
/// </summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    AllowDuplicateProperties = false,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(BasketRequest))]
[JsonSerializable(typeof(CancelRequest))]
[JsonSerializable(typeof(OpenPaymentRequest))]
[JsonSerializable(typeof(ShipRequest))]
[JsonSerializable(typeof(ParcelReport))]
[JsonSerializable(typeof(CatalogueItemRequest))]
[JsonSerializable(typeof(StockAdjustmentRequest))]
[JsonSerializable(typeof(CouponRequest))]
[JsonSerializable(typeof(AddressBookRequest))]
[JsonSerializable(typeof(UserRequest))]
[JsonSerializable(typeof(OrderView))]
[JsonSerializable(typeof(Page<OrderView>), TypeInfoPropertyName = "OrderPage")]
[JsonSerializable(typeof(QuoteView))]
[JsonSerializable(typeof(PaymentView))]
[JsonSerializable(typeof(MoneyView))]
[JsonSerializable(typeof(ReconciliationView))]
[JsonSerializable(typeof(ReconciliationDaysView))]
[JsonSerializable(typeof(DifferenceView))]
[JsonSerializable(typeof(DifferenceDecisionRequest))]
[JsonSerializable(typeof(UnknownMoneyView))]
[JsonSerializable(typeof(Page<UnknownMoneyView>), TypeInfoPropertyName = "UnknownMoneyPage")]
[JsonSerializable(typeof(UnknownMoneyDecisionRequest))]
[JsonSerializable(typeof(ShipmentView))]
[JsonSerializable(typeof(CatalogueItem))]
[JsonSerializable(typeof(Page<CatalogueItem>), TypeInfoPropertyName = "CataloguePage")]
[JsonSerializable(typeof(StockRulesRequest))]
[JsonSerializable(typeof(StockView))]
[JsonSerializable(typeof(AddressBookView))]
[JsonSerializable(typeof(UserView))]
[JsonSerializable(typeof(WebhookRequest))]
[JsonSerializable(typeof(WebhookView))]
[JsonSerializable(typeof(WebhookListView))]
[JsonSerializable(typeof(WebhookSecretView))]
[JsonSerializable(typeof(DeliveryView))]
[JsonSerializable(typeof(Page<DeliveryView>), TypeInfoPropertyName = "DeliveryPage")]
[JsonSerializable(typeof(CouponView))]
[JsonSerializable(typeof(FlashSaleRequest))]
[JsonSerializable(typeof(FlashSaleView))]
[JsonSerializable(typeof(SaleUnitsView))]
[JsonSerializable(typeof(Page<SaleOnBoardView>), TypeInfoPropertyName = "SaleBoardPage")]
[JsonSerializable(typeof(AdmissionView))]
[JsonSerializable(typeof(SaleOrderRequest))]
[JsonSerializable(typeof(TicketView))]
[JsonSerializable(typeof(TicketGivenView))]
[JsonSerializable(typeof(CaseRequest))]
[JsonSerializable(typeof(ApproveCaseRequest))]
[JsonSerializable(typeof(RejectCaseRequest))]
[JsonSerializable(typeof(AfterSaleView))]
[JsonSerializable(typeof(AfterSalePreview))]
[JsonSerializable(typeof(CaseParcelRequest))]
[JsonSerializable(typeof(ReceiveGoodsRequest))]
[JsonSerializable(typeof(SettleRefundRequest))]
[JsonSerializable(typeof(RefundView))]
[JsonSerializable(typeof(SearchPageView))]
[JsonSerializable(typeof(SearchIndexView))]
[JsonSerializable(typeof(LiveStatisticsView))]
[JsonSerializable(typeof(FactFileListView))]
[JsonSerializable(typeof(DeadLetterPage))]
[JsonSerializable(typeof(DeadLetterDetailView))]
[JsonSerializable(typeof(ResubmitRequest))]
[JsonSerializable(typeof(ResubmittedView))]
[JsonSerializable(typeof(RedriveRequest))]
[JsonSerializable(typeof(RedriveStartedView))]
[JsonSerializable(typeof(RedriveView))]
[JsonSerializable(typeof(PurgeRequest))]
[JsonSerializable(typeof(PurgedView))]
[JsonSerializable(typeof(AuditEntryView))]
[JsonSerializable(typeof(Page<AuditEntryView>), TypeInfoPropertyName = "AuditPage")]
[JsonSerializable(typeof(ErasureView))]
[JsonSerializable(typeof(OrderProcessView))]
[JsonSerializable(typeof(OrderEventsView))]
[JsonSerializable(typeof(Page<StuckOrderView>), TypeInfoPropertyName = "StuckOrderPage")]
[JsonSerializable(typeof(RetriedOrderView))]
[JsonSerializable(typeof(HealthView))]
public sealed partial class ApiJson : JsonSerializerContext;

/// <summary>Writes an enum's names as JSON writes field names: <c>soldOut</c>.</summary>
public sealed class CamelCaseNames<TEnum>() : JsonStringEnumConverter<TEnum>(JsonNamingPolicy.CamelCase, allowIntegerValues: false)
    where TEnum : struct, Enum;
