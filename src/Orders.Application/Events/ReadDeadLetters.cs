using Orders.Application.Lifecycle;
using Orders.Domain;
using Orders.Domain.Lifecycle;

namespace Orders.Application.Events;

/// <summary>The dead letters of all queues and subscriptions, page by page, with how many there are.</summary>
public sealed class ListDeadLetters(IDeadLetters letters, PageCursors cursors, TimeProvider clock)
{
    public async Task<Result<DeadLetterPage>> RunAsync(ListDeadLettersRequest request, CancellationToken cancellation)
    {
        var form = new Form();
        var limit = Paging.Limit(form, request.Limit);
        var filter = request.Filter.Check(form, letters, clock.GetUtcNow());
        if (form.Refusal is { } refusal)
            return refusal;
        var page = await cursors.ReadAsync(
            request.Cursor,
            async cursor =>
            {
                var found = await letters.ListAsync(filter, limit, cursor, cancellation).ConfigureAwait(false);
                return new Page<DeadLetterView>([.. found.Items.Select(DeadLetterView.Of)], found.NextCursor);
            }).ConfigureAwait(false);
        return page.Succeeded
            ? new DeadLetterPage(page.Value.Items, page.Value.NextCursor, await letters.CountAsync(filter, cancellation).ConfigureAwait(false))
            : page.Refusal;
    }
}

/// <summary>One dead letter, held against the order that it is about.</summary>
public sealed class ReadDeadLetter(IDeadLetters letters, IOrderStore orders, JudgeDeadLetter judge)
{
    internal static readonly Refusal NoSuchLetter = new Refusal.NotFound("dead letter");

    public async Task<Result<DeadLetterDetailView>> RunAsync(string deadLetterId, CancellationToken cancellation)
    {
        if (!DeadLetterId.TryParse(deadLetterId, out var id) || await letters.FindAsync(id, cancellation).ConfigureAwait(false) is not { } letter)
            return NoSuchLetter;
        var order = letter.OrderId is { } about ? await FindAsync(about, cancellation).ConfigureAwait(false) : null;
        return DeadLetterDetailView.Of(letter, order, await judge.RunAsync(letter, cancellation).ConfigureAwait(false));
    }

    private async Task<Order?> FindAsync(OrderId orderId, CancellationToken cancellation) =>
        await orders.LocateAsync(orderId, cancellation).ConfigureAwait(false) is { } place
            ? await orders.FindAsync(place, cancellation).ConfigureAwait(false)
            : null;
}
