#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
#
# One text, three readers: patches of a small tree are mutated, and whatever kpb's reader
# (patch_filter) does not refuse must mean the same to git and to GNU patch. That is: files and
# counts are those of git apply --numstat, and if the patch applies, kpb's files are those that
# change on disk, in both programs' copies, with equal bytes. Negative control: readings with one
# mistake each must be noticed; and kpb must not refuse everything.
#
#   patch_agreement.py FILTER [--count N] [--seed S]      needs git and patch
import argparse
import collections
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile

WORDS = ['static', 'int', 'return', 'struct', 'if (x)', '}', '{', '', '\tfoo();', '/* c */', '-- x', '++ y',
         '- a', '@@ -1 +1 @@', '--- a/fs/a.c', '+++ b/fs/b.c', 'X', '\t', ' ', '1d', '*** x', '.', 'Index: x']
FILES = ['fs/a.c', 'fs/b.c', 'fs/sub/c.c', 'include/d.h', 'e.c']
# Lines that mutations insert: headers of every kind that some program knows.
LINES = ['--- a/fs/a.c', '+++ b/fs/a.c', '--- a/fs/b.c', '+++ b/fs/b.c', '--- /dev/null', '+++ /dev/null',
         '+++ b/../escape', '+++ b//etc/x', '+++ /etc/x', '--- fs/a.c', 'diff --git a/fs/a.c b/fs/a.c',
         'diff --git a/fs/a.c b/fs/b.c', 'new file mode 100644', 'deleted file mode 100644',
         'new file mode 120000', 'old mode 100644', 'new mode 100755', 'new mode 104755', 'rename from fs/a.c',
         'rename to fs/z.c', 'copy from fs/a.c', 'copy to fs/z.c', 'similarity index 100%',
         'index 1234567..89abcde 100644', 'index 1..2 120000', 'GIT binary patch', 'Index: fs/b.c',
         'Index: a/fs/b.c', 'Prereq: x', '*** a/fs/a.c', '***************', '*** 1,3 ****', '@@ -1 +1 @@',
         '@@ -1,2 +1,2 @@', '@@ -0,0 +1 @@', '@@ -1 +0,0 @@', '@@ -2,0 +3 @@', '@@', '@@ -1,3 +1,3 @@x', '1d', '1,2c1,2',
         '1a', '.', '< x', '> x', '---', '-- ', '', ' ', '\t', '+x', '-x', ' x', '\\ No newline at end of file',
         '\\ x', '"', '--- "a/fs/a.c"', '+++ "b/fs/a.c"', '+++ "b/\\056\\056/x"', 'Binary files a/x and b/x differ',
         '--- a/fs/a.c\t1970-01-01 00:00:00 +0000', '+++ b/fs/a.c\t2024-01-31 00:00:00 +0000', 'From x',
         'Subject: [PATCH] x', '+++ b/fs/a.c b', '--- a/.git/config', '+++ b/.git/config', 'X--- a/fs/b.c']


def make_file(rng):
    text = '\n'.join(rng.choice(WORDS) + rng.choice(['', ' %d' % rng.randint(0, 9)])
                     for _ in range(rng.randint(5, 40)))
    return text + rng.choice(['\n', '\n', '\n', ''])


def put(directory, files):
    for name, content in files.items():
        path = os.path.join(directory, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, 'w', newline='') as out:
            out.write(content)


def found_in(directory):
    out = {}
    for base, _, names in os.walk(directory):
        for name in names:
            path = os.path.join(base, name)
            with open(path, 'rb') as content:
                out[os.path.relpath(path, directory)] = content.read()
    return out


def change(rng, files):
    """The files after some edits."""
    after = dict(files)
    for name in rng.sample(FILES, rng.randint(1, 3)):
        lines = after[name].split('\n')
        for _ in range(rng.randint(1, 3)):
            at = rng.randrange(len(lines))
            lines[at:at + rng.randint(0, 2)] = [rng.choice(WORDS) for _ in range(rng.randint(0, 2))]
        after[name] = '\n'.join(lines)
        if rng.random() < 0.08:
            del after[name]
    if rng.random() < 0.15:
        after['fs/new%d.c' % rng.randint(0, 9)] = make_file(rng)
    return after


class World:
    def __init__(self, top):
        self.top = top
        self.environment = {'PATH': os.environ['PATH'], 'HOME': os.path.join(top, 'none'), 'LC_ALL': 'C.UTF-8',
                            'TZ': 'UTC', 'TMPDIR': top, 'GIT_CONFIG_NOSYSTEM': '1', 'GIT_CONFIG_GLOBAL': '/dev/null',
                            'GIT_ATTR_NOSYSTEM': '1', 'GIT_CEILING_DIRECTORIES': top}

    def run(self, arguments, directory):
        done = subprocess.run(arguments, cwd=os.path.join(self.top, directory), env=self.environment,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        return done.returncode, done.stdout

    def fresh(self, name, files):
        path = os.path.join(self.top, name)
        shutil.rmtree(path, ignore_errors=True)
        os.mkdir(path)
        put(path, files)
        return path

    def diff(self, rng, before, after):
        self.fresh('a', before), self.fresh('b', after)
        if rng.random() < 0.6:
            options = ['-U%d' % rng.choice([0, 1, 3, 3, 3, 5])] + rng.choice([[], ['--patience'], ['--full-index']])
            text = self.run(['git', 'diff', '--no-index', '--no-prefix', '--no-renames'] + options + ['a', 'b'], '.')[1]
            if rng.random() < 0.4:
                text = (b'From 0123 Mon Sep 17 00:00:00 2001\nFrom: X <x@y>\nSubject: [PATCH] x\n\nWords.\n---\n'
                        b' fs/a.c | 2 +-\n\n' + text + b'-- \n2.39.5\n\n')
            return text
        return self.run(['diff', rng.choice(['-rupN', '-rup']), 'a', 'b'], '.')[1]


def mutate(rng, text):
    for _ in range(rng.choice([0, 1, 1, 1, 1, 2])):
        lines = text.split(b'\n')
        at = rng.randrange(len(lines))
        if rng.random() < 0.6:  # inside hunks, most changes only break the counts
            at = rng.choice([i for i, line in enumerate(lines) if line[:4] in (b'--- ', b'+++ ') or
                             line[:1] not in (b' ', b'+', b'-')] or [at])
        kind = rng.randrange(15)
        if kind <= 3:
            lines.insert(at, rng.choice(LINES).encode())
        elif kind == 4:
            del lines[at]
        elif kind == 5:
            lines[at] = rng.choice(LINES).encode()
        elif kind == 6:
            other = rng.randrange(len(lines))
            lines[at], lines[other] = lines[other], lines[at]
        elif kind == 7:
            lines.insert(at, lines[rng.randrange(len(lines))])
        elif kind == 8:  # a number in a hunk header
            heads = [i for i, line in enumerate(lines) if line.startswith(b'@@')] or [at]
            at = rng.choice(heads)
            digits = [i for i, c in enumerate(lines[at]) if chr(c).isdigit()]
            if digits:
                i = rng.choice(digits)
                lines[at] = lines[at][:i] + str(rng.randint(0, 12)).encode() + lines[at][i + 1:]
        elif kind == 9:
            lines[at] = rng.choice([b' ', b'  ', b'\t', b'X', b'- ', b'+', b'-', b'\\']) + lines[at]
        elif kind == 10:
            lines[at] = lines[at][1:]
        elif kind == 11:  # one byte
            data = bytearray(b'\n'.join(lines))
            data[rng.randrange(len(data))] = rng.choice(b'\0\r\n\t "\\/.+-@ 0129aX\xff')
            lines = bytes(data).split(b'\n')
        elif kind == 12:
            lines = lines[:at + 1]
        elif kind == 13 and rng.random() < 0.3:
            lines = [line + b'\r' for line in lines]
        elif kind == 14:
            some = slice(at, at + rng.randint(2, 12))
            lines[some] = [b'  ' + line for line in lines[some]] if rng.random() < 0.5 else lines[some] + lines[some]
        text = b'\n'.join(lines)
    return text


def as_git_reads(world, patch):
    """A reader that refuses nothing: [(added, deleted, path)] from git's numstat."""
    status, out = world.run(['git', 'apply', '--numstat', '-z', '-p1', patch], '.')
    if status != 0:
        return None
    try:
        return [(int(a), int(d), name) for a, d, name in
                (entry.split('\t') for entry in out.decode().split('\0') if entry)]
    except ValueError:
        return []


def disagreement(world, patch, files, read, kinds):
    """(what is wrong with the reading or None, whether it applies)"""
    if as_git_reads(world, patch) != read:
        return 'git reads %r' % (as_git_reads(world, patch),), False
    before = {name: content.encode() for name, content in files.items()}
    world.fresh('git', files), world.fresh('patch', files)
    git, words = world.run(['git', 'apply', '-p1', '--whitespace=nowarn', patch], 'git')
    if git != 0:
        return None, False
    gnu, words = world.run(['patch', '-p1', '-N', '-f', '-g0', '-F0', '-s', '--no-backup-if-mismatch', '-r', '-',
                            '-i', patch], 'patch')
    if gnu != 0:
        if false_end(patch, files):
            return FALSE_END, True
        return 'git applies it, GNU patch says %r' % words, True
    results = found_in(os.path.join(world.top, 'git')), found_in(os.path.join(world.top, 'patch'))
    names = sorted(name for _, _, name in read)
    for who, after in zip(('git', 'GNU patch'), results):
        changed = sorted(name for name in set(before) | set(after) if before.get(name) != after.get(name))
        if changed != names:
            return '%s changes %r' % (who, changed), True
    if results[0] != results[1]:
        return 'git and GNU patch make different files', True
    for name, kind in kinds.items():
        real = 'create' if name not in before else 'remove' if name not in results[0] else 'change'
        if kind != real:
            return '%s: %s, and on disk %s' % (name, kind, real), True
    return None, True


FALSE_END = 'git takes an end of the file that is none'


def false_end(patch, files):
    """Whether a hunk claims falsely that the file ends with it. Two things claim that: the marker
    of a missing line end after a line of the old side, and less context after the changes than
    before them, which diff only writes at the end of a file. git accepts both if some context
    follows the change, GNU patch does not. A reader of the text cannot know; kpb asks both programs
    with the tree and refuses (core/patch/apply_check.cpp)."""
    with open(patch, encoding='utf8', errors='surrogateescape', newline='') as text:
        lines = text.read().split('\n')
    name, at = None, 0
    while at < len(lines):
        head = re.match(r'@@ -\d+(?:,(\d+))? \+\d+(?:,(\d+))? @@', lines[at])
        if lines[at].startswith('--- a/'):
            name = lines[at][6:].split('\t')[0]
        at += 1
        if not head:
            continue
        old, new = (1 if n is None else int(n) for n in head.groups())
        before, marked, kinds = [], False, ''
        while at < len(lines) and (old > 0 or new > 0 or lines[at].startswith('\\')):
            kind = lines[at][:1]
            if kind == '\\':
                marked = marked or lines[at - 1][:1] != '+'
            elif kind != '+':
                before.append(lines[at][1:])
            kinds += kind if kind in ('+', '-') else '' if kind == '\\' else ' '
            old -= kind not in ('+', '\\')
            new -= kind not in ('-', '\\')
            at += 1
        marked = marked or len(kinds) - len(kinds.rstrip(' ')) < len(kinds) - len(kinds.lstrip(' '))
        if marked and files.get(name, '').split('\n')[-len(before):] != before:
            return True
    return False


def controls(world):
    """How many of the wrong readings are noticed, of how many."""
    files = {'fs/a.c': 'a\nb\nc\nx\ny\nz\n' * 3}
    good = '--- a/fs/a.c\n+++ b/fs/a.c\n@@ -%d,3 +%d,3 @@\n a\n-b\n+B\n c\n'
    made = '--- /dev/null\n+++ b/fs/n.c\n@@ -0,0 +1 @@\n+a\n'
    one, two = (1, 1, 'fs/a.c'), (1, 0, 'fs/n.c')
    both = {'fs/a.c': 'change', 'fs/n.c': 'create'}
    wrong = {
        'a file is left out': (good % (1, 1) + made, [one], both),
        'a file too many': (good % (1, 1), [one, two], both),
        'the wrong count': (good % (1, 1), [(1, 2, 'fs/a.c')], both),
        'the wrong name': (good % (1, 1), [(1, 1, 'a/fs/a.c')], both),
        'change taken for new': (good % (1, 1), [one], {'fs/a.c': 'create'}),
        'new taken for change': (good % (1, 1) + made, [one, two], {'fs/n.c': 'change'}),
        'GNU patch applies what is indented': (good % (1, 1) + '\n  ' + made.strip().replace('\n', '\n  ') + '\n',
                                               [one], both),
        'the programs take different places': (good % (2, 8), [one], both),
        'GNU patch alone refuses': ('--- a/fs/a.c\n\n' + made, [two], {'fs/n.c': 'create'}),
        'git refuses the patch': ('words\n', [one], both),
    }
    path = os.path.join(world.top, 'patches', 'control.patch')
    caught = 0
    for name, (text, read, kinds) in wrong.items():
        put(world.top, {'patches/control.patch': text})
        if disagreement(world, path, files, read, kinds)[0] not in (None, FALSE_END):
            caught += 1
        else:
            print('NOT CAUGHT: ' + name)
    put(world.top, {'patches/control.patch': good % (1, 1) + made})
    if disagreement(world, path, files, [one, two], both) != (None, True):
        print('CAUGHT: a good reading')
        caught = 0
    end = ' c\n\\ No newline at end of file\n'
    short = '--- a/fs/a.c\n+++ b/fs/a.c\n@@ -2,4 +2,4 @@\n b\n c\n-x\n+X\n y\n'
    for claim in ((good % (1, 1)).replace(' c\n', end), short):
        put(world.top, {'patches/control.patch': claim})
        if disagreement(world, path, files, [one], both)[0] != FALSE_END:
            print('NOT TOLD: an end of the file that is none:\n' + claim)
            caught = 0
    put(world.top, {'patches/control.patch': short.replace('-2,4 +2,4', '-14,5 +14,5') + ' z\n'})
    if false_end(path, files):
        print('TOLD: an end of the file that is one')
        caught = 0
    return caught, len(wrong)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('filter')
    parser.add_argument('--count', type=int, default=2000)
    parser.add_argument('--seed', type=int, default=random.SystemRandom().randrange(1 << 32))
    options = parser.parse_args()
    for tool in ('git', 'patch', 'diff'):
        if shutil.which(tool) is None:
            print('SKIPPED: %s is not installed' % tool)
            return 77
    print('seed %d, %d patches' % (options.seed, options.count))
    rng = random.Random(options.seed)
    top = os.path.realpath(tempfile.mkdtemp(prefix='kpb-patch-agreement.'))
    world = World(top)
    os.mkdir(os.path.join(top, 'patches'))
    cases = []
    while len(cases) < options.count:
        files = {name: make_file(rng) for name in FILES}
        text = world.diff(rng, files, change(rng, files))
        if not text:
            continue
        for _ in range(5):  # of one tree
            path = os.path.join(top, 'patches', '%d.patch' % len(cases))
            with open(path, 'wb') as out:
                out.write(mutate(rng, text))
            cases.append((path, files))
    cases = cases[:options.count]
    answers = subprocess.run([options.filter], input='\n'.join(path for path, _ in cases).encode(),
                             stdout=subprocess.PIPE, check=True).stdout.decode().split('\n\n')[:-1]
    assert len(answers) == len(cases), (len(answers), len(cases))
    bad = accepted = applied = ends = 0
    codes = collections.Counter()
    for (path, files), answer in zip(cases, answers):
        first, *rest = answer.split('\n')
        if first != 'ok':
            codes[first.split()[1]] += 1
            continue
        accepted += 1
        entries = [line.split(' ', 3) for line in rest]
        read = [(int(a), int(d), name) for _, a, d, name in entries]
        wrong, applies = disagreement(world, path, files, read, {name: kind for kind, _, _, name in entries})
        applied += applies
        if wrong == FALSE_END:
            ends += 1
        elif wrong:
            bad += 1
            if bad < 4:
                print('kpb reads %r: %s\n%s' % (read, wrong, open(path, 'rb').read().decode('utf8', 'backslashreplace')))
    print('refused: ' + ', '.join('%s %d' % pair for pair in codes.most_common()))
    caught, wrong_readings = controls(world)
    print('%d patches: %d refused, %d taken (%d of them apply), %d wrong; negative controls: %d of %d wrong '
          'readings caught' % (len(cases), sum(codes.values()), accepted, applied, bad, caught, wrong_readings))
    shutil.rmtree(top)
    print('%d in which a hunk claims an end of its file that is none: git takes them, GNU patch does not' % ends)
    return 0 if bad == 0 and applied >= options.count // 20 and codes and caught == wrong_readings else 1


if __name__ == '__main__':
    sys.exit(main())
