using Microsoft.Extensions.Logging;
using Orders.Domain.Lifecycle;

namespace Orders.Application.Payments;

/// <summary>
/// The second layer of the webhook: asks about every payment whose time has come, by <see cref="AskSchedule"/>. Some of them at a time, a bounded
/// number per run; one that can't be asked doesn't hold up the others.
/// </summary>
public sealed class SweepPayments(IPaymentIndex index, AskProvider ask, TimeProvider clock, ILogger<SweepPayments> log)
{
    /// <summary>Most of what is found has been paid meanwhile and costs a look at its order; all of it is booked in one write.</summary>
    private const int PerPage = 200;
    private const int MostPages = 50;
    private const int AtOnce = 8;

    /// <summary>Returns how many payments were asked about.</summary>
    public async Task<int> RunAsync(CancellationToken cancellation)
    {
        var (asked, away) = (0, 0);
        Exception? because = null;
        for (var page = 0; page < MostPages; page++)
        {
            var due = await index.FindDueAsync(clock.GetUtcNow(), PerPage, cancellation).ConfigureAwait(false);
            var answers = new List<AskedPayment>(due.Count);
            foreach (var some in due.Chunk(AtOnce))
            {
                foreach (var (answer, error) in await Task.WhenAll(some.Select(one => AskAsync(one, cancellation))).ConfigureAwait(false))
                {
                    answers.Add(answer);
                    away += error is null ? 0 : 1;
                    because ??= error;
                }
            }

            if (due.Count > 0)
                await index.AskedAsync(answers, cancellation).ConfigureAwait(false);
            asked += due.Count;
            if (due.Count < PerPage)
                break;
        }

        if (because is not null)
            log.PaymentsNotAsked(because, away);
        return asked;
    }

    private async Task<(AskedPayment Answer, Exception? Away)> AskAsync(PaymentToAsk due, CancellationToken cancellation)
    {
        try
        {
            return (due.Asked(await ask.RunAsync(due.Order, due.PaymentId, cancellation).ConfigureAwait(false)), null);
        }
        catch (DependencyUnavailableException away)
        {
            return (due.Asked(clock.GetUtcNow() + AskSchedule.AwayPause), away);
        }
        catch (UnreadableOrderException unreadable)
        {
            log.UnreadableOrderPassed(unreadable, due.Order.OrderId.Value, nameof(SweepPayments));
            return (due.Asked(AskSchedule.Next(due.AskAt, clock.GetUtcNow() + TimeSpan.FromHours(1))), null);
        }
    }
}
