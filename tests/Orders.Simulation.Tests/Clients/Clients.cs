using LocalFunctions.Storage;
using Orders.Simulation.Tests.Auditing;
using Orders.Simulation.Tests.World;

namespace Orders.Simulation.Tests.Clients;

/// <summary>
/// Everybody who sends requests to the shop. A request whose answer is lost, or says "come again", is kept as unknown and repeated later with
/// the same key, as real clients do.
/// </summary>
internal sealed class Clients(SimulatedShop shop, Auditor auditor, Trace trace, Random chance)
{
    private readonly List<ClientRequest> unknown = [];
    private readonly Dictionary<(string Who, string Role), string> tokens = [];

    /// <summary>Requests whose fate their senders don't know.</summary>
    public int Unknown => unknown.Count;

    public int Answers { get; private set; }

    public int Lost { get; private set; }

    /// <summary>Sends a request. Null when there is no final answer yet.</summary>
    public async Task<ClientAnswer?> SendAsync(ClientRequest request)
    {
        var answer = await TryAsync(request);
        trace.Add($"  {request} → {answer?.ToString() ?? "lost"}");
        if (answer is null || answer.SaysRepeat)
        {
            Lost++;
            if (request.Method != HttpMethod.Get)
                unknown.Add(request);
            return null;
        }

        Answers++;
        auditor.Answered(request, answer);
        return answer;
    }

    /// <summary>Repeats one of the unknown requests, drawn by chance.</summary>
    public async Task RepeatAsync()
    {
        if (unknown.Count == 0)
            return;
        var index = chance.Next(unknown.Count);
        var request = unknown[index];
        unknown.RemoveAt(index);
        await SendAsync(request);
    }

    private async Task<ClientAnswer?> TryAsync(ClientRequest request)
    {
        try
        {
            using var message = request.ToMessage(TokenOf(request.Who, request.Role));
            using var response = await shop.SendAsync(message);
            var answer = new ClientAnswer((int)response.StatusCode, await response.Content.ReadAsStringAsync());

            // The process died after the answer was made: it never left the machine.
            return shop.IsDead ? null : answer;
        }
        catch (Exception lost) when (lost is HttpRequestException or StoreCrashedException)
        {
            return null;
        }
    }

    private string TokenOf(string who, string role)
    {
        if (!tokens.TryGetValue((who, role), out var token))
            tokens[(who, role)] = token = SimulatedShop.Keys.Token(who, [role], shop.Now.AddMinutes(-1), shop.Now.AddDays(3650));
        return token;
    }
}
