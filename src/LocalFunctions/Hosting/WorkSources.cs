using System.Collections;
using LocalFunctions.Work;

namespace LocalFunctions.Hosting;

/// <summary>
/// All that works by itself in this host. Empty until the start has collected them, so that the clock can be put right before
/// anything else is made.
/// </summary>
internal sealed class WorkSources : IReadOnlyList<IWorkSource>
{
    private IReadOnlyList<IWorkSource> all = [];

    public int Count => all.Count;

    public IWorkSource this[int index] => all[index];

    public void Set(IReadOnlyList<IWorkSource> sources) => all = sources;

    public IEnumerator<IWorkSource> GetEnumerator() => all.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
