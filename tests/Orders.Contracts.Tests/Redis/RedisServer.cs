using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Orders.Azure.Redis;
using Polly;
using StackExchange.Redis;

namespace Orders.Contracts.Tests.Redis;

/// <summary>What of its data a server keeps when it is killed.</summary>
public enum Keeps
{
    /// <summary>Nothing: it starts empty.</summary>
    Nothing,

    /// <summary>Everything that was answered: <c>appendfsync always</c>.</summary>
    All,
}

/// <summary>A <c>redis-server</c> of our own, on a port and in a folder of its own, that can be killed and started again.</summary>
public sealed class RedisServer : IDisposable
{
    private const string Program = "redis-server";

    private readonly string folder = Directory.CreateTempSubdirectory("orders-redis-").FullName;
    private readonly Keeps keeps;
    private Process? process;

    public RedisServer()
        : this(Keeps.Nothing)
    {
    }

    public RedisServer(Keeps keeps)
    {
        this.keeps = keeps;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Kill();
    }

    /// <summary>
    /// Null when the tests can run, else what to tell whoever sees them skipped. Where <c>ORDERS_REDIS=required</c> (CI) nothing is skipped: they fail.
    /// </summary>
    public static string? ReasonToSkip { get; } =
        Environment.GetEnvironmentVariable("ORDERS_REDIS") == "required" || IsInstalled
            ? null
            : $"{Program} is not installed here (Debian: apt-get install redis-server); CI runs this test.";

    private static bool IsInstalled => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .Any(folder => File.Exists(Path.Combine(folder, Program)));

    public int Port { get; private set; }

    /// <summary>Starts it if it doesn't run, and returns when it answers.</summary>
    public RedisServer Start()
    {
        if (process is { HasExited: false })
            return this;
        for (var attempt = 0; ; attempt++)
        {
            if (Port == 0 || attempt > 0)
                Port = FreePort();
            process = Process.Start(new ProcessStartInfo(Program, Arguments()) { RedirectStandardOutput = true, WorkingDirectory = folder })
                ?? throw new InvalidOperationException($"{Program} did not start.");
            process.OutputDataReceived += (_, _) => { };
            process.BeginOutputReadLine();
            if (Answers())
                return this;
            Assert.True(attempt < 5, $"{Program} does not answer.");
            Kill();
        }
    }

    /// <summary>SIGKILL: what it has not written is lost.</summary>
    public void Kill()
    {
        if (process is not { HasExited: false })
            return;
        process.Kill();
        process.WaitForExit();
    }

    public void Restart()
    {
        Kill();
        Start();
    }

    /// <summary>A connection with the app's own settings. The pipeline is where a test's adapter dies.</summary>
    public RedisConnection Connect(ResiliencePipeline? pipeline = null) => new(Options(), pipeline ?? ResiliencePipeline.Empty);

    /// <summary>For what no adapter does: looking behind, planting drift, forgetting everything.</summary>
    public ConnectionMultiplexer Admin()
    {
        var options = Options();
        options.AllowAdmin = true;
        return ConnectionMultiplexer.Connect(options);
    }

    public void Dispose()
    {
        Kill();
        process?.Dispose();
        process = null;
        Directory.Delete(folder, recursive: true);
    }

    public ConfigurationOptions Options()
    {
        var options = RedisSettings.Of(string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{Start().Port}"));
        // The tests share two cores with many others.
        options.AsyncTimeout = 30_000;
        return options;
    }

    private string[] Arguments() =>
    [
        "--port", Port.ToString(CultureInfo.InvariantCulture), "--bind", "127.0.0.1", "--dir", folder, "--save", "",
        "--appendonly", keeps == Keeps.All ? "yes" : "no", "--appendfsync", "always",
    ];

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private bool Answers()
    {
        for (var look = 0; look < 500 && process is { HasExited: false }; look++)
        {
            try
            {
                using var client = new TcpClient("127.0.0.1", Port);
                using var stream = client.GetStream();
                stream.ReadTimeout = 1_000;
                stream.Write("PING\r\n"u8);
                var answer = new byte[7];
                stream.ReadExactly(answer);
                if (Encoding.ASCII.GetString(answer).StartsWith("+PONG", StringComparison.Ordinal))
                    return true;
            }
            catch (Exception early) when (early is SocketException or IOException)
            {
                // Not yet: the loop looks again.
            }

            Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System).GetAwaiter().GetResult();
        }

        return false;
    }
}
