"""Forms in which people write a program over a sequence, with places for the grammar."""

from __future__ import annotations

from typing import Final

CONSTANTS: Final = {
    "LIMIT": "LIMIT = 4",
    "TABLE": "TABLE = (2, 0, 1)",
    "NEXT": "NEXT = [[0, 1], [2, 0], [1, 2]]",
    "NAMES": "NAMES = {'a': 0, 'b': 1}",
}
HELPER: Final = "def helper(a):\n    <helper>\n"
ONE: Final = {
    "loop": "def program(xs):\n    <init>\n    out = []\n    for x in xs:\n        <body>\n"
    "        out.append(<out>)\n    return out\n",
    "output first": "def program(xs):\n    <init>\n    out = []\n    for x in xs:\n"
    "        out.append(<out>)\n        <body>\n    return out\n",
    "index": "def program(xs):\n    <init>\n    out = []\n    for i in range(len(xs)):\n"
    "        x = xs[i]\n        <body>\n        out.append(<out>)\n    return out\n",
    "enumerate": "def program(xs):\n    <init>\n    out = []\n    for i, x in enumerate(xs):\n"
    "        <body>\n        out.append(<out>)\n    return out\n",
    "while": "def program(xs):\n    <init>\n    out = []\n    i = 0\n"
    "    while i < len(xs):\n        x = xs[i]\n        <body>\n        out.append(<out>)\n"
    "        i += 1\n    return out\n",
    "generator": "def program(xs):\n    <init>\n    for x in xs:\n        <body>\n"
    "        yield <out>\n",
    "comprehension": "def program(xs):\n    return [<out> for x in xs]\n",
    "prefixes": "def program(xs):\n    return [<out> for i in range(len(xs))]\n",
    "filled": "def program(xs):\n    <init>\n    out = [0] * len(xs)\n"
    "    for i in range(len(xs)):\n        x = xs[i]\n        <body>\n        out[i] = <out>\n"
    "    return out\n",
    "first": "def program(xs):\n    if not xs:\n        return []\n    <init>\n    <v> = xs[0]\n"
    "    out = []\n    for x in xs:\n        <body>\n        out.append(<out>)\n    return out\n",
    "rest": "def program(xs):\n    if not xs:\n        return []\n    <init>\n    <v> = xs[0]\n"
    "    out = [<v>]\n    for x in xs[1:]:\n        <body>\n        out.append(<out>)\n"
    "    return out\n",
    "padded": "def program(xs):\n    <init>\n    out = []\n"
    "    for before, x in zip([0] + xs, xs):\n        <body>\n        out.append(<out>)\n"
    "    return out\n",
    "branches": "def program(xs):\n    <init>\n    out = []\n    for x in xs:\n        <body>\n"
    "        if <c>:\n            out.append(<out>)\n        else:\n            <S>\n"
    "            out.append(<out>)\n    return out\n",
    "continue": "def program(xs):\n    <init>\n    out = []\n    for x in xs:\n        if <c>:\n"
    "            <S>\n            out.append(<out>)\n            continue\n        <body>\n"
    "        out.append(<out>)\n    return out\n",
    "global state": "<init>\n\n\ndef program(xs):\n    global <state>\n    out = []\n"
    "    for x in xs:\n        <body>\n        out.append(<out>)\n    return out\n",
    "mutable default": "def step(x, kept=[0]):\n    <init>\n    <v1> = kept[0]\n    <body>\n"
    "    kept[0] = <v1>\n    return <out>\n\n\ndef program(xs):\n"
    "    return [step(x) for x in xs]\n",
    "closure": "def program(xs):\n    <init>\n    def step(x):\n        nonlocal <state>\n"
    "        <body>\n        return <out>\n    return [step(x) for x in xs]\n",
    "made closure": "def make():\n    <init>\n    def step(x):\n        nonlocal <state>\n"
    "        <body>\n        return <out>\n    return step\n\n\ndef program(xs):\n"
    "    step = make()\n    out = []\n    for x in xs:\n        out.append(step(x))\n"
    "    return out\n",
    "step function": "def step(<state>, x):\n    <body>\n    return <state>, <out>\n\n\n"
    "def program(xs):\n    <init>\n    out = []\n    for x in xs:\n"
    "        <state>, y = step(<state>, x)\n        out.append(y)\n    return out\n",
}
STREAM: Final = (
    "class S:\n<constant>    def __init__(self):\n        <init>\n\n<method>"
    "    def step(self, <letters>):\n        <body>\n        return <out>\n"
)
USES: Final = {
    "class": "",
    "class, comprehension": "\n\ndef program(<lists>):\n    s = S()\n"
    "    return [s.step(<letters>) for <target> in <zip>]\n",
    "class, loop": "\n\ndef program(<lists>):\n    s = S()\n    out = []\n"
    "    for <target> in <zip>:\n        y = s.step(<letters>)\n        out.append(y)\n"
    "    return out\n",
}
TWO: Final = {
    "zip": "def program(xs, ws):\n    <init>\n    out = []\n    for x, w in zip(xs, ws):\n"
    "        <body>\n        out.append(<out>)\n    return out\n",
    "pairs": "def program(pairs):\n    <init>\n    out = []\n    for x, w in pairs:\n"
    "        <body>\n        out.append(<out>)\n    return out\n",
    "two lists": "def program(xs, ws):\n    <init>\n    out = []\n    for i in range(len(xs)):\n"
    "        x, w = xs[i], ws[i]\n        <body>\n        out.append(<out>)\n    return out\n",
    "zip enumerate": "def program(xs, ws):\n    <init>\n"
    "    for i, (x, w) in enumerate(zip(xs, ws)):\n        <body>\n        yield <out>\n",
    "pair comprehension": "def program(pairs):\n    return [<out> for x, w in pairs]\n",
}
INDEXED: Final = frozenset({"index", "enumerate", "while", "prefixes", "filled"})
