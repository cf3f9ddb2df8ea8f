using System.Net;

namespace Orders.CosmosDouble;

/// <summary>A request that the service would refuse, or that the double doesn't know: never answered as if it had worked.</summary>
/// <param name="status">The HTTP status.</param>
/// <param name="words">Why.</param>
/// <param name="subStatus">The service's finer code; 0 when it has none.</param>
internal sealed class Refused(HttpStatusCode status, string words, int subStatus = 0) : Exception(words)
{
    public HttpStatusCode Status { get; } = status;

    public int SubStatus { get; } = subStatus;

    public static Refused NotFound(string words = "Entity with the specified id does not exist in the system.") => new(HttpStatusCode.NotFound, words);

    public static Refused Conflict(string words = "Entity with the specified id already exists in the system.") => new(HttpStatusCode.Conflict, words);

    public static Refused Bad(string words, int subStatus = 0) => new(HttpStatusCode.BadRequest, words, subStatus);

    public static Refused Precondition() => new(HttpStatusCode.PreconditionFailed, "One of the specified pre-conditions is not met.");

    /// <summary>The service may well do this; the double does not.</summary>
    public static Refused Unsupported(string what) => new(HttpStatusCode.NotImplemented, $"The Cosmos double does not support {what}.");
}
