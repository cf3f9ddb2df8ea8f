using System.Globalization;
using System.Text;
using Orders.LoadTests.Traffic;

namespace Orders.LoadTests.Report;

/// <summary>Latency against rate as a plain SVG: a line each for p50, p99 and p99.9, milliseconds on a logarithmic scale.</summary>
internal static class LatencyPlot
{
    private const int Width = 640;
    private const int Height = 360;
    private const int Left = 60;
    private const int Bottom = 320;
    private const int Top = 20;
    private const int Right = 540;
    private const double LeastExponent = -1;
    private const double MostExponent = 4;

    private static readonly (double Share, string Name, string Color)[] Lines = [(0.5, "p50", "#2266aa"), (0.99, "p99", "#cc6600"), (0.999, "p99.9", "#aa2222")];

    public static string Draw(IReadOnlyList<Series> rows)
    {
        var sorted = rows.OrderBy(row => row.Rate).ToList();
        var most = sorted[^1].Rate;
        var svg = new StringBuilder();
        svg.AppendLine(Invariant($"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {Width} {Height}\" font-family=\"sans-serif\" font-size=\"12\">"));
        svg.AppendLine(Invariant($"<rect width=\"{Width}\" height=\"{Height}\" fill=\"white\"/>"));
        for (var exponent = LeastExponent; exponent <= MostExponent; exponent++)
        {
            var y = Y(Math.Pow(10, exponent));
            svg.AppendLine(Invariant($"<line x1=\"{Left}\" y1=\"{y:0}\" x2=\"{Right}\" y2=\"{y:0}\" stroke=\"#dddddd\"/>"));
            svg.AppendLine(Invariant($"<text x=\"{Left - 6}\" y=\"{y + 4:0}\" text-anchor=\"end\">{Math.Pow(10, exponent):0.#} ms</text>"));
        }

        foreach (var row in sorted)
            svg.AppendLine(Invariant($"<text x=\"{X(row.Rate, most):0}\" y=\"{Bottom + 16}\" text-anchor=\"middle\">{row.Rate:0}</text>"));
        svg.AppendLine(Invariant($"<text x=\"{(Left + Right) / 2}\" y=\"{Bottom + 34}\" text-anchor=\"middle\">requests answered a second</text>"));
        foreach (var (share, name, color) in Lines)
        {
            var points = string.Join(' ', sorted.Select(row => Invariant($"{X(row.Rate, most):0.0},{Y(row.Percentile(share)):0.0}")));
            svg.AppendLine(Invariant($"<polyline points=\"{points}\" fill=\"none\" stroke=\"{color}\" stroke-width=\"2\"/>"));
            svg.AppendLine(Invariant($"<text x=\"{Right + 8}\" y=\"{Y(sorted[^1].Percentile(share)) + 4:0}\" fill=\"{color}\">{name}</text>"));
        }

        return svg.AppendLine("</svg>").ToString();
    }

    private static double X(double rate, double most) => Left + ((Right - Left) * rate / most);

    private static double Y(double milliseconds)
    {
        var share = (Math.Log10(Math.Max(milliseconds, 0.1)) - LeastExponent) / (MostExponent - LeastExponent);
        return Bottom - ((Bottom - Top) * Math.Min(share, 1));
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
