using System.Text.Json;
using Orders.Application;

namespace Orders.Azure.Cosmos;

/// <summary>Pages of lists that go by a text.</summary>
internal static class CosmosText
{
    /// <summary>Comes after every text that we sort by.</summary>
    public const string AfterAll = "~";

    /// <param name="rows">One more than the page when there is a next one; each has its sort text as <c>place</c>.</param>
    public static Page<T> PageOf<T>(IReadOnlyList<JsonElement> rows, int limit, Func<JsonElement, T> read, string list) =>
        new([.. rows.Take(limit).Select(read)], rows.Count > limit ? CosmosCursor.Write(list, rows[limit - 1].Text("place")) : null);
}
