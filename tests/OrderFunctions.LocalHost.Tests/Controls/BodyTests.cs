using System.Net;

namespace OrderFunctions.LocalHost.Tests.Controls;

/// <summary>Bodies that nobody should send, to every control that takes one.</summary>
public sealed class BodyTests : ControlTest
{
    private static readonly (string Method, string Path)[] Controls =
    [
        ("POST", "/local/tokens"), ("POST", "/local/clock/advance"), ("PUT", "/local/coupons/SPRING"), ("PUT", "/local/flash-sales/friday"), ("PUT", "/local/catalogue/x"), ("PUT", "/local/faults"),
        ("PUT", "/local/webhooks/receiver/erp"),
        ("POST", "/local/payments/{payment}/settle"), ("POST", "/local/payments/{payment}/fail"), ("PUT", "/local/statements/2030-01-01"),
    ];

    public static TheoryData<string, string> Bodies => new()
    {
        { "null", "null" },
        { "text", "\"text\"" },
        { "a number", "7" },
        { "not JSON", "{" },
        { "not JSON at all", "by=PT20M" },
        { "an unknown field", """{"somethingElse":1}""" },
        { "a list of nothing", "[null]" },
        { "deep JSON", string.Concat(Enumerable.Repeat("[", 5_000)) + string.Concat(Enumerable.Repeat("]", 5_000)) },
        { "deep JSON in a field", """{"by":""" + string.Concat(Enumerable.Repeat("""{"by":""", 200)) + "1" + new string('}', 201) },
        { "a trailing comma", """{"by":"PT1M",}""" },
    };

    [Theory]
    [MemberData(nameof(Bodies))]
    public async Task Body_OfAnotherForm_IsRefusedByEveryControl(string what, string body)
    {
        var payment = await Shop.PayAsync(await Shop.PlaceAsync());
        foreach (var (method, path) in Controls)
        {
            var reply = await Shop.SendAsync(new HttpMethod(method), path.Replace("{payment}", payment, StringComparison.Ordinal), body);
            Assert.True(reply.Status == HttpStatusCode.BadRequest, $"{what} to {method} {path}: {reply}");
            reply.IsProblem(HttpStatusCode.BadRequest, "invalid-request");
        }

        Assert.Equal("PendingPayment", (string)(await Shop.OrderAsync(payment[..26]))["status"]!);
    }

    [Fact]
    public async Task Body_OfTwoMegabytes_IsRefusedByEveryControl()
    {
        var payment = await Shop.PayAsync(await Shop.PlaceAsync());
        var body = "\"" + new string('x', 2_000_000) + "\"";
        foreach (var (method, path) in Controls)
            (await Shop.SendAsync(new HttpMethod(method), path.Replace("{payment}", payment, StringComparison.Ordinal), body)).IsProblem(HttpStatusCode.RequestEntityTooLarge, "body-too-large");
    }

    [Fact]
    public async Task Body_ThatNamesNoLength_IsCutAtTheLimitToo()
    {
        using var endless = new StreamContent(new Endless());
        using var answer = await Shop.Client.PostAsync("/local/tokens", endless);

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.StatusCode);
    }

    [Fact]
    public async Task Body_ThatIsMissing_IsRefusedWhereThereMustBeOne()
    {
        foreach (var (method, path) in Controls.Where(control => !control.Path.Contains("payments", StringComparison.Ordinal)))
            (await Shop.SendAsync(new HttpMethod(method), path)).IsProblem(HttpStatusCode.BadRequest, "invalid-request");
    }

    [Theory]
    [InlineData("GET", "/local/nothing")]
    [InlineData("GET", "/local")]
    [InlineData("GET", "/local/tokens")]
    [InlineData("DELETE", "/local/faults")]
    [InlineData("POST", "/local/payments/x")]
    public async Task UnknownControl_IsAProblem(string method, string path) =>
        (await Shop.SendAsync(new HttpMethod(method), path)).IsProblem(HttpStatusCode.NotFound, "not-found");

    /// <summary>Bytes without end and without a length.</summary>
    private sealed class Endless : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => 0; set => throw new NotSupportedException(); }

        public override int Read(byte[] buffer, int offset, int count)
        {
            Array.Fill(buffer, (byte)'x', offset, count);
            return count;
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
