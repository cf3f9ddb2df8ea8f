using System.Diagnostics;

namespace LocalFunctions.Functions;

/// <summary>
/// Where a piece of work comes from, as one text beside it in the store: W3C <c>traceparent</c>, and after a line break <c>tracestate</c> where there is one.
/// A persisted format. Null, and nothing is stored, where nobody traces.
/// </summary>
internal static class TraceText
{
    private const char Separator = '\n';

    /// <summary>Of what runs now. Asked on the caller's own way: the store's writer runs on another.</summary>
    public static string? Current => Of(Activity.Current);

    public static string? Of(Activity? activity) => activity is not { IdFormat: ActivityIdFormat.W3C, Id: { } id } ? null
        : string.IsNullOrEmpty(activity.TraceStateString) ? id
        : $"{id}{Separator}{activity.TraceStateString}";

    /// <summary>The default, which has no trace id, when there is none or it can't be read: a trace is worth no failure.</summary>
    public static ActivityContext Read(string? text)
    {
        if (text is null)
            return default;
        var end = text.IndexOf(Separator, StringComparison.Ordinal);
        return Read(end < 0 ? text : text[..end], end < 0 ? null : text[(end + 1)..]);
    }

    public static ActivityContext Read(string? parent, string? state) =>
        ActivityContext.TryParse(parent, state, isRemote: true, out var context) ? context : default;

    /// <summary>Says that it failed, by the failure's type alone: its words may quote what nobody is to read.</summary>
    public static void Failed(this Activity? activity, Exception failure)
    {
        activity?.SetTag("error.type", failure.GetType().FullName);
        activity?.SetStatus(ActivityStatusCode.Error);
    }
}
