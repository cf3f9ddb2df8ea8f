using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace LocalFunctions.Hosting;

/// <summary>What every app gets: settings, logs to the console, Kestrel. Nothing more, so that a start is quick and a request short.</summary>
internal static class WebDefaults
{
    public static void AddDefaults(this WebApplicationBuilder web, string[] args)
    {
        AppFiles.AddLocalSettings(web.Configuration, web.Environment.ContentRootPath);
        web.Configuration.AddEnvironmentVariables().AddCommandLine(args);

        web.Logging.AddConfiguration(web.Configuration.GetSection("Logging"));
        web.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
        // It writes nothing at that level, but while it could write anything each request gets a scope and an Activity. Who listens to activities gets them still.
        web.Logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None);
        web.Logging.AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.ColorBehavior = LoggerColorBehavior.Default;
        });

        web.WebHost.UseKestrelCore();
        web.WebHost.ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);
        web.Services.AddRouting();
        if (web.Environment.IsDevelopment())
            web.Host.UseDefaultServiceProvider(provider => provider.ValidateScopes = provider.ValidateOnBuild = true);
    }

    /// <summary>Puts the addresses of the setting <c>urls</c>, or the default, before the server.</summary>
    public static void Listen(this WebApplication app, LocalFunctionsOptions options)
    {
        foreach (var url in (app.Configuration["urls"] ?? options.Urls).Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
            app.Urls.Add(url);
    }
}
