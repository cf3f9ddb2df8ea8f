using System.Diagnostics;

namespace OrderFunctions.Tests.Deployment;

/// <summary>Where azd's hooks run with stand-ins for the programs that they call: the vault is a folder, what was typed a file.</summary>
internal sealed class HookStand : IDisposable
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
          'keyvault list '*) echo kv ;;
          'keyvault secret show') [ -f "$STAND/vault/$name" ] ;;
          'keyvault secret set') cp "$file" "$STAND/vault/$name" ;;
          'functionapp list '*) case "$*" in *defaultHostName*) cat "$STAND/hosts" ;; *) cat "$STAND/apps" ;; esac ;;
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

    /// <summary>What is asked answers, unless it is said to be ill.</summary>
    private const string Curl = """
        #!/bin/sh
        for asked in "$@"; do :; done
        echo "$asked" >>"$STAND/asked"
        [ ! -f "$STAND/ill" ] || ! grep -qF "$(cat "$STAND/ill")" "$STAND/asked"
        """;

    /// <summary>In the place of the smoke test: what it was given.</summary>
    private const string Bash = """
        #!/bin/sh
        echo "$* with ${TOKEN:-nothing}" >>"$STAND/smoked"
        """;

    private readonly string folder = Directory.CreateTempSubdirectory("hooks-").FullName;

    public HookStand()
    {
        Directory.CreateDirectory(Path.Combine(folder, "vault"));
        File.WriteAllText(Path.Combine(folder, "hosts"), "orders.example.com\npayment.example.com\n");
        File.WriteAllText(Path.Combine(folder, "apps"), "/sites/func-orders\n/sites/func-payment\n");
        foreach (var (name, script) in new[] { ("az", Az), ("openssl", OpenSsl), ("sleep", Sleep), ("curl", Curl), ("bash", Bash) })
        {
            var path = Path.Combine(folder, name);
            File.WriteAllText(path, script.ReplaceLineEndings("\n") + "\n");
            if (!OperatingSystem.IsWindows())
                File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    public string this[string file] => Path.Combine(folder, file);

    public void Dispose() => Directory.Delete(folder, recursive: true);

    public string Stored(string name) => File.ReadAllText(Path.Combine(folder, "vault", name));

    public async Task<(int Exit, string Said)> RunAsync(string name, (string Name, string Value)[] settings)
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
        start.Environment.Remove("TOKEN");
        start.Environment["PATH"] = folder + Path.PathSeparator + Environment.GetEnvironmentVariable("PATH");
        start.Environment["STAND"] = folder;
        start.Environment["AZURE_ENV_NAME"] = "shop";
        start.Environment["AZURE_KEY_VAULT_NAME"] = "kv";
        start.Environment["ORDERS_URL"] = "https://orders.example.com";
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
