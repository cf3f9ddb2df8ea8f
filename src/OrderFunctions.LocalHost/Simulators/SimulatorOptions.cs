namespace OrderFunctions.LocalHost.Simulators;

/// <summary>How the simulated payment provider is set up.</summary>
/// <param name="PublicUrl">Its own address as buyers and the app see it, without a slash at the end: <c>http://localhost:7071/simulator</c>.</param>
/// <param name="WebhookUrl">Where its messages go.</param>
/// <param name="WebhookSecret">Standard Webhooks secret that signs them.</param>
/// <param name="ApiKey">The bearer key that the app must show.</param>
public sealed record SimulatorOptions(string PublicUrl, string WebhookUrl, string WebhookSecret, string ApiKey)
{
    /// <summary>The provider's name in routes and payments.</summary>
    public const string Provider = "simulator";

    /// <summary>Never a key in a log by accident.</summary>
    public override string ToString() => PublicUrl;
}

/// <summary>What becomes of the message about an act.</summary>
public enum WebhookMode
{
    Send,
    Lose,
    Duplicate,

    /// <summary>The whole act happens ten minutes after the order's payment deadline.</summary>
    Late,
}
