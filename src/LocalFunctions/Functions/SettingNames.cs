using System.Text;
using Microsoft.Extensions.Configuration;

namespace LocalFunctions.Functions;

/// <summary>Names in trigger attributes may be <c>%Setting%</c>, in whole or in part; the host reads them from its configuration.</summary>
internal static class SettingNames
{
    /// <exception cref="InvalidOperationException">A setting that is named doesn't exist.</exception>
    public static string Resolve(IConfiguration configuration, string text)
    {
        var resolved = new StringBuilder();
        var rest = text.AsSpan();
        while (rest.IndexOf('%') is var open and >= 0 && rest[(open + 1)..].IndexOf('%') is var length and >= 0)
        {
            var name = rest.Slice(open + 1, length).ToString();
            resolved.Append(rest[..open]);
            resolved.Append(configuration[name] ?? throw new InvalidOperationException($"'%{name}%' can't be resolved: there is no setting '{name}'."));
            rest = rest[(open + length + 2)..];
        }

        return resolved.Append(rest).ToString();
    }

    /// <summary>What stops the text from being resolved; null when nothing does.</summary>
    public static string? Problem(IConfiguration configuration, string text)
    {
        try
        {
            Resolve(configuration, text);
            return null;
        }
        catch (InvalidOperationException missing)
        {
            return missing.Message;
        }
    }
}
