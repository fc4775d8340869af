"""Makes the trees that `benches/compare` measures: the same names and contents in each run.

Each is of one kind of trouble, in the size that its text says if `scale` is 1; a smaller one makes a smaller tree of the same shape.
"""

import io
import os
import struct
import subprocess
import zipfile

# Longest path that a system call takes, with its NUL.
PATH_MAX = 4096


def write(path, content, mode=None):
    """A file; its folder is there."""
    with open(path, "wb") as file:
        file.write(content)
    if mode is not None:
        os.chmod(path, mode)


def lock(number, packages=20):
    """A package-lock.json."""
    entries = "".join(f',\n"node_modules/p-{number}-{one}": {{"version": "1.{one}.0", "license": "MIT"}}' for one in range(packages))
    return ('{"name": "own", "lockfileVersion": 3, "packages": {"": {"name": "own"}' + entries + "}}\n").encode()


def elf(number, size=8192):
    """A 64-bit ELF file whose only data are texts, none of which any product has."""
    words = b"".join(b"text %d of program %d, as good as any\0" % (one, number) for one in range(size // 40))
    names = b"\0.rodata\0.shstrtab\0"
    at_names = 64 + len(words)
    at_table = (at_names + len(names) + 7) // 8 * 8
    header = b"\x7fELF\x02\x01\x01" + bytes(9)
    header += struct.pack("<HHIQQQIHHHHHH", 3, 62, 1, 0, 0, at_table, 0, 64, 0, 0, 64, 3, 2)

    def section(name, kind, flags, offset, length):
        return struct.pack("<IIQQQQIIQQ", name, kind, flags, 0, offset, length, 0, 0, 1, 0)

    table = bytes(64) + section(1, 1, 2, 64, len(words)) + section(9, 3, 0, at_names, len(names))
    return (header + words + names).ljust(at_table, b"\0") + table


def elf_files(root, scale):
    """20,000 programs and shared libraries that no package owns."""
    for number in range(int(20_000 * scale)):
        folder = f"{root}/opt/vendor-{number // 200}"
        os.makedirs(folder, exist_ok=True)
        name = f"lib{number}.so.1" if number % 2 else f"tool-{number}"
        write(f"{folder}/{name}", elf(number), 0o755)


def huge_folder(root, scale):
    """200,000 files in one folder; of half of them only the mode bits say that they are no programs."""
    for number in range(int(200_000 * scale)):
        write(f"{root}/{'data' if number % 2 else 'module'}-{number}{'' if number % 2 else '.js'}", b"")
    write(f"{root}/package-lock.json", lock(0))


def deep_folder(root, scale):
    """Folders in one another, as many as a path can name, with a lock file in every tenth."""
    here = os.open(root, os.O_DIRECTORY)
    for level in range(int((PATH_MAX - len(root) - 40) / 2 * min(scale, 1))):
        os.mkdir("d", dir_fd=here)
        below = os.open("d", os.O_DIRECTORY, dir_fd=here)
        os.close(here)
        here = below
        if level % 10 == 0:
            file = os.open("package-lock.json", os.O_CREAT | os.O_WRONLY, 0o644, dir_fd=here)
            os.write(file, lock(level, 3))
            os.close(file)
    os.close(here)


def polyglot(root, scale):
    """Installed packages of npm and Python, vendored crates, and jars: some 150,000 files."""
    for number in range(int(3_000 * scale)):
        node = f"{root}/web/node_modules/package-{number}"
        os.makedirs(f"{node}/lib")
        write(f"{node}/package.json", b'{"name": "package-%d", "version": "1.%d.0", "license": "MIT"}' % (number, number % 90))
        for file in range(25):
            write(f"{node}/lib/module-{file}.js", b"export {};\n")
    site = f"{root}/venv/lib/python3.11/site-packages"
    for number in range(int(1_000 * scale)):
        info = f"{site}/package_{number}-1.{number % 90}.dist-info"
        os.makedirs(info)
        os.makedirs(f"{site}/package_{number}")
        write(f"{info}/METADATA", b"Metadata-Version: 2.1\nName: package-%d\nVersion: 1.%d\nLicense: MIT\n\nText.\n" % (number, number % 90))
        write(f"{info}/RECORD", b"package_%d/__init__.py,,\n" % number)
        for file in range(30):
            write(f"{site}/package_{number}/module_{file}.py", b"pass\n")
    for number in range(int(1_000 * scale)):
        crate = f"{root}/service/vendor/crate-{number}"
        os.makedirs(f"{crate}/src")
        write(f"{crate}/Cargo.toml", b'[package]\nname = "crate-%d"\nversion = "1.%d.0"\n\n[dependencies]\nserde = "1"\n' % (number, number % 90))
        write(f"{crate}/.cargo-checksum.json", b'{"files":{}}')
        for file in range(40):
            write(f"{crate}/src/module_{file}.rs", b"pub fn none() {}\n")
    os.makedirs(f"{root}/java/lib", exist_ok=True)
    for number in range(int(500 * scale)):
        content = io.BytesIO()
        with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as jar:
            properties = f"groupId=org.example.g{number % 20}\nartifactId=artifact-{number}\nversion=1.{number % 90}\n"
            jar.writestr("META-INF/MANIFEST.MF", "Manifest-Version: 1.0\n")
            jar.writestr(f"META-INF/maven/org.example.g{number % 20}/artifact-{number}/pom.properties", properties)
            for file in range(100):
                jar.writestr(f"org/example/g{number % 20}/Class{file}.class", b"\xca\xfe\xba\xbe" + bytes(400))
        write(f"{root}/java/lib/artifact-{number}-1.{number % 90}.jar", content.getvalue())


def server_root(root, scale):
    """A Debian server as its own tools make it, some 70,000 files; as root, from the archive that debootstrap and apt know."""
    some = "nginx redis-server python3-flask"
    more = "postgresql mariadb-server php-fpm openjdk-17-jre-headless python3-django nodejs npm haproxy bind9 postfix prometheus"
    subprocess.run(["debootstrap", "--variant=minbase", "bookworm", root], check=True, stdout=subprocess.DEVNULL)
    # No service of it is to run here.
    write(f"{root}/usr/sbin/policy-rc.d", b"#!/bin/sh\nexit 101\n", 0o755)
    install = f"apt-get update -qq; apt-get install -y -qq {some} {more if scale >= 1 else ''}"
    # A package that cannot be set up without a running system is unpacked all the same, and its files are what counts here.
    quiet = dict(os.environ, DEBIAN_FRONTEND="noninteractive")
    subprocess.run(["chroot", root, "sh", "-c", install], env=quiet, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def small_files(root, scale):
    """3,000,000 files in 3,000 folders, one in ten with a line in it, one in a thousand a lock file."""
    for number in range(int(3_000 * scale)):
        folder = f"{root}/group-{number % 50}/project-{number}"
        os.makedirs(folder)
        write(f"{folder}/package-lock.json", lock(number))
        for file in range(1, 1_000):
            write(f"{folder}/note-{file}.txt", b"a line\n" if file % 10 == 0 else b"")


# By name, what makes it.
TREES = {
    "elf-files": elf_files,
    "huge-folder": huge_folder,
    "deep-folder": deep_folder,
    "polyglot": polyglot,
    "server-root": server_root,
    "small-files": small_files,
}
