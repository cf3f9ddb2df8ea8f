using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;

namespace OrderFunctions.Edge;

/// <summary>Reads JSON into a request of the API and says what is wrong with it in words that name no class of ours.</summary>
internal static class JsonBody
{
    /// <summary>The request's body, or the answer that says what is wrong with it.</summary>
    public static async Task<(TBody? Body, Answer? Refused)> ReadAsync<TBody>(HttpRequest request, Rule<TBody> rule)
        where TBody : class
    {
        if (rule.Absent is { } absent && !BodyReader.MayHaveBody(request))
            return (absent, null);
        if (!BodyReader.IsJson(request))
            return (null, Problems.UnsupportedMediaType.With("Send Content-Type: application/json."));
        if (await BodyReader.ReadAsync(request, request.HttpContext.RequestAborted) is not { } rented)
            return (null, Problems.BodyTooLarge.With("Send less."));
        using (rented)
            return Parse(rented.Memory.Span, rule.Body);
    }

    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    private static (TBody? Body, Answer? Refused) Parse<TBody>(ReadOnlySpan<byte> json, JsonTypeInfo<TBody> type)
        where TBody : class
    {
        if (json.StartsWith(ByteOrderMark))
            json = json[ByteOrderMark.Length..];
        try
        {
            return JsonSerializer.Deserialize(json, type) is { } body
                ? (body, null)
                : (null, Problems.InvalidRequest.With("The body must be an object, not null."));
        }
        catch (JsonException wrong)
        {
            return (null, FindSyntaxError(json) is { } broken ? Malformed(broken) : WrongForm(wrong));
        }
    }

    /// <summary>Only after a failure: tells text that isn't JSON from JSON that isn't this request.</summary>
    private static JsonException? FindSyntaxError(ReadOnlySpan<byte> json)
    {
        try
        {
            var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = 64 });
            while (reader.Read())
            {
                // Decoding finds what is not UTF-8.
                if (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName)
                    reader.GetString();
            }

            return null;
        }
        catch (JsonException broken)
        {
            return broken;
        }
        catch (InvalidOperationException notUtf8)
        {
            return new JsonException(notUtf8.Message, path: null, lineNumber: null, bytePositionInLine: null);
        }
    }

    private static Answer Malformed(JsonException broken) => broken is { LineNumber: { } line, BytePositionInLine: { } column }
        ? Problems.MalformedJson.With("The body stops being JSON at position.", position: new TextPosition(line + 1, column + 1))
        : Problems.MalformedJson.With("The body holds text that is not UTF-8.");

    private static Answer WrongForm(JsonException wrong)
    {
        var field = ToPointer(wrong.Path ?? "$");
        // The library has one exception for both; its message differs. If it ever changes, the second sentence is still true.
        var error = wrong.Message.Contains("could not be mapped", StringComparison.Ordinal)
            ? "is not a field of this request"
            : "has not the type or form that the contract says";
        return Problems.InvalidRequest.With("See errors: one entry for each field that is wrong.", new Dictionary<string, string> { [field] = error });
    }

    /// <summary><c>$.lines[0].quantity</c> → <c>lines/0/quantity</c>.</summary>
    internal static string ToPointer(string path)
    {
        var pointer = new StringBuilder(path.Length);
        foreach (var part in path.Replace("['", ".", StringComparison.Ordinal).Replace("']", "", StringComparison.Ordinal)
            .Split(['$', '.', '[', ']'], StringSplitOptions.RemoveEmptyEntries))
            pointer.Append(pointer.Length == 0 ? "" : "/").Append(part);
        return pointer.ToString();
    }
}
