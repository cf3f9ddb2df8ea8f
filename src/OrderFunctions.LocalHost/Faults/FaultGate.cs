using System.Collections.Concurrent;
using System.Reflection;
using System.Reflection.Emit;

namespace OrderFunctions.LocalHost.Faults;

/// <summary>
/// Stands before an adapter and its <see cref="FaultyPort{TPort}"/>: while nothing is planned a call goes to the adapter itself, for the price of
/// one comparison. The class is made when the host starts, a method of it being <c>(plan.IsEmpty ? adapter : faulty).Method(arguments)</c>.
/// </summary>
internal static class FaultGate
{
    private static readonly ModuleBuilder Module =
        AssemblyBuilder.DefineDynamicAssembly(new AssemblyName("OrderFunctions.FaultGates"), AssemblyBuilderAccess.Run).DefineDynamicModule("FaultGates");

    private static readonly ConcurrentDictionary<Type, Type> Gates = new();
    private static readonly MethodInfo IsEmpty = typeof(FaultPlan).GetProperty(nameof(FaultPlan.IsEmpty))!.GetMethod!;

    public static TPort Before<TPort>(TPort adapter, TPort faulty, FaultPlan plan)
        where TPort : class => (TPort)Activator.CreateInstance(GateOf(typeof(TPort)), adapter, faulty, plan)!;

    private static Type GateOf(Type port)
    {
        lock (Module)
            return Gates.GetOrAdd(port, Make);
    }

    private static Type Make(Type port)
    {
        var type = Module.DefineType(port.FullName + "Gate", TypeAttributes.Public | TypeAttributes.Sealed, typeof(object), [port]);
        FieldBuilder[] fields =
        [
            type.DefineField("adapter", port, FieldAttributes.Private | FieldAttributes.InitOnly),
            type.DefineField("faulty", port, FieldAttributes.Private | FieldAttributes.InitOnly),
            type.DefineField("plan", typeof(FaultPlan), FieldAttributes.Private | FieldAttributes.InitOnly),
        ];
        DefineConstructor(type, fields);
        foreach (var method in port.GetInterfaces().Append(port).SelectMany(one => one.GetMethods(BindingFlags.Instance | BindingFlags.Public)).Where(method => method.IsAbstract))
            DefineMethod(type, method, fields);
        return type.CreateType();
    }

    private static void DefineConstructor(TypeBuilder type, FieldBuilder[] fields)
    {
        var code = type.DefineConstructor(MethodAttributes.Public, CallingConventions.HasThis, [.. fields.Select(field => field.FieldType)]).GetILGenerator();
        code.Emit(OpCodes.Ldarg_0);
        code.Emit(OpCodes.Call, typeof(object).GetConstructor([])!);
        for (short i = 0; i < fields.Length; i++)
        {
            code.Emit(OpCodes.Ldarg_0);
            code.Emit(OpCodes.Ldarg, (short)(i + 1));
            code.Emit(OpCodes.Stfld, fields[i]);
        }

        code.Emit(OpCodes.Ret);
    }

    private static void DefineMethod(TypeBuilder type, MethodInfo method, FieldBuilder[] fields)
    {
        Type[] parameters = [.. method.GetParameters().Select(parameter => parameter.ParameterType)];
        var own = type.DefineMethod(
            method.Name, MethodAttributes.Public | MethodAttributes.Final | MethodAttributes.Virtual | MethodAttributes.HideBySig | MethodAttributes.NewSlot,
            method.ReturnType, parameters);
        var code = own.GetILGenerator();
        var (planned, call) = (code.DefineLabel(), code.DefineLabel());
        code.Emit(OpCodes.Ldarg_0);
        code.Emit(OpCodes.Ldfld, fields[2]);
        code.Emit(OpCodes.Callvirt, IsEmpty);
        code.Emit(OpCodes.Brfalse_S, planned);
        code.Emit(OpCodes.Ldarg_0);
        code.Emit(OpCodes.Ldfld, fields[0]);
        code.Emit(OpCodes.Br_S, call);
        code.MarkLabel(planned);
        code.Emit(OpCodes.Ldarg_0);
        code.Emit(OpCodes.Ldfld, fields[1]);
        code.MarkLabel(call);
        for (short i = 0; i < parameters.Length; i++)
            code.Emit(OpCodes.Ldarg, (short)(i + 1));
        code.Emit(OpCodes.Callvirt, method);
        code.Emit(OpCodes.Ret);
        type.DefineMethodOverride(own, method);
    }
}
