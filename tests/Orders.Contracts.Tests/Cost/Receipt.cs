using System.Text.Json.Serialization;

namespace Orders.Contracts.Tests.Cost;

/// <summary>
/// What somebody has used of what Azure bills or limits. Counts are whole and the same in every run; request units are those of the double, by its rough model. How each
/// is counted, and what is not: docs/cost.md.
/// </summary>
public sealed record Receipt
{
    /// <summary>Documents read by id.</summary>
    public int Reads { get; init; }

    public double ReadUnits { get; init; }

    /// <summary>Requests that write: a batch is one.</summary>
    public int Writes { get; init; }

    public double WriteUnits { get; init; }

    /// <summary>Pages of queries; one that goes across partitions asks each of them.</summary>
    public int Queries { get; init; }

    public double QueryUnits { get; init; }

    /// <summary>Pages of the change feed that had something in them.</summary>
    public double FeedUnits { get; init; }

    /// <summary>Calls that went to the server, each of them one script.</summary>
    public int RedisCalls { get; init; }

    /// <summary>Messages sent to queues and to the topic.</summary>
    public int Sent { get; init; }

    /// <summary>Messages received by functions, those of a topic once per subscription; each is settled, too.</summary>
    public int Delivered { get; init; }

    /// <summary>Orchestrations begun.</summary>
    public int Starts { get; init; }

    public int Activities { get; init; }

    /// <summary>Timers made, also those that were given up: nobody has shown that the scheduler forgets them.</summary>
    public int Timers { get; init; }

    /// <summary>Events that an orchestration was told.</summary>
    public int Signals { get; init; }

    /// <summary>Times that an orchestrator's code ran.</summary>
    public int Turns { get; init; }

    /// <summary>Runs of functions: requests, deliveries, activities, orchestrators' turns. The relay's are not in it, for they are batches.</summary>
    public int Executions { get; init; }

    /// <summary>All request units.</summary>
    [JsonIgnore]
    public double Units => ReadUnits + WriteUnits + QueryUnits + FeedUnits;

    /// <summary>As the standard tier bills: a send is one, a message that is received under a lock and completed is two.</summary>
    [JsonIgnore]
    public int BusOperations => Sent + (2 * Delivered);

    /// <summary>As the durable task scheduler bills: an activity is two, one to run it and one for its result.</summary>
    [JsonIgnore]
    public int Actions => Starts + (2 * Activities) + Timers + Signals;

    public static Receipt operator -(Receipt now, Receipt before) => Combine(now, before, -1);

    public static Receipt operator +(Receipt one, Receipt other) => Combine(one, other, 1);

    private static Receipt Combine(Receipt one, Receipt other, int sign) => new()
    {
        Reads = one.Reads + (sign * other.Reads),
        ReadUnits = Rounded(one.ReadUnits + (sign * other.ReadUnits)),
        Writes = one.Writes + (sign * other.Writes),
        WriteUnits = Rounded(one.WriteUnits + (sign * other.WriteUnits)),
        Queries = one.Queries + (sign * other.Queries),
        QueryUnits = Rounded(one.QueryUnits + (sign * other.QueryUnits)),
        FeedUnits = Rounded(one.FeedUnits + (sign * other.FeedUnits)),
        RedisCalls = one.RedisCalls + (sign * other.RedisCalls),
        Sent = one.Sent + (sign * other.Sent),
        Delivered = one.Delivered + (sign * other.Delivered),
        Starts = one.Starts + (sign * other.Starts),
        Activities = one.Activities + (sign * other.Activities),
        Timers = one.Timers + (sign * other.Timers),
        Signals = one.Signals + (sign * other.Signals),
        Turns = one.Turns + (sign * other.Turns),
        Executions = one.Executions + (sign * other.Executions),
    };

    private static double Rounded(double units) => Math.Round(units, 1, MidpointRounding.AwayFromZero);
}
