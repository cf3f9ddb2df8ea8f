using Microsoft.AspNetCore.Http;
using OrderFunctions.Access;
using OrderFunctions.Edge;
using OrderFunctions.Lifecycle;
using Orders.Application;
using Orders.Application.Payments;
using Orders.Domain;

namespace OrderFunctions.Payments;

/// <summary>Opens an attempt to pay. The body may be left out: then the provider's usual way of paying is meant.</summary>
public sealed class OpenPaymentHttp(HttpEdge edge, OpenPayment openPayment)
{
    private static readonly Rule<OpenPaymentRequest> Rule =
        new(Who.Owner, ApiJson.Default.OpenPaymentRequest, KeyIsRequired: true) { Absent = new OpenPaymentRequest() };

    [Function("OpenPayment")]
    public Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/orders/{orderId}/payments")] HttpRequest request, string orderId) =>
        edge.RunAsync(request, Rule, async (call, body) =>
        {
            if (!OrderId.TryParse(orderId, out var id))
                return Problems.Of(OrderAnswers.NoSuchOrder);
            var command = new OpenPaymentCommand(call.Caller, id, call.RequiredKey, body.Method, call.IfMatch) { CaseId = body.CaseId };
            var opened = await openPayment.RunAsync(command, call.Cancellation);
            return opened.Succeeded
                ? Answer.Of(StatusCodes.Status201Created, PaymentView.Of(id, opened.Value.Payment), ApiJson.Default.PaymentView)
                : Problems.Of(opened.Refusal);
        });
}
