using Orders.Application.Checkout;
using Orders.Domain;
using Orders.Domain.Checkout;

namespace Orders.Application.Access;

/// <summary>The body of an address book, as its owner sends it: the whole of it. An empty one forgets every address.</summary>
/// <param name="DefaultAddressId">Where orders go that don't say; the only address when left out, none when there are several.</param>
public sealed record AddressBookRequest(IReadOnlyList<SavedAddressRequest?>? Addresses, string? DefaultAddressId = null);

/// <summary>An address of it.</summary>
public sealed record SavedAddressRequest(string? AddressId, AddressRequest? Address);

/// <summary>The address book as the API answers it.</summary>
public sealed record AddressBookView(IReadOnlyList<SavedAddress> Addresses, string? DefaultAddressId)
{
    public static AddressBookView Of(User user) => new(user.Addresses, user.DefaultAddressId);
}

/// <summary>The caller's own addresses.</summary>
public sealed class ReadAddresses(IUsers users)
{
    /// <returns>The user; of version 0 when nothing is kept of them.</returns>
    public async Task<User> RunAsync(Caller caller, CancellationToken cancellation) =>
        await users.FindAsync(caller.UserId, cancellation).ConfigureAwait(false) ?? new User { UserId = caller.UserId };
}

/// <summary>Replaces the caller's own addresses. Orders keep the address that they were placed with.</summary>
public sealed class PutAddresses(UserChanges changes)
{
    private const int MostIdCharacters = 32;

    /// <param name="expectedVersion">Of <c>If-Match</c>; null when any will do.</param>
    public async Task<Result<User>> RunAsync(Caller caller, AddressBookRequest request, long? expectedVersion, CancellationToken cancellation)
    {
        var form = new Form();
        var addresses = CheckAddresses(form, request.Addresses);
        var byDefault = form.Optional("defaultAddressId", request.DefaultAddressId, MostIdCharacters) ?? (addresses.Count == 1 ? addresses[0].AddressId : null);
        if (byDefault is not null && addresses.All(saved => saved.AddressId != byDefault))
            form.Error("defaultAddressId", "is none of the addresses");
        if (form.Refusal is { } refusal)
            return refusal;
        return await changes.ChangeAsync(
            caller.UserId, expectedVersion, user => user with { Addresses = addresses, DefaultAddressId = byDefault }, cancellation).ConfigureAwait(false);
    }

    private static List<SavedAddress> CheckAddresses(Form form, IReadOnlyList<SavedAddressRequest?>? requests)
    {
        var addresses = new List<SavedAddress>();
        if (requests is null || requests.Count > User.MostAddresses)
        {
            form.Error("addresses", $"must be 0 to {User.MostAddresses} addresses");
            return addresses;
        }

        for (var i = 0; i < requests.Count; i++)
        {
            var id = form.Required($"addresses/{i}/addressId", requests[i]?.AddressId, MostIdCharacters, IsOfId, "letters, digits, _ and -");
            if (id.Length > 0 && addresses.Exists(saved => saved.AddressId == id))
                form.Error($"addresses/{i}/addressId", "stands twice");
            if (AddressForm.Check(form, $"addresses/{i}/address", requests[i]?.Address, required: true) is { } address)
                addresses.Add(new SavedAddress(id, address));
        }

        return addresses;
    }

    private static bool IsOfId(char c) => char.IsAsciiLetterOrDigit(c) || c is '_' or '-';
}
