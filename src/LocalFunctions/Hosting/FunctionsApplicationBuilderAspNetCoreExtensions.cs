using LocalFunctions.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace LocalFunctions;

public static class FunctionsApplicationBuilderAspNetCoreExtensions
{
    /// <summary>
    /// Adds the ASP.NET Core integration: functions take <c>HttpRequest</c> and answer with <c>IActionResult</c> or <c>IResult</c>. Middleware
    /// added before this doesn't see the request.
    /// </summary>
    public static FunctionsApplicationBuilder ConfigureFunctionsWebApplication(this FunctionsApplicationBuilder builder)
    {
        if (builder.Services.Any(service => service.ImplementationInstance is HttpResults))
            return builder;
        var results = new HttpResults();
        builder.Services.AddSingleton(results);
        builder.Services.AddMvcCore();
        builder.Use(results.Around);
        return builder;
    }
}
