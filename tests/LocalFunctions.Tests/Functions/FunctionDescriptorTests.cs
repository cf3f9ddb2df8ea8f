using LocalFunctions.Functions;

namespace LocalFunctions.Tests.Functions;

public sealed class FunctionDescriptorTests
{
    public class Base
    {
        public void Method(string trigger, string other) => Assert.NotEqual(trigger, other);
    }

    public sealed class Derived : Base;

    /// <summary>Two objects for one parameter, as reflection makes them when two threads ask a method for its parameters at the same time.</summary>
    [Fact]
    public void Trigger_IsKnownByItsPlace()
    {
        var method = typeof(Base).GetMethod(nameof(Base.Method))!;
        var same = typeof(Derived).GetMethod(nameof(Base.Method))!.GetParameters();
        var function = new FunctionDescriptor("f", method, method.GetParameters()[0], new ObsoleteAttribute());

        Assert.NotSame(function.TriggerParameter, same[0]);
        Assert.Equal([true, false], same.Select(function.IsTrigger));
    }
}
