using Microsoft.Extensions.Logging;
using Orders.Application.Events;
using Orders.Domain.Lifecycle;

namespace Orders.Application.Payments;

/// <summary>
/// Goes round all held money, a piece at each run: what has found its order goes into it, what is to go back is asked about, and what nobody has decided on
/// for a day is told again. Each is told once.
/// </summary>
public sealed class SweepUnknownMoney(
    IUnknownMoney unknown, SettleUnknownMoney settle, IWatermarks watermarks, ReconciliationPolicy policy, TimeProvider clock, ILogger<SweepUnknownMoney> log)
{
    private const int PerPage = 100;
    private const int MostPages = 10;

    private static readonly UnknownMoneyState[] Unsettled = [UnknownMoneyState.Applying, UnknownMoneyState.Refunding, UnknownMoneyState.Held];

    /// <summary>Returns how many were settled.</summary>
    public async Task<int> RunAsync(CancellationToken cancellation)
    {
        var settled = 0;
        foreach (var state in Unsettled)
            settled += await RunAsync(state, cancellation).ConfigureAwait(false);
        return settled;
    }

    private async Task<int> RunAsync(UnknownMoneyState state, CancellationToken cancellation)
    {
        var mark = $"sweep-unknown-money-{state}";
        var cursor = await watermarks.FindAsync(mark, cancellation).ConfigureAwait(false);
        var settled = 0;
        for (var page = 0; page < MostPages; page++)
        {
            var found = await unknown.ListAsync(state, PerPage, cursor, cancellation).ConfigureAwait(false);
            foreach (var money in found.Items)
                settled += await SettleAsync(money, cancellation).ConfigureAwait(false) ? 1 : 0;
            cursor = found.NextCursor;
            await watermarks.SetAsync(mark, cursor, cancellation).ConfigureAwait(false);
            if (cursor is null)
                break;
        }

        return settled;
    }

    private async Task<bool> SettleAsync(UnknownMoney money, CancellationToken cancellation)
    {
        try
        {
            var after = await settle.RunAsync(money, cancellation).ConfigureAwait(false);
            await EscalateAsync(after, cancellation).ConfigureAwait(false);
            return !after.IsUnsettled;
        }
        catch (DependencyUnavailableException away)
        {
            // The next round comes to it again; those behind it must not wait for that.
            log.UnknownMoneyNotSettled(away, money.Id);
        }
        catch (UnreadableOrderException unreadable)
        {
            log.UnreadableOrderPassed(unreadable, money.OrderId.Value, nameof(SweepUnknownMoney));
        }

        return false;
    }

    private async Task EscalateAsync(UnknownMoney money, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        if (money is not { State: UnknownMoneyState.Held, EscalatedAt: null } || now < money.HeldSince + policy.UnknownMoneyPatience)
            return;
        if (await unknown.SaveAsync(money.Next(money.State, money.Outcome) with { EscalatedAt = now }, cancellation).ConfigureAwait(false))
            log.UnknownMoneyForPeople(money.Id, money.Provider, money.HeldSince);
    }
}
