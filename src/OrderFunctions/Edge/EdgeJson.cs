using System.Text.Json.Serialization;

namespace OrderFunctions.Edge;

/// <summary>The JSON of what only the edge answers; all else is in the application's <c>ApiJson</c>.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ProblemDocument))]
internal sealed partial class EdgeJson : JsonSerializerContext;
