/// Words of questions that say little about the subject.
enum QuestionVocabulary {
    /// Filler words of questions, in any language; the database already drops stop words such as
    /// "the" and "does".
    static let fillers: Set<String> = set(
        """
        tell please pls plz know want wanna need like could would should get gets give show explain \
        find thank thanks thx hello hi hey okay ok someone something anything anyone somebody also \
        really us let lets question questions wondering whats hows wheres whos whens im ive id dont \
        doesnt didnt cant couldnt isnt arent wont youre youve theres thats u ur r got gonna there \
        here thing things stuff actually exactly just maybe \
        perhaps ever one ones able possible available offer offers provide provides much many lot \
        curious anyway sorry interested \
        bitte danke hallo gibt viel viele möchte will würde gern gerne kann könnte brauche sagen sag \
        merci bonjour voudrais veux peux puis avez svp dire \
        hola gracias quiero quisiera puedo tienen tiene favor
        """)

    /// Words that often occur on pages, but that questions are seldom about.
    static let lightWords: Set<String> = set(
        """
        take takes took taken taking work working worked use uses used using make makes made making \
        happen happened happens good well right go goes going come comes came see look looks put say \
        said says back big small new old stop stops first last next end ends another others other \
        different own time times today now currently every around near page pages site website let \
        think mean means main start starts needed required once set sets thing part great nice number support kind kinds sort sorts \
        type types way ways
        """)

    /// Words for the site's owner: a question is seldom about them.
    static let owners: Set<String> = set(
        "company firm firma unternehmen entreprise société empresa")

    /// Words that the database folds into unrelated words, such as "founded" into "found", and
    /// whose synonyms match better.
    static let misleading: Set<String> = ["founded", "founding"]

    /// Words that refer to something mentioned earlier.
    static let references: Set<String> = set(
        """
        it its these those they them their he she his her him same \
        davon dazu damit dafür dies ça cela celui celle ceux eso esto
        """)

    /// Words that do so only at the end of a question: "how much is that?"
    static let lastReferences: Set<String> = set(
        "that this one ones there das es sie diese celle-là eso esa ese")

    /// Words that continue an earlier message.
    static let beginnings: Set<String> = set(
        "and but so or then also und aber oder dann et mais alors ou y pero entonces o")

    /// Words that occur beside "how much" and "how long" in any question: "how much does this
    /// cost?" is about something mentioned earlier.
    private static let particles: Set<String> = set(
        """
        is are was were do does did will be can may the a an of for to in at i we you your my me \
        cost costs \
        ist sind war wird werden kann der die den ein eine für kostet kosten dauert dauern \
        est sont le la les de pour coûte coûtent dure \
        el los las para cuesta cuestan dura
        """)

    /// Whether a word beside "how much" names no subject.
    static func namesNothing(_ word: String) -> Bool {
        [fillers, lightWords, references, lastReferences, beginnings, particles].contains {
            $0.contains(word)
        }
    }

    private static func set(_ words: String) -> Set<String> {
        Set(Words.separated(words).map(String.init))
    }
}
