using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using OrderFunctions.Access;

namespace OrderFunctions.LocalHost;

/// <summary>
/// The keys of the local host: they sign its tokens and its simulated provider's webhooks, and stay in the data folder so that tokens
/// outlive a restart. Worth nothing anywhere else.
/// </summary>
/// <param name="TokenKey">HMAC-SHA256 key of the tokens, base64.</param>
/// <param name="WebhookSecret">Standard Webhooks secret: <c>whsec_</c> and base64.</param>
/// <param name="ProviderApiKey">What the app shows to the simulated provider.</param>
public sealed record LocalKeys(string TokenKey, string WebhookSecret, string ProviderApiKey) : ISigningKeys
{
    public const string Issuer = "http://localhost/local-issuer";
    public const string Audience = "orders";

    public IReadOnlyCollection<SecurityKey> Keys { get; } = [new SymmetricSecurityKey(Convert.FromBase64String(TokenKey)) { KeyId = "local" }];

    /// <summary>Signs admissions to flash sales. Made from the token key, so that folders of before there were sales have one too.</summary>
    public string AdmissionKey { get; } = Convert.ToBase64String(HMACSHA256.HashData(Convert.FromBase64String(TokenKey), "admissions"u8));

    /// <summary>Signs the cursors of lists; follows from the tokens' key, so that files of earlier hosts need no other.</summary>
    public string CursorKey { get; } = Convert.ToBase64String(HMACSHA256.HashData(Convert.FromBase64String(TokenKey), "cursors of lists"u8));

    public static LocalKeys New() => new(
        Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)),
        "whsec_" + Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)),
        "local_" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16)));

    /// <summary>The keys of a data folder; made and stored there the first time.</summary>
    /// <exception cref="InvalidDataException">The file is there and is not such keys.</exception>
    public static LocalKeys OfFolder(string dataDirectory)
    {
        var path = Path.Combine(dataDirectory, "keys.json");
        if (File.Exists(path))
            return Read(path);
        DataFolder.Make(dataDirectory);
        var keys = New();

        // Written beside and moved, so that a kill leaves whole keys or none.
        var beside = path + ".new";
        using (var file = new FileStream(beside, FileMode.Create))
        {
            JsonSerializer.Serialize(file, new Stored(keys.TokenKey, keys.WebhookSecret, keys.ProviderApiKey));
            file.Flush(flushToDisk: true);
        }

        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(beside, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.Move(beside, path);
        return keys;
    }

    /// <summary>A token for that subject and those roles.</summary>
    public string Token(string subject, IReadOnlyList<string> roles, DateTimeOffset from, DateTimeOffset until) =>
        Sign(Issuer, new SigningCredentials(Keys.First(), SecurityAlgorithms.HmacSha256), subject, roles, from, until);

    /// <summary>A token of that issuer, signed by its key.</summary>
    internal static string Sign(
        string issuer, SigningCredentials signing, string subject, IReadOnlyList<string> roles, DateTimeOffset from, DateTimeOffset until) => new JsonWebTokenHandler
        {
            SetDefaultTimesOnTokenCreation = false,
        }.CreateToken(new SecurityTokenDescriptor
        {
            Issuer = issuer,
            Audience = Audience,
            IssuedAt = from.UtcDateTime,
            NotBefore = from.UtcDateTime,
            Expires = until.UtcDateTime,
            Claims = new Dictionary<string, object> { ["sub"] = subject, ["role"] = roles.Count == 1 ? roles[0] : roles },
            SigningCredentials = signing,
        });

    public override string ToString() => "(keys of the local host)";

    private static LocalKeys Read(string path)
    {
        try
        {
            var stored = JsonSerializer.Deserialize<Stored>(File.ReadAllBytes(path)) ?? throw new JsonException("The file is empty.");
            return new LocalKeys(stored.TokenKey, stored.WebhookSecret, stored.ProviderApiKey);
        }
        catch (Exception broken) when (broken is JsonException or FormatException)
        {
            throw new InvalidDataException($"{path} does not hold the local host's keys. Delete it to get new ones; tokens made before are then worth nothing.", broken);
        }
    }

    private sealed record Stored(string TokenKey, string WebhookSecret, string ProviderApiKey);
}
