using System.Reflection;
using LocalFunctions.Storage;
using LocalFunctions.Time;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;

namespace LocalFunctions.Hosting;

/// <summary>How the local host runs an app. Set through <c>builder.ConfigureLocalHost(options => …)</c>; the real host knows nothing of it.</summary>
public sealed class LocalFunctionsOptions
{
    /// <summary>Where the store's file lies; relative to the content root.</summary>
    public string DataDirectory { get; set; } = ".local";

    /// <summary>
    /// Whether a write is on disk before it is acknowledged. False is faster, and loses the last writes when the machine (not the process) dies.
    /// </summary>
    public bool DurableWrites { get; set; } = true;

    /// <summary>A store to use instead of the file in <see cref="DataDirectory"/>; its maker disposes it.</summary>
    public LocalStore? Store { get; set; }

    /// <summary>The host's time; real time that can be moved when null.</summary>
    public LocalClock? Clock { get; set; }

    /// <summary>
    /// Not null: a stepped host. Nothing works by itself; the sources run one item at a time, drawn from this, when the
    /// <c>TimeMachine</c> is asked to.
    /// </summary>
    public Random? Stepped { get; set; }

    /// <summary>Assemblies to look for functions in, with those they refer to; the entry assembly when empty.</summary>
    public IList<Assembly> Assemblies { get; } = [];

    /// <summary>When not empty: exactly these classes hold the app's functions.</summary>
    public IList<Type> FunctionTypes { get; } = [];

    /// <summary>Path of host.json. When null: beside the app, else in the content root, else none.</summary>
    public string? HostJsonPath { get; set; }

    /// <summary>Where to listen when neither <c>--urls</c> nor the setting <c>urls</c> says. Separated by semicolons.</summary>
    public string Urls { get; set; } = "http://localhost:7071";

    /// <summary>How long a stop waits for what is running.</summary>
    public TimeSpan DrainTimeout { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>ASP.NET Core middleware in front of routing, outside the app, such as a console's static files.</summary>
    public IList<Action<IApplicationBuilder>> Pipeline { get; } = [];

    /// <summary>Endpoints of the host's own beside the app's functions, such as controls of the clock. They have no counterpart on Azure.</summary>
    public IList<Action<IEndpointRouteBuilder>> Endpoints { get; } = [];

    /// <summary>Whether Ctrl-C is this host's business; not within a test run.</summary>
    internal bool OwnsProcess { get; set; } = true;
}
