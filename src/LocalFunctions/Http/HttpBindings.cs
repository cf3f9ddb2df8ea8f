using System.Collections;
using Microsoft.AspNetCore.Http;

namespace LocalFunctions.Http;

/// <summary>The values that a request gives to its function: the request itself and the route's parameters.</summary>
internal sealed class HttpBindings(HttpBindings.Plan plan, HttpContext http) : IReadOnlyDictionary<string, object?>
{
    /// <param name="TriggerName">The parameter that gets the request.</param>
    /// <param name="Route">What comes from the route, by the parameter's name.</param>
    internal sealed record Plan(string TriggerName, IReadOnlyDictionary<string, RouteParameter> Route);

    /// <param name="Convert">From the path's text.</param>
    /// <param name="HasDefault">Whether the method itself says what it gets when the path doesn't have it; else that is null.</param>
    internal sealed record RouteParameter(Func<string, object> Convert, bool HasDefault);

    public int Count => Keys.Count();

    public IEnumerable<string> Keys => plan.Route.Keys.Where(name => TryGetValue(name, out _)).Prepend(plan.TriggerName);

    public IEnumerable<object?> Values => Keys.Select(name => this[name]);

    public object? this[string key] => TryGetValue(key, out var value) ? value : throw new KeyNotFoundException($"The request has no '{key}'.");

    public bool ContainsKey(string key) => TryGetValue(key, out _);

    public bool TryGetValue(string key, out object? value)
    {
        if (key == plan.TriggerName)
        {
            value = http.Request;
            return true;
        }

        value = null;
        if (!plan.Route.TryGetValue(key, out var parameter))
            return false;
        if (!http.Request.RouteValues.TryGetValue(key, out var text) || text is not string written)
            return !parameter.HasDefault;
        value = Convert(key, written, parameter.Convert);
        return true;
    }

    public IEnumerator<KeyValuePair<string, object?>> GetEnumerator() =>
        Keys.Select(name => new KeyValuePair<string, object?>(name, this[name])).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private static object Convert(string name, string text, Func<string, object> convert)
    {
        try
        {
            return convert(text);
        }
        catch (Exception wrong) when (wrong is FormatException or OverflowException or ArgumentException)
        {
            throw new InvalidOperationException($"The route's '{name}' is '{text}', which the function's parameter can't take. Add a constraint to the route.", wrong);
        }
    }
}
