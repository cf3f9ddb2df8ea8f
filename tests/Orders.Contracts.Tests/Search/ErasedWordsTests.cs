using Orders.Application.Search;
using Orders.Contracts.Tests.Subjects;

namespace Orders.Contracts.Tests.Search;

/// <summary>Names and addresses that are taken out of the search leave no trace in its tables, the index of words included.</summary>
public sealed class ErasedWordsTests : IDisposable
{
    private readonly Subject subject = Subject.OnFile();

    public void Dispose() => subject.Dispose();

    [Fact]
    public async Task WordsThatWereReplacedOrRemoved_AreInNoTable()
    {
        var search = subject.Port<IOrderSearch>();
        for (var n = 0; n < 20; n++)
            await search.IndexAsync([OrderSearchContract.Document(n) with { Name = "Xanthippe", Words = $"xanthippe street{n}" }], default);
        Assert.NotEmpty(TablesWith("xanthippe"));

        await search.RemoveAsync(OrderSearchContract.Document(0).OrderId, default);
        for (var n = 1; n < 20; n++)
            await search.IndexAsync([OrderSearchContract.Document(n) with { Version = 2, Name = "", Words = "nobody" }], default);

        Assert.Empty(TablesWith("xanthippe"));
        Assert.Empty(TablesWith("street7"));
    }

    [Fact]
    public async Task AGenerationThatIsForgotten_LeavesNothing()
    {
        var search = subject.Port<IOrderSearch>();
        await search.IndexAsync([OrderSearchContract.Document(1) with { Name = "Xanthippe", Words = "xanthippe" }], default);
        await search.SwitchAsync(await search.BeginAsync("a", default), default);

        Assert.Empty(TablesWith("xanthippe"));
    }

    /// <summary>Tables in which any value holds the text, whatever the letters' size; those of FTS5 hold words in parts, so three letters count.</summary>
    private List<string> TablesWith(string text) => subject.Store.Read(session =>
    {
        var tables = session.Query(
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND name LIKE 'search!_%' ESCAPE '!' AND sql NOT LIKE 'CREATE VIRTUAL%'", row => row.GetString(0));
        return tables.Where(table => session.Query($"SELECT * FROM {table}", _ => 0).Count > 0 && session.Query(
            $"SELECT name FROM pragma_table_info('{table}')", row => row.GetString(0))
            .Any(column => session.Scalar(
                $"SELECT EXISTS (SELECT 1 FROM {table} WHERE instr(lower(CAST({column} AS BLOB)), $1) > 0 OR instr(CAST({column} AS BLOB), CAST($1 AS BLOB)) > 0)", text) == 1)).ToList();
    });
}
