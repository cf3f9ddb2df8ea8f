using System.Text;
using Orders.Application.Checkout;
using Orders.Contracts.Tests.Subjects;
using Orders.Embedded.Checkout;

namespace Orders.Contracts.Tests.Checkout;

/// <summary>What every idempotency store must do.</summary>
public abstract class IdempotencyContract(Subject subject) : ContractTests(subject)
{
    protected static readonly IdempotencyKey Key = new("alice POST /api/orders", "key-1");
    private static readonly StoredAnswer Created = new(
        201, "application/json", new Dictionary<string, string> { ["Location"] = "/api/orders/x", ["ETag"] = "\"1\"" }, Encoding.UTF8.GetBytes("{\"a\":1}"));

    protected IIdempotencyStore Keys => Subject.Port<IIdempotencyStore>();

    [Fact]
    public async Task Claim_OfAFreeKey_IsGrantedToOneOfMany()
    {
        var claims = await Task.WhenAll(Enumerable.Range(0, 64).Select(_ => Task.Run(() => Keys.ClaimAsync(Key, "f", None))));
        Assert.Single(claims.OfType<Claim.Granted>());
        Assert.Equal(63, claims.OfType<Claim.StillRunning>().Count());
    }

    [Fact]
    public async Task Claim_AfterTheAnswer_IsThatAnswer()
    {
        await AnswerAsync(Key, "f");
        AssertIsCreated(await Keys.ClaimAsync(Key, "f", None));
        await Subject.RestartAsync();
        AssertIsCreated(await Keys.ClaimAsync(Key, "f", None));
        AssertIsCreated(await Keys.ClaimAsync(Key, "f", None));
    }

    [Fact]
    public async Task Claim_ByManyAfterARestart_IsTheAnswerForAll()
    {
        await AnswerAsync(Key, "f");
        await Subject.RestartAsync();
        var claims = await Task.WhenAll(Enumerable.Range(0, 32).Select(_ => Task.Run(() => Keys.ClaimAsync(Key, "f", None))));
        Assert.All(claims, AssertIsCreated);
    }

    [Fact]
    public async Task Claim_ForAnotherRequest_IsRefusedWhileRunningAndAfter()
    {
        await Keys.ClaimAsync(Key, "f", None);
        Assert.IsType<Claim.OtherRequest>(await Keys.ClaimAsync(Key, "g", None));
        await Keys.CompleteAsync(Key, "f", Created, None);
        Assert.IsType<Claim.OtherRequest>(await Keys.ClaimAsync(Key, "g", None));
        AssertIsCreated(await Keys.ClaimAsync(Key, "f", None));
        await Subject.RestartAsync();
        Assert.IsType<Claim.OtherRequest>(await Keys.ClaimAsync(Key, "g", None));
    }

    [Fact]
    public async Task Claim_InAnotherScope_IsAnotherKey()
    {
        await AnswerAsync(Key, "f");
        Assert.IsType<Claim.Granted>(await Keys.ClaimAsync(Key with { Scope = "bob POST /api/orders" }, "f", None));
        // A scope that ends where a key begins must not be mistaken for it.
        Assert.IsType<Claim.Granted>(await Keys.ClaimAsync(new IdempotencyKey("alice POST /api/orders key-1", ""), "f", None));
        Assert.IsType<Claim.Granted>(await Keys.ClaimAsync(new IdempotencyKey("alice POST", "/api/orders key-1"), "f", None));
    }

    [Fact]
    public async Task Abandon_GivesTheKeyBackButNotAnAnswer()
    {
        await Keys.ClaimAsync(Key, "f", None);
        await Keys.AbandonAsync(Key, None);
        Assert.IsType<Claim.Granted>(await Keys.ClaimAsync(Key, "g", None));
        await Keys.CompleteAsync(Key, "g", Created, None);
        await Keys.AbandonAsync(Key, None);
        AssertIsCreated(await Keys.ClaimAsync(Key, "g", None));
    }

    [Fact]
    public async Task Claim_WhoseRequestDied_Lapses()
    {
        await Keys.ClaimAsync(Key, "f", None);
        Subject.Clock.MoveTo(Subject.Start.AddMinutes(2).AddTicks(-1));
        Assert.IsType<Claim.StillRunning>(await Keys.ClaimAsync(Key, "f", None));
        Subject.Clock.MoveTo(Subject.Start.AddMinutes(2));
        Assert.IsType<Claim.Granted>(await Keys.ClaimAsync(Key, "g", None));
        // The first one was only slow: its answer is not the answer of what runs now.
        await Keys.CompleteAsync(Key, "f", Created, None);
        Assert.IsType<Claim.StillRunning>(await Keys.ClaimAsync(Key, "g", None));
    }

    [Fact]
    public async Task Complete_WithoutAClaim_InventsNothing()
    {
        await Keys.CompleteAsync(Key, "f", Created, None);
        Assert.IsType<Claim.Granted>(await Keys.ClaimAsync(Key, "f", None));
    }

    [Fact]
    public async Task Answer_AfterItsWindow_IsGone()
    {
        await AnswerAsync(Key, "f");
        Subject.Clock.MoveTo(Subject.Start.AddHours(24).AddTicks(-1));
        AssertIsCreated(await Keys.ClaimAsync(Key, "f", None));
        Subject.Clock.MoveTo(Subject.Start.AddHours(24));
        Assert.IsType<Claim.Granted>(await Keys.ClaimAsync(Key, "g", None));
        await Keys.CompleteAsync(Key, "g", Created, None);
        AssertIsCreated(await Keys.ClaimAsync(Key, "g", None));
    }

    protected async Task AnswerAsync(IdempotencyKey key, string fingerprint)
    {
        Assert.IsType<Claim.Granted>(await Keys.ClaimAsync(key, fingerprint, None));
        await Keys.CompleteAsync(key, fingerprint, Created, None);
    }

    protected static void AssertIsCreated(Claim claim)
    {
        var answer = Assert.IsType<Claim.Answered>(claim).Answer;
        Assert.Equal((Created.Status, Created.ContentType), (answer.Status, answer.ContentType));
        Assert.Equal(Created.Headers, answer.Headers);
        Assert.Equal(Created.Body, answer.Body);
    }
}

/// <summary>What a store must do besides that keeps its records until they are purged.</summary>
public abstract class StoredIdempotencyContract(Subject subject) : IdempotencyContract(subject)
{
    [Fact]
    public async Task Purge_ForgetsWhatExpiredInBoundedSteps()
    {
        for (var n = 0; n < 5; n++)
            await AnswerAsync(Key with { Key = $"{n}" }, "f");
        await Subject.RestartAsync();
        Assert.Equal(0, await Keys.PurgeAsync(Subject.Start.AddHours(24), 10, None));
        Assert.Equal(3, await Keys.PurgeAsync(Subject.Start.AddHours(25), 3, None));
        Assert.Equal(2, await Keys.PurgeAsync(Subject.Start.AddHours(25), 3, None));
    }

    [Fact]
    public async Task Flush_OfManyAnswers_StoresThemAll()
    {
        await Task.WhenAll(Enumerable.Range(0, 1_000).Select(n => Task.Run(() => AnswerAsync(Key with { Key = $"{n}" }, "f"))));
        await ((SqliteIdempotencyStore)Keys).FlushAsync();
        await Subject.RestartAsync();
        for (var n = 0; n < 1_000; n++)
            AssertIsCreated(await Keys.ClaimAsync(Key with { Key = $"{n}" }, "f", None));
    }
}

public sealed class IdempotencyInMemory() : StoredIdempotencyContract(Subject.OnMemory());

public sealed class IdempotencyInFile() : StoredIdempotencyContract(Subject.OnFile());
