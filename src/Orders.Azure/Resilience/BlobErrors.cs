using Azure;
using Azure.Identity;

namespace Orders.Azure.Resilience;

/// <summary>Which failures of Blob storage may pass.</summary>
public static class BlobErrors
{
    private const int NoAnswer = 0;

    /// <summary>No connection, no token, too slow, too many, or broken there; or a file that was replaced while it was read, for nothing else of ours has a condition.</summary>
    public static bool IsTransient(Exception failure) => failure is AuthenticationFailedException or RequestFailedException { Status: NoAnswer or 408 or 412 or 429 or >= 500 };
}
