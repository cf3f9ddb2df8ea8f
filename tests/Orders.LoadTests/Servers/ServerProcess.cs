using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using OrderFunctions.LocalHost;

namespace Orders.LoadTests.Servers;

/// <summary>A server as a process of its own, on a free port of the loopback address, with a folder for its data.</summary>
public sealed class ServerProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly string[] command;
    private readonly string readyPath;
    private readonly List<string> output = [];
    private Process? process;

    private ServerProcess(string readyPath, string dataDirectory, string[] command)
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        Address = new Uri($"http://127.0.0.1:{((IPEndPoint)probe.LocalEndpoint).Port}");
        (this.readyPath, DataDirectory) = (readyPath, dataDirectory);
        this.command = [.. command, "--urls", Address.ToString().TrimEnd('/'), "--data", dataDirectory];
    }

    public Uri Address { get; }

    public string DataDirectory { get; }

    /// <summary>Bytes that the process has in memory now.</summary>
    public long WorkingSet
    {
        get
        {
            process!.Refresh();
            return process.WorkingSet64;
        }
    }

    /// <summary>Processor time that the process has used so far, in the kernel too.</summary>
    public TimeSpan Cpu
    {
        get
        {
            process!.Refresh();
            return process.TotalProcessorTime;
        }
    }

    /// <summary>The local host of the order system.</summary>
    public static ServerProcess LocalHost(string dataDirectory) => new("/api/health", dataDirectory, [typeof(LocalHostArguments).Assembly.Location]);

    /// <summary>The floors, in this program's own server.</summary>
    /// <param name="document">A file with the document that it inserts.</param>
    public static ServerProcess Floor(string dataDirectory, string document) =>
        new("/empty", dataDirectory, [typeof(FloorServer).Assembly.Location, FloorServer.Command, "--document", document]);

    /// <summary>Starts it and waits until it answers.</summary>
    /// <returns>How long that took, the start of the process included.</returns>
    public async Task<TimeSpan> StartAsync()
    {
        var watch = Stopwatch.StartNew();
        process = new Process { StartInfo = new ProcessStartInfo("dotnet", command) { RedirectStandardOutput = true, RedirectStandardError = true } };
        // One machine plays all the buyers: a rate limit would measure itself. The limits are asked all the same.
        foreach (var limit in (string[])["User", "Address", "Webhook", "UserMisses", "AddressMisses"])
        {
            foreach (var name in (string[])["PerSecond", "Burst"])
                process.StartInfo.Environment[$"Limits__{limit}__{name}"] = "1000000";
        }

        process.OutputDataReceived += Keep;
        process.ErrorDataReceived += Keep;
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        using var http = new HttpClient { BaseAddress = Address, Timeout = TimeSpan.FromSeconds(5) };
        while (watch.Elapsed < Patience)
        {
            if (process.HasExited)
                throw new InvalidOperationException($"The server ended with {process.ExitCode}:\n{Output()}");
            try
            {
                using var answer = await http.GetAsync(readyPath);
                if (answer.IsSuccessStatusCode)
                    return watch.Elapsed;
            }
            catch (Exception notYet) when (notYet is HttpRequestException or TaskCanceledException)
            {
                // Not listening yet: asked again below.
            }

            await Task.Delay(10);
        }

        throw new TimeoutException($"The server did not answer within {Patience}:\n{Output()}");
    }

    /// <summary>kill -9.</summary>
    public async Task KillAsync()
    {
        process!.Kill();
        await process.WaitForExitAsync();
        process.Dispose();
        process = null;
    }

    public async ValueTask DisposeAsync()
    {
        if (process is { HasExited: false })
            await KillAsync();
        process?.Dispose();
    }

    private string Output()
    {
        lock (output)
            return string.Join('\n', output);
    }

    private void Keep(object sender, DataReceivedEventArgs line)
    {
        lock (output)
        {
            if (line.Data is not null && output.Count < 1000)
                output.Add(line.Data);
        }
    }
}
