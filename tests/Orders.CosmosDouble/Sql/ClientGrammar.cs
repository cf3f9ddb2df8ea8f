using System.Reflection;
using Microsoft.Azure.Cosmos;

namespace Orders.CosmosDouble.Sql;

/// <summary>
/// The query language as the SDK itself reads it, where it looks into a query: what its grammar refuses (a reserved word after a dot, for one) the service refuses too. It is
/// internal there, so a version that moved it is told.
/// </summary>
internal static class ClientGrammar
{
    private static readonly MethodInfo TryParse =
        typeof(CosmosClient).Assembly.GetType("Microsoft.Azure.Cosmos.Query.Core.Parser.SqlQueryParser")?.GetMethod("TryParse", BindingFlags.Public | BindingFlags.Static)
        ?? throw new InvalidOperationException("This version of the SDK keeps its parser elsewhere.");

    public static bool Takes(string sql) => TryParse.Invoke(null, [sql, null]) is true;
}
