"""The words of change documents in French."""

from __future__ import annotations

from include.changes.language import Language

FRENCH = Language(
    labels={
        "purpose": "objet|objectif|motif|contexte|raison|pourquoi|justification|but|description|introduction",
        "scope": "perimetre|portee|contenu du changement|description|description du changement|contenu",
        "affected": "systemes concernes|services concernes|systemes impactes|services impactes|composants|perimetre"
        "|applications concernees"
        "|elements de configuration|serveurs|systemes affectes|services affectes",
        "type": "type de changement|type|nature du changement|categorie"
        "|classification|categorie du changement|classe|classe de changement|nature",
        "steps": "etapes|mise en oeuvre|plan de mise en oeuvre|deroulement|procedure|mode operatoire|realisation des travaux"
        "|plan d action"
        "|implementation|execution|actions",
        "rollback": "retour arriere|plan de retour|plan de retour arriere|repli|plan de repli|marche arriere|restauration"
        "|plan b|rollback"
        "|retour a l etat initial|procedure de retour|en cas d echec|en cas de probleme"
        "|retour en arriere|plan de secours|solution de repli|restitution|retour a l etat anterieur|remise en etat"
        "|en cas d incident|si cela echoue|si ca ne marche pas|reversibilite|annulation|scenario de repli|back out"
        "|backout"
        "|script de retour|script de retour arriere|si ko|si non ok|en cas d erreur",
        "validation": "assurance qualite|controle qualite|validation|verification|verifications|controle|controles"
        "|recette|controles apres|verification apres"
        "|criteres de succes"
        "|tests apres|tests de validation|controle final|controles finaux|criteres d acceptation|essais apres"
        "|controles apres intervention|verifications apres intervention|tests apres intervention|controle apres"
        "|recette apres|constat|constats|criteres de reussite|verification finale|verifications finales"
        "|bon fonctionnement|tests de bon fonctionnement|vabf"
        "|script de controle|requete de controle|requetes de controle",
        "test_plan": "plan de test|plan de tests|tests|essais",
        "expected": "resultat attendu|attendu",
        "after": "apres mise a jour|apres migration|apres|ensuite|apres le changement|apres l intervention"
        r"|apres l operation|surveillance|suivi|resultat"
        "|resultats|observation",
        "evidence": "essais realises|tests realises|tests effectues|resultats des tests|essais effectues|tests prealables"
        "|preuves de test",
        "prechecks": "prerequis|pre requis|preparation|controles prealables|verifications prealables|conditions prealables",
        "window": "date prevue|fenetre|creneau|date|plage|debut|fin|fenetre de maintenance|quand|horaire|date et heure",
        "duration": "duree|duree estimee",
        "impact": "impact|impacts|indisponibilite|interruption|coupure|risques et impact",
        "communication": "communication|plan de communication|information|notification",
        "trigger": "criteres d abandon|criteres d arret|declencheur|criteres de retour arriere|seuils",
        "technician": "realisation|realise par|intervenant|technicien|responsable|responsable technique|executant",
        "reviewer": "relecteur|relu par|verifie par|verificateur",
        "approval": "accord|accords|approbation|approbations|validations|approuve par",
        "risk": "risques|risque|couts|remarques|contacts|annexes|alternatives",
        "excluded": "hors perimetre|non concerne|non concernes",
        "history": "contexte|historique|motif|alternatives",
        "environment": "environnement",
    },
    filler="le|la|les|de|du|des|d|l|a|au|aux|et|ou|plan|procedure|apres|avant|etapes|changement|mise|en|oeuvre|fin",
    stop="le|la|les|un|une|des|du|de|d|l|et|ou|a|au|aux|en|dans|sur|par|pour|avec|sans|est|sont|sera|seront|a|ont|il|elle|on"
    "|nous|vous|ils"
    "|ce|cette|ces|qui|que|qu|ne|pas|si|puis|ainsi|aussi|se|sa|son|ses|leur|plus|tout|tous|y|besoin|cas|necessaire|apres"
    "|avant|chaque",
    generic="tout|fonctionne|fonctionnent|fonctionnement|correctement|bon|bien|changement|systeme|systemes|service|services"
    "|application|equipe|version"
    "|precedente|precedent|ancienne|ancien|etat|initial|probleme|problemes|erreur|erreurs|retour|arriere|verifier"
    "|verification|tester"
    "|tests|test|valider|validation|assurer|serveur|effectue|effectuer|fera|procedera|proceder|utilisateurs|normal|marche|ok"
    "|configuration"
    "|echec|restaurer|revenir|annuler|production|attendu|standard|procedure|controler|operationnel"
    r"|retourner|retour|vers|etat"
    r"|reporte|reportee|maintenance|fenetre|possible",
    act=r"(?:suppression|restauration|desactivation|reactivation|reinstallation|remise en service|redemarrage|retrait"
    r"|bascule) (?:de|du|des|d)(?=[^.;]{0,60}[0-9`])|retirer|remettre|appliquer|lancer|executer|copier|charger"
    r"|demarrer|arreter|redemarrer"
    r"|supprimer|desactiver|activer"
    r"|importer|basculer|changer"
    r"|installer|desinstaller|remplacer|vider|monter|demonter|deployer|ajouter|remis|reconfigurer|debrancher|brancher"
    r"|utiliser|recharger|pointer",
    undo=r"(?:nous|on) re(?!st|contact|pren|ssen|mont|join|comm|cev|gard|cherch|ncontr|pond|fus|sol|lanc|nonc|dout"
    r"|port|lev)\w{3,}|restaurer"
    r"|restaure\w*|redeployer|reinstaller|reactiver|retablir|revenir|remettre|reappliquer|annuler|rebasculer"
    r"|reimporter|recreer|rebrancher"
    r"|remise? (?:en|a|de)|retour (?:a|au|vers|sur)|remett\w*|restaur\w*|reinstall\w*|rebascul\w*|reactiv\w*"
    r"|revien\w*|redemarr\w* l ancien\w*"
    r"|comme (?:aujourd'hui|avant|auparavant)|(?:garder|conserver|laisser)(?: \S+){0,3} (?:ancien\w*|precedent\w*)",
    go_back=r"revenir en arriere|retour arriere|annuler|rollback|marche arriere",
    way_back=r"plan b|pour revenir|retour arriere (?:par|via|avec)|(?:on|nous) (?:peut|pouvons|reviendr\w*|revient)"
    r"|pour annuler",
    condition=r"si|en cas de|en cas d|lorsque|quand",
    trouble=r"apparai\w*|perime\w*|differ\w*|ecart\w*|erreurs?|echec|echoue\w*|probleme\w*|pas|depasse\w*|incident\w*"
    r"|panne|anomalie\w*"
    r"|besoin|superieur\w*|lent\w*"
    r"|degrad\w*|plante\w*|dysfonctionn\w*",
    failure=r"echou\w*|echec|se passe mal|ne (?:marche|fonctionne|demarre) pas|probleme\w*|abandon\w*|panne|r"
    r"ate",
    negation=r"ne|pas|jamais|sans|aucun|aucune",
    past=r"a ete|ont ete|etait|etaient|avait|en preproduction|en recette|teste\w*|essaye\w*|le mois dernier|en laboratoire"
    r"|passes",
    reason=r"(?:est|sont) (?:supprime|detruit|efface|perdu|ecrase)\w*|n'existe\w* plus|car|parce que|puisque"
    r"|en raison de|lecture seule",
    no_way=r"(?:aucun|pas de) retour(?: arriere)?|retour (?:arriere )?(?:im|non )possible|irreversible",
    forward=r"a la place|plutot|correctif",
    observe=r"sort(?:ent)?|repond\w*|renvoie\w*|affiche\w*|montre\w*|retourne\w*|indique\w*|contient|reste\w*"
    r"|liste\w*|arrive\w*"
    r"|est (?:vert|actif|vide|joignable)"
    r"|sont (?:verts|actifs|vides|joignables)|donne\w*|repondre|afficher|renvoyer|retourner|rester|contenir|obtenir|aboutit"
    r"|s'ouvr\w*|se connect\w*|peut (?:\S+ ){0,3}(?:ouvrir|imprimer|saisir|envoyer|se connecter)|est (?:visible"
    r"|present|disponible|a jour)|sont (?:visibles|presents|disponibles|a jour)|edite"
    r"|est v?\d|sont \d|affichee?s?|se termine\w*|imprime\w*|voit",
    modal=r"doit|doivent|devra|devront|attendu\w* ?:",
    check=r"verifier|controler|tester|valider|comparer|surveiller|mesurer|s assurer|consulter|se connecter"
    r"|examiner|regarder",
    finished=r"(?:termine|reussi|acheve|valide) (?:quand|lorsque|si|des que)",
    equal=r"(?:est|sont) (?:identiques?|egale?s?) (?:a|au|aux)|concorde(?:nt)? avec|correspond(?:ent)? (?:a"
    r"|au) (?:total|nombre|compte)\w*",
    bound=r"moins de|plus de|au moins|au plus|inferieur\w*|superieur\w*|sous|entre|exactement|aucune? (?:nouvelle )?(?:erreur"
    r"|alerte)s?|dans (?:la|les|l)"
    r"|sans (?:\S+ ){0,2}(?:perte|erreur|interruption|alerte)s?|seulement|inchange\w*|comme avant"
    r"|ou (?:plus|moins)",
    that=r"que|si|qu",
    beforehand=r"avant (?:le changement|de commencer|l intervention|le debut|l etape|la mise)|au prealable",
    open=r"a definir|a completer|a preciser|a venir|a determiner|en attente|en cours de redaction|non defini|a renseigner"
    r"|a rediger",
    template=r"decrire|decrivez|indiquer ici|indiquez|precisez|saisir ici|saisissez|expliquez|merci de (?:decrire|preciser"
    r"|renseigner)|veuillez",
    pointer=r"voir|selon|cf|conformement|se referer|suivre|comme d habitude|comme indique|suivant|standard|habituel\w*",
    elsewhere=r"wiki|page|procedure|document|documentation|annexe|ci-dessus|ci-dessous|plus haut|manuel|habitude|standard"
    r"|guide|habituelle|fiche|processus",
    authority=r"decision|decide\w*|autoris\w*|approuv\w*|informe\w*|accord",
    not_applicable=r"sans objet|neant|aucune?(?=\W*$|[,;.])|non applicable|s/?o|pas necessaire|non necessaire|rien",
    passive=r"joindre|appeler|contacter|solliciter|escalader|prevenir|informer|avertir|annoncer|attendre|verifier"
    r"|controler|exporter|sauvegarder|se connecter|noter|consulter",
    types={"standard": r"standard", "normal": r"normale?", "emergency": r"urgente?|urgence|d urgence"},
    change=r"changement|demande",
    excuse=r"(?:faible|aucun|peu de) (?:risques?|impact)|risque|impact|simple|teste\w*|mineure?|routine|standard"
    r"|eprouve\w*|courant\w*"
    r"|faible",
    question=r"que (?:fait-on|faire|faisons-nous|se passe-t-il)|et si|comment|qu'est-ce qu",
    asks_back=r"revenir|retour|annuler"
    r"|plan b|rollback"
    r"|interrompre|arreter|desactiver",
    asks_check=r"(?:savoir|saura\w*|verifi\w*|voir|constat\w*)(?: \S+){0,6} (?:marche|fonctionne|reussi\w*|ok)"
    r"|qui (?:teste|verifie|controle)|comment (?:tester|verifier|verifie-t-on)",
    asks_other=r"pourquoi|qui decide",
    contact=r"(?:ouvrir|creer) (?:un|une) (?:ticket|incident|demande)|(?:contacter|appeler|solliciter"
    r"|joindre)(?: \S+){0,4} (?:editeur|support|fournisseur|prestataire|equipe|responsable|constructeur)"
    r"|par (?:l'|la |le |les )?(?:\S+ ){0,2}(?:equipe|prestataire|fournisseur|responsable|exploitant)(?: \S+)?"
    r"|(?:a|sur) (?:la )?demande(?: d\S+(?: \S+){0,3})?",
    what_if=r"(?:que faire|que fait-on|que faisons-nous|que se passe-t-il|et) (?:si|en cas|s')",
    months="janv(?:ier)? fevr(?:ier)? mars avr(?:il)? mai juin "
    "juil(?:let)? aout sept(?:embre)? oct(?:obre)? nov(?:embre)? dec(?:embre)?",
)
