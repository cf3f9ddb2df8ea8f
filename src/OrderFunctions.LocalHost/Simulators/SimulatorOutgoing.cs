using System.Globalization;
using System.Text;
using LocalFunctions.Storage;
using LocalFunctions.Work;
using Microsoft.Extensions.Logging;
using Orders.Application.Payments;

namespace OrderFunctions.LocalHost.Simulators;

/// <summary>
/// Sends the simulated provider's messages, signed, and again by a table of waits until they are taken; and lets late acts happen. The queue is
/// a table, so a kill loses none.
/// </summary>
public sealed partial class SimulatorOutgoing : WorkSource<Outgoing>
{
    private const int AtOnce = 16;

    // After the table of Standard Webhooks: about three days in all, then the message is given up, as real providers do.
    private static readonly TimeSpan[] Waits =
    [
        TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(30), TimeSpan.FromHours(2), TimeSpan.FromHours(5),
        TimeSpan.FromHours(10), TimeSpan.FromHours(14), TimeSpan.FromHours(20), TimeSpan.FromHours(24),
    ];

    private readonly PaymentSimulator simulator;
    private readonly LocalStore store;
    private readonly TimeProvider clock;
    private readonly SimulatorOptions options;
    private readonly HttpClient http;
    private readonly ILogger<SimulatorOutgoing> log;
    private readonly WebhookSecret secret;
    private readonly Lock gate = new();
    private readonly HashSet<long> taken = [];
    private readonly Queue<Outgoing> ready = [];

    /// <param name="http">Reaches <see cref="SimulatorOptions.WebhookUrl"/>.</param>
    public SimulatorOutgoing(
        PaymentSimulator simulator, LocalStore store, TimeProvider clock, SimulatorOptions options, HttpClient http, ILogger<SimulatorOutgoing> log)
        : base("provider messages", AtOnce, clock)
    {
        (this.simulator, this.store, this.clock, this.options, this.http, this.log) = (simulator, store, clock, options, http, log);
        secret = WebhookSecret.Parse(options.WebhookSecret);
        simulator.Queued = Wake;
    }

    public override DateTimeOffset? NextDue => store.Read(session => SimulatorTables.NextDue(session, clock.GetUtcNow()));

    protected override bool HasReady()
    {
        lock (gate)
            return ready.Count > 0 || store.Read(session => SimulatorTables.Due(session, clock.GetUtcNow(), taken.Count + 1)).Exists(due => !taken.Contains(due.Seq));
    }

    protected override bool TryTake(Random? chance, out Outgoing item)
    {
        lock (gate)
        {
            if (ready.Count == 0)
                Fill();
            if (chance is not null && ready.Count > 1)
            {
                for (var turns = chance.Next(ready.Count); turns > 0; turns--)
                    ready.Enqueue(ready.Dequeue());
            }

            return ready.TryDequeue(out item!);
        }
    }

    protected override async Task RunAsync(Outgoing item, CancellationToken stopping)
    {
        if (item.Kind == "act")
            await simulator.RunActAsync(item);
        else
            await DeliverAsync(item, stopping);
        GiveBack(item);
    }

    /// <summary>
    /// A fault of ours would come again at once, without end: the item rests until the next start. Its row is still there.
    /// </summary>
    protected override void OnFault(Outgoing item, Exception fault) => Faulted(fault, item.MessageId);

    private void Fill()
    {
        foreach (var due in store.Read(session => SimulatorTables.Due(session, clock.GetUtcNow(), taken.Count + 256)))
        {
            if (taken.Add(due.Seq))
                ready.Enqueue(due);
        }
    }

    private void GiveBack(Outgoing item)
    {
        lock (gate)
            taken.Remove(item.Seq);
    }

    private async Task DeliverAsync(Outgoing item, CancellationToken stopping)
    {
        try
        {
            using var request = Signed(item);
            using var response = await http.SendAsync(request, stopping);
            if (response.IsSuccessStatusCode)
            {
                await store.WriteAsync(transaction => transaction.Execute("DELETE FROM simulator_outgoing WHERE seq = $1", item.Seq));
                return;
            }

            NotTaken(item.MessageId, (int)response.StatusCode);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // Unknown whether it arrived: it is still in the queue, and the next start sends it again.
            return;
        }
        catch (Exception away) when (away is HttpRequestException or OperationCanceledException)
        {
            NotReached(item.MessageId, away.Message);
        }

        await RepeatLaterAsync(item);
    }

    private HttpRequestMessage Signed(Outgoing item)
    {
        var body = Encoding.UTF8.GetBytes(item.Body);
        var now = clock.GetUtcNow();
        var request = new HttpRequestMessage(HttpMethod.Post, options.WebhookUrl) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new("application/json");
        request.Headers.Add(StandardWebhook.IdHeader, item.MessageId);
        request.Headers.Add(StandardWebhook.TimestampHeader, now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture));
        request.Headers.Add(StandardWebhook.SignatureHeader, StandardWebhook.Sign(secret, item.MessageId, now, body));
        return request;
    }

    private async Task RepeatLaterAsync(Outgoing item)
    {
        if (item.Attempts >= Waits.Length)
        {
            await store.WriteAsync(transaction => transaction.Execute("DELETE FROM simulator_outgoing WHERE seq = $1", item.Seq));
            GivenUp(item.MessageId);
            return;
        }

        await store.WriteAsync(transaction => transaction.Execute(
            "UPDATE simulator_outgoing SET attempts = attempts + 1, due = $2 WHERE seq = $1", item.Seq, clock.GetUtcNow() + Waits[item.Attempts]));
    }

    [LoggerMessage(7001, LogLevel.Warning, "The provider's message {MessageId} was answered {Status}; it is sent again later")]
    private partial void NotTaken(string messageId, int status);

    [LoggerMessage(7002, LogLevel.Warning, "The provider's message {MessageId} could not be sent: {Because}")]
    private partial void NotReached(string messageId, string because);

    [LoggerMessage(7003, LogLevel.Error, "The provider gives up its message {MessageId}: nobody took it for days")]
    private partial void GivenUp(string messageId);

    [LoggerMessage(7004, LogLevel.Error, "The provider's message {MessageId} met a fault; it rests until the next start")]
    private partial void Faulted(Exception fault, string messageId);
}
