using System.Net;
using System.Text;
using Microsoft.Azure.Cosmos;
using Microsoft.Azure.Cosmos.Serialization.HybridRow;
using Microsoft.Azure.Cosmos.Serialization.HybridRow.IO;
using Microsoft.Azure.Cosmos.Serialization.HybridRow.Layouts;
using Microsoft.Azure.Cosmos.Serialization.HybridRow.RecordIO;
using Microsoft.Azure.Cosmos.Serialization.HybridRow.Schemas;

namespace Orders.CosmosDouble;

/// <param name="Body">The document, or the words of a refusal.</param>
internal sealed record BatchResult(HttpStatusCode Status, int SubStatus, string? ETag, ReadOnlyMemory<byte> Body, double Charge);

/// <summary>Transactional batches on the wire: rows of a HybridRow schema, which the SDK's own package reads and writes.</summary>
internal static class Batches
{
    /// <summary>Operations of a batch.</summary>
    public const int Most = 100;

    private static readonly Namespace Schemas = ReadSchemas();
    private static readonly LayoutResolverNamespace Layouts = new(Schemas, null);
    private static readonly Layout ResultLayout = Layouts.Resolve(Schemas.Schemas.Single(schema => schema.Name == "BatchResult").SchemaId);

    public static async Task<List<(Request Request, bool IsMinimal)>> ReadAsync(byte[] body)
    {
        var operations = new List<(Request, bool)>();
        using var stream = new MemoryStream(body);
        var result = await stream.ReadRecordIOAsync(
            (Func<ReadOnlyMemory<byte>, Result>)(record =>
            {
                operations.Add(ReadOperation(record));
                return Result.Success;
            }),
            segment => Result.Success,
            new MemorySpanResizer<byte>(body.Length)).ConfigureAwait(false);
        return result == Result.Success ? operations : throw Refused.Bad($"The batch is not readable: {result}.");
    }

    public static async Task<byte[]> WriteAsync(IReadOnlyList<BatchResult> results)
    {
        using var stream = new MemoryStream();
        var written = await stream.WriteRecordIOAsync(
            default,
            (long index, out ReadOnlyMemory<byte> record) =>
            {
                record = index < results.Count ? WriteResult(results[(int)index]) : default;
                return Result.Success;
            },
            new MemorySpanResizer<byte>(1024)).ConfigureAwait(false);
        return written == Result.Success ? stream.ToArray() : throw new InvalidOperationException($"The answer to a batch was not written: {written}.");
    }

    private static Namespace ReadSchemas()
    {
        using var stream = typeof(CosmosClient).Assembly.GetManifestResourceStream("Microsoft.Azure.Cosmos.Batch.HybridRowBatchSchemas.json")
            ?? throw new InvalidOperationException("This version of the SDK keeps the schema of its batches elsewhere.");
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return Namespace.Parse(reader.ReadToEnd());
    }

    private static (Request Request, bool IsMinimal) ReadOperation(ReadOnlyMemory<byte> record)
    {
        var row = new RowBuffer(record.Length);
        if (!row.ReadFrom(record.Span, HybridRowVersion.V1, Layouts))
            throw Refused.Bad("An operation of the batch is not readable.");
        var reader = new RowReader(ref row);
        var (operation, id, body, isMinimal) = (-1, (string?)null, Array.Empty<byte>(), false);
        var (ifMatch, ifNoneMatch) = ((string?)null, (string?)null);
        while (reader.Read())
        {
            switch (reader.Path.ToString())
            {
                case "operationType":
                    Demand(reader.ReadInt32(out operation));
                    break;
                case "id":
                    Demand(reader.ReadString(out id));
                    break;
                case "resourceBody":
                    Demand(reader.ReadBinary(out body));
                    break;
                case "ifMatch":
                    Demand(reader.ReadString(out ifMatch));
                    break;
                case "ifNoneMatch":
                    Demand(reader.ReadString(out ifNoneMatch));
                    break;
                case "minimalReturnPreference":
                    Demand(reader.ReadBool(out isMinimal));
                    break;
                default:
                    break;
            }
        }

        return (new Request((Operation)operation, id, body) { IfMatch = ifMatch, IfNoneMatch = ifNoneMatch }, isMinimal);
    }

    private static ReadOnlyMemory<byte> WriteResult(BatchResult result)
    {
        var resizer = new MemorySpanResizer<byte>(result.Body.Length + 256);
        var row = new RowBuffer(result.Body.Length + 256, resizer);
        row.InitLayout(HybridRowVersion.V1, ResultLayout, Layouts);
        Demand(RowWriter.WriteBuffer(ref row, result, Write));
        return resizer.Memory[..row.Length].ToArray();
    }

    private static Result Write(ref RowWriter writer, TypeArgument type, BatchResult result)
    {
        Demand(writer.WriteInt32("statusCode", (int)result.Status));
        Demand(writer.WriteInt32("subStatusCode", result.SubStatus));
        if (result.ETag is not null)
            Demand(writer.WriteString("eTag", result.ETag));
        if (!result.Body.IsEmpty)
            Demand(writer.WriteBinary("resourceBody", result.Body.Span));
        return writer.WriteFloat64("requestCharge", result.Charge);
    }

    private static void Demand(Result result)
    {
        if (result != Result.Success)
            throw Refused.Bad($"A row of the batch is not readable: {result}.");
    }
}
