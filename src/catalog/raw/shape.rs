//! What a raw table looks like, told by the same declaration that reads it: a schema made of it cannot fall behind.

use std::collections::BTreeMap;

use toml::Spanned;

/// The form of a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    Text,
    /// `2026-08-22`
    Date,
    /// An http or https address.
    Url,
    /// Lower-case letters, digits, `.` and `-`.
    Id,
    /// One of these words.
    Words(Vec<&'static str>),
    Number,
    Truth,
    List(Box<Form>),
    /// Texts under names of the writer's choice.
    Map(Box<Form>),
    Table {
        about: String,
        keys: Vec<Key>,
    },
}

/// A key of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Key {
    pub(crate) name: String,
    pub(crate) about: String,
    pub(crate) form: Form,
    pub(crate) required: bool,
}

impl Key {
    /// A key from the name of its field and its comment.
    pub(crate) fn new(field: &str, about: &str, form: Form) -> Self {
        let name = field.trim_start_matches("r#").replace('_', "-");
        Self { name, about: about.trim().to_owned(), form, required: false }
    }

    pub(crate) fn required(self) -> Self {
        Self { required: true, ..self }
    }

    pub(crate) fn date(self) -> Self {
        self.formed(Form::Date)
    }

    pub(crate) fn url(self) -> Self {
        self.formed(Form::Url)
    }

    pub(crate) fn id(self) -> Self {
        self.formed(Form::Id)
    }

    pub(crate) fn words(self, words: Vec<&'static str>) -> Self {
        self.formed(Form::Words(words))
    }

    /// The form, put in the place of the text; of a list, of its elements.
    fn formed(mut self, form: Form) -> Self {
        self.form = match self.form {
            Form::List(_) => Form::List(Box::new(form)),
            _ => form,
        };
        self
    }
}

/// A value that can tell its form.
pub(crate) trait Shape {
    fn form() -> Form;
}

impl Shape for String {
    fn form() -> Form {
        Form::Text
    }
}

impl Shape for i64 {
    fn form() -> Form {
        Form::Number
    }
}

impl Shape for bool {
    fn form() -> Form {
        Form::Truth
    }
}

impl<T: Shape> Shape for Spanned<T> {
    fn form() -> Form {
        T::form()
    }
}

impl<T: Shape> Shape for Option<T> {
    fn form() -> Form {
        T::form()
    }
}

impl<T: Shape> Shape for Vec<T> {
    fn form() -> Form {
        Form::List(Box::new(T::form()))
    }
}

impl<K, T: Shape> Shape for BTreeMap<K, T> {
    fn form() -> Form {
        Form::Map(Box::new(T::form()))
    }
}

/// Declares raw tables: every key may be absent, has a comment, and says its form behind `=` where that is not plain text.
macro_rules! raw {
    ($($(#[doc = $about:literal])+ $name:ident {
        $($(#[doc = $doc:literal])+ $field:ident: $type:ty $(= $($step:ident $(($($argument:tt)+))?)+)?),+ $(,)?
    })+) => {
        $($(#[doc = $about])+
        #[derive(Debug, Default, serde::Deserialize)]
        #[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
        pub(crate) struct $name { $($(#[doc = $doc])+ pub(crate) $field: $type),+ }

        impl $crate::catalog::raw::Shape for $name {
            fn form() -> $crate::catalog::raw::Form {
                $crate::catalog::raw::Form::Table {
                    about: concat!($($about),+).trim().to_owned(),
                    keys: vec![$($crate::catalog::raw::Key::new(
                        stringify!($field),
                        concat!($($doc),+),
                        <$type as $crate::catalog::raw::Shape>::form(),
                    )$($(.$step($($($argument)+)?))+)?),+],
                }
            }
        })+
    };
}

/// The words of a vocabulary.
macro_rules! words {
    ($vocabulary:ty) => {
        <$vocabulary>::ALL.iter().map(|member| member.word()).collect()
    };
}

pub(super) use {raw, words};
