using System.Globalization;
using Orders.Domain;
using Orders.Domain.Lifecycle;

namespace Orders.Application.Search;

/// <summary>The query of a search, as a client sends it.</summary>
public sealed record SearchOrdersRequest(
    string? Q = null, string? Status = null, string? Sku = null, string? UserId = null, string? From = null, string? To = null, string? MinTotal = null,
    string? MaxTotal = null, string? Currency = null, string? Sort = null, string? Limit = null, string? Cursor = null);

/// <summary>An order as the search shows it: amounts in minor units of its currency.</summary>
public sealed record FoundOrderView(
    OrderId OrderId, UserId UserId, OrderStatus Status, Currency Currency, long Total, long Paid, long Refunded, DateTime PlacedAt, DateTime UpdatedAt,
    string Name, string City, string Country, IReadOnlyList<Sku> Skus, IReadOnlyList<string> TrackingNumbers)
{
    public static FoundOrderView Of(SearchDocument found) => new(
        found.OrderId, found.UserId, found.Status, found.Currency, found.Total, found.Paid, found.Refunded, found.PlacedAt.UtcDateTime,
        found.UpdatedAt.UtcDateTime, found.Name, found.City, found.Country, found.Skus, found.TrackingNumbers);

    public override string ToString() => OrderId.Value;
}

/// <summary>A page of found orders.</summary>
/// <param name="Counts">How many there are of each status when the status that was asked for is left aside; all eight are named.</param>
/// <param name="Total">How many there are.</param>
public sealed record SearchPageView(
    IReadOnlyList<FoundOrderView> Items, string? NextCursor, IReadOnlyDictionary<string, long> Counts, long Total);

/// <summary>
/// Orders by what staff know of them: number, name, part of the address, SKU, coupon, tracking number, case. A text that makes no sense finds nothing and is
/// no error; a filter that makes none is one.
/// </summary>
public sealed class SearchOrders(IOrderSearch search, PageCursors cursors)
{
    public async Task<Result<SearchPageView>> RunAsync(SearchOrdersRequest request, CancellationToken cancellation)
    {
        var form = new Form();
        var query = SearchForm.Read(form, request);
        var limit = Paging.Limit(form, request.Limit);
        if (form.Refusal is { } refusal)
            return refusal;

        // Quotes alone, say: what is looked for stands in no order.
        var isNothing = query.Terms.Count == 0 && !string.IsNullOrWhiteSpace(request.Q);
        var page = await cursors.ReadAsync(
            request.Cursor, cursor => isNothing ? Task.FromResult(new Page<SearchDocument>([], null)) : search.QueryAsync(query, limit, cursor, cancellation)).ConfigureAwait(false);
        if (!page.Succeeded)
            return page.Refusal;
        var counts = isNothing ? new Dictionary<OrderStatus, long>() : await search.CountAsync(query, cancellation).ConfigureAwait(false);
        return new SearchPageView(
            [.. page.Value.Items.Select(FoundOrderView.Of)], page.Value.NextCursor,
            Enum.GetValues<OrderStatus>().ToDictionary(status => status.ToString(), status => counts.GetValueOrDefault(status)),
            query.Status is { } one ? counts.GetValueOrDefault(one) : counts.Values.Sum());
    }
}

/// <summary>Reads what a client asks for.</summary>
internal static class SearchForm
{
    public static SearchQuery Read(Form form, SearchOrdersRequest request)
    {
        var (by, descending) = Sort(form, request.Sort);
        return new SearchQuery
        {
            Terms = SearchWords.Terms(request.Q ?? ""),
            Status = Status(form, request.Status),
            Sku = Id<Sku>(form, "sku", request.Sku),
            UserId = Id<UserId>(form, "userId", request.UserId),
            From = Instant(form, "from", request.From, endOfDay: false),
            Until = Instant(form, "to", request.To, endOfDay: true),
            MinTotal = Amount(form, "minTotal", request.MinTotal),
            MaxTotal = Amount(form, "maxTotal", request.MaxTotal),
            Currency = Id<Currency>(form, "currency", request.Currency),
            SortBy = by,
            Descending = descending,
        };
    }

    private static OrderStatus? Status(Form form, string? text)
    {
        if (string.IsNullOrEmpty(text))
            return null;
        foreach (var status in Enum.GetValues<OrderStatus>())
        {
            if (status.ToString() == text)
                return status;
        }

        form.Error("status", $"must be one of {string.Join(", ", Enum.GetNames<OrderStatus>())}");
        return null;
    }

    private static TId? Id<TId>(Form form, string field, string? text)
        where TId : struct, ITextId<TId>
    {
        if (string.IsNullOrEmpty(text))
            return null;
        if (TId.TryParse(text, out var id))
            return id;
        form.Error(field, "has not the form of one");
        return null;
    }

    private static long? Amount(Form form, string field, string? text)
    {
        if (string.IsNullOrEmpty(text))
            return null;
        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var amount))
            return amount;
        form.Error(field, "must be an amount in minor units");
        return null;
    }

    /// <summary>A day or an instant; of a day the beginning, or the end when it is to be in.</summary>
    private static DateTimeOffset? Instant(Form form, string field, string? text, bool endOfDay)
    {
        if (string.IsNullOrEmpty(text))
            return null;
        if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) && day < DateOnly.MaxValue)
            return new DateTimeOffset((endOfDay ? day.AddDays(1) : day).ToDateTime(TimeOnly.MinValue), TimeSpan.Zero);
        if (text.Contains('T', StringComparison.Ordinal)
            && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var instant))
            return instant;
        form.Error(field, "must be a day, as 2026-01-31, or an ISO 8601 instant");
        return null;
    }

    private static (SearchKey By, bool Descending) Sort(Form form, string? text)
    {
        switch (text?.TrimStart('-'))
        {
            case null or "":
                return (SearchKey.PlacedAt, true);
            case "placedAt" when IsSign(text):
                return (SearchKey.PlacedAt, text[0] == '-');
            case "total" when IsSign(text):
                return (SearchKey.Total, text[0] == '-');
            case "updatedAt" when IsSign(text):
                return (SearchKey.UpdatedAt, text[0] == '-');
            default:
                form.Error("sort", "must be placedAt, total or updatedAt, with a - in front for the other way round");
                return (SearchKey.PlacedAt, true);
        }
    }

    private static bool IsSign(string text) => !text.StartsWith("--", StringComparison.Ordinal);
}
