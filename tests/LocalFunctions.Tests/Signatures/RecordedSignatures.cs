using System.Text.RegularExpressions;

namespace LocalFunctions.Tests.Signatures;

/// <summary>
/// The recorded list of the real SDK's signatures: <c>## assembly version</c>, then for each type a line <c>namespace: declaration</c> and an indented
/// line for each member.
/// </summary>
internal sealed class RecordedSignatures
{
    private readonly List<(string Namespace, string Name, string Declaration, List<string> Members)> types = [];

    public RecordedSignatures(IEnumerable<string> lines)
    {
        foreach (var line in lines.Where(line => line.Length > 0 && line[0] != '#'))
        {
            if (line.StartsWith("  ", StringComparison.Ordinal))
            {
                types[^1].Members.Add(line.Trim());
                continue;
            }

            var (space, declaration) = (line[..line.IndexOf(':', StringComparison.Ordinal)], line[(line.IndexOf(':', StringComparison.Ordinal) + 2)..]);
            types.Add((space, NameIn(declaration), declaration, []));
        }
    }

    public static RecordedSignatures Load() => new(File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Signatures", "real-signatures.txt")));

    /// <summary>What the type has that the real one of this name hasn't; empty when it is a true part of it.</summary>
    public IEnumerable<string> Differences(Type facade)
    {
        var described = PublicApi.Describe(facade).ToList();
        var durable = facade.Namespace!.StartsWith("LocalFunctions.Durable", StringComparison.Ordinal);
        var real = types.Where(type => type.Name == NameIn(described[0]) && type.Namespace.Contains("DurableTask", StringComparison.Ordinal) == durable).ToList();
        if (real.Count == 0)
            return [$"{facade.FullName}: the real SDK has no such type; types of our own don't belong in the facade's namespaces."];
        var closest = real.Select(type => Missing(type.Declaration, type.Members, described).ToList()).MinBy(missing => missing.Count)!;
        return closest.Select(line => $"{facade.FullName}: {line}");
    }

    private static IEnumerable<string> Missing(string declaration, List<string> members, List<string> described)
    {
        if (!Same(declaration, described[0]))
            yield return $"'{described[0]}' is really '{declaration}'";
        foreach (var line in described.Skip(1).Where(line => !members.Exists(member => Same(member, line))))
            yield return $"the real one has no '{line}'";
    }

    /// <summary>Where the real assembly doesn't say whether null is meant, we may.</summary>
    private static bool Same(string real, string ours) =>
        real == ours || (real.Contains('~') && Regex.IsMatch(ours, $"\\A{Regex.Escape(real).Replace("~", "\\??", StringComparison.Ordinal)}\\z"));

    private static string NameIn(string declaration) =>
        Regex.Match(declaration, @"\A(?:static |abstract |sealed )?(?:class|struct|interface|enum|delegate) (\w+(?:<[^>]*>)?)").Groups[1].Value;
}
