using System.Reflection;

namespace LocalFunctions.Tests.Signatures;

/// <summary>Simple names of types with what their owner says about null.</summary>
internal static class TypeNames
{
    public static string Plain(Type type)
    {
        if (type.IsGenericParameter)
            return type.Name;
        if (Nullable.GetUnderlyingType(type) is { } value)
            return Plain(value) + "?";
        if (type.IsArray)
            return Plain(type.GetElementType()!) + "[]";
        return type.IsGenericType ? $"{Short(type)}<{string.Join(", ", type.GetGenericArguments().Select(Plain))}>" : type.Name;
    }

    // A context remembers what it was asked; a new one each time costs nothing here and has no threads to fear.
    public static string Of(ParameterInfo parameter) => Said(parameter.ParameterType, new NullabilityInfoContext().Create(parameter), Read);

    public static string Of(PropertyInfo property) => Said(property.PropertyType, new NullabilityInfoContext().Create(property), Read);

    public static string Of(FieldInfo field) => Said(field.FieldType, new NullabilityInfoContext().Create(field), Read);

    public static string OfReturn(MethodInfo method) =>
        method.ReturnType == typeof(void) ? "void" : Said(method.ReturnType, new NullabilityInfoContext().Create(method.ReturnParameter), Read);

    private static NullabilityState Read(NullabilityInfo info) => info.ReadState == NullabilityState.Unknown ? info.WriteState : info.ReadState;

    private static string Said(Type type, NullabilityInfo info, Func<NullabilityInfo, NullabilityState> state)
    {
        if (type.IsByRef)
            return "ref " + Plain(type.GetElementType()!);
        if (Nullable.GetUnderlyingType(type) is { } value)
            return Plain(value) + "?";
        var mark = type.IsValueType ? "" : state(info) switch { NullabilityState.Nullable => "?", NullabilityState.Unknown => "~", _ => "" };
        if (type.IsArray)
            return Said(type.GetElementType()!, info.ElementType!, state) + "[]" + mark;
        if (!type.IsGenericType)
            return type.Name + mark;
        var arguments = type.GetGenericArguments().Zip(info.GenericTypeArguments, (argument, said) => Said(argument, said, state));
        return $"{Short(type)}<{string.Join(", ", arguments)}>{mark}";
    }

    private static string Short(Type type) => type.Name.Split('`')[0];
}
