using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace OrderFunctions.LocalHost.Tests;

/// <summary>The local host as a process of its own, on a free port, with a data folder that outlives it.</summary>
public sealed class LocalHostProcess : IAsyncDisposable
{
    private readonly List<string> output = [];
    private Process? process;

    public LocalHostProcess(string dataDirectory)
    {
        DataDirectory = dataDirectory;
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        Address = new Uri($"http://127.0.0.1:{((IPEndPoint)probe.LocalEndpoint).Port}");
    }

    public string DataDirectory { get; }

    public Uri Address { get; }

    /// <summary>What the process printed so far.</summary>
    public string Output
    {
        get
        {
            lock (output)
                return string.Join('\n', output);
        }
    }

    /// <summary>Starts it and waits until it says that it is ready.</summary>
    /// <returns>How long that took.</returns>
    public async Task<TimeSpan> StartAsync(params string[] more)
    {
        var watch = Stopwatch.StartNew();
        var assembly = typeof(LocalHostArguments).Assembly.Location;
        process = new Process
        {
            StartInfo = new ProcessStartInfo("dotnet", [assembly, "--urls", Address.ToString().TrimEnd('/'), "--data", DataDirectory, .. more])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                Environment = { ["DOTNET_TieredPGO"] = "0" }, // it ends before its code is worth profiling, as the tests' own processes do
            },
        };
        process.OutputDataReceived += Keep;
        process.ErrorDataReceived += Keep;
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();

        using var http = new HttpClient { BaseAddress = Address, Timeout = TimeSpan.FromSeconds(2) };
        while (watch.Elapsed < TimeSpan.FromSeconds(60))
        {
            if (process.HasExited)
                throw new InvalidOperationException($"The local host ended with {process.ExitCode}:\n{Output}");
            try
            {
                using var answer = await http.GetAsync("/local/health");
                if (answer.IsSuccessStatusCode)
                    return watch.Elapsed;
            }
            catch (Exception notYet) when (notYet is HttpRequestException or TaskCanceledException)
            {
                // Not listening yet: asked again below.
            }

            await Task.Delay(20);
        }

        throw new TimeoutException($"The local host was not ready within a minute:\n{Output}");
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

    private void Keep(object sender, DataReceivedEventArgs line)
    {
        if (line.Data is null)
            return;
        lock (output)
            output.Add(line.Data);
    }
}
