using System.Globalization;

namespace Orders.LoadTests;

/// <summary>The command line; what isn't known is an error.</summary>
public sealed record LoadOptions
{
    public const string Help = """
        Measures the local host, side by side with its floors, on this machine.

          dotnet run -c Release --project tests/Orders.LoadTests -- SCENARIO [OPTIONS]

        Scenarios
          place       placing orders with consumers on, against one bare durable insert
          paid        orders placed, paid, their webhooks applied, accepted
          hot-read    reading one order, against an empty endpoint
          latency     placing in an open loop at shares of the top rate; draws latency against rate
          sale        a flash sale: exactly its units are sold; the cost of a sold-out answer, against an empty endpoint
          statistics  a day of orders: counting its events, live statistics, its report
          sleepers    placing with many open orders in the store, against an empty store; restart
          search      searching among many orders (--sleepers of them), and building the search anew
          all         all of the above, one after the other, with one table of the goals at the end
          smoke       a little of everything in a few seconds, for CI: proves that the harness and the shop work

        Options
          --seconds N       length of each measured run           20 (smoke: 2)
          --rounds N        runs of each variant, in turn         3 (smoke: 1)
          --connections N   connections of the load               64
          --rate N          placing: arrivals a second            as fast as answered
          --buyers N        buyers                                200
          --skus N          items                                 20
          --hot SHARE       share of orders that buy item 0       0.5
          --requests N      those who want something of the sale  100000
          --units N         what it has                           1000
          --orders N        statistics: orders of the day         100000
          --sleepers N      open orders that wait                 20000, of search 100000 (at most 1000000)
          --filled DIR      where the store with the sleepers is; filled if it is
                            empty, used as it is if not           a temporary folder
          --seed N          seed of the arrivals                  1
          --out DIR         where the JSON and the drawing go     none are written
        """;

    public string Scenario { get; private init; } = "";

    public TimeSpan Duration { get; private init; } = TimeSpan.FromSeconds(20);

    public int Rounds { get; private init; } = 3;

    public int Connections { get; private init; } = 64;

    public double? Rate { get; private init; }

    public int Buyers { get; private init; } = 200;

    public int Skus { get; private init; } = 20;

    public double HotShare { get; private init; } = 0.5;

    public int Requests { get; private init; } = 100_000;

    public int Units { get; private init; } = 1_000;

    public int Orders { get; private init; } = 100_000;

    public int Sleepers { get; private init; } = 20_000;

    public string? Filled { get; private init; }

    public int Seed { get; private init; } = 1;

    public string? Out { get; private init; }

    /// <summary>The same for one scenario of several.</summary>
    public LoadOptions For(string scenario) => this with { Scenario = scenario };

    public static (LoadOptions? Options, string? Error) Parse(IReadOnlyList<string> args)
    {
        if (args.Count == 0)
            return (null, "Say which scenario.");
        var options = args[0] == "smoke"
            ? new LoadOptions { Scenario = "smoke", Duration = TimeSpan.FromSeconds(2), Rounds = 1, Connections = 16, Buyers = 20, Skus = 5, Requests = 2_000, Units = 50 }
            : new LoadOptions { Scenario = args[0], Sleepers = args[0] == "search" ? 100_000 : 20_000 };
        for (var i = 1; i < args.Count; i += 2)
        {
            if (i + 1 == args.Count || options.With(args[i], args[i + 1]) is not { } next)
                return (null, $"'{string.Join(' ', args.Skip(i).Take(2))}' is not understood here.");
            options = next;
        }

        return (options, null);
    }

    private LoadOptions? With(string name, string value) => (name, Whole(value)) switch
    {
        ("--seconds", >= 1 and <= 600 and var seconds) => this with { Duration = TimeSpan.FromSeconds(seconds) },
        ("--rounds", >= 1 and <= 20 and var rounds) => this with { Rounds = rounds },
        ("--connections", >= 1 and <= 1024 and var connections) => this with { Connections = connections },
        ("--rate", >= 1 and <= 100_000 and var rate) => this with { Rate = rate },
        ("--buyers", >= 2 and <= 10_000 and var buyers) => this with { Buyers = buyers },
        ("--skus", >= 1 and <= 1000 and var skus) => this with { Skus = skus },
        ("--requests", >= 1 and <= 1_000_000 and var requests) => this with { Requests = requests },
        ("--units", >= 1 and <= 100_000 and var units) => this with { Units = units },
        ("--orders", >= 1 and <= 1_000_000 and var orders) => this with { Orders = orders },
        ("--sleepers", >= 1 and <= 1_000_000 and var sleepers) => this with { Sleepers = sleepers },
        ("--seed", { } seed) => this with { Seed = seed },
        ("--hot", _) when double.TryParse(value, CultureInfo.InvariantCulture, out var share) && share is >= 0 and <= 1 => this with { HotShare = share },
        ("--filled", _) => this with { Filled = value },
        ("--out", _) => this with { Out = value },
        _ => null,
    };

    private static int? Whole(string value) => int.TryParse(value, CultureInfo.InvariantCulture, out var number) ? number : null;
}
