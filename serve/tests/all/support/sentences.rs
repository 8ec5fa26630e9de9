//! Texts that are sent.

/// So many different sentences, of a few languages in turn.
pub fn in_many_languages(many: usize) -> Vec<String> {
    const BEGIN: [&str; 6] = [
        "The committee will meet again on Tuesday to discuss matter",
        "Der Ausschuss trifft sich am Dienstag wieder zu Punkt",
        "La comisión se reunirá de nuevo el martes para tratar el asunto",
        "La commission se réunira mardi pour examiner le point",
        "Комитет снова соберётся во вторник, чтобы обсудить вопрос",
        "委員会は火曜日に再び会合を開き、次の議題を話し合う：",
    ];
    (0..many).map(|at| format!("{} {at} .", BEGIN[at % BEGIN.len()])).collect()
}

/// So many different sentences, each of which lacks a word.
pub fn english(many: usize) -> Vec<String> {
    const SENTENCES: [&str; 4] = [
        "The president said on Tuesday that he not going to the meeting",
        "It was the first time the company had such a large loss since",
        "Police said that two men had been in connection with the case",
        "She told reporters that the new law would come force in May",
    ];
    (0..many).map(|at| format!("{} , number {at} .", SENTENCES[at % SENTENCES.len()])).collect()
}
