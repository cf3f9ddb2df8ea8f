using Microsoft.AspNetCore.Http;
using OrderFunctions.Edge;
using OrderFunctions.Lifecycle;
using Orders.Application;
using Orders.Application.AfterSales;
using Orders.Domain;

namespace OrderFunctions.AfterSales;

/// <summary>After-sale cases as answers.</summary>
internal static class CaseAnswers
{
    /// <summary>For what can't be a case's number: the same as for a case that isn't there.</summary>
    private static readonly Refusal NoSuchCase = new Refusal.NotFound("after-sale case");

    /// <summary>What a use case makes of the case that a route names.</summary>
    public static async Task<Answer> OfAsync(string orderId, string caseId, Func<OrderId, CaseId, Task<Result<CaseInOrder>>> run) =>
        !OrderId.TryParse(orderId, out var order) ? Problems.Of(OrderAnswers.NoSuchOrder)
        : !CaseId.TryParse(caseId, out var id) ? Problems.Of(NoSuchCase)
        : Of(await run(order, id));

    private static Answer Of(Result<CaseInOrder> result) =>
        result.Succeeded ? Of(StatusCodes.Status200OK, result.Value) : Problems.Of(result.Refusal);

    public static Answer Created(Result<CaseInOrder> result) => result.Succeeded
        ? Of(StatusCodes.Status201Created, result.Value).WithHeader("Location", $"/api/orders/{result.Value.Order.OrderId}/after-sales/{result.Value.Case.CaseId}")
        : Problems.Of(result.Refusal);

    private static Answer Of(int status, CaseInOrder done) =>
        Answer.Of(status, AfterSaleView.Of(done.Order, done.Case), ApiJson.Default.AfterSaleView);
}
