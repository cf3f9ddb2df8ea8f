using System.Reflection;
using System.Text;
using System.Text.Json;

namespace LocalFunctions.ChangeFeed;

/// <summary>Turns changed documents into what the function's parameter wants: a list or array of a type, or the JSON array as text.</summary>
internal static class ChangeListReader
{
    /// <summary>Null when the type can't hold changes.</summary>
    public static Func<IReadOnlyList<byte[]>, object>? For(Type parameter, JsonSerializerOptions options)
    {
        if (parameter == typeof(string))
            return JoinText;
        var element = parameter.IsArray ? parameter.GetElementType() : ElementOf(parameter);
        if (element is null)
            return null;
        var read = typeof(ChangeListReader).GetMethod(parameter.IsArray ? nameof(ReadArray) : nameof(ReadList), BindingFlags.NonPublic | BindingFlags.Static)!
            .MakeGenericMethod(element)
            .CreateDelegate<Func<IReadOnlyList<byte[]>, JsonSerializerOptions, object>>();
        return changes => read(changes, options);
    }

    private static Type? ElementOf(Type parameter) =>
        parameter.IsGenericType && parameter.GetGenericArguments() is [var element] && parameter.IsAssignableFrom(typeof(List<>).MakeGenericType(element))
            ? element
            : null;

    private static object ReadList<T>(IReadOnlyList<byte[]> changes, JsonSerializerOptions options) =>
        changes.Select(json => JsonSerializer.Deserialize<T>(json, options)!).ToList();

    private static object ReadArray<T>(IReadOnlyList<byte[]> changes, JsonSerializerOptions options) =>
        changes.Select(json => JsonSerializer.Deserialize<T>(json, options)!).ToArray();

    private static string JoinText(IReadOnlyList<byte[]> changes) => $"[{string.Join(',', changes.Select(Encoding.UTF8.GetString))}]";
}
