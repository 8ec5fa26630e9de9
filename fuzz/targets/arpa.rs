//! ARPA text of any bytes: refused with a line and a remedy, or read, written and read again the same, and
//! made into a model of which everything can be asked.

#![no_main]

use std::io::Cursor;
use std::sync::Arc;

use impute::model::{Model, arpa};
use impute::progress::Silent;
use impute::text::input::decompress;
use impute_fuzz::{asked, models};
use libfuzzer_sys::fuzz_target;

fn read(bytes: &[u8]) -> impute::Result<arpa::Arpa> {
    let input = decompress(Box::new(Cursor::new(bytes.to_vec())), "in".into(), None)?;
    arpa::read(input, &Silent)
}

fuzz_target!(|data: &[u8]| {
    let arpa = match read(data) {
        Ok(arpa) => arpa,
        Err(error) => {
            let text = error.to_string();
            assert!(text.starts_with("in: ") && text.contains("; "), "{text}");
            return;
        }
    };
    let model = Model::from_bytes(models::import(&arpa));
    let model = Arc::new(model.expect("what was imported can be opened"));
    model.verify().expect("what was written is whole");
    asked::everything(&model);
    let mut text = Vec::new();
    if arpa::write(&arpa, "memory", &mut text).is_ok() {
        let again = read(&text).expect("what was written can be read");
        assert_eq!(again.counts(), arpa.counts());
        let mut twice = Vec::new();
        arpa::write(&again, "memory", &mut twice).expect("the same again");
        assert!(text == twice, "a second time, other text");
        let mut exported = Vec::new();
        arpa::write(model.view(), "memory", &mut exported).expect("the same from the model");
        assert!(text == exported, "the model has other figures");
    }
});
