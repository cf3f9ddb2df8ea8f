using Orders.Application.Access;
using Orders.Domain.Lifecycle;

namespace Orders.Application.Lifecycle;

/// <summary>The query of a list, as a client sends it.</summary>
public sealed record ListOrdersRequest(string? Status, string? Limit, string? Cursor);

/// <summary>The caller's own orders, newest first.</summary>
public sealed class ListOrders(IOrderStore orders, PageCursors cursors)
{
    public async Task<Result<Page<Order>>> RunAsync(Caller caller, ListOrdersRequest request, CancellationToken cancellation)
    {
        var form = new Form();
        var status = CheckStatus(form, request.Status);
        var limit = Paging.Limit(form, request.Limit);
        return form.Refusal is { } refusal
            ? refusal
            : await cursors.ReadAsync(request.Cursor, cursor => orders.ListAsync(caller.UserId, status, limit, cursor, cancellation)).ConfigureAwait(false);
    }

    private static OrderStatus? CheckStatus(Form form, string? status)
    {
        if (string.IsNullOrEmpty(status))
            return null;
        foreach (var known in Enum.GetValues<OrderStatus>())
        {
            if (known.ToString() == status)
                return known;
        }

        form.Error("status", $"must be one of {string.Join(", ", Enum.GetNames<OrderStatus>())}");
        return null;
    }
}
