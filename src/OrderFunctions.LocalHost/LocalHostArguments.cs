using System.Globalization;

namespace OrderFunctions.LocalHost;

/// <summary>The command line of the local host, checked as a whole: what isn't known, or not of this command, is an error and not ignored.</summary>
public sealed record LocalHostArguments
{
    public const string Help = """
        Runs the order system in this process, on files in a folder, with a simulated payment provider.

          dotnet run --project src/OrderFunctions.LocalHost [-- [COMMAND] [OPTIONS]]

        Commands
          (none)      serve the API until Ctrl-C
          demo        play whole order lives in virtual time, check the books, print a table;
                      on files of its own, which it deletes
          provider    run the simulated payment provider alone, for an app that runs elsewhere
          issuer      run a simulated OpenID Connect issuer, for an app on this machine's emulators

        Options of (none)
          --urls URL       where to listen                     http://localhost:7071
          --data DIR       where everything is kept            .local
          --reset          begin anew: deletes what an earlier run left in DIR, and nothing else
          --limits NAME    of requests: local, or production for Azure's   local

        Options of demo
          --orders N       how many orders, 1 to 100,000       200
          --seed N         seed of everything random           1

        Options of provider
          --urls URL       where to listen                     http://localhost:7072
          --data DIR       where everything is kept            .local
          --webhooks URL   where its messages go
                           http://localhost:7071/api/payments/webhooks/simulator

        Options of issuer
          --urls URL       where to listen                     http://localhost:7073

        --help shows this text.
        """;

    private const string Serve = "serve";
    private const string Demo = "demo";
    private const string Provider = "provider";
    private const string Issuer = "issuer";

    private static readonly Dictionary<string, string[]> CommandsOf = new(StringComparer.Ordinal)
    {
        ["--urls"] = [Serve, Provider, Issuer],
        ["--data"] = [Serve, Provider],
        ["--reset"] = [Serve],
        ["--limits"] = [Serve],
        ["--orders"] = [Demo],
        ["--seed"] = [Demo],
        ["--webhooks"] = [Provider],
    };

    /// <summary><c>serve</c>, <c>demo</c>, <c>provider</c> or <c>issuer</c>.</summary>
    public string Command { get; private init; } = Serve;

    /// <summary>Null for the command's own.</summary>
    public ListenAddresses? Listen { get; private init; }

    public string DataDirectory { get; init; } = ".local";

    public bool Reset { get; private init; }

    /// <summary>Whether requests are limited as on Azure, and not as suits one machine's tests.</summary>
    public bool ProductionLimits { get; private init; }

    public int Orders { get; private init; } = 200;

    public int Seed { get; private init; } = 1;

    public Uri Webhooks { get; private init; } = new("http://localhost:7071/api/payments/webhooks/simulator");

    public bool WantsHelp { get; private init; }

    /// <summary>The arguments, or what is wrong with them.</summary>
    public static (LocalHostArguments? Arguments, string? Error) Parse(IReadOnlyList<string> args)
    {
        if (args.Any(arg => arg is "--help" or "-h"))
            return (new LocalHostArguments { WantsHelp = true }, null);
        var parsed = args is [Demo or Provider or Issuer, ..] ? new LocalHostArguments { Command = args[0] } : new LocalHostArguments();
        for (var i = parsed.Command == Serve ? 0 : 1; i < args.Count; i++)
        {
            var (option, value) = args[i].IndexOf('=', StringComparison.Ordinal) is > 0 and var at ? (args[i][..at], args[i][(at + 1)..]) : (args[i], null);
            if (!CommandsOf.TryGetValue(option, out var commands))
                return (null, $"'{args[i]}' is not known.");
            if (!commands.Contains(parsed.Command))
                return (null, $"{option} is not an option of {(parsed.Command == Serve ? "serving" : parsed.Command)}.");
            if (option == "--reset")
            {
                if (value is not null)
                    return (null, "--reset takes no value.");
                parsed = parsed with { Reset = true };
                continue;
            }

            if (value is null && i + 1 < args.Count && !args[i + 1].StartsWith("--", StringComparison.Ordinal))
                value = args[++i];
            if (value is null)
                return (null, $"{option} needs a value.");
            if (parsed.With(option, value) is not { } better)
                return (null, $"{option} can't be '{value}': it is {FormOf(option)}.");
            parsed = better;
        }

        return (parsed, null);
    }

    /// <summary>With that option; null when the value is not of its form.</summary>
    private LocalHostArguments? With(string option, string value) => option switch
    {
        "--urls" => ListenAddresses.TryParse(value, out var listen) ? this with { Listen = listen } : null,
        "--data" => value.Length > 0 ? this with { DataDirectory = value } : null,
        "--limits" => value is "local" or "production" ? this with { ProductionLimits = value == "production" } : null,
        "--orders" => int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var orders) && orders is > 0 and <= 100_000
            ? this with { Orders = orders }
            : null,
        "--seed" => int.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var seed) ? this with { Seed = seed } : null,
        "--webhooks" => Uri.TryCreate(value, UriKind.Absolute, out var webhooks) && webhooks.Scheme is "http" or "https" ? this with { Webhooks = webhooks } : null,
        _ => throw new ArgumentOutOfRangeException(nameof(option), option, message: null),
    };

    private static string FormOf(string option) => option switch
    {
        "--urls" => "one or several http://HOST:PORT, separated by semicolons",
        "--data" => "a folder",
        "--limits" => "local or production",
        "--orders" => "a number from 1 to 100000",
        "--seed" => "a whole number",
        _ => "an http or https address",
    };
}
