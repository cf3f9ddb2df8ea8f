using Orders.Application.Access;
using Orders.Application.Events;
using Orders.Contracts.Tests.Access;
using Orders.Contracts.Tests.Checkout;
using Orders.Contracts.Tests.Events;
using Orders.Contracts.Tests.Subjects;
using Orders.Domain;

namespace Orders.Contracts.Tests.Cosmos;

public sealed class InboxInCosmos() : InboxContract(CosmosSubject.Create());

public sealed class WatermarksInCosmos() : WatermarksContract(CosmosSubject.Create());

public sealed class UsersInCosmos() : UserContract(CosmosSubject.Create());

public sealed class CatalogueInCosmos() : CatalogueContract(CosmosSubject.Create());

/// <summary>Names that others give don't all fit into a document's id.</summary>
public sealed class CosmosNamesTests : IDisposable
{
    private static readonly CancellationToken None = CancellationToken.None;

    private readonly Subject subject = CosmosSubject.Create();

    public void Dispose() => subject.Dispose();

    [Theory]
    [InlineData("a/b")]
    [InlineData("a\\b?c#d")]
    [InlineData("a b ")]
    [InlineData("ä")]
    public async Task NameThatNoIdCanCarry_IsKeptAllTheSame(string name)
    {
        var (inbox, watermarks) = (subject.Port<IInbox>(), subject.Port<IWatermarks>());
        await inbox.RecordAsync("inventory", name, Subject.Start.AddDays(1), None);
        Assert.True(await inbox.HasSeenAsync("inventory", name, None));
        Assert.False(await inbox.HasSeenAsync("inventory", name + "x", None));
        await watermarks.SetAsync(name, "here", None);
        Assert.Equal("here", await watermarks.FindAsync(name, None));
        var user = Id.Parse<UserId>($"u{name.Replace(" ", "", StringComparison.Ordinal)}");
        Assert.True(await subject.Port<IUsers>().SaveAsync(new User { UserId = user, Version = 1, Tier = "gold" }, None));
        Assert.Equal("gold", (await subject.Port<IUsers>().FindAsync(user, None))!.Tier);
    }

    /// <summary>The end of one word is not the beginning of the next.</summary>
    [Fact]
    public async Task PairsOfNames_AreNeverTakenForOneAnother()
    {
        var inbox = subject.Port<IInbox>();
        await inbox.RecordAsync("a-b", "c", Subject.Start.AddDays(1), None);
        Assert.False(await inbox.HasSeenAsync("a", "b-c", None));
    }

    /// <summary>Nobody purges: the database forgets by itself, and not a moment early.</summary>
    [Fact]
    public async Task RecordOfAMessage_IsForgottenByTheDatabase()
    {
        var inbox = subject.Port<IInbox>();
        await inbox.RecordAsync("inventory", "m", Subject.Start.AddDays(30), None);
        subject.Clock.MoveTo(Subject.Start.AddDays(30));
        Assert.True(await inbox.HasSeenAsync("inventory", "m", None));
        subject.Clock.MoveTo(Subject.Start.AddDays(30).AddSeconds(2));
        Assert.False(await inbox.HasSeenAsync("inventory", "m", None));
    }
}
