//! The command line.
use impute::evaluate::*;
use impute::solve::*;
fn main() {
    let args: Vec<std::path::PathBuf> = std::env::args_os().skip(1).map(Into::into).collect();
    let model = impute::model::Model::open(&args[0]).unwrap();
    let rd = |p: &str| impute::text::rows::RowReader::new(impute::text::input::open(p.as_ref()).unwrap(), None, false).unwrap().read_all().unwrap();
    let n: usize = args[1].to_str().unwrap().parse().unwrap();
    let pairs: Vec<_> = rd("../shared/corpus/lm1b-dev.test.csv").into_iter().zip(rd("../shared/corpus/lm1b-dev.solution.csv")).map(|(a,b)| measure::Pair{id:a.id,test:a.sentence,solution:b.sentence}).take(n).collect();
    let g: f64 = args[2].to_str().unwrap().parse().unwrap();
    let w: f64 = args[3].to_str().unwrap().parse().unwrap();
    let mut solver = Solver::new(&model);
    if g > 0.0 { solver = solver.with_calibration(impute::model::header::Calibration{gap_temperature:g,word_temperature:w,sentences:0}); } else {
        let sol: Vec<_> = pairs.iter().map(|p| p.solution.clone()).collect();
        let c = calibrate::fit(&solver, &sol, &impute::progress::Silent).unwrap();
        eprintln!("{c:?}"); solver = solver.with_calibration(c);
    }
    let t = std::time::Instant::now();
    let m = measure::measure(&solver, &pairs, &[Method::Posterior, Method::MinLikelihood], &impute::progress::Silent);
    let e = t.elapsed().as_secs_f64();
    let n = m.len() as f64;
    let mean = |f: &dyn Fn(&measure::Measured)->f64| m.iter().map(f).sum::<f64>()/n;
    println!("{} sent/s  unchanged {:.4}", n/e, mean(&|m| m.unchanged as f64));
    for k in 0..2 {
        println!("score {:.4} expected {:.4} gap1 {:.4} nats {:.4} changed {:.4} space {:.4} word {:.4} both {:.4}", mean(&|m| m.outcomes[k].distance as f64), mean(&|m| m.outcomes[k].answer.expected.unwrap_or(m.unchanged as f64)),
         mean(&|m| (m.outcomes[k].gap_rank==Some(0)) as u8 as f64), mean(&|m| m.outcomes[k].gap_nats.unwrap_or(0.)), mean(&|m| m.outcomes[k].answer.insert.is_some() as u8 as f64),
         mean(&|m| m.outcomes[k].answer.insert.as_ref().is_some_and(|i| i.1.is_empty()) as u8 as f64), mean(&|m| m.outcomes[k].answer.is_word as u8 as f64), mean(&|m| (m.outcomes[k].distance==0) as u8 as f64));
    }
    { // diagnostics
        let mut w = solver.worker(); let (mut n, mut hit, mut rest, mut rest_t, mut mc, mut ac, mut uc, mut urc, mut hl, mut ehl) = (0.,0.,0.,0.,0.,0.,0.,0.,0.,0.);
        for (p, mm) in pairs.iter().zip(&m) { let Some(t) = &mm.truth else {continue}; let ids = solver.ids(&p.test); let mut b = vec![];
            let sc = w.score(Gap::of(&ids, *t.gaps.start()).unwrap(), 64, &mut b); n += 1.;
            let l = t.word.len() as f64;
            if let Ok(path) = std::env::var("DUMP") { use std::io::Write;
              let mut f = std::fs::File::options().append(true).create(true).open(path).unwrap();
              let mut line = format!("{} {} {} {} {}", mm.word_rank.map_or(-1, |r| r as i64), l, sc.mean_chars, t.gaps.start(), t.gaps.end());
              line += &format!(" {}", b.len());
              for c in &b { line += &format!(" {:.6e} {:.4e} {}", c.probability, solver.view().lists.weights[c.word as usize][0], solver.view().vocabulary.word(c.word).len()); }
              let an = w.analyse(&ids); line += &format!(" {}", an.gaps.len());
              for g in &an.gaps { line += &format!(" {:.4} {:.4} {:.4}", g.ln_evidence, g.ln_next, g.mean_chars); }
              writeln!(f, "{line}").unwrap(); }
            if mm.word_rank.is_some() { hit += 1.; hl += l } else { uc += l; }
            let ps: Vec<f64> = b.iter().map(|c| c.probability).collect();
            let r = 1.0 - ps.iter().sum::<f64>(); rest += r; let (tp, rt) = posterior::temper(&ps, solver.calibration().word_temperature); rest_t += rt;
            let cl: f64 = b.iter().map(|c| c.probability * solver.view().vocabulary.word(c.word).len() as f64).sum();
            ehl += b.iter().zip(&tp).map(|(c,p)| p * solver.view().vocabulary.word(c.word).len() as f64).sum::<f64>();
            urc += (sc.mean_chars - cl).max(0.); mc += sc.mean_chars; ac += l; }
        println!("miss {:.4} rest {:.4} rest_t {:.4} chars exp {:.4} act {:.4} | miss chars {:.3} rest chars {:.3} | hit chars sum {:.4} tempered cand chars sum {:.4}", 1.-hit/n, rest/n, rest_t/n, mc/n, ac/n, uc/(n-hit), urc/rest, hl/n, ehl/n);
    }
    println!("word1 {:.4} word10 {:.4} considered {:.4}", mean(&|m| (m.word_rank==Some(0)) as u8 as f64), mean(&|m| m.word_rank.is_some_and(|r| r<10) as u8 as f64), mean(&|m| m.considered as u8 as f64));
}
