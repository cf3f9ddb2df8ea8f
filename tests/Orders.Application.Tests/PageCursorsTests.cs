using System.Buffers.Text;
using System.Text;

namespace Orders.Application.Tests;

/// <summary>A chain of pages ends, and a client can't lengthen it.</summary>
public sealed class PageCursorsTests
{
    private const int MostItems = 20;

    private static readonly byte[] Key = [.. Enumerable.Range(0, 32).Select(n => (byte)n)];

    private readonly PageCursors cursors = new(Key, MostItems);

    [Fact]
    public async Task Chain_EndsAfterSoManyItems()
    {
        var read = 0;
        var page = (await ReadAsync(null)).Value!;
        for (read += page.Items.Count; read < MostItems; read += page.Items.Count)
            page = (await ReadAsync(page.NextCursor)).Value!;

        Assert.Equal(MostItems, read);
        Assert.Equal(new Refusal.ListTooDeep(MostItems), (await ReadAsync(page.NextCursor)).Refusal);
    }

    [Fact]
    public async Task SmallPages_ReachNoFurther()
    {
        string? cursor = null;
        for (var item = 0; item < MostItems; item++)
            cursor = (await ReadAsync(cursor, limit: 1)).Value!.NextCursor;

        Assert.IsType<Refusal.ListTooDeep>((await ReadAsync(cursor, limit: 1)).Refusal);
    }

    /// <summary>The depth stands in the cursor where all can read it; what can't be had is the code over it.</summary>
    [Fact]
    public async Task Cursor_ThatWasChangedAnywhere_IsRefused()
    {
        var cursor = (await ReadAsync(null)).Value!.NextCursor!;
        var bytes = Base64Url.DecodeFromChars(cursor);
        for (var at = 0; at < bytes.Length; at++)
        {
            var changed = bytes.ToArray();
            changed[at] ^= 1;
            AssertForeign(await ReadAsync(Base64Url.EncodeToString(changed)));
        }

        Assert.True((await ReadAsync(cursor)).Succeeded);
    }

    [Theory]
    [InlineData("x")]
    [InlineData("not base64!")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public async Task Nonsense_IsRefused(string cursor) => AssertForeign(await ReadAsync(cursor));

    /// <summary>The store's own cursor has a checksum that anybody can make, so it must not count as ours.</summary>
    [Fact]
    public async Task CursorOfTheStore_IsRefused()
    {
        AssertForeign(await ReadAsync("4"));
        AssertForeign(await ReadAsync(Base64Url.EncodeToString(Encoding.UTF8.GetBytes("............" + "\0\0\0\0" + "4"))));
    }

    [Fact]
    public async Task CursorUnderAnotherKey_IsRefused()
    {
        var others = await new PageCursors([.. Key.Reverse()], MostItems).ReadAsync(cursor: null, Numbers(4));

        AssertForeign(await ReadAsync(others.Value!.NextCursor));
    }

    [Fact]
    public async Task CursorOfAnotherList_IsRefusedByTheStore()
    {
        var cursor = (await ReadAsync(null)).Value!.NextCursor;

        AssertForeign(await cursors.ReadAsync<int>(cursor, _ => throw new FormatException("of another list")));
    }

    [Fact]
    public async Task LastPage_HasNoCursor() =>
        Assert.Null((await cursors.ReadAsync(null, _ => Task.FromResult(new Page<int>([1], NextCursor: null)))).Value!.NextCursor);

    private static void AssertForeign(Result<Page<int>> answer) => Assert.Equal(["cursor"], Assert.IsType<Refusal.Invalid>(answer.Refusal).Errors.Keys);

    private Task<Result<Page<int>>> ReadAsync(string? cursor, int limit = 4) => cursors.ReadAsync(cursor, Numbers(limit));

    /// <summary>An endless list of numbers, whose own cursor is the next one.</summary>
    private static Func<string?, Task<Page<int>>> Numbers(int limit) => cursor =>
    {
        var from = cursor is null ? 0 : int.Parse(cursor);
        return Task.FromResult(new Page<int>([.. Enumerable.Range(from, limit)], $"{from + limit}"));
    };
}
