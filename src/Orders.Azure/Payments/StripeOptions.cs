namespace Orders.Azure.Payments;

/// <summary>How Stripe is reached (section <c>Payments:&lt;name&gt;</c> with <c>Kind</c> = <c>stripe</c>).</summary>
public sealed record StripeOptions
{
    /// <summary>The version of the API that this adapter was written for; an account's own default changes under one's feet.</summary>
    public const string ApiVersion = "2024-06-20";

    /// <summary>https://api.stripe.com/ but in tests.</summary>
    public required Uri BaseUrl { get; init; }

    /// <summary>The secret key. From settings only, never logged.</summary>
    public required string ApiKey { get; init; }

    /// <summary>The shop's own page, on which Stripe's form takes the card. The intent's client secret is put behind its <c>#</c>.</summary>
    public required Uri PayPage { get; init; }

    /// <summary>Never a key in a log by accident.</summary>
    public override string ToString() => BaseUrl.ToString();
}
