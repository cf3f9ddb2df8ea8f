using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using OrderFunctions.Edge;
using Orders.Application.Access;
using Orders.Domain;

namespace OrderFunctions.Access;

/// <summary>What kind of request it is to what stands in front of the API.</summary>
public enum Traffic
{
    /// <summary>Callers with a token or without.</summary>
    Api,

    /// <summary>A payment provider's message: a limit and slots of its own, so that a rush of buyers doesn't keep their money out.</summary>
    Webhook,

    /// <summary>A probe: never shed, or an instance would be taken away for being busy.</summary>
    Health,
}

/// <summary>A request that was let in holds its slot until this is disposed; one that was not has its answer here.</summary>
public readonly struct Entry : IDisposable
{
    private readonly Slots? slots;

    internal Entry(Slots? slots) => this.slots = slots;

    internal Entry(Answer refused) => Refused = refused;

    public Answer? Refused { get; }

    public void Dispose() => slots?.Leave();
}

/// <summary>
/// What stands in front of the API, from the cheapest on: the limit of the address, of all, the slots of requests under way, then, once the
/// token is known to hold, the limit of the user and of ids that led nowhere. A refusal costs no look into any store.
/// </summary>
public sealed class Admission
{
    private readonly CallerAddress callerAddress;
    private readonly LimitFactor factorOf;
    private readonly Limit<ulong>? address;
    private readonly Limit<ulong>? webhook;
    private readonly Limit<ulong>? health;
    private readonly Limit<UserId>? user;
    private readonly Limit<UserId>? userMisses;
    private readonly Limit<ulong>? addressMisses;
    private readonly GlobalLimit? global;
    private readonly Slots writes;
    private readonly Slots reads;
    private readonly Slots webhooks;

    /// <exception cref="InvalidOperationException">A setting makes no sense; the message names it.</exception>
    public Admission(AccessLimits limits, ITokenBuckets shared, LimitFactor factorOf, TimeProvider clock, ILoggerFactory loggers)
    {
        this.factorOf = factorOf;
        callerAddress = new CallerAddress(limits);
        address = Limit<ulong>.Of("address", limits.Address, "Limits:Address", clock);
        webhook = Limit<ulong>.Of("webhook", limits.Webhook, "Limits:Webhook", clock);
        health = Limit<ulong>.Of("health", limits.Health, "Limits:Health", clock);
        user = Limit<UserId>.Of("user", limits.User, "Limits:User", clock);
        userMisses = Limit<UserId>.Of("misses", limits.UserMisses, "Limits:UserMisses", clock);
        addressMisses = Limit<ulong>.Of("misses", limits.AddressMisses, "Limits:AddressMisses", clock);
        if (limits.Global.ToRule("Limits:Global") is { } rule)
            global = new GlobalLimit(rule, shared, clock, loggers.CreateLogger<GlobalLimit>());
        writes = SlotsOf(limits.WritesAtOnce, nameof(limits.WritesAtOnce));
        reads = SlotsOf(limits.ReadsAtOnce, nameof(limits.ReadsAtOnce));
        webhooks = SlotsOf(limits.WebhooksAtOnce, nameof(limits.WebhooksAtOnce));
    }

    /// <summary>Requests that hold a slot now.</summary>
    public int UnderWay => writes.Taken + reads.Taken + webhooks.Taken;

    /// <summary>Before anything is known of the caller. Dispose what it returns when the request has its answer.</summary>
    public async ValueTask<Entry> EnterAsync(HttpRequest request, Traffic traffic)
    {
        var response = request.HttpContext.Response;
        var limit = traffic switch { Traffic.Webhook => webhook, Traffic.Health => health, _ => address };
        if (limit is not null && callerAddress.Of(request) is { } from && limit.Take(response, from) is { } tooMany)
            return new Entry(tooMany);
        if (traffic == Traffic.Api && global is not null && await global.TakeAsync(response, request.HttpContext.RequestAborted) is { } tooManyInAll)
            return new Entry(tooManyInAll);
        if (SlotsFor(request, traffic) is not { } slots)
            return new Entry(slots: null);
        return slots.TryEnter() ? new Entry(slots) : new Entry(Problems.OverloadedAnswer);
    }

    /// <summary>Once the caller's token was believed. Null when the request may go on.</summary>
    public Answer? Admit(HttpRequest request, Caller caller)
    {
        var response = request.HttpContext.Response;
        if (user?.Take(response, caller.UserId, factorOf(caller)) is { } tooMany)
            return tooMany;
        return NamesAThing(request) ? TooManyMisses(request, response, caller) : null;
    }

    /// <summary>
    /// Once the request has its answer. Who tries numbers until one is an order gets "there is no such thing" for each of them; after so many of those
    /// the next look is refused until one has come back to the bucket. Nothing is held up meanwhile.
    /// </summary>
    public void Answered(HttpRequest request, Caller caller, Answer answer)
    {
        if (answer.Status != StatusCodes.Status404NotFound || !NamesAThing(request))
            return;
        userMisses?.Count(caller.UserId);
        if (addressMisses is not null && callerAddress.Of(request) is { } from)
            addressMisses.Count(from);
    }

    private Answer? TooManyMisses(HttpRequest request, HttpResponse response, Caller caller) =>
        userMisses?.Look(response, caller.UserId)
        ?? (addressMisses is not null && callerAddress.Of(request) is { } from ? addressMisses.Look(response, from) : null);

    private Slots? SlotsFor(HttpRequest request, Traffic traffic) => traffic switch
    {
        Traffic.Health => null,
        Traffic.Webhook => webhooks,
        _ => HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method) ? reads : writes,
    };

    /// <summary>Whether the path goes on after a collection, as <c>/api/orders/{orderId}</c> does.</summary>
    private static bool NamesAThing(HttpRequest request) => request.Path.Value.AsSpan().TrimEnd('/').Count('/') >= 3;

    private static Slots SlotsOf(int most, string name) =>
        most >= 1 ? new Slots(most) : throw new InvalidOperationException($"The setting Limits:{name} must be 1 or more.");
}
