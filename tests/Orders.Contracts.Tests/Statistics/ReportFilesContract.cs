using Orders.Application.Statistics;
using Orders.Contracts.Tests.Subjects;
using Orders.Embedded.Statistics;

namespace Orders.Contracts.Tests.Statistics;

/// <summary>What every keeper of the reports' files must do.</summary>
public abstract class ReportFilesContract(Subject subject) : ContractTests(subject)
{
    private const string Name = "facts/orders/date=2026-03-01/part-00.jsonl";

    private IReportFiles Files => Subject.Port<IReportFiles>();

    [Fact]
    public async Task Write_IsReadWhole()
    {
        Assert.Null(await Files.ReadAsync(Name, None));
        byte[] content = [.. Enumerable.Range(0, 100_000).Select(n => (byte)n)];
        await Files.WriteAsync(Name, content, None);
        Assert.Equal(content, await Files.ReadAsync(Name, None));
        Assert.Null(await Files.ReadAsync("facts/orders/date=2026-03-01/part-01.jsonl", None));
    }

    [Fact]
    public async Task Write_Again_Replaces()
    {
        await Files.WriteAsync(Name, new byte[] { 1, 2, 3 }, None);
        await Files.WriteAsync(Name, new byte[] { 4 }, None);
        Assert.Equal(new byte[] { 4 }, await Files.ReadAsync(Name, None));
        await Files.WriteAsync(Name, Array.Empty<byte>(), None);
        Assert.Empty((await Files.ReadAsync(Name, None))!);
    }

    [Fact]
    public async Task List_GivesTheFilesOfAFolder_ByName()
    {
        Assert.Empty(await Files.ListAsync("facts/orders/date=2026-03-01", None));
        foreach (var (name, bytes) in new[] { ("a/c", 2), ("a/b", 1), ("a/b.d/e", 3), ("ab/c", 4), ("a/b-c", 0) })
            await Files.WriteAsync(name, new byte[bytes], None);
        Assert.Equal([new ReportFile("a/b", 1), new("a/b-c", 0), new("a/c", 2)], await Files.ListAsync("a", None));
    }

    /// <summary>A reader sees one of the writings whole, never a part, and never nothing.</summary>
    [Fact]
    public async Task Writes_AtOnce_AreNeverSeenInPart()
    {
        await Files.WriteAsync(Name, Filled(0), None);
        var writing = Task.WhenAll(Enumerable.Range(1, 8).Select(n => Task.Run(async () =>
        {
            for (var again = 0; again < 20; again++)
                await Files.WriteAsync(Name, Filled(n), None);
        })));
        var reading = Task.Run(async () =>
        {
            do
                Assert.Single((await Files.ReadAsync(Name, None))!.Distinct());
            while (!writing.IsCompleted);
        });
        await Task.WhenAll(writing, reading);
        Assert.Equal(Filled(0).Length, (await Files.ReadAsync(Name, None))!.Length);
    }

    [Theory]
    [InlineData("")]
    [InlineData("/etc/passwd")]
    [InlineData("../orders.db")]
    [InlineData("facts/../../orders.db")]
    [InlineData("facts//a")]
    [InlineData("facts/.hidden")]
    [InlineData("facts\\a")]
    [InlineData("Facts")]
    [InlineData("facts/a b")]
    public async Task ANameThatCouldLeadElsewhere_IsRefused(string name)
    {
        await Assert.ThrowsAsync<ArgumentException>(() => Files.WriteAsync(name, new byte[1], None));
        await Assert.ThrowsAsync<ArgumentException>(() => Files.ReadAsync(name, None));
        await Assert.ThrowsAsync<ArgumentException>(() => Files.ListAsync(name, None));
    }

    private static byte[] Filled(int with) => [.. Enumerable.Repeat((byte)with, 50_000)];
}

public sealed class ReportFilesInMemory() : ReportFilesContract(Subject.OnMemory());

public sealed class ReportFilesInFolder() : ReportFilesContract(Subject.OnFile())
{
    /// <summary>What a writer that died left is not read, not listed, and in nobody's way.</summary>
    [Fact]
    public async Task WhatAWriterThatDiedLeft_IsNoFile()
    {
        var folder = Directory.CreateDirectory(Path.Combine(Subject.Folder!, "reports", "a")).FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, "b.unfinished"), "half of");
        var files = new FileReports(Path.Combine(Subject.Folder!, "reports"));

        Assert.Null(await files.ReadAsync("a/b", None));
        Assert.Empty(await files.ListAsync("a", None));
        await files.WriteAsync("a/b", new byte[] { 1 }, None);
        Assert.Equal([new ReportFile("a/b", 1)], await files.ListAsync("a", None));
    }
}
