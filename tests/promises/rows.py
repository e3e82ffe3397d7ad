"""What is promised, one sentence for each row; R rows are about faults, S rows about attacks."""

from typing import NamedTuple


class Row(NamedTuple):
    """One promise. control: how its test shows that it sees, where no twin of the product makes sense."""

    sentence: str
    control: str = ""


ROWS = {
    "R1": Row("Of all who come for a share at once exactly one gets its content, by whatever door."),
    "R2": Row("Of a guarded share at most five passwords are looked at, however many arrive together."),
    "R3": Row(
        "Too many wrong passwords lock a share and delete nothing; the lock holds at every door until its"
        " sender opens it."
    ),
    "R4": Row("Looking is not opening: previews, robots, probes and loaded pages change nothing."),
    "R5": Row("A claimant may repeat a claim and gets the same answer; nobody else gets a byte."),
    "R6": Row("A reply that was lost on its way is given again to its claimant, and to nobody else."),
    "R7": Row(
        "A download that breaks goes on where it stopped, over restarts and from S3 too; memory stays flat."
    ),
    "R8": Row("A lease ends when it says, and the bytes with it."),
    "R9": Row(
        "Whatever is killed, wherever in its work: no share is gone before somebody had it, none is given"
        " twice, and one sweep leaves nothing half."
    ),
    "R10": Row("A claim that was acknowledged is remembered, though Postgres is killed a moment later."),
    "R11": Row(
        "Without Redis no share and no try is lost and nothing waits; what invites abuse closes a little."
    ),
    "R12": Row("Without Postgres every door says so within five seconds, and all is well once it is back."),
    "R13": Row(
        "A full disk or a store that is away is told as 507 or 503 and leaves nothing half; what is there"
        " still opens, and small shares are still taken."
    ),
    "R14": Row("An upload whose sender leaves is never seen as a share and leaves no bytes."),
    "R15": Row("What is too large is refused before it is read, and a length that lies is a bad request."),
    "R16": Row("Whatever is asked, however broken: no answer is a fault of ours, and no process ends."),
    "R17": Row(
        "Slow lines hold nobody up behind the proxies we ship, and no plaintext lies on a proxy's disk."
    ),
    "R18": Row(
        "A million shares are swept in small steps beside claims; two sweeps at once, and one that was"
        " killed, do no harm."
    ),
    "R19": Row("A share's time is kept when it is looked at, swept or not, and nobody gets an endless one."),
    "R20": Row("A host whose clock is wrong opens nothing early, ends nothing late and moves no lease."),
    "R21": Row("A restored backup revives no share, and people are there again."),
    "R22": Row("The release before and this one serve beside each other while the tables change, and back."),
    "R23": Row("Hosts are restarted in turn under running transfers, and each transfer arrives."),
    "R24": Row("Two things that happen to a share at once happen in one legal order, and each is told once."),
    "R25": Row("Whatever is done in whatever order, the product and a small model of it agree."),
    "R26": Row("A create may be repeated: one share, one blob. Another body under its id is refused."),
    "R27": Row("What a sender may leave is counted exactly, however many come at once."),
    "R28": Row("A receipt tells its sender what happened to a share, and nothing about whom."),
    "R29": Row(
        "However many passwords are tried at once, a process takes the memory of one; who is sent away has"
        " lost no try."
    ),
    "R30": Row(
        "After its end a share's bytes are nowhere, and once the day's key is erased no record of it opens."
    ),
    "S1": Row("Whatever is asked of the API is answered as its document says."),
    "S2": Row("What formats and parsers are given is refused, or is read and comes back the same."),
    "S3": Row(
        "Parsers that a fuzzer feeds by their branches raise only what they document.",
        control="seeds of every kind are read first",
    ),
    "S4": Row("Server, browser and client accept and refuse the same envelopes."),
    "S5": Row("The code holds nothing that our own rules forbid."),
    "S6": Row("Nothing that we install has a hole that is known."),
    "S7": Row(
        "A server with an unsafe setting does not start.",
        control="the settings without the bad one start it",
    ),
    "S8": Row("Every answer of every route carries its strict headers."),
    "S9": Row("In a browser no code but ours runs, and what stands behind the # goes nowhere."),
    "S10": Row("Cookies are closed; a session is new at sign-in and over at sign-out."),
    "S11": Row("No forged host gets into a link."),
    "S12": Row("Nothing of the machine is served."),
    "S13": Row("No request is one to a proxy and two to the server behind it."),
    "S14": Row("A name is a text wherever it appears."),
    "S15": Row("No secret and no plaintext is found in any file, log or letter of a server."),
    "S16": Row("How long a worker's memory remembers is measured.", control="it is a figure, not a bar"),
    "S17": Row("Who cannot prove the link cannot tell by time whether a share is there."),
    "S18": Row("Of the staff everybody may do what their role says, and no more."),
}
