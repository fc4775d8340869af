//! Reads the providers that Terraform and `OpenTofu` lock, `.terraform.lock.hcl`
//! (<https://developer.hashicorp.com/terraform/language/files/dependency-lock>).
//!
//! The file is written by the program itself, one fact a line, hence it is read line by line: so nothing in it can nest.
//! Modules are not in it. A provider is named by its whole address, as in the file: registries are no mirrors of each other.

use crate::model::{Component, Evidence, Location, Origin, Purl};
use crate::problem::Code;

use super::{Claim, Detector, Findings, Opened};

/// The registry that an address without a qualifier means.
const REGISTRY: &str = "registry.terraform.io";

/// The lock file of Terraform.
pub(super) struct TerraformLock;

impl Detector for TerraformLock {
    fn id(&self) -> &'static str {
        "terraform-lock"
    }

    fn claims(&self) -> &'static [Claim] {
        &[Claim::Name(".terraform.lock.hcl")]
    }

    fn detect(&self, file: &Opened<'_>, out: &mut Findings) {
        let Some(text) = out.text(file) else { return };
        // The provider whose block is open, with its line and version.
        let mut open: Option<(&str, usize, &str)> = None;
        let mut blocks = 0;
        for (number, line) in (1..).zip(text.lines().map(str::trim)) {
            if let Some(address) = line.strip_prefix("provider").and_then(quoted) {
                self.close(open.replace((address, number, "")), file, out);
                blocks += 1;
                // By hand, a block can be written on one line.
                if let Some((_, inside)) = line.split_once('{').filter(|_| line.ends_with('}')) {
                    let version = inside.trim_start().strip_prefix("version").and_then(value).unwrap_or_default();
                    self.close(open.take().map(|_| (address, number, version)), file, out);
                }
            } else if let (Some((_, _, version)), Some(value)) = (&mut open, line.strip_prefix("version").and_then(value)) {
                *version = value;
            } else if line == "}" {
                self.close(open.take(), file, out);
            }
        }
        if let Some((_, line, _)) = open {
            out.problem_at(Code::Truncated, file, line, "the block of this provider does not end");
        } else if blocks == 0 && text.lines().map(str::trim).any(|line| !line.is_empty() && !line.starts_with(['#', '/'])) {
            out.problem_at(Code::Malformed, file, 1, "it locks no provider");
        }
    }
}

impl TerraformLock {
    fn close(&self, block: Option<(&str, usize, &str)>, file: &Opened<'_>, out: &mut Findings) {
        let Some((address, line, version)) = block else { return };
        let parts: Vec<&str> = address.split('/').collect();
        let (host, namespace, name) = match parts.as_slice() {
            [host, namespace, name] => (*host, *namespace, *name),
            [namespace, name] => (REGISTRY, *namespace, *name),
            _ => return out.problem_at(Code::Malformed, file, line, format!("`{address}` is no provider's address")),
        };
        let purl = Purl::new("terraform", name).with_namespace(&format!("{host}/{namespace}")).with_version(version);
        let mut component = Component::new(purl, Evidence::Declared, self.id(), Location::line(file.shown(), line));
        component.origin = Origin::Registry;
        out.component(component);
    }
}

/// The text in the first quotes.
fn quoted(text: &str) -> Option<&str> {
    text.split('"').nth(1).filter(|text| !text.is_empty())
}

/// The text in `= "text"`.
fn value(text: &str) -> Option<&str> {
    text.trim_start().strip_prefix('=').and_then(quoted)
}

#[cfg(test)]
mod tests {
    use super::super::testing::found;
    use super::*;
    use expect_test::expect;

    const LOCK: &[u8] = b"# This file is maintained automatically by \"terraform init\".\r\n# Manual edits may be lost in future updates.\r\n\r\n\
        provider \"registry.terraform.io/hashicorp/aws\" {\r\n  version     = \"5.31.0\"\r\n  constraints = \"~> 5.0\"\r\n  hashes = [\r\n    \"h1:ltxyuBWIy9cq0kIKDJH1jeWJy/y7XJLjS4QrsQK4plA=\",\r\n    \"zh:0cdb9c2083bf0902442384f7309367791e4640581652dda456f2d6d7abf0de8d\",\r\n  ]\r\n}\r\n\r\n\
        provider \"registry.opentofu.org/hashicorp/random\" {\r\n  version = \"3.6.0\"\r\n}\r\n";

    #[test]
    fn providers_have_their_exact_version_and_registry() {
        expect![[r"
            pkg:terraform/registry.opentofu.org/hashicorp/random@3.6.0 declared :13
            pkg:terraform/registry.terraform.io/hashicorp/aws@5.31.0 declared :4"]]
        .assert_eq(&found(&TerraformLock, &[(".terraform.lock.hcl", LOCK)]));
    }

    #[test]
    fn a_block_may_stand_on_one_line() {
        let lock = b"provider \"example.com/acme/own\" { version = \"1.0.0\" }\nprovider \"a/b\" {}\n";
        expect![[r"
            pkg:terraform/example.com/acme/own@1.0.0 declared :1
            pkg:terraform/registry.terraform.io/a/b declared :2"]]
        .assert_eq(&found(&TerraformLock, &[(".terraform.lock.hcl", lock)]));
    }

    #[test]
    fn a_block_that_breaks_off_is_a_problem_and_what_stood_before_is_kept() {
        let cut = LOCK.get(..LOCK.len() - 6).unwrap_or_default();
        expect![[r"
            pkg:terraform/registry.terraform.io/hashicorp/aws@5.31.0 declared :4
            ! .terraform.lock.hcl:13:1: UP003: the block of this provider does not end"]]
        .assert_eq(&found(&TerraformLock, &[(".terraform.lock.hcl", cut)]));
    }

    #[test]
    fn an_empty_lock_is_fine_and_something_else_is_not() {
        assert_eq!(found(&TerraformLock, &[(".terraform.lock.hcl", b"# maintained automatically\n")]), "");
        expect!["! .terraform.lock.hcl:1:1: UP002: it locks no provider"]
            .assert_eq(&found(&TerraformLock, &[(".terraform.lock.hcl", b"{\"a\": 1}\n")]));
        expect!["! .terraform.lock.hcl:1:1: UP002: `aws` is no provider's address"]
            .assert_eq(&found(&TerraformLock, &[(".terraform.lock.hcl", b"provider \"aws\" {\n}\n")]));
    }
}
