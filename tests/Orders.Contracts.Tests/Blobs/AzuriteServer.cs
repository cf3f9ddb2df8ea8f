using System.Diagnostics;
using System.Globalization;
using Azure.Storage.Blobs;
using Orders.Azure.Blobs;

namespace Orders.Contracts.Tests.Blobs;

/// <summary>
/// Azurite's Blob service, from <c>tests/interop</c>, on a port and in a folder of its own. Started by the first test that needs it; each test has a container of its own.
/// </summary>
public sealed class AzuriteServer : IDisposable
{
    private const string Account = "devstoreaccount1";

    /// <summary>Everybody knows it: it is the emulator's.</summary>
    private const string Key = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

    private const string Listens = "successfully listens on ";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly string folder = Directory.CreateTempSubdirectory("orders-azurite-").FullName;
    private readonly Lazy<Uri> address;
    private Process? process;
    private int containers;

    public AzuriteServer()
    {
        address = new(Start);
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Kill();
    }

    /// <summary>
    /// Null when the tests can run, else what to tell whoever sees them skipped. Where <c>ORDERS_NODE=required</c> (CI) nothing is skipped: they fail.
    /// </summary>
    public static string? ReasonToSkip { get; } =
        Environment.GetEnvironmentVariable("ORDERS_NODE") == "required" ? null
        : !IsNodeInstalled ? "node is not installed here (Debian: apt-get install nodejs npm); CI runs this test."
        : !File.Exists(Script) ? "Azurite is not installed: npm ci --prefix tests/interop; CI runs this test."
        : null;

    private static bool IsNodeInstalled => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .Any(folder => File.Exists(Path.Combine(folder, OperatingSystem.IsWindows() ? "node.exe" : "node")));

    private static string Script => Path.Combine(Root(), "tests", "interop", "node_modules", "azurite", "dist", "src", "blob", "main.js");

    /// <summary>As the setting has it.</summary>
    public string ConnectionString => $"DefaultEndpointsProtocol=http;AccountName={Account};AccountKey={Key};BlobEndpoint={address.Value}{Account};";

    /// <summary>An empty container of its own, through the app's own client, or one with other options.</summary>
    public BlobContainerClient NewContainer(BlobClientOptions? options = null)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"test-{Interlocked.Increment(ref containers)}");
        new BlobContainerClient(ConnectionString, name).Create();
        return new BlobContainerClient(ConnectionString, name, options ?? BlobServices.ForClient());
    }

    public void Dispose()
    {
        Kill();
        process?.Dispose();
        process = null;
        Directory.Delete(folder, recursive: true);
    }

    /// <summary>It takes a free port, and says which.</summary>
    private Uri Start()
    {
        var listening = new TaskCompletionSource<Uri>(TaskCreationOptions.RunContinuationsAsynchronously);
        var said = new List<string>();
        process = Process.Start(new ProcessStartInfo("node", Arguments()) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = folder })
            ?? throw new InvalidOperationException("node did not start.");
        DataReceivedEventHandler hear = (_, line) =>
        {
            lock (said)
                said.Add(line.Data ?? "");
            if (line.Data?.IndexOf(Listens, StringComparison.Ordinal) is { } at and >= 0)
                listening.TrySetResult(new Uri(line.Data[(at + Listens.Length)..].Trim()));
        };
        process.OutputDataReceived += hear;
        process.ErrorDataReceived += hear;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        if (!listening.Task.Wait(Patience))
        {
            lock (said)
                throw new InvalidOperationException($"Azurite does not listen. {string.Join(Environment.NewLine, said)}");
        }

        return listening.Task.Result;
    }

    private string[] Arguments() =>
        [Script, "--blobHost", "127.0.0.1", "--blobPort", "0", "--location", folder, "--silent", "--skipApiVersionCheck", "--disableTelemetry"];

    private void Kill()
    {
        if (process is not { HasExited: false })
            return;
        process.Kill();
        process.WaitForExit();
    }

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "OrderFunctions.sln")))
            folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException("The tests do not stand in the repository.");
    }
}

/// <summary>The suites that share one server; each test has a container of its own.</summary>
[CollectionDefinition(Name)]
public sealed class AzuriteCollection : ICollectionFixture<AzuriteServer>
{
    public const string Name = "azurite";
}
