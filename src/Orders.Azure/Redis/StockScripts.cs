namespace Orders.Azure.Redis;

/// <summary>The scripts of stock, by what they do. A test puts a broken one in its place.</summary>
internal sealed record StockScripts
{
    public static readonly StockScripts Default = new();

    public RedisScript Reserve { get; init; } = RedisScript.Load("stock-reserve");

    public RedisScript Keep { get; init; } = RedisScript.Load("stock-keep");

    public RedisScript Commit { get; init; } = RedisScript.Load("stock-commit");

    public RedisScript Release { get; init; } = RedisScript.Load("stock-release");

    public RedisScript Refuse { get; init; } = RedisScript.Load("stock-refuse");

    public RedisScript Due { get; init; } = RedisScript.Load("stock-due");

    public RedisScript Level { get; init; } = RedisScript.Load("stock-level");

    public RedisScript Adjust { get; init; } = RedisScript.Load("stock-adjust");

    public RedisScript Rules { get; init; } = RedisScript.Load("stock-rules");

    public RedisScript Movements { get; init; } = RedisScript.Load("stock-movements");

    public RedisScript Booked { get; init; } = RedisScript.Load("stock-booked");
}
