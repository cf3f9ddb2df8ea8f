using Orders.Domain;
using Orders.Domain.Lifecycle;

namespace Orders.Application.Access;

/// <summary>A role a token can name. Staff are <see cref="Merchant"/>, <see cref="Support"/> and <see cref="Ops"/>.</summary>
public enum Role
{
    Customer,
    Merchant,
    Support,
    Ops,
    Carrier,
}

/// <summary>Who asks, as a verified token says.</summary>
public sealed record Caller(UserId UserId, IReadOnlySet<Role> Roles)
{
    public bool IsStaff => Roles.Contains(Role.Merchant) || Roles.Contains(Role.Support) || Roles.Contains(Role.Ops);

    public bool Is(Role role) => Roles.Contains(role);

    /// <summary>Whether the order is theirs as a buyer, or they may see all orders.</summary>
    public bool MaySee(OrderRef order) => IsStaff || order.UserId == UserId;

    /// <summary>The word for the timeline when they act on this order: the buyer is <see cref="Actor.Customer"/>, staff by role.</summary>
    public string ActsAs(OrderRef order) =>
        Is(Role.Merchant) ? "merchant" : Is(Role.Support) ? "support" : Is(Role.Ops) ? "ops"
        : order.UserId == UserId ? Actor.Customer : "carrier";
}
