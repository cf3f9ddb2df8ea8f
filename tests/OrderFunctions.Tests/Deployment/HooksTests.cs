using System.Diagnostics;

namespace OrderFunctions.Tests.Deployment;

/// <summary>The hooks before and after provisioning, run with stand-ins for the programs that it calls: the vault is a folder, what was typed a file.</summary>
public sealed class HooksTests : IDisposable
{
    private const string Az = """
        #!/bin/sh
        echo "$*" >>"$STAND/typed"
        name= file= before=
        for word in "$@"; do
          case $before in --name) name=$word ;; --file) file=$word ;; esac
          before=$word
        done
        case "$1 $2 $3" in
          'keyvault secret list') if [ -f "$STAND/closed" ]; then echo Forbidden >&2; exit 1; else ls "$STAND/vault"; fi ;;
          'keyvault secret show') [ -f "$STAND/vault/$name" ] ;;
          'keyvault secret set') cp "$file" "$STAND/vault/$name" ;;
          'functionapp list '*) cat "$STAND/apps" ;;
          'rest --method post') ls "$STAND/vault" >>"$STAND/found" ;;
          'account show '*) ;;
          'provider show --namespace') cat "$STAND/provider" ;;
          *) exit 1 ;;
        esac
        """;

    /// <summary>Each call another answer, so that what was drawn anew is seen.</summary>
    private const string OpenSsl = """
        #!/bin/sh
        echo x >>"$STAND/drawn"
        wc -l <"$STAND/drawn" | tr -d ' '
        """;

    /// <summary>A vault that was closed is open after the first pause, if it ever opens.</summary>
    private const string Sleep = """
        #!/bin/sh
        echo "$1" >>"$STAND/slept"
        if [ -f "$STAND/opens" ]; then rm -f "$STAND/closed"; fi
        """;

    private readonly string stand = Directory.CreateTempSubdirectory("hooks-").FullName;

    public HooksTests()
    {
        Directory.CreateDirectory(Path.Combine(stand, "vault"));
        File.WriteAllText(Path.Combine(stand, "apps"), "/sites/func-orders\n/sites/func-payment\n");
        foreach (var (name, script) in new[] { ("az", Az), ("openssl", OpenSsl), ("sleep", Sleep), ("curl", "#!/bin/sh") })
        {
            var path = Path.Combine(stand, name);
            File.WriteAllText(path, script.ReplaceLineEndings("\n") + "\n");
            if (!OperatingSystem.IsWindows())
                File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    public void Dispose() => Directory.Delete(stand, recursive: true);

    [ShellFact]
    public async Task Vault_GetsWhatItLacks_AndNothingIsPutOnACommandLine()
    {
        var (exit, said) = await ProvisionedAsync(("ORDERS_PAYMENT_API_KEY", "sk_test_1"), ("ORDERS_PAYMENT_WEBHOOK_SECRET", "whsec_1"));

        Assert.True(exit == 0, said);
        Assert.Equal(["admission-key", "cursor-key", "payment-api-key", "payment-webhook-secret"], Directory.GetFiles(Path.Combine(stand, "vault")).Select(Path.GetFileName).Order());
        Assert.Equal(("sk_test_1", "whsec_1"), (Stored("payment-api-key"), Stored("payment-webhook-secret")));
        Assert.NotEqual(Stored("cursor-key"), Stored("admission-key"));
        var typed = await File.ReadAllTextAsync(Path.Combine(stand, "typed"));
        Assert.All(["sk_test_1", "whsec_1"], secret => Assert.DoesNotContain(secret, typed + said, StringComparison.Ordinal));
    }

    [ShellFact]
    public async Task Vault_ThatHasThem_KeepsThem()
    {
        await ProvisionedAsync(("ORDERS_PAYMENT_API_KEY", "sk_test_1"), ("ORDERS_PAYMENT_WEBHOOK_SECRET", "whsec_1"));
        var before = Stored("cursor-key");

        var (exit, said) = await ProvisionedAsync(("ORDERS_PAYMENT_API_KEY", "sk_test_2"));

        Assert.True(exit == 0, said);
        Assert.Equal((before, "sk_test_1"), (Stored("cursor-key"), Stored("payment-api-key")));
    }

    /// <summary>A list that fails says nothing of what is there: taken for an empty one, it would have secrets drawn anew over those that orders and lists were signed with.</summary>
    [ShellFact]
    public async Task Vault_ThatDoesNotAnswer_StopsTheDeployment_AndKeepsWhatItHas()
    {
        await ProvisionedAsync(("ORDERS_PAYMENT_API_KEY", "sk_test_1"), ("ORDERS_PAYMENT_WEBHOOK_SECRET", "whsec_1"));
        var before = Stored("cursor-key");
        await File.WriteAllTextAsync(Path.Combine(stand, "closed"), "");

        var (exit, said) = await ProvisionedAsync();

        Assert.Equal(1, exit);
        Assert.Contains("Forbidden", said, StringComparison.Ordinal);
        Assert.Contains("kv does not let you in", said, StringComparison.Ordinal);
        Assert.Equal(before, Stored("cursor-key"));
    }

    [ShellFact]
    public async Task Vault_WhoseRightsTakeAWhile_IsAskedAgain()
    {
        foreach (var file in new[] { "closed", "opens" })
            await File.WriteAllTextAsync(Path.Combine(stand, file), "");

        var (exit, said) = await ProvisionedAsync(("ORDERS_PAYMENT_API_KEY", "sk_test_1"), ("ORDERS_PAYMENT_WEBHOOK_SECRET", "whsec_1"));

        Assert.True(exit == 0, said);
        Assert.Equal("15", (await File.ReadAllTextAsync(Path.Combine(stand, "slept"))).Trim());
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
        Assert.Matches("^whsec_[0-9]+$", Stored("payment-webhook-secret"));
    }

    /// <summary>Their settings were written before the vault had anything, and they would look again within a day only.</summary>
    [ShellFact]
    public async Task Apps_LookForTheirSecrets_OnceTheyAreThere()
    {
        var (exit, said) = await ProvisionedAsync(("ORDERS_PAYMENT_API_KEY", "sk_test_1"), ("ORDERS_PAYMENT_WEBHOOK_SECRET", "whsec_1"));

        Assert.True(exit == 0, said);
        var asked = (await File.ReadAllLinesAsync(Path.Combine(stand, "typed"))).Where(line => line.StartsWith("rest ", StringComparison.Ordinal));
        Assert.Equal(
            new[] { "orders", "payment" }.Select(part => $"rest --method post --url https://management.azure.com/sites/func-{part}/config/configreferences/appsettings/refresh?api-version=2022-03-01 --output none"),
            asked);
        Assert.Equal(4, (await File.ReadAllLinesAsync(Path.Combine(stand, "found"))).Distinct().Count());
    }

    [ShellFact]
    public async Task Apps_ThatAreNotThere_StopTheDeployment()
    {
        await File.WriteAllTextAsync(Path.Combine(stand, "apps"), "");

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

    [ShellFact]
    public async Task Rotation_WhoseSecondSecretIsThere_IsLetThrough()
    {
        await File.WriteAllTextAsync(Path.Combine(stand, "vault", "admission-key-second"), "key");

        var (exit, said) = await CheckedAsync(("ORDERS_ROTATING", "admission-key"));

        Assert.True(exit == 0, said);
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
        await File.WriteAllTextAsync(Path.Combine(stand, "provider"), state + "\n");

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

    private string Stored(string name) => File.ReadAllText(Path.Combine(stand, "vault", name));

    private Task<(int Exit, string Said)> ProvisionedAsync(params (string Name, string Value)[] settings) => RunAsync("postprovision", settings);

    private Task<(int Exit, string Said)> CheckedAsync(params (string Name, string Value)[] settings) =>
        RunAsync("preprovision", [("ORDERS_ISSUER", "https://issuer.example.com"), ("ORDERS_PAY_PAGE", "https://shop.example.com/pay"), .. settings]);

    private async Task<(int Exit, string Said)> RunAsync(string name, (string Name, string Value)[] settings)
    {
        var start = new ProcessStartInfo("sh", [$"infra/hooks/{name}.sh"])
        {
            WorkingDirectory = Repository.Root,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var ours in start.Environment.Keys.Where(key => key.StartsWith("ORDERS_", StringComparison.Ordinal)).ToList())
            start.Environment.Remove(ours);
        start.Environment["PATH"] = stand + Path.PathSeparator + Environment.GetEnvironmentVariable("PATH");
        start.Environment["STAND"] = stand;
        start.Environment["AZURE_KEY_VAULT_NAME"] = "kv";
        start.Environment["AZURE_RESOURCE_GROUP"] = "rg-orders";
        start.Environment["AZURE_SUBSCRIPTION_ID"] = "subscription";
        start.Environment["ORDERS_WEBHOOK_URL"] = "https://orders.example.com/api/payments/webhooks/stripe";
        foreach (var (key, value) in settings)
            start.Environment[key] = value;
        using var hook = Process.Start(start)!;
        hook.StandardInput.Close();
        var (output, errors) = (hook.StandardOutput.ReadToEndAsync(), hook.StandardError.ReadToEndAsync());
        await hook.WaitForExitAsync();
        return (hook.ExitCode, await output + await errors);
    }
}

/// <summary>A test that runs a script of the shell: not on Windows, where azd runs hooks in a shell that comes with it.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class ShellFactAttribute : FactAttribute
{
    public ShellFactAttribute() => Skip = OperatingSystem.IsWindows() ? "There is no sh; CI runs this test." : null;
}

/// <summary>The same for several cases.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class ShellTheoryAttribute : TheoryAttribute
{
    public ShellTheoryAttribute() => Skip = OperatingSystem.IsWindows() ? "There is no sh; CI runs this test." : null;
}
