using Orders.Application;
using Orders.Application.Checkout;
using Orders.Application.Stock;
using Orders.Domain;
using StackExchange.Redis;

namespace Orders.Azure.Redis;

/// <content>What is done within one epoch; all of it may be begun anew in the next.</content>
public sealed partial class RedisSaleUnits
{
    private async Task<SaleCount> CountAsync(SaleSession session, CancellationToken cancellation)
    {
        var now = await parts.LookAsync(session, cancellation).ConfigureAwait(false);
        return new SaleCount(session.Sale, now.Sum(part => part.Quantity), now.Sum(part => part.Held), now.Sum(part => part.Sold));
    }

    private async Task<SaleCount?> PutAsync(SaleSession session, SaleTerms terms, long fence, CancellationToken cancellation)
    {
        for (var round = 0; round < MostRounds; round++)
        {
            var now = await parts.LookAsync(session, cancellation).ConfigureAwait(false);
            var left = terms.Quantity - now.Sum(part => part.Held + part.Sold);
            if (left < 0)
                return null;
            if (await PutAsync(session, now, left, terms.PerBuyer, fence, cancellation).ConfigureAwait(false))
                return await CountAsync(session, cancellation).ConfigureAwait(false);
        }

        throw Busy();
    }

    /// <summary>
    /// Shares what is left evenly, what is taken staying where it is. What becomes less goes first, so that the parts together never have more than the
    /// sale. False when a part has changed meanwhile.
    /// </summary>
    private async Task<bool> PutAsync(SaleSession session, IReadOnlyList<SalePart> now, long left, int perBuyer, long fence, CancellationToken cancellation)
    {
        var changes = Enumerable.Range(0, session.Parts).Select(part => (
            Part: part, Before: now[part].Quantity,
            After: now[part].Held + now[part].Sold + left / session.Parts + (part < left % session.Parts ? 1 : 0)));
        foreach (var (part, before, after) in changes.OrderBy(change => change.After - change.Before))
        {
            switch ((int)await calls.RunAsync(session, PutScript, part, hold: null, [before, after, perBuyer, fence], cancellation).ConfigureAwait(false))
            {
                case 0:
                    return false;
                case < 0:
                    throw new DependencyUnavailableException($"sale {session.Sale}, which somebody else is changing,");
            }
        }

        return true;
    }

    private async Task<SaleClaimResult> ReserveAsync(SaleSession session, SaleClaim claim, CancellationToken cancellation)
    {
        RedisValue admittedAt = claim.AdmittedAt is { } at ? RedisTime.Of(at) : 0;
        for (var round = 0; round < MostRounds; round++)
        {
            var answer = await RunAsync(session, Reserve, claim.Key, [.. ValuesOf(claim), admittedAt], cancellation).ConfigureAwait(false);
            if (answer[0] != "EMPTY")
                return ResultOf(answer);
            if (await TooFewAsync(session, claim.Key, NumberOf(answer[1]), claim.Quantity, cancellation).ConfigureAwait(false) is { } left)
                return new SaleClaimResult.SoldOut(left);
        }

        throw Busy();
    }

    private async Task<SaleHold?> ResumeAsync(SaleSession session, SaleClaim claim, CancellationToken cancellation)
    {
        var isSoldOut = false;
        for (var round = 0; round < MostRounds; round++)
        {
            var answer = await RunAsync(session, Resume, claim.Key, [.. ValuesOf(claim), isSoldOut ? 1 : 0], cancellation).ConfigureAwait(false);
            if (answer[0] != "EMPTY")
                return SaleHolds.Read(claim.Key, answer[1..]);
            isSoldOut = await TooFewAsync(session, claim.Key, NumberOf(answer[1]), claim.Quantity, cancellation).ConfigureAwait(false) is not null;
        }

        throw Busy();
    }

    private async Task<HoldOutcome> SettleAsync(SaleSession session, HoldKey key, Sku sku, int quantity, CancellationToken cancellation)
    {
        for (var round = 0; round < MostRounds; round++)
        {
            var answer = await RunAsync(
                session, Settle, key,
                [RedisTime.Of(clock.GetUtcNow()), StockNames.Member(key), key.Order.UserId.Value, sku.Value, quantity], cancellation).ConfigureAwait(false);
            switch (answer[0])
            {
                case "DONE":
                    return HoldOutcome.Done;
                case "ALREADY":
                    return HoldOutcome.AlreadyDone;
            }

            if (await TooFewAsync(session, key, NumberOf(answer[1]), NumberOf(answer[2]), cancellation).ConfigureAwait(false) is not null)
                return HoldOutcome.NothingHeld;
        }

        throw Busy();
    }

    /// <summary>Nothing of a sale whose counters wait to be built anew: the others must not wait for that.</summary>
    private async Task<IReadOnlyList<AgedSaleHold>> FindUnkeptAsync(SaleId sale, DateTimeOffset before, int limit, CancellationToken cancellation)
    {
        try
        {
            return await calls.RunAsync<IReadOnlyList<AgedSaleHold>>(
                sale, [], session => FindUnkeptAsync(session, before, limit, cancellation), cancellation).ConfigureAwait(false);
        }
        catch (DependencyUnavailableException) when (calls.IsLost(sale))
        {
            return [];
        }
    }

    private async Task<IReadOnlyList<AgedSaleHold>> FindUnkeptAsync(SaleSession session, DateTimeOffset before, int limit, CancellationToken cancellation)
    {
        var found = new List<AgedSaleHold>();
        for (var part = 0; part < session.Parts; part++)
        {
            var flat = (string[])(await calls.RunAsync(session, Unkept, part, hold: null, [RedisTime.Before(before), limit], cancellation).ConfigureAwait(false))!;
            for (var i = 0; i < flat.Length; i += 3)
                found.Add(new AgedSaleHold(session.Sale, StockNames.HoldOf(flat[i]), NumberOf(flat[i + 1]), RedisTime.At(NumberOf(flat[i + 2]))));
        }

        return found;
    }

    private async Task<Page<SaleHold>> ListHoldsAsync(SaleSession session, int limit, string after, CancellationToken cancellation)
    {
        var lists = await Task.WhenAll(Enumerable.Range(0, session.Parts).Select(part =>
            calls.RunAsync(session, List, part, hold: null, [after, limit + 1], cancellation))).ConfigureAwait(false);
        var all = lists.Select(list => (RedisResult[])list!)
            .SelectMany(list => Enumerable.Range(0, list.Length / 2).Select(i => (Name: (string)list[2 * i]!, Fields: (string[])list[2 * i + 1]!)))
            .OrderBy(hold => hold.Name, StringComparer.Ordinal).Take(limit + 1).ToList();
        var page = all.Take(limit).ToList();
        return new Page<SaleHold>(
            [.. page.Select(hold => SaleHolds.Read(StockNames.HoldOf(hold.Name), hold.Fields)!)],
            all.Count > limit ? SaleHolds.CursorOf(session.Sale, page[^1].Name) : null);
    }

    /// <summary>
    /// The home has too few. Null after the other parts have sent what was missing: try again. Else how many units are left in the whole sale, and
    /// the home remembers it for a moment.
    /// </summary>
    private async Task<long?> TooFewAsync(SaleSession session, HoldKey key, long here, long wanted, CancellationToken cancellation)
    {
        var home = session.HomeOf(key.Order.UserId);
        var now = await parts.LookAsync(session, cancellation).ConfigureAwait(false);
        var left = now.Sum(part => part.Left);
        if (left >= wanted)
        {
            await parts.GatherAsync(session, home, now, wanted - Math.Min(here, now[home].Left), cancellation).ConfigureAwait(false);
            return null;
        }

        await parts.MarkDryAsync(session, home, left, cancellation).ConfigureAwait(false);
        return left;
    }

    private async Task<string[]> RunAsync(SaleSession session, RedisScript script, HoldKey key, RedisValue[] values, CancellationToken cancellation) =>
        (string[])(await calls.RunAsync(session, script, session.HomeOf(key.Order.UserId), key, values, cancellation).ConfigureAwait(false))!;

    /// <summary>A claim as the scripts take it, from the time on.</summary>
    private RedisValue[] ValuesOf(SaleClaim claim) =>
    [
        RedisTime.Of(clock.GetUtcNow()), StockNames.Member(claim.Key), claim.Key.Order.UserId.Value, claim.Sku.Value, claim.Quantity, claim.Admission ?? "",
        claim.Fingerprint,
    ];
}
