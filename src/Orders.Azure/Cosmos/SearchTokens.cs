using System.Collections.Frozen;
using System.Globalization;
using Orders.Application.Search;

namespace Orders.Azure.Cosmos;

/// <summary>
/// How words stand in the index. The service's full text neither knows beginnings of words nor keeps them as they are (it stems), so words are elements of a list: equal ones
/// lead to documents by the index, and so do the first characters of each. That they follow one another is seen in the text of those documents alone.
/// </summary>
internal static class SearchTokens
{
    /// <summary>How many first characters are kept of each word.</summary>
    private static readonly int[] Starts = [1, 2, 3, 5, 8];

    private const char Space = ' ';

    /// <summary>
    /// Small letters with accents behind the one without. The runtime's own normalization knows them on hosts alone that have the ICU libraries, and an index
    /// must be the same whoever writes it.
    /// </summary>
    private static readonly FrozenDictionary<char, char> Plain = new[]
    {
        "aàáâãäåāăąǎǟǡǻȁȃȧḁạảấầẩẫậắằẳẵặ",
        "bḃḅḇ",
        "cçćĉċčḉ",
        "dďḋḍḏḑḓ",
        "eèéêëēĕėęěȅȇȩḕḗḙḛḝẹẻẽếềểễệ",
        "fḟ",
        "gĝğġģǧǵḡ",
        "hĥȟḣḥḧḩḫẖ",
        "iìíîïĩīĭįǐȉȋḭḯỉị",
        "jĵǰ",
        "kķǩḱḳḵ",
        "lĺļľḷḹḻḽ",
        "mḿṁṃ",
        "nñńņňǹṅṇṉṋ",
        "oòóôõöōŏőơǒǫǭȍȏȫȭȯȱṍṏṑṓọỏốồổỗộớờởỡợ",
        "pṕṗ",
        "rŕŗřȑȓṙṛṝṟ",
        "sśŝşšșṡṣṥṧṩ",
        "tţťțṫṭṯṱẗ",
        "uùúûüũūŭůűųưǔǖǘǚǜȕȗṳṵṷṹṻụủứừửữự",
        "vṽṿ",
        "wŵẁẃẅẇẉẘ",
        "xẋẍ",
        "yýÿŷȳẏẙỳỵỷỹ",
        "zźżžẑẓẕ",
    }.SelectMany(letters => letters.Skip(1).Select(accented => KeyValuePair.Create(accented, letters[0]))).ToFrozenDictionary();

    /// <summary>Without accents, as people type: ü is found by u. Marks of other scripts than those with accents stay.</summary>
    public static string Fold(string words) =>
        string.Concat(words.Where(c => c is < '\u0300' or > '\u036F').Select(c => Plain.GetValueOrDefault(c, c)));

    /// <summary>Each word between spaces: what follows one another is found as a part of it.</summary>
    public static string TextOf(string words) => $"{Space}{string.Join(Space, Fold(words).Split(Space, StringSplitOptions.RemoveEmptyEntries))}{Space}";

    public static IReadOnlyList<string> WordsIn(string text) =>
        [.. text.Split(Space, StringSplitOptions.RemoveEmptyEntries).Where(word => word != SearchDocument.Gap).Distinct(StringComparer.Ordinal)];

    public static IReadOnlyList<string> StartsOf(IEnumerable<string> words) =>
        [.. words.SelectMany(word => Starts.Where(length => IsWhole(word, length)).Select(length => word[..length])).Distinct(StringComparer.Ordinal)];

    /// <summary>The longest beginning by which such a word is kept.</summary>
    public static string StartOf(string word) => word[..Starts.Last(length => IsWhole(word, length))];

    /// <summary>A whole phrase as a part of a text.</summary>
    public static string Phrase(IEnumerable<string> words, bool mayGoOn) => $"{Space}{string.Join(Space, words)}{(mayGoOn ? "" : Space)}";

    /// <summary>A number as a text that sorts as it does.</summary>
    public static string Sortable(long number) => ((ulong)number ^ (1UL << 63)).ToString("D20", CultureInfo.InvariantCulture);

    /// <summary>Half a character is none.</summary>
    private static bool IsWhole(string word, int length) => length <= word.Length && !char.IsHighSurrogate(word[length - 1]);
}
