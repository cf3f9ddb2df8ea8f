namespace OrderFunctions.Tests.Deployment;

/// <summary>The hooks of azd: what they ask for before anything is created, what they put into the vault, how they look at what was deployed.</summary>
public sealed class HooksTests : IDisposable
{
    private readonly HookStand stand = new();

    public void Dispose() => stand.Dispose();

    [ShellFact]
    public async Task Vault_GetsWhatItLacks_AndNothingIsPutOnACommandLine()
    {
        var (exit, said) = await ProvisionedAsync(("ORDERS_PAYMENT_API_KEY", "sk_test_1"), ("ORDERS_PAYMENT_WEBHOOK_SECRET", "whsec_1"));

        Assert.True(exit == 0, said);
        Assert.Equal(["admission-key", "cursor-key", "payment-api-key", "payment-webhook-secret"], Directory.GetFiles(stand["vault"]).Select(Path.GetFileName).Order());
        Assert.Equal(("sk_test_1", "whsec_1"), (stand.Stored("payment-api-key"), stand.Stored("payment-webhook-secret")));
        Assert.NotEqual(stand.Stored("cursor-key"), stand.Stored("admission-key"));
        var typed = await File.ReadAllTextAsync(stand["typed"]);
        Assert.All(["sk_test_1", "whsec_1"], secret => Assert.DoesNotContain(secret, typed + said, StringComparison.Ordinal));
    }

    [ShellFact]
    public async Task Vault_ThatHasThem_KeepsThem()
    {
        await ProvisionedAsync(("ORDERS_PAYMENT_API_KEY", "sk_test_1"), ("ORDERS_PAYMENT_WEBHOOK_SECRET", "whsec_1"));
        var before = stand.Stored("cursor-key");

        var (exit, said) = await ProvisionedAsync(("ORDERS_PAYMENT_API_KEY", "sk_test_2"));

        Assert.True(exit == 0, said);
        Assert.Equal((before, "sk_test_1"), (stand.Stored("cursor-key"), stand.Stored("payment-api-key")));
    }

    /// <summary>A list that fails says nothing of what is there: taken for an empty one, it would have secrets drawn anew over those that orders and lists were signed with.</summary>
    [ShellFact]
    public async Task Vault_ThatDoesNotAnswer_StopsTheDeployment_AndKeepsWhatItHas()
    {
        await ProvisionedAsync(("ORDERS_PAYMENT_API_KEY", "sk_test_1"), ("ORDERS_PAYMENT_WEBHOOK_SECRET", "whsec_1"));
        var before = stand.Stored("cursor-key");
        await File.WriteAllTextAsync(stand["closed"], "");

        var (exit, said) = await ProvisionedAsync();

        Assert.Equal(1, exit);
        Assert.Contains("Forbidden", said, StringComparison.Ordinal);
        Assert.Contains("kv does not let you in", said, StringComparison.Ordinal);
        Assert.Equal(before, stand.Stored("cursor-key"));
    }

    [ShellFact]
    public async Task Vault_WhoseRightsTakeAWhile_IsAskedAgain()
    {
        foreach (var file in new[] { "closed", "opens" })
            await File.WriteAllTextAsync(stand[file], "");

        var (exit, said) = await ProvisionedAsync(("ORDERS_PAYMENT_API_KEY", "sk_test_1"), ("ORDERS_PAYMENT_WEBHOOK_SECRET", "whsec_1"));

        Assert.True(exit == 0, said);
        Assert.Equal("15", (await File.ReadAllTextAsync(stand["slept"])).Trim());
    }

    [ShellFact]
    public async Task ProvidersKey_ThatNobodyGave_StopsTheDeployment()
    {
        var (exit, said) = await ProvisionedAsync();

        Assert.Equal(1, exit);
        Assert.Contains("payment-api-key is missing", said, StringComparison.Ordinal);
    }

    [ShellFact]
    public async Task WebhookSecret_OfAProviderThatTakesOne_IsDrawn()
    {
        var (exit, said) = await ProvisionedAsync(("ORDERS_PAYMENT_KIND", "standard"), ("ORDERS_PAYMENT_API_KEY", "key"));

        Assert.True(exit == 0, said);
        Assert.Matches("^whsec_[0-9]+$", stand.Stored("payment-webhook-secret"));
    }

    /// <summary>Their settings were written before the vault had anything, and they would look again within a day only.</summary>
    [ShellFact]
    public async Task Apps_LookForTheirSecrets_OnceTheyAreThere()
    {
        var (exit, said) = await ProvisionedAsync(("ORDERS_PAYMENT_API_KEY", "sk_test_1"), ("ORDERS_PAYMENT_WEBHOOK_SECRET", "whsec_1"));

        Assert.True(exit == 0, said);
        var asked = (await File.ReadAllLinesAsync(stand["typed"])).Where(line => line.StartsWith("rest ", StringComparison.Ordinal));
        Assert.Equal(
            new[] { "orders", "payment" }.Select(part => $"rest --method post --url https://management.azure.com/sites/func-{part}/config/configreferences/appsettings/refresh?api-version=2022-03-01 --output none"),
            asked);
        Assert.Equal(4, (await File.ReadAllLinesAsync(stand["found"])).Distinct().Count());
    }

    [ShellFact]
    public async Task Apps_ThatAreNotThere_StopTheDeployment()
    {
        await File.WriteAllTextAsync(stand["apps"], "");

        var (exit, said) = await ProvisionedAsync(("ORDERS_PAYMENT_API_KEY", "sk_test_1"), ("ORDERS_PAYMENT_WEBHOOK_SECRET", "whsec_1"));

        Assert.Equal(1, exit);
        Assert.Contains("no apps in rg-orders", said, StringComparison.Ordinal);
    }

    [ShellFact]
    public async Task Environment_ThatIsWhole_IsLetThrough()
    {
        var (exit, said) = await CheckedAsync();

        Assert.True(exit == 0, said);
    }

    /// <summary>A pipeline's environment is empty before it provisions, so it looks the vault up.</summary>
    [ShellTheory]
    [InlineData("kv")]
    [InlineData("")]
    public async Task Rotation_WhoseSecondSecretIsThere_IsLetThrough(string known)
    {
        await File.WriteAllTextAsync(stand["vault/admission-key-second"], "key");

        var (exit, said) = await CheckedAsync(("ORDERS_ROTATING", "admission-key"), ("AZURE_KEY_VAULT_NAME", known));

        Assert.True(exit == 0, said);
        Assert.Contains("keyvault secret show --vault-name kv --name admission-key-second", await File.ReadAllTextAsync(stand["typed"]), StringComparison.Ordinal);
    }

    [ShellTheory]
    [InlineData("203.0.113.7", "Registered", null)]
    [InlineData("203.0.113.7, 198.51.100.0/24", "Registered", null)]
    [InlineData("", "Registered", "filled from your own address")]
    [InlineData("[203.0.113.7]", "Registered", "filled from your own address")]
    [InlineData("office.example.com", "Registered", "filled from your own address")]
    [InlineData("203.0.113.7", "NotRegistered", "az provider register --namespace Microsoft.App")]
    public async Task PrivateNetwork_NeedsAnAddressOfOurs_AndAProvider(string addresses, string state, string? complaint)
    {
        await File.WriteAllTextAsync(stand["provider"], state + "\n");

        var (exit, said) = await CheckedAsync(("ORDERS_PRIVATE", "true"), ("ORDERS_ALLOWED_ADDRESSES", addresses));

        Assert.True(exit == (complaint is null ? 0 : 1), said);
        Assert.Contains(complaint ?? "", said, StringComparison.Ordinal);
    }

    /// <summary>Each would fail later, when it costs time or money, or not at all.</summary>
    [ShellTheory]
    [InlineData("ORDERS_ISSUER", "http://issuer", "Whose tokens")]
    [InlineData("ORDERS_PAY_PAGE", "", "the shop's own page")]
    [InlineData("ORDERS_PAYMENT_KIND", "standard", "Where is the payment provider?")]
    [InlineData("ORDERS_PAYMENT_PROVIDER", "pay-here", "a-z and 0-9 only")]
    [InlineData("ORDERS_PAYMENT_PROVIDER", "Stripe", "a-z and 0-9 only")]
    [InlineData("ORDERS_ROTATING", "admission-key", "admission-key-second is not in the vault")]
    [InlineData("ORDERS_ROTATING", "cursor-key", "ORDERS_ROTATING may be")]
    [InlineData("ORDERS_COSMOS_READ_REGION", "northeurope", "has one region")]
    public async Task Environment_ThatCannotWork_IsRefused(string name, string value, string complaint)
    {
        var (exit, said) = await CheckedAsync((name, value));

        Assert.Equal(1, exit);
        Assert.Contains(complaint, said, StringComparison.Ordinal);
    }

    [ShellFact]
    public async Task EveryApp_IsAskedHowItIs_ThenTheFirstIsTried()
    {
        var (exit, said) = await stand.RunAsync("postdeploy", [("TOKEN", TokenUntil(DateTimeOffset.MaxValue))]);

        Assert.True(exit == 0, said);
        Assert.Equal(["https://orders.example.com/api/health", "https://payment.example.com/api/health"], await File.ReadAllLinesAsync(stand["asked"]));
        Assert.Equal($"tests/smoke.sh https://orders.example.com with {TokenUntil(DateTimeOffset.MaxValue)}\n", await File.ReadAllTextAsync(stand["smoked"]));
    }

    [ShellFact]
    public async Task AppThatIsIll_FailsTheDeployment()
    {
        await File.WriteAllTextAsync(stand["ill"], "payment");

        var (exit, said) = await stand.RunAsync("postdeploy", []);

        Assert.Equal(1, exit);
        Assert.Contains("https://payment.example.com/api/health does not say", said, StringComparison.Ordinal);
        Assert.False(File.Exists(stand["smoked"]));
    }

    [ShellFact]
    public async Task TokenThatHasEnded_IsSaid_AndFailsNothing()
    {
        var (exit, said) = await stand.RunAsync("postdeploy", [("TOKEN", TokenUntil(DateTimeOffset.UnixEpoch.AddYears(50)))]);

        Assert.True(exit == 0, said);
        Assert.Contains("TOKEN has ended", said, StringComparison.Ordinal);
        Assert.Contains("with nothing", await File.ReadAllTextAsync(stand["smoked"]), StringComparison.Ordinal);
    }

    /// <summary>Of the length that leaves base64 without its padding, as tokens are.</summary>
    private static string TokenUntil(DateTimeOffset end) =>
        $"head.{System.Buffers.Text.Base64Url.EncodeToString(System.Text.Encoding.UTF8.GetBytes($$"""{"sub":"smoke~?","exp":{{end.ToUnixTimeSeconds()}}}"""))}.sign";

    private Task<(int Exit, string Said)> ProvisionedAsync(params (string Name, string Value)[] settings) => stand.RunAsync("postprovision", settings);

    private Task<(int Exit, string Said)> CheckedAsync(params (string Name, string Value)[] settings) =>
        stand.RunAsync("preprovision", [("ORDERS_ISSUER", "https://issuer.example.com"), ("ORDERS_PAY_PAGE", "https://shop.example.com/pay"), .. settings]);
}
