using static OrderFunctions.LocalHost.Tests.Program.RunningProgram;

namespace OrderFunctions.LocalHost.Tests.Program;

/// <summary>The limits with which the program serves, as each answer tells them.</summary>
public sealed class LimitsOptionTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("order-functions-limits-");

    public void Dispose() => folder.Delete(recursive: true);

    [Theory]
    [InlineData("\"address\";q=20000;w=1")]
    [InlineData("\"address\";q=300;w=3", "--limits", "production")]
    public async Task Limits_AreThoseOfTheOption(string policy, params string[] option)
    {
        var url = FreeUrl();
        await VisitAsync([.. option, "--urls", url, "--data", folder.FullName], url, async client =>
        {
            using var answer = await client.GetAsync("/api/catalogue");
            Assert.Equal(policy, Assert.Single(answer.Headers.GetValues("RateLimit-Policy")));
            Assert.Single(answer.Headers.GetValues("RateLimit"));
        });
    }
}
