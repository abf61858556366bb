//! Credentials in the columns of tables, whose names stand in another line.

use std::ops::Range;

use super::value::{is_chosen, is_secret};

/// Longest row that is looked at, in bytes.
const LONGEST_ROW: usize = 2000;

/// Longest name of a column, in bytes.
const LONGEST_NAME: usize = 40;

/// The values in columns that are called passwords, in order.
pub(super) fn in_columns(text: &str) -> impl Iterator<Item = Range<usize>> {
    let mut found = Vec::new();
    let mut columns: Vec<usize> = Vec::new();
    let (mut header, mut at) = ("", 0);
    // Most texts have no table.
    let lines = text.contains("--").then(|| text.split_inclusive('\n'));
    for line in lines.into_iter().flatten() {
        let row = if line.len() > LONGEST_ROW { "" } else { line };
        // Most lines begin with a letter, and are no part of a table.
        let may_be_rule = row.starts_with(['|', '-', ':', ' ']);
        if may_be_rule && is_rule(row) {
            let names = split(header).enumerate();
            let names = names.filter(|(_, cell)| is_name(&header[cell.clone()]));
            columns = names.map(|(index, _)| index).collect();
        } else if columns.is_empty() {
            // Nothing is looked for.
        } else if !row.contains('|') {
            columns.clear();
        } else {
            let cells = split(row).enumerate();
            let cells = cells.filter(|(index, cell)| {
                columns.binary_search(index).is_ok() && is_value(&row[cell.clone()])
            });
            found.extend(cells.map(|(_, cell)| at + cell.start..at + cell.end));
        }
        header = row;
        at += line.len();
    }
    found.into_iter()
}

/// The cells of rows that hold nothing but what may be a credential: of a line alone, the names of
/// its columns are not in sight.
pub fn cells(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        if line.contains('|') {
            let cells = split(line).filter(|cell| is_value(&line[cell.clone()]));
            found.extend(cells.map(|cell| at + cell.start..at + cell.end));
        }
        at += line.len();
    }
    found
}

/// The line below the names of columns.
fn is_rule(line: &str) -> bool {
    let line = line.trim();
    let is_part = |byte: u8| b"|-: \t".contains(&byte);
    line.bytes().all(is_part) && line.contains('-') && line.contains('|')
}

/// The cells of a row, without blanks and emphasis around them.
fn split(row: &str) -> impl Iterator<Item = Range<usize>> {
    let blanks = row.len() - row.trim_start().len();
    let first = blanks + usize::from(row[blanks..].starts_with('|'));
    let mut at = first;
    row[first..].split('|').map(move |cell| {
        let is_mark = |c: char| c.is_whitespace() || "`*\"'".contains(c);
        let start = at + (cell.len() - cell.trim_start_matches(is_mark).len());
        at += cell.len() + 1;
        start..start + cell.trim_matches(is_mark).len()
    })
}

fn is_name(cell: &str) -> bool {
    const NAMES: &[&str] = &[
        "password",
        "passphrase",
        "passwd",
        "pwd",
        "passwort",
        "kennwort",
        "contraseña",
        "mot de passe",
        "senha",
        "пароль",
        "パスワード",
        "密码",
        "token",
        "secret",
        "api key",
        "secret key",
        "access key",
    ];
    cell.len() <= LONGEST_NAME && {
        let cell = cell.to_lowercase();
        NAMES.iter().any(|name| cell.ends_with(name))
    }
}

fn is_value(cell: &str) -> bool {
    cell.bytes().all(|byte| byte.is_ascii_graphic()) && (is_secret(cell) || is_chosen(cell))
}
