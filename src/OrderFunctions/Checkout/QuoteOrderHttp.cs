using Microsoft.AspNetCore.Http;
using OrderFunctions.Access;
using OrderFunctions.Edge;
using Orders.Application;
using Orders.Application.Checkout;

namespace OrderFunctions.Checkout;

/// <summary>Says what a basket would cost. Nothing is reserved.</summary>
public sealed class QuoteOrderHttp(HttpEdge edge, QuoteOrder quoteOrder)
{
    private static readonly Rule<BasketRequest> Rule = new(Who.Customer, ApiJson.Default.BasketRequest);

    [Function("QuoteOrder")]
    public Task<IResult> RunAsync([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/orders/quote")] HttpRequest request) =>
        edge.RunAsync(request, Rule, async (call, basket) =>
        {
            var quote = await quoteOrder.RunAsync(basket, call.Cancellation);
            return quote.Succeeded
                ? Answer.Of(StatusCodes.Status200OK, QuoteView.Of(quote.Value), ApiJson.Default.QuoteView)
                : Problems.Of(quote.Refusal);
        });
}
