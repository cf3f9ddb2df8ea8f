using System.Runtime.InteropServices;
using Microsoft.Extensions.Hosting;

namespace LocalFunctions.Hosting;

/// <summary>The first Ctrl-C stops the host cleanly; the second ends the process at once, which loses nothing that was acknowledged.</summary>
internal sealed class SecondInterrupt : IHostedService, IDisposable
{
    private const int EndedByInterrupt = 130;

    private PosixSignalRegistration? registration;
    private int interrupts;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        registration = PosixSignalRegistration.Create(PosixSignal.SIGINT, _ =>
        {
            if (Interlocked.Increment(ref interrupts) > 1)
                Environment.Exit(EndedByInterrupt);
        });
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => registration?.Dispose();
}
