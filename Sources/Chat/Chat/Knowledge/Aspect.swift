import Core

/// The kind of thing a question asks for, told by its question words: "how much" asks for a price,
/// "how long" for a time.
enum Aspect: Hashable, Sendable {
    /// `moment` is what "when" asks for: a day, a time or a year.
    case price, duration, moment, count, place

    /// The concept group whose words a page may use instead of the question's own.
    var concept: Int? {
        switch self {
        case .price: Concepts.price
        case .duration, .moment: Concepts.duration
        case .place: Concepts.address
        case .count: nil
        }
    }

    /// Words that may follow "how much" when a price is meant.
    private static let afterPrice: Set<String> = [
        "does", "do", "is", "are", "it", "for", "to", "per", "would", "will", "did", "that", "this",
        "should", "the", "a", "an", "kostet", "kosten", "ist", "coûte", "cuesta", "cuestan", "es",
    ]
    private static let phrases: [(words: [String], aspect: Aspect)] = [
        (["how", "long"], .duration), (["how", "fast"], .duration), (["how", "quick"], .duration),
        (["how", "quickly"], .duration), (["how", "soon"], .duration), (["when"], .moment),
        (["how", "many"], .count), (["how", "often"], .count), (["how", "expensive"], .price),
        (["where"], .place),
        (["wheres"], .place),
        (["wie", "lange"], .duration), (["wie", "schnell"], .duration), (["wann"], .moment),
        (["wie", "viele"], .count), (["wieviele"], .count), (["wie", "teuer"], .price),
        (["wo"], .place), (["combien", "de", "temps"], .duration), (["quand"], .moment),
        (["combien", "de"], .count), (["combien"], .price), (["où"], .place),
        (["cuánto", "tiempo"], .duration), (["cuanto", "tiempo"], .duration),
        (["cuándo"], .moment), (["cuántos"], .count), (["cuántas"], .count),
        (["cuánto"], .price), (["cuanto"], .price), (["dónde"], .place),
    ]

    /// Aspects whose single word may also join two clauses, as "when" does.
    private static let conjunctions: Set<Aspect> = [.moment, .place]

    /// Whether the words before a question word are only an introduction, such as "and" or "please
    /// tell".
    private static func opensQuestion(_ words: ArraySlice<String>) -> Bool {
        words.allSatisfy {
            QuestionVocabulary.beginnings.contains($0) || QuestionVocabulary.fillers.contains($0)
                || ["me", "you", "mir", "moi"].contains($0)
        }
    }

    /// - Parameter words: in lower case.
    /// - Returns: the aspect, and the range of the words that express it.
    static func find(in words: [String]) -> (aspect: Aspect, place: Range<Int>)? {
        for start in words.indices {
            let rest = words[start...]
            let opensPrice =
                rest.starts(with: ["how", "much"]) || rest.starts(with: ["wie", "viel"])
            if opensPrice || rest.first == "wieviel" {
                let end = start + (opensPrice ? 2 : 1)
                let isPrice = end == words.count || afterPrice.contains(words[end])
                return (isPrice ? .price : .count, start..<end)
            }
            for phrase in phrases where rest.starts(with: phrase.words) {
                // "What happens when I cancel?" does not ask for a time.
                guard
                    phrase.words.count > 1 || !conjunctions.contains(phrase.aspect)
                        || opensQuestion(words[..<start])
                else { continue }
                return (phrase.aspect, start..<(start + phrase.words.count))
            }
        }
        return nil
    }

    /// Whether a text contains something of this kind: an amount of money, a time, a number.
    func isEvident(in text: String) -> Bool {
        switch self {
        case .price: return Self.hasAmount(text)
        case .count:
            return text.utf8.contains { (0x30...0x39).contains($0) } || Self.has(Self.numbers, text)
        case .duration: return Self.has(Self.units, text)
        case .moment: return Self.has(Self.units, text) || Self.hasYear(text)
        case .place: return Self.has(Self.streets, text)
        }
    }

    /// Returns the factor by which a passage scores higher because it has what the question asks
    /// for.
    ///
    /// - Parameter cues: stems of the question's words.
    func bonus(of heading: String, _ text: String, cues: [String: Double]) -> Double {
        var bonus = isEvident(in: heading + "\n" + text) ? 1.25 : 1
        if self == .count {
            // The page may use a synonym for the things that are counted.
            bonus *= 1 + 0.4 * Self.weightCounted(cues, in: heading + ": " + text)
        }
        // A heading such as "How many claims can one study hold?" counts; "When you take part in a
        // study" does not.
        let words = Words.letters(of: heading.lowercased()).map(String.init)
        if let found = Self.find(in: words), found.aspect == self,
            found.place.count > 1 || heading.hasUTF8Suffix("?")
        {
            bonus *= 1.5
        }
        return bonus
    }

    /// Returns the weight of the question's words that a text gives a number for, as in "up to six
    /// designs".
    private static func weightCounted(_ cues: [String: Double], in text: String) -> Double {
        var weight = 0.0
        var distance = 3
        for word in Words.plain(text.lowercased()) {
            let isNumber =
                word.utf8.first.map { (0x30...0x39).contains($0) } ?? false
                || numbers.contains(String(word))
            distance = isNumber ? 0 : distance + 1
            if (1...2).contains(distance) {
                weight = max(weight, cues[Excerpt.stem(of: String(word))] ?? 0)
            }
        }
        return min(1, weight)
    }

    /// Whether a text has a four-digit number that may be a year, as in "since 2019".
    private static func hasYear(_ text: String) -> Bool {
        Words.plain(text).contains { word in
            word.utf8.count == 4 && word.utf8.allSatisfy { (0x30...0x39).contains($0) }
                && (word.hasUTF8Prefix("19") || word.hasUTF8Prefix("20"))
        }
    }

    private static func has(_ words: Set<String>, _ text: String) -> Bool {
        Words.letters(of: text.lowercased()).contains { words.contains(String($0)) }
    }

    private static let numbers: Set<String> = [
        "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
        "nineteen", "once", "twice", "every", "twenty", "thirty", "forty", "fifty", "hundred",
        "thousand", "dozen",
        "zwei", "drei", "vier", "fünf", "sechs", "sieben", "acht", "neun", "zehn", "zwölf",
        "hundert", "tausend", "deux", "trois", "quatre", "cinq", "sept", "huit", "neuf", "dix",
        "cent", "mille", "dos", "tres", "cuatro", "cinco", "siete", "ocho", "nueve", "diez", "cien",
        "mil",
    ]
    private static let streets: Set<String> = [
        "street", "road", "avenue", "lane", "square", "floor", "suite", "straße", "platz", "rue",
        "boulevard", "calle", "plaza", "postcode", "zip",
    ]

    private static let units: Set<String> = [
        "minute", "minutes", "hour", "hours", "day", "days", "week", "weeks", "month", "months",
        "year", "years", "monday", "tuesday", "wednesday", "thursday", "friday", "overnight",
        "minuten", "stunde", "stunden", "tag", "tage", "tagen", "woche", "wochen", "monat",
        "monate",
        "jahr", "jahre", "jour", "jours", "semaine", "semaines", "heure", "heures", "mois", "ans",
        "día", "días", "semana", "semanas", "hora", "horas", "mes", "meses", "año", "años",
    ]

    /// Whether a text has both a digit and a currency sign, as in "$7" or "7 €".
    private static func hasAmount(_ text: String) -> Bool {
        let hasDigit = text.utf8.contains { (0x30...0x39).contains($0) }
        return hasDigit
            && text.unicodeScalars.contains { $0.properties.generalCategory == .currencySymbol }
    }
}
