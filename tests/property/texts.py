# SPDX-License-Identifier: GPL-2.0-only
#
# Hostile texts for the tests of escaping in this directory: what they consist of, which of them no
# package may contain, and how they are passed through text_filter.
import re
import subprocess
import unicodedata

# What no header may contain, as bytes. (NUL separates the texts for the filter.)
REFUSED = [b'\x01', b'\x07', b'\x08', b'\x0b', b'\x0c', b'\x1b[2J', b'\x1b]0;owned\x07', b'\x1f', b'\x7f',
           b'\xc2\x80', b'\xc2\x85', b'\xc2\x9b2J', b'\x80', b'\xbf', b'\xc0\xaf', b'\xc1\xbf', b'\xc3', b'\xc3(',
           b'\xe2\x82', b'\xe0\x80\xaf', b'\xed\xa0\x80', b'\xed\xbf\xbf', b'\xf0\x9f', b'\xf0\x80\x80\xaf',
           b'\xf4\x90\x80\x80', b'\xf5\x80\x80\x80', b'\xfe', b'\xff', b'\xf8\x88\x80\x80\x80',
           '\u202a'.encode(), '\u202e'.encode(), '\u2066'.encode(), '\u2069'.encode()]
BIDI = set(range(0x202a, 0x202f)) | set(range(0x2066, 0x206a))


def hostile_text(rng, atoms):
    return ''.join(rng.choice(atoms) for _ in range(rng.randint(1, 14)))


def refused_text(rng, atoms):
    """A hostile text, as bytes, with one to three things that no header may contain."""
    while True:
        parts = [rng.choice(atoms).encode() for _ in range(rng.randint(0, 10))]
        for _ in range(rng.randint(1, 3)):
            parts.insert(rng.randint(0, len(parts)), rng.choice(REFUSED))
        text = b''.join(parts)
        if first_refused(text) is not None:  # two halves can form something valid
            return text


def first_refused(text):
    """The offset of the first byte that no header may contain, according to Python."""
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


def check_refusals(program, rng, count, atoms):
    """(how many were not refused as they should, controls that were not noticed)"""
    texts = [refused_text(rng, atoms) for _ in range(count)]
    lines = [t.replace(b'\r', b' ').replace(b'\n', b' ') for t in texts]
    answers = run_filter(program, 'lines', texts)
    bad = not_refused(texts, answers, True) + not_refused(lines, run_filter(program, 'line', lines), True)
    # A filter that removes what it should refuse, and one that counts wrongly.
    cleaned = run_filter(program, 'lines', [b'x' + bytes(b for b in t if 31 < b < 127) for t in texts])
    shifted = [re.sub(r'byte (\d+)', lambda m: 'byte %d' % (int(m[1]) + 1), a) for a in answers]
    missed = [name for name, wrong in (('a refused text is cleaned', cleaned), ('the wrong byte is named', shifted))
              if not_refused(texts, wrong, False) != count]
    return bad, missed


def run_filter(program, mode, texts):
    """`program`: text_filter and the wanted escaping."""
    done = subprocess.run([*program, mode], input=b'\0'.join(t if isinstance(t, bytes) else t.encode() for t in texts) + b'\0',
                          stdout=subprocess.PIPE, check=True)
    return done.stdout.decode().split('\0')[:-1]
