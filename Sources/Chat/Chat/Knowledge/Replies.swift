import Core

/// The program's own texts when no model answers: greetings, and that nothing was found.
struct Replies: Hashable, Sendable {
    /// A reply configured for the site, in place of the built-in one.
    struct Own: Hashable, Sendable {
        var occasion: ReplyOccasion
        /// A text search configuration, such as "english"; nil for every language.
        var language: String?
        var text: String

        init(occasion: ReplyOccasion, language: String?, text: String) {
            self.occasion = occasion
            self.language = language
            self.text = text
        }
    }

    /// The name of the assistant and of the site.
    var name: String
    var site: String
    /// Configured replies; the first match is used.
    var own: [Own]

    init(name: String = "Robbie", site: String = "", own: [Own] = []) {
        self.name = name
        self.site = site
        self.own = own
    }

    /// Returns the reply to an occasion, as Markdown.
    ///
    /// - Parameters:
    ///   - language: a text search configuration; a language without texts gets the English ones.
    ///   - contact: a Markdown link to the site's contact page; nil without one.
    func text(for occasion: ReplyOccasion, in language: String, contact: String?) -> String {
        let words = ReplyWords.in(language)
        if let own = own.first(where: {
            $0.occasion == occasion && ($0.language == nil || $0.language == language)
        }) {
            return own.text.replacingUTF8("{name}", with: MarkdownText.escape(name))
                .replacingUTF8("{site}", with: MarkdownText.escape(site))
                .replacingUTF8("{contact}", with: contact ?? "[/](/)")
        }
        let name = MarkdownText.escape(name)
        switch occasion {
        case .hello: return words.hello(name)
        case .thanks: return words.thanks
        case .goodbye: return words.goodbye
        case .robot: return words.robot(name) + (contact.map { " " + words.person($0) } ?? "")
        case .person: return contact.map(words.person) ?? words.noContact
        case .help: return words.help
        case .nothing: return words.nothing + (contact.map { " " + words.person($0) } ?? "")
        }
    }
}

/// The texts of answers in one language.
struct ReplyWords: Sendable {
    var hello: @Sendable (String) -> String
    var thanks: String
    var goodbye: String
    var robot: @Sendable (String) -> String
    /// Takes a link to the contact page.
    var person: @Sendable (String) -> String
    var noContact: String
    var help: String
    var nothing: String
    /// Introduces quotations, links to further pages, and passages that may not answer the
    /// question.
    var opening: String
    var seeAlso: String
    var nearest: String
    /// Says that no model wrote this: for an answer with quotations, and for one without.
    var quoted: String
    var searched: String

    static func `in`(_ language: String) -> ReplyWords {
        switch language {
        case "german": german
        case "french": french
        case "spanish": spanish
        default: english
        }
    }

    private static let english = ReplyWords(
        hello: { "Hello, I am \($0). Ask me anything about this site: I look it up on its pages." },
        thanks: "You are welcome. Is there anything else that you would like to know?",
        goodbye: "Goodbye, and come back any time.",
        robot: {
            "Yes. I am \($0), a program that answers from the pages of this site; no person is "
                + "typing."
        },
        person: { "A person can help you here: \($0)." },
        noContact: "I am a program, and this site does not say how to reach a person.",
        help:
            "Ask me about anything on this site, in your own words. I look it up on its pages, and "
            + "show you where it is.",
        nothing: "I found nothing about that on the pages of this site. Try other words, or "
            + "[the start page](/).",
        opening: "This is what the pages of this site say:", seeAlso: "See also:",
        nearest: "I found no clear answer to that on the pages of this site. This comes closest:",
        quoted: "Quoted from the site. No language model wrote this answer.",
        searched: "I only search this site's pages. No language model wrote this answer.")

    private static let german = ReplyWords(
        hello: {
            "Hallo, ich bin \($0). Fragen Sie mich, was Sie über diese Website wissen möchten: ich "
                + "sehe auf ihren Seiten nach."
        },
        thanks: "Gern geschehen. Möchten Sie noch etwas wissen?", goodbye: "Auf Wiedersehen!",
        robot: {
            "Ja. Ich bin \($0), ein Programm, das von den Seiten dieser Website antwortet; hier "
                + "schreibt kein Mensch."
        },
        person: { "Ein Mensch hilft Ihnen hier weiter: \($0)." },
        noContact:
            "Ich bin ein Programm, und diese Website sagt nicht, wie man einen Menschen erreicht.",
        help:
            "Fragen Sie mich in Ihren eigenen Worten nach allem, was auf dieser Website steht. Ich "
            + "zeige Ihnen auch, wo es steht.",
        nothing: "Dazu habe ich auf den Seiten dieser Website nichts gefunden. Vielleicht helfen "
            + "andere Wörter, oder [die Startseite](/).",
        opening: "Das sagen die Seiten dieser Website:", seeAlso: "Siehe auch:",
        nearest: "Darauf habe ich auf den Seiten dieser Website keine klare Antwort gefunden. Am "
            + "nächsten kommt dies:",
        quoted: "Von der Website zitiert. Diese Antwort hat kein Sprachmodell geschrieben.",
        searched:
            "Ich durchsuche nur die Seiten dieser Website. Diese Antwort hat kein Sprachmodell "
            + "geschrieben.")

    private static let french = ReplyWords(
        hello: {
            "Bonjour, je suis \($0). Posez-moi vos questions sur ce site : je cherche dans ses pages."
        },
        thanks: "Avec plaisir. Y a-t-il autre chose que vous aimeriez savoir ?",
        goodbye: "Au revoir, et à bientôt.",
        robot: {
            "Oui. Je suis \($0), un programme qui répond à partir des pages de ce site ; personne "
                + "n'écrit ici."
        },
        person: { "Une personne peut vous aider ici : \($0)." },
        noContact: "Je suis un programme, et ce site ne dit pas comment joindre une personne.",
        help:
            "Posez-moi, avec vos mots, toute question sur ce site. Je cherche dans ses pages et vous "
            + "montre où c'est écrit.",
        nothing:
            "Je n'ai rien trouvé à ce sujet dans les pages de ce site. Essayez d'autres mots, ou "
            + "[la page d'accueil](/).",
        opening: "Voici ce que disent les pages de ce site :", seeAlso: "Voir aussi :",
        nearest:
            "Je n'ai pas trouvé de réponse claire dans les pages de ce site. Voici ce qui s'en "
            + "approche le plus :",
        quoted: "Cité du site. Aucun modèle de langage n'a écrit cette réponse.",
        searched:
            "Je ne cherche que dans les pages de ce site. Aucun modèle de langage n'a écrit cette "
            + "réponse.")

    private static let spanish = ReplyWords(
        hello: {
            "Hola, soy \($0). Pregúnteme lo que quiera saber de este sitio: lo busco en sus páginas."
        },
        thanks: "De nada. ¿Hay algo más que quiera saber?", goodbye: "Adiós, hasta pronto.",
        robot: {
            "Sí. Soy \($0), un programa que responde con las páginas de este sitio; aquí no escribe "
                + "ninguna persona."
        },
        person: { "Una persona puede ayudarle aquí: \($0)." },
        noContact: "Soy un programa, y este sitio no dice cómo hablar con una persona.",
        help:
            "Pregúnteme con sus palabras por cualquier cosa de este sitio. La busco en sus páginas y "
            + "le muestro dónde está.",
        nothing: "No he encontrado nada sobre eso en las páginas de este sitio. Pruebe con otras "
            + "palabras, o con [la página de inicio](/).",
        opening: "Esto dicen las páginas de este sitio:", seeAlso: "Véase también:",
        nearest:
            "No he encontrado una respuesta clara en las páginas de este sitio. Esto es lo más "
            + "cercano:",
        quoted: "Citado del sitio. Ningún modelo de lenguaje escribió esta respuesta.",
        searched:
            "Solo busco en las páginas de este sitio. Ningún modelo de lenguaje escribió esta "
            + "respuesta.")
}
