using System.Globalization;
using System.Text;

namespace Orders.Application.Search;

/// <summary>
/// What counts as a word of free text, the same when an order is indexed and when it is looked for: runs of letters, digits and marks, in small letters.
/// Of scripts that are written without spaces each character is a word, so that a part of a name or an address is found in the middle of it.
/// </summary>
public static class SearchWords
{
    /// <summary>Words that are looked for at most; those behind are left aside.</summary>
    public const int MostTerms = 16;

    private const int MostCharacters = 400;

    /// <summary>First and last code points of scripts without spaces: Thai, kana, Han, Hangul, and Han beyond the basic plane.</summary>
    private static readonly (int From, int To)[] Unspaced =
        [(0x0E00, 0x0E7F), (0x3040, 0x30FF), (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xAC00, 0xD7AF), (0xF900, 0xFAFF), (0x20000, 0x323AF)];

    /// <summary>The words of a text, in its order.</summary>
    public static IReadOnlyList<string> In(string text)
    {
        var words = new List<string>();
        var word = new StringBuilder();
        foreach (var rune in text.EnumerateRunes())
        {
            var alone = IsUnspaced(rune);
            if (word.Length > 0 && (alone || !IsOfWord(rune)))
                Close();
            if (!IsOfWord(rune))
                continue;
            word.Append(Rune.ToLowerInvariant(rune).ToString());
            if (alone)
                Close();
        }

        if (word.Length > 0)
            Close();
        return words;

        void Close()
        {
            words.Add(word.ToString());
            word.Clear();
        }
    }

    /// <summary>
    /// What a person typed, as terms that must all be there: what stands between spaces, each the words that must follow one another. A term without a word
    /// is left aside.
    /// </summary>
    public static IReadOnlyList<IReadOnlyList<string>> Terms(string typed)
    {
        var bounded = typed.Length > MostCharacters ? typed[..MostCharacters] : typed;
        return [.. bounded.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Select(In).Where(words => words.Count > 0).Take(MostTerms)];
    }

    private static bool IsUnspaced(Rune rune) =>
        rune.Value >= Unspaced[0].From && IsOfWord(rune) && Array.Exists(Unspaced, range => rune.Value >= range.From && rune.Value <= range.To);

    private static bool IsOfWord(Rune rune) => rune.IsAscii
        ? char.IsAsciiLetterOrDigit((char)rune.Value)
        : Rune.IsLetterOrDigit(rune) || Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark
            or UnicodeCategory.LetterNumber or UnicodeCategory.OtherNumber;
}
