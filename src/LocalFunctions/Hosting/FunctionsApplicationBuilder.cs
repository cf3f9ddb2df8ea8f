using LocalFunctions.Functions;
using LocalFunctions.Hosting;
using LocalFunctions.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.Metrics;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace LocalFunctions;

/// <summary>Builds an app that hosts its functions in this process.</summary>
public class FunctionsApplicationBuilder : IHostApplicationBuilder, IFunctionsWorkerApplicationBuilder
{
    private readonly FunctionPipeline pipeline = new();
    private bool built;

    internal FunctionsApplicationBuilder(string[]? args)
    {
        Web = WebApplication.CreateEmptyBuilder(new WebApplicationOptions
        {
            ContentRootPath = Directory.GetCurrentDirectory(),
            EnvironmentName = System.Environment.GetEnvironmentVariable("AZURE_FUNCTIONS_ENVIRONMENT") ?? Environments.Development,
        });
        Web.AddDefaults(args ?? []);
        Services.AddSingleton(pipeline);
        Services.AddLocalHost(Options);
    }

    public IDictionary<object, object> Properties => ((IHostApplicationBuilder)Web).Properties;

    IConfigurationManager IHostApplicationBuilder.Configuration => Configuration;

    public ConfigurationManager Configuration => Web.Configuration;

    public IHostEnvironment Environment => Web.Environment;

    public ILoggingBuilder Logging => Web.Logging;

    public IMetricsBuilder Metrics => Web.Metrics;

    public IServiceCollection Services => Web.Services;

    internal WebApplicationBuilder Web { get; }

    internal LocalFunctionsOptions Options { get; } = new();

    /// <summary>The app, ready to run. The store is opened and the functions are checked when it starts.</summary>
    public IHost Build()
    {
        if (built)
            throw new InvalidOperationException("The application has already been built.");
        built = true;
        Services.AddAsConfigured(Options);
        var app = Web.Build();
        foreach (var part in Options.Pipeline)
            part(app);
        app.UseRouting();
        IEndpointRouteBuilder endpoints = app;
        endpoints.DataSources.Add(app.Services.GetRequiredService<HttpTriggerFamily>());
        foreach (var part in Options.Endpoints)
            part(endpoints);
        if (Options.OwnsProcess)
            app.Listen(Options);
        return app;
    }

    public void ConfigureContainer<TContainerBuilder>(IServiceProviderFactory<TContainerBuilder> factory, Action<TContainerBuilder>? configure = null)
        where TContainerBuilder : notnull => ((IHostApplicationBuilder)Web).ConfigureContainer(factory, configure);

    public IFunctionsWorkerApplicationBuilder Use(Func<FunctionExecutionDelegate, FunctionExecutionDelegate> middleware)
    {
        if (built)
            throw new InvalidOperationException("The application has already been built.");
        pipeline.Use(middleware);
        return this;
    }
}
