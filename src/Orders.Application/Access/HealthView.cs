namespace Orders.Application.Access;

/// <summary>What <c>GET /api/health</c> answers, to anybody: words of ours, no addresses, nothing that a failure said.</summary>
/// <param name="Status">The worst that matters: away is what orders can't be placed without; all else that is not well leaves the app degraded.</param>
/// <param name="Dependencies">By name.</param>
public sealed record HealthView(DependencyState Status, IReadOnlyList<DependencyView> Dependencies);

/// <summary>One thing that the app needs.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Status">How it is.</param>
/// <param name="Needed">Whether no order can be placed without it.</param>
/// <param name="Since">Since when this instance of the app has seen it so.</param>
public sealed record DependencyView(string Name, DependencyState Status, bool Needed, DateTime Since);
