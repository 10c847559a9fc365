"""The words of change documents in German."""

from __future__ import annotations

from include.changes.language import Language

GERMAN = Language(
    labels={
        "purpose": "zweck|anlass|grund|begrundung|hintergrund|motivation|ziel|ziele|warum|ausgangslage|einleitung|kontext"
        "|beschreibung|kurzbeschreibung|titel",
        "scope": "umfang|geltungsbereich|beschreibung|beschreibung der anderung|inhalt|gegenstand|kurzbeschreibung|was",
        "affected": "betroffene systeme|betroffene dienste|betroffen|systeme|dienste|betroffene anwendungen"
        "|betroffene komponenten"
        "|betroffene server|konfigurationselement|betroffene services|anwendungen|komponenten|server|betroffenes system",
        "type": "anderungsart|art der anderung|change art|art|anderungstyp|typ|kategorie|changetyp|change typ"
        "|klassifizierung|klasse|anderungsklasse|kategorie der anderung|art der massnahme|changekategorie"
        "|change kategorie|changeart",
        "steps": "durchfuhrung|umsetzung|schritte|vorgehen|ablauf|implementierung|umsetzungsplan|arbeitsschritte"
        "|umsetzungsschritte"
        "|durchfuhrungsplan|implementierungsplan|vorgehensweise|massnahmen|ablaufplan",
        "rollback": "ruckfallplan|ruckfall|ruckbau|rucknahme|ruckabwicklung|zurucksetzen|wiederherstellung|fallback|plan b"
        "|ruckrollen"
        "|rollback|ruckfallebene|ruckkehr|ruckfallszenario|wenn es schiefgeht|im fehlerfall|ruckfallverfahren|notfallplan"
        "|wiederherstellungsplan|rolle ruckwarts"
        "|zuruck|der weg zuruck|weg zuruck|ruckweg|ruckzug|ruckzugsplan|ruckversetzung|ausstieg|ausstiegsplan"
        "|plan fur den fehlerfall|falls es nicht klappt|wenn es nicht klappt|wenn etwas schief geht"
        "|zuruck auf anfang|ruckabwicklungsplan|backout|back out"
        "|rucksetzskript|undo skript|ruckbauskript|wenn nicht ok|falls nicht ok|bei fehler|bei fehlern"
        "|bei misserfolg",
        "validation": "qualitatssicherung|abnahme|prufung|prufung danach|validierung|verifikation|verifizierung"
        "|erfolgskontrolle|funktionsprufung"
        "|abnahmekriterien|erfolgskriterien|test danach|tests danach|nachprufung|kontrolle|funktionstest"
        "|test nach der umsetzung"
        "|prufung nach der umsetzung|abschlussprufung|nachkontrolle|abnahmetest|erfolgsprufung|nachtest"
        "|kontrollen|prufungen|prufungen danach|kontrolle danach|abnahme durch|nachweis des erfolgs"
        "|erfolgsnachweis|funktionsprufungen|funktionstests|qualitatskontrolle|erfolgsmerkmale"
        "|woran wir den erfolg erkennen|smoke test|smoketest|smoketests"
        "|prufskript|pruf skript|kontrollabfrage|kontrollabfragen|prufabfrage|prufabfragen",
        "test_plan": "testplan|test|tests|testfalle",
        "expected": "erwartet|erwartetes ergebnis|sollergebnis|ergebnis|erwartung|soll",
        "after": "nacharbeiten|nach dem wechsel|nach dem update|danach|nachher|nach der anderung|nach der umsetzung"
        r"|nach dem umbau|nach der umstellung|beobachtung"
        "|beobachten|uberwachung|monitoring|resultat|ergebnisse|nachsorge|nachbeobachtung",
        "evidence": "testnachweis|testnachweise|durchgefuhrte tests|testergebnisse|testprotokoll|vorabtests|tests vorab"
        "|testbericht"
        "|test im labor",
        "prechecks": "voraussetzungen|vorbedingungen|vorbereitung|vorprufung|vorab|vorprufungen|vorarbeiten|vorbereitungen"
        "|abhangigkeiten",
        "window": "wartungsfenster|zeitfenster|termin|zeitpunkt|wann|beginn|ende|zeitraum|start|geplanter beginn|geplantes ende"
        "|anderungsfenster|datum|ausfuhrungstermin",
        "duration": "dauer|geplante dauer|geschatzte dauer",
        "impact": "auswirkung|auswirkungen|ausfallzeit|unterbrechung|ausfall|beeintrachtigung|folgen|risiko und auswirkung",
        "communication": "kommunikation|kommunikationsplan|information|benachrichtigung|info an|information an",
        "trigger": "abbruchkriterien|abbruchkriterium|ausloser|abbruchbedingungen|entscheidungspunkte|ruckfallkriterien",
        "technician": "umsetzung durch|durchfuhrender|bearbeiter|techniker|verantwortlich|verantwortlicher|ausfuhrender"
        "|zustandig|umsetzer|durchgefuhrt von|umsetzung|ausfuhrung",
        "reviewer": "prufer|gepruft von|vier augen|gegenleser|zweitprufer|reviewer|gegengelesen von",
        "approval": "freigabe|freigaben|genehmigung|genehmigungen|genehmigt von|freigegeben von",
        "risk": "risiko|risiken|kosten|bemerkungen|anmerkungen|kontakte|ansprechpartner|alternativen|offene punkte|anlagen"
        "|anhang",
        "excluded": "nicht betroffen|nicht im umfang|ausserhalb des umfangs|abgrenzung|nicht ziele",
        "history": "hintergrund|anlass|ausgangslage|begrundung|historie|alternativen|motivation",
        "environment": "umgebung",
    },
    filler="der|die|das|des|dem|den|und|oder|nach|bei|fur|im|in|zur|zum|plan|schritte|anderung|umsetzung|konzept|verfahren"
    "|durch|wie"
    "|ablauf|massnahmen|vorgehen|abschluss|ende|am",
    stop="der|die|das|den|dem|des|ein|eine|einen|einem|einer|und|oder|in|im|an|am|auf|aus|bei|mit|nach|von|vor|zu|zum|zur|fur"
    "|ist|sind"
    "|war|waren|wird|werden|wurde|wurden|es|er|sie|wir|ich|man|nicht|kein|keine|auch|noch|nur|dann|so|als|wie|ob|dass|falls"
    "|wenn|sich"
    "|dabei|da|hat|haben|kann|konnen|muss|mussen|soll|sollen|durch|uber|unter|bis|etwa|alle|alles|wieder|zuruck|bedarf"
    "|notfalls|gegebenenfalls",
    generic="alles|funktioniert|funktionieren|funktion|funktionsfahig|korrekt|ordnungsgemass|erfolgreich|anderung|anderungen"
    "|umsetzung|system"
    "|systeme|dienst|dienste|anwendung|team|vorherige|vorherigen|alten|alte|alter|stand|zustand|version|konfiguration|fehler"
    "|fehlerfall"
    "|problem|problemen|probleme|ruckfall|rollback|prufen|gepruft|pruft|testen|test|tests|verifizieren|sicherstellen"
    "|lauft|laufen"
    "|erfolgt|bei|bedarf|ursprunglichen|ursprungliche|durchfuhren|durchgefuhrt|kontrollieren|nutzer|benutzer|normal|ok|gut"
    "|stabil|erreichbar|verfugbar|server|erwartet|wiederhergestellt|wiederherstellen|zuruckgerollt|zuruckgesetzt|ruckgangig"
    "|gemacht"
    "|machen|produktion|betrieb|notig|erforderlich|nacharbeiten|standard|verfahren|aufgetreten|auftreten|sorgfaltig"
    r"|zuruck|wieder|zuruckkehren|ruckkehr"
    r"|verschoben|abgebrochen|wartungsfenster|innerhalb|moglich|jederzeit",
    act=r"(?:loschung|loschen|entfernung|deaktivierung|aktivierung|wiederherstellung|neustart|neuinstallation) (?:der"
    r"|des|von)(?=[^.;]{0,60}[0-9`])|setzen|gesetzt|laden|geladen|verteilen|verteilt|starten|gestartet|stoppen"
    r"|gestoppt|entfernen|entfernt|loschen"
    r"|geloscht|deaktivier\w*"
    r"|aktivier\w*|importier\w*|umstell\w*|umgestellt|zuruckstell\w*|installier\w*|ausfuhren|ausgefuhrt|kopier\w*"
    r"|zuruckkopier\w*|einspiel\w*"
    r"|eingespielt|zuruckspiel\w*|zuruckgespielt|spielen|schalten|umschalten|umgeschaltet|andern|geandert|anlegen|angelegt"
    r"|stecken|trennen|tauschen"
    r"|neu starten|eintragen|eingetragen|aufrufen|ersetzen|ersetzt|anwenden|einbinden|setzt|ladt|stellt|startet|spielt|schaltet"
    r"|nehmen|stellen|hochfahren|herunterfahren|heruntergefahren|hochgefahren|abschalten|abgeschaltet"
    r"|einschalten|eingeschaltet|zuordnen|verschieben|verschoben|erhohen|senken|leeren|sperren|entsperren"
    r"|freischalten|flashen|umhangen|umbenennen|verbinden|ziehen|einspielen",
    undo=r"wiederherstell\w*|wiederhergestellt|zuruckspiel\w*|zuruckgespielt|zurucksetz\w*|zuruckgesetzt|zuruckroll\w*"
    r"|zuruckgestellt|zuruckstellen"
    r"|zuruckschalt\w*|zuruckgeschaltet|zuruckkopier\w*|wieder (?:ein|her|an|auf)\w*|ruckgangig|herunterstuf\w*|zuruckbau\w*"
    r"|zuruckgebaut"
    r"|zuruckander\w*|zurucknehmen|zuruckgenommen|(?:spielen|setzen|stellen|schalten|kopieren|nehmen"
    r"|rollen)(?: \S+){0,8} zuruck"
    r"|zuruck (?:auf|zu|zum|zur|in|ins|nach)|(?:setz\w*|stell\w*|nehm\w*|nimm|schalt\w*|trag\w*|leg\w*|bind\w*"
    r"|hang\w*)(?: \S+){0,8} (?:wieder|zuruck)|wieder (?:auf|in|aktiv\w*|zu|zuruck)\w*"
    r"|wieder (?:ein|aus)gebaut|zuruck(?!(?:ge|zu)?(?:ruf|meld|frag|halt|zieh|zog))\w{4,}|(?:wie|so) (?:heute|bisher"
    r"|vorher|zuvor"
    r"|vor der anderung)|(?:alte\w*"
    r"|bisherige\w*)(?: \S+){0,4} (?:bleibt|bleiben|behalten|belassen)",
    go_back=r"zuruckroll\w*|zuruckgerollt|ruckgangig|rollback|zuruckbau\w*",
    way_back=r"plan b|um zuruckzu\w*|zuruck geht es|ruckweg|ruckfall(?: erfolgt)? (?:uber|durch|mit)|im fehlerfall|notfalls"
    r"|zur ruckkehr|lasst sich zuruck",
    condition=r"falls|wenn|sofern|im falle|bei|sollte|sollten"
    r"|^(?:zeigt|zeigen|schlagt|schlagen|tritt|treten|bleibt|bleiben|lauft|laufen|startet|starten|kommt|kommen"
    r"|steigt|steigen|scheitert|scheitern|meldet|melden|funktioniert|klappt|geht|gibt) (?:der|die|das|ein|eine"
    r"|es|etwas)",
    trouble=r"veraltet\w*|auftauch\w*|abweich\w*|\w*fehler\w*|scheiter\w*|probleme?n?|nicht|gestort|storung\w*|uber"
    r"|unter|ausfall"
    r"|fehlschlag\w*|steig\w*"
    r"|schief\w*|abbr\w*|langsam\w*|alarm\w*"
    r"|notig|erforderlich|uberschreit\w*|klemm\w*|instabil\w*",
    failure=r"fehlschlag\w*|scheiter\w*|schief\w*|abgebrochen|abbruch\w*|nicht (?:klappt|funktioniert|gelingt"
    r"|startet)|probleme?n?|fehlern?",
    negation=r"nicht|kein|keine|keinen|nie|ohne",
    past=r"wurde|wurden|war|waren|hatte|hatten|im labor|in der testumgebung|getestet|erprobt|damals|letzte\w*|im (?:januar"
    r"|februar|marz|april|mai|juni"
    r"|juli|august|september|oktober|november|dezember)|gelaufen|bestanden",
    reason=r"(?:ist|sind) (?:geloscht|vernichtet|uberschrieben|weg|verloren)|nicht mehr (?:vorhanden|da|verfugbar)"
    r"|weil|da|denn|wegen|aufgrund|nur lesend",
    no_way=r"kein (?:zuruck|ruckfall|rollback|ruckweg|ruckbau)|(?:ruckfall|rollback|ruckbau"
    r"|ruckkehr) (?:ist )?nicht (?:moglich|notig|erforderlich)"
    r"|nicht (?:ruckgangig|umkehrbar)",
    forward=r"stattdessen|vorwarts",
    observe=r"antwortet|antworten|liefert|zeigt|zeigen|meldet|melden|listet|enthalt|ergibt|gibt|bleibt|bleiben|steigt|sinkt"
    r"|liegt|kommt|kommen an|steht"
    r"|erscheint|ist (?:aktiv|grun|leer|erreichbar|gelistet|bereit)|sind (?:aktiv|grun|leer|erreichbar|bereit)|antworten"
    r"|ausgeben|zeigen|liefern"
    r"|melden|enthalten|beantwortet|gelingt|trifft ein"
    r"|lasst sich (?:\S+ ){0,3}(?:offnen|starten|anmelden|buchen|drucken)|offnet|ladt|lauft (?:auf|mit|unter)"
    r"|hat (?:\d+|zwei|drei|vier|keine?)|haben (?:\d+|zwei|drei|vier|keine?)"
    r"|kann (?:sich )?(?:\S+ ){0,4}(?:anmelden|drucken|buchen|offnen|senden)"
    r"|angezeigt|sichtbar|ausgegeben|angekommen|ist v?\d|sind \d|endet|enden|druckt|drucken|bucht",
    modal=r"muss|mussen|soll|sollen|sollte|erwartet:|darf|durfen",
    check=r"prufen|pruft|kontrollieren|testen|verifizieren|sicherstellen|vergleichen|beobachten|nachsehen|messen|aufrufen"
    r"|anmelden"
    r"|ansehen|sichten|durchsehen",
    finished=r"(?:fertig|erfolgreich|abgeschlossen|gelungen|abgenommen)(?: ist \S+)?,? (?:wenn|sobald)",
    equal=r"stimm(?:t|en)(?: \S+){1,6} uberein|(?:ist|sind) (?:gleich|identisch)|entspricht der (?:summe|zahl|anzahl)",
    bound=r"alle (?:\S+ ){0,5}(?:grun|aktiv|erreichbar|bereit|online)|unter|uber|mindestens|hochstens|weniger als|mehr als"
    r"|innerhalb|zwischen|genau|maximal"
    r"|keine? (?:neuen? )?(?:fehler|meldung\w*|alarme?)|gleich"
    r"|ohne (?:\S+ ){0,2}(?:verlust\w*|fehler\w*|unterbrechung\w*|warnung\w*|alarm\w*)|nur|unverandert"
    r"|wie vorher|kleiner|grosser|nicht mehr als"
    r"|oder (?:mehr|weniger|besser)",
    that=r"dass|ob|auf",
    beforehand=r"vor (?:dem beginn|beginn|der anderung|dem start|schritt|der umsetzung)|vorab|im vorfeld|zuvor",
    open=r"noch offen|offen|folgt|wird nachgereicht|nachzureichen|zu klaren|noch zu|noch nicht|unklar|steht aus|ausstehend"
    r"|wird noch|in arbeit",
    template=r"beschreiben sie|hier (?:bitte|beschreiben|eintragen|text)|bitte (?:beschreiben|eintragen|ausfullen|angeben"
    r"|erganzen)|beschreibung (?:der|des|hier)"
    r"|platzhalter|wie wird",
    pointer=r"siehe|s\. ?o\.|gemass|laut|nach standard|wie (?:im|in|ublich|immer|oben|gehabt)|vgl|entsprechend|analog|ublich"
    r"|standard|bekannt",
    elsewhere=r"oben|unten|wiki|anlage|handbuch|dokument|dokumentation|verfahren|prozess|seite|ublich|immer|anhang|ticket"
    r"|betriebshandbuch|standard"
    r"|standardverfahren|standardprozess|anleitung|runbook|gehabt|herstellerdokumentation|hersteller",
    authority=r"entscheid\w*|genehmig\w*|freigabe|freigeben|veranlass\w*|informier\w*|zustimm\w*",
    not_applicable=r"entfallt|keine?r?(?=\W*$|[,;.])|nicht zutreffend|nicht erforderlich|nicht notig|nicht moglich|k\. ?a\."
    r"|nichts",
    passive=r"anrufen|kontaktieren|abstimmen|\w*informieren|benachrichtigen|ankundigen|warten|anmelden|prufen"
    r"|kontrollieren|sichern|speichern|exportieren"
    r"|beobachten|dokumentieren"
    r"|\w* speichern|\w* sichern|gegenlesen",
    types={
        "standard": r"standard(?:anderung\w*|change\w*|massnahme\w*)?|vorab genehmigt\w*",
        "normal": r"normal\w*",
        "emergency": r"notfall\w*|dringlichkeits\w*|eil\w*anderung",
    },
    change=r"anderung\w*|change\w*",
    excuse=r"(?:gering\w*|niedrig\w*|klein\w*|kein\w*) (?:risiko|auswirkung\w*|risiken)|risiko|unkritisch\w*|getestet"
    r"|erprobt|routine\w*|einfach\w*|standard\w*|mehrfach|schon oft"
    r"|gering|niedrig|klein",
    question=r"was (?:ist )?wenn|was tun wir|was machen wir|was passiert|wie (?:kommen|komme|geht|gehen|prufen|wissen"
    r"|merken|erkennen|sehen)|woran|falls (?:es|etwas) (?:nicht|schief)",
    asks_back=r"zuruck\w*|ruckgangig|ruckfall|rollback"
    r"|plan b|schief\w*|nicht klappt"
    r"|abbrechen|abschalten|stoppen|beenden",
    asks_check=r"(?:merken|sehen|erkennen|wissen|woran)(?: \S+){0,6} (?:funktionier\w*|geklappt|klappt|erfolg\w*|lauft)"
    r"|wer (?:pruft|testet)|wie (?:prufen|testen)",
    asks_other=r"warum|wieso|wer entscheidet|getestet",
    contact=r"(?:ticket|fall|storung) (?:eroffnen|offnen|aufmachen|anlegen)|(?:hersteller|support|hotline|team"
    r"|dienstleister|lieferant\w*|partner)(?: \S+){0,3} (?:anrufen|kontaktieren|einschalten|hinzuziehen|rufen)"
    r"|(?:kontaktieren|anrufen)"
    r"|(?:durch|vom|von der|von dem) (?:das |den |die |unser \w* )?(?:\S+ ){0,2}(?:team|leitung|dienstleister"
    r"|hersteller|betrieb|gruppe|verantwortliche\w*)|auf (?:anforderung|anweisung|anfrage|wunsch)(?: (?:des|der"
    r"|von)(?: \S+){1,2})?",
    what_if=r"was (?:ist |tun wir,? |machen wir,? |passiert,? )?(?:wenn|falls)|und (?:wenn|falls)",
    months="januar feb(?:ruar)? marz april mai juni juli aug(?:ust)? sept?(?:ember)? okt(?:ober)? nov(?:ember)? dez(?:ember)?",
)
