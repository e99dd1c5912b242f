import Core

/// A kind of message that is not a question about the site.
enum ReplyOccasion: String, Hashable, Sendable, CaseIterable {
    case hello, thanks, goodbye
    /// "Are you a robot?"
    case robot
    /// "Talk to a person"
    case person
    /// "What can you do?"
    case help
    /// A question that no page answers.
    case nothing

    /// An occasion and the language of the message.
    struct Found: Hashable, Sendable {
        var occasion: ReplyOccasion
        var language: String
    }

    /// - Returns: nil for any other message, which is the usual case.
    static func find(in text: String) -> Found? {
        let words = Words.letters(of: text.lowercased()).map(String.init)
        guard (1...12).contains(words.count) else { return nil }
        let said = Set(words)
        let line = " " + words.joined(separator: " ") + " "
        for (language, talk) in Self.talks {
            // "Is this real leather?" asks about leather: no other word may carry meaning.
            func has(_ phrases: [String], beside core: Set<String> = []) -> Bool {
                phrases.contains { phrase in
                    line.containsUTF8(" \(phrase) ")
                        && said.subtracting(Words.separated(phrase).map(String.init))
                            .subtracting(core).isSubset(of: talk.asking)
                }
            }
            func isOnly(_ core: Set<String>) -> Bool {
                !said.isDisjoint(with: core) && said.isSubset(of: core.union(talk.fluff))
            }
            let company = talk.people.union(talk.talking)
            if !said.isDisjoint(with: talk.machines),
                has(talk.addressing, beside: talk.machines.union(company))
            {
                return Found(occasion: .robot, language: language)
            }
            if has(talk.identity) { return Found(occasion: .robot, language: language) }
            // Any topic may follow.
            let wish = Set(words.prefix { !talk.topics.contains($0) })
            if !wish.isDisjoint(with: talk.talking), !wish.isDisjoint(with: talk.people),
                wish.isSubset(of: company.union(talk.asking).union(desks))
            {
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

    /// The words for people that suffice without a verb.
    private static let single: Set<String> = [
        "human", "agent", "operator", "representative", "mensch", "berater", "humain", "conseiller",
        "humano", "agente",
    ]

    /// Words for a department or channel where a person can be reached.
    private static let desks: Set<String> = [
        "phone", "telephone", "customer", "support", "sales", "service", "team", "telefon",
        "téléphone", "client", "teléfono", "cliente", "servicio",
    ]

    /// The vocabulary of small talk in one language.
    private struct Talk {
        var hello: Set<String>
        var thanks: Set<String>
        var goodbye: Set<String>
        /// Filler words allowed beside greetings, thanks and goodbyes.
        var fluff: Set<String>
        /// Words allowed beside the ones below, in addition to all of the above.
        var asking: Set<String>
        /// Words that introduce a topic, such as "about".
        var topics: Set<String>
        var addressing: [String]
        var machines: Set<String>
        var identity: [String]
        var talking: Set<String>
        var people: Set<String>
        var help: [String]
        var helpWords: Set<String>

        init(
            hello: String, thanks: String, goodbye: String, fluff: String, asking: String,
            topics: String, addressing: [String], machines: String, identity: [String],
            talking: String, people: String, help: [String], helpWords: String
        ) {
            func set(_ words: String) -> Set<String> {
                Set(Words.separated(words).map(String.init))
            }
            (self.hello, self.thanks, self.goodbye) = (set(hello), set(thanks), set(goodbye))
            (self.fluff, self.machines, self.topics) = (set(fluff), set(machines), set(topics))
            self.asking = self.fluff.union(set(asking)).union(self.hello).union(self.thanks)
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
                asking: """
                    is are am it you your my we us if do how what who would like may might must need \
                    with or be being at on of some someone live directly instead actually really \
                    exactly this site website yourself about ask say tell d ll m s
                    """,
                topics: "about regarding concerning",
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
                asking: """
                    ich sie wir ihr ihnen ihrem euch mich mir ist bin das hier ein eine einen der \
                    die den dem zu am im oder kann können könnte könnten darf würde gern \
                    gerne wie was wer mal denn eigentlich wirklich nur jetzt echter echte tun machen \
                    alles fragen uns
                    """,
                topics: "über wegen",
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
                asking: """
                    est ce que c tu vous moi me nous qui avec de la les l d un peux puis pourrais \
                    voudrais aimerais j ou vrai vraie réelle réel faire comment parle s il plaît te \
                    êtes es
                    """,
                topics: "concernant sujet",
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
                asking: """
                    puedo podría quisiera gustaría me mí a al de el es eres tú usted o real verdad \
                    favor hacer para cómo que qué aquí nosotros
                    """,
                topics: "sobre",
                addressing: ["eres", "es usted", "esto es"],
                machines: "robot humano máquina ia ordenador bot",
                identity: ["quién eres", "quien eres", "cómo te llamas"],
                talking: "hablar", people: "persona humano alguien agente",
                help: ["qué puedes hacer", "qué sabes"], helpWords: "ayuda")
        ),
    ]
}
