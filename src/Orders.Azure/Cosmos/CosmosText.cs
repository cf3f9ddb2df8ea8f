using System.Globalization;
using System.Text.Json;
using Microsoft.Azure.Cosmos;
using Orders.Application;

namespace Orders.Azure.Cosmos;

/// <summary>Pages of lists that go by a text, and questions for many texts at once.</summary>
internal static class CosmosText
{
    /// <summary>Comes after every text that we sort by.</summary>
    public const string AfterAll = "~";

    /// <param name="text">With <c>{0}</c> for the parameters of an <c>IN</c>, which the index serves.</param>
    public static QueryDefinition Among(string text, IReadOnlyList<string> values)
    {
        string[] names = [.. Enumerable.Range(0, values.Count).Select(n => string.Create(CultureInfo.InvariantCulture, $"@p{n}"))];
        var query = new QueryDefinition(text.Replace("{0}", string.Join(", ", names), StringComparison.Ordinal));
        return names.Zip(values).Aggregate(query, (made, one) => made.WithParameter(one.First, one.Second));
    }

    /// <param name="rows">One more than the page when there is a next one; each has its sort text as <c>place</c>.</param>
    public static Page<T> PageOf<T>(IReadOnlyList<JsonElement> rows, int limit, Func<JsonElement, T> read, string list) =>
        new([.. rows.Take(limit).Select(read)], rows.Count > limit ? CosmosCursor.Write(list, rows[limit - 1].Text("place")) : null);
}
