"""Rollback and validation are judged by what is said, not by headings; the thirty documents hold the rules to it."""

from __future__ import annotations

import pytest

from include.changes.claims import set_aside
from include.changes.completeness import completeness
from include.changes.kind import change_type
from include.changes.places import lay_out
from include.changes.read import read_notes
from include.contracts.change import Aspect
from tests.include.changes.documents import EXPECTED, NEEDED, document


def aspects(text: str | bytes) -> dict[str, Aspect]:
    return {each.name: each for each in completeness(lay_out(set_aside(read_notes(text))[0]))}


def standing(text: str, name: str) -> str:
    return aspects(text)[name].standing.value


@pytest.mark.parametrize("verdict", ["rollback", "validation", "type"])
def test_the_thirty_documents(verdict: str) -> None:
    wrong = {}
    for name, expected in EXPECTED.items():
        layout = lay_out(set_aside(read_notes(document(name)))[0])
        found = {each.name: each.standing.value for each in completeness(layout)} | {"type": change_type(layout)[0].value}
        if found[verdict] != expected[verdict]:
            wrong[name] = f"{found[verdict]}, not {expected[verdict]}"
    print(f"{verdict}: {len(EXPECTED) - len(wrong)} of {len(EXPECTED)} right; wrong: {wrong or 'none'}")
    assert len(EXPECTED) == 30
    assert len(EXPECTED) - len(wrong) >= NEEDED, wrong


ROLLBACK = {
    "present": [
        "## Rollback\n\nRestore the snapshot db-0412 on pg-1 and start the service.\n",
        "If the error rate exceeds 2 %, redeploy 1.4.2.\n",
        "Backout plan: run `helm rollback shop 41`\n",
        "| Step | Command | Undo |\n|---|---|---|\n| 1 | `a on` | `a off` |\n",
        "h2. Fallback\n\nSwitch the DNS alias back to lb-old-1.\n",
        "backout_plan: Copy /etc/app.bak over /etc/app.conf and reload.\n",
        "<html><body><h2>Back-out plan</h2><p>Reinstall version 3.2 from the share.</p></body></html>",
        "## Rückfallplan\n\nDie Sicherung vom Vortag auf db-02 einspielen.\n",
        "## Plan de retour arrière\n\nRestaurer la sauvegarde prise à l'étape 1 sur srv-04.\n",
        "## Plan de reversión\n\nRestaurar la copia de seguridad en srv-09 y reiniciar nginx.\n",
        "**Rollback:** n/a, because the step only reads the routing table and nothing is written.\n",
        "There is no way back because the disks are shredded; instead we restore from tape H-11.\n",
        "## If it goes wrong\n\n1. Stop nginx\n2. Put the old certificate from /root/old back\n",
        "ROLLBACK\n\nreverse steps 1 to 4 in the opposite order\n",
        "## Contingency\n\n```\ngit revert 3f2a91 && make deploy\n```\n",
        "Plan B: point the load balancer at the blue pool again, blue stays up until Friday.\n",
        "3. Rollback\n\n3.1 Shut port te1/2 on sw-4.\n3.2 Enable port te1/1 on sw-4.\n",
        "## Recovery\n\nSee the wiki for contacts. Restore the image img-77 on the controller.\n",
        "Should the new driver fail, downgrade to driver 8.1 on both hosts.\n",
        "Falls Fehler auftreten, den alten Regelsatz fw-17 wiederherstellen.\n",
        "En cas d'échec, restaurer la version 2.3 du paquet.\n",
        "Si falla la migración, restaurar la copia de las 03:00.\n",
    ],
    "empty": [
        "## Rollback\n\n## Next\n\ntext\n",
        "## Rollback\n\nTBD\n",
        "Backout plan: n/a\n",
        "backout_plan:\ntest_plan: x\n",
        "## Back-out\n\n-\n",
        "## Rollback\n\nx\n",
        "## Rollback\n\n<describe how to get back>\n",
        "## Rollback\n\n[your rollback plan]\n",
        "## Rollback\n\n{{rollback_steps}}\n",
        "## Rollback\n\nDescribe the steps that are needed to undo the change.\n",
        "## Rollback\n\nLorem ipsum dolor sit amet.\n",
        "## Rollback\n\nSee wiki.\n",
        "## Rollback\n\nAs per standard procedure.\n",
        "## Rollback\n\nThe change manager decides whether to roll back.\n",
        "## Rollback\n\nThe team will roll back if needed.\n",
        "## Rollback\n\nRoll back to the previous version.\n",
        "## Rückfallplan\n\nWird nachgereicht.\n",
        "## Rückfallplan\n\nSiehe Betriebshandbuch.\n",
        "## Retour arrière\n\nÀ définir.\n",
        "## Plan de reversión\n\nVer procedimiento.\n",
        "| Step | Command | Rollback |\n|---|---|---|\n| 1 | `a on` | |\n| 2 | `b on` | - |\n",
        "## Rollback\n\n<!-- how would you undo it? -->\n",
        "<html><body><h2>Rollback</h2><p>&nbsp;</p><h2>Other</h2><p>x</p></body></html>",
        "Rollback: None\n",
        "Rollback: not applicable\n",
    ],
    "missing": [
        "We install Argo Rollouts on cluster-2.\n",
        "A deadlock ends in a rollback of the transaction.\n",
        "The rollback of CHG-12 in July took an hour.\n",
        "1. Stop nginx\n2. Upgrade nginx\n3. Start nginx\n",
        "Take a backup of db-1 before you begin.\n",
        "# Rollout plan\n\nRoll out 1.5 to all nodes.\n",
        "## Test evidence\n\nThe restore of one folder was tested.\n",
        "## Risk\n\nLow.\n",
        "`ON_ERROR_ROLLBACK` is set to on.\n",
        "We decide on Friday whether it goes ahead.\n",
        "If all is well, remove the old node.\n",
        "Hinweis: Der Rollout erfolgt in zwei Wellen.\n",
        "Le déploiement se fait en deux vagues.\n",
        "El despliegue se hace en dos fases.\n",
        "## Background\n\nLast year we had to restore the database after a failed upgrade of db-2.\n",
        "If anyone has questions, ask Tomas.\n",
        "Returns are handled by the depot; parcels come back within 14 days.\n",
        "## Lessons learned\n\nIf the pool fails, restore 1.2 was the advice in May.\n",
        "The back office opens at nine.\n",
        "Backup window: 02:00 to 04:00 UTC\n",
        "Mail relay mx-1 stays switched on until January.\n",
    ],
}
VALIDATION = {
    "present": [
        "## Validation\n\n`curl https://shop/healthz` answers 200.\n",
        "1. Deploy 1.5\n2. `curl -f http://a/ready` must answer 200\n",
        "Post-implementation test: the login page shows version 4.2\n",
        "## Checks after the change\n\n- The queue holds fewer than 20 messages after 10 minutes.\n",
        "h2. Verification\n\nSELECT count(*) FROM t must return 0.\n",
        "<html><table><tr><th>Verification</th><td>Grafana shows less than 1 % of 5xx</td></tr></table></html>",
        "## Abnahme\n\nDie Seite /status antwortet mit 200.\n",
        "## Vérification\n\nLa page /etat répond 200 en moins de 2 s.\n",
        "## Validación\n\nLa consulta devuelve 0 filas.\n",
        "## Success criteria\n\nError share below 0.5 % for 30 minutes.\n",
        "It is finished when all 12 nodes are listed as Ready.\n",
        "## How do we know it worked\n\nThe counter `shown_total` rises within a minute.\n",
        "test_plan: After the change, GET /version returns 1.5.0\n",
        "## Smoke test\n\nCheck that a customer can log in and place an order.\n",
        "| Step | Command | Expected |\n|---|---|---|\n| 1 | `show bundle 3` | two members, both active |\n",
        'Verification: `systemctl is-active nginx` prints "active"\n',
        "## Validation\n\nLatency p95 stays below 300 ms.\n",
        '9. The panel "orders per minute" has to be above 20.\n',
        "## Validation\n\nAll ten printers respond to ping.\n",
        "## Acceptance criteria\n\nNo new errors in the log of shop-orders for an hour.\n",
        '## Prüfung\n\nDer Alarm "Disk voll" bleibt 60 Minuten grün.\n',
    ],
    "empty": [
        "## Validation\n\n## Next\n\ntext\n",
        "## Validation\n\nVerify that everything works.\n",
        "## Validation\n\nTBC\n",
        "## Verification\n\nn/a\n",
        "Test plan: [Enter test plan here]\n",
        "Test plan: As per standard procedure.\n",
        "## Validation\n\nSee the runbook.\n",
        "## Validation\n\nCheck that the system is working as expected.\n",
        "## Post-implementation verification\n\n<how will you verify it?>\n",
        "## Abnahme\n\nPrüfen, ob alles funktioniert.\n",
        "## Abnahme\n\nNoch offen.\n",
        "## Vérification\n\nVérifier que tout fonctionne.\n",
        "## Validación\n\nComprobar que todo funciona.\n",
        "## Validación\n\nPendiente.\n",
        "Validation: -\n",
        "Validation: ok\n",
        "Validation: ...\n",
        "## Validation\n\nThe application owner confirms success.\n",
        "## Smoke test\n\nTODO\n",
        "| Item | Answer |\n|---|---|\n| Validation after the change | see above |\n",
        "h2. Validation\n\n{color:grey}<describe>{color}\n",
    ],
    "missing": [
        "1. Stop nginx\n2. Start nginx\n",
        "## Test evidence\n\nAll 412 tests passed in staging.\n",
        "## Tests done\n\nRan in the lab for a week without errors.\n",
        "Test plan: unit tests passed on build 33.\n",
        "I will be around afterwards.\n",
        "2.4 Check that the copy is complete before starting.\n",
        "## Prerequisites\n\nThe disk must show more than 20 GB free.\n",
        "## Background\n\nThe validator returned 500 in May.\n",
        "## Rollback\n\nRestore db-1; then `SELECT 1` must return 1.\n",
        "## Risks\n\nPages may answer slowly.\n",
        "# Rollout of the form validation\n\nWe deploy 1.3.\n",
        "The board meets on Tuesday at 10.\n",
        "Certificate validity: 180 days\n",
        "## Tests vorab\n\nIm Labor getestet, keine Fehler.\n",
        "## Essais réalisés\n\nEssayé en préproduction avec deux comptes.\n",
        "## Pruebas previas\n\nSe probó en el laboratorio con diez perfiles.\n",
        "## Impact\n\nUsers must log in again within 10 minutes.\n",
        "We tested it on two hosts and it looked good.\n",
        "Duration: 40 min, no outage expected\n",
        "We stop if the error rate should rise above 2 % and restore db-1.\n",
        "## Communication\n\nMail to 12 lists.\n",
    ],
}


def cases(table: dict[str, list[str]]) -> list[tuple[str, str]]:
    return [(expected, text) for expected, texts in table.items() for text in texts]


@pytest.mark.parametrize(("expected", "text"), cases(ROLLBACK))
def test_rollback(expected: str, text: str) -> None:
    assert standing(f"{text}\n", "rollback") == expected


@pytest.mark.parametrize(("expected", "text"), cases(VALIDATION))
def test_validation(expected: str, text: str) -> None:
    assert standing(f"{text}\n", "validation") == expected


def test_a_reason_names_the_line_that_decides() -> None:
    found = aspects("# T\n\n## Rollback\n\nTBD by Friday\n\n## Validation\n\n`x` prints 1\n")
    assert (found["rollback"].line, found["validation"].line) == (5, 9)
    assert "TBD by Friday" in found["rollback"].reason


OTHERS = [
    ("purpose", "## Why\n\nThe certificate ends.\n", "present"),
    ("scope", "## Scope\n\nTwo nodes.\n", "present"),
    ("affected", "Affected systems: db-1\n", "present"),
    ("affected", "Affected systems: TBD\n", "empty"),
    ("steps", "1. Stop\n2. Start\n", "present"),
    ("steps", "implementation_plan: [steps]\n", "empty"),
    ("prechecks", "## Prerequisites\n\nA console cable.\n", "present"),
    ("window", "Maintenance window: 2026-12-03 22:00-23:30 UTC\n", "present"),
    ("window", "no time\n", "missing"),
    ("impact", "risk_impact_analysis: Users wait.\n", "present"),
    ("communication", "Kommunikationsplan: Mail an alle.\n", "present"),
    ("evidence", "## Test evidence\n\nPassed in the lab.\n", "present"),
    ("trigger", "## Abort criteria\n\nMore than 2 % errors.\n", "present"),
    ("technician", "Implementer: Ragnhild Moe\n", "present"),
    ("reviewer", "Second pair of eyes: Milan Hruska\n", "present"),
    ("reviewer", "Reviewer: <name>\n", "empty"),
    ("type", "Type: Normal\n", "present"),
    ("type", "nothing\n", "missing"),
]


@pytest.mark.parametrize(("name", "text", "expected"), OTHERS)
def test_the_other_aspects(name: str, text: str, expected: str) -> None:
    assert standing(text, name) == expected


def test_all_fifteen_are_always_there() -> None:
    assert len(aspects("x")) == 15
