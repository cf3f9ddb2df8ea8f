using System.IO.Compression;
using System.Security.Cryptography;

namespace OrderFunctions.Edge;

/// <summary>The files of <c>src/console</c>, which are inside the assembly: no host has to find a folder beside the program. Read once.</summary>
internal sealed class ConsoleFiles
{
    private const string Prefix = "console/";
    private const int TagBytes = 12;

    private static readonly Dictionary<string, string> Types = new(StringComparer.OrdinalIgnoreCase)
    {
        [".html"] = "text/html; charset=utf-8",
        [".css"] = "text/css; charset=utf-8",
        [".js"] = "text/javascript; charset=utf-8",
        [".svg"] = "image/svg+xml; charset=utf-8",
    };

    private readonly Dictionary<string, StaticFile> files;

    private ConsoleFiles(IEnumerable<StaticFile> files) => this.files = files.ToDictionary(file => file.Path, StringComparer.Ordinal);

    public static ConsoleFiles OfTheApp() => new(
        from name in typeof(ConsoleFiles).Assembly.GetManifestResourceNames()
        let path = name.Replace('\\', '/')
        where path.StartsWith(Prefix, StringComparison.Ordinal)
        select StaticFile.Of(path[Prefix.Length..], Types[Path.GetExtension(path)], Read(name)));

    public StaticFile? Find(string path) => files.GetValueOrDefault(path);

    private static byte[] Read(string name)
    {
        using var resource = typeof(ConsoleFiles).Assembly.GetManifestResourceStream(name)!;
        var bytes = new byte[resource.Length];
        resource.ReadExactly(bytes);
        return bytes;
    }

    /// <param name="Path">Below <c>/console/</c>.</param>
    /// <param name="ContentType">As its ending says.</param>
    /// <param name="Bytes">What it holds.</param>
    /// <param name="Packed">The same by gzip; null where that is no shorter.</param>
    /// <param name="Tag">Its ETag: a hash of what it holds.</param>
    /// <param name="PackedTag">Of the packed form, which is another representation.</param>
    internal sealed record StaticFile(string Path, string ContentType, byte[] Bytes, byte[]? Packed, string Tag, string PackedTag)
    {
        public static StaticFile Of(string path, string contentType, byte[] bytes)
        {
            var hash = Convert.ToHexStringLower(SHA256.HashData(bytes).AsSpan(0, TagBytes));
            var packed = Pack(bytes);
            return new StaticFile(path, contentType, bytes, packed.Length < bytes.Length ? packed : null, $"\"{hash}\"", $"\"{hash}-gz\"");
        }

        private static byte[] Pack(byte[] bytes)
        {
            using var packed = new MemoryStream();
            using (var gzip = new GZipStream(packed, CompressionLevel.SmallestSize, leaveOpen: true))
                gzip.Write(bytes);
            return packed.ToArray();
        }
    }
}
