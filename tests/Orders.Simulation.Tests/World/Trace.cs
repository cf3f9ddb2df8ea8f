using System.Text;

namespace Orders.Simulation.Tests.World;

/// <summary>What happened, one line each: the last ones as text, all of them as a hash, by which two runs are compared.</summary>
internal sealed class Trace
{
    private const int Kept = 60;
    private const ulong Offset = 14_695_981_039_346_656_037;
    private const ulong Prime = 1_099_511_628_211;

    private readonly Queue<string> last = new();
    private ulong hash = Offset;

    public string Hash => hash.ToString("x16", System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>Adds a line.</summary>
    public void Add(string line)
    {
        Mix(Encoding.UTF8.GetBytes(line));
        last.Enqueue(line);
        if (last.Count > Kept)
            last.Dequeue();
    }

    /// <summary>Adds content to the hash alone (FNV-1a).</summary>
    public void Mix(ReadOnlySpan<byte> content)
    {
        foreach (var one in content)
            hash = (hash ^ one) * Prime;
    }

    public override string ToString() => string.Join(Environment.NewLine, last);
}
