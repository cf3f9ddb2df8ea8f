using System.Net;
using System.Net.Sockets;

namespace OrderFunctions.LocalHost.Tests.Program;

/// <summary>The program in this process, on a socket, for as long as a visit takes.</summary>
internal static class RunningProgram
{
    public static string FreeUrl()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return $"http://127.0.0.1:{((IPEndPoint)probe.LocalEndpoint).Port}";
    }

    /// <returns>What it printed.</returns>
    public static Task<string> VisitAsync(IReadOnlyList<string> args, string url, Func<HttpClient, Task> visit) => VisitAsync(args, url, (client, _) => visit(client));

    /// <param name="args">The command line.</param>
    /// <param name="url">Where it listens.</param>
    /// <param name="visit">Gets a client and what was printed at the start.</param>
    /// <returns>What it printed.</returns>
    public static async Task<string> VisitAsync(IReadOnlyList<string> args, string url, Func<HttpClient, string, Task> visit)
    {
        using var stop = new CancellationTokenSource();
        await using Printed text = new(), error = new();
        var program = LocalHostProgram.RunAsync(args, text, error, stop.Token);
        try
        {
            await PrintedAsync(text, program, error);
            using var client = new HttpClient { BaseAddress = new Uri(url), Timeout = TimeSpan.FromSeconds(30) };
            await visit(client, text.ToString());
        }
        finally
        {
            await stop.CancelAsync();
        }

        Assert.Equal(0, await program.WaitAsync(TimeSpan.FromMinutes(1)));
        return text.ToString();
    }

    private static async Task PrintedAsync(Printed text, Task program, Printed error)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (text.ToString().Length == 0)
        {
            Assert.False(program.IsCompleted, $"The program ended: {error}");
            await Task.Delay(20, limit.Token);
        }
    }

    /// <summary>Text that is read while it is being written.</summary>
    private sealed class Printed : StringWriter
    {
        private readonly Lock gate = new();

        public override void Write(char value)
        {
            lock (gate)
                base.Write(value);
        }

        public override void Write(string? value)
        {
            lock (gate)
                base.Write(value);
        }

        public override void Write(char[] buffer, int index, int count)
        {
            lock (gate)
                base.Write(buffer, index, count);
        }

        /// <summary>In one piece: whoever waits for the first word gets the whole.</summary>
        public override Task WriteLineAsync(string? value)
        {
            Write(value + NewLine);
            return Task.CompletedTask;
        }

        public override string ToString()
        {
            lock (gate)
                return base.ToString();
        }
    }
}
