// Reads a page or an activity aloud, sentence by sentence, with the device's own voices only: a voice that is not local sends its text to
// somebody's server, so where there is no local one for the page's language the buttons stay hidden. Sentences, because browsers stop long
// speeches after some seconds.

const READ = "h1, h2, h3, p, li, dt, dd, th, td, blockquote, .prompt-text, .option-text, .piece-text, .step-text, label, figcaption";
const SKIP = "[hidden], .sr-only, [data-listen], .button, select, [popover], [role=status], svg, script";
const speech = window.speechSynthesis;
const buttons = document.querySelectorAll("[data-listen]");
const said = "Highlight" in window && CSS.highlights ? new Highlight() : null;

let reading = null; // the button that is being read for
let queue = [];
let spoken = null; // kept, or some browsers forget an utterance before its end

if (said) CSS.highlights.set("il-said", said);

const languageOf = (element) => element.closest("[lang]").lang;
const voiceFor = (lang) => speech.getVoices().find((each) => each.localService && each.lang.slice(0, 2).toLowerCase() === lang.slice(0, 2));

function offer() {
  for (const button of buttons) button.hidden = !voiceFor(languageOf(button));
}

// The sentences of an element: each a range of its text, with its language.
function sentencesOf(element) {
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT, (node) => {
    const owner = node.parentElement;
    const isOwn = owner.closest(READ) === element && (!owner.closest(SKIP) || owner.closest(".word")) && owner.checkVisibility();
    return isOwn ? NodeFilter.FILTER_ACCEPT : NodeFilter.FILTER_REJECT;
  });
  const nodes = [];
  let text = "";
  while (walker.nextNode()) {
    nodes.push([text.length, walker.currentNode]);
    text += walker.currentNode.data;
  }
  return split(text, languageOf(element)).map(([start, end]) => ({ text: text.slice(start, end).trim(), lang: languageOf(element), range: rangeOf(nodes, start, end) }))
    .filter((sentence) => /[\p{L}\p{N}]/u.test(sentence.text));
}

function split(text, lang) {
  if (!Intl.Segmenter) return [...text.matchAll(/[^.!?…]+[.!?…”"]*\s*/g)].map((each) => [each.index, each.index + each[0].length]);
  return [...new Intl.Segmenter(lang, { granularity: "sentence" }).segment(text)].map((each) => [each.index, each.index + each.segment.length]);
}

function rangeOf(nodes, start, end) {
  const range = new Range();
  const at = (offset) => nodes.findLast(([begin]) => begin <= offset);
  const [first, last] = [at(start), at(Math.max(start, end - 1))];
  range.setStart(first[1], start - first[0]);
  range.setEnd(last[1], end - last[0]);
  return range;
}

function listen(event) {
  const button = event.currentTarget;
  const isStop = reading === button;
  stop();
  if (isStop) return;
  reading = button;
  button.setAttribute("aria-pressed", "true");
  const root = document.getElementById(button.dataset.listen);
  queue = [...root.querySelectorAll(READ)].filter((each) => each.checkVisibility()).flatMap(sentencesOf);
  next();
}

function next() {
  said?.clear();
  const sentence = queue.shift();
  const voice = sentence && voiceFor(sentence.lang);
  if (!sentence) return stop();
  if (!voice) return next(); // text in another language, without a voice for it
  said?.add(sentence.range);
  spoken = new SpeechSynthesisUtterance(sentence.text);
  Object.assign(spoken, { voice, lang: voice.lang });
  spoken.onend = (event) => { if (event.target === spoken) next(); };
  spoken.onerror = (event) => { if (event.target === spoken) stop(); };
  speech.speak(spoken);
}

function stop() {
  spoken = null;
  queue = [];
  said?.clear();
  speech.cancel();
  reading?.setAttribute("aria-pressed", "false");
  reading = null;
}

if (speech) {
  for (const button of buttons) button.addEventListener("click", listen);
  speech.addEventListener?.("voiceschanged", offer);
  window.addEventListener("pagehide", stop);
  document.addEventListener("keydown", (event) => { if (event.key === "Escape" && reading) stop(); });
  offer();
}
