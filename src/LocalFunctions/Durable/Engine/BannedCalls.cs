using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.CompilerServices;

namespace LocalFunctions.Durable.Engine;

/// <summary>
/// What DURABLE0001–0006 and 0010 find in an orchestrator's source, found in its IL: the method, its async state machine and its
/// lambdas, and methods of the same assembly that these call, a few levels down.
/// </summary>
internal static class BannedCalls
{
    private const int DeepestCall = 4;

    private static readonly Dictionary<short, OpCode> OpCodesByValue = typeof(OpCodes).GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(field => (OpCode)field.GetValue(null)!).ToDictionary(code => code.Value);

    /// <summary>One line per kind of call that a replay can't repeat.</summary>
    public static IEnumerable<string> In(MethodInfo orchestrator)
    {
        var seen = new HashSet<MethodBase>();
        var found = new SortedSet<string>(StringComparer.Ordinal);
        Visit(orchestrator, orchestrator.Module.Assembly, 0, seen, found);
        return found;
    }

    private static void Visit(MethodBase method, Assembly assembly, int depth, HashSet<MethodBase> seen, SortedSet<string> found)
    {
        if (depth > DeepestCall || method.Module.Assembly != assembly || !seen.Add(method))
            return;
        if (method.GetCustomAttribute<StateMachineAttribute>() is { StateMachineType: var machine })
        {
            foreach (var step in machine.GetMethods(BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
                Visit(step, assembly, depth, seen, found);
        }

        foreach (var called in CallsOf(method))
        {
            if (RuleAgainst(called) is { } rule)
                found.Add($"{rule}: an orchestrator can't use {called.DeclaringType!.Name}.{called.Name.Replace("get_", "", StringComparison.Ordinal)}");
            else
                Visit(called, assembly, depth + 1, seen, found);
        }
    }

    private static string? RuleAgainst(MethodBase called)
    {
        var type = called.DeclaringType;
        return (type?.FullName, called.Name) switch
        {
            ("System.DateTime" or "System.DateTimeOffset", "get_Now" or "get_UtcNow" or "get_Today") => "DURABLE0001",
            ("System.TimeProvider", "GetUtcNow" or "GetLocalNow" or "GetTimestamp") => "DURABLE0001",
            ("System.Guid", "NewGuid" or "CreateVersion7") => "DURABLE0002",
            ("System.Threading.Tasks.Task", "Delay") or ("System.Threading.Thread", "Sleep") => "DURABLE0003",
            ("System.Threading.Tasks.Task", "Run" or "ContinueWith") or ("System.Threading.Thread", "Start") => "DURABLE0004",
            ("System.Threading.Tasks.TaskFactory", "StartNew") or ("System.Threading.CancellationTokenSource", "CancelAsync") => "DURABLE0004",
            ("System.Net.Http.HttpClient", _) => "DURABLE0005",
            ("System.Environment", "GetEnvironmentVariable" or "GetEnvironmentVariables" or "ExpandEnvironmentVariables") => "DURABLE0006",
            _ => null,
        };
    }

    private static IEnumerable<MethodBase> CallsOf(MethodBase method)
    {
        if (method.GetMethodBody()?.GetILAsByteArray() is not { } il)
            yield break;
        var typeArguments = method.DeclaringType is { IsGenericType: true } generic ? generic.GetGenericArguments() : null;
        var methodArguments = method.IsGenericMethod ? method.GetGenericArguments() : null;
        for (var at = 0; at < il.Length;)
        {
            var code = il[at] == 0xFE ? OpCodesByValue[unchecked((short)(0xFE00 | il[at + 1]))] : OpCodesByValue[il[at]];
            at += code.Size;
            if (code.OperandType is OperandType.InlineMethod
                && method.Module.ResolveMethod(BitConverter.ToInt32(il, at), typeArguments, methodArguments) is { } called)
                yield return called;
            at += OperandSize(code, il, at);
        }
    }

    private static int OperandSize(OpCode code, byte[] il, int at) => code.OperandType switch
    {
        OperandType.InlineNone => 0,
        OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
        OperandType.InlineVar => 2,
        OperandType.InlineI8 or OperandType.InlineR => 8,
        OperandType.InlineSwitch => 4 + (4 * BitConverter.ToInt32(il, at)),
        _ => 4,
    };
}
