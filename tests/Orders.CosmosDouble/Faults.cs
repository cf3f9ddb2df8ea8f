using System.Net;

namespace Orders.CosmosDouble;

/// <summary>What a test sees of a request, before it is run.</summary>
/// <param name="Method">HTTP's.</param>
/// <param name="Container">Null for what is about none.</param>
/// <param name="What">read, create, upsert, replace, delete, patch, batch, query, feed, plan, ranges, container, database or account.</param>
public sealed record SeenRequest(string Method, string? Container, string What);

/// <summary>What happens to a request instead.</summary>
/// <param name="Status">429, 503, 449 and the like.</param>
/// <param name="RetryAfter">Said with it, for 429.</param>
/// <param name="AfterTheWrite">The request is run, and its answer lost.</param>
public sealed record Fault(HttpStatusCode Status, TimeSpan RetryAfter = default, bool AfterTheWrite = false);

/// <summary>A request that was answered.</summary>
/// <param name="Charge">In request units, as <c>x-ms-request-charge</c> said.</param>
public sealed record AnsweredRequest(SeenRequest Request, int Status, double Charge);
