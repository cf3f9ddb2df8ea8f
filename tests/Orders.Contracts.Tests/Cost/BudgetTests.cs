using System.Reflection;
using Orders.Domain.Tests;

namespace Orders.Contracts.Tests.Cost;

/// <summary>The budget itself: what it finds, and that people read the same figures.</summary>
[Collection(Budget.Collection)]
public sealed class BudgetTests
{
    private const string Piece = "placed";

    private static readonly Receipt Planned = new()
    {
        Reads = 100,
        ReadUnits = 100,
        Writes = 100,
        WriteUnits = 100,
        Queries = 100,
        QueryUnits = 100,
        FeedUnits = 100,
        RedisCalls = 100,
        Sent = 100,
        Delivered = 100,
        Starts = 100,
        Activities = 100,
        Timers = 100,
        Signals = 100,
        Turns = 100,
        Executions = 100,
    };

    public static TheoryData<string> Figures => [.. typeof(Receipt).GetProperties().Where(property => property.CanWrite).Select(property => property.Name)];

    [Theory]
    [MemberData(nameof(Figures))]
    public void FigureThatGrew_IsNamed(string figure) => Assert.Contains($"dearer: {figure} 103", Assert.Single(ComplaintsOf(figure, 103)), StringComparison.Ordinal);

    [Theory]
    [MemberData(nameof(Figures))]
    public void FigureThatFellFar_IsNamed(string figure) => Assert.Contains($"cheaper: {figure} 89", Assert.Single(ComplaintsOf(figure, 89)), StringComparison.Ordinal);

    [Theory]
    [MemberData(nameof(Figures))]
    public void FigureThatIsNear_IsFine(string figure)
    {
        Assert.Empty(ComplaintsOf(figure, 100));
        Assert.Empty(ComplaintsOf(figure, 90));
    }

    [Fact]
    public void OneMoreOfWhatIsCounted_IsTooMuch()
    {
        Assert.Single(ComplaintsOf(nameof(Receipt.Reads), 101));
        Assert.Empty(ComplaintsOf(nameof(Receipt.ReadUnits), 101));
    }

    [Fact]
    public void PieceThatOnlyOneKnows_IsNamed()
    {
        var (none, one) = (new Dictionary<string, Receipt>(), new Dictionary<string, Receipt> { [Piece] = Planned });

        Assert.Single(Budget.Complaints(none, one));
        Assert.Single(Budget.Complaints(one, none));
    }

    [Fact]
    public void Document_ShowsTheBudget()
    {
        var path = RepositoryFiles.PathOf("docs/cost.md");
        if (Environment.GetEnvironmentVariable("UPDATE_DOCS") == "1")
            File.WriteAllText(path, CostTable.Put(File.ReadAllText(path), Budget.Read()));

        var document = File.ReadAllText(path);

        Assert.Equal(CostTable.Put(document, Budget.Read()), document);
        Assert.NotEqual(CostTable.Put(document, new Dictionary<string, Receipt> { [Piece] = Planned }), document);
    }

    private static IReadOnlyList<string> ComplaintsOf(string figure, int value)
    {
        var actual = Planned with { };
        var property = typeof(Receipt).GetProperty(figure, BindingFlags.Public | BindingFlags.Instance)!;
        property.SetValue(actual, Convert.ChangeType(value, property.PropertyType, System.Globalization.CultureInfo.InvariantCulture));
        return Budget.Complaints(new Dictionary<string, Receipt> { [Piece] = Planned }, new Dictionary<string, Receipt> { [Piece] = actual });
    }
}
