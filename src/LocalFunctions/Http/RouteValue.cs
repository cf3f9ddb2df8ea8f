using System.Globalization;
using System.Reflection;

namespace LocalFunctions.Http;

/// <summary>Turns the text of a route's parameter into the type of the function's parameter.</summary>
internal static class RouteValue
{
    private static readonly MethodInfo OpenParse = typeof(RouteValue).GetMethod(nameof(Parse), BindingFlags.NonPublic | BindingFlags.Static)!;

    private static readonly MethodInfo OpenParseEnum = typeof(RouteValue).GetMethod(nameof(ParseEnum), BindingFlags.NonPublic | BindingFlags.Static)!;

    /// <summary>A converter to <paramref name="type"/>; null when such a type can't come from a route.</summary>
    public static Func<string, object>? ConverterTo(Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (type == typeof(string) || type == typeof(object))
            return text => text;
        if (type.IsEnum)
            return OpenParseEnum.MakeGenericMethod(type).CreateDelegate<Func<string, object>>();
        var parsable = Array.Exists(type.GetInterfaces(), implemented =>
            implemented.IsGenericType && implemented.GetGenericTypeDefinition() == typeof(IParsable<>) && implemented.GetGenericArguments()[0] == type);
        return parsable ? OpenParse.MakeGenericMethod(type).CreateDelegate<Func<string, object>>() : null;
    }

    private static object Parse<T>(string text)
        where T : IParsable<T> => T.Parse(text, CultureInfo.InvariantCulture);

    private static object ParseEnum<T>(string text)
        where T : struct, Enum => Enum.Parse<T>(text, ignoreCase: true);
}
