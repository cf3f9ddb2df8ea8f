using Microsoft.Extensions.Hosting;
using OrderFunctions;

// The same lines on both hosts; which FunctionsApplication this is, the global usings say. LocalHost has a program of its own, which adds
// the embedded adapters.
var builder = FunctionsApplication.CreateBuilder(args);
builder.ConfigureFunctionsWebApplication();
builder.Services.AddOrderFunctions(builder.Configuration).AddConfiguredAdapters(builder.Configuration);
if (Adapters.Complaint(builder.Services) is { } complaint)
{
    Console.Error.WriteLine(complaint);
    return 1;
}

builder.Build().Run();
return 0;
