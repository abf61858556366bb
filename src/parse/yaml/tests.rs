use super::*;
use crate::text::FileId;
use proptest::prelude::*;
use serde_json::json;

fn source(text: &str) -> Source<'_> {
    Source::new(FileId(7), text)
}

fn read(text: &str) -> Tree<'_> {
    parse(source(text))
}

fn slice(text: &str, span: Span) -> &str {
    &text[span.range()]
}

/// All nodes, outermost first, as their spans say them.
fn slices(text: &str) -> Vec<&str> {
    let tree = read(text);
    let mut found = Vec::new();
    for document in tree.documents() {
        walk(document, &mut |node| found.push(slice(text, node.site())));
    }
    found
}

fn walk<'a, 't>(node: Node<'a, 't>, visit: &mut impl FnMut(Node<'a, 't>)) {
    visit(node);
    for item in node.items() {
        walk(item, visit);
    }
    for entry in node.entries() {
        walk(entry.key, visit);
        walk(entry.value, visit);
    }
}

fn problems(text: &str) -> Vec<(&'static str, &str)> {
    let tree = read(text);
    let named = tree.problems().iter().map(|problem| {
        let name = match problem {
            Problem::Syntax { .. } => "syntax",
            Problem::DuplicateKey { .. } => "duplicate",
            Problem::TooDeep { .. } => "deep",
            Problem::TooManyNodes { .. } => "many",
            Problem::UnknownAlias { .. } => "unknown",
            Problem::CyclicAlias { .. } => "cyclic",
        };
        (name, slice(text, problem.span()))
    });
    named.collect()
}

fn json_of(text: &str) -> serde_json::Value {
    read(text).root().expect("a document").to_json()
}

#[test]
fn keys_and_values_at_their_bytes() {
    let text = "name: Ada Byron # c\nphone_in: '1Password'\n\"é\" : \"ü\\n\"\n";
    let tree = read(text);
    let root = tree.root().unwrap();
    let name = root.entry("name").unwrap();
    assert_eq!(name.key.span().range(), 0..4);
    assert_eq!(name.value.span().range(), 6..15);
    assert_eq!(name.value.span().file, FileId(7));
    let phone = root.get("phone_in").unwrap();
    assert_eq!(slice(text, phone.span()), "'1Password'");
    assert_eq!(phone.as_str(), Some("1Password"));
    assert_eq!(phone.style(), Some(Style::SingleQuoted));
    let unicode = root.entry("é").unwrap();
    assert_eq!(slice(text, unicode.key.span()), "\"é\"");
    assert_eq!(unicode.value.as_str(), Some("ü\n"));
    assert_eq!(slice(text, root.span()), text.trim_end());
    assert!(root.get("nobody").is_none());
    assert!(root.get("name").unwrap().get("x").is_none());
}

#[test]
fn collections_end_with_their_content() {
    let text = "a:\n  - x\n  - y: 2\n    z: 3\n\n# c\nb: [1, {c: d} ]  \ne:\n  f: g\n\n\n";
    assert_eq!(
        slices(text),
        [
            text.trim_end(),
            "a",
            "- x\n  - y: 2\n    z: 3",
            "x",
            "y: 2\n    z: 3",
            "y",
            "2",
            "z",
            "3",
            "b",
            "[1, {c: d} ]",
            "1",
            "{c: d}",
            "c",
            "d",
            "e",
            "f: g",
            "f",
            "g",
        ]
    );
}

#[test]
fn lists_below_their_key_begin_at_the_dash() {
    assert_eq!(slices("j:\n- - k\n")[2..], ["- - k", "- k", "k"]);
    let text = "j: &a !t # c\n# - d\n- -5\n- 6\n";
    assert_eq!(slices(text)[2..], ["- -5\n- 6", "-5", "6"]);
    assert_eq!(slices("j:\r\n- k\r\n")[2..], ["- k", "k"]);
}

#[test]
fn blocks_do_not_swallow_what_follows() {
    let text =
        "a: |\r\n  hi\r\n  ho\r\n\r\nb:\n  >-\n   fold\n   ed\n  # c\nc: |+\n\nd: pl\n  ain\n\n";
    let tree = read(text);
    let root = tree.root().unwrap();
    let value = |key: &str| {
        let node = root.get(key).unwrap();
        (
            node.as_str().unwrap(),
            slice(text, node.span()),
            node.style().unwrap(),
        )
    };
    assert_eq!(value("a"), ("hi\nho\n", "hi\r\n  ho", Style::Literal));
    assert_eq!(value("b"), ("fold ed", "fold\n   ed", Style::Folded));
    assert_eq!(value("c"), ("\n", "", Style::Literal));
    assert_eq!(value("d"), ("pl ain", "pl\n  ain", Style::Plain));
}

#[test]
fn absent_values_stand_behind_colon_and_dash() {
    for (text, place) in [
        ("key:", 4),
        ("key:  \n\n", 4),
        ("key:\n# c\n", 4),
        ("key :\nb: 1", 5),
        ("key: &x   # c\n", 7),
        ("key: # c\n# d\n", 4),
        ("{key: , b: 1}", 5),
        ("{key}", 4),
        ("? key\n", 5),
        ("? key\n:  \n", 7),
    ] {
        let tree = read(text);
        let value = tree.root().unwrap().get("key").unwrap();
        assert_eq!(value.span().range(), place..place, "{text:?}");
        assert!(value.is_null() && value.is_scalar());
        assert_eq!(value.as_str(), Some(""));
    }
    let tree = read("-\n\n-   \n- # c\n");
    let places: Vec<_> = tree.root().unwrap().items().collect();
    let places = places.iter().map(|item| item.span().start);
    assert_eq!(places.collect::<Vec<_>>(), [1, 4, 9]);
}

#[test]
fn the_tree_keeps_what_was_written_and_json_is_typed() {
    let text = "a: no\nb: 0755\nc: 12:30\nd: 2026-01-05\ne: ~\nf: 1.50\ng: '12'\nh: !!str 12\n\
                i: !!int '12'\nj: !secret 12\nk: !!str\nl: [true, 'true']\nm: {}\n1: x\n? [n]\n: y\n";
    assert_eq!(
        json_of(text),
        json!({"a": "no", "b": "0755", "c": "12:30", "d": "2026-01-05", "e": null, "f": 1.5,
            "g": "12", "h": "12", "i": 12, "j": "12", "k": "", "l": [true, "true"], "m": {},
            "1": "x", "[n]": "y"})
    );
    let tree = read(text);
    let root = tree.root().unwrap();
    assert_eq!(root.get("f").unwrap().as_str(), Some("1.50"));
    assert!(root.get("[n]").is_none());
    assert_eq!(root.at_pointer("/[n]").unwrap().value.as_str(), Some("y"));
}

#[test]
fn aliases_are_followed() {
    let text = "a: &x {n: 1}\nb: *x\n*x : c\nd: [*x]\n";
    let tree = read(text);
    let root = tree.root().unwrap();
    let b = root.get("b").unwrap();
    assert!(b.is_mapping());
    assert_eq!(slice(text, b.span()), "{n: 1}");
    assert_eq!(slice(text, b.site()), "*x");
    assert_eq!(root.to_json()["d"], json!([{"n": 1}]));
    assert_eq!(tree.problems(), []);
    let keys = read("a: &k name\n*k : b\n");
    let name = keys.root().unwrap().get("name").unwrap();
    assert_eq!(name.as_str(), Some("b"));
}

#[test]
fn aliases_to_nowhere_read_as_null() {
    assert_eq!(problems("a: *x\nb: &x 1\n"), [("unknown", "*x")]);
    assert_eq!(problems("&a [x, {b: *a}]"), [("cyclic", "*a")]);
    assert_eq!(problems("&a x\n---\n*a\n"), [("unknown", "*a")]);
    assert_eq!(json_of("&a [x, {b: *a}]"), json!(["x", {"b": null}]));
    // The name is given anew before the first value ends.
    assert_eq!(json_of("&a [&a x, *a]"), json!(["x", "x"]));
}

#[test]
fn merges_are_looked_through() {
    let text = "base: &b {n: 1, p: 2}\nmore: &m\n  <<: *b\n  p: 3\n  q: 4\n\
                both:\n  q: 5\n  <<: [*m, {r: 6, n: 0}]\n  s: 7\n";
    let tree = read(text);
    let both = tree.root().unwrap().get("both").unwrap();
    assert_eq!(
        both.to_json(),
        json!({"q": 5, "s": 7, "p": 3, "n": 1, "r": 6})
    );
    let entries: Vec<_> = both
        .entries()
        .map(|entry| {
            let from = entry.merged_from.map(|span| slice(text, span));
            (entry.key.as_str().unwrap(), from)
        })
        .collect();
    assert_eq!(
        entries,
        [
            ("q", None),
            ("s", None),
            ("p", Some("*m")),
            ("n", Some("*m")),
            ("r", Some("{r: 6, n: 0}")),
        ]
    );
    assert_eq!(both.get("n").unwrap().as_str(), Some("1"));
    assert_eq!(both.get("q").unwrap().as_str(), Some("5"));
    let n = both.entry("n").unwrap();
    assert_eq!(slice(text, n.merged_from.unwrap()), "*m");
    assert!(both.get("<<").is_none());
    assert_eq!(tree.problems(), []);
}

#[test]
fn only_a_mapping_can_be_merged() {
    assert_eq!(json_of("'<<': {a: 1}"), json!({"<<": {"a": 1}}));
    assert_eq!(json_of("<<: x"), json!({"<<": "x"}));
    assert_eq!(json_of("<<: [x]"), json!({"<<": ["x"]}));
    assert_eq!(json_of("<<: *gone\na: 1"), json!({"a": 1}));
    assert_eq!(
        json_of("<<: {a: 1}\n<<: {a: 2, b: 3}"),
        json!({"a": 1, "b": 3})
    );
}

#[test]
fn pointers_lead_back() {
    let text = "people:\n  - id: ada\n    a/b~c: 1\nref: &r {x: [1, 2]}\nuse: *r\nm: {<<: *r}\n";
    let tree = read(text);
    let at = |pointer: &str| {
        let located = tree.at_pointer(pointer)?;
        Some((
            slice(text, located.value.span()),
            located.key.map(|span| slice(text, span)),
            located.via.map(|span| slice(text, span)),
        ))
    };
    assert_eq!(at("").unwrap().0, text.trim_end());
    assert_eq!(at("/people/0/id"), Some(("ada", Some("id"), None)));
    assert_eq!(at("/people/0/a~1b~0c"), Some(("1", Some("a/b~c"), None)));
    assert_eq!(at("/use/x/1"), Some(("2", None, Some("*r"))));
    assert_eq!(at("/m/x"), Some(("[1, 2]", Some("x"), Some("*r"))));
    for nowhere in ["people", "/people/1", "/people/x", "/", "/people/0/id/x"] {
        assert_eq!(at(nowhere), None, "{nowhere}");
    }
}

#[test]
fn the_first_of_equal_keys_counts() {
    let text = "a: 1\nb: 2\n'a': 3\nc: {d: 1, d: 2}\na: 4\n";
    assert_eq!(json_of(text), json!({"a": 1, "b": 2, "c": {"d": 1}}));
    assert_eq!(
        problems(text),
        [("duplicate", "'a'"), ("duplicate", "d"), ("duplicate", "a")]
    );
    let tree = read(text);
    let Problem::DuplicateKey { key, first, .. } = &tree.problems()[0] else {
        panic!("a duplicate key");
    };
    assert_eq!((key.as_str(), first.range()), ("a", 0..1));
    let root = tree.root().unwrap();
    assert_eq!(root.entries().count(), 5);
}

#[test]
fn comments_with_their_places() {
    let text = "# one\na: 1 ## two\n\n  #three\r\nb: '# no'\n- #";
    let tree = read(text);
    let comments: Vec<_> = tree
        .comments()
        .iter()
        .map(|comment| (comment.text, slice(text, comment.span), comment.own_line))
        .collect();
    assert_eq!(
        comments,
        [
            (" one", "# one", true),
            ("# two", "## two", false),
            ("three", "#three", true)
        ]
    );
    let many = format!("a:\n{}b: 1\n", "  # c\n".repeat(10_000));
    let tree = read(&many);
    assert_eq!(tree.comments().len(), 10_000);
    assert_eq!(tree.problems(), []);
}

#[test]
fn long_keys_are_no_error() {
    let text = format!("{}: 1\n", "k".repeat(5_000));
    assert_eq!(problems(&text), []);
    assert_eq!(slices(&text)[1].len(), 5_000);
}

#[test]
fn several_documents() {
    let tree = read("# c\n---\na: 1\n---\n- b\n...\n---\n");
    let documents: Vec<_> = tree.documents().map(Node::to_json).collect();
    assert_eq!(documents, [json!({"a": 1}), json!(["b"]), json!(null)]);
    assert!(read("# only\n").root().is_none());
    assert!(read("").root().is_none());
    assert_eq!(read("").problems(), []);
}

#[test]
fn front_matter_keeps_its_place() {
    let text = "---\ntitle: x\nok: [*y,\n---\n";
    let tree = parse(source(text).part(4..22));
    let title = tree.root().unwrap().entry("title").unwrap();
    assert_eq!(title.key.span().range(), 4..9);
    assert_eq!(slice(text, title.value.span()), "x");
    let spans: Vec<_> = tree.problems().iter().map(|p| p.span().range()).collect();
    assert_eq!(spans, [17..18, 18..20]);
    assert!(tree.root().unwrap().get("ok").unwrap().is_sequence());
}

#[test]
fn what_stands_before_an_error_is_kept() {
    for (text, at, json) in [
        (
            "a: 1\nb: [x, c: d, e,\n",
            "[",
            json!({"a": 1, "b": ["x", {"c": "d"}, "e"]}),
        ),
        ("a: \"x\nb: 1", "\"", json!({"a": null})),
        ("a: b: c", ":", json!({"a": "b"})),
        ("a: @x", "@", json!({"a": null})),
        ("- a\nb: c", "b", json!(["a"])),
        ("a: ]", "]", json!({"a": null})),
    ] {
        let tree = read(text);
        assert_eq!(tree.problems().len(), 1, "{text}");
        assert_eq!(tree.root().unwrap().to_json(), json, "{text}");
        let Problem::Syntax { span, message } = &tree.problems()[0] else {
            panic!("{:?}", tree.problems());
        };
        assert_eq!(slice(text, *span), at, "{text:?}");
        assert!(!message.starts_with(char::is_uppercase) && !message.ends_with('.'));
    }
}

#[test]
fn errors_point_into_the_file() {
    for text in [
        "[",
        "a: [\n\n\n",
        "é: 'é",
        "\"",
        "{é",
        "\t[\t",
        "%",
        "--- |\na\n--- \"\n\n",
    ] {
        for problem in read(text).problems() {
            assert!(!slice(text, problem.span()).is_empty(), "{text:?}");
        }
    }
}

#[test]
fn depth_is_limited() {
    let fits = format!("{}{}", "[".repeat(YAML_DEPTH), "]".repeat(YAML_DEPTH));
    assert_eq!(problems(&fits), []);
    for open in ["[", "- ", "? ", "{a: ", "[a: ", "[{a: "] {
        let text = open.repeat(100_000);
        let found = problems(&text);
        assert_eq!(found.len(), 1, "{open}");
        assert_eq!(found[0].0, "deep", "{open}");
        let tree = read(&text);
        let mut nodes = 0;
        if let Some(root) = tree.root() {
            walk(root, &mut |_| nodes += 1);
        }
        assert!(nodes <= YAML_DEPTH * 3);
    }
    assert_eq!(problems("a: {a: {a: ").len(), 1);
}

#[test]
fn depth_counts_through_aliases() {
    let mut text = String::from("- &a0 [x]\n");
    for level in 1..=100 {
        text += &format!("- &a{level} [*a{}]\n", level - 1);
    }
    let found = problems(&text);
    assert_eq!(found[0], ("deep", "*a62"));
    assert_eq!(found.len(), 1);
    let mut nodes = 0;
    walk(read(&text).root().unwrap(), &mut |_| nodes += 1);
    assert!(nodes < 10_000);
}

#[test]
fn alias_bombs_stay_small() {
    let mut laughs = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for level in 1..10 {
        let below = vec![format!("*a{}", level - 1); 10].join(", ");
        laughs += &format!("a{level}: &a{level} [{below}]\n");
    }
    let merged = laughs.replace('[', "{<<: [").replace(']', "]}");
    let flat = format!("a: &a {{b: c}}\nb: [{}]", "*a,".repeat(100_000));
    let long = format!(
        "a: &a {}\nb: [{}]",
        "x".repeat(100_000),
        "*a,".repeat(1_000)
    );
    for text in [&laughs, &merged, &flat, &long] {
        assert_eq!(problems(text)[0].0, "many");
        let mut nodes = 0;
        walk(read(text).root().unwrap(), &mut |_| nodes += 1);
        assert!(nodes < YAML_EXPANDED_NODES * 2 + 50);
        assert!(json_of(text).to_string().len() < 2_000_000);
    }
}

#[test]
fn many_nodes_without_aliases_are_fine() {
    let text: String = (0..100_000).map(|key| format!("k{key}: {key}\n")).collect();
    assert_eq!(problems(&text), []);
    let tree = read(&text);
    let root = tree.root().unwrap();
    for key in 0..100_000 {
        let pointer = format!("/k{key}");
        assert!(root.at_pointer(&pointer).is_some());
    }
}

/// Every accessor, and every span inside the text at borders of characters.
fn inspect(text: &str) {
    let tree = read(text);
    let check = |span: Span| assert!(text.get(span.range()).is_some(), "{span:?} in {text:?}");
    for problem in tree.problems() {
        check(problem.span());
        let absent_key = matches!(problem, Problem::DuplicateKey { .. });
        let empty = problem.span().range().is_empty();
        assert!(absent_key || !empty, "{problem:?} in {text:?}");
    }
    for comment in tree.comments() {
        check(comment.span);
    }
    for document in tree.documents() {
        document.to_json();
        walk(document, &mut |node| {
            check(node.span());
            check(node.site());
            for entry in node.entries() {
                let name = entry.key.name();
                assert!(node.find(name).is_some());
                let token = name.replace('~', "~0").replace('/', "~1");
                assert!(node.at_pointer(&format!("/{token}")).is_some());
            }
        });
        let whole = document.span();
        let mut own = true;
        walk(document, &mut |node| own &= whole.contains(node.site()));
        assert!(own, "{text:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 2_000,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn any_text_can_be_read(
        parts in prop::collection::vec(
            prop::sample::select(vec![
                "a", "b", "é", "\u{1F600}", " ", "  ", "\n", "\r\n", "\t", ": ", ":", "- ", "-",
                "? ", "[", "]", "{", "}", ", ", "&a ", "*a", "&b ", "*b ", "<<: ", "|", ">", "|-\n",
                "\"", "'", "#", " # c", "!t ", "!!int ", "---\n", "...\n", "%", "1", "~", "\\",
                "\u{feff}", "\u{2028}", "\u{85}", "\0",
            ]),
            0..40,
        )
    ) {
        inspect(&parts.concat());
    }
}
