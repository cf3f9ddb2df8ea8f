using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace LocalFunctions.Testing;

/// <param name="Category">Who logged it.</param>
/// <param name="Level">Warning or worse.</param>
/// <param name="Text">The message.</param>
/// <param name="Failure">Its exception, if any.</param>
public sealed record LoggedLine(string Category, LogLevel Level, string Text, Exception? Failure);

/// <summary>Keeps the last thousand warnings and errors, for a test to look at when something answers 500.</summary>
public sealed class RecordedLog : ILoggerProvider
{
    private const int Most = 1000;

    private readonly ConcurrentQueue<LoggedLine> lines = new();

    public IReadOnlyList<LoggedLine> Lines => [.. lines];

    ILogger ILoggerProvider.CreateLogger(string categoryName) => new Recorder(this, categoryName);

    // The host disposes its providers at a restart; the lines are to outlive it.
    void IDisposable.Dispose()
    {
    }

    public override string ToString() => string.Join(Environment.NewLine, lines.Select(line => $"{line.Level} {line.Category}: {line.Text} {line.Failure}"));

    private sealed class Recorder(RecordedLog log, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (!IsEnabled(logLevel))
                return;
            log.lines.Enqueue(new LoggedLine(category, logLevel, formatter(state, exception), exception));
            while (log.lines.Count > Most)
                log.lines.TryDequeue(out _);
        }
    }
}
