using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using OrderFunctions.Tests.Events;
using Orders.Application.Events;
using Orders.Application.Lifecycle;
using Orders.Application.Payments;
using Orders.Application.Statistics;
using Orders.Domain;
using Orders.Domain.Payments;

namespace OrderFunctions.Tests.Contract;

/// <summary>
/// The contract's examples, executed: each request is sent as it stands, and what comes back has the status, the type of problem and the
/// form that the contract says.
/// </summary>
public sealed class ExamplesTests : IAsyncLifetime
{
    private static readonly OpenApi Contract = OpenApi.Served;

    private OrderApp app = null!;

    public async Task InitializeAsync() => app = await OrderApp.StartAsync();

    public async Task DisposeAsync() => await app.DisposeAsync();

    public static TheoryData<string, string> Requests
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var operation in Contract.Operations)
            {
                foreach (var name in operation.Requests.Keys.DefaultIfEmpty(""))
                    data.Add(operation.Id, name);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Requests))]
    public async Task Example_IsAnsweredAsTheContractSays(string id, string example)
    {
        var operation = Contract[id];
        var (orderId, shipmentId) = await PrepareAsync(id);
        var ticketId = await PrepareSaleAsync(id);
        var caseId = await PrepareCaseAsync(id, orderId);
        var (webhookId, deliveryId) = await PrepareWebhookAsync(id);
        var refundId = await PrepareRefundAsync(id, orderId);
        await PrepareReportAsync(id);
        var path = operation.Path.TrimStart('/')
            .Replace("{orderId}", orderId, StringComparison.Ordinal)
            .Replace("{shipmentId}", shipmentId, StringComparison.Ordinal)
            .Replace("{refundId}", refundId, StringComparison.Ordinal)
            .Replace("{caseId}", caseId, StringComparison.Ordinal)
            .Replace("{saleId}", Sales.Friday, StringComparison.Ordinal)
            .Replace("{date}", "2026-03-01", StringComparison.Ordinal)
            .Replace("{file}", "part-00.jsonl", StringComparison.Ordinal)
            .Replace("{differenceId}", await PrepareDifferenceAsync(id), StringComparison.Ordinal)
            .Replace("{moneyId}", await PrepareMoneyAsync(id), StringComparison.Ordinal)
            .Replace("{ticketId}", ticketId, StringComparison.Ordinal)
            .Replace("{webhookId}", webhookId, StringComparison.Ordinal)
            .Replace("{deliveryId}", deliveryId, StringComparison.Ordinal)
            .Replace("{deadLetterId}", await PrepareLetterAsync(id), StringComparison.Ordinal)
            .Replace("{redriveId}", await PrepareRedriveAsync(id), StringComparison.Ordinal)
            .Replace("{auditId}", await PrepareAuditAsync(id), StringComparison.Ordinal)
            .Replace("{sku}", OrderApp.Mug, StringComparison.Ordinal)
            .Replace("{code}", "SPRING", StringComparison.Ordinal)
            .Replace("{userId}", "bob", StringComparison.Ordinal)
            .Replace("{provider}", "simulator", StringComparison.Ordinal);

        var reply = await SendAsync(operation, path, operation.Requests.GetValueOrDefault(example));

        var status = ExpectedStatus(operation, example);
        Assert.True((int)reply.Status == status, $"expected {status}, got {reply} {app.Host.Log}");
        AssertHasForm(operation, example, reply);
    }

    [Fact]
    public void Examples_HaveTheFormOfTheirSchemas()
    {
        var bodies = from operation in Contract.Operations
                     from media in Contract.ResponsesOf(operation)
                         .SelectMany(response => response.Response["content"]?.AsObject().Select(content => content.Value!) ?? [])
                         .Append(operation.Body)
                     where media is not null
                     from example in Operation.Examples(media)
                     from error in SchemaCheck.Of(Contract, media["schema"]!, example.Value)
                     select $"{operation.Id} {example.Key}: {error}";

        Assert.Empty(bodies);
    }

    [Fact]
    public void FieldsOfTheContract_AreWords() => Assert.DoesNotContain(Contract.FieldNames, name => name.Contains(' ', StringComparison.Ordinal));

    [Fact]
    public void ExamplesOfAnswers_BelongToARequest() => Assert.All(
        Contract.Operations,
        operation => Assert.All(
            Contract.ResponsesOf(operation).SelectMany(response => response.Response["content"]?.AsObject().SelectMany(media => Operation.Examples(media.Value).Keys) ?? []),
            name => Assert.Contains(name, operation.Requests.Keys)));

    /// <summary>Negative control of the schema check, which all of this rests on.</summary>
    [Theory]
    [InlineData("""{"sku":"A","available":1,"held":0,"sold":0}""")]
    [InlineData("""{"sku":"A","available":1,"held":0,"sold":0,"stock":"1","rules":{"backorder":0,"holdCapPerUser":null,"unpaidBeforeShortWindow":null,"shortPaymentWindow":null}}""")]
    [InlineData("""{"sku":"A","available":1.5,"held":0,"sold":0,"stock":1,"rules":{"backorder":0,"holdCapPerUser":null,"unpaidBeforeShortWindow":null,"shortPaymentWindow":null}}""")]
    [InlineData("""{"sku":"A b","available":1,"held":0,"sold":0,"stock":1,"rules":{"backorder":0,"holdCapPerUser":null,"unpaidBeforeShortWindow":null,"shortPaymentWindow":null}}""")]
    [InlineData("""{"sku":"A","available":1,"held":0,"sold":0,"stock":1,"rules":{"backorder":0,"holdCapPerUser":null,"unpaidBeforeShortWindow":null,"shortPaymentWindow":null},"secret":1}""")]
    public void AnAnswerOfAnotherForm_IsSeen(string json) =>
        Assert.NotEmpty(SchemaCheck.Of(Contract, Contract.Schema("Stock"), JsonNode.Parse(json)));

    /// <summary>The status under which the contract shows the answer of that name; the one of success where it shows none.</summary>
    private static int ExpectedStatus(Operation operation, string example) => Contract.ResponsesOf(operation)
        .Where(response => response.Response["content"]?.AsObject().Any(media => Operation.Examples(media.Value).ContainsKey(example)) ?? false)
        .Select(response => response.Status)
        .DefaultIfEmpty(Contract.ResponsesOf(operation).Max(response => response.Status < 300 ? response.Status : 0))
        .Single();

    private static void AssertHasForm(Operation operation, string example, Reply reply)
    {
        var content = Contract.ResponseOf(operation, (int)reply.Status)!["content"];
        if (content is null)
        {
            Assert.Equal("", reply.Body);
            return;
        }

        var media = content[reply.ContentHeaders.ContentType!.MediaType!];
        Assert.True(media is not null, $"{operation.Id} says nothing of {reply.ContentHeaders.ContentType}");
        if (reply.ContentHeaders.ContentType.MediaType is "application/yaml" or "text/event-stream")
            return;
        Assert.Empty(SchemaCheck.Of(Contract, media["schema"]!, reply.Json));
        if (Operation.Examples(media).GetValueOrDefault(example)?["type"] is { } type)
            Assert.Equal(type.ToString(), reply["type"]);
    }

    private async Task<Reply> SendAsync(Operation operation, string path, JsonNode? body)
    {
        using var request = new HttpRequestMessage(new HttpMethod(operation.Method), path);
        if (operation.NeedsToken)
            request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {app.Tokens.For("alice", operation.Roles[0])}");
        if (operation.NeedsKey(Contract))
            request.Headers.Add("Idempotency-Key", "example");
        if (body is null)
            return await app.SendAsync(request);
        if (operation.Id == "OrderInSale" && (string?)body["admission"] is { Length: > 20 })
            body["admission"] = await app.AdmittedAsync("alice");
        request.Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
        if (operation.Id == "ReceivePaymentWebhook")
            Sign(request, body.ToJsonString());
        return await app.SendAsync(request);
    }

    private void Sign(HttpRequestMessage request, string body)
    {
        var now = app.Host.Clock.GetUtcNow();
        request.Headers.Add(StandardWebhook.IdHeader, "msg-1");
        request.Headers.Add(StandardWebhook.TimestampHeader, now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture));
        request.Headers.Add(StandardWebhook.SignatureHeader, StandardWebhook.Sign(WebhookSecret.Parse(OrderApp.WebhookSecret), "msg-1", now, Encoding.UTF8.GetBytes(body)));
    }

    /// <summary>A running sale, and a ticket of it where the operation is about one.</summary>
    private async Task<string> PrepareSaleAsync(string id)
    {
        if (id is "PutFlashSale" || !Contract[id].Path.Contains("{saleId}", StringComparison.Ordinal))
            return "";
        await app.PutSaleAsync(quantity: 50, perUser: 2);
        return id == "ReadTicket" ? (await app.OrderInSaleAsync("alice"))["ticketId"] : "";
    }

    /// <summary>A case about one mug, in the state that the operation is for.</summary>
    private async Task<string> PrepareCaseAsync(string id, string orderId)
    {
        if (!Contract[id].Path.Contains("{caseId}", StringComparison.Ordinal))
            return "";
        var opened = await app.SendAsync(
            HttpMethod.Post, $"api/orders/{orderId}/after-sales", app.Tokens.For("alice", "customer"),
            $$"""{"type":"{{TypeFor(id)}}","lines":[{"sku":"MUG-WHITE","quantity":1}],"reason":"One is enough"}""", "c1");
        Assert.True(opened.Status is HttpStatusCode.Created, opened.ToString() + app.Host.Log);
        if (TypeFor(id) != "refund")
            await StepAsync("approve", "mia", "merchant");
        if (id is "ReceiveGoods")
            await StepAsync("return-shipment", "alice", "customer", """{"carrier":"DHL","trackingNumber":"1"}""");
        if (id is "ShipReplacement")
            await StepAsync("receive", "mia", "merchant");
        return opened["caseId"];

        async Task StepAsync(string step, string user, string role, string? body = null)
        {
            var done = await app.SendAsync(HttpMethod.Post, $"api/orders/{orderId}/after-sales/{opened["caseId"]}/{step}", app.Tokens.For(user, role), body);
            Assert.True(done.Status is HttpStatusCode.OK, done.ToString() + app.Host.Log);
        }
    }

    private static string TypeFor(string id) => id switch
    {
        "SendGoodsBack" or "ReceiveGoods" => "return",
        "ShipReplacement" => "exchange",
        _ => "refund",
    };

    /// <summary>Money of nobody that went back already: asked again it is the same.</summary>
    private async Task<string> PrepareMoneyAsync(string id)
    {
        if (id is not ("RefundUnknownMoney" or "ListUnknownMoney"))
            return "";
        var (order, now) = (OrderId.Derive(Id.Parse<UserId>("alice"), "nobody's"), app.Host.Clock.GetUtcNow());
        var payment = PaymentId.Derive(order, "p");
        var money = new UnknownMoney(
            UnknownMoney.IdOf("simulator", payment, "r-1"), "simulator", "msg-1", order, payment, new Money(100, Id.Parse<Currency>("EUR")), "r-1", now, now)
        {
            State = UnknownMoneyState.Refunded,
        };
        await app.Get<IUnknownMoney>().HoldAsync(money, CancellationToken.None);
        return money.Id;
    }

    /// <summary>A refund that failed.</summary>
    private async Task<string> PrepareRefundAsync(string id, string orderId)
    {
        if (id is not ("RetryRefund" or "SettleRefund"))
            return "";
        var order = await app.ReadAsync(orderId);
        var paymentId = order.Json["payments"]![0]!["paymentId"]!.GetValue<string>();
        await app.Get<OrderChanges>().ChangeAsync(
            new OrderRef(Id.Parse<UserId>("alice"), Id.Parse<OrderId>(orderId)),
            read => new Decision<bool>(
                Outcome: true,
                read.Changed(app.Host.Clock.GetUtcNow()) with
                {
                    Payments = [.. read.Payments.Select(payment => payment with
                    {
                        Kept = payment.Kept - 100,
                        Refunds = [new OrderRefund($"{paymentId}-r1", 100, RefundReason.Over, RefundStatus.Failed, read.PlacedAt)],
                    })],
                },
                EventTypes.RefundFailed),
            CancellationToken.None);
        return $"{paymentId}-r1";
    }

    /// <summary>An endpoint, and a delivery to it where the operation is about them.</summary>
    private async Task<(string WebhookId, string DeliveryId)> PrepareWebhookAsync(string id)
    {
        if (!Contract[id].Path.Contains("{webhookId}", StringComparison.Ordinal))
            return ("", "");
        var ops = app.Tokens.For("olga", "ops");
        var webhook = await app.SendAsync(HttpMethod.Post, "api/ops/webhooks", ops, """{"url":"https://erp.example/"}""");
        Assert.Equal(HttpStatusCode.Created, webhook.Status);
        var sent = await app.SendAsync(HttpMethod.Post, $"api/ops/webhooks/{webhook["webhookId"]}/test", ops);
        await app.Host.AdvanceAsync(TimeSpan.Zero);
        return (webhook["webhookId"], sent["deliveryId"]);
    }

    /// <summary>The report of a day, and a file with a fact of it.</summary>
    private async Task PrepareReportAsync(string id)
    {
        if (id is not ("ReadReport" or "ListReportFacts" or "ReadReportFacts"))
            return;
        var fact = new FactRow(
            FactKind.Placed, new DateTime(2026, 3, 1, 12, 0, 0, DateTimeKind.Utc), new string('a', 26), new DateTime(2026, 3, 1, 12, 0, 0, DateTimeKind.Utc),
            SaleId: null, "EUR", 2_500, 2, Reason: null, Seconds: null, [new FactLineRow(OrderApp.Mug, 2, 2_500)]);
        await app.Get<IReportFiles>().WriteAsync(
            "facts/orders/date=2026-03-01/part-00.jsonl", JsonSerializer.SerializeToUtf8Bytes(fact, ReportJson.Default.FactRow), CancellationToken.None);
        var started = await app.SendAsync(HttpMethod.Post, "api/reports/2026-03-01", app.Tokens.For("olga", "ops"));
        Assert.Equal(HttpStatusCode.Accepted, started.Status);
        await app.Host.AdvanceAsync(TimeSpan.Zero);
    }

    /// <summary>An event of an order that its consumer could not read.</summary>
    private async Task<string> PrepareLetterAsync(string id)
    {
        if (!Contract[id].Path.Contains("dead-letter", StringComparison.Ordinal))
            return "";
        await app.SendPoisonAsync($"{await app.PlacedAsync()}-1");
        return (await app.LettersAsync())[0]["deadLetterId"]!.ToString();
    }

    private async Task<string> PrepareRedriveAsync(string id) =>
        id == "ReadRedrive" ? (await app.OpsAsync(HttpMethod.Post, "dead-letters/redrive", """{"reason":"Once more"}"""))["redriveId"] : "";

    private async Task<string> PrepareAuditAsync(string id)
    {
        if (!Contract[id].Path.Contains("/audit", StringComparison.Ordinal))
            return "";
        await app.OpsAsync(HttpMethod.Post, "dead-letters/redrive", """{"reason":"Once more"}""");
        return (await app.OpsAsync(HttpMethod.Get, "audit")).Json["items"]![0]!["auditId"]!.ToString();
    }

    /// <summary>A difference that waits, where the operation is about a day's.</summary>
    private async Task<string> PrepareDifferenceAsync(string id)
    {
        if (!Contract[id].Path.Contains("{date}", StringComparison.Ordinal))
            return "";
        var difference = new Difference(
            "0123456789abcdef0123", new DateOnly(2026, 3, 1), "simulator", DifferenceClass.Amount, BookEntryKind.Capture, "~", "cap-1", DifferenceProposal.Investigate,
            "It differs.")
        {
            At = app.Host.Clock.GetUtcNow(),
        };
        await app.Get<IReconciliations>().KeepAsync(difference, CancellationToken.None);
        return difference.Id;
    }

    /// <summary>An order in the state that the operation is for.</summary>
    private async Task<(string OrderId, string ShipmentId)> PrepareAsync(string id)
    {
        switch (id)
        {
            case "ReadOrderEvents" or "ReadOrderProcess" or "RetryOrder":
                return (await app.AcceptedAsync(), "");
            case "ReadMoney" or "ReadOrder" or "CancelOrder" or "OpenPayment" or "ListOrders":
                return (await app.PlacedAsync(), "");
            case "ShipLines" or "PreviewAfterSale" or "OpenCase" or "ReadCase" or "ApproveCase" or "RejectCase" or "BuyerWithdrawsCase":
                return (await app.AcceptedAsync(), "");
            case "RetryRefund" or "SettleRefund":
                return (await app.AcceptedAsync(), "");
            case "ReportParcel" or "ConfirmReceipt" or "SendGoodsBack" or "ReceiveGoods" or "ShipReplacement":
                var orderId = await app.AcceptedAsync();
                var parcel = await app.SendAsync(
                    HttpMethod.Post, $"api/orders/{orderId}/shipments", app.Tokens.For("mia", "merchant"), """{"carrier":"Royal Mail","trackingNumber":"RM1"}""", "s1");
                Assert.Equal(HttpStatusCode.Created, parcel.Status);
                return (orderId, parcel["shipmentId"]);
            default:
                return ("", "");
        }
    }
}
