using Microsoft.AspNetCore.Http;

namespace LocalFunctions.Functions;

/// <summary>One invocation. Everything a plain invocation doesn't ask for (id, items, features) is made when it is asked for.</summary>
internal sealed class Invocation(
    FunctionPlan plan,
    InvocationIds ids,
    IServiceProvider services,
    IReadOnlyDictionary<string, object?> bindings,
    HttpContext? http = null,
    IReadOnlyDictionary<object, object>? initialItems = null,
    CancellationToken cancellation = default) : FunctionContext
{
    /// <summary>The key under which the real worker keeps the request.</summary>
    public const string HttpContextKey = "HttpRequestContext";

    private string? id;
    private IDictionary<object, object>? items;
    private InvocationFeatures? features;
    private HttpContext? visibleHttp;

    public FunctionPlan Plan { get; } = plan;

    /// <summary>The request; middleware sees it through <see cref="Items"/> once <see cref="ShowHttpContext"/> was called.</summary>
    public HttpContext? Http { get; } = http;

    public object? Result { get; set; }

    public override string InvocationId => id ??= ids.Next();

    public override string FunctionId => Plan.Definition.Id;

    public override IServiceProvider InstanceServices { get; set; } = services;

    public override FunctionDefinition FunctionDefinition => Plan.Definition;

    public override IDictionary<object, object> Items
    {
        get => items ??= MakeItems();
        set => items = value;
    }

    public override IInvocationFeatures Features => features ??= new InvocationFeatures(this);

    // Asked for late: Kestrel makes its token only for those who want it.
    public override CancellationToken CancellationToken => Http?.RequestAborted ?? cancellation;

    /// <summary>The request without a detour over the dictionary, for those who know this type.</summary>
    public HttpContext? VisibleHttp => items is null ? visibleHttp : items.TryGetValue(HttpContextKey, out var item) ? item as HttpContext : null;

    public void ShowHttpContext()
    {
        visibleHttp = Http;
        if (items is not null && Http is not null)
            items[HttpContextKey] = Http;
    }

    /// <summary>The value of a parameter: what the trigger brought under its name, else a binder's, else its default.</summary>
    public T Argument<T>(int position)
    {
        var parameter = Plan.Parameters[position];
        if (!bindings.TryGetValue(parameter.Name, out var value))
        {
            if (parameter.Binder is { } binder)
                value = binder.Bind(parameter.Info);
            else if (parameter.Info.HasDefaultValue)
                value = parameter.Info.DefaultValue;
            else
                throw new InvalidOperationException($"Function '{Plan.Definition.Name}': nothing gives parameter '{parameter.Name}' ({typeof(T)}) a value.");
        }

        return value switch
        {
            T typed => typed,
            null when default(T) is null => default!,
            _ => throw new InvalidOperationException(
                $"Function '{Plan.Definition.Name}': parameter '{parameter.Name}' is {typeof(T)}, but its value is {value?.GetType().ToString() ?? "null"}."),
        };
    }

    private Dictionary<object, object> MakeItems()
    {
        var made = initialItems is null ? new Dictionary<object, object>() : new Dictionary<object, object>(initialItems);
        if (visibleHttp is not null)
            made[HttpContextKey] = visibleHttp;
        return made;
    }
}
