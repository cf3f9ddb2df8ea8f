using System.Net;

namespace OrderFunctions.LocalHost.Tests.Controls;

public sealed class TokenControlTests : ControlTest
{
    [Theory]
    [InlineData("""{"sub":"anna","role":"customer"}""", HttpStatusCode.OK)]
    [InlineData("""{"sub":"anna","role":["support","customer"]}""", HttpStatusCode.OK)]
    [InlineData("""{"sub":"anna","role":"customer","expiresIn":"PT1H"}""", HttpStatusCode.OK)]
    [InlineData("""{"sub":"anna","role":"customer","expiresIn":60}""", HttpStatusCode.OK)]
    [InlineData("""{"sub":"anna","role":"merchant"}""", HttpStatusCode.Forbidden)]
    [InlineData("""{"sub":"anna","role":"customer","expiresIn":"-PT1H"}""", HttpStatusCode.Unauthorized)]
    [InlineData("""{"sub":"anna","role":"customer","expiresIn":-3600}""", HttpStatusCode.Unauthorized)]
    [InlineData("""{"sub":"anna","role":"customer","expiresIn":0}""", HttpStatusCode.Unauthorized)]
    public async Task Token_IsWorthWhatItSays(string body, HttpStatusCode expected)
    {
        var token = (string)(await Shop.PostAsync("/local/tokens", body)).IsOk()["token"]!;

        // Beyond the tolerance that clocks are given, if it has just expired.
        await Shop.Host.AdvanceAsync(TimeSpan.FromSeconds(expected == HttpStatusCode.Unauthorized ? 301 : 1));
        Assert.Equal(expected, (await Shop.SendAsync(HttpMethod.Get, "/api/orders", token: token)).Status);
    }

    [Fact]
    public async Task Token_LivesTenYearsOfTheHostsTime_OrAsLongAsItSays()
    {
        var forever = await Shop.TokenAsync("anna");
        var hour = (string)(await Shop.PostAsync("/local/tokens", """{"sub":"anna","role":"customer","expiresIn":"PT1H"}""")).IsOk()["token"]!;

        await Shop.AdvanceAsync("P3640D");

        Assert.Equal(HttpStatusCode.OK, (await Shop.SendAsync(HttpMethod.Get, "/api/orders", token: forever)).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await Shop.SendAsync(HttpMethod.Get, "/api/orders", token: hour)).Status);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"sub":"anna"}""")]
    [InlineData("""{"role":"customer"}""")]
    [InlineData("""{"sub":"","role":"customer"}""")]
    [InlineData("""{"sub":"a b","role":"customer"}""")]
    [InlineData("""{"sub":null,"role":"customer"}""")]
    [InlineData("""{"sub":7,"role":"customer"}""")]
    [InlineData("""{"sub":"anna","role":"king"}""")]
    [InlineData("""{"sub":"anna","role":"Customer"}""")]
    [InlineData("""{"sub":"anna","role":[]}""")]
    [InlineData("""{"sub":"anna","role":[null]}""")]
    [InlineData("""{"sub":"anna","role":["customer","king"]}""")]
    [InlineData("""{"sub":"anna","role":{}}""")]
    [InlineData("""{"sub":"anna","role":"customer","expiresIn":"tomorrow"}""")]
    [InlineData("""{"sub":"anna","role":"customer","expiresIn":""}""")]
    [InlineData("""{"sub":"anna","role":"customer","expiresIn":"--PT1H"}""")]
    [InlineData("""{"sub":"anna","role":"customer","expiresIn":"P20Y"}""")]
    [InlineData("""{"sub":"anna","role":"customer","expiresIn":1e300}""")]
    [InlineData("""{"sub":"anna","role":"customer","expiresIn":true}""")]
    [InlineData("""{"sub":"anna","role":"customer","expires":"PT1H"}""")]
    public async Task Token_ForNonsense_IsRefused(string body) =>
        (await Shop.PostAsync("/local/tokens", body)).IsProblem(HttpStatusCode.BadRequest, "invalid-request");
}
