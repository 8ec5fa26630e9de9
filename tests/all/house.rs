//! The house rules of the source: a room uses only the rooms before it, and files stay short.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// The rooms in the order in which data flows. What is on a line uses only the lines above it.
const ROOMS: &[&[&str]] = &[
    &["error"],
    &["random", "softmax", "progress"],
    &["interval"],
    &["text"],
    &["task"],
    &["net"],
    &["model"],
    &["query"],
    &["kinds"],
    &["train", "generate", "backoff"],
    &["solve"],
    &["repair"],
    &["submission"],
    &["fit"],
    &["make"],
    &["evaluate"],
    &["page"],
];
/// The same of the service, a package of its own.
const SERVICE: &[&[&str]] = &[
    &["fault"],
    &["backoff", "clock", "drift", "pace", "uploads"],
    &["task", "settings", "recent", "load"],
    &["refusal", "metrics"],
    &["guard", "predict", "store"],
    &["queue", "models"],
    &["desk", "feedback", "scale"],
    &["service"],
    &["api"],
    &["page"],
    &["serving"],
    &["program"],
];
/// Packages by their folders; that of the service is not where the library is unpacked alone.
const PACKAGES: [(&str, &[&[&str]]); 2] = [("src", ROOMS), ("serve/src", SERVICE)];
/// Lines of code a file may have, not counting tests.
const LONGEST: usize = 400;

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut all = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        match path.is_dir() {
            true => all.extend(files(&path)),
            false if path.extension().is_some_and(|end| end == "rs") => all.push(path),
            false => {}
        }
    }
    all.sort();
    all
}

/// The packages that are there: their code, and the order of their rooms.
fn packages() -> Vec<(Code, &'static [&'static [&'static str]])> {
    let there =
        |(folder, _): &(&str, _)| Path::new(env!("CARGO_MANIFEST_DIR")).join(folder).is_dir();
    let found = PACKAGES.into_iter().filter(there);
    found.map(|(folder, rooms)| (code(folder), rooms)).collect()
}

/// Lines of code by the path of their file.
type Code = Vec<(String, Vec<String>)>;

/// The lines of code of every file of a package, without comments and unit tests, by path below its folder.
fn code(folder: &str) -> Code {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let all = files(&source).into_iter().map(|path| {
        let text = std::fs::read_to_string(&path).unwrap();
        let product = text.split("mod tests {").next().unwrap();
        let lines = product.lines().map(str::trim);
        let lines = lines.filter(|line| !line.is_empty() && !line.starts_with("//"));
        let name = path.strip_prefix(&source).unwrap().to_str().unwrap().replace('\\', "/");
        (name, lines.map(str::to_owned).collect())
    });
    all.collect()
}

fn rank(rooms: &[&[&str]], room: &str) -> Option<usize> {
    rooms.iter().position(|rooms| rooms.contains(&room))
}

#[test]
fn a_room_uses_only_the_rooms_before_it() {
    for (code, rooms) in packages() {
        let mut seen = 0;
        for (name, lines) in code {
            let room = name.split(['/', '.']).next().unwrap();
            // Tests in files of their own may use everything.
            let test = name.ends_with("tests.rs") || name.contains("/tests/");
            if ["lib", "main", "cli"].contains(&room) || test {
                continue;
            }
            let here =
                rank(rooms, room).unwrap_or_else(|| panic!("{name} is in no room of the list"));
            let text = lines.join("\n");
            for used in text.split("crate::").skip(1) {
                let used = used.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap();
                let there = rank(rooms, used);
                let there = there.unwrap_or_else(|| panic!("{name}: crate::{used} is no room"));
                assert!(there < here || used == room, "{name} uses {used}, which comes after it");
                seen += 1;
            }
        }
        assert!(seen > 150, "only {seen} uses were found");
    }
}

#[test]
fn no_file_is_longer_than_an_idea() {
    for (files, _) in packages() {
        assert!(files.len() > 100);
        for (name, lines) in files {
            assert!(lines.len() <= LONGEST, "{name} has {} lines of code; split it", lines.len());
        }
    }
}

#[test]
fn only_the_command_line_prints_and_reads_the_environment() {
    for (name, lines) in code("src").iter().filter(|(name, _)| !name.starts_with("cli/")) {
        for talk in ["println!", "eprintln!", "print!", "eprint!", "dbg!", "env::var", "env::args"]
        {
            let found = lines.iter().find(|line| line.contains(talk));
            assert_eq!(found, None, "{name} uses {talk}");
        }
    }
}

#[test]
fn mod_files_hold_contents_only() {
    let all = packages().into_iter().flat_map(|(code, _)| product(code));
    for (name, lines) in all.filter(|(name, _)| name.ends_with("mod.rs")) {
        let lines = lines.iter().filter(|line| !line.starts_with('#'));
        let text = lines.cloned().collect::<Vec<_>>().join("\n");
        for statement in text.split_terminator(';').map(str::trim) {
            let kinds = ["mod ", "use "];
            let statement = match statement.strip_prefix("pub(").and_then(|s| s.split_once(") ")) {
                Some((_, statement)) => statement,
                None => statement.strip_prefix("pub ").unwrap_or(statement),
            };
            let fits = kinds.iter().any(|kind| statement.starts_with(kind));
            assert!(fits, "{name} holds more than contents: {statement}");
        }
    }
}

#[test]
fn no_files_use_each_other() {
    for (code, _) in packages() {
        let house = House::new(product(code));
        let knows = house.edges();
        assert!(knows.values().map(BTreeSet::len).sum::<usize>() > 300);
        let circles: Vec<String> = knows.keys().filter_map(|file| circle(&knows, file)).collect();
        assert!(circles.is_empty(), "{}", circles.join("\n"));
    }
}

#[test]
fn a_circle_is_found_through_names_that_are_re_exported() {
    let file = |name: &str, text: &str| {
        (name.to_owned(), text.lines().map(str::to_owned).collect::<Vec<_>>())
    };
    let house = House::new(vec![
        file("lib.rs", "pub mod a;\npub mod b;"),
        file("a/mod.rs", "pub mod one;\npub use one::{One, two as Two};"),
        file("a/one.rs", "fn f() { crate::b::g() }"),
        file("b.rs", "use crate::{\na::Two,\n};"),
    ]);
    let knows = house.edges();
    assert_eq!(circle(&knows, "b.rs").as_deref(), Some("b.rs -> a/one.rs -> b.rs"));
}

/// The files without those of tests, and without what only the documentation imports.
fn product(code: Code) -> Code {
    let mut files = code;
    files.retain(|(name, _)| !name.ends_with("tests.rs") && !name.contains("/tests/"));
    for (_, lines) in &mut files {
        let mut documentation = false;
        lines.retain(|line| {
            documentation |= line == "#[cfg(doc)]";
            let keep = !documentation;
            documentation &= !line.ends_with(';');
            keep
        });
    }
    files
}

/// The shortest way from a file to itself.
fn circle(knows: &BTreeMap<String, BTreeSet<String>>, file: &str) -> Option<String> {
    let mut ways = vec![vec![file]];
    let mut seen = BTreeSet::new();
    while let Some(way) = (!ways.is_empty()).then(|| ways.remove(0)) {
        for next in knows.get(way[way.len() - 1]).into_iter().flatten() {
            let longer = [&way[..], &[next.as_str()]].concat();
            if next == file {
                return Some(longer.join(" -> "));
            }
            if seen.insert(next.as_str()) {
                ways.push(longer);
            }
        }
    }
    None
}

/// What a name stands for.
enum Found {
    Module(String),
    ItemOf(String),
}

/// All modules by their paths, as `text::lines`, with what each imports.
struct House {
    modules: BTreeMap<String, Module>,
}

struct Module {
    file: String,
    /// The name that each import is given here, and its path: from the root, if that is known.
    uses: Vec<(String, Vec<String>)>,
    /// The code without them.
    rest: String,
}

impl House {
    fn new(code: Code) -> Self {
        let path = |file: &str| {
            let path = file.trim_end_matches(".rs").replace('/', "::");
            let path = path.strip_suffix("::mod").unwrap_or(&path);
            if path == "lib" || path == "main" { String::new() } else { path.to_owned() }
        };
        let names: BTreeSet<String> = code.iter().map(|(file, _)| path(file)).collect();
        let mut modules = BTreeMap::new();
        for (file, lines) in code {
            let own = path(&file);
            let (mut uses, mut rest) = (Vec::new(), String::new());
            for statement in lines.join("\n").split_inclusive(';') {
                match statement.trim_end_matches(';').split_once("use ") {
                    Some((before, tree))
                        if before.trim_end().lines().all(|line| {
                            line.starts_with('#') || line.starts_with("pub") || line.is_empty()
                        }) =>
                    {
                        each_name(tree, &[], &mut |path| uses.push(path));
                    }
                    _ => rest += statement,
                }
            }
            let uses = uses
                .into_iter()
                .filter_map(|(name, path)| absolute(&own, &path, &names).map(|path| (name, path)));
            let uses = uses.collect();
            modules.entry(own).or_insert(Module { file, uses, rest });
        }
        House { modules }
    }

    /// What a path from some module on stands for.
    fn find(&self, module: &str, path: &[String]) -> Option<Found> {
        let own = self.modules.get(module)?;
        let Some((name, path)) = path.split_first() else {
            return Some(Found::Module(module.to_owned()));
        };
        let child = join(module, name);
        if self.modules.contains_key(&child) {
            return self.find(&child, path);
        }
        match own.uses.iter().find(|(given, _)| given == name) {
            Some((_, used)) => self.find("", &[used, path].concat()),
            None => Some(Found::ItemOf(own.file.clone())),
        }
    }

    /// Which files each file uses.
    fn edges(&self) -> BTreeMap<String, BTreeSet<String>> {
        let mut knows = BTreeMap::<String, BTreeSet<String>>::new();
        let names: BTreeSet<String> = self.modules.keys().cloned().collect();
        for (path, module) in &self.modules {
            if ["mod.rs", "lib.rs", "main.rs"].iter().any(|end| module.file.ends_with(end)) {
                continue; // contents
            }
            let mut paths: Vec<Vec<String>> = Vec::new();
            for (name, used) in &module.uses {
                paths.push(used.clone());
                paths.extend(inline(&module.rest, name).map(|rest| [&used[..], &rest].concat()));
            }
            for root in ["crate", "super"] {
                let inline = inline(&module.rest, root);
                let whole = inline.map(|rest| [vec![root.to_owned()], rest].concat());
                paths.extend(whole.filter_map(|whole| absolute(path, &whole, &names)));
            }
            let known = knows.entry(module.file.clone()).or_default();
            for path in paths {
                let file = match self.find("", &path) {
                    Some(Found::ItemOf(file)) => file,
                    Some(Found::Module(module)) => self.modules[&module].file.clone(),
                    None => continue,
                };
                if file != module.file && !file.ends_with("mod.rs") {
                    known.insert(file);
                }
            }
        }
        knows
    }
}

fn join(module: &str, name: &str) -> String {
    if module.is_empty() { name.to_owned() } else { format!("{module}::{name}") }
}

/// A path in a module, from the root; nothing for other crates.
fn absolute(module: &str, path: &[String], names: &BTreeSet<String>) -> Option<Vec<String>> {
    let mut base: Vec<String> =
        module.split("::").filter(|name| !name.is_empty()).map(str::to_owned).collect();
    let mut path = path;
    match path.first()?.as_str() {
        "crate" => (base, path) = (Vec::new(), &path[1..]),
        "self" => path = &path[1..],
        "super" => {
            while path.first().is_some_and(|name| name == "super") {
                base.pop();
                path = &path[1..];
            }
        }
        name if names.contains(&join(module, name)) => {}
        _ => return None,
    }
    base.extend_from_slice(path);
    Some(base)
}

/// Every path of a tree of imports, with the name that it is given.
fn each_name(tree: &str, before: &[String], see: &mut impl FnMut((String, Vec<String>))) {
    let tree = tree.trim();
    if let Some(inner) = tree.strip_prefix('{').and_then(|tree| tree.strip_suffix('}')) {
        let (mut depth, mut from) = (0, 0);
        for (at, c) in inner.char_indices() {
            match c {
                '{' => depth += 1,
                '}' => depth -= 1,
                ',' if depth == 0 => {
                    each_name(&inner[from..at], before, see);
                    from = at + 1;
                }
                _ => {}
            }
        }
        return each_name(&inner[from..], before, see);
    }
    if let Some((name, rest)) = tree.split_once("::").filter(|(name, _)| !name.contains('{')) {
        return each_name(rest, &[before, &[name.trim().to_owned()]].concat(), see);
    }
    let (name, given) = tree.split_once(" as ").unwrap_or((tree, tree));
    let path = match name {
        "" => return,
        "self" | "*" => before.to_vec(),
        name => [before, &[name.to_owned()]].concat(),
    };
    let given =
        if name == "self" { path.last().cloned().unwrap_or_default() } else { given.into() };
    see((given, path));
}

/// Paths in code that begin with a name, without it.
fn inline<'t>(text: &'t str, name: &str) -> impl Iterator<Item = Vec<String>> + use<'t> {
    let name = format!("{name}::");
    let word = |c: char| c.is_alphanumeric() || c == '_';
    let starts: Vec<usize> = text.match_indices(&name).map(|(at, _)| at).collect();
    let length = name.len();
    starts.into_iter().filter_map(move |at| {
        if text[..at].ends_with(|c: char| word(c) || c == ':') {
            return None;
        }
        let rest = &text[at + length..];
        let end = rest.find(|c: char| !word(c) && c != ':').unwrap_or(rest.len());
        let names = rest[..end].split("::").filter(|name| !name.is_empty());
        Some(names.map(str::to_owned).collect())
    })
}
