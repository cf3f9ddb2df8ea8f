using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using LocalFunctions.Storage;

namespace LocalFunctions.Durable.Engine;

/// <summary>Reads instances as the client shows them.</summary>
internal static class InstanceQueries
{
    private const string Columns = "seq, id, name, status, created, updated, failure, tags";
    private const string Payloads = ", input, output, custom_status";

    public static string Select(DataConverter? converter) =>
        $"SELECT {Columns}{(converter is null ? "" : Payloads)} FROM durable_instances";

    public static OrchestrationMetadata? Find(SqlSession session, string instanceId, DataConverter? converter) =>
        session.First($"{Select(converter)} WHERE id = $1", row => Read(row, converter), instanceId);

    public static OrchestrationMetadata Read(SqlRow row, DataConverter? converter) => new(row.GetString(2), row.GetString(1))
    {
        RuntimeStatus = (OrchestrationRuntimeStatus)row.GetInt32(3),
        CreatedAt = row.GetInstant(4),
        LastUpdatedAt = row.GetInstant(5),
        FailureDetails = row.IsDBNull(6) ? null : HistoryCodec.DecodeFailure(row.GetBytes(6)),
        Tags = row.IsDBNull(7)
            ? ImmutableDictionary<string, string>.Empty
            : JsonSerializer.Deserialize<Dictionary<string, string>>(row.GetString(7))!,
        DataConverter = converter,
        SerializedInput = converter is null ? null : row.GetStringOrNull(8),
        SerializedOutput = converter is null ? null : row.GetStringOrNull(9),
        SerializedCustomStatus = converter is null ? null : row.GetStringOrNull(10),
    };
}

/// <summary>One page of a query, in the order of creation; its token is the last instance's number.</summary>
internal sealed class InstancePage
{
    private const int MostPerPage = 1000;

    private readonly OrchestrationQuery query;
    private readonly long after;
    private readonly int size;

    /// <exception cref="ArgumentException">The token was not made here.</exception>
    public InstancePage(OrchestrationQuery query, string? token, int size)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 1);
        this.query = query;
        this.size = Math.Min(size, MostPerPage);
        if (token is not null && !long.TryParse(token, NumberStyles.None, CultureInfo.InvariantCulture, out after))
            throw new ArgumentException($"'{token}' is no continuation token.");
    }

    public Page<OrchestrationMetadata> Read(SqlSession session, DataConverter? converter)
    {
        var statuses = query.Statuses?.Select(status => (int)status).Distinct().Order().ToList();
        var last = after;
        // Statuses are numbers of an enum, so they can't carry SQL.
        var filter = statuses is null ? "" : $" AND status IN ({string.Join(',', statuses)})";
        var found = session.Query(
            $"{InstanceQueries.Select(converter)} WHERE seq > $1 AND created >= $2 AND created <= $3 "
            + $"AND ($4 IS NULL OR substr(id, 1, length($4)) = $4){filter} ORDER BY seq LIMIT $5",
            row =>
            {
                last = row.GetInt64(0);
                return InstanceQueries.Read(row, converter);
            },
            after,
            query.CreatedFrom ?? DateTimeOffset.MinValue,
            query.CreatedTo ?? DateTimeOffset.MaxValue,
            string.IsNullOrEmpty(query.InstanceIdPrefix) ? null : query.InstanceIdPrefix,
            size);
        return new Page<OrchestrationMetadata>(found, found.Count == size ? last.ToString(CultureInfo.InvariantCulture) : null);
    }
}
