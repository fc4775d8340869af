//! A sheet that is filled row by row. A text is written as a text, whatever it starts with; only [`Live`] is a formula.

use rust_xlsxwriter::{
    Color, ExcelDateTime, Format as Look, FormatAlign, FormatBorder, Formula, Url, Workbook, Worksheet, XlsxError,
};

use super::live::Live;
use crate::model::Date;
use crate::report::table::Cell;
use crate::report::text::{web_link, wrapped};

/// Most characters that a cell takes, with room for what marks a cut.
const LONGEST: usize = 32_000;

/// Longest address that Excel takes for a link.
const LONGEST_LINK: usize = 2_000;

/// Most links on a sheet; more are plain texts.
const MOST_LINKS: u32 = 60_000;

/// Height of a line in points.
const LINE: f64 = 15.0;

/// Most lines that a row shows.
const MOST_LINES: u16 = 8;

/// From this size on figures are shown in whole units.
const WHOLE: f64 = 100.0;

/// How cells look.
pub(super) struct Looks {
    text: Look,
    line: Look,
    title: Look,
    head: Look,
    money: Look,
    figure: Look,
    day: Look,
    link: Look,
    /// Where the reader writes.
    yours: Look,
    live: Look,
    live_figure: Look,
}

impl Looks {
    pub(super) fn new() -> Self {
        let top = || Look::new().set_align(FormatAlign::Top);
        let live = || top().set_background_color(Color::RGB(0x00EA_F4EA));
        let indented = || top().set_align(FormatAlign::Left).set_indent(1);
        Self {
            text: indented().set_text_wrap(),
            line: top(),
            title: top().set_bold().set_font_size(14),
            head: indented()
                .set_bold()
                .set_text_wrap()
                .set_background_color(Color::RGB(0x00E7_ECEF))
                .set_border_bottom(FormatBorder::Thin),
            money: top().set_num_format("#,##0"),
            figure: top().set_num_format("General"),
            day: top().set_num_format("yyyy-mm-dd"),
            link: indented().set_font_color(Color::RGB(0x000B_57D0)),
            yours: top().set_background_color(Color::RGB(0x00FF_F7D6)).set_border(FormatBorder::Thin),
            live: live().set_num_format("#,##0.##;-#,##0.##"),
            live_figure: live().set_num_format("General"),
        }
    }
}

/// A title of a column and its width in characters.
pub(super) type Head<'h> = (&'h str, f64);

/// A sheet in the making.
pub(super) struct Page<'b> {
    sheet: &'b mut Worksheet,
    looks: &'b Looks,
    row: u32,
    links: u32,
    widths: Vec<f64>,
    /// Lines that the longest text of the current row takes.
    lines: u16,
}

impl<'b> Page<'b> {
    /// A new sheet at the end of the book.
    pub(super) fn new(book: &'b mut Workbook, looks: &'b Looks, name: &str) -> Result<Self, XlsxError> {
        let sheet = book.add_worksheet();
        sheet.set_name(name)?.set_landscape().set_paper_size(9).set_print_fit_to_pages(1, 0);
        Ok(Self::of(sheet, looks))
    }

    /// A sheet that is there already and still empty.
    pub(super) fn again(book: &'b mut Workbook, looks: &'b Looks, name: &str) -> Result<Self, XlsxError> {
        Ok(Self::of(book.worksheet_from_name(name)?, looks))
    }

    fn of(sheet: &'b mut Worksheet, looks: &'b Looks) -> Self {
        Self { sheet, looks, row: 0, links: 0, widths: Vec::new(), lines: 1 }
    }

    /// Leads a wide sheet over two pages when it is printed; its first columns are on both.
    pub(super) fn wide(&mut self) -> Result<(), XlsxError> {
        self.sheet.set_print_fit_to_pages(2, 0).set_repeat_columns(0, 1)?;
        Ok(())
    }

    /// The row that is written next, as the sheet counts it.
    pub(super) fn next_row(&self) -> u32 {
        self.row + 1
    }

    /// A line of words that runs across the sheet.
    pub(super) fn line(&mut self, text: &str) -> Result<(), XlsxError> {
        self.words(text, &self.looks.line)
    }

    /// The title of the sheet or of a part of it.
    pub(super) fn title(&mut self, text: &str) -> Result<(), XlsxError> {
        self.words(text, &self.looks.title)
    }

    fn words(&mut self, text: &str, look: &Look) -> Result<(), XlsxError> {
        self.sheet.write_string_with_format(self.row, 0, cut(text), look)?;
        self.row += 1;
        Ok(())
    }

    pub(super) fn blank(&mut self) {
        self.row += 1;
    }

    /// The widths of the columns.
    pub(super) fn widths(&mut self, widths: impl IntoIterator<Item = f64>) -> Result<(), XlsxError> {
        self.widths = widths.into_iter().collect();
        for (column, width) in (0..).zip(&self.widths) {
            self.sheet.set_column_width(column, *width)?;
        }
        Ok(())
    }

    /// The head of a table; it stays in sight, and on every printed page.
    pub(super) fn head(&mut self, head: &[Head<'_>]) -> Result<(), XlsxError> {
        self.widths(head.iter().map(|(_, width)| *width))?;
        for (column, (title, _)) in (0..).zip(head) {
            self.sheet.write_string_with_format(self.row, column, *title, &self.looks.head)?;
            self.measure(column, title);
        }
        self.sheet.set_freeze_panes(self.row + 1, 0)?;
        self.sheet.set_repeat_rows(self.row, self.row)?;
        self.end_row()
    }

    /// A row of cells.
    pub(super) fn row(&mut self, cells: &[Cell]) -> Result<(), XlsxError> {
        for (column, cell) in (0..).zip(cells) {
            self.put(column, cell)?;
        }
        self.end_row()
    }

    /// One cell of the current row.
    pub(super) fn put(&mut self, column: u16, cell: &Cell) -> Result<(), XlsxError> {
        if let Cell::Text(text) | Cell::Link(text) = cell {
            self.measure(column, text);
        }
        let (sheet, looks, row) = (&mut *self.sheet, self.looks, self.row);
        match cell {
            Cell::Link(address) => {
                let short = web_link(address).filter(|address| address.len() <= LONGEST_LINK && self.links < MOST_LINKS);
                if let Some(address) = short {
                    self.links += 1;
                    sheet.write_url_with_format(row, column, Url::new(address), &looks.link)?;
                } else {
                    sheet.write_string_with_format(row, column, cut(address), &looks.text)?;
                }
            }
            Cell::Text(text) => {
                sheet.write_string_with_format(row, column, cut(text), &looks.text)?;
            }
            Cell::Number(number) if number.is_finite() => {
                let look = if number.abs() >= WHOLE { &looks.money } else { &looks.figure };
                sheet.write_number_with_format(row, column, *number, look)?;
            }
            Cell::Empty | Cell::Number(_) => {}
            Cell::Day(day) => match excel_day(*day) {
                Some(day) => {
                    sheet.write_datetime_with_format(row, column, &day, &looks.day)?;
                }
                None => {
                    sheet.write_string_with_format(row, column, day.to_string(), &looks.text)?;
                }
            },
        }
        Ok(())
    }

    /// A formula with the result that it has until somebody changes a figure.
    pub(super) fn live(&mut self, column: u16, live: &Live) -> Result<(), XlsxError> {
        self.formula(column, live.text(), &live.value().to_string())
    }

    /// A formula and its result, which may be words.
    pub(super) fn formula(&mut self, column: u16, text: &str, result: &str) -> Result<(), XlsxError> {
        let formula = Formula::new(text).set_result(result);
        self.sheet.write_formula_with_format(self.row, column, formula, &self.looks.live)?;
        Ok(())
    }

    /// The same for a figure of any size, which is shown as it is.
    pub(super) fn figure_formula(&mut self, column: u16, text: &str, result: &str) -> Result<(), XlsxError> {
        let formula = Formula::new(text).set_result(result);
        self.sheet.write_formula_with_format(self.row, column, formula, &self.looks.live_figure)?;
        Ok(())
    }

    /// A cell that waits for the reader's own figure.
    pub(super) fn yours(&mut self, column: u16) -> Result<(), XlsxError> {
        self.sheet.write_blank(self.row, column, &self.looks.yours)?;
        Ok(())
    }

    /// Ends a row: as high as its longest text needs, since not every program makes it so by itself.
    pub(super) fn end_row(&mut self) -> Result<(), XlsxError> {
        if self.lines > 1 {
            self.sheet.set_row_height(self.row, LINE * f64::from(self.lines.min(MOST_LINES)))?;
        }
        self.lines = 1;
        self.row += 1;
        Ok(())
    }

    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "widths are small and above zero")]
    fn measure(&mut self, column: u16, text: &str) {
        let room = self.widths.get(usize::from(column)).map_or(usize::MAX, |room| (*room as usize).max(1));
        let lines = wrapped(text, room).len();
        self.lines = self.lines.max(u16::try_from(lines).unwrap_or(MOST_LINES));
    }

    /// Buttons in the head by which a reader chooses rows.
    pub(super) fn filter(&mut self, head: u32, columns: usize) -> Result<(), XlsxError> {
        let last = u16::try_from(columns.saturating_sub(1)).unwrap_or(u16::MAX);
        if self.row > head {
            self.sheet.autofilter(head - 1, 0, self.row - 1, last)?;
        }
        Ok(())
    }

    pub(super) fn sheet(&mut self) -> &mut Worksheet {
        self.sheet
    }
}

/// A day as Excel counts it, which knows none before 1900.
pub(super) fn excel_day(day: Date) -> Option<ExcelDateTime> {
    let [month, date] = [day.month(), day.day()].map(|part| u8::try_from(part).ok());
    ExcelDateTime::from_ymd(u16::try_from(day.year()).ok()?, month?, date?).ok()
}

fn cut(text: &str) -> String {
    // Excel counts UTF-16; two units for a character are the most.
    if text.len() <= LONGEST || text.encode_utf16().count() <= LONGEST {
        return text.to_owned();
    }
    text.chars().take(LONGEST / 2).chain(" … (cut)".chars()).collect()
}
