using Orders.Application.Events;

namespace Orders.Application.Tests.Subjects;

/// <summary>The endpoints of the shop's systems: it answers as the test wants and keeps what came.</summary>
public sealed class ScriptedEndpoints : IWebhookSender
{
    public List<WebhookMessage> Received { get; } = [];

    /// <summary>204 unless the test says otherwise.</summary>
    public Func<WebhookMessage, SendOutcome> Answer { get; set; } = _ => new SendOutcome.Answered(204);

    /// <summary>Happens while a message is under way.</summary>
    public Func<Task>? Meanwhile { get; set; }

    public async Task<SendOutcome> SendAsync(WebhookMessage message, CancellationToken cancellation)
    {
        Received.Add(message);
        if (Meanwhile is { } happens)
            await happens();
        return Answer(message);
    }
}

/// <summary>The queue of turns, on the test's time. It forgets everything when the process dies: what rests on it alone is lost.</summary>
public sealed class TimedTurns(TimeProvider clock) : IDeliveryQueue
{
    private readonly List<(DateTimeOffset At, DeliveryTurn Turn)> waiting = [];

    public int Count => waiting.Count;

    /// <summary>When the first one is due; null when there is none.</summary>
    public DateTimeOffset? Next => waiting.Count == 0 ? null : waiting.Min(one => one.At);

    public Task EnqueueAsync(DeliveryTurn turn, DateTimeOffset? at, CancellationToken cancellation)
    {
        waiting.Add((at ?? clock.GetUtcNow(), DeliveryTurn.Parse(turn.Write())));
        return Task.CompletedTask;
    }

    public void Forget() => waiting.Clear();

    /// <summary>The first that is due now.</summary>
    public DeliveryTurn? Take()
    {
        var index = waiting.FindIndex(one => one.At <= clock.GetUtcNow());
        if (index < 0)
            return null;
        var turn = waiting[index].Turn;
        waiting.RemoveAt(index);
        return turn;
    }
}
