using System.Globalization;
using System.Xml;

namespace Orders.Application;

/// <summary>
/// Checks the fields of one request and collects what is wrong with them, so that a caller hears of everything at once. Field names are
/// paths as in JSON Pointer without the first slash: <c>lines/0/quantity</c>.
/// </summary>
internal sealed class Form
{
    private readonly Dictionary<string, string> errors = [];

    /// <summary>Null while everything is well.</summary>
    public Refusal.Invalid? Refusal => errors.Count == 0 ? null : new Refusal.Invalid(errors);

    public void Error(string field, string error) => errors.TryAdd(field, error);

    /// <summary>A text that must be there: trimmed, 1 to <paramref name="most"/> characters, one line.</summary>
    public string Required(string field, string? value, int most)
    {
        var text = Optional(field, value, most);
        if (text is null)
            Error(field, "is missing");
        return text ?? "";
    }

    /// <summary>A text that may be left out: trimmed, at most <paramref name="most"/> characters; null if nothing remains.</summary>
    /// <param name="lines">Whether it may have several lines.</param>
    public string? Optional(string field, string? value, int most, bool lines = false)
    {
        var text = value?.Trim();
        if (string.IsNullOrEmpty(text))
            return null;
        if (text.Length > most)
            Error(field, string.Create(CultureInfo.InvariantCulture, $"has more than {most} characters"));
        else if (text.Any(c => char.IsControl(c) && !(lines && c is '\n' or '\r' or '\t')))
            Error(field, "has control characters");
        return text;
    }

    /// <summary>A required text of these characters only.</summary>
    /// <param name="form">In words: <c>letters, digits and -</c>.</param>
    public string Required(string field, string? value, int most, Func<char, bool> allowed, string form)
    {
        var text = Required(field, value, most);
        if (!text.All(allowed))
            Error(field, $"may have {form} only");
        return text;
    }

    /// <summary>An ISO 8601 duration within bounds.</summary>
    public TimeSpan Duration(string field, string value, TimeSpan least, TimeSpan most)
    {
        TimeSpan? duration = null;
        try
        {
            duration = XmlConvert.ToTimeSpan(value);
        }
        catch (Exception malformed) when (malformed is FormatException or OverflowException)
        {
            // Told below, with the bounds.
        }

        if (duration is not { } time || time < least || time > most)
            Error(field, $"must be an ISO 8601 duration from {XmlConvert.ToString(least)} to {XmlConvert.ToString(most)}");
        return duration ?? least;
    }

    /// <summary>A whole number within bounds.</summary>
    public long Number(string field, long? value, long least, long most)
    {
        if (value is not { } number)
            Error(field, "is missing");
        else if (number < least || number > most)
            Error(field, string.Create(CultureInfo.InvariantCulture, $"must be {least} to {most}"));
        return value ?? 0;
    }
}
