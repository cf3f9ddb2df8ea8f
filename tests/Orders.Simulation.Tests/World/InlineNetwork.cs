using OrderFunctions.LocalHost.Faults;

namespace Orders.Simulation.Tests.World;

/// <summary>
/// The network between the shop, its provider and its clients: every connection goes to the app that runs at the moment, on the sender's
/// thread, and some go wrong.
/// </summary>
internal sealed class InlineNetwork(Random chance)
{
    public InlineServer Current { get; set; } = new();

    /// <summary>Share of the requests between shop and provider that go wrong.</summary>
    public double FaultRate { get; set; }

    /// <summary>A connection of a client, which never goes wrong: clients lose answers by crashes and by the ports' faults.</summary>
    public HttpMessageHandler Reliable() => new Connection(this, faulty: false);

    /// <summary>A connection between shop and provider.</summary>
    public HttpMessageHandler Faulty() => new Connection(this, faulty: true);

    private FaultMode? Draw() => chance.NextDouble() >= FaultRate ? null : chance.Next(3) switch
    {
        0 => FaultMode.Fail,
        1 => FaultMode.LoseAnswer,
        _ => FaultMode.AnswerTwice,
    };

    private sealed class Connection(InlineNetwork network, bool faulty) : HttpMessageHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var fate = faulty ? network.Draw() : null;
            if (fate == FaultMode.Fail)
                throw new HttpRequestException("The connection was refused (a planned fault).");
            var answer = await network.Current.SendAsync(request, cancellationToken);
            if (fate == FaultMode.AnswerTwice)
                answer = await network.Current.SendAsync(request, cancellationToken);
            return fate == FaultMode.LoseAnswer ? throw new HttpRequestException("The connection broke (a planned fault).") : answer;
        }
    }
}
