using Orders.Application.Access;

namespace OrderFunctions.Access;

/// <summary>
/// Who may call an endpoint, by role. Whether the order is theirs is for the use case, which answers "not found" otherwise: nobody learns
/// which numbers exist.
/// </summary>
public sealed record Who
{
    private readonly Role[] roles;

    private Who(params Role[] roles) => this.roles = roles;

    /// <summary>No token is asked for.</summary>
    public static Who Anybody { get; } = new();

    public static Who Customer { get; } = new(Role.Customer);

    /// <summary>The buyer of the order (a customer), or staff.</summary>
    public static Who OwnerOrStaff { get; } = new(Role.Customer, Role.Merchant, Role.Support, Role.Ops);

    /// <summary>The buyer of the order (a customer), or who decides on after-sale cases.</summary>
    public static Who OwnerMerchantOrSupport { get; } = new(Role.Customer, Role.Merchant, Role.Support);

    public static Who MerchantOrSupport { get; } = new(Role.Merchant, Role.Support);

    /// <summary>The buyer of the order alone.</summary>
    public static Who Owner { get; } = new(Role.Customer);

    public static Who Merchant { get; } = new(Role.Merchant);

    public static Who MerchantOrOps { get; } = new(Role.Merchant, Role.Ops);

    public static Who MerchantOrCarrier { get; } = new(Role.Merchant, Role.Carrier);

    public static Who SupportOrOps { get; } = new(Role.Support, Role.Ops);

    public static Who Ops { get; } = new(Role.Ops);

    public static Who Staff { get; } = new(Role.Merchant, Role.Support, Role.Ops);

    public bool NeedsToken => roles.Length > 0;

    public IReadOnlyList<Role> Roles => roles;

    public bool Allows(Caller caller) => Array.Exists(roles, caller.Is);
}
