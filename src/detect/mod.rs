//! The detectors: one file each, one line each in the table below. A detector claims files by name, reads bytes
//! through [`Opened`], and writes what it found into [`Findings`]; it never lists folders and cannot fail.

mod apk_archive;
mod apk_installed;
mod apt_conf;
mod apt_lists;
mod apt_release;
mod archive;
mod bazel_maven_install;
mod bazel_module;
mod berkeley_db;
mod bitnami;
mod bottlerocket;
mod bower;
mod bun_lock;
mod cabal_freeze;
mod cargo_lock;
mod cargo_toml;
mod chisel_manifest;
mod ci_images;
mod claims;
mod clojure;
mod compose;
mod composer_installed;
mod composer_json;
mod composer_lock;
mod composer_package;
mod conan_lock;
mod conan_reference;
mod conanfile;
mod conda_archive;
mod conda_environment;
mod conda_list;
mod conda_lock;
mod conda_meta;
mod cos_packages;
mod cpan_meta;
mod cpanfile;
mod crate_archive;
mod deb822;
mod deb_archive;
mod deb_origin;
mod debian_license;
mod deno_lock;
mod detector;
mod devcontainer;
mod dockerfile;
mod document;
mod dotnet_deps;
mod dotnet_tools;
mod dpkg_copyright;
mod dpkg_files;
mod dpkg_package;
mod dpkg_status;
mod dpkg_status_d;
mod edn;
mod executable;
mod fetched;
mod findings;
mod flatpak;
mod gem_archive;
mod gemfile;
mod gemfile_lock;
mod gemspec;
mod gemspec_source;
mod git_index;
mod git_submodules;
mod github_actions;
mod gleam;
mod go_mod;
mod go_sum;
mod go_vendor;
mod go_work;
mod gradle_build;
mod gradle_catalog;
mod gradle_lock;
mod gradle_script;
mod gradle_verification;
mod hcl;
mod helm;
mod hex;
mod homebrew;
mod image_reference;
mod ipk_archive;
mod ivy;
mod java_archive;
mod java_identity;
mod java_libraries;
mod java_manifest;
mod java_name;
mod java_place;
mod java_server;
mod java_shaded;
mod json;
mod jsonc;
mod julia_manifest;
mod julia_project;
mod jvm_release;
mod kernel_image;
mod kernel_module;
mod kubernetes;
mod kustomize;
mod libman;
mod license_file;
mod license_text;
mod lines;
mod maven_model;
mod maven_pom;
mod maven_project;
mod memory;
mod mix_exs;
mod mix_lock;
mod msbuild;
mod msbuild_project;
mod nimble;
mod nix_db;
mod nix_name;
mod nix_store;
mod npm;
mod npm_installed;
mod npm_lock;
mod npm_manifest;
mod nuget;
mod nuget_archive;
mod nuget_assets;
mod nuget_lock;
mod nuget_packages_config;
mod opam;
mod opam_file;
mod opened;
mod opkg;
mod os_identity;
mod os_release;
mod otp_app;
mod overwritten;
mod ownership;
mod package_cache;
mod packrat_lock;
mod pacman_archive;
mod pacman_local;
mod paid_repositories;
mod paket;
mod pdm_lock;
mod pe_file;
mod pe_version;
mod pear_registry;
mod php_serialized;
mod pipfile;
mod pipfile_lock;
mod pkginfo;
mod pnpm_lock;
mod podfile;
mod podfile_lock;
mod poetry_lock;
mod portage_vdb;
mod project_file;
mod pubspec;
mod pubspec_lock;
mod pylock;
mod pyproject;
mod python_archive;
mod python_dist_info;
mod python_egg_info;
mod python_metadata;
mod python_project;
mod python_requests;
mod python_requirement;
mod python_requirements;
mod python_setup_cfg;
mod python_setup_py;
mod r_description;
mod reach;
mod rebar_lock;
mod renv_lock;
mod rhel_subscription;
mod rockspec;
mod rpm_archive;
mod rpm_bdb;
mod rpm_header;
mod rpm_manifest;
mod rpm_ndb;
mod rpm_package;
mod rpm_reasons;
mod rpm_sqlite;
mod ruby_calls;
mod run;
mod runtime_version;
pub mod sbom;
mod sbt_lock;
mod script_text;
mod snap;
mod sqlite_file;
mod stack;
mod starlark;
mod suse_registration;
mod swift_manifest;
mod swift_resolved;
mod tar_entry;
mod terms;
mod terraform;
mod terraform_lock;
#[cfg(test)]
mod testing;
mod tokens;
mod toml_document;
mod ubuntu_pro;
mod unattended_upgrades;
mod uv_lock;
mod vcpkg;
mod vcpkg_installed;
mod vcpkg_manifest;
mod version_files;
mod web_application;
mod wordpress;
mod xml;
mod xml_events;
mod yaml;
mod yarn_berry;
mod yarn_cache;
mod yarn_classic;
mod yarn_lock;
mod zip_entry;

pub use archive::ID as ARCHIVE;
pub use claims::{Claim, ClaimTable, FolderClaims};
pub use detector::{Detector, FileFacts, Stage};
pub use dpkg_copyright::add_debian_licenses;
pub use executable::examine;
pub(crate) use fetched::holds as is_fetched;
pub use findings::{Fact, Findings, Offered};
pub use license_file::conclude_licenses;
pub use memory::{Memory, Spent, Work};
pub use opened::Opened;
pub use ownership::{Ownership, UsrMerge};
pub use package_cache::SYSTEM_PACKAGES;
pub use run::{Within, name_layers, run, run_with};

/// Every detector, sorted by id.
pub static DETECTORS: &[&dyn Detector] = &[
    &apk_archive::ApkArchive,
    &apk_installed::ApkInstalled,
    &apt_lists::AptLists,
    &archive::Archive,
    &bazel_maven_install::BazelMavenInstall,
    &bazel_module::BazelModule,
    &bitnami::Bitnami,
    &bottlerocket::Bottlerocket,
    &bower::Bower,
    &bun_lock::BunLock,
    &cabal_freeze::CabalFreeze,
    &cargo_lock::CargoLock,
    &cargo_toml::CargoToml,
    &chisel_manifest::ChiselManifest,
    &ci_images::CiImages,
    &clojure::Clojure,
    &compose::Compose,
    &composer_installed::ComposerInstalled,
    &composer_json::ComposerJson,
    &composer_lock::ComposerLock,
    &conan_lock::ConanLock,
    &conanfile::Conanfile,
    &conda_archive::CondaArchive,
    &conda_environment::CondaEnvironment,
    &conda_list::CondaList,
    &conda_lock::CondaLock,
    &conda_meta::CondaMeta,
    &cos_packages::CosPackages,
    &cpan_meta::CpanMeta,
    &cpanfile::Cpanfile,
    &crate_archive::CrateArchive,
    &sbom::CycloneDx,
    &deb_archive::DebArchive,
    &deno_lock::DenoLock,
    &devcontainer::Devcontainer,
    &dockerfile::Dockerfile,
    &dotnet_deps::DotnetDeps,
    &dotnet_tools::DotnetTools,
    &dpkg_status::DpkgStatus,
    &dpkg_status_d::DpkgStatusD,
    &flatpak::Flatpak,
    &gem_archive::GemArchive,
    &gemfile::Gemfile,
    &gemfile_lock::GemfileLock,
    &gemspec::Gemspec,
    &git_submodules::GitSubmodules,
    &github_actions::GithubActions,
    &gleam::Gleam,
    &go_mod::GoMod,
    &go_sum::GoSum,
    &go_vendor::GoVendor,
    &go_work::GoWork,
    &gradle_build::GradleBuild,
    &gradle_catalog::GradleCatalog,
    &gradle_lock::GradleLock,
    &gradle_verification::GradleVerification,
    &helm::Helm,
    &homebrew::Homebrew,
    &ipk_archive::IpkArchive,
    &ivy::Ivy,
    &java_archive::JavaArchive,
    &java_server::JavaServer,
    &julia_manifest::JuliaManifest,
    &julia_project::JuliaProject,
    &jvm_release::JvmRelease,
    &kernel_image::KernelImage,
    &kernel_module::KernelModule,
    &kubernetes::Kubernetes,
    &kustomize::Kustomize,
    &libman::Libman,
    &maven_pom::MavenPom,
    &mix_exs::MixExs,
    &mix_lock::MixLock,
    &msbuild_project::MsbuildProject,
    &nimble::Nimble,
    &nix_db::NixDb,
    &nix_store::NixStore,
    &npm_installed::NpmInstalled,
    &npm_lock::NpmLock,
    &npm_manifest::NpmManifest,
    &nuget_archive::NugetArchive,
    &nuget_assets::NugetAssets,
    &nuget_lock::NugetLock,
    &nuget_packages_config::NugetPackagesConfig,
    &opam::Opam,
    &opkg::Opkg,
    &os_release::OsReleaseFile,
    &otp_app::OtpApp,
    &packrat_lock::PackratLock,
    &pacman_archive::PacmanArchive,
    &pacman_local::PacmanLocal,
    &paid_repositories::PaidRepositories,
    &paket::Paket,
    &pdm_lock::PdmLock,
    &pe_file::PeFile,
    &pear_registry::PearRegistry,
    &pipfile::Pipfile,
    &pipfile_lock::PipfileLock,
    &pnpm_lock::PnpmLock,
    &podfile::Podfile,
    &podfile_lock::PodfileLock,
    &poetry_lock::PoetryLock,
    &portage_vdb::PortageVdb,
    &pubspec::Pubspec,
    &pubspec_lock::PubspecLock,
    &pylock::Pylock,
    &pyproject::Pyproject,
    &python_archive::PythonArchive,
    &python_dist_info::PythonDistInfo,
    &python_egg_info::PythonEggInfo,
    &python_requirements::PythonRequirements,
    &python_setup_cfg::PythonSetupCfg,
    &python_setup_py::PythonSetupPy,
    &r_description::RDescription,
    &rebar_lock::RebarLock,
    &renv_lock::RenvLock,
    &rhel_subscription::RhelSubscription,
    &rockspec::Rockspec,
    &rpm_archive::RpmArchive,
    &rpm_bdb::RpmBdb,
    &rpm_manifest::RpmManifest,
    &rpm_ndb::RpmNdb,
    &rpm_sqlite::RpmSqlite,
    &sbt_lock::SbtLock,
    &snap::Snap,
    &sbom::Spdx,
    &stack::Stack,
    &suse_registration::SuseRegistration,
    &swift_manifest::SwiftManifest,
    &swift_resolved::SwiftResolved,
    &sbom::SyftJson,
    &terraform::Terraform,
    &terraform_lock::TerraformLock,
    &ubuntu_pro::UbuntuPro,
    &unattended_upgrades::UnattendedUpgrades,
    &uv_lock::UvLock,
    &vcpkg_installed::VcpkgInstalled,
    &vcpkg_manifest::VcpkgManifest,
    &version_files::VersionFiles,
    &web_application::WebApplication,
    &wordpress::Wordpress,
    &yarn_cache::YarnCache,
    &yarn_lock::YarnLock,
];
