//! How many words and sentences a second are told apart by the classifier that ships? The answers are checked before
//! they are timed.

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use impute::kinds::language::{Classifier, Reader};

/// Languages and sentences.
const SENTENCES: [(&str, &str); 14] = [
    ("en", "She closed the window because the rain was coming in from the garden."),
    ("de", "Sie schloss das Fenster, weil der Regen aus dem Garten hereinkam."),
    ("fr", "Elle ferma la fenêtre parce que la pluie entrait par le jardin."),
    ("es", "Cerró la ventana porque la lluvia entraba desde el jardín."),
    ("it", "Chiuse la finestra perché la pioggia entrava dal giardino."),
    ("pl", "Zamknęła okno, ponieważ deszcz wpadał do pokoju z ogrodu."),
    ("hu", "Becsukta az ablakot, mert az eső befolyt a kertből a szobába."),
    ("fi", "Hän sulki ikkunan, koska sade tuli sisään puutarhasta."),
    ("tr", "Bahçeden içeri yağmur girdiği için pencereyi kapattı."),
    ("ru", "Она закрыла окно, потому что дождь лился в комнату из сада."),
    ("uk", "Вона зачинила вікно, бо дощ заливав кімнату із саду."),
    ("he", "היא סגרה את החלון כי הגשם נכנס מן הגינה."),
    ("ko", "정원에서 비가 들이쳐서 그녀는 창문을 닫았다."),
    ("ja", "庭から雨が吹き込んできたので、彼女は窓を閉めました。"),
];

/// How many texts were recognised: their labels are what is timed.
fn recognised(reader: &mut Reader, texts: &[(usize, &str)]) -> usize {
    texts.iter().filter(|(label, text)| reader.guess(text).label == Some(*label)).count()
}

fn texts(c: &mut Criterion) {
    let classifier = Classifier::shipped().unwrap();
    let place = |name: &str| classifier.labels().iter().position(|label| label == name).unwrap();
    let sentences = SENTENCES.map(|(label, text)| (place(label), text));
    let words: Vec<(usize, &str)> = sentences
        .iter()
        .flat_map(|(label, text)| text.split_whitespace().map(|word| (*label, word)))
        .collect();
    let mut reader = classifier.reader();
    assert_eq!(recognised(&mut reader, &sentences), sentences.len());
    let right = recognised(&mut reader, &words);
    assert!(2 * right > words.len(), "{right} of {} words", words.len());
    let mut group = c.benchmark_group("language");
    for (name, texts) in [("words", &words[..]), ("sentences", &sentences)] {
        group.throughput(Throughput::Elements(texts.len() as u64));
        group.bench_function(name, |b| b.iter(|| recognised(&mut reader, black_box(texts))));
    }
    group.throughput(Throughput::Elements(1));
    group.bench_function("reading the classifier", |b| b.iter(|| Classifier::shipped().unwrap()));
    group.finish();
}

criterion_group!(benches, texts);
criterion_main!(benches);
