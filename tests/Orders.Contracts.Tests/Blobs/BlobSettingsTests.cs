using Azure.Identity;
using Microsoft.Extensions.Configuration;
using Orders.Azure.Blobs;

namespace Orders.Contracts.Tests.Blobs;

/// <summary>Where the files are is said in the Functions host's own section.</summary>
public sealed class BlobSettingsTests
{
    [Fact]
    public void Nothing_IsNoStorage() => Assert.Null(BlobSettings.From(Settings()));

    [Theory]
    [InlineData("accountName", "orders", "https://orders.blob.core.windows.net/")]
    [InlineData("blobServiceUri", "https://orders.blob.core.chinacloudapi.cn", "https://orders.blob.core.chinacloudapi.cn/")]
    public void AnAccount_IsOpenedByAnIdentity(string setting, string value, string address)
    {
        var settings = BlobSettings.From(Settings(($"AzureWebJobsStorage:{setting}", value), ("AzureWebJobsStorage:credential", "managedidentity"), ("AzureWebJobsStorage:clientId", "id")))!;
        Assert.Equal((new Uri(address), null), (settings.Address, settings.ConnectionString));
        Assert.IsType<ManagedIdentityCredential>(settings.Identity);
    }

    [Fact]
    public void WithoutACredential_WhoeverIsSignedInOpensIt() =>
        Assert.IsType<DefaultAzureCredential>(BlobSettings.From(Settings(("AzureWebJobsStorage:accountName", "orders")))!.Identity);

    [Theory]
    [InlineData("credential", "password", "AzureWebJobsStorage:credential")]
    [InlineData("clientId", "id", "AzureWebJobsStorage:credential=managedidentity")]
    public void HalfAnIdentity_IsNamed(string name, string value, string named) => Assert.Contains(
        named,
        Assert.Throws<InvalidOperationException>(() => BlobSettings.From(Settings(("AzureWebJobsStorage:accountName", "orders"), ($"AzureWebJobsStorage:{name}", value)))).Message,
        StringComparison.Ordinal);

    [Theory]
    [InlineData("UseDevelopmentStorage=true")]
    [InlineData("BlobEndpoint=http://127.0.0.1:10000/devstoreaccount1;AccountName=devstoreaccount1;AccountKey=a2V5")]
    [InlineData("BlobEndpoint=http://azurite:10000/devstoreaccount1;AccountName=devstoreaccount1;AccountKey=a2V5")]
    public void TheEmulator_IsOpenedByItsKey(string text) => Assert.Equal(text, BlobSettings.From(Settings(("AzureWebJobsStorage", text)))!.ConnectionString);

    [Theory]
    [InlineData("AzureWebJobsStorage", "DefaultEndpointsProtocol=https;AccountName=orders;AccountKey=a2V5;EndpointSuffix=core.windows.net")]
    [InlineData("AzureWebJobsStorage", "BlobEndpoint=https://orders.blob.core.windows.net;AccountName=orders;AccountKey=a2V5")]
    [InlineData("AzureWebJobsStorage", "UseDevelopmentStorage=false;BlobEndpoint=http://localhost:1")]
    [InlineData("AzureWebJobsStorage:blobServiceUri", "http://orders.blob.core.windows.net")]
    [InlineData("AzureWebJobsStorage:credential", "managedidentity")]
    public void WhatMakesNoSense_IsAnErrorThatNamesTheSetting(string setting, string value)
    {
        var error = Assert.Throws<InvalidOperationException>(() => BlobSettings.From(Settings((setting, value))));
        Assert.Contains("AzureWebJobsStorage", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("a2V5", error.Message, StringComparison.Ordinal);
    }

    private static IConfiguration Settings(params (string Name, string Value)[] settings) =>
        new ConfigurationBuilder().AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Name, (string?)setting.Value))).Build();
}
