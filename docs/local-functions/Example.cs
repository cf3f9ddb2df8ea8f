using LocalFunctions;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Example;

/// <summary>What Program.cs does between CreateBuilder and Build, where a test can call it too.</summary>
public static class VisitorsApp
{
    public static void Configure(FunctionsApplicationBuilder builder)
    {
        builder.ConfigureFunctionsWebApplication();
        builder.Services.AddSingleton<Visitors>();
    }
}

public sealed class Visitors
{
    private int today;

    public int Count() => Interlocked.Increment(ref today);

    public void ANewDay() => Interlocked.Exchange(ref today, 0);
}

public sealed class VisitorFunctions(Visitors visitors, TimeProvider clock)
{
    [Function("Visit")]
    public IResult Visit([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "visits/{name}")] HttpRequest request, string name) =>
        Results.Ok(new { name, number = visitors.Count(), at = clock.GetUtcNow() });

    [Function("Midnight")]
    public void Midnight([TimerTrigger("0 0 0 * * *")] TimerInfo timer) => visitors.ANewDay();
}
