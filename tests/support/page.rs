//! An HTML report as a reader without a browser sees it.

/// The page without what its script and style say.
pub(crate) fn without_code(page: &str) -> String {
    let mut rest = page;
    let mut text = String::new();
    while let Some((before, from)) =
        ["<script", "<style"].iter().filter_map(|tag| rest.split_once(tag)).min_by_key(|(before, _)| before.len())
    {
        text.push_str(before);
        rest = from.split_once("</s").and_then(|(_, after)| after.split_once('>')).map(|(_, after)| after).expect("an end");
    }
    text + rest
}
