using System.Globalization;
using System.Net;
using System.Numerics;
using System.Security.Cryptography;
using System.Text;
using Orders.Application.Checkout;
using static OrderFunctions.Tests.ProblemAssert;
using static OrderFunctions.Tests.Sales;

namespace OrderFunctions.Tests.Checkout;

/// <summary>Who is let into a sale, when, and with what.</summary>
public sealed class SaleAdmissionTests : IAsyncLifetime
{
    private OrderApp app = null!;

    public async Task InitializeAsync() => app = await OrderApp.StartAsync();

    public async Task DisposeAsync() => await app.DisposeAsync();

    [Fact]
    public async Task Admission_IsGivenFromTheStartToTheEnd()
    {
        await app.PutSaleAsync(quantity: 10, startsIn: TimeSpan.FromSeconds(90.5), lasts: TimeSpan.FromMinutes(10));

        var early = await app.AdmitAsync("alice");
        IsProblem(early, 409, "sale-not-started");
        Assert.Equal("91", early.Header("Retry-After"));
        await app.Host.AdvanceAsync(TimeSpan.FromSeconds(90.5));
        var admission = await app.AdmitAsync("alice");
        Assert.Equal(HttpStatusCode.Created, admission.Status);
        Assert.Equal(app.Host.Clock.GetUtcNow().AddMinutes(2), admission.Json["expiresAt"]!.GetValue<DateTimeOffset>());
        Assert.Null(admission.Json["challenge"]);
        await app.Host.AdvanceAsync(TimeSpan.FromMinutes(10));
        IsProblem(await app.AdmitAsync("alice"), 409, "sale-ended");
    }

    [Fact]
    public async Task WaitForAStartFarAway_IsBounded()
    {
        await app.PutSaleAsync(quantity: 10, startsIn: TimeSpan.FromDays(3));

        Assert.Equal("3600", (await app.AdmitAsync("alice")).Header("Retry-After"));
        IsProblem(await app.PlaceInSaleAsync("alice", Order("x")), 422, "admission-not-valid");
        IsProblem(await app.AdmitAsync("alice", "another"), 404, "not-found");
        IsProblem(await app.PlaceInSaleAsync("alice", Order("x"), saleId: "another"), 404, "not-found");
    }

    [Fact]
    public async Task Admission_OfAnotherBuyerOrSale_OrChanged_IsNone()
    {
        await app.PutSaleAsync(quantity: 10);
        await app.PutSaleAsync(quantity: 10, saleId: "monday");
        var admission = await app.AdmittedAsync("alice");
        var changed = (admission[4] == 'A' ? 'B' : 'A') + admission[5..];

        IsProblem(await app.PlaceInSaleAsync("bob", Order(admission)), 422, "admission-not-valid");
        IsProblem(await app.PlaceInSaleAsync("alice", Order(admission), saleId: "monday"), 422, "admission-not-valid");
        IsProblem(await app.PlaceInSaleAsync("alice", Order(admission[..4] + changed)), 422, "admission-not-valid");
        IsProblem(await app.PlaceInSaleAsync("alice", Order(admission + "A")), 422, "admission-not-valid");
        Assert.Equal(HttpStatusCode.Accepted, (await app.PlaceInSaleAsync("alice", Order(admission))).Status);
    }

    [Fact]
    public async Task Admission_IsForOneOrder_AndForAShortTime()
    {
        await app.PutSaleAsync(quantity: 10, perUser: 5);
        var admission = await app.AdmittedAsync("alice");
        Assert.Equal(HttpStatusCode.Accepted, (await app.PlaceInSaleAsync("alice", Order(admission))).Status);
        IsProblem(await app.PlaceInSaleAsync("alice", Order(admission), "k2"), 409, "admission-used");

        await app.Host.AdvanceAsync(TimeSpan.FromSeconds(1));
        var second = await app.AdmittedAsync("alice");
        await app.Host.AdvanceAsync(TimeSpan.FromMinutes(2));
        IsProblem(await app.PlaceInSaleAsync("alice", Order(second), "k3"), 422, "admission-not-valid");
        Assert.Equal((9, 1, 0), await app.UnitsAsync());
    }

    [Fact]
    public async Task Challenge_MustBeAnswered()
    {
        await app.PutSaleAsync(quantity: 10, difficulty: 8);
        var reply = await app.AdmitAsync("alice");
        var admission = reply["admission"];
        Assert.Equal("""{"algorithm":"SHA-256","difficulty":8}""", reply.Json["challenge"]!.ToJsonString());

        IsProblem(await app.PlaceInSaleAsync("alice", Order(admission)), 422, "proof-not-valid");
        IsProblem(await app.PlaceInSaleAsync("alice", Order(admission, proof: ProofFor(admission, bits => bits < 8))), 422, "proof-not-valid");
        IsProblem(await app.PlaceInSaleAsync("alice", Order(admission, proof: new string('1', 65))), 422, "proof-not-valid");
        Assert.Equal(HttpStatusCode.Accepted, (await app.PlaceInSaleAsync("alice", Order(admission, proof: ProofFor(admission, bits => bits >= 8)))).Status);
    }

    [Fact]
    public async Task Keys_CanBeReplaced_WhileAdmissionsAreOut()
    {
        var sale = (await PuttedAsync())!;
        var (old, @new) = (Key('o'), Key('n'));
        SaleAdmissions With(params string[] keys) => new(new FlashSalePolicy { AdmissionKeys = keys }, app.Host.Clock);
        var buyer = Orders.Domain.Id.Parse<Orders.Domain.UserId>("alice");
        var admission = With(old).Issue(sale, buyer);

        Assert.Equal(admission, With(@new, old).Read(admission.Text, sale.SaleId, buyer));
        Assert.Null(With(@new).Read(admission.Text, sale.SaleId, buyer));
        Assert.NotEqual(admission.Text, With(@new, old).Issue(sale, buyer).Text);
        Assert.Throws<InvalidOperationException>(() => With(Convert.ToBase64String(new byte[31])));
    }

    private async Task<Orders.Domain.Checkout.FlashSale?> PuttedAsync()
    {
        await app.PutSaleAsync(quantity: 10);
        return await app.Get<ISales>().FindAsync(FridayId, CancellationToken.None);
    }

    private static string Key(char of) => Convert.ToBase64String(Encoding.ASCII.GetBytes(new string(of, 32)));

    /// <summary>What a buyer's machine does; by the contract's words and not by our code.</summary>
    private static string ProofFor(string admission, Func<int, bool> wanted) => Enumerable.Range(0, 100_000)
        .Select(number => number.ToString(CultureInfo.InvariantCulture))
        .First(proof =>
        {
            var hash = SHA256.HashData(Encoding.ASCII.GetBytes($"{admission}.{proof}"));
            return wanted(BitOperations.LeadingZeroCount(BitConverter.ToUInt32([hash[3], hash[2], hash[1], hash[0]])));
        });
}
