using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;

namespace OrderFunctions.Edge;

/// <summary>A problem as it is sent: RFC 9457, <c>application/problem+json</c>.</summary>
/// <param name="Errors">By field, as a JSON Pointer without the leading slash.</param>
/// <param name="Position">Where a body stops being JSON.</param>
/// <param name="TraceId">To be named when asking us about it.</param>
public sealed record ProblemDocument(
    string Type,
    string Title,
    int Status,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Detail = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyDictionary<string, string>? Errors = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] TextPosition? Position = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? TraceId = null);

/// <summary>A place in a text; both count from 1, the column in bytes.</summary>
public sealed record TextPosition(long Line, long Column);

public static class ProblemExtensions
{
    /// <summary>The answer that tells of such a problem.</summary>
    public static Answer With(
        this Problem problem,
        string detail,
        IReadOnlyDictionary<string, string>? errors = null,
        TextPosition? position = null,
        string? traceId = null)
    {
        var document = new ProblemDocument(problem.Type, problem.Title, problem.Status, detail, errors, position, traceId);
        var answer = Answer.Of(problem.Status, document, EdgeJson.Default.ProblemDocument) with
        {
            ContentType = "application/problem+json",
            IsFinal = problem.IsFinal,
        };
        return problem.Status is StatusCodes.Status503ServiceUnavailable || problem == Problems.RequestInProgress
            ? answer.WithHeader("Retry-After", Problems.RetryAfterSeconds.ToString(System.Globalization.CultureInfo.InvariantCulture))
            : answer;
    }
}
