using LocalFunctions.Functions;
using LocalFunctions.Hosting;
using LocalFunctions.Work;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Primitives;

namespace LocalFunctions.Http;

/// <summary>Functions with an HTTP trigger: each is an endpoint of ASP.NET Core's routing. Nothing works by itself here.</summary>
internal sealed class HttpTriggerFamily(
    HostJson hostJson, FunctionInvoker invoker, HttpRequestHandler handler, IServiceProvider services)
    : EndpointDataSource, ITriggerFamily
{
    private readonly List<HttpFunction> seen = [];
    private readonly List<HttpFunction> added = [];
    private List<Endpoint>? endpoints;

    public IEnumerable<IWorkSource> Sources => [];

    public override IReadOnlyList<Endpoint> Endpoints => endpoints ??= [.. added.Select(MakeEndpoint)];

    public bool Handles(Attribute trigger) => trigger is HttpTriggerAttribute;

    public IEnumerable<string> Check(FunctionDescriptor function)
    {
        if (services.GetService<HttpResults>() is null)
            yield return $"AZFW0014: The registration for method '{nameof(FunctionsApplicationBuilderAspNetCoreExtensions.ConfigureFunctionsWebApplication)}' " +
                "is expected for ASP.NET Core Integration.";
        var http = new HttpFunction(function, hostJson.RoutePrefix);
        foreach (var error in HttpRules.Check(http, [.. services.GetServices<IParameterBinder>()]))
            yield return error;
        foreach (var error in seen.Select(other => HttpRules.Conflict(http, other)).OfType<string>())
            yield return error;
        seen.Add(http);
    }

    public void Add(FunctionDescriptor function) => added.Add(new HttpFunction(function, hostJson.RoutePrefix));

    public override IChangeToken GetChangeToken() => NullChangeToken.Singleton;

    private Endpoint MakeEndpoint(HttpFunction http)
    {
        var pattern = http.Pattern();
        var route = http.RouteParameters(pattern).ToDictionary(
            pair => pair.Parameter.Name!,
            pair => new HttpBindings.RouteParameter(RouteValue.ConverterTo(pair.Parameter.ParameterType)!, pair.Parameter.HasDefaultValue),
            StringComparer.Ordinal);
        var bindings = new HttpBindings.Plan(http.Function.TriggerParameter.Name!, route);
        Task Serve(HttpContext context) => handler.ServeAsync(invoker, http, bindings, context);
        var endpoint = new RouteEndpointBuilder(Serve, pattern, order: 0) { DisplayName = http.Function.Name };
        endpoint.Metadata.Add(new HttpMethodMetadata(http.Methods));
        endpoint.Metadata.Add(http);
        return endpoint.Build();
    }
}
