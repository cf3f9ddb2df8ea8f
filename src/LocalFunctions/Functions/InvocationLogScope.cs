using System.Collections;

namespace LocalFunctions.Functions;

/// <summary>What every log line within an invocation carries; the id is only drawn if somebody looks.</summary>
internal sealed class InvocationLogScope(Invocation invocation) : IReadOnlyList<KeyValuePair<string, object?>>
{
    public int Count => 2;

    public KeyValuePair<string, object?> this[int index] => index switch
    {
        0 => new("FunctionName", invocation.Plan.Definition.Name),
        1 => new("InvocationId", invocation.InvocationId),
        _ => throw new ArgumentOutOfRangeException(nameof(index)),
    };

    public IEnumerator<KeyValuePair<string, object?>> GetEnumerator()
    {
        for (var i = 0; i < Count; i++)
            yield return this[i];
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public override string ToString() => $"{invocation.Plan.Definition.Name} {invocation.InvocationId}";
}
