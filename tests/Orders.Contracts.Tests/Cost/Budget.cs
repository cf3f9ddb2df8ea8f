using System.Globalization;
using System.Reflection;
using System.Text.Encodings.Web;
using System.Text.Json;
using Orders.Domain.Tests;

namespace Orders.Contracts.Tests.Cost;

/// <summary>
/// What each piece of an order's life may cost: the file <c>budget.json</c> beside the tests. It is a receipt that somebody has agreed to, so it is kept tight:
/// what costs more fails, and so does what has become so much cheaper that the budget would hide the next growth.
/// </summary>
internal static class Budget
{
    /// <summary>Of the tests that read or write the file: one after the other.</summary>
    public const string Collection = "budget";

    public const string HowToChange =
        "If that is meant, look at the difference, then write it down (twice: the table shows what the first run wrote): UPDATE_DOCS=1 ORDERS_REDIS=required dotnet test tests/Orders.Contracts.Tests --filter FullyQualifiedName~Cost";

    /// <summary>Request units follow the documents' sizes a little; counts are exact.</summary>
    private const double Tolerance = 1.02;

    /// <summary>Below this share of it a budget is too generous.</summary>
    private const double Generous = 0.9;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly PropertyInfo[] Figures = [.. typeof(Receipt).GetProperties().Where(property => property.CanWrite)];

    private static readonly string File = RepositoryFiles.PathOf("tests/Orders.Contracts.Tests/Cost/budget.json");

    public static Dictionary<string, Receipt> Read() => JsonSerializer.Deserialize<Dictionary<string, Receipt>>(System.IO.File.ReadAllText(File), Json)!;

    /// <summary>The pieces of lives, or those of what runs by a schedule: each are played by a test of their own.</summary>
    public static Dictionary<string, Receipt> Read(bool bySchedule) => Read().Where(one => Lives.IsBySchedule(one.Key) == bySchedule).ToDictionary();

    /// <summary>Puts these pieces in the place of all of the same kind. Lives come first.</summary>
    public static void Write(IReadOnlyDictionary<string, Receipt> receipts, bool bySchedule)
    {
        var others = System.IO.File.Exists(File) ? Read(!bySchedule) : [];
        var all = bySchedule ? others.Concat(receipts) : receipts.Concat(others);
        System.IO.File.WriteAllText(File, JsonSerializer.Serialize(all.ToDictionary(), Json) + "\n");
    }

    /// <summary>A sentence for each figure that left the budget, and each piece that only one of the two knows; none when all is well.</summary>
    public static IReadOnlyList<string> Complaints(IReadOnlyDictionary<string, Receipt> budget, IReadOnlyDictionary<string, Receipt> actual) =>
    [
        .. budget.Keys.Except(actual.Keys).Select(piece => $"'{piece}' has a budget, and nobody plays it."),
        .. actual.SelectMany(one => budget.TryGetValue(one.Key, out var planned) ? Complaints(one.Key, planned, one.Value) : [$"'{one.Key}' has no budget."]),
    ];

    private static IEnumerable<string> Complaints(string piece, Receipt planned, Receipt actual)
    {
        foreach (var figure in Figures)
        {
            var (plan, now) = (ValueOf(figure, planned), ValueOf(figure, actual));
            var most = figure.PropertyType == typeof(double) ? plan * Tolerance : plan;
            if (now > most)
                yield return string.Create(CultureInfo.InvariantCulture, $"'{piece}' has become dearer: {figure.Name} {now}, budget {plan}.");
            else if (now < plan * Generous)
                yield return string.Create(CultureInfo.InvariantCulture, $"'{piece}' has become cheaper: {figure.Name} {now}, so the budget of {plan} is too generous.");
        }
    }

    private static double ValueOf(PropertyInfo figure, Receipt receipt) => Convert.ToDouble(figure.GetValue(receipt), CultureInfo.InvariantCulture);
}
