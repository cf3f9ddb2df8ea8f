namespace OrderFunctions.LocalHost.Demo;

/// <summary>One rule that must hold at the end, and where it was broken.</summary>
/// <param name="Rule">In words.</param>
/// <param name="Checked">How many things were looked at.</param>
/// <param name="Broken">Those that break the rule.</param>
public sealed record Finding(string Rule, int Checked, IReadOnlyList<string> Broken)
{
    /// <summary>A rule that was checked on nothing does not hold: then the check is broken.</summary>
    public bool Holds => Checked > 0 && Broken.Count == 0;
}
