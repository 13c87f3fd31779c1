#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
#
# Free text in a spec, checked with rpm itself: hostile texts are escaped by the plugin's own code
# (text_filter) into %description and Summary, and rpm must read exactly the intended text, without
# executing anything. Negative control: escapings with one mistake each must be noticed. A quarter as
# many texts contain a control byte, invalid UTF-8, or an override of the writing direction: each must be
# refused, at the byte where Python's decoder or its tables find the first.
#
# What is tested where: here the two functions of plugins/rpm/spec_text.cpp, as a program of their own,
# because thousands of texts per second are needed; cli/hostile_texts.sh and golden/texts.txt test that
# the installed kpb passes every text of the command line through them, and what it refuses before;
# long/hostile_names.py tests names, versions and paths, which are not escaped but checked against
# allow-lists; fuzz/spec_text_fuzz.cpp tests the same functions on arbitrary bytes.
#
#   spec_text.py FILTER [--count N] [--seed S]      needs rpmspec
import argparse
import os
import random
import shutil
import subprocess
import sys
import tempfile

from texts import check_refusals, hostile_text, run_filter

ATOMS = ['%', '%%', '%%%', '%{', '}', '%(', '(', ')', 'id', 'touch PWN', '%{lua:', 'print(1)', '#',
         '*', '- ', '\\', '\n', '\n', '\n', ' ', '  ', '\t', '%post', '%files', '%if 0', '%endif',
         '%else', '%include /etc/hostname', '%description', '%package -n x', '%define a b',
         '%global q %(touch PWN)', '%{?dist}', '%{summary}', '$', '`', '"', "'", '&', '<', '>', '{{',
         '}}', '[', ']', '?', '!', '\u00e9', '\u65e5\u672c', 'Name: x', '%changelog', '%end', '%dnl',
         '%[1+1]', '%{expr:1}', '%undefine x', '%trace', '%dump', '%1', '%*', '%#', '%**', '%-f',
         '%{-f*}', '%{!?x:y}', '\\%(touch PWN)', '%\\\n', '-', 'text', 'CVE-2024-1', '\r\n', '\r',
         '%{shrink:', '%{load:/x}', '%preamble', '%sourcelist', '%elif 1', '%ifarch x86_64', '\\\\',
         '%%{', '%%(touch PWN)', '%%if 0', '%{nil}', '%verify', '%triggerin -- x']
BATCH = 100


def essence(text):
    """What the escaping must not touch: it may add '| ', ' .', '-' and blanks, and may remove
    blanks."""
    return ''.join(c for c in text if c not in ' \t\r\n|.-')


# Escapings with one mistake each, and the end of a text that reveals it. All must be noticed. (rpm
# 4.18 accepts a line that ends with a backslash, so that has no mutant.)
MUTANTS = {
    'nothing is escaped': ('', lambda escaped: escaped.replace('%%', '%')),
    'no prefix for "%" and "#" at the start of a line':
        ('\n%post', lambda escaped: '\n'.join(l[2:] if l[:3] in ('| %', '| #') else l
                                              for l in escaped.split('\n'))),
    'no blank between a backslash and "%"':
        ('\nx \\%{', lambda escaped: escaped.replace('\\ %%', '\\%%')),
}


def query(directory, name, spec):
    """What rpm reads: {package: (summary, description)}, or None if it refuses the spec."""
    path = os.path.join(directory, name)
    with open(path, 'w', newline='') as out:
        out.write(spec)
    done = subprocess.run(['rpmspec', '-q', '--qf', '%{NAME}\x01%{SUMMARY}\x01%{DESCRIPTION}\x02', path],
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=directory,
                          env={'PATH': os.environ['PATH'], 'HOME': directory, 'LC_ALL': 'C.UTF-8'})
    if done.returncode != 0:
        return None, done.stderr.decode('utf8', 'replace')[:300]
    fields = [record.split('\x01') for record in done.stdout.decode('utf8', 'replace').split('\x02')]
    return {f[0]: (f[1], f[2]) for f in fields if len(f) == 3}, ''


def check_batch(directory, number, escaped, show):
    """How many of the (line, text) pairs rpm does not read as intended."""
    spec = ('Name: base\nVersion: 1\nRelease: 1\nSummary: s\nLicense: GPL\n%description\nbase\n%files\n')
    for i, (line, text) in enumerate(escaped):
        spec += '%%package p%d\nSummary: %s\n%%description p%d\n%s\n%%files p%d\n' % (i, line, i, text, i)
    found, error = query(directory, 'batch%d.spec' % number, spec)
    if found is None or len(found) != len(escaped) + 1:
        if show:
            print('batch %d is no spec any more: %s' % (number, error))
        return len(escaped)
    bad = 0
    for i, pair in enumerate(escaped):
        meant = tuple(part.replace('%%', '%') for part in pair)
        got = found['base-p%d' % i]
        if got != meant:
            bad += 1
            if show and bad < 4:
                print('meant %r\n  got %r' % (meant, got))
    return bad


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('filter')
    parser.add_argument('--count', type=int, default=20000)
    parser.add_argument('--seed', type=int, default=random.SystemRandom().randrange(1 << 32))
    options = parser.parse_args()
    if shutil.which('rpmspec') is None:
        print('SKIPPED: rpmspec is not installed')
        return 77
    print('seed %d, %d texts' % (options.seed, options.count))
    rng = random.Random(options.seed)
    program = [options.filter, 'spec']
    directory = tempfile.mkdtemp(prefix='kpb-spec-text.')
    canary = os.path.join(directory, 'PWN')
    bad = 0
    checked = 0
    for number in range((options.count + BATCH - 1) // BATCH):
        texts = [hostile_text(rng, ATOMS) for _ in range(min(BATCH, options.count - number * BATCH))]
        one_line = [' '.join(t.split()) or '-' for t in texts]
        escaped = list(zip(run_filter(program, 'line', one_line),
                           run_filter(program, 'lines', texts)))
        for text, (_, out) in zip(texts, escaped):
            if out.startswith('\1') or essence(out.replace('%%', '%')) != essence(text):
                print('the escape refuses or changes %r: %r' % (text, out))
                bad += 1
        bad += check_batch(directory, number, escaped, True)
        checked += len(texts)
        if os.path.exists(canary):
            print('CODE RAN in batch %d' % number)
            bad += 1
            break
    refusals = (options.count + 3) // 4
    not_right, missed = check_refusals(program, rng, refusals, ATOMS)
    bad += not_right
    for number, (name, (ending, mutate)) in enumerate(MUTANTS.items()):
        texts = [hostile_text(rng, ATOMS) + ending for _ in range(BATCH)]
        broken = [('s', mutate(text)) for text in run_filter(program, 'lines', texts)]
        if check_batch(directory, 1000000 + number, broken, False) == 0:
            missed.append(name)
    for name in missed:
        print('NOT CAUGHT: an escape where ' + name)
    controls = len(MUTANTS) + 2
    print('checked %d, and %d that are to be refused; bad %d; negative controls: %d of %d wrong escapes caught'
          % (checked, refusals, bad, controls - len(missed), controls))
    shutil.rmtree(directory)
    return 0 if bad == 0 and checked == options.count and not missed else 1


if __name__ == '__main__':
    sys.exit(main())
