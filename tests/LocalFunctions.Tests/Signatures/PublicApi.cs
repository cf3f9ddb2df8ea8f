using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace LocalFunctions.Tests.Signatures;

/// <summary>
/// Writes a type's visible surface as lines that two assemblies can be compared by. Types go by their simple names, since the facade lives in
/// other namespaces; <c>~</c> marks a reference type whose assembly doesn't say whether it may be null.
/// </summary>
public static class PublicApi
{
    private const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    /// <summary>The type's own line and one line for each member that an outsider or a subclass can see.</summary>
    public static IEnumerable<string> Describe(Type type)
    {
        yield return Declaration(type);
        if (type.IsEnum)
        {
            foreach (var name in Enum.GetNames(type))
                yield return $"{name} = {Convert.ToInt64(Enum.Parse(type, name), CultureInfo.InvariantCulture)}";
            yield break;
        }

        if (typeof(Delegate).IsAssignableFrom(type))
        {
            yield return Method(type.GetMethod("Invoke")!);
            yield break;
        }

        foreach (var implemented in type.GetInterfaces().Where(implemented => implemented.IsPublic))
            yield return $"implements {TypeNames.Plain(implemented)}";
        foreach (var constructor in type.GetConstructors(Declared).Where(IsVisible))
            yield return $"{Access(constructor)} new({Parameters(constructor)})";
        foreach (var property in type.GetProperties(Declared).Where(property => property.GetAccessors(nonPublic: true).Any(IsVisible)))
            yield return Property(property);
        foreach (var method in type.GetMethods(Declared).Where(method => IsVisible(method) && !IsAccessor(method)))
            yield return Method(method);
        foreach (var field in type.GetFields(Declared).Where(field => field.IsPublic || field.IsFamily || field.IsFamilyOrAssembly))
            yield return $"{(field.IsPublic ? "public" : "protected")} {(field.IsLiteral ? "const " : field.IsStatic ? "static " : "")}{(field.IsInitOnly ? "readonly " : "")}" +
                $"{TypeNames.Of(field)} {field.Name}{(field.IsLiteral ? " = " + Value(field.GetRawConstantValue(), field.FieldType) : "")}";
    }

    private static string Declaration(Type type)
    {
        var kind = type.IsEnum ? "enum" : type.IsInterface ? "interface" : type.IsValueType ? "struct"
            : typeof(Delegate).IsAssignableFrom(type) ? "delegate" : "class";
        var modifier = kind != "class" ? "" : type is { IsAbstract: true, IsSealed: true } ? "static " : type.IsAbstract ? "abstract " : type.IsSealed ? "sealed " : "";
        var parent = kind == "class" && type.BaseType is { } known && known != typeof(object) ? " : " + TypeNames.Plain(known) : "";
        var usage = type.GetCustomAttribute<AttributeUsageAttribute>(inherit: false) is { } declared
            ? $" usable on {declared.ValidOn}{(declared.AllowMultiple ? ", often" : "")}{(declared.Inherited ? "" : ", not inherited")}" : "";
        return $"{modifier}{kind} {TypeNames.Plain(type)}{parent}{Constraints(type.GetGenericArguments())}{usage}{Obsolete(type)}";
    }

    private static string Method(MethodInfo method)
    {
        var generic = method.IsGenericMethodDefinition ? $"<{string.Join(", ", method.GetGenericArguments().Select(argument => argument.Name))}>" : "";
        var extension = method.IsDefined(typeof(ExtensionAttribute)) ? "this " : "";
        return $"{Access(method)} {TypeNames.OfReturn(method)} {method.Name}{generic}({extension}{Parameters(method)})" +
            $"{Constraints(method.GetGenericArguments())}{Obsolete(method)}";
    }

    private static string Property(PropertyInfo property)
    {
        var accessors = new[] { ("get", property.GetMethod), ("set", property.SetMethod) }
            .Where(accessor => accessor.Item2 is { } method && IsVisible(method))
            .Select(accessor => $"{Access(accessor.Item2!)} {(IsInit(accessor.Item2!) ? "init" : accessor.Item1)};");
        return $"{TypeNames.Of(property)} {property.Name} {{ {string.Join(" ", accessors)} }}{Obsolete(property)}";
    }

    private static string Parameters(MethodBase method) => string.Join(", ", method.GetParameters().Select(parameter =>
        (parameter.IsDefined(typeof(ParamArrayAttribute)) ? "params " : "") + TypeNames.Of(parameter) + " " + parameter.Name +
        (parameter.HasDefaultValue ? " = " + Value(parameter.RawDefaultValue, parameter.ParameterType) : "")));

    private static string Access(MethodBase method)
    {
        var access = method.IsPublic ? "public" : "protected";
        if (method.IsStatic)
            return access + " static";
        if (method.DeclaringType!.IsInterface || method is not MethodInfo { IsVirtual: true } info)
            return access;
        var overriding = info.GetBaseDefinition().DeclaringType != info.DeclaringType;
        return access + (info.IsAbstract ? " abstract" : overriding ? " override" : info.IsFinal ? "" : " virtual");
    }

    private static string Constraints(Type[] arguments) => string.Concat(arguments.Where(argument => argument.IsGenericParameter).Select(argument =>
    {
        var wanted = argument.GetGenericParameterConstraints().Select(TypeNames.Plain).ToList();
        if (argument.GenericParameterAttributes.HasFlag(GenericParameterAttributes.ReferenceTypeConstraint))
            wanted.Insert(0, "class");
        return wanted.Count == 0 ? "" : $" where {argument.Name} : {string.Join(", ", wanted)}";
    }));

    private static string Value(object? value, Type type) => value switch
    {
        null => type.IsValueType && Nullable.GetUnderlyingType(type) is null ? "default" : "null",
        string text => $"\"{text}\"",
        bool flag => flag ? "true" : "false",
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString()!,
    };

    private static string Obsolete(MemberInfo member) => member.IsDefined(typeof(ObsoleteAttribute), inherit: false) ? " obsolete" : "";

    private static bool IsVisible(MethodBase method) => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly;

    private static bool IsAccessor(MethodInfo method) => method.IsSpecialName && !method.Name.StartsWith("op_", StringComparison.Ordinal);

    private static bool IsInit(MethodInfo setter) => setter.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit));
}
