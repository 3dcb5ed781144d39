"""Another program reads what we export: Citolab's converter takes our packages from one edition of QTI to the other, and nothing is lost on the way."""

import pytest
from items_for_exchange import essence, parcel_of, plan, real_library
from qti_convert import downgrade_package, upgrade_package

from lti_tool.interchange.formats import prepare
from lti_tool.interchange.reading import import_questions


@pytest.mark.proves("interchange-read-by-others")
@pytest.mark.parametrize(
    ("exported", "convert", "into"),
    [("qti21", upgrade_package, "qti30"), ("qti30", downgrade_package, "qti21")],
)
def test_packages_come_back_whole_from_another_programs_conversion(tmp_path, exported, convert, into):
    banks = real_library().banks.values()
    found = [item for bank in banks for item in bank.items.values() if item.is_served]
    ours, theirs = tmp_path / "ours.zip", tmp_path / "theirs.zip"
    ours.write_bytes(prepare(parcel_of(found), exported).to_bytes())

    convert(str(ours), str(theirs))
    back = import_questions(theirs.read_bytes(), theirs.name, plan(keep_ids=True))

    expected = prepare(parcel_of(found), into)
    assert len(back.items) > 100 and {line.outcome for line in back.lines} == {"taken"}
    assert [essence(item, expected.format) for item in back.items] == [
        essence(item, expected.format) for item in expected.parcel.items
    ]
