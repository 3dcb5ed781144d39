"""Packages that other programs made, item by item."""

from pathlib import Path

import pytest
from items_for_exchange import plan
from test_interchange_safety import SVG, zipped

from lti_tool.interchange.reading import import_questions, title_of

PACKAGES = Path(__file__).parent / "packages"

pytestmark = pytest.mark.proves("interchange-others")


def kinds_of(found):
    return [(line.kind, line.outcome) for line in found.lines]


def read(name, **more):
    return import_questions((PACKAGES / name).read_bytes(), name, plan(**more))


def test_text2qti():
    found = read("text2qti.zip")
    first, several, number, years = (item.spec for item in found.items[:4])

    assert [kind for kind, _ in kinds_of(found)] == [
        *(
            "choice",
            "choice",
            "numeric",
            "numeric",
            "short_text",
            "open_response",
            None,
            "choice",
            "choice",
            "choice",
        )
    ]
    assert (first.prompt, first.feedback.correct, first.options[0].feedback) == (
        "What is *lateral* reading?",
        "Well done.",
        "It is not.",
    )
    assert found.items[0].points == 2
    assert [option.key for option in several.options] == [True, True, False] and several.multiple
    assert (number.answer, number.tolerance, years.answer, years.tolerance) == (3, 0.5, 2001, 3)
    assert "file" in found.lines[6].notes[0]
    assert title_of((PACKAGES / "text2qti.zip").read_bytes(), "x.zip") == "Made with text2qti"


def test_qti_package_maker_for_canvas():
    found = read("qti-package-maker-canvas.zip")

    assert [kind for kind, _ in kinds_of(found)] == [
        "choice",
        "choice",
        "numeric",
        "short_text",
        "passage_set",
        "match",
    ]
    gaps, matched = found.items[4].spec, found.items[5].spec
    assert gaps.stimulus == r"The (1) \_\_\_ cat sat on the (2) \_\_\_."
    assert [question.accept for question in gaps.questions] == [("black",), ("mat", "rug")]
    assert {row.text: matched.texts[row.partner] for row in matched.rows} == {
        "author": "writes it",
        "publisher": "prints it",
        "editor": "mends it",
    }


def test_qti_package_maker_qti_21():
    found = read("qti-package-maker-qti21.zip")

    # Its gaps are lower-case elements of no standard, so that there is nothing to answer with.
    assert [kind for kind, _ in kinds_of(found)] == [
        "choice",
        "choice",
        "numeric",
        "short_text",
        None,
        "match",
    ]
    assert found.items[2].spec.tolerance == 0.5


DROPDOWNS = """<questestinterop xmlns="http://www.imsglobal.org/xsd/ims_qtiasiv1p2"><assessment ident="g1" title="Unit 3"><section ident="root_section">
<item ident="g9" title="Question"><itemmetadata><qtimetadata>
<qtimetadatafield><fieldlabel>question_type</fieldlabel><fieldentry>multiple_dropdowns_question</fieldentry></qtimetadatafield>
<qtimetadatafield><fieldlabel>points_possible</fieldlabel><fieldentry>2.5</fieldentry></qtimetadatafield></qtimetadata></itemmetadata>
<presentation><material><mattext texttype="text/html">&lt;p&gt;Look: &lt;img src="$IMS-CC-FILEBASE$/pics/owl%20one.svg" alt="An owl on a branch"&gt;&lt;/p&gt;
&lt;p&gt;An [bird] hunts at [time].&lt;/p&gt;</mattext></material>
<response_lid ident="response_bird"><material><mattext>bird</mattext></material><render_choice>
<response_label ident="11"><material><mattext>owl</mattext></material></response_label>
<response_label ident="12"><material><mattext>emu</mattext></material></response_label></render_choice></response_lid>
<response_lid ident="response_time"><material><mattext>time</mattext></material><render_choice>
<response_label ident="21"><material><mattext>noon</mattext></material></response_label>
<response_label ident="22"><material><mattext>night</mattext></material></response_label></render_choice></response_lid></presentation>
<resprocessing><respcondition><conditionvar><varequal respident="response_bird">11</varequal></conditionvar><setvar action="Add">50</setvar></respcondition>
<respcondition><conditionvar><varequal respident="response_time">22</varequal></conditionvar><setvar action="Add">50</setvar></respcondition></resprocessing>
</item><item ident="g10" title="F"><itemmetadata><qtimetadata><qtimetadatafield><fieldlabel>question_type</fieldlabel>
<fieldentry>calculated_question</fieldentry></qtimetadatafield></qtimetadata></itemmetadata><presentation/></item></section></assessment></questestinterop>"""


def test_a_canvas_course_export_with_both_documents_of_a_quiz():
    package = zipped(
        {
            "imsmanifest.xml": b"<manifest/>",
            "g1/assessment_qti.xml": DROPDOWNS.replace("g9", "twin").encode(),
            "g1/assessment_meta.xml": b"<quiz><title>Unit 3</title></quiz>",
            "non_cc_assessments/g1.xml.qti": DROPDOWNS.encode(),
            "web_resources/pics/owl one.svg": SVG,
        }
    )

    found = import_questions(package, "course.imscc", plan())

    assert kinds_of(found) == [("dropdown", "changed"), (None, "refused")]
    spec = found.items[0].spec
    assert [gap.answer.text for gap in spec.gaps] == ["owl", "night"]
    assert spec.text == "An [[bird]] hunts at [[time]]." and "media/owl-one-" in spec.prompt
    assert list(found.media.values()) == [SVG]
    assert any("points" in note for note in found.lines[0].notes) and found.items[0].points == 2


MOODLE = """<?xml version="1.0"?><quiz>
<question type="category"><category><text>$course$/x</text></category></question>
<question type="truefalse"><name><text>tf</text></name><questiontext format="html"><text><![CDATA[<p>Owls hunt at night.</p>]]></text></questiontext>
<answer fraction="100"><text>true</text><feedback><text>Yes.</text></feedback></answer><answer fraction="0"><text>false</text></answer></question>
<question type="cloze"><name><text>cz</text></name><questiontext format="html"><text><![CDATA[<p>An {1:MULTICHOICE:=owl#Right~emu#No} hunts.</p>]]></text></questiontext></question>
<question type="cloze"><name><text>typed</text></name><questiontext format="html"><text><![CDATA[<p>An {1:SHORTANSWER:=owl} eats {1:SA:=mice~=voles}.</p>]]></text></questiontext></question>
<question type="matching"><name><text>m</text></name><questiontext format="html"><text>Match.</text></questiontext>
<subquestion format="html"><text>A</text><answer><text>1</text></answer></subquestion><subquestion format="html"><text>B</text><answer><text>2</text></answer></subquestion>
<subquestion format="html"><text></text><answer><text>3</text></answer></subquestion></question>
<question type="gapselect"><name><text>gs</text></name><questiontext format="html"><text>An [[1]] hunts.</text></questiontext>
<selectoption><text>owl</text><group>1</group></selectoption><selectoption><text>emu</text><group>1</group></selectoption></question>
<question type="shortanswer"><name><text>sa</text></name><questiontext format="html"><text><![CDATA[<p>Name it. <img src="@@PLUGINFILE@@/o.svg" alt="A bird at night"></p>]]></text>
<file name="o.svg" path="/" encoding="base64">%s</file></questiontext><answer fraction="100"><text>owl</text></answer><answer fraction="50"><text>bird</text><feedback><text>Which?</text></feedback></answer></question>
<question type="calculated"><name><text>c</text></name></question>
<question type="essay"><name><text>e</text></name><questiontext format="html"><text>Write.</text></questiontext><defaultgrade>4</defaultgrade><graderinfo><text>Owls.</text></graderinfo></question>
<question type="ordering"><name><text>o</text></name><questiontext format="html"><text>Order.</text></questiontext><answer fraction="1"><text>x</text></answer><answer fraction="2"><text>y</text></answer><answer fraction="3"><text>z</text></answer></question>
</quiz>"""


def test_moodle_xml():
    import base64

    found = import_questions((MOODLE % base64.b64encode(SVG).decode()).encode(), "questions.xml", plan())

    assert [kind for kind, _ in kinds_of(found)] == [
        *(
            "choice",
            "dropdown",
            "passage_set",
            "match",
            "dropdown",
            "short_text",
            None,
            "open_response",
            "order",
        )
    ]
    by_kind = {item.kind: item.spec for item in found.items}
    assert by_kind["short_text"].near[0].credit == 0.5 and list(found.media.values()) == [SVG]
    assert by_kind["open_response"].model_answer == "Owls."
    assert len(by_kind["match"].partners) == 3


QTI3 = """<qti-assessment-item xmlns="http://www.imsglobal.org/xsd/imsqtiasi_v3p0" identifier="x1" title="Hot" adaptive="false" time-dependent="false">
<qti-response-declaration identifier="RESPONSE" cardinality="single" base-type="identifier"><qti-correct-response><qti-value>A</qti-value></qti-correct-response></qti-response-declaration>
<qti-item-body><p>Where is the owl?</p><qti-hotspot-interaction response-identifier="RESPONSE" max-choices="1"><qti-prompt>Mark it.</qti-prompt>
<img src="owl.svg" alt="A wood at night" width="90" height="90"/>
<qti-hotspot-choice identifier="A" shape="circle" coords="4,4,3" hotspot-label="On the branch"/>
<qti-hotspot-choice identifier="B" shape="rect" coords="0,0,9,9" hotspot-label="In the grass"/></qti-hotspot-interaction></qti-item-body></qti-assessment-item>"""


def test_qti_3_items_with_a_picture():
    picture = SVG.replace(b"0 0 9 9", b"0 0 90 90")

    found = import_questions(
        zipped(
            {
                "a/item.xml": QTI3.replace("4,4,3", "40,40,30").replace("0,0,9,9", "0,60,90,90").encode(),
                "a/owl.svg": picture,
            }
        ),
        "x.zip",
        plan(),
    )

    (item,) = found.items
    assert item.kind == "hotspot" and item.spec.size == (90, 90)
    assert item.spec.places[0].at == (10, 10, 60, 60) and item.spec.places[0].key
    assert item.spec.prompt == "Mark it." and item.spec.stimulus == "Where is the owl?"


GIFT = """// a comment
$CATEGORY: tom/dick

::Q1:: Who wrote it? { =Mara #Yes! ~Jo #No. }

Type {=moon cheese =%50%cheese#Nearly} here.

The sky is green.{F#No, blue#Right}

How many? {#4:0.5}

Between {#1..5}

Match { =a -> 1 =b -> 2 =c -> 3 }

Pick two {~%50%right ~%50%also ~%-100%wrong}

Write {}

Just a text
"""


def test_gift():
    found = import_questions(GIFT.encode(), "questions.gift.txt", plan())

    assert [kind for kind, _ in kinds_of(found)] == [
        *("choice", "short_text", "choice", "numeric", "numeric", "match", "choice", "open_response", None)
    ]
    assert found.items[1].spec.prompt == r"Type \_\_\_ here." and found.items[1].spec.near[0].credit == 0.5
    assert found.items[2].spec.feedback.incorrect == "No, blue"
    assert (found.items[4].spec.answer, found.items[4].spec.tolerance) == (3, 2)
    assert found.items[6].spec.multiple


CSV = """\ufeffQuestion;Answer;Option 1;Option 2;Option 3;Points;Kind
Which first?;B;On the page;In a new tab;In a drawer;2;
Which two?;1;3;A book;A spoon;A map;;choice
How many?;480+-20;;;;;
Name it.;lateral reading|reading laterally;;;;;
Match them.;;author => writes;publisher => prints;=> mends;;match
;1;a;b;;;
Which?;9;a;b;;;choice
Which?;1;a;b;;;sonnet
""".replace("Which two?;1;3;", "Which two?;1,3;")


def test_a_table():
    found = import_questions(CSV.encode(), "table.csv", plan())

    assert [kind for kind, _ in kinds_of(found)] == [
        "choice",
        "choice",
        "numeric",
        "short_text",
        "match",
        None,
        None,
        None,
    ]
    assert [option.key for option in found.items[0].spec.options] == [False, True, False] and found.items[
        0
    ].points == 2
    assert found.items[1].spec.multiple and (found.items[2].spec.answer, found.items[2].spec.tolerance) == (
        480,
        20,
    )
    assert "There is no kind “sonnet”" in found.lines[7].notes[0]
