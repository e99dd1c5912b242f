import UTF8Text

/// What a visitor says that is no question about the site.
public enum Occasion: String, Hashable, Sendable, CaseIterable {
    case hello, thanks, goodbye
    /// "Are you a robot?"
    case robot
    /// "Talk to a person"
    case person
    /// "What can you do?"
    case help
    /// A question that no page answers.
    case nothing

    /// An occasion, and the language it was told in: nil when that could be any.
    struct Found: Hashable, Sendable {
        var occasion: Occasion
        var language: String
    }

    /// - Returns: nil for everything else, which is most.
    static func find(in text: String) -> Found? {
        let words = Words.letters(of: text.lowercased()).map(String.init)
        guard (1...12).contains(words.count) else { return nil }
        let said = Set(words)
        let line = " " + words.joined(separator: " ") + " "
        func has(_ phrases: [String]) -> Bool { phrases.contains { line.containsUTF8(" \($0) ") } }
        for (language, talk) in Self.talks {
            func isOnly(_ core: Set<String>) -> Bool {
                !said.isDisjoint(with: core) && said.isSubset(of: core.union(talk.fluff))
            }
            if has(talk.addressing), !said.isDisjoint(with: talk.machines) {
                return Found(occasion: .robot, language: language)
            }
            if has(talk.identity), words.count <= 5 {
                return Found(occasion: .robot, language: language)
            }
            if !said.isDisjoint(with: talk.talking), !said.isDisjoint(with: talk.people) {
                return Found(occasion: .person, language: language)
            }
            if isOnly(talk.people.intersection(single)) {
                return Found(occasion: .person, language: language)
            }
            if isOnly(talk.thanks) { return Found(occasion: .thanks, language: language) }
            if isOnly(talk.goodbye) { return Found(occasion: .goodbye, language: language) }
            if isOnly(talk.hello) { return Found(occasion: .hello, language: language) }
            if has(talk.help) || isOnly(talk.helpWords) {
                return Found(occasion: .help, language: language)
            }
        }
        return nil
    }

    /// Which of those words are enough.
    private static let single: Set<String> = [
        "human", "agent", "operator", "representative", "mensch", "berater", "humain", "conseiller",
        "humano", "agente",
    ]

    /// How people talk in one language.
    private struct Talk {
        var hello: Set<String>
        var thanks: Set<String>
        var goodbye: Set<String>
        /// What may stand beside those.
        var fluff: Set<String>
        var addressing: [String]
        var machines: Set<String>
        var identity: [String]
        var talking: Set<String>
        var people: Set<String>
        var help: [String]
        var helpWords: Set<String>

        init(
            hello: String, thanks: String, goodbye: String, fluff: String, addressing: [String],
            machines: String, identity: [String], talking: String, people: String, help: [String],
            helpWords: String
        ) {
            func set(_ words: String) -> Set<String> {
                Set(Words.separated(words).map(String.init))
            }
            (self.hello, self.thanks, self.goodbye) = (set(hello), set(thanks), set(goodbye))
            (self.fluff, self.machines) = (set(fluff), set(machines))
            (self.talking, self.people, self.helpWords) =
                (set(talking), set(people), set(helpWords))
            (self.addressing, self.identity, self.help) = (addressing, identity, help)
        }
    }

    private static let talks: [(language: String, talk: Talk)] = [
        (
            "english",
            Talk(
                hello: "hello hi hey hiya howdy morning evening afternoon greetings",
                thanks: "thanks thank thx cheers ty", goodbye: "bye goodbye cya farewell",
                fluff: """
                    there you robbie good a an the so very much lot many ok okay great perfect cool \
                    nice for your help that all all's to me i want please pls real and now just \
                    again see later can could get
                    """,
                addressing: ["are you", "is this", "am i", "you are", "r u"],
                machines: "robot bot human ai machine chatgpt computer program real alive",
                identity: [
                    "who are you", "what are you", "who am i talking to", "what is your name",
                    "what s your name",
                ],
                talking: "talk speak chat connect transfer talking speaking",
                people: """
                    person human someone somebody agent representative operator staff people humans
                    """,
                help: [
                    "what can you do", "what can i ask", "how can you help", "what do you know",
                    "what can you tell me",
                ],
                helpWords: "help")
        ),
        (
            "german",
            Talk(
                hello: "hallo moin servus hi grüezi guten tag morgen abend",
                thanks: "danke dank dankeschön", goodbye: "tschüss tschüs wiedersehen ciao",
                fluff: """
                    robbie schön sehr vielen auf bis bald ok gut super für die hilfe ich will mit \
                    einem einer bitte echten möchte du da dir
                    """,
                addressing: ["bist du", "sind sie", "ist das", "rede ich", "spreche ich"],
                machines: "roboter bot mensch maschine ki computer echt programm",
                identity: ["wer bist du", "wer sind sie", "was bist du", "wie heißt du"],
                talking: "sprechen reden telefonieren verbinden",
                people: "mensch menschen mitarbeiter person jemand jemandem berater",
                help: ["was kannst du", "was weißt du", "wie kannst du helfen"],
                helpWords: "hilfe")
        ),
        (
            "french",
            Talk(
                hello: "bonjour salut bonsoir coucou", thanks: "merci", goodbye: "adieu revoir",
                fluff:
                    "robbie beaucoup bien bon au à bientôt pour votre ton aide je un une veux le",
                addressing: ["es tu", "êtes vous", "tu es", "vous êtes", "est ce que"],
                machines: "robot humain machine ia ordinateur",
                identity: ["qui es tu", "qui êtes vous", "tu es qui"],
                talking: "parler joindre discuter",
                people: "personne humain conseiller quelqu quelqu'un",
                help: ["que peux tu", "que sais tu", "que pouvez vous"], helpWords: "aide")
        ),
        (
            "spanish",
            Talk(
                hello: "hola buenas buenos días tardes noches", thanks: "gracias",
                goodbye: "adiós chao luego",
                fluff: "robbie muchas muy bien hasta por la tu su ayuda quiero un una con",
                addressing: ["eres", "es usted", "esto es"],
                machines: "robot humano máquina ia ordenador bot",
                identity: ["quién eres", "quien eres", "cómo te llamas"],
                talking: "hablar", people: "persona humano alguien agente",
                help: ["qué puedes hacer", "qué sabes"], helpWords: "ayuda")
        ),
    ]
}
