using Orders.Application.Access;

namespace OrderFunctions.Access;

/// <summary>The roles as tokens and the contract write them.</summary>
public static class RoleNames
{
    public static string Of(Role role) => role switch
    {
        Role.Customer => "customer",
        Role.Merchant => "merchant",
        Role.Support => "support",
        Role.Ops => "ops",
        Role.Carrier => "carrier",
        _ => throw new ArgumentOutOfRangeException(nameof(role), role, message: null),
    };

    public static bool TryParse(string text, out Role role)
    {
        foreach (var known in Enum.GetValues<Role>())
        {
            if (string.Equals(Of(known), text, StringComparison.Ordinal))
            {
                role = known;
                return true;
            }
        }

        role = default;
        return false;
    }
}
