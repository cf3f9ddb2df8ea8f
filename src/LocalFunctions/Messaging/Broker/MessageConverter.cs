using System.Reflection;
using System.Text.Json;

namespace LocalFunctions.Messaging.Broker;

/// <summary>Turns delivered messages into what the function's parameter wants: the message, its body as text, bytes or a type read from JSON.</summary>
internal static class MessageConverter
{
    /// <summary>Null when the type can't hold what is delivered. Body errors show when the result is called: they are the delivery's failure.</summary>
    public static Func<IReadOnlyList<ServiceBusReceivedMessage>, object?>? For(Type parameter, bool isBatched, JsonSerializerOptions options)
    {
        if (!isBatched)
            return parameter.IsArray && parameter != typeof(byte[]) ? null : Make(nameof(One), parameter, options);
        if (parameter.IsArray)
            return Make(nameof(Array), parameter.GetElementType()!, options);
        return parameter.IsGenericType && parameter.GetGenericArguments() is [var element]
            && parameter.IsAssignableFrom(typeof(List<>).MakeGenericType(element))
            ? Make(nameof(List), element, options)
            : null;
    }

    private static Func<IReadOnlyList<ServiceBusReceivedMessage>, object?> Make(string shape, Type element, JsonSerializerOptions options)
    {
        var convert = typeof(MessageConverter).GetMethod(shape, BindingFlags.NonPublic | BindingFlags.Static)!
            .MakeGenericMethod(element)
            .CreateDelegate<Func<IReadOnlyList<ServiceBusReceivedMessage>, JsonSerializerOptions, object?>>();
        return messages => convert(messages, options);
    }

    private static object? One<T>(IReadOnlyList<ServiceBusReceivedMessage> messages, JsonSerializerOptions options) => Convert<T>(messages[0], options);

    private static object Array<T>(IReadOnlyList<ServiceBusReceivedMessage> messages, JsonSerializerOptions options) =>
        messages.Select(message => Convert<T>(message, options)).ToArray();

    private static object List<T>(IReadOnlyList<ServiceBusReceivedMessage> messages, JsonSerializerOptions options) =>
        messages.Select(message => Convert<T>(message, options)).ToList();

    private static T Convert<T>(ServiceBusReceivedMessage message, JsonSerializerOptions options)
    {
        object? value = typeof(T) == typeof(ServiceBusReceivedMessage) ? message
            : typeof(T) == typeof(string) ? message.Body.ToString()
            : typeof(T) == typeof(byte[]) ? message.Body.ToArray()
            : typeof(T) == typeof(BinaryData) ? message.Body
            : JsonSerializer.Deserialize<T>(message.Body.ToMemory().Span, options);
        return (T)value!;
    }
}
