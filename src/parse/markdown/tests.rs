//! Each construct with its exact bytes, and what must hold for any text.

use proptest::prelude::*;

use super::*;
use crate::limits::{MARKDOWN_CELLS, MARKDOWN_DEPTH};
use crate::text::FileId;

fn read(text: &str) -> Markdown<'_> {
    parse(Source::new(FileId(0), text))
}

/// One line a block: depth as indentation, kind, raw bytes, plain text.
fn outline(text: &str) -> Vec<String> {
    let markdown = read(text);
    let mut lines = Vec::new();
    for (index, block) in markdown.blocks.iter().enumerate() {
        let id = BlockId(u32::try_from(index).unwrap());
        let mut line = "  ".repeat(usize::from(block.depth));
        line += &format!(
            "{} {:?}",
            name(block.kind),
            markdown.source.slice(block.span)
        );
        if block.kind.is_text() {
            line += &format!(" = {:?}", markdown.text(id));
        }
        lines.push(line);
    }
    lines
}

fn name(kind: BlockKind) -> String {
    match kind {
        BlockKind::Heading { level } => format!("h{level}"),
        BlockKind::Paragraph => "p".to_owned(),
        BlockKind::List { ordered: true } => "ol".to_owned(),
        BlockKind::List { ordered: false } => "ul".to_owned(),
        BlockKind::Item { task: None } => "li".to_owned(),
        BlockKind::Item { task: Some(task) } => format!("li[{}]", task.done),
        BlockKind::Quote => "quote".to_owned(),
        BlockKind::Code { info: None } => "indented".to_owned(),
        BlockKind::Code { info: Some(_) } => "fence".to_owned(),
        BlockKind::Table => "table".to_owned(),
        BlockKind::Row { header: true } => "th".to_owned(),
        BlockKind::Row { header: false } => "tr".to_owned(),
        BlockKind::Cell { column } => format!("td{column}"),
        BlockKind::Rule => "rule".to_owned(),
        BlockKind::Html => "html".to_owned(),
    }
}

/// Kind, target, whole, where the target is written, text.
fn links(text: &str) -> Vec<(LinkKind, String, &str, &str, &str)> {
    let markdown = read(text);
    let mut links = Vec::new();
    for link in &markdown.links {
        links.push((
            link.kind,
            link.target.clone().into_owned(),
            markdown.source.slice(link.span),
            markdown.source.slice(link.target_span.unwrap()),
            markdown.source.slice(link.text_span),
        ));
    }
    links
}

fn problems(text: &str) -> Vec<(ProblemKind, &str)> {
    let markdown = read(text);
    let problems = markdown.problems.iter();
    problems
        .map(|problem| (problem.kind, markdown.source.slice(problem.span)))
        .collect()
}

fn headings(text: &str) -> Vec<(u8, String)> {
    let markdown = read(text);
    markdown
        .headings()
        .map(|heading| (heading.level, heading.text.into_owned()))
        .collect()
}

#[test]
fn headings_have_their_marks_and_text() {
    let text = "# A *b* `c` ##\r\n\r\nTwo\r\nlines\r\n-----\r\n";
    let markdown = read(text);
    let found: Vec<_> = markdown.headings().collect();
    assert_eq!(found[0].text, "A b c");
    assert_eq!(found[0].span.range(), 0..14);
    assert_eq!(found[0].text_span.range(), 2..11);
    assert_eq!((found[1].level, &*found[1].text), (2, "Two lines"));
    assert_eq!(found[1].span.range(), 18..35);
    assert_eq!(found[1].text_span.range(), 18..28);
    assert_eq!(markdown.title().unwrap().text, "A b c");
}

#[test]
fn anchors_are_no_part_of_the_text() {
    let markdown = read("## Roll *back* {#roll-back}\n## A {#b c}\n");
    let found: Vec<_> = markdown.headings().collect();
    assert_eq!(found[0].text, "Roll back");
    assert_eq!(markdown.source.slice(found[0].text_span), "Roll *back*");
    let anchor = found[0].anchor.clone().unwrap();
    assert_eq!((anchor.value, anchor.span.range()), ("roll-back", 17..26));
    assert_eq!(found[1].text, "A {#b c}");
}

#[test]
fn dashes_are_a_rule_unless_below_text() {
    assert_eq!(
        outline("a\n\n---\n|a|\n|-|\n|b|\n\n---\nb\n---\n"),
        [
            r#"p "a" = "a""#,
            r#"rule "---""#,
            r#"table "|a|\n|-|\n|b|""#,
            r#"  th "|a|""#,
            r#"    td0 "a" = "a""#,
            r#"  tr "|b|""#,
            r#"    td0 "b" = "b""#,
            r#"rule "---""#,
            r#"h2 "b\n---" = "b""#,
        ]
    );
}

#[test]
fn marks_in_fences_are_no_headings() {
    let text = "[[_TOC_]]\n# A\n```bash\n#!/bin/bash\n# b\n``````\n> # c\n";
    assert_eq!(headings(text), [(1, "A".to_owned()), (1, "c".to_owned())]);
    assert!(problems(text).is_empty());
    let markdown = read("> # c\n\n# d\n");
    assert_eq!(markdown.title().unwrap().text, "d");
}

#[test]
fn tight_and_loose_items_look_the_same() {
    let tight = outline("- a\n  b\n  - c\n- [x] d\n-\n");
    assert_eq!(
        tight,
        [
            r#"ul "- a\n  b\n  - c\n- [x] d\n-""#,
            r#"  li "- a\n  b\n  - c""#,
            r#"    p "a\n  b" = "a b""#,
            r#"    ul "- c""#,
            r#"      li "- c""#,
            r#"        p "c" = "c""#,
            r#"  li[true] "- [x] d""#,
            r#"    p "d" = "d""#,
            r#"  li "-""#,
        ]
    );
    let loose = outline("1. a\r\n\r\n   b\r\n\r\n2. [ ] c\r\n\r\n\r\nd");
    assert_eq!(
        loose,
        [
            r#"ol "1. a\r\n\r\n   b\r\n\r\n2. [ ] c""#,
            r#"  li "1. a\r\n\r\n   b""#,
            r#"    p "a" = "a""#,
            r#"    p "b" = "b""#,
            r#"  li[false] "2. [ ] c""#,
            r#"    p "c" = "c""#,
            r#"p "d" = "d""#,
        ]
    );
}

#[test]
fn an_item_says_what_its_first_paragraph_says() {
    let markdown = read("- **Ada** to do\n  x\n  - y\n- [ ] \\*z\n");
    let items: Vec<_> = markdown.children(BlockId(0)).collect();
    assert_eq!(markdown.text(items[0]), "Ada to do x");
    assert_eq!(markdown.lines(items[0]).count(), 2);
    assert!(markdown.runs(items[0])[0].strong);
    assert_eq!(markdown.text(items[1]), "*z");
    let BlockKind::Item { task: Some(task) } = markdown.block(items[1]).kind else {
        panic!("has a check box");
    };
    assert_eq!(markdown.source.slice(task.span), "[ ]");
    let paragraph = markdown.children(items[1]).next().unwrap();
    assert_eq!(
        markdown.source.slice(markdown.block(paragraph).span),
        "\\*z"
    );
}

#[test]
fn text_around_code_in_a_tight_item_stays_apart() {
    assert_eq!(
        outline("- a\n  ```sh\n  b\n\n   c\n  ```\n  d\n"),
        [
            r#"ul "- a\n  ```sh\n  b\n\n   c\n  ```\n  d""#,
            r#"  li "- a\n  ```sh\n  b\n\n   c\n  ```\n  d""#,
            r#"    p "a" = "a""#,
            r#"    fence "```sh\n  b\n\n   c\n  ```""#,
            r#"    p "d" = "d""#,
        ]
    );
}

#[test]
fn code_keeps_its_lines_and_their_places() {
    let text = "> ```sh -x\n> a\n>  b\n> ```\n\n```\r\nc\r\nd\r\n```\r\n\r\n    e\n\n     f\n";
    let markdown = read(text);
    let codes: Vec<_> = (0..4).map(BlockId).collect();
    let BlockKind::Code { info: Some(info) } = markdown.block(codes[1]).kind else {
        panic!("is a fence");
    };
    assert_eq!(markdown.source.slice(info), "sh -x");
    assert_eq!(markdown.text(codes[1]), "a\n b\n");
    assert_eq!(
        markdown.source.slice(markdown.runs(codes[1])[1].span),
        " b\n"
    );
    assert_eq!(markdown.text(codes[2]), Cow::Borrowed("c\r\nd\r\n"));
    assert_eq!(markdown.block(codes[2]).content.range(), 32..38);
    assert_eq!(markdown.text(codes[3]), "e\n\n f\n");
}

#[test]
fn cells_keep_escaped_bars_and_columns() {
    assert_eq!(
        outline("- | a | b\\|c |\n  |---|---|\n  | `x\\|y` |\n  | | \\* |\n"),
        [
            r#"ul "- | a | b\\|c |\n  |---|---|\n  | `x\\|y` |\n  | | \\* |""#,
            r#"  li "- | a | b\\|c |\n  |---|---|\n  | `x\\|y` |\n  | | \\* |""#,
            r#"    table "| a | b\\|c |\n  |---|---|\n  | `x\\|y` |\n  | | \\* |""#,
            r#"      th "| a | b\\|c |""#,
            r#"        td0 "a" = "a""#,
            r#"        td1 "b\\|c" = "b|c""#,
            r#"      tr "| `x\\|y` |""#,
            r#"        td0 "`x\\|y`" = "x|y""#,
            r#"      tr "| | \\* |""#,
            r#"        td0 "" = """#,
            r#"        td1 "\\*" = "*""#,
        ]
    );
}

#[test]
fn runs_are_raw_bytes_or_decoded() {
    let text = "a\\*b &amp; c  \r\n**d _e_** ~~f~~ `` g` ``<br>h `i\nj` &lt;";
    let markdown = read(text);
    let mut seen = Vec::new();
    for run in markdown.runs(BlockId(0)) {
        let style = (run.strong, run.emphasis, run.strike);
        let raw = markdown.source.slice(run.span);
        seen.push((run.kind, style, raw, markdown.run_text(run).into_owned()));
    }
    let plain = (false, false, false);
    let expected = [
        (RunKind::Text, plain, "a", "a"),
        (RunKind::Text, plain, "*b ", "*b "),
        (RunKind::Text, plain, "&amp;", "&"),
        (RunKind::Text, plain, " c", " c"),
        (RunKind::HardBreak, plain, "  \r\n", " "),
        (RunKind::Text, (true, false, false), "d ", "d "),
        (RunKind::Text, (true, true, false), "e", "e"),
        (RunKind::Text, plain, " ", " "),
        (RunKind::Text, (false, false, true), "f", "f"),
        (RunKind::Text, plain, " ", " "),
        (RunKind::Code, plain, "g`", "g`"),
        (RunKind::HardBreak, plain, "<br>", " "),
        (RunKind::Text, plain, "h ", "h "),
        (RunKind::Code, plain, "i\nj", "i j"),
        (RunKind::Text, plain, " ", " "),
        (RunKind::Text, plain, "&lt;", "<"),
    ];
    let expected = expected.map(|(kind, style, raw, text)| (kind, style, raw, text.to_owned()));
    assert_eq!(seen, expected);
    assert_eq!(markdown.text(BlockId(0)), "a*b & c d e f g` h i j <");
}

#[test]
fn links_know_where_their_destination_is_written() {
    use LinkKind::{Autolink, Image, Inline, Reference};
    let owned =
        |kind, target: &str, whole, written, text| (kind, target.to_owned(), whole, written, text);
    assert_eq!(
        links(
            "[a *b*](c.md#d 'e') [f](<g h>) ![i](j\\*k) [![l](m)](n)\r\n\
             <http://o.p> [q][r] [r][] [r] [s] [^t]\r\n\r\n\
             [r]: ./u \"v\"\r\n[s]: w&amp;x\r\n[^t]: y\r\n"
        ),
        [
            owned(Inline, "c.md#d", "[a *b*](c.md#d 'e')", "c.md#d", "a *b*"),
            owned(Inline, "g h", "[f](<g h>)", "g h", "f"),
            owned(Image, "j*k", "![i](j\\*k)", "j\\*k", "i"),
            owned(Inline, "n", "[![l](m)](n)", "n", "![l](m)"),
            owned(Image, "m", "![l](m)", "m", "l"),
            owned(
                Autolink,
                "http://o.p",
                "<http://o.p>",
                "http://o.p",
                "http://o.p"
            ),
            owned(Reference, "./u", "[q][r]", "./u", "q"),
            owned(Reference, "./u", "[r][]", "./u", "r"),
            owned(Reference, "./u", "[r]", "./u", "r"),
            owned(Reference, "w&x", "[s]", "w&amp;x", "s"),
        ]
    );
}

#[test]
fn a_destination_may_be_empty_or_hold_parentheses() {
    let found = links("[a]() [b](<>) [c](d(e\\)f)g 'h')");
    let targets: Vec<_> = found.iter().map(|link| (&*link.1, link.3)).collect();
    assert_eq!(targets, [("", ""), ("", ""), ("d(e)f)g", "d(e\\)f)g")]);
}

#[test]
fn runs_know_their_link() {
    let markdown = read("a [b `c`](d) e");
    let linked: Vec<_> = markdown
        .runs(BlockId(0))
        .iter()
        .map(|run| run.link.is_some())
        .collect();
    assert_eq!(linked, [false, true, true, false]);
    assert_eq!(markdown.link(LinkId(0)).block, BlockId(0));
}

#[test]
fn addresses_are_found_in_plain_text_only() {
    let text = "See https://a.example/x_y_z(1), (HTTP://b.example). `https://c.example` \
                https://d.exampleを <me@e.example> or you.two@f.example. http:// h://i \
                https://<j> git@k.example:l/m a@b pkg@1.2.3 postgres://u:p@n.example/o \
                mailto:q@r.example xhttps://s.example [https://t.example](u)";
    let found: Vec<_> = links(text)
        .into_iter()
        .map(|link| (link.0, link.2))
        .collect();
    assert_eq!(
        found,
        [
            (LinkKind::Bare, "https://a.example/x_y_z(1)"),
            (LinkKind::Bare, "HTTP://b.example"),
            (LinkKind::Bare, "https://d.example"),
            (LinkKind::Mail, "<me@e.example>"),
            (LinkKind::Mail, "you.two@f.example"),
            (LinkKind::Mail, "q@r.example"),
            (LinkKind::Inline, "[https://t.example](u)"),
        ]
    );
}

#[test]
fn comments_in_blocks_and_text() {
    let text = "a <!-- b --> c\n\n<!-- d\r\ne -->\n\n<details>\n<!-- f --><!-->\n</details>\n";
    let markdown = read(text);
    let found: Vec<_> = markdown
        .comments
        .iter()
        .map(|comment| (comment.text, markdown.source.slice(comment.span)))
        .collect();
    assert_eq!(
        found,
        [
            (" b ", "<!-- b -->"),
            (" d\r\ne ", "<!-- d\r\ne -->"),
            (" f ", "<!-- f -->"),
            ("", "<!-->"),
        ]
    );
    assert_eq!(markdown.text(BlockId(0)), "a  c");
}

#[test]
fn front_matter_keeps_its_place() {
    for (text, yaml, at, title) in [
        ("---\na: b\n---\n# C\n", "a: b\n", 4, 13),
        ("\u{feff}--- \r\na: b\r\n...\r\n# C\n", "a: b\r\n", 9, 20),
        ("---\n---\n# C\n", "", 4, 8),
    ] {
        let markdown = read(text);
        let front_matter = markdown.front_matter.unwrap();
        assert_eq!((front_matter.text, front_matter.base), (yaml, at));
        assert_eq!(markdown.title().unwrap().span.range().start, title);
        assert!(markdown.problems.is_empty());
    }
}

#[test]
fn what_only_looks_like_front_matter() {
    for text in [
        "---\n\n# C\n\n---\n",
        "\n---\na: b\n---\n",
        "---\n# C\n",
        "----\na\n----\n",
    ] {
        assert!(read(text).front_matter.is_none(), "{text:?}");
        assert!(problems(text).is_empty(), "{text:?}");
    }
    let toml = "+++\na = 1\n+++\n# C\n";
    assert_eq!(problems(toml), [(ProblemKind::TomlFrontMatter, "+++")]);
    assert_eq!(headings(toml), [(1, "C".to_owned())]);
    let open = "---\na: b\n# C\n";
    assert_eq!(problems(open), [(ProblemKind::UnclosedFrontMatter, "---")]);
}

#[test]
fn a_part_of_a_file_has_the_spans_of_the_file() {
    let file = "x\n# A https://b.example\n";
    let source = Source::new(FileId(3), file).part(2..file.len());
    let markdown = parse(source);
    assert_eq!(markdown.blocks[0].span.range(), 2..23);
    assert_eq!(&file[markdown.links[0].span.range()], "https://b.example");
    assert_eq!(markdown.links[0].span.file, FileId(3));
}

#[test]
fn sections_end_at_the_same_or_a_higher_level() {
    let markdown = read("# A\na\n## B\nb\n### C\n## D\n> # E\n> e\n\nf\n# G\n");
    let found: Vec<_> = markdown
        .sections()
        .map(|(heading, range)| (heading.text.into_owned(), range))
        .collect();
    assert_eq!(
        found,
        [
            ("A".to_owned(), 1..10),
            ("B".to_owned(), 3..5),
            ("C".to_owned(), 5..5),
            ("D".to_owned(), 6..10),
            ("E".to_owned(), 8..9),
            ("G".to_owned(), 11..11),
        ]
    );
    let outermost: Vec<_> = markdown.outermost(6..10).collect();
    assert_eq!(outermost, [BlockId(6), BlockId(9)]);
    assert_eq!(markdown.roots().count(), 9);
}

#[test]
fn what_does_not_end_is_said() {
    assert_eq!(
        problems("- ```sh\n  a\n\n```sh\n```\n\n~~~\n"),
        [
            (ProblemKind::UnclosedFence, "```sh"),
            (ProblemKind::UnclosedFence, "~~~")
        ]
    );
    assert_eq!(
        problems("<!-- a\n\nb"),
        [(ProblemKind::UnclosedComment, "<!--")]
    );
    assert!(problems("```\na\n````\n\n    indented\n").is_empty());
}

#[test]
fn deep_nesting_ends_in_plain_text() {
    let deep = MARKDOWN_DEPTH + 10;
    let text = format!("{}a\n", "> ".repeat(deep));
    let markdown = read(&text);
    assert_eq!(markdown.blocks.len(), MARKDOWN_DEPTH + 1);
    let last = markdown.blocks.last().unwrap();
    assert_eq!(
        markdown.source.slice(last.span),
        format!("{}a", "> ".repeat(10))
    );
    assert_eq!(markdown.problems[0].kind, ProblemKind::TooDeep);
    assert_eq!(markdown.problems[0].span.range().start, MARKDOWN_DEPTH * 2);
    for harmless in [
        format!("{}\n", "- ".repeat(200)),
        format!("{}\n", "-".repeat(200)),
    ] {
        assert!(problems(&harmless).is_empty());
    }
    let allowed = format!("{}a\n", "> ".repeat(MARKDOWN_DEPTH)).repeat(3);
    assert!(problems(&allowed).is_empty());
}

#[test]
fn wide_rows_are_cut() {
    let columns = MARKDOWN_CELLS + 3;
    let row = |cell: &str| format!("{}|\n", format!("|{cell}").repeat(columns));
    let text = row("a") + &row("-") + &row("b") + &row("c");
    let markdown = read(&text);
    assert_eq!(markdown.blocks.len(), 1 + 3 * (MARKDOWN_CELLS + 1));
    assert_eq!(markdown.problems.len(), 1);
    assert_eq!(markdown.problems[0].kind, ProblemKind::TooManyCells);
    assert_eq!(
        markdown.problems[0].span.range().start,
        1 + 2 * MARKDOWN_CELLS
    );
}

/// What must hold whatever the text is.
fn check(text: &str) {
    let source = Source::new(FileId(0), text);
    let markdown = parse(source);
    let inside = |span: Span| text.get(span.range()).is_some();
    let mut last = 0;
    for (index, block) in markdown.blocks.iter().enumerate() {
        let id = BlockId(u32::try_from(index).unwrap());
        assert!(
            inside(block.span) && inside(block.content),
            "{text:?} {block:?}"
        );
        assert!(block.span.contains(block.content), "{text:?} {block:?}");
        assert!(block.span.start >= last, "order {text:?} {block:?}");
        last = block.span.start;
        assert!(usize::from(block.depth) <= 2 * MARKDOWN_DEPTH + 3);
        assert!(block.after > id && block.after.index() <= markdown.blocks.len());
        if let Some(parent) = block.parent {
            assert!(parent < id && block.after <= markdown.block(parent).after);
            assert_eq!(block.depth, markdown.block(parent).depth + 1);
            let parent = markdown.block(parent);
            assert!(
                parent.span.contains(block.span),
                "{text:?} {parent:?} {block:?}"
            );
        }
        let mut end = block.content.start;
        for run in markdown.own_runs(block) {
            assert!(inside(run.span), "{text:?} {run:?}");
            assert!(
                block.content.contains(run.span),
                "{text:?} {block:?} {run:?}"
            );
            assert!(run.span.start >= end, "runs {text:?} {run:?}");
            end = run.span.end;
        }
        let _ = markdown.text(id);
        let _ = markdown.section(id);
    }
    let mut last = 0;
    for link in &markdown.links {
        assert!(
            inside(link.span) && inside(link.text_span),
            "{text:?} {link:?}"
        );
        assert!(link.span.contains(link.text_span), "{text:?} {link:?}");
        assert!(link.span.start >= last, "{text:?} {link:?}");
        last = link.span.start;
        assert!(link.target_span.is_some_and(inside), "{text:?} {link:?}");
        let block = markdown.block(link.block);
        assert!(
            block.content.contains(link.span),
            "{text:?} {block:?} {link:?}"
        );
    }
    for comment in &markdown.comments {
        assert!(inside(comment.span));
    }
    for problem in &markdown.problems {
        assert!(inside(problem.span));
    }
    for heading in markdown.headings() {
        assert!(inside(heading.text_span) && heading.span.contains(heading.text_span));
    }
}

const PIECES: &[&str] = &[
    "a",
    "é",
    "\u{3000}",
    "\u{feff}",
    "1",
    " ",
    "  ",
    "    ",
    "\t",
    "\n",
    "\n\n",
    "\r\n",
    "\r",
    "- ",
    "* ",
    "+ ",
    "1. ",
    "2) ",
    "[ ] ",
    "[x] ",
    "> ",
    ">",
    "# ",
    "## ",
    "#",
    "===\n",
    "---\n",
    "---",
    "***",
    "```",
    "```sh\n",
    "~~~",
    "`",
    "``",
    "*",
    "**",
    "_",
    "~~",
    "[",
    "]",
    "](",
    ")",
    "(",
    "![",
    "[a]",
    "[a]: ",
    "[^a]",
    "<",
    ">",
    "<!--",
    "-->",
    "<div>",
    "</div>\n",
    "<br>",
    "<a ",
    "\"",
    "'",
    "&amp;",
    "&",
    "\\",
    "\\|",
    "|",
    "|-|-|\n",
    "|a|b|\n",
    "https://a.b/c",
    "a@b.cd",
    "://",
    "@",
    "{#a}",
    "+++\n",
    "\0",
    "\u{b}",
    "\u{c}",
    "<?",
    "<![CDATA[",
    "x: y\n",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn any_pieces_hold_together(picks in prop::collection::vec(0..PIECES.len(), 0..60)) {
        let text: String = picks.iter().map(|pick| PIECES[*pick]).collect();
        check(&text);
    }

    #[test]
    fn any_nesting_stays_bounded(
        lines in prop::collection::vec(
            (0..12usize, prop::collection::vec(0..9usize, 0..40), 0..3usize),
            0..30,
        )
    ) {
        let marks = [">", "> ", "- ", "1. ", "  ", "\t", "-\t", "    ", "+\n"];
        let mut text = String::new();
        for (indentation, picks, end) in lines {
            text += &"\t".repeat(indentation * 3);
            text.extend(picks.into_iter().map(|pick| marks[pick]));
            text += ["a\n", "\n", "a\n\n"][end];
        }
        check(&text);
    }

    #[test]
    fn any_text_holds_together(text in "\\PC*") {
        check(&text);
    }
}
