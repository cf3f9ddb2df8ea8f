using System.Text.Json.Serialization.Metadata;
using OrderFunctions.Access;

namespace OrderFunctions.Edge;

/// <summary>What an endpoint asks of a request before its function sees it.</summary>
/// <param name="Who">Who may call.</param>
/// <param name="KeyIsRequired">Whether an <c>Idempotency-Key</c> must be there; if it is there it is always honoured.</param>
public record Rule(Who Who, bool KeyIsRequired = false);

/// <inheritdoc/>
/// <param name="Who">Who may call.</param>
/// <param name="Body">How the JSON body is read.</param>
/// <param name="KeyIsRequired">Whether an <c>Idempotency-Key</c> must be there; if it is there it is always honoured.</param>
public sealed record Rule<TBody>(Who Who, JsonTypeInfo<TBody> Body, bool KeyIsRequired = false) : Rule(Who, KeyIsRequired)
    where TBody : class
{
    /// <summary>Not null: the body may be left out, and this stands for it.</summary>
    public TBody? Absent { get; init; }
}
