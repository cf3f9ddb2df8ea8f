using System.Globalization;
using System.Text;

namespace Orders.Contracts.Tests.Cost;

/// <summary>The budget as docs/cost.md shows it.</summary>
internal static class CostTable
{
    private const string Begin = "<!-- The table is written by a test: UPDATE_DOCS=1. -->";
    private const string End = "<!-- End of the table. -->";

    public static string Print(IReadOnlyDictionary<string, Receipt> receipts)
    {
        var text = new StringBuilder()
            .AppendLine("| | RU | reads | writes | query pages | feed RU | Redis calls | sent | received | bus operations | durable actions | executions |")
            .AppendLine("| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |");
        foreach (var (piece, one) in receipts)
        {
            text.AppendLine(string.Create(
                CultureInfo.InvariantCulture,
                $"| {piece} | **{one.Units:0}** | {one.Reads} ({one.ReadUnits:0}) | {one.Writes} ({one.WriteUnits:0}) | {one.Queries} ({one.QueryUnits:0}) | {one.FeedUnits:0} | {one.RedisCalls} | {one.Sent} | {one.Delivered} | **{one.BusOperations}** | **{one.Actions}** | {one.Executions} |"));
        }

        return text.ToString();
    }

    /// <summary>The document with this table in the place of the one that it has.</summary>
    public static string Put(string document, IReadOnlyDictionary<string, Receipt> receipts)
    {
        var (from, until) = (document.IndexOf(Begin, StringComparison.Ordinal), document.IndexOf(End, StringComparison.Ordinal));
        Assert.True(from >= 0 && until > from, "The document has no place for the table.");
        return document[..(from + Begin.Length)] + "\n" + Print(receipts) + document[until..];
    }
}
