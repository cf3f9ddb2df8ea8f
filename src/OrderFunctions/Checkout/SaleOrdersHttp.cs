using Microsoft.AspNetCore.Http;
using OrderFunctions.Access;
using OrderFunctions.Edge;
using Orders.Application;
using Orders.Application.Access;
using Orders.Application.Checkout;
using Orders.Domain;

namespace OrderFunctions.Checkout;

/// <summary>
/// A buyer's way through a flash sale: admission, place, ticket. Both POSTs ask first what this process knows of the sale, before anything that costs; who
/// has a place already and repeats a request passes by that.
/// </summary>
public sealed class SaleOrdersHttp(HttpEdge edge, SaleGate gate, AdmitToSale admit, OrderInSale order, ReadTicket readTicket)
{
    private static readonly Rule Admit = new(Who.Customer);
    private static readonly Rule<SaleOrderRequest> Order = new(Who.Customer, ApiJson.Default.SaleOrderRequest, KeyIsRequired: true);
    private static readonly Rule Read = new(Who.Owner);

    [Function("AdmitToSale")]
    public Task<IResult> AdmitAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/flash-sales/{saleId}/admissions")] HttpRequest request, string saleId) =>
        edge.RunAsync(request, Admit, (_, _) => SoldOutAsync(saleId, order: null), async call =>
        {
            var admitted = await admit.RunAsync(call.Caller.UserId, saleId, call.Cancellation);
            return admitted.Succeeded ? Answer.Of(StatusCodes.Status201Created, admitted.Value, ApiJson.Default.AdmissionView) : Problems.Of(admitted.Refusal);
        });

    [Function("OrderInSale")]
    public Task<IResult> OrderAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/flash-sales/{saleId}/orders")] HttpRequest request, string saleId) =>
        edge.RunAsync(request, Order, (caller, key) => SoldOutAsync(saleId, caller, key), async (call, body) =>
        {
            if (!SaleId.TryParse(saleId, out var sale))
                return Problems.Of(new Refusal.NotFound("sale"));
            var ticket = await order.RunAsync(new SaleOrderCommand(call.Caller.UserId, sale, call.RequiredKey, body), call.Cancellation);
            return ticket.Succeeded
                ? Answer.Of(StatusCodes.Status202Accepted, new TicketGivenView(ticket.Value, sale), ApiJson.Default.TicketGivenView)
                    .WithHeader("Location", $"/api/flash-sales/{sale}/tickets/{ticket.Value}")
                : Problems.Of(ticket.Refusal);
        });

    [Function("ReadTicket")]
    public Task<IResult> ReadTicketAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "api/flash-sales/{saleId}/tickets/{ticketId}")] HttpRequest request,
        string saleId,
        string ticketId) =>
        edge.RunAsync(request, Read, async call =>
        {
            var ticket = await readTicket.RunAsync(call.Caller.UserId, saleId, ticketId, call.Cancellation);
            if (!ticket.Succeeded)
                return Problems.Of(ticket.Refusal);
            var answer = Answer.Of(StatusCodes.Status200OK, ticket.Value.View, ApiJson.Default.TicketView);
            return ticket.Value.AskAgainIn is { } wait ? answer.WithHeader("Retry-After", Problems.Seconds(wait)) : answer;
        });

    private ValueTask<Answer?> SoldOutAsync(string saleId, Caller caller, string? key) =>
        SaleId.TryParse(saleId, out var sale) && key is not null
            ? SoldOutAsync(saleId, TicketId.Derive(caller.UserId, sale, key).OrderOf(caller.UserId))
            : new((Answer?)null);

    private ValueTask<Answer?> SoldOutAsync(string saleId, OrderRef? order)
    {
        if (!SaleId.TryParse(saleId, out var sale))
            return new((Answer?)null);
        var asking = gate.IsSoldOutAsync(sale, order, CancellationToken.None);
        return asking.IsCompletedSuccessfully ? new(asking.Result ? Problems.AllSold : null) : WaitAsync(asking);

        static async ValueTask<Answer?> WaitAsync(ValueTask<bool> asking) => await asking ? Problems.AllSold : null;
    }
}
