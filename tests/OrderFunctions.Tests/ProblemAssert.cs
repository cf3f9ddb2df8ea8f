using System.Net;

namespace OrderFunctions.Tests;

/// <summary>What every problem document must be.</summary>
internal static class ProblemAssert
{
    /// <summary>It is a problem of this type and of this status, says what is wrong, and shows nothing of our insides.</summary>
    public static void IsProblem(Reply reply, int status, string type)
    {
        Assert.True((int)reply.Status == status, $"expected {status} {type}, got {reply}");
        Assert.Equal("application/problem+json", reply.ContentHeaders.ContentType?.MediaType);
        Assert.Equal($"/problems/{type}", reply["type"]);
        Assert.Equal(status, reply.Json["status"]!.GetValue<int>());
        Assert.NotEmpty(reply["title"]);
        Assert.NotEmpty(reply["detail"]);
        foreach (var inside in (string[])["   at ", "Exception", "System.", "Orders.", ".cs:"])
            Assert.DoesNotContain(inside, reply.Body, StringComparison.Ordinal);
        if (reply.Status is HttpStatusCode.Unauthorized)
            Assert.NotNull(reply.Header("WWW-Authenticate"));
    }
}
