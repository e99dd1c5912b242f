/// Synonyms for the topics visitors ask about most, by language.
///
/// A word in a question also matches the other words of its groups, in every language of the site:
/// "Was kostet das?" finds a page that says "price". The database handles inflected forms.
enum Concepts {
    /// Words with the same meaning: text search configuration → words, separated by spaces. Words
    /// after a bar are found by the others but do not lead to them: "hours" does not stand for
    /// "week".
    typealias Group = [String: String]

    static let price = 0
    static let duration = 1
    static let address = 2
    static let contact = 3

    /// Words in the title or route of a contact page. The contact group is wider and would not do:
    /// "How we write reports" is not a contact page.
    static let contactNames: Set<String> = [
        "contact", "contacts", "contacting", "kontakt", "kontaktieren", "contacter", "contacto",
        "contactar", "contáctanos", "contactenos",
    ]

    /// The groups numbered above come first.
    static let groups: [Group] = [
        [
            "english": """
            cost costs price prices priced pricing fee fees charge charges charged quote \
            expensive cheap cheaper affordable budget
            """,
            "german": "preis preise kosten kostet teuer günstig gebühr gebühren tarif",
            "french": "prix coût coûts coûte coûter cher tarif tarifs",
            "spanish": "precio precios cuesta cuestan costo coste tarifa tarifas caro",
        ],
        [
            "english": """
            duration turnaround fast faster quick quickly soon overnight express urgent \
            deadline | day days week weeks hour hours minutes when
            """,
            "german": "dauer dauert schnell frist | tag tage woche wochen stunde stunden wann",
            "french": "durée dure rapide délai | jour jours semaine semaines heure heures quand",
            "spanish": "duración dura rápido plazo | día días semana semanas hora horas cuándo",
        ],
        [
            "english": """
            office offices address location located headquarters directions | city cities \
            street road avenue where
            """,
            "german": "büro büros adresse standort standorte sitz anfahrt | straße wo",
            "french": "bureau bureaux adresse siège situé situés | rue où",
            "spanish": "oficina oficinas dirección ubicación sede | calle dónde",
        ],
        [
            "english": """
            contact email mail phone telephone call calls reach talk speak write touch human
            """,
            "german": "kontakt kontaktieren mail telefon anrufen schreiben erreichen sprechen",
            "french": "contact contacter courriel téléphone appeler joindre écrire parler",
            "spanish": "contacto contactar correo teléfono llamar escribir hablar",
        ],
        [
            "english": "pay pays paying paid payment payments invoice billing bill card transfer",
            "german": "bezahlen zahlen zahlung rechnung kreditkarte überweisung",
            "french": "payer paiement facture carte virement",
            "spanish": "pagar pago pagos factura tarjeta transferencia",
        ],
        [
            "english": "earn earns earning reward rewards incentive paid pay compensation salary",
            "german": "verdienen verdienst belohnung vergütung gehalt",
            "french": "gagner récompense rémunération salaire",
            "spanish": "ganar recompensa remuneración salario",
        ],
        [
            "english": "discount discounts rebate reduction voucher coupon",
            "german": "rabatt rabatte nachlass ermäßigung gutschein",
            "french": "remise remises réduction rabais",
            "spanish": "descuento descuentos rebaja",
        ],
        [
            "english": "reply replies respond response answer answers",
            "german": "antwort antworten rückmeldung",
            "french": "réponse réponses répondre",
            "spanish": "respuesta respuestas responder",
        ],
        [
            "english": "team staff employee employees people workers workforce colleagues",
            "german": "team mitarbeiter mitarbeiterinnen leute personal angestellte",
            "french": "équipe employés salariés gens",
            "spanish": "equipo empleados gente plantilla",
        ],
        [
            "english": """
            founder founders founded founding owner owners owns runs behind boss ceo director \
            began created
            """,
            "german": "gründer gründerin gegründet gründete inhaber chef chefin geschäftsführer",
            "french": "fondateur fondatrice fondé dirigeant dirige patron propriétaire",
            "spanish": "fundador fundadora fundó fundado dueño dirige jefe",
        ],
        [
            "english": "company firm business organisation organization | about",
            "german": "firma unternehmen betrieb | über",
            "french": "entreprise société",
            "spanish": "empresa compañía",
        ],
        [
            "english": "customer customers client clients brand brands references",
            "german": "kunde kunden kundin marke marken referenz referenzen",
            "french": "client clients cliente marque marques références",
            "spanish": "cliente clientes marca marcas referencias",
        ],
        [
            "english": "example examples case cases story stories sample",
            "german": "beispiel beispiele fallstudie geschichte",
            "french": "exemple exemples cas histoire",
            "spanish": "ejemplo ejemplos caso casos historia",
        ],
        [
            "english": "buy order orders purchase book booking reserve",
            "german": "kaufen bestellen bestellung buchen buchung",
            "french": "acheter commander commande réserver réservation",
            "spanish": "comprar pedir pedido reservar reserva",
        ],
        [
            "english": "delivery shipping deliver ship dispatch",
            "german": "lieferung versand liefern versenden",
            "french": "livraison livrer expédition",
            "spanish": "envío entrega enviar entregar",
        ],
        [
            "english":
                "job jobs career careers vacancy vacancies hiring hire recruiting recruitment",
            "german": "job jobs stelle stellen stellenangebote karriere bewerbung",
            "french": "emploi emplois carrière recrutement recrutez",
            "spanish": "empleo empleos trabajo vacante vacantes",
        ],
        [
            "english": "refund refunds return returns reimbursement",
            "german": "rückgabe erstattung zurückgeben umtausch",
            "french": "remboursement rembourser retour retours",
            "spanish": "reembolso devolución devolver",
        ],
        [
            "english": "cancel cancels cancelled cancellation terminate unsubscribe",
            "german": "kündigen kündigung stornieren stornierung abbestellen",
            "french": "annuler annulation résilier résiliation",
            "spanish": "cancelar cancelación anular",
        ],
        [
            "english": "help support assistance",
            "german": "hilfe unterstützung support",
            "french": "aide assistance support",
            "spanish": "ayuda soporte asistencia",
        ],
        [
            "english": "privacy data gdpr personal information confidential",
            "german": "datenschutz daten dsgvo persönliche personenbezogene",
            "french": "confidentialité données rgpd personnelles",
            "spanish": "privacidad datos personales confidencial",
        ],
        [
            "english": "delete deleted remove removed removal erase erased forget forgotten",
            "german": "löschen gelöscht löschung entfernen",
            "french": "supprimer supprimé suppression effacer",
            "spanish": "borrar borrado eliminar supresión",
        ],
        [
            "english": "keep keeps kept store stored retain retained retention save saved",
            "german": "speichern gespeichert aufbewahren behalten",
            "french": "conserver conservées garder stocker",
            "spanish": "guardar conservar almacenar",
        ],
        [
            "english": "cookie cookies tracker trackers tracking",
            "german": "cookie cookies tracker",
            "french": "cookie cookies traceurs",
            "spanish": "cookie cookies rastreadores",
        ],
        [
            "english": "open opening | hours",
            "german": "öffnungszeiten geöffnet öffnen",
            "french": "horaires ouvert ouverture",
            "spanish": "horario horarios abierto apertura",
        ],
        [
            "english": "accessible accessibility disability disabled blind",
            "german": "barrierefrei barrierefreiheit behinderung blind",
            "french": "accessible accessibilité handicap",
            "spanish": "accesible accesibilidad discapacidad",
        ],
        [
            "english": "language languages translation translate translated",
            "german": "sprache sprachen übersetzung übersetzen",
            "french": "langue langues traduction traduire",
            "spanish": "idioma idiomas lengua traducción",
        ],
        [
            "english": "free trial demo gratis | nothing",
            "german": "kostenlos gratis probe kostenfrei umsonst",
            "french": "gratuit gratuite essai démo",
            "spanish": "gratis gratuito prueba demo",
        ],
        [
            "english": """
            accurate accuracy reliable reliability precise precision margin margins error \
            confidence certain certainty significant trust
            """,
            "german": "genau genauigkeit zuverlässig fehler sicherheit",
            "french": "précis précision fiable fiabilité marge",
            "spanish": "preciso precisión fiable margen",
        ],
        [
            "english": "result results report reports finding findings outcome deliverable",
            "german": "ergebnis ergebnisse bericht berichte",
            "french": "résultat résultats rapport rapports",
            "spanish": "resultado resultados informe informes",
        ],
        [
            "english": "include included includes including covers contain contains",
            "german": "enthalten inbegriffen umfasst inklusive",
            "french": "inclus inclut comprend compris",
            "spanish": "incluido incluye incluyen",
        ],
        [
            "english": "extra extras additional addon addons surcharge",
            "german": "extra zusätzlich zusätzliche aufpreis",
            "french": "supplément supplémentaire extra",
            "spanish": "extra adicional adicionales suplemento",
        ],
        [
            "english": """
            join joins become sign signup register registration enrol participate \
            participation participant participants member members membership
            """,
            "german": "mitmachen teilnehmen teilnahme anmelden anmeldung registrieren mitglied",
            "french": "participer participation inscrire inscription membre rejoindre",
            "spanish": "participar participación registrarse inscripción miembro unirse",
        ],
        [
            "english": "game games play playing player",
            "german": "spiel spiele spielen",
            "french": "jeu jeux jouer",
            "spanish": "juego juegos jugar",
        ],
        [
            "english": "legal legally lawful law laws regulation regulatory compliance",
            "german": "legal rechtlich gesetz recht zulässig",
            "french": "légal légale loi juridique",
            "spanish": "legal ley jurídico",
        ],
        [
            "english": "product products service services offering sell sells",
            "german": "produkt produkte leistung leistungen angebot verkaufen verkauft",
            "french": "produit produits service services offre vendre vendez",
            "spanish": "producto productos servicio servicios oferta vender venden",
        ],
        [
            "english": "test tests testing tested study studies experiment survey surveys research",
            "german": "test tests testen studie studien umfrage untersuchung",
            "french": "test tests tester étude études enquête",
            "spanish": "prueba pruebas probar estudio estudios encuesta",
        ],
        [
            "english": "process procedure step steps works method",
            "german": "ablauf prozess schritt schritte funktioniert vorgehen",
            "french": "processus étape étapes fonctionne méthode",
            "spanish": "proceso paso pasos funciona método",
        ],
        [
            "english": "fake fraud fraudulent cheat cheats cheating dishonest professional",
            "german": "betrug betrüger gefälscht fälschung",
            "french": "fraude fraudeurs faux tricher",
            "spanish": "fraude falso falsos trampa",
        ],
        [
            "english": "login password",
            "german": "einloggen passwort kennwort",
            "french": "connexion connecter",
            "spanish": "contraseña acceder",
        ],
        [
            "english": "win wins won winner winning winners",
            "german": "gewinnen gewann gewinner sieger",
            "french": "gagnant gagné vainqueur",
            "spanish": "ganador ganó",
        ],
        [
            "english": "slogan slogans claim claims tagline wording promise",
            "german": "slogan werbeaussage aussage claim",
            "french": "slogan allégation promesse",
            "spanish": "eslogan afirmación promesa",
        ],
        [
            "english": "pack packs packaging package packages",
            "german": "verpackung verpackungen packung",
            "french": "emballage emballages",
            "spanish": "envase envases embalaje",
        ],
        [
            "english": "security secure safe safety encrypted encryption",
            "german": "sicherheit sicher verschlüsselt",
            "french": "sécurité sécurisé chiffré",
            "spanish": "seguridad seguro cifrado",
        ],
        [
            "english": "hosting host hosted server servers",
            "german": "hosting gehostet server",
            "french": "hébergement hébergé serveur",
            "spanish": "alojamiento alojado servidor",
        ],
        [
            "english": "warranty guarantee guarantees guaranteed",
            "german": "garantie gewährleistung",
            "french": "garantie garanti",
            "spanish": "garantía garantizado",
        ],
        [
            "english": "sell sells sold selling sales sale launch launched velocity",
            "german": "verkauf verkäufe verkauft absatz umsatz",
            "french": "vendre vendu ventes vente lancement",
            "spanish": "vender vendido ventas venta lanzamiento",
        ],
        [
            "english": "country countries market markets abroad international region regions",
            "german": "land länder markt märkte ausland international",
            "french": "pays marché marchés étranger international",
            "spanish": "país países mercado mercados extranjero internacional",
        ],
        [
            "english": "measure measures measured measuring measurement metric metrics | taken",
            "german": "messen gemessen messung maß",
            "french": "mesurer mesuré mesure mesures",
            "spanish": "medir medido medida medición",
        ],
        [
            "english": "valid validity hold holds expire expires expiry",
            "german": "gültig gültigkeit gilt läuft",
            "french": "valable validité expire",
            "spanish": "válido validez caduca vence",
        ],
        [
            "english": "choose chooses chose chosen choice pick picks picked select selected",
            "german": "wählen gewählt auswählen auswahl aussuchen",
            "french": "choisir choisi choix sélectionner",
            "spanish": "elegir elegido escoger selección",
        ],
        ["english": "two 2", "german": "zwei 2", "french": "deux 2", "spanish": "dos 2"],
        ["english": "three 3", "german": "drei 3", "french": "trois 3", "spanish": "tres 3"],
        ["english": "four 4", "german": "vier 4", "french": "quatre 4", "spanish": "cuatro 4"],
        ["english": "five 5", "german": "fünf 5", "french": "cinq 5", "spanish": "cinco 5"],
        ["english": "six 6", "german": "sechs 6", "french": "six 6", "spanish": "seis 6"],
        ["english": "seven 7", "german": "sieben 7", "french": "sept 7", "spanish": "siete 7"],
        ["english": "eight 8", "german": "acht 8", "french": "huit 8", "spanish": "ocho 8"],
        ["english": "nine 9", "german": "neun 9", "french": "neuf 9", "spanish": "nueve 9"],
        ["english": "ten 10", "german": "zehn 10", "french": "dix 10", "spanish": "diez 10"],
        ["english": "twelve 12", "german": "zwölf 12", "french": "douze 12", "spanish": "doce 12"],
        [
            "english": "feature features function functions capability capabilities",
            "german": "funktion funktionen merkmal merkmale",
            "french": "fonction fonctions fonctionnalité fonctionnalités",
            "spanish": "función funciones característica características",
        ],
    ]

    /// The languages that the groups cover.
    static let languages = ["english", "german", "french", "spanish"]
}
