namespace LocalFunctions.Hosting;

/// <summary>The app can't start; <see cref="Exception.Message"/> lists everything that is wrong with it.</summary>
public sealed class FunctionsStartException(IReadOnlyList<string> errors)
    : Exception("The functions can't start:" + string.Concat(errors.Select(error => Environment.NewLine + "  - " + error)))
{
    public IReadOnlyList<string> Errors { get; } = errors;
}
