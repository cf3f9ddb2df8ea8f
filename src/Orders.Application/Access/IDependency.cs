using System.Text.Json.Serialization;

namespace Orders.Application.Access;

/// <summary>How something that the app needs is.</summary>
[JsonConverter(typeof(CamelCaseNames<DependencyState>))]
public enum DependencyState
{
    /// <summary>It answers, or nothing says that it doesn't.</summary>
    Healthy,

    /// <summary>It failed just now, or nobody has looked since it did.</summary>
    Degraded,

    /// <summary>It is away.</summary>
    Unhealthy,
}

/// <summary>Something outside this process that the app needs, as <c>GET /api/health</c> tells of it to anybody.</summary>
public interface IDependency
{
    /// <summary>1 to 60 of <c>a–z 0–9 -</c>, always the same. It says what it is and nothing of where.</summary>
    string Name { get; }

    /// <summary>Whether no order can be placed without it.</summary>
    bool IsNeeded { get; }

    /// <summary>
    /// How it is now: what is known of it already, or at most one small read. It changes nothing and may be repeated. What answers late is given up: an adapter lets go when it
    /// is cancelled.
    /// </summary>
    /// <exception cref="DependencyUnavailableException">It is away, like <see cref="DependencyState.Unhealthy"/>. Nobody outside is told more.</exception>
    Task<DependencyState> LookAsync(CancellationToken cancellation);
}
