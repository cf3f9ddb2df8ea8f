using LocalFunctions.ChangeFeed;

namespace LocalFunctions.Tests.ChangeFeed;

public sealed class RecentChangesTests
{
    private readonly RecentChanges recent = new();

    [Fact]
    public void Reader_ThatKeepsUp_FindsAllThatIsBehindItsPosition()
    {
        Add(3, 5, 9);
        Assert.Equal([5, 9], After(3));
        Assert.Equal([5], After(3, most: 1));
        Assert.Empty(After(9)!);
    }

    [Fact]
    public void Reader_BehindWhatIsAtHand_GoesToTheTable()
    {
        recent.BeginAfter(4);
        Add(5, 6);
        Assert.Null(After(3));
        Assert.Equal([5, 6], After(4));
        recent.Forget(5);
        Assert.Null(After(4));
        Assert.Equal([6], After(5));
    }

    [Fact]
    public void TooMuch_IsForgottenFromTheOldEnd()
    {
        for (var n = 1; n <= 5000; n++)
            Add(n);
        Assert.Null(After(0));
        Assert.Equal([5000], After(4999));
        recent.Add(new Change(5001, null, new byte[5 * 1024 * 1024]));
        Assert.Null(After(5000));
    }

    private void Add(params long[] sequences)
    {
        foreach (var sequence in sequences)
            recent.Add(new Change(sequence, null, [1]));
    }

    private IEnumerable<long>? After(long position, int most = 100) => recent.After(position, most)?.Select(change => change.Sequence);
}
