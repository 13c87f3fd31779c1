#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
#
# Free text in a control file, checked with dpkg, apt and dpkg-deb themselves: hostile texts are escaped
# by the plugin's own code (text_filter) into Description and Maintainer, and each program must read
# exactly the intended text (by rules that are written down a second time here), with no additional field
# or package. Negative control: escapings with one mistake each must be noticed. A quarter as many texts
# contain something that no package may contain: each must be refused, at the byte where Python finds
# the first.
#
# What is tested where: here the functions of plugins/deb/control_text.cpp; golden/debs.txt tests that the
# installed kpb passes the texts of its command line through them; fuzz/control_text_fuzz.cpp tests the
# same functions on arbitrary bytes, with kpb's own reader.
#
#   control_text.py FILTER [--count N] [--seed S]      needs dpkg-query, apt-cache and dpkg-deb
import argparse
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile

from texts import check_refusals, hostile_text, run_filter

ATOMS = ['\n', '\n', '\n', '\n\n', ' ', '  ', '\t', '\r\n', '\r', '.', '..', ' .', '. ', '.\n', '\n.', '\n.x', '#', '# x',
         '-', '- x', ':', 'x:', 'Essential: yes', '\nEssential: yes', '\n\nPackage: evil\nVersion: 1',
         '\nDepends: evil', 'Package: evil', '\nStatus: install ok not-installed', '\nProtected: yes', ',', '(', ')',
         '|', '%', '${Package}', '$x', '`id`', '"', "'", '\\', '\\n', '<', '>', '<x@example.org>', '@', '&', '{', '}',
         '-----BEGIN PGP SIGNED MESSAGE-----', '-----BEGIN PGP SIGNATURE-----', '\u00e9', '\u65e5\u672c', '\u00a0',
         '\u2028', '\u200b', '\ufeff', 'text', 'CVE-2024-1', 'a' * 200, '*', '!', '?', '=', '0', '1.0']
BATCH = 500
TOOLS = ('dpkg-query', 'apt-cache', 'dpkg-deb')
ENVIRONMENT = {'PATH': '/usr/sbin:/usr/bin:/sbin:/bin', 'LC_ALL': 'C.UTF-8'}


def meant_lines(text):
    """The lines that a description must have for a text."""
    lines = [l.replace('\t', ' ').rstrip(' ') for l in re.split('\r\n|\r|\n', text)]
    while lines and not lines[0]:
        lines.pop(0)
    while lines and not lines[-1]:
        lines.pop()
    return [' ' + l if l.startswith('.') else l for l in lines]


def read_lines(value):
    """The lines of a field, by Debian's rules."""
    return ['' if l == ' .' else l[1:] for l in value.split('\n')] if value else []


def stanza(number, line, lines):
    return ('Package: p%d\nStatus: install ok installed\nMaintainer: %s\nArchitecture: all\nVersion: 1\n'
            'Description: s\n%s' % (number, line, lines + '\n' if lines else ''))


def by_dpkg(directory):
    """{package: (maintainer, lines, what must be empty)}, or None if it refuses the file."""
    done = subprocess.run(['dpkg-query', '--admindir=' + directory, '-W', '-f',
                           '${Package}\1${Maintainer}\1${Description}\1${Essential}${Depends}${Protected}\2'],
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=ENVIRONMENT)
    if done.returncode != 0:
        return None
    fields = [r.split('\1') for r in done.stdout.decode().split('\2')[:-1]]
    return {f[0]: (f[1], read_lines(f[2].partition('\n')[2]), f[3].replace('no', '')) for f in fields}


def by_apt(directory, count):
    """The same with apt, which remembers where a package begins and ends and shows that part."""
    options = ['-o', 'Dir::State::status=' + directory + '/status', '-o', 'Dir::Etc::sourcelist=/dev/null',
               '-o', 'Dir::Etc::sourceparts=/dev/null', '-o', 'Dir::Cache=' + directory + '/cache',
               '-o', 'Dir::State::lists=' + directory + '/lists', '-o', 'APT::Architecture=amd64']
    names = subprocess.run(['apt-cache', *options, 'pkgnames'], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                           env=ENVIRONMENT).stdout.decode().split()
    done = subprocess.run(['apt-cache', *options, 'show', *('p%d' % i for i in range(count))], stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, env=ENVIRONMENT)
    if done.returncode != 0:
        return None, names
    found = {}
    for record in done.stdout.decode().split('\n\n'):
        fields = {}
        for line in record.strip('\n').split('\n'):
            if line[:1] in (' ', '\t'):
                fields[last].append(line)
            elif line:
                last, _, value = line.partition(':')
                fields[last] = [value.strip(' ')]
        if not fields:
            continue
        description = fields.get('Description', fields.get('Description-en', ['']))
        extra = set(fields) - {'Package', 'Status', 'Maintainer', 'Architecture', 'Version', 'Description',
                               'Description-en', 'Description-md5'}
        found[fields['Package'][0]] = (fields['Maintainer'][0], read_lines('\n'.join(description[1:])), ''.join(sorted(extra)))
    return found, names


def check_batch(directory, pairs, meant, show):
    """How many (line, lines) pairs at least one of the two does not read as intended."""
    with open(directory + '/status', 'w', newline='') as out:
        out.write('\n'.join(stanza(i, *pair) for i, pair in enumerate(pairs)))
    apt, names = by_apt(directory, len(pairs))
    bad = 0
    for who, found in (('dpkg', by_dpkg(directory)), ('apt', apt)):
        if found is None or len(found) != len(pairs):
            if show:
                print('%s reads %s packages of %d' % (who, None if found is None else len(found), len(pairs)))
            bad += len(pairs)
            continue
        for i, wanted in enumerate(meant):
            if found.get('p%d' % i) != (*wanted, ''):
                bad += 1
                if show and bad < 4:
                    print('%s: meant %r\n  got %r' % (who, wanted, found.get('p%d' % i)))
    if len(names) != len(pairs):
        bad += 1
        if show:
            print('apt knows other packages: %s' % sorted(set(names) - {'p%d' % i for i in range(len(pairs))})[:5])
    return bad


def check_dpkg_deb(directory, pairs, meant):
    """A few as the control file of a real package: dpkg-deb is the strictest, and the slowest."""
    bad = 0
    for i, (line, lines) in enumerate(pairs):
        tree = '%s/deb%d' % (directory, i)
        os.makedirs(tree + '/DEBIAN')
        with open(tree + '/DEBIAN/control', 'w', newline='') as out:
            out.write(stanza(i, line, lines).replace('Status: install ok installed\n', ''))
        built = subprocess.run(['dpkg-deb', '-Znone', '-b', tree, tree + '.deb'], stdout=subprocess.PIPE,
                               stderr=subprocess.STDOUT, env=ENVIRONMENT)
        read = subprocess.run(['dpkg-deb', '-f', tree + '.deb', 'Maintainer'], stdout=subprocess.PIPE, env=ENVIRONMENT)
        text = subprocess.run(['dpkg-deb', '-f', tree + '.deb', 'Description'], stdout=subprocess.PIPE, env=ENVIRONMENT)
        got = (read.stdout.decode()[:-1], read_lines(text.stdout.decode()[:-1].partition('\n')[2]))
        if built.returncode != 0 or got != meant[i]:
            bad += 1
            print('dpkg-deb: meant %r\n  got %r %s' % (meant[i], got, built.stdout.decode()[-300:]))
    return bad


# Escapings with one mistake each, and a text that reveals it.
MUTANTS = {
    'blank lines stay empty': ('a\n\nb', lambda lines: '\n'.join('' if l == ' .' else l for l in lines.split('\n'))),
    'lines have no blank in front': ('a\nEssential: yes\nb', lambda lines: '\n'.join(l[1:] for l in lines.split('\n'))),
    'a dot is not told from a blank line': ('a\n.\nb', lambda lines: lines.replace('\n  .\n', '\n .\n')),
    'the last lines are lost': ('a\nlast', lambda lines: lines.rpartition('\n')[0]),
}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('filter')
    parser.add_argument('--count', type=int, default=20000)
    parser.add_argument('--seed', type=int, default=random.SystemRandom().randrange(1 << 32))
    options = parser.parse_args()
    for tool in TOOLS:
        if shutil.which(tool) is None:
            print('SKIPPED: %s is not installed' % tool)
            return 77
    print('seed %d, %d texts' % (options.seed, options.count))
    rng = random.Random(options.seed)
    program = [options.filter, 'control']
    directory = tempfile.mkdtemp(prefix='kpb-control-text.')
    os.makedirs(directory + '/updates')
    os.makedirs(directory + '/cache/archives/partial')
    os.makedirs(directory + '/lists/partial')
    bad = checked = 0
    for start in range(0, options.count, BATCH):
        texts = [hostile_text(rng, ATOMS) for _ in range(min(BATCH, options.count - start))]
        one_line = [' '.join(re.split('[ \t\r\n]+', t)).strip(' ') or '-' for t in texts]
        pairs = list(zip(run_filter(program, 'line', one_line), run_filter(program, 'lines', texts)))
        meant = [(line, meant_lines(text)) for line, text in zip(one_line, texts)]
        refused = [p for p in pairs if p[0].startswith('\1') or p[1].startswith('\1')]
        if refused:
            print('refused: %r' % (refused[0],))
            bad += len(refused)
        bad += check_batch(directory, pairs, meant, True)
        if start == 0:
            bad += check_dpkg_deb(directory, pairs[:40], meant[:40])
        checked += len(texts)
    refusals = (options.count + 3) // 4
    not_right, missed = check_refusals(program, rng, refusals, ATOMS)
    bad += not_right
    for name, (text, mutate) in MUTANTS.items():
        texts = [text, hostile_text(rng, ATOMS) + text]
        pairs = [('s', mutate(lines)) for lines in run_filter(program, 'lines', texts)]
        if check_batch(directory, pairs, [('s', meant_lines(t)) for t in texts], False) == 0:
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
