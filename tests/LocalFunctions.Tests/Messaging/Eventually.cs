using System.Diagnostics;

namespace LocalFunctions.Tests.Messaging;

internal static class Eventually
{
    /// <summary>Polls until the condition holds; the limit is only for a test that fails.</summary>
    public static async Task Is(Func<bool> condition)
    {
        var waited = Stopwatch.StartNew();
        while (!condition())
        {
            Assert.True(waited.Elapsed < TimeSpan.FromSeconds(30), "It didn't happen within 30 seconds.");
            await Task.Delay(1);
        }
    }
}
