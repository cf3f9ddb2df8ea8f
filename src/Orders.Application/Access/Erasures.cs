using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Orders.Application.Events;
using Orders.Domain;

namespace Orders.Application.Access;

/// <summary>How far the erasure of a user is.</summary>
public enum ErasureStatus
{
    /// <summary>Orders are being gone through.</summary>
    Running,

    /// <summary>All that is stored for good is erased; answers that are kept for repeated requests run out.</summary>
    Waiting,

    Done,
}

/// <summary>What is told of an erasure. A persisted format; it has counts and times alone.</summary>
/// <param name="Orders">Orders that were looked at.</param>
/// <param name="Erased">Those of them that had something of the person.</param>
/// <param name="Open">Those that were placed meanwhile, or came back to life: left as they are.</param>
/// <param name="WaitsUntil">When the last kept answer has run out; null before that is known.</param>
public sealed record ErasureReport(
    ErasureStatus Status, DateTimeOffset StartedAt, long Orders, long Erased, long Open, DateTimeOffset? WaitsUntil, DateTimeOffset? FinishedAt);

/// <summary>An erasure as the API answers it.</summary>
public sealed record ErasureView(
    UserId UserId, [property: JsonConverter(typeof(CamelCaseNames<ErasureStatus>))] ErasureStatus Status, DateTime StartedAt, long Orders, long Erased, long Open,
    DateTime? WaitsUntil, DateTime? FinishedAt)
{
    public static ErasureView Of(UserId user, ErasureReport report) => new(
        user, report.Status, report.StartedAt.UtcDateTime, report.Orders, report.Erased, report.Open, report.WaitsUntil?.UtcDateTime, report.FinishedAt?.UtcDateTime);
}

/// <summary>Runs the erasure of a user. A port, because on Azure a client of the durable engine exists only within a function's call.</summary>
public interface IErasureProcess
{
    /// <summary>Starts it; one that is under way goes on and is no error.</summary>
    Task StartAsync(UserId user, DateTimeOffset at, CancellationToken cancellation);

    /// <summary>Whether one is under way.</summary>
    Task<bool> IsAliveAsync(UserId user, CancellationToken cancellation);
}

/// <summary>Reports of erasures, by a number that is made of the user's id and says nothing of it.</summary>
public sealed class ErasureReports(IWatermarks watermarks)
{
    /// <summary>The erasure's number: its instance, its report and its lines in the log go by it.</summary>
    public static string NumberOf(UserId user) => $"erasure-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"erasure\n{user.Value}")))[..32]}";

    public async Task<ErasureReport?> FindAsync(UserId user, CancellationToken cancellation) =>
        await watermarks.FindAsync(NumberOf(user), cancellation).ConfigureAwait(false) is { } text
            ? JsonSerializer.Deserialize(text, ErasureJson.Default.ErasureReport)
            : null;

    public Task PutAsync(UserId user, ErasureReport report, CancellationToken cancellation) =>
        watermarks.SetAsync(NumberOf(user), JsonSerializer.Serialize(report, ErasureJson.Default.ErasureReport), cancellation);
}

/// <summary>How reports of erasures are kept.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, UseStringEnumConverter = true)]
[JsonSerializable(typeof(ErasureReport))]
internal sealed partial class ErasureJson : JsonSerializerContext;
