using System.Diagnostics;
using Microsoft.Data.Sqlite;
using Orders.LoadTests.Servers;
using Orders.LoadTests.Shop;
using Orders.LoadTests.Traffic;
using Spectre.Console;

namespace Orders.LoadTests.Scenarios;

/// <summary>What a scenario stands on: servers in a temporary folder, shops, load, and a line that shows how far it is.</summary>
public sealed class Stage(LoadOptions options, string folder) : IAsyncDisposable
{
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan BetweenLines = TimeSpan.FromSeconds(10);

    private readonly List<IAsyncDisposable> servers = [];
    private readonly List<LoadShop> shops = [];

    public LoadOptions Options { get; } = options;

    /// <summary>A folder for one server's data.</summary>
    public string FolderOf(string name) => Directory.CreateDirectory(Path.Combine(folder, name)).FullName;

    /// <summary>The folder of the store that has the sleepers, or will have.</summary>
    public string FolderOfSleepers() => Options.Filled is { } filled ? Directory.CreateDirectory(filled).FullName : FolderOf("crowded");

    /// <summary>A local host that serves that folder.</summary>
    public Task<ServerProcess> StartHostAsync(string name) => StartHostAsync(name, FolderOf(name));

    /// <inheritdoc cref="StartHostAsync(string)"/>
    public async Task<ServerProcess> StartHostAsync(string name, string folder)
    {
        var host = ServerProcess.LocalHost(folder);
        servers.Add(host);
        await ShowAsync($"Starting {name}", _ => host.StartAsync());
        return host;
    }

    /// <summary>The shop of a host, with items and buyers.</summary>
    public async Task<LoadShop> OpenShopAsync(ServerProcess host, string run = "load")
    {
        var shop = new LoadShop(host.Address, Options.Buyers, Options.Skus, Options.HotShare, run);
        shops.Add(shop);
        await shop.OpenAsync();
        return shop;
    }

    /// <summary>The floors' server; its document is an order as the host stored it.</summary>
    public async Task<ServerProcess> StartFloorAsync(ServerProcess host, LoadShop shop)
    {
        using (var connection = await Connection.OpenAsync(host.Address))
        {
            if (await shop.PlaceAsync(connection) != 201)
                throw new LoadFailedException("The sample order was not placed.");
        }

        var document = Path.Combine(folder, "order.json");
        await File.WriteAllBytesAsync(document, Query(host, "SELECT document FROM orders LIMIT 1", row => row.GetFieldValue<byte[]>(0)));
        var floor = ServerProcess.Floor(FolderOf("floor"), document);
        servers.Add(floor);
        await floor.StartAsync();
        return floor;
    }

    /// <summary>Load for the length of a run, after the same load for some seconds that doesn't count, if <paramref name="warmUp"/>.</summary>
    public async Task<Measurement> LoadAsync(string title, ServerProcess server, Call call, double? rate = null, bool warmUp = false)
    {
        if (warmUp)
        {
            var duration = WarmUp < Options.Duration ? WarmUp : Options.Duration;
            await ShowAsync($"{title}: warming up", show => Load.RunAsync(server.Address, Plan(duration, rate), call, show));
        }

        var before = server.Cpu;
        var run = await ShowAsync(title, show => Load.RunAsync(server.Address, Plan(Options.Duration, rate), call, show));
        return run with { Cpu = server.Cpu - before };
    }

    /// <summary>So many calls, as fast as they are answered.</summary>
    public async Task<Measurement> LoadAsync(string title, ServerProcess server, Call call, int calls)
    {
        var before = server.Cpu;
        var run = await ShowAsync(title, show => Load.RunAsync(server.Address, Plan(Options.Duration, rate: null) with { Calls = calls }, call, show));
        return run with { Cpu = server.Cpu - before };
    }

    /// <summary>What waits behind the answered requests at this moment.</summary>
    public static Backlog BacklogOf(ServerProcess host) => Query(
        host,
        """
        SELECT (SELECT COUNT(*) FROM order_outbox), (SELECT COUNT(*) FROM bus_messages WHERE state = 0),
            (SELECT COUNT(*) FROM durable_inbox) + (SELECT COUNT(*) FROM durable_activities)
        """,
        row => new Backlog(row.GetInt64(0), row.GetInt64(1), row.GetInt64(2)));

    /// <summary>Runs something while a line tells what and how far; a line every ten seconds where there is no terminal.</summary>
    public static async Task<T> ShowAsync<T>(string title, Func<Action<long>, Task<T>> run)
    {
        if (!AnsiConsole.Profile.Capabilities.Interactive)
        {
            AnsiConsole.WriteLine(title);
            var shown = Stopwatch.StartNew();
            return await run(done =>
            {
                if (shown.Elapsed < BetweenLines)
                    return;
                shown.Restart();
                AnsiConsole.WriteLine($"  {done:N0}");
            });
        }

        return await AnsiConsole.Status().StartAsync(title, context => run(done => context.Status = $"{Markup.Escape(title)}: {done:N0}"));
    }

    public async ValueTask DisposeAsync()
    {
        shops.ForEach(shop => shop.Dispose());
        foreach (var server in servers)
            await server.DisposeAsync();
    }

    private LoadPlan Plan(TimeSpan duration, double? rate) => new(duration, rate, Options.Connections, Options.Seed);

    private static T Query<T>(ServerProcess host, string sql, Func<SqliteDataReader, T> map)
    {
        var source = new SqliteConnectionStringBuilder
        {
            DataSource = Path.Combine(host.DataDirectory, "local-functions.db"),
            Mode = SqliteOpenMode.ReadOnly,
            Pooling = false,
        };
        using var connection = new SqliteConnection(source.ToString());
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        using var reader = command.ExecuteReader();
        return reader.Read() ? map(reader) : throw new LoadFailedException("The host stored nothing.");
    }
}

/// <summary>Work that was accepted and isn't done.</summary>
/// <param name="Events">Events that aren't published.</param>
/// <param name="Messages">Messages that consumers haven't taken.</param>
/// <param name="Durable">Messages for orchestrations, and activities.</param>
public sealed record Backlog(long Events, long Messages, long Durable);
