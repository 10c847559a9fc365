"""A text in a language that the rules do not read is said to be that; one in a language that they read never is."""

from __future__ import annotations

import pytest

from include.catalogue.loader import EXAMPLE, load_catalogue
from include.changes.assess import assess
from include.changes.places import lay_out
from include.changes.read import read_notes
from include.changes.tongue import foreign
from tests.include.changes import documents, second_documents

FOREIGN = {
    "Dutch": "# Wijziging\n\nWe vervangen de oude firewall door een nieuwe in de nacht van zaterdag op zondag. De gebruikers"
    " merken hier niets van.\n\n## Terugvalplan\n\nDe oude firewall weer aansluiten en de routes terugzetten naar het"
    " oude adres.\n",
    "Portuguese": "# Pedido\n\nAtualização do banco de dados do armazém na noite de sábado. O serviço fica parado por"
    " dez minutos e"
    " os usuários são avisados.\n\n## Reversão\n\nVoltar a versão anterior do pacote no servidor e reiniciar o serviço.\n",
    "Polish": "# Zmiana\n\nW nocy z soboty na niedzielę wymieniamy serwer bazy danych oraz przenosimy dane na nowe dyski. "
    "Użytkownicy nie będą mogli pracować przez godzinę.\n\n## Rollback\n\nPrzywrócić poprzednią bazę danych z kopii"
    " zapasowej oraz"
    " uruchomić ponownie wszystkie usługi magazynu.\n",
    "another script": "# Изменение\n\nОбновляем сервер базы данных в ночь на воскресенье.\n\n## Откат\n\nВосстановить версию.\n",
    "another language": "# Değişiklik\n\nVeritabanı sunucusunu cumartesi gecesi yeni sürüme yükseltiyoruz. Kullanıcılar on dakika"
    " boyunca sisteme erişemez.\n\n## Dönüş\n\nEski sürümü yedekten geri yükle, servisi yeniden başlat.\n",
}


@pytest.mark.parametrize("name", FOREIGN)
def test_a_language_that_is_not_read(name: str) -> None:
    notes = read_notes(FOREIGN[name])
    assert foreign(lay_out(notes)) == name
    found = {each.rule: each for each in assess(notes, load_catalogue(EXAMPLE, "")).findings}
    assert found["language-not-read"].severity.value == "warning"
    assert found["language-not-read"].asks.endswith("?")


def test_the_place_that_counts_only_because_nobody_can_read_it_is_named() -> None:
    assessment = assess(read_notes(FOREIGN["Polish"]), load_catalogue(EXAMPLE, ""))
    assert assessment.rollback.value == "present"
    found = next(each for each in assessment.findings if each.rule == "rollback-not-read")
    assert (found.severity.value, found.line) == ("warning", 7)


def test_no_document_in_our_languages_is_foreign() -> None:
    first = [documents.FOLDER / name for name in documents.EXPECTED]
    found = {
        path.name: name
        for path in (*first, *second_documents.EXPECTED)
        if (name := foreign(lay_out(read_notes(path.read_bytes()))))
    }
    assert found == {"17-mudanca-firewall.md": "Portuguese"}


@pytest.mark.parametrize("text", ["x", "```\nа б в\n```", "1 2 3", "Rollback: да"])
def test_too_little_to_tell(text: str) -> None:
    assert foreign(lay_out(read_notes(text))) in ("", "another script")
