using LocalFunctions.Hosting;
using LocalFunctions.Storage;
using LocalFunctions.Testing;
using LocalFunctions.Work;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace LocalFunctions.Tests.Hosting;

/// <summary>An app of the tests' own: a request stores a reminder, a source of work rings it when it is due.</summary>
public sealed class Reminders : WorkSource<string>
{
    private readonly LocalStore store;
    private readonly TimeProvider clock;
    private readonly Hook hook;
    private readonly HashSet<string> taken = [];
    private readonly Lock gate = new();

    public Reminders(LocalStore store, TimeProvider clock, Hook hook)
        : base("reminders", concurrency: 2, clock)
    {
        (this.store, this.clock, this.hook) = (store, clock, hook);
        store.Migrate("reminders", "CREATE TABLE reminder (name TEXT PRIMARY KEY, due INTEGER NOT NULL, rung INTEGER, position INTEGER)");
    }

    public override DateTimeOffset? NextDue =>
        store.Read(s => s.Scalar("SELECT min(due) FROM reminder WHERE rung IS NULL AND due > $1", clock.GetUtcNow())) is > 0 and var due
            ? new DateTimeOffset(due, TimeSpan.Zero) : null;

    public static Task<FunctionsTestHost> StartAsync(FunctionsTestOptions? options = null, Hook? hook = null) => FunctionsTestHost.StartAsync(
        builder =>
        {
            builder.ConfigureFunctionsWebApplication().UseFunctions(typeof(Functions));
            builder.Services.AddSingleton(hook ?? new Hook());
            builder.Services.AddSingleton<Reminders>();
            builder.Services.AddSingleton<IWorkSource>(provider => provider.GetRequiredService<Reminders>());
        },
        options);

    public static IReadOnlyList<string> Rung(FunctionsTestHost app) => app.Store.Read(s => s.Query(
        "SELECT name FROM reminder WHERE rung IS NOT NULL ORDER BY position", row => row.GetString(0)));

    public override IReadOnlyDictionary<string, long> Counts() => new Dictionary<string, long>
    {
        ["waiting reminders"] = store.Read(s => s.Scalar("SELECT count(*) FROM reminder WHERE rung IS NULL")),
    };

    protected override bool HasReady() => Ready().Count > 0;

    protected override bool TryTake(Random? chance, out string item)
    {
        hook.BeforeTaking();
        lock (gate)
        {
            var ready = Ready().Where(name => !taken.Contains(name)).ToList();
            item = ready.Count == 0 ? "" : ready[chance?.Next(ready.Count) ?? 0];
            return ready.Count > 0 && taken.Add(item);
        }
    }

    protected override async Task RunAsync(string item, CancellationToken stopping)
    {
        await hook.BeforeRinging(item);
        await store.WriteAsync(t => t.Execute(
            "UPDATE reminder SET rung = $2, position = (SELECT count(*) FROM reminder WHERE rung IS NOT NULL) WHERE name = $1", item, clock.GetUtcNow()));
        lock (gate)
            taken.Remove(item);
    }

    protected override void OnFault(string item, Exception fault)
    {
        lock (gate)
            taken.Remove(item);
    }

    private List<string> Ready() => store.Read(s => s.Query(
        "SELECT name FROM reminder WHERE rung IS NULL AND due <= $1 ORDER BY due", row => row.GetString(0), clock.GetUtcNow()));

    /// <summary>Where a test can hold up the work.</summary>
    public sealed class Hook
    {
        public Action BeforeTaking { get; set; } = () => { };

        public Func<string, Task> BeforeRinging { get; set; } = _ => Task.CompletedTask;
    }

    public sealed class Functions(LocalStore store, TimeProvider clock, Reminders reminders)
    {
        [Function("Remind")]
        public async Task<IResult> Remind(
            [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "reminders/{name}/{minutes:int}")] HttpRequest request, string name, int minutes)
        {
            await store.WriteAsync(t =>
            {
                t.Execute("INSERT INTO reminder (name, due) VALUES ($1, $2)", name, clock.GetUtcNow().AddMinutes(minutes));
                t.AfterCommit(reminders.Wake);
            });
            return Results.Accepted();
        }
    }
}
