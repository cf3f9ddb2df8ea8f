using System.Diagnostics;
using System.Threading.Channels;

namespace Orders.LoadTests.Traffic;

/// <summary>How much load, and for how long.</summary>
/// <param name="Duration">At most <see cref="Longest"/>.</param>
/// <param name="Rate">Arrivals a second (open loop); null: as fast as the connections are answered (closed loop), which finds the top rate.</param>
/// <param name="Connections">Connections, each with one request at a time.</param>
/// <param name="Seed">Of the arrivals' random distances.</param>
/// <param name="Calls">Closed loop: so many calls and no more, however long they take; null for as many as the time allows.</param>
public sealed record LoadPlan(TimeSpan Duration, double? Rate, int Connections, int Seed, long? Calls = null)
{
    public static readonly TimeSpan Longest = TimeSpan.FromMinutes(10);
}

/// <summary>One request, or a few in a row, over a connection; returns the status.</summary>
public delegate ValueTask<int> Call(Connection connection);

/// <summary>
/// Load in an open loop: requests arrive at random (Poisson) whether or not earlier ones were answered, and a latency counts from the planned
/// arrival, so that a server that stands still can't hide the requests that would have come meanwhile (coordinated omission).
/// </summary>
public static class Load
{
    /// <param name="progress">Told how many requests were answered so far, every now and then.</param>
    /// <exception cref="LoadFailedException">A request was answered with another status than 2xx.</exception>
    public static async Task<Measurement> RunAsync(Uri address, LoadPlan plan, Call call, Action<long>? progress = null)
    {
        if (plan.Duration > LoadPlan.Longest || plan.Rate > 100_000 || plan.Connections > 1024)
            throw new ArgumentException("At most 10 minutes, 100,000 arrivals a second and 1,024 connections.", nameof(plan));
        var connections = await Task.WhenAll(Enumerable.Range(0, plan.Connections).Select(_ => Connection.OpenAsync(address)));
        try
        {
            var run = new Run(plan, call);
            return await run.MeasureAsync(connections, progress);
        }
        finally
        {
            foreach (var connection in connections)
                connection.Dispose();
        }
    }

    private sealed class Run(LoadPlan plan, Call call)
    {
        private readonly Channel<long> arrivals = Channel.CreateUnbounded<long>(new UnboundedChannelOptions { SingleWriter = true });
        private long answered;
        private long begun;
        private volatile bool isOver;

        public async Task<Measurement> MeasureAsync(Connection[] connections, Action<long>? progress)
        {
            var begin = Stopwatch.GetTimestamp();
            if (plan.Rate is { } rate)
                new Thread(() => Arrive(rate, begin)) { IsBackground = true, Name = "Arrivals", Priority = ThreadPriority.AboveNormal }.Start();
            var workers = connections.Select(connection => Task.Run(() => plan.Rate is null ? WorkAsync(connection) : ServeAsync(connection))).ToArray();
            var all = Task.WhenAll(workers);
            while (!all.IsCompleted)
            {
                await Task.WhenAny(all, Task.Delay(200));
                progress?.Invoke(Volatile.Read(ref answered));
                if (plan is { Rate: null, Calls: null } && Stopwatch.GetElapsedTime(begin) >= plan.Duration)
                    isOver = true;
            }

            var elapsed = Stopwatch.GetElapsedTime(begin);
            var merged = new Histogram();
            foreach (var histogram in await all)
                merged.Merge(histogram);
            return new Measurement(merged.Count, elapsed, merged);
        }

        /// <summary>Lets arrivals come at their planned instants. Those that fall into one millisecond come together at its end.</summary>
        private void Arrive(double rate, long begin)
        {
            var chance = new Random(plan.Seed);
            var planned = 0.0;
            while (true)
            {
                planned += -Math.Log(1 - chance.NextDouble()) / rate;
                if (planned >= plan.Duration.TotalSeconds)
                    break;
                var at = begin + ((long)Math.Ceiling(planned * 1000) * (Stopwatch.Frequency / 1000));
                while (Stopwatch.GetTimestamp() < at)
                    Thread.Sleep(1);
                arrivals.Writer.TryWrite(at);
            }

            arrivals.Writer.Complete();
        }

        private async Task<Histogram> ServeAsync(Connection connection)
        {
            var latencies = new Histogram();
            while (await arrivals.Reader.WaitToReadAsync())
            {
                while (arrivals.Reader.TryRead(out var at))
                    await CallAsync(connection, at, latencies);
            }

            return latencies;
        }

        private async Task<Histogram> WorkAsync(Connection connection)
        {
            var latencies = new Histogram();
            while (!isOver && (plan.Calls is not { } most || Interlocked.Increment(ref begun) <= most))
                await CallAsync(connection, Stopwatch.GetTimestamp(), latencies);
            return latencies;
        }

        private async ValueTask CallAsync(Connection connection, long from, Histogram latencies)
        {
            var status = await call(connection);
            latencies.Add(Stopwatch.GetElapsedTime(from));
            Interlocked.Increment(ref answered);
            if (status is < 200 or > 299)
                throw new LoadFailedException($"A request was answered {status}: {System.Text.Encoding.UTF8.GetString(connection.Body)}");
        }
    }
}

/// <summary>The run is worth nothing: something was answered that a measured request must not be answered.</summary>
public sealed class LoadFailedException(string message) : Exception(message);
