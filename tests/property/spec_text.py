#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
#
# Free text in a spec, proven against rpm itself: hostile texts go through the plugin's own escaping
# (spec_text_filter) into %description and Summary, and rpm must read back exactly what was meant,
# without running anything. Escapes that are wrong in one point each go the same way and must be
# caught, or the test does not test. A quarter as many texts again hold a control byte, bytes that are
# no UTF-8, or an override of the writing direction: each must be refused, at the byte where Python's
# decoder or its tables see the first one.
#
# What is tested where: here the two functions of plugins/rpm/spec_text.cpp, as a program of their own, since
# thousands of texts a second are wanted; that the installed kpb puts every text of the command line through
# them, and what it refuses before, by cli/hostile_texts.sh and golden/texts.txt; names, versions and paths,
# which are not escaped but allow-listed, by long/hostile_names.py; the same functions on arbitrary bytes by
# fuzz/spec_text_fuzz.cpp.
#
#   spec_text.py FILTER [--count N] [--seed S]      needs rpmspec
import argparse
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import unicodedata

ATOMS = ['%', '%%', '%%%', '%{', '}', '%(', '(', ')', 'id', 'touch PWN', '%{lua:', 'print(1)', '#',
         '*', '- ', '\\', '\n', '\n', '\n', ' ', '  ', '\t', '%post', '%files', '%if 0', '%endif',
         '%else', '%include /etc/hostname', '%description', '%package -n x', '%define a b',
         '%global q %(touch PWN)', '%{?dist}', '%{summary}', '$', '`', '"', "'", '&', '<', '>', '{{',
         '}}', '[', ']', '?', '!', '\u00e9', '\u65e5\u672c', 'Name: x', '%changelog', '%end', '%dnl',
         '%[1+1]', '%{expr:1}', '%undefine x', '%trace', '%dump', '%1', '%*', '%#', '%**', '%-f',
         '%{-f*}', '%{!?x:y}', '\\%(touch PWN)', '%\\\n', '-', 'text', 'CVE-2024-1', '\r\n', '\r',
         '%{shrink:', '%{load:/x}', '%preamble', '%sourcelist', '%elif 1', '%ifarch x86_64', '\\\\',
         '%%{', '%%(touch PWN)', '%%if 0', '%{nil}', '%verify', '%triggerin -- x']
# What no header may hold, as bytes. (NUL parts the texts on the way to the filter.)
REFUSED = [b'\x01', b'\x07', b'\x08', b'\x0b', b'\x0c', b'\x1b[2J', b'\x1b]0;owned\x07', b'\x1f', b'\x7f',
           b'\xc2\x80', b'\xc2\x85', b'\xc2\x9b2J', b'\x80', b'\xbf', b'\xc0\xaf', b'\xc1\xbf', b'\xc3', b'\xc3(',
           b'\xe2\x82', b'\xe0\x80\xaf', b'\xed\xa0\x80', b'\xed\xbf\xbf', b'\xf0\x9f', b'\xf0\x80\x80\xaf',
           b'\xf4\x90\x80\x80', b'\xf5\x80\x80\x80', b'\xfe', b'\xff', b'\xf8\x88\x80\x80\x80',
           '\u202a'.encode(), '\u202e'.encode(), '\u2066'.encode(), '\u2069'.encode()]
BIDI = set(range(0x202a, 0x202f)) | set(range(0x2066, 0x206a))
BATCH = 100


def hostile_text(rng):
    return ''.join(rng.choice(ATOMS) for _ in range(rng.randint(1, 14)))


def refused_text(rng):
    """A hostile text, as bytes, with one to three things in it that no header may hold."""
    while True:
        parts = [rng.choice(ATOMS).encode() for _ in range(rng.randint(0, 10))]
        for _ in range(rng.randint(1, 3)):
            parts.insert(rng.randint(0, len(parts)), rng.choice(REFUSED))
        text = b''.join(parts)
        if first_refused(text) is not None:  # two halves can make a whole
            return text


def first_refused(text):
    """The offset of the first byte that no header may hold, as Python sees it."""
    try:
        good, end = text.decode(), None
    except UnicodeDecodeError as error:
        good, end = text[:error.start].decode(), error.start
    for at, c in enumerate(good):
        if unicodedata.category(c) == 'Cc' and c not in '\n\r\t' or ord(c) in BIDI:
            return len(good[:at].encode())
    return end


def not_refused(texts, answers, show):
    """How many of the answers are not a refusal at the right byte."""
    bad = 0
    for text, answer in zip(texts, answers, strict=True):
        if not answer.startswith('\1') or ' byte %d ' % first_refused(text) not in answer:
            bad += 1
            if show and bad < 4:
                print('%r is to be refused at byte %s: %r' % (text, first_refused(text), answer))
    return bad


def check_refusals(program, rng, count):
    """(how many were not refused as they should, controls that were not caught)"""
    texts = [refused_text(rng) for _ in range(count)]
    lines = [t.replace(b'\r', b' ').replace(b'\n', b' ') for t in texts]
    answers = run_filter(program, 'lines', texts)
    bad = not_refused(texts, answers, True) + not_refused(lines, run_filter(program, 'line', lines), True)
    # A filter that takes out what it should refuse, and one that miscounts.
    cleaned = run_filter(program, 'lines', [b'x' + bytes(b for b in t if 31 < b < 127) for t in texts])
    shifted = [re.sub(r'byte (\d+)', lambda m: 'byte %d' % (int(m[1]) + 1), a) for a in answers]
    missed = [name for name, wrong in (('a refused text is cleaned', cleaned), ('the wrong byte is named', shifted))
              if not_refused(texts, wrong, False) != count]
    return bad, missed


def run_filter(program, mode, texts):
    done = subprocess.run([program, mode], input=b'\0'.join(t if isinstance(t, bytes) else t.encode() for t in texts) + b'\0',
                          stdout=subprocess.PIPE, check=True)
    return done.stdout.decode().split('\0')[:-1]


def essence(text):
    """What the escaping must not touch: it may add '| ', ' .', '-' and blanks, and lose blanks."""
    return ''.join(c for c in text if c not in ' \t\r\n|.-')


# Escapes that are wrong in one point each, and what a text must end in to show it. Every one must be
# caught. (rpm 4.18 does not mind a line that ends in a backslash, so that has no mutant.)
MUTANTS = {
    'nothing is escaped': ('', lambda escaped: escaped.replace('%%', '%')),
    'no prefix for "%" and "#" at the start of a line':
        ('\n%post', lambda escaped: '\n'.join(l[2:] if l[:3] in ('| %', '| #') else l
                                              for l in escaped.split('\n'))),
    'no blank between a backslash and "%"':
        ('\nx \\%{', lambda escaped: escaped.replace('\\ %%', '\\%%')),
}


def query(directory, name, spec):
    """What rpm reads: {package: (summary, description)}, or None when it refuses the spec."""
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
    """How many of the (line, text) pairs rpm does not read back as meant."""
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
    directory = tempfile.mkdtemp(prefix='kpb-spec-text.')
    canary = os.path.join(directory, 'PWN')
    bad = 0
    checked = 0
    for number in range((options.count + BATCH - 1) // BATCH):
        texts = [hostile_text(rng) for _ in range(min(BATCH, options.count - number * BATCH))]
        one_line = [' '.join(t.split()) or '-' for t in texts]
        escaped = list(zip(run_filter(options.filter, 'line', one_line),
                           run_filter(options.filter, 'lines', texts)))
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
    not_right, missed = check_refusals(options.filter, rng, refusals)
    bad += not_right
    for number, (name, (ending, mutate)) in enumerate(MUTANTS.items()):
        texts = [hostile_text(rng) + ending for _ in range(BATCH)]
        broken = [('s', mutate(text)) for text in run_filter(options.filter, 'lines', texts)]
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
