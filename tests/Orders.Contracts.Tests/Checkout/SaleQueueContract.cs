using System.Text;
using System.Text.Json;
using Orders.Application.Checkout;
using Orders.Contracts.Tests.Subjects;
using Orders.Domain;
using static Orders.Contracts.Tests.Subjects.Sample;

namespace Orders.Contracts.Tests.Checkout;

/// <summary>What every queue between tickets and orders must do, as far as its sender sees.</summary>
public abstract class SaleQueueContract(Subject subject) : ContractTests(subject)
{
    private static readonly SaleId Friday = Id.Parse<SaleId>("friday");

    private ISaleQueue Queue => Subject.Port<ISaleQueue>();

    private static SaleOrderMessage Message(int number) => new(
        Friday, TicketId.Derive(Alice, Friday, $"{number}"), Alice,
        new BasketRequest([new LineRequest("MUG", 1)], new AddressRequest("Ada", "1 Main Street", null, "Bern", null, "3000", "CH")));

    [Fact]
    public async Task Look_TellsHowManyWaitAndSinceWhen()
    {
        Assert.Equal(new SaleBacklog(0, Oldest: null), await Queue.LookAsync(None));
        await Queue.EnqueueAsync(Message(1), None);
        Subject.Clock.MoveTo(Subject.Start.AddMinutes(3));
        await Queue.EnqueueAsync(Message(2), None);
        Assert.Equal(new SaleBacklog(2, Subject.Start), await Queue.LookAsync(None));
        await Subject.RestartAsync();
        Assert.Equal(Subject.Start, (await Queue.LookAsync(None)).Oldest);
    }

    [Fact]
    public void Message_ComesBackAsItWas_AndNothingElseIsOne()
    {
        var message = Message(1);
        var read = SaleOrderMessage.Parse(message.Write());
        Assert.Equal((message.Sale, message.Ticket, message.Buyer, message.Order), (read.Sale, read.Ticket, read.Buyer, read.Order));
        Assert.Equal(message.Basket.Lines!.Single(), read.Basket.Lines!.Single());
        Assert.Equal(message.Basket.ShippingAddress, read.Basket.ShippingAddress);
        foreach (var other in new[] { "{}", "null", """{"sale":"friday"}""", "no JSON", """{"sale":"f","ticket":"x","buyer":"alice","basket":{}}""" })
            Assert.ThrowsAny<JsonException>(() => SaleOrderMessage.Parse(Encoding.UTF8.GetBytes(other)));
    }
}

public sealed class SaleQueueInMemory() : SaleQueueContract(Subject.OnMemory());

public sealed class SaleQueueInFile() : SaleQueueContract(Subject.OnFile());

/// <summary>Bugs that the test above finds.</summary>
public sealed class SaleQueueNegativeControls
{
    [Fact]
    public Task QueueThatSpeaksOfTheYoungest_IsFound() => NegativeControl.IsFoundByAsync(async () =>
    {
        using var suite = new Suite(Subject.OnMemory().With<ISaleQueue>((_, clock) => new Forgetful(clock)));
        await suite.Look_TellsHowManyWaitAndSinceWhen();
    });

    private sealed class Suite(Subject subject) : SaleQueueContract(subject);

    private sealed class Forgetful(TimeProvider clock) : ISaleQueue
    {
        private SaleBacklog backlog;

        public Task EnqueueAsync(SaleOrderMessage message, CancellationToken cancellation)
        {
            backlog = new SaleBacklog(backlog.Waiting + 1, clock.GetUtcNow());
            return Task.CompletedTask;
        }

        public Task<SaleBacklog> LookAsync(CancellationToken cancellation) => Task.FromResult(backlog);
    }
}
