using System.Text.Json;
using Microsoft.Extensions.Logging;
using Orders.Application.Access;
using Orders.Domain;

namespace Orders.Application.Payments;

/// <summary>Why held money is sent back.</summary>
public sealed record UnknownMoneyDecisionRequest(string? Reason);

/// <summary>
/// Staff have money that belongs to no payment of ours sent back. The decision is written down, with who and why, before the provider hears of it. Money whose
/// order is there meanwhile goes into that instead. Success, unchanged, when it was decided before; a refund that the provider refused is sent under a new key.
/// </summary>
public sealed class RefundUnknownMoney(IUnknownMoney unknown, SettleUnknownMoney settle, TimeProvider clock, ILogger<RefundUnknownMoney> log)
{
    private const int MostReasonCharacters = 500;
    private const int MostTries = 5;

    /// <exception cref="DependencyUnavailableException">Unknown whether the provider heard it: repeat, or leave it to the sweep.</exception>
    public async Task<Result<UnknownMoney>> RunAsync(Caller caller, string id, UnknownMoneyDecisionRequest request, CancellationToken cancellation)
    {
        var form = new Form();
        var reason = form.Required("reason", request.Reason, MostReasonCharacters);
        if (form.Refusal is { } refusal)
            return refusal;
        for (var tries = 0; tries < MostTries; tries++)
        {
            if (await unknown.FindAsync(id, cancellation).ConfigureAwait(false) is not { } money)
                return new Refusal.NotFound("unknown money");
            if (money.State is UnknownMoneyState.Held or UnknownMoneyState.Applying)
                money = await settle.RunAsync(money, cancellation).ConfigureAwait(false);
            if (money.State is UnknownMoneyState.Applying or UnknownMoneyState.Applied)
                return new Refusal.UnknownMoneySettled(money.State);
            if (money.State == UnknownMoneyState.Refunded)
                return money;
            if (money.State == UnknownMoneyState.Refunding)
                return await settle.RunAsync(money, cancellation).ConfigureAwait(false);
            var decided = money.Next(UnknownMoneyState.Refunding, outcome: null) with
            {
                Refunds = money.Refunds + 1,
                DecidedBy = caller.UserId.Value,
                DecidedBecause = reason,
                DecidedAt = clock.GetUtcNow(),
            };
            if (!await unknown.SaveAsync(decided, cancellation).ConfigureAwait(false))
                continue;
            log.UnknownMoneySentBack(decided.Id, decided.Provider);
            return await settle.RunAsync(decided, cancellation).ConfigureAwait(false);
        }

        throw new DependencyUnavailableException($"money {id}, decided on by many at once,");
    }
}

/// <summary>The query of the list, as a client sends it.</summary>
public sealed record ListUnknownMoneyRequest(string? State, string? Limit, string? Cursor);

/// <summary>Money that belongs to no payment of ours, for operators, the longest held first.</summary>
public sealed class ListUnknownMoney(IUnknownMoney unknown, PageCursors cursors)
{
    public async Task<Result<Page<UnknownMoneyView>>> RunAsync(ListUnknownMoneyRequest request, CancellationToken cancellation)
    {
        var form = new Form();
        var state = CheckState(form, request.State);
        var limit = Paging.Limit(form, request.Limit);
        if (form.Refusal is { } refusal)
            return refusal;
        var page = await cursors.ReadAsync(request.Cursor, cursor => unknown.ListAsync(state, limit, cursor, cancellation)).ConfigureAwait(false);
        return page.Succeeded ? new Page<UnknownMoneyView>([.. page.Value.Items.Select(UnknownMoneyView.Of)], page.Value.NextCursor) : page.Refusal;
    }

    private static UnknownMoneyState? CheckState(Form form, string? text)
    {
        if (string.IsNullOrEmpty(text))
            return null;
        foreach (var state in Enum.GetValues<UnknownMoneyState>())
        {
            if (NameOf(state) == text)
                return state;
        }

        form.Error("state", $"must be one of {string.Join(", ", Enum.GetValues<UnknownMoneyState>().Select(NameOf))}");
        return null;
    }

    private static string NameOf(UnknownMoneyState state) => JsonNamingPolicy.CamelCase.ConvertName(state.ToString());
}

/// <summary>Held money as the API answers it.</summary>
/// <param name="OrderId">As the provider says; no order of ours, or one without this payment.</param>
/// <param name="Reference">The provider's number of the capture.</param>
/// <param name="RefundId">The key under which it is or was sent back last; null while nobody had it sent back.</param>
/// <param name="DecidedBy">Who had it sent back.</param>
/// <param name="Outcome">What became of it, or what stands in its way; null while nothing does.</param>
public sealed record UnknownMoneyView(
    string MoneyId, string Provider, OrderId OrderId, PaymentId PaymentId, long Amount, Currency Currency, string Reference, UnknownMoneyState State,
    DateTime CapturedAt, DateTime HeldSince, DateTime? EscalatedAt, string? RefundId, string? DecidedBy, string? Reason, DateTime? DecidedAt, string? Outcome)
{
    public static UnknownMoneyView Of(UnknownMoney money) => new(
        money.Id, money.Provider, money.OrderId, money.PaymentId, money.Money.Amount, money.Money.Currency, money.Reference, money.State,
        money.CapturedAt.UtcDateTime, money.HeldSince.UtcDateTime, money.EscalatedAt?.UtcDateTime, money.Refunds > 0 ? money.RefundKey : null,
        money.DecidedBy, money.DecidedBecause, money.DecidedAt?.UtcDateTime, money.Outcome);
}
