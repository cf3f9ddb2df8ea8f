using LocalFunctions.Functions;
using Microsoft.AspNetCore.Http;

namespace LocalFunctions;

public static class FunctionContextExtensions
{
    /// <summary>The request that the function serves; null when it wasn't started by HTTP.</summary>
    public static HttpContext? GetHttpContext(this FunctionContext context)
    {
        if (context is Invocation invocation)
            return invocation.VisibleHttp;
        return context.Items.TryGetValue(Invocation.HttpContextKey, out var item) ? item as HttpContext : null;
    }
}
