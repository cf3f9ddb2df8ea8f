namespace OrderFunctions.LocalHost;

/// <summary>The command line of the local host, checked as a whole: what isn't known is an error, not ignored.</summary>
public sealed record LocalHostArguments
{
    public const string Help = """
        Runs the order system in this process, on files in a folder, with a simulated payment provider.

          dotnet run --project src/OrderFunctions.LocalHost [-- [COMMAND] [OPTIONS]]

        Commands
          (none)      serve the API until Ctrl-C
          demo        play whole order lives in virtual time, check the books, print a table
          provider    run the simulated payment provider alone, for an app that runs elsewhere

        Options
          --urls URL            where to listen                          http://localhost:7071 (provider: 7072)
          --data DIR            where everything is kept                 .local
          --reset               begin with an empty data folder
          --orders N            demo: how many orders                    200
          --seed N              demo: seed of everything random          1
          --webhooks URL        provider: where its webhooks go          http://localhost:7071/api/payments/webhooks/simulator
          --help                this text
        """;

    /// <summary><c>serve</c>, <c>demo</c> or <c>provider</c>.</summary>
    public string Command { get; private init; } = "serve";

    public string? Urls { get; private init; }

    public string DataDirectory { get; init; } = ".local";

    public bool Reset { get; private init; }

    public int Orders { get; private init; } = 200;

    public int Seed { get; private init; } = 1;

    public string Webhooks { get; private init; } = "http://localhost:7071/api/payments/webhooks/simulator";

    public bool WantsHelp { get; private init; }

    /// <summary>The arguments, or what is wrong with them.</summary>
    public static (LocalHostArguments? Arguments, string? Error) Parse(IReadOnlyList<string> args)
    {
        var parsed = new LocalHostArguments();
        for (var i = 0; i < args.Count; i++)
        {
            var (name, value) = args[i].Split('=', 2) is [var option, var given] ? (option, given) : (args[i], null);
            string? Value() => value ?? (i + 1 < args.Count ? args[++i] : null);
            switch (name)
            {
                case "demo" or "provider" when i == 0:
                    parsed = parsed with { Command = name };
                    break;
                case "--help" or "-h":
                    parsed = parsed with { WantsHelp = true };
                    break;
                case "--reset":
                    parsed = parsed with { Reset = true };
                    break;
                case "--urls" when Value() is { } urls:
                    parsed = parsed with { Urls = urls };
                    break;
                case "--data" when Value() is { Length: > 0 } directory:
                    parsed = parsed with { DataDirectory = directory };
                    break;
                case "--webhooks" when Value() is { } webhooks && Uri.IsWellFormedUriString(webhooks, UriKind.Absolute):
                    parsed = parsed with { Webhooks = webhooks };
                    break;
                case "--orders" when int.TryParse(Value(), out var orders) && orders is > 0 and <= 100_000:
                    parsed = parsed with { Orders = orders };
                    break;
                case "--seed" when int.TryParse(Value(), out var seed):
                    parsed = parsed with { Seed = seed };
                    break;
                default:
                    return (null, $"'{args[i]}' is not understood here.");
            }
        }

        return (parsed, null);
    }
}
