"""The words of change documents in Italian."""

from __future__ import annotations

from include.changes.language import Language

ITALIAN = Language(
    labels={
        "purpose": "scopo|motivo|motivazione|obiettivo|contesto|premessa|giustificazione|descrizione|perche|titolo|sintesi",
        "scope": "ambito|perimetro|descrizione|descrizione della modifica|oggetto|contenuto",
        "affected": "sistemi interessati|servizi interessati|sistemi coinvolti|servizi coinvolti|sistemi impattati"
        "|servizi impattati"
        "|componenti|sistemi|servizi|elementi di configurazione",
        "type": "tipo|tipo di modifica|tipo di change|tipo di cambiamento|categoria|classificazione|classe",
        "steps": "attivita|passi|procedura|esecuzione|implementazione|piano di implementazione|piano di lavoro"
        "|interventi|svolgimento"
        "|passaggi|modalita operative",
        "rollback": "piano di rollback|rollback|ripristino|piano di ripristino|ritorno|piano di ritorno"
        "|ritorno alla situazione precedente"
        "|marcia indietro|piano di rientro|rientro|piano di emergenza|se qualcosa va storto|in caso di errore"
        "|in caso di problemi"
        "|piano b|procedura di ripristino|annullamento"
        "|script di ripristino|script di rollback|se non ok",
        "validation": "controllo qualita|verifica|verifiche|verifica finale|validazione|collaudo|controlli|controllo"
        "|controlli finali"
        "|verifica successiva"
        "|verifiche successive|verifica dopo l intervento|verifiche dopo l intervento|controlli dopo l intervento"
        "|criteri di successo|criteri di accettazione|test dopo l intervento|verifiche post intervento|prove finali"
        "|script di verifica|query di verifica|query di controllo",
        "test_plan": "piano di test|piano di prova|prove",
        "expected": "risultato atteso|atteso|esito atteso",
        "after": "dopo|dopo l intervento|dopo la modifica|monitoraggio|esito|risultato|risultati|osservazione",
        "evidence": "prove effettuate|test effettuati|test eseguiti|esito dei test|test preliminari|collaudo in laboratorio",
        "prechecks": "prerequisiti|precondizioni|preparazione|verifiche preliminari|controlli preliminari|attivita preliminari",
        "window": "finestra|data|finestra di manutenzione|orario|quando|inizio|fine|data prevista|inizio previsto|fine prevista"
        "|data e ora",
        "duration": "durata|durata stimata|durata prevista",
        "impact": "impatto|rischio e impatto|disservizio|interruzione|fermo|analisi di impatto|indisponibilita",
        "communication": "comunicazione|comunicazioni|piano di comunicazione|avvisi|notifiche",
        "trigger": "criteri di abbandono|criteri di interruzione|criteri di rollback|soglie",
        "technician": "tecnico|responsabile tecnico|esecutore|responsabile|eseguito da|a cura di|richiedente",
        "reviewer": "revisore|revisionato da|verificato da|controllato da",
        "approval": "approvazione|approvazioni|approvato da|autorizzazione|autorizzazioni",
        "risk": "rischio|rischi|costi|note|contatti|allegati|alternative",
        "excluded": "fuori ambito|non interessati|non coinvolti|esclusioni",
        "history": "contesto|storico|motivazione|antefatto|alternative",
        "environment": "ambiente",
    },
    filler="il|lo|la|i|gli|le|di|del|della|dei|delle|e|o|a|in|l|d|piano|procedura|dopo|passi|modifica|intervento|per|finale",
    stop="il|lo|la|gli|le|un|uno|una|di|del|dello|della|dei|degli|delle|e|o|al|allo|alla|ai|agli|alle|in|nel|nella"
    "|nei|nelle|con"
    "|senza|per|da|dal|dalla|dai|su|sul|sulla|sono|sara|saranno|si|che|non|come|piu|anche|ogni|tutto|tutti|tutte|ha|hanno|caso"
    "|necessario|necessaria|dopo|prima|entro|viene|vengono|questo|questa|poi|quindi|se",
    generic="tutto|funziona|funzionano|funzioni|funzionamento|correttamente|bene|modifica|modifiche|sistema|sistemi"
    "|servizio|servizi"
    "|applicazione|versione|precedente|stato|originale|problema|problemi|errore|errori|rollback|ripristino|verificare"
    "|provare|prova"
    "|prove|test|testare|validare|assicurare|server|utenti|normale|configurazione|ripristinare|annullare|produzione"
    "|atteso|standard"
    "|procedura|ok|operativo|esegue|eseguito|effettuato|situazione"
    r"|ritorno|tornare|torna|ritornare|indietro",
    act=r"(?:rimozione|ripristino|disattivazione|riattivazione|cancellazione|riavvio) (?:di|del|della|dei"
    r"|delle)(?=[^.;]{0,60}[0-9`])"
    r"|rimuovere|togliere|applicare|eseguire|lanciare|copiare|caricare|avviare|fermare|arrestare|riavviare"
    r"|eliminare|cancellare"
    r"|disattivare|attivare|importare|cambiare|modificare|installare|disinstallare|sostituire|spostare|montare"
    r"|smontare|distribuire"
    r"|aggiungere|collegare|scollegare|usare|puntare|impostare|spegnere|accendere|mettere|salvare|disabilitare|abilitare",
    undo=r"ri(?!cev|chied|lev|manda|un|solv)\w{3,}iamo|ripristin\w*|riport\w*|rimett\w*|reinstall\w*|riattiv\w*"
    r"|riabilit\w*|ritorn\w* (?:a|al|alla|ai|alle)"
    r"|torn\w* (?:a|al|alla"
    r"|ai|alle)|ricolleg\w*|ricaric\w*|reimport\w*|(?:mettere|impostare|puntare|attivare)(?: \S+){0,8} di nuovo"
    r"|come (?:era|erano|prima)|(?:lasciare|mantenere|tenere)(?: \S+){0,3} (?:vecchi\w*|precedent\w*)",
    go_back=r"rollback|annull\w*|tornare indietro|marcia indietro",
    way_back=r"piano b|per (?:tornare|ripristinare|annullare)|si (?:puo|potra) (?:tornare|ripristinare|annullare)"
    r"|il (?:rollback|ripristino) (?:e|avviene|consiste)",
    condition=r"se (?:il|la|lo|i|gli|le|si|non|qualcosa|l['\s]\w+)|in caso di|in caso|qualora|nel caso",
    trouble=r"appai\w*|compai\w*|differ\w*|errore|errori|fall\w*|problem\w*|non|supera\w*|anomali\w*|storto|lent\w*"
    r"|degrad\w*|guast\w*"
    r"|allarm\w*|blocc\w*",
    failure=r"fallisce|fallimento|va (?:storto|male)|non (?:funziona|parte)|problem\w*|errore|interrott\w*|ab"
    r"bandonat\w*",
    negation=r"non|senza|mai|nessun\w*",
    past=r"e stat[oa]|sono stat[ie]|provat[oaie]|testat[oaie]|in laboratorio|in collaudo|il mese scorso|era|erano",
    reason=r"perche|poiche|dato che|in quanto|sola lettura",
    no_way=r"(?:nessun|non e previsto (?:un|il)|non esiste(?: un)?) (?:rollback|ripristino|ritorno)|irreversibile"
    r"|non reversibile"
    r"|(?:rollback|ripristino) non (?:possibile|necessario)",
    forward=r"invece|in alternativa|al suo posto",
    observe=r"rispond\w*|restituisc\w*|mostra\w*|indica\w*|contien\w*|contengono|elenca\w*|riman\w*|rest\w* (?:sotto"
    r"|a|al)|arriva\w*"
    r"|compar\w*|appar\w*|ricev\w*|si apr\w*|e (?:attivo|attiva|verde|vuoto|vuota|raggiungibile)|sono (?:attivi|attive|verdi"
    r"|raggiungibili)|puo (?:\S+ ){0,3}(?:aprire|stampare|inviare|accedere|entrare)",
    modal=r"deve|devono|dovra|dovranno|atteso:",
    check=r"verificare|controllare|provare|validare|confrontare|sorvegliare|misurare|confermare|consultare|accedere",
    finished=r"(?:terminato|concluso|riuscito|completato) (?:quando|se)",
    equal=r"coincid(?:e|ono) con|(?:e|sono) (?:ugual[ei]|identic\w+) (?:a|al|alla)",
    bound=r"meno di|piu di|almeno|al massimo|inferiore|superiore|sotto|tra|esattamente|nessun (?:nuovo )?errore|senza errori"
    r"|senza (?:\S+ ){0,2}(?:perdita|interruzioni|avvisi)|entro|come prima",
    that=r"che|se",
    beforehand=r"prima (?:della modifica|dell'intervento|di iniziare|dell'inizio)|preliminarmente",
    open=r"da definire|da completare|da stabilire|da concordare|in attesa|in corso di definizione|non definito"
    r"|da compilare|seguira",
    template=r"descrivere (?:qui|il|la|le|i|come)|descriva|indicare (?:qui|il|la|le|i)|inserire (?:qui|il|la)"
    r"|compilare|specificare"
    r" (?:qui|il|la)|spiegare",
    pointer=r"vedi|vedere|si veda|secondo|come da|come previsto|consultare|fare riferimento|come sempre|come di consueto",
    elsewhere=r"wiki|pagina|procedura|documento|documentazione|allegato|sopra|sotto|manuale|sempre|standard|consueto|processo"
    r"|fornitore|guida",
    authority=r"decision\w*|decid\w*|autorizz\w*|approv\w*|inform\w*",
    not_applicable=r"non applicabile|non previsto|non prevista|nessuno|nessuna|non necessario|non necessaria"
    r"|non richiesto|n/?a|niente",
    passive=r"chiamare|contattare|avvisare|informare|notificare|annunciare|attendere|aspettare|verificare|controllare|esportare"
    r"|consultare|annotare",
    types={"standard": r"standard", "normal": r"normale", "emergency": r"emergenza|urgente|d'urgenza"},
    change=r"modifica|cambiamento",
    excuse=r"(?:basso|poco|minimo|nessun) (?:rischio|impatto)|rischio|impatto|semplice|provat\w*|testat\w*|minore"
    r"|routine|standard"
    r"|consuet\w*"
    r"|basso|bassa",
    question=r"cosa (?:facciamo|succede|fare)|e se|come|chi",
    asks_back=r"tornare|ripristinare|annullare|rollback|piano b|marcia indietro"
    r"|interrompere|disattivare|fermare",
    asks_check=r"(?:sapere|sappiamo|vediamo|capire|verificare)(?: \S+){0,6} (?:funziona\w*|riuscit\w*)|chi (?:prova"
    r"|verifica|controlla)",
    asks_other=r"perche|chi decide",
    contact=r"(?:aprire|creare) (?:un|una) (?:ticket|caso|segnalazione)|(?:contattare|chiamare"
    r"|sentire)(?: \S+){0,4} (?:fornitore|supporto|assistenza|team|responsabile)"
    r"|(?:dal|dalla|da parte del|da parte della) (?:\S+ ){0,2}(?:team|gruppo|fornitore|responsabile|reparto)"
    r"|su (?:richiesta|indicazione)(?: d\S+(?: \S+){0,3})?",
    what_if=r"(?:cosa (?:facciamo|succede|fare)|e) se",
    months="genn(?:aio)? febb(?:raio)? marzo apr(?:ile)? magg(?:io)? giugno "
    "luglio agosto sett(?:embre)? ott(?:obre)? nov(?:embre)? dic(?:embre)?",
)
