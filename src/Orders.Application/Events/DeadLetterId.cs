using System.Globalization;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using Orders.Domain;

namespace Orders.Application.Events;

/// <summary>
/// A dead letter: <c>{source}-{number}</c>, in which the source's <c>/</c> is written <c>_</c>. The number is the bus's own and never given out twice within
/// its source, so an id that is held against a letter that has gone back finds nothing, and never another letter.
/// </summary>
[JsonConverter(typeof(TextIdConverter<DeadLetterId>))]
public readonly partial record struct DeadLetterId : ITextId<DeadLetterId>
{
    private DeadLetterId(string value) => Value = value;

    public string Value { get; }

    /// <summary>Queue or <c>topic/subscription</c>.</summary>
    public string Source => Value[..Value.LastIndexOf('-')].Replace('_', '/');

    public long Number => long.Parse(Value.AsSpan(Value.LastIndexOf('-') + 1), CultureInfo.InvariantCulture);

    public static DeadLetterId Of(string source, long number) =>
        Id.Parse<DeadLetterId>(string.Create(CultureInfo.InvariantCulture, $"{source.Replace('/', '_')}-{number}"));

    public static bool TryParse(string? text, out DeadLetterId id)
    {
        id = new DeadLetterId(text ?? "");
        return text is { Length: <= 100 } && Form().IsMatch(text);
    }

    public override string ToString() => Value;

    [GeneratedRegex(@"^[A-Za-z0-9-]+(_[A-Za-z0-9-]+)?-[0-9]{1,18}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Form();
}
