"""The small part of Python that is run here does what Python does."""

import ast

import pytest

from inglenook.effort.code.meter import LimitError, Meter, RaisedError, UnknownCodeError
from inglenook.effort.code.runner import Runner


def printed(source):
    runner = Runner(Meter())
    runner.run(ast.parse(source))
    return runner.printed


PROGRAMS = """
x = [3, 1, 2]; x.sort(reverse=True); print(x, sorted(x, key=lambda k: -k), x[::-1], x[1:])
---
a, (b, c) = 1, [2, 3]; d = e = a + b; print(a, b, c, d, e, d is e, not d, -d, +d, ~d)
---
print(2.5 ** 2)
print(7 // 2, 7 % 3, 7 / 2, 2 ** 5, 2 ** -1, 7 << 1, 7 >> 1, 6 & 3, 6 | 3, 6 ^ 3, 2.5 * 2)
---
print(1 < 2 < 3, 1 < 3 < 2, 1 in [1], 2 not in (1,))
x = None
print(x is None, x is not None, 'a' != 'b')
---
print(0 or 'x', 1 and 0, 1 if [] else 2, f'{1 + 1} and {"two"}', "a" 'b')
---
print({k: v for k, v in zip('abc', [1, 2, 3]) if v != 2}, {1: 'x'}[1])
print({n % 2 for n in range(5)})
---
print([i * j for i in range(3) for j in range(i) if j or i])
print(sum(i for i in [1, 2]), sum([[1], [2]], []))
---
def f(n, m=2):
    if n > 3:
        return n * m
    elif n == 3:
        return 'three'
    else:
        pass
print(f(4), f(3), f(1), f(5, m=1), f(n=6), f(7, 3))
---
total = 0
for i in range(10):
    if i == 2:
        continue
    if i == 5:
        break
    total += i
else:
    total = -1
while total > 0:
    total -= 3
else:
    print('done', total)
while True:
    break
for _ in []:
    pass
else:
    print('none')
---
def outer(n):
    def inner(k):
        return n + k
    return inner
print(outer(3)(4), (lambda a, b=2: a * b)(3))
---
def check(x):
    try:
        if x is None:
            raise ValueError
        return [1, 2][x]
    except (KeyError, IndexError):
        return 'no place'
    except ValueError as error:
        return 'no value'
    except:
        return 'other'
print(check(0), check(5), check(None), check('a'))
---
d = {}
for w in 'a b a'.split():
    d[w] = d.get(w, 0) + 1
x = [0, 0]
x[1] = 5
x[0] += 2
y: int = 3
z: int
x += [7]
print(d, x, list(d.keys()), sorted(d.items()), list(d.values()), y)
---
print(abs(-3), len('abc'), divmod(7, 2), ord('a'), chr(98))
print(bin(5), hex(255), repr('x'), any([0, 1]), all([]))
---
print(min(3, 1), max([1, 5]), max([], default=0), min('b', 'a', key=ord))
print(round(2.567, 2), round(2.5), pow(2, 3), pow(2, 3, 5))
---
print(list(map(len, ['a', 'bb'])), list(filter(None, [0, 1])))
print(list(filter(lambda x: x > 1, [1, 2])), list(reversed([1, 2])))
---
print(list(enumerate('ab')), list(enumerate('ab', 1)), list(enumerate('ab', start=2)))
print(sum([1], start=4), sum([1], 2), list(map(lambda a, b: a + b, [1], [2])))
---
print(int('7'), int('ff', base=16), float('2.5'), str(3), bool([]), tuple([1]))
print(list('ab'), dict([(1, 2)]), frozenset([1]) == {1}, sorted(set('hello')))
---
print(isinstance(1, int), isinstance('a', (int, str)), isinstance(True, bool))
print('a', 'b', sep='-', end='!')
---
print(' Ab '.strip().upper(), 'a,b'.split(','), '-'.join(['x', 'y']))
print('abc'.replace('b', ''), 'abc'.find('c'), (1, 2).index(2), (2.0).is_integer())
---
s = {1, 2}
s.add(3)
print(len(s), s.union({4}) == {1, 2, 3, 4}, [n for n in s], 'x' in 'xyz')
print([1, 2].count(1), [[1, 2], [3]][0][1], (1, 2)[0])
---
n = [1, 2, 3]
for each in n:
    if each < 3 and len(n) < 5:
        n.append(each)
print(n, range(5)[1:3], not None, 'abc'[-1], [1, 2, 3][:-1], {}.setdefault('a', 1))
---
assert 1 < 2, 'fine'
print("end")
""".strip().split("\n---\n")


@pytest.mark.parametrize("source", PROGRAMS)
def test_it_does_what_python_does(source, capsys):
    exec(compile(ast.parse(source), "own", "exec"), {})  # our own code, written above
    assert printed(source) == capsys.readouterr().out


@pytest.mark.parametrize(
    ("source", "kind"),
    [
        ("1 + 'a'", TypeError),
        ("1 // 0", ZeroDivisionError),
        ("[][0]", IndexError),
        ("{}['a']", KeyError),
        ("int('a')", ValueError),
        ("len(3)", TypeError),
        ("for i in 3: pass", TypeError),
        ("a, b = [1]", ValueError),
        ("3[0]", TypeError),
        ("[1]['a']", TypeError),
        ("x = 'abc'\nx[0] = 1", TypeError),
        ("max([])", ValueError),
        ("3()", TypeError),
        ("def f(a): pass\nf()", TypeError),
        ("def f(a): pass\nf(1, 2)", TypeError),
        ("def f(a): pass\nf(1, a=2)", TypeError),
        ("raise KeyError('a')", KeyError),
        ("raise int", TypeError),
        ("raise len", TypeError),
        ("assert []", AssertionError),
        ("isinstance(1, 2)", TypeError),
        ("isinstance(1)", TypeError),
        ("filter(None)", TypeError),
        ("sorted()", TypeError),
        ("map()", TypeError),
        ("print('a', sep=3)", TypeError),
        ("[1, 2, 3][::0]", ValueError),
        ("sorted([1, 'a'])", TypeError),
        ("try:\n    1 // 0\nexcept KeyError:\n    pass", ZeroDivisionError),
    ],
)
def test_it_raises_what_python_raises(source, kind):
    with pytest.raises(RaisedError) as caught:
        printed(source)
    assert caught.value.kind is kind


@pytest.mark.parametrize(
    "source",
    [
        "import math",
        "unheard_of",
        "'a'.encode()",
        "x = []\nx.y = 1",
        "x = []\nx[1:2] = [3]",
        "x = {1}\nx |= {2}",
        "x, *y = [1, 2]",
        "def f(*a): pass",
        "def f(a, /): pass",
        "@staticmethod\ndef f(a): pass",
        "def f():\n    global a",
        "async def f(): pass",
        "def f(a, *, k): pass",
        "x = [*'ab']",
        "print(x := 3)",
        "try:\n    pass\nfinally:\n    pass",
        "raise",
        "raise ValueError('a').args",
        "3 @ 4",
        "'%d' % 3",
        "f'{3!r}'",
        "{**{}}",
        "print(**{})",
        "len(x=3)",
        "'a'.split(sep=',')",
        "x = ValueError('a')",
        "return 3",
        "x = 1j",
        "sum(i for i in [1j])",
        "x.y += 1",
        "b'abc'",
        "...",
        "{1: 2}[1:2]",
    ],
)
def test_what_it_does_not_know_is_not_run(source):
    with pytest.raises(UnknownCodeError):
        printed(source)


@pytest.mark.parametrize(
    "source",
    ["'a' * 4001", "range(1001)", "[0] * 1001", "2 ** 600", "{i: i for i in range(999)}",
     "x = ['a' * 4000] * 4\nprint(x)", "round(1, 21)", "pow(2, 999)",
     "x = 5\nwhile x:\n    x = -x"],
)  # fmt: skip
def test_it_stops_at_what_is_too_much(source):
    with pytest.raises(LimitError):
        printed(source)


def test_functions_are_printed_without_their_address_and_lists_cannot_nest_for_ever():
    assert printed("print(len)") == "<function len>\n"
    with pytest.raises(LimitError):
        printed("for i in (" + "0, " * 1001 + "): pass")
    with pytest.raises(LimitError):
        printed("a = []\nfor i in range(990):\n    a = [a]\nprint(a)")


def test_a_limit_cannot_be_caught_by_the_code():
    with pytest.raises(LimitError):
        printed("try:\n    'a' * 10 ** 9\nexcept Exception:\n    print('caught')")


def test_depth_is_given_back_when_loops_and_functions_are_left():
    assert (
        printed(
            "def f(n):\n    for i in range(n):\n        try:\n            if i % 3:\n"
            "                continue\n            [][0]\n        except IndexError:\n"
            "            if i > 200:\n                break\n    return i\nprint(f(250))"
        )
        == "201\n"
    )


def test_steps_of_a_part_end_it_and_not_the_rest():
    meter = Meter(100)
    with pytest.raises(LimitError), meter.part(10):
        meter.spend(11)
    with meter.part(10):
        meter.spend(10)
    meter.spend(78)
    with pytest.raises(LimitError):
        meter.spend(20)
