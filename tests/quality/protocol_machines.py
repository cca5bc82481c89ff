"""State machines in the manner of protocol implementations, for trials of opaque machines.

Handshakes with a sink after errors, sessions, retransmission counters, alternating bits, topics to
subscribe to: structured, with many steps that change nothing, and outputs that are names.
Each protocol is a step on tuples; its machine is what words reach, minimised.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any

import numpy as np

from mips_verify.algebra.mealy import Mealy

State = Any
Step = Callable[[State, str], tuple[State, str]]


@dataclass(frozen=True, slots=True)
class Protocol:
    """One protocol.

    Attributes:
        name: an identifier.
        start: the first state.
        letters: names of the messages that it reads.
        step: the next state, and the name of the answer.
    """

    name: str
    start: State
    letters: tuple[str, ...]
    step: Step

    def machine(self) -> Mealy:
        """The smallest machine; answers are numbered in the order in which they are found."""
        found: dict[Hashable, int] = {self.start: 0}
        answers: dict[str, int] = {}
        to, said = [], []
        for state in (order := [self.start]):
            after = [self.step(state, letter) for letter in self.letters]
            order += [z for z in dict.fromkeys(z for z, _ in after) if z not in found]
            for z, _ in after:
                found.setdefault(z, len(found))
            to.append([found[z] for z, _ in after])
            said.append([[answers.setdefault(y, len(answers))] for _, y in after])
        letters = np.arange(len(self.letters))[:, None]
        return Mealy(("x",), letters, np.array(to), np.array(said)).minimal()


def _handshake(state: State, x: str) -> tuple[State, str]:
    """A TLS server: five messages in order, warnings that change nothing, a sink after errors."""
    order = ("hello", "key", "cipher", "finished")
    replies = ("hello, certificate, done", "", "", "cipher, finished")
    if state == "closed":
        return state, "closed"
    if x == "warning":
        return state, "" if state != 4 else "ignored"
    if x == "empty certificate" and state == 1:
        return state, ""
    if state == 4:
        return {"data": (4, "data"), "hello": (5, "no renegotiation")}.get(x, ("closed", "alert"))
    if state == 5:
        return (4, "data, again") if x == "data" else ("closed", "alert, close")
    if x == order[state]:
        return state + 1, replies[state]
    return "closed", "unexpected" if x != "data" else "alert"


def _connection(state: State, x: str) -> tuple[State, str]:
    """TCP, both roles: eleven states, some of which only one order of closing reaches."""
    table: dict[tuple[str, str], tuple[str, str]] = {
        ("closed", "listen"): ("listen", "-"), ("closed", "connect"): ("syn sent", "SYN"),
        ("listen", "SYN"): ("syn received", "SYN+ACK"), ("listen", "close"): ("closed", "-"),
        ("listen", "send"): ("syn sent", "SYN"), ("syn sent", "SYN"): ("syn received", "ACK"),
        ("syn sent", "SYN+ACK"): ("established", "ACK"), ("syn sent", "close"): ("closed", "-"),
        ("syn received", "ACK"): ("established", "-"), ("syn received", "close"): ("fin 1", "FIN"),
        ("syn received", "RST"): ("listen", "-"), ("established", "FIN"): ("close wait", "ACK"),
        ("established", "close"): ("fin 1", "FIN"), ("established", "send"): ("established", "PSH"),
        ("established", "PSH"): ("established", "ACK"), ("close wait", "close"): ("last", "FIN"),
        ("close wait", "send"): ("close wait", "PSH"), ("last", "ACK"): ("closed", "-"),
        ("fin 1", "ACK"): ("fin 2", "-"), ("fin 1", "FIN"): ("closing", "ACK"),
        ("fin 1", "FIN+ACK"): ("time wait", "ACK"), ("fin 2", "FIN"): ("time wait", "ACK"),
        ("fin 2", "PSH"): ("fin 2", "ACK"), ("closing", "ACK"): ("time wait", "-"),
        ("time wait", "timeout"): ("closed", "-"), ("time wait", "FIN"): ("time wait", "ACK"),
    }  # fmt: skip
    if x == "RST" and state not in ("closed", "listen", "syn received"):
        return "closed", "reset" if state == "established" else "-"
    if (state, x) in table:
        return table[state, x]
    if state == "closed" and x in ("SYN", "FIN", "FIN+ACK", "SYN+ACK", "PSH"):
        return state, "RST"
    return state, "error" if x in ("send", "listen", "connect") else "-"


def _shell(state: State, x: str) -> tuple[State, str]:
    """SSH: key exchange, three tries at a password, a channel, and keys that are made anew."""
    where, tries, again = state
    if where == "gone":
        return state, "no connection"
    if x == "kexinit":
        if where in ("start", "auth", "user", "open"):
            return (where, tries, 1), "kexinit"
        return ("gone", 0, 0), "disconnect"
    if again:
        following = {1: "kex30", 2: "newkeys"}[again]
        if x != following:
            return ("gone", 0, 0), "disconnect"
        if again == 1:
            return (where, tries, 2), "kex31, newkeys"
        return ("auth" if where == "start" else where, tries, 0), "-"
    if where == "auth" and x == "service userauth":
        return ("user", 0, 0), "accept"
    if where == "user" and x == "good password":
        return ("open", 0, 0), "success"
    if where == "user" and x in ("bad password", "no password"):
        if tries == 2:
            return ("gone", 0, 0), "too many"
        return ("user", tries + (x == "bad password"), 0), "failure"
    if where == "open" and x in ("open channel", "data", "close channel"):
        return state, {"open channel": "confirm", "data": "data", "close channel": "bye"}[x]
    return (state, "unimplemented") if where != "start" else (("gone", 0, 0), "disconnect")


def _broker(state: State, x: str) -> tuple[State, str]:
    """MQTT: a client, two topics that it subscribes to, and a message that is kept on one."""
    on, a, b, kept = state
    if x == "connect":
        return ((True, a, b, kept), "ack") if not on else ((False, False, False, kept), "closed")
    if not on:
        return state, "closed"
    if x == "disconnect":
        return (False, False, False, kept), "closed cleanly"
    if x == "subscribe a":
        return (on, True, b, kept), "suback, message" if kept else "suback"
    if x == "subscribe b":
        return (on, a, True, kept), "suback"
    if x == "unsubscribe a":
        return (on, False, b, kept), "unsuback"
    if x == "unsubscribe b":
        return (on, a, False, kept), "unsuback"
    if x == "keep on a":
        return (on, a, b, True), "puback, message" if a else "puback"
    if x == "empty a":
        return (on, a, b, False), "puback, nothing" if a else "puback"
    return state, "puback, message" if {"publish a": a, "publish b": b}[x] else "puback"


def _alternating(state: State, x: str) -> tuple[State, str]:
    """A sender with an alternating bit that gives up after three time-outs."""
    bit, tries = state
    if tries == 4:
        return ((0, 0), "started") if x == "reset" else (state, "dead")
    if x == "reset":
        return (0, 0), "started"
    if x == "send":
        return ((bit, 1), f"frame {bit}") if not tries else (state, "busy")
    if not tries:
        return state, "ignored"
    if x == "timeout":
        return ((bit, tries + 1), f"frame {bit}" if tries < 3 else "dead")
    if x == "broken":
        return state, f"frame {bit}"
    return ((1 - bit, 0), "delivered") if x == f"ack {bit}" else (state, "ignored")


def _pairing(state: State, x: str) -> tuple[State, str]:
    """Bluetooth: a long exchange in order; what is out of order is refused, or starts anew."""
    order = ("connect", "version", "features", "length", "pair", "confirm", "random", "encrypt")
    answers = ("ok", "version", "features", "length", "pairing", "confirm", "random", "encrypted")
    known, at = state
    if x == "disconnect":
        return (0, 0), "gone" if at else "nothing"
    if not at:
        return ((0, 1), "ok") if x == "connect" else (state, "nothing")
    if x in ("version", "features", "length") and at < 4:
        bit = {"version": 1, "features": 2, "length": 4}[x]
        now = known | bit
        return ((now, 4) if now == 7 else (now, 1)), answers[order.index(x)]
    if x == "write":
        return state, "written" if at == 8 else "not permitted"
    if x == "pair" and at >= 4:
        return (7, 5), "pairing"
    if at < len(order) and x == order[at] and at >= 4:
        return (7, at + 1), answers[at]
    if x in ("confirm", "random") and at > 4:
        return (7, 4), "pairing failed"
    return state, "unknown"


def _lease(state: State, x: str) -> tuple[State, str]:
    """DHCP: an address that is offered, held, renewed and lost, with retries."""
    where, tries = state
    if x == "link down":
        return ("off", 0), "-"
    if where == "off":
        return (("ask", 0), "discover") if x == "link up" else (state, "-")
    if where == "ask":
        if x == "offer":
            return ("request", 0), "request"
        if x == "timeout":
            return (("ask", tries + 1), "discover") if tries < 2 else (("off", 0), "no server")
    if where == "request":
        if x in ("ack", "nak"):
            return (("bound", 0), "bound") if x == "ack" else (("ask", 0), "discover")
        if x == "timeout":
            return (("request", tries + 1), "request") if tries < 3 else (("ask", 0), "discover")
    if where == "bound":
        table = {"half": ("renew", "request"), "conflict": ("ask", "decline"),
                 "release": ("off", "release"), "nak": ("bound", "ignored")}  # fmt: skip
        if x in table:
            return (table[x][0], 0), table[x][1]
    if where in ("renew", "rebind"):
        if x in ("ack", "nak"):
            return (("bound", 0), "bound") if x == "ack" else (("ask", 0), "lost, discover")
        if x == "half" and where == "renew":
            return ("rebind", 0), "broadcast"
        if x == "timeout" and where == "rebind":
            return ("ask", 0), "lost, discover"
    return state, "-"


def _window(state: State, x: str) -> tuple[State, str]:
    """Credits for up to eight frames, two modes, and a pause that keeps them."""
    credit, burst, paused = state
    if x == "abort":
        return (2, False, False), "aborted"
    if x in ("pause", "resume"):
        return (credit, burst, x == "pause"), "same" if paused == (x == "pause") else x
    if x in ("grant", "grant two"):
        return (min(8, credit + 1 + (x == "grant two")), burst, paused), "granted"
    if x == "mode":
        return (credit, not burst, paused), "burst" if not burst else "single"
    if paused:
        return state, "held"
    cost = 3 if burst else 1
    return ((credit - cost, burst, paused), "sent") if credit >= cost else (state, "blocked")


def _dialog(state: State, x: str) -> tuple[State, str]:
    """SIP: a call that rings, is answered, held or refused, and a registration beside it."""
    known, call = state
    if x == "register":
        return (True, call), "200" if not known else "200, refreshed"
    if x == "expire":
        return (False, call), "-"
    if not known and call == "idle":
        return state, "403" if x == "invite" else "481"
    table = {
        ("idle", "invite"): ("trying", "100"), ("trying", "ring"): ("ringing", "180"),
        ("trying", "cancel"): ("ending", "487"), ("ringing", "cancel"): ("ending", "487"),
        ("ringing", "answer"): ("answered", "200"), ("ringing", "refuse"): ("ending", "486"),
        ("trying", "refuse"): ("ending", "486"), ("answered", "ack"): ("talking", "-"),
        ("ending", "ack"): ("idle", "-"), ("talking", "hold"): ("held", "200, hold"),
        ("held", "hold"): ("talking", "200, talk"), ("talking", "bye"): ("idle", "200, bye"),
        ("held", "bye"): ("idle", "200, bye"), ("answered", "bye"): ("ending", "500"),
        ("talking", "invite"): ("talking", "491"), ("held", "invite"): ("held", "488"),
    }  # fmt: skip
    to, answer = table.get((call, x), (call, "481" if call == "idle" else "-"))
    return (known, to), answer


def _mailbox(state: State, x: str) -> tuple[State, str]:
    """POP3: a user, a password, up to three letters marked, and a lock after three failures."""
    where, failed, marked = state
    if x == "quit":
        return ("user", failed, 0), f"bye {marked}" if where == "in" else "bye"
    if failed == 3:
        return state, "locked"
    if where == "in":
        if x == "delete":
            return (where, failed, min(3, marked + 1)), "ok" if marked < 3 else "none left"
        if x == "reset":
            return (where, failed, 0), "ok"
        return state, {"list": f"{3 - marked} letters", "noop": "ok"}.get(x, "error")
    if x == "user":
        return ("pass", failed, 0), "who"
    if x in ("right", "wrong") and where == "pass":
        return (("in", 0, 0), "welcome") if x == "right" else (("user", failed + 1, 0), "denied")
    return state, "ok" if x == "noop" else "error"


PROTOCOLS = (
    Protocol("Handshake", 0, ("hello", "key", "cipher", "finished", "data", "warning",
                              "fatal", "empty certificate"), _handshake),
    Protocol("Connection", "closed", ("listen", "connect", "SYN", "SYN+ACK", "ACK", "FIN",
                                      "FIN+ACK", "PSH", "RST", "send", "close", "timeout"),
             _connection),
    Protocol("Shell", ("start", 0, 0), ("kexinit", "kex30", "newkeys", "service userauth",
                                        "good password", "bad password", "no password",
                                        "open channel", "data", "close channel", "debug"), _shell),
    Protocol("Broker", (False, False, False, False),
             ("connect", "disconnect", "subscribe a", "subscribe b", "unsubscribe a",
              "unsubscribe b", "publish a", "publish b", "keep on a", "empty a"), _broker),
    Protocol("Alternating", (0, 0), ("send", "ack 0", "ack 1", "timeout", "broken", "reset",
                                     "nothing"), _alternating),
    Protocol("Pairing", (0, 0), ("connect", "version", "features", "length", "pair", "confirm",
                                 "random", "encrypt", "disconnect", "write", "ping"), _pairing),
    Protocol("Lease", ("off", 0), ("link up", "link down", "offer", "ack", "nak", "timeout",
                                   "half", "conflict", "release"), _lease),
    Protocol("Window", (2, False, False), ("grant", "grant two", "send", "pause", "resume",
                                           "mode", "abort"), _window),
    Protocol("Dialog", (False, "idle"), ("register", "expire", "invite", "ring", "answer", "refuse",
                                         "cancel", "ack", "hold", "bye"), _dialog),
    Protocol("Mailbox", ("user", 0, 0), ("user", "right", "wrong", "list", "delete", "reset",
                                         "noop", "quit"), _mailbox),
)  # fmt: skip
