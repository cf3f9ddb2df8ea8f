using System.Net;
using Azure.Identity;
using Microsoft.Azure.Cosmos;

namespace Orders.Azure.Resilience;

/// <summary>Which failures of Cosmos DB may pass. "Not found", "conflict" and "precondition failed" are answers.</summary>
public static class CosmosErrors
{
    /// <summary>
    /// Whether trying again within the call may help. Throttling (429) is not among them: the SDK has waited and repeated it already when it comes
    /// here. Through the gateway a lost connection comes as HTTP's own exception.
    /// </summary>
    public static bool IsTransient(Exception failure) => failure is HttpRequestException or AuthenticationFailedException || (failure is CosmosException { StatusCode: var status }
        && ((int)status is 449 || status is HttpStatusCode.RequestTimeout or HttpStatusCode.Gone
            or HttpStatusCode.InternalServerError or HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout));

    /// <summary>
    /// It is there, and has more to do than it was paid for: nobody's circuit opens for that, and it is no sign that calls go through either. The alert <c>database-throttled</c> tells people.
    /// </summary>
    public static bool IsThrottled(Exception failure) => failure is CosmosException { StatusCode: HttpStatusCode.TooManyRequests };

    /// <summary>Whether it says that the database is away, and nothing about the call: what adapters turn into "not available".</summary>
    public static bool IsAway(Exception failure) => DependencyPipeline.SaysAway(failure, IsTransient) || IsThrottled(failure);
}
