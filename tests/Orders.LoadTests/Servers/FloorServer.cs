using LocalFunctions.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Orders.LoadTests.Servers;

/// <summary>
/// What the order system is measured against: the same web server and the same store with group commit, and nothing of ours in between. Its
/// insert is as durable as an order, and shares fsyncs as orders do, so it is a floor that is hard to come near.
/// </summary>
internal static class FloorServer
{
    public const string Command = "floor-server";

    public static async Task<int> RunAsync(string urls, string dataDirectory, string documentPath)
    {
        var document = await File.ReadAllBytesAsync(documentPath);
        using var store = LocalStore.OpenFile(Path.Combine(dataDirectory, "floor.db"));
        store.Migrate("Floor", "CREATE TABLE documents (seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, document BLOB NOT NULL)");

        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls(urls).ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);
        builder.Services.AddRoutingCore();
        await using var app = builder.Build();
        app.UseRouting();
        app.MapGet("/empty", (HttpContext _) => Task.CompletedTask);
        app.MapPost("/insert", (HttpContext context) => InsertAsync(context, store, document));
        app.UseEndpoints(_ => { });
        await app.RunAsync();
        return 0;
    }

    private static async Task InsertAsync(HttpContext context, LocalStore store, byte[] document)
    {
        await context.Request.Body.CopyToAsync(Stream.Null);
        var id = context.Request.Headers["Idempotency-Key"].ToString();
        await store.WriteAsync(transaction => transaction.Execute("INSERT INTO documents (id, document) VALUES ($1, $2)", id, document));
        context.Response.StatusCode = StatusCodes.Status201Created;
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = document.Length;
        await context.Response.Body.WriteAsync(document);
    }
}
