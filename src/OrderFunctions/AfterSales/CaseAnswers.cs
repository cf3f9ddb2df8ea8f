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
    /// <param name="forStaff">Whether what only staff read is shown.</param>
    public static async Task<Answer> OfAsync(string orderId, string caseId, Func<OrderId, CaseId, Task<Result<CaseInOrder>>> run, bool forStaff = false) =>
        !OrderId.TryParse(orderId, out var order) ? Problems.Of(OrderAnswers.NoSuchOrder)
        : !CaseId.TryParse(caseId, out var id) ? Problems.Of(NoSuchCase)
        : Of(await run(order, id), forStaff);

    private static Answer Of(Result<CaseInOrder> result, bool forStaff) =>
        result.Succeeded ? Of(StatusCodes.Status200OK, result.Value, forStaff) : Problems.Of(result.Refusal);

    public static Answer Created(Result<CaseInOrder> result) => result.Succeeded
        ? Of(StatusCodes.Status201Created, result.Value, forStaff: false).WithHeader("Location", $"/api/orders/{result.Value.Order.OrderId}/after-sales/{result.Value.Case.CaseId}")
        : Problems.Of(result.Refusal);

    private static Answer Of(int status, CaseInOrder done, bool forStaff) =>
        Answer.Of(status, AfterSaleView.Of(done.Order, done.Case, forStaff), ApiJson.Default.AfterSaleView);
}
