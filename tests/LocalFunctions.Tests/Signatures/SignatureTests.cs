namespace LocalFunctions.Tests.Signatures
{
    /// <summary>Source that compiles against the facade must compile against the real SDK: the facade has fewer members, never other ones.</summary>
    public sealed class SignatureTests
    {
        private static readonly string[] FacadeNamespaces = ["LocalFunctions", "LocalFunctions.Durable", "LocalFunctions.Messaging"];

        public static TheoryData<Type> FacadeTypes() =>
            [.. typeof(FunctionAttribute).Assembly.GetExportedTypes().Where(type => FacadeNamespaces.Contains(type.Namespace))];

        [Theory]
        [MemberData(nameof(FacadeTypes))]
        public void FacadeType_IsPartOfTheRealOne(Type type)
        {
            var differences = string.Join(Environment.NewLine, RecordedSignatures.Load().Differences(type));
            Assert.True(differences.Length == 0, differences);
        }

        [Theory]
        [InlineData(typeof(global::LocalFunctions.Planted.FunctionAttribute), "public new(String name, Int32 order)")]
        [InlineData(typeof(global::LocalFunctions.Planted.HttpTriggerAttribute), "'class HttpTriggerAttribute : Attribute'")]
        [InlineData(typeof(global::LocalFunctions.Planted.AuthorizationLevel), "Function = 1")]
        [InlineData(typeof(global::LocalFunctions.Planted.IFunctionsWorkerMiddleware), "public Task Invoke(FunctionContext? context, FunctionExecutionDelegate next)")]
        [InlineData(typeof(global::LocalFunctions.Planted.Invented), "no such type")]
        public void TypeWithAnotherSignature_IsReported(Type planted, string difference) =>
            Assert.Contains(RecordedSignatures.Load().Differences(planted), line => line.Contains(difference, StringComparison.Ordinal));
    }
}

// Wrong on purpose: what the comparison has to find.
namespace LocalFunctions.Planted
{
    [AttributeUsage(AttributeTargets.Method)]
    public class FunctionAttribute(string name, int order) : Attribute
    {
        public string Name { get; } = name + order;
    }

    public class HttpTriggerAttribute : Attribute;

    public enum AuthorizationLevel
    {
        Anonymous = 0,
        Function = 1,
    }

    public interface IFunctionsWorkerMiddleware
    {
        Task Invoke(FunctionContext? context, FunctionExecutionDelegate next);
    }

    public class Invented;
}
