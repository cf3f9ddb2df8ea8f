using System.Linq.Expressions;

namespace LocalFunctions.Functions;

/// <summary>Turns whatever a function returns into one awaitable of its value.</summary>
internal static class FunctionReturn
{
    /// <summary>The call, wrapped so that it yields <c>ValueTask&lt;object?&gt;</c>: null for void, Task and ValueTask.</summary>
    public static Expression Unify(Expression call)
    {
        var type = call.Type;
        if (type == typeof(void))
            return Expression.Block(call, Expression.Default(typeof(ValueTask<object?>)));
        if (type == typeof(Task))
            return Expression.Call(typeof(FunctionReturn), nameof(OfTask), null, call);
        if (type == typeof(ValueTask))
            return Expression.Call(typeof(FunctionReturn), nameof(OfValueTask), null, call);
        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(Task<>))
            return Expression.Call(typeof(FunctionReturn), nameof(OfTaskWithValue), type.GetGenericArguments(), call);
        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(ValueTask<>))
            return Expression.Call(typeof(FunctionReturn), nameof(OfValueTaskWithValue), type.GetGenericArguments(), call);
        return Expression.Call(typeof(FunctionReturn), nameof(OfValue), [type], call);
    }

    /// <summary>The type of the value that a method of this return type gives in the end; <c>void</c> when it gives none.</summary>
    public static Type ValueType(Type returned)
    {
        if (returned == typeof(Task) || returned == typeof(ValueTask))
            return typeof(void);
        return returned.IsGenericType && returned.GetGenericTypeDefinition() is var open && (open == typeof(Task<>) || open == typeof(ValueTask<>))
            ? returned.GetGenericArguments()[0]
            : returned;
    }

    private static ValueTask<object?> OfValue<T>(T value) => new(value);

    private static ValueTask<object?> OfTask(Task task)
    {
        return task.IsCompletedSuccessfully ? default : Wait(task);

        static async ValueTask<object?> Wait(Task task)
        {
            await task;
            return null;
        }
    }

    private static ValueTask<object?> OfValueTask(ValueTask task)
    {
        return task.IsCompletedSuccessfully ? default : Wait(task);

        static async ValueTask<object?> Wait(ValueTask task)
        {
            await task;
            return null;
        }
    }

    private static ValueTask<object?> OfTaskWithValue<T>(Task<T> task)
    {
        return task.IsCompletedSuccessfully ? new(task.Result) : Wait(task);

        static async ValueTask<object?> Wait(Task<T> task) => await task;
    }

    private static ValueTask<object?> OfValueTaskWithValue<T>(ValueTask<T> task)
    {
        return task.IsCompletedSuccessfully ? new(task.Result) : Wait(task);

        static async ValueTask<object?> Wait(ValueTask<T> task) => await task;
    }
}
