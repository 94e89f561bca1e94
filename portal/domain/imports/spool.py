"""The rows of a file that have been read and judged, kept in a temporary file: read once, however often they are worked."""

import marshal
import weakref
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from tempfile import TemporaryFile

from portal.domain.attributes import Column, Headings
from portal.domain.imports.contact_rows import ContactReader, ContactRow
from portal.domain.imports.customer_rows import CustomerReader, CustomerRow
from portal.domain.imports.problems import Findings
from portal.domain.imports.reading import CsvFile
from portal.domain.topics import Topic

BATCH = 1_000
_LENGTH = 8
_READERS = {"customers": (CustomerReader, CustomerRow), "contacts": (ContactReader, ContactRow)}


@dataclass
class Source:
    """A file to import. `kind` is customers or contacts; `content()` gives its bytes from the beginning, in pieces."""

    kind: str
    name: str
    content: Callable[[], Iterable[bytes]]
    size: int = 0
    """In bytes, where it is kept in the history."""


@dataclass
class Batch:
    """Some rows of a file, in its order: those that can be read, how many there were, and what is wrong with the others."""

    rows: list
    size: int
    findings: Findings = field(default_factory=Findings)


class ReadFile:
    """One file as batches of judged rows. The first time they are read from the file, later from where they were put aside.

    Nothing here asks the database, so that it can be done before a write lock is taken. The temporary file has no name
    and goes with this object, or with the process.

    :raises Unreadable: when made, or the first time through, at the first thing that is not CSV.
    """

    def __init__(self, source: Source, added: Headings | None = None, topics: Sequence[Topic] = ()):
        self.kind, self.name = source.kind, source.name
        self._file = CsvFile(source.kind, source.content(), added)
        self.header, self.delimiter, self.encoding = self._file.header, self._file.delimiter, self._file.encoding
        self.by_header, self.left_out = self._file.mapping.by_header, self._file.mapping.left_out
        reader, self._row = _READERS[source.kind]
        known = (topics,) if source.kind == "contacts" and topics else ()
        self._reader = reader(self._file.mapping, len(self._file.header), *known)
        self._aside = TemporaryFile()  # noqa: SIM115 (it lives as long as this object)
        weakref.finalize(self, self._aside.close)
        self._complete = False

    def batches(self) -> Iterator[Batch]:
        """Give all batches; a second time only after the first has come to its end."""
        return self._again() if self._complete else self._read()

    def _read(self) -> Iterator[Batch]:
        rows = iter(self._file)
        while some := list(islice(rows, BATCH)):
            findings = self._reader.findings = Findings()
            read = [row for number, cells in some if (row := self._reader.read(number, cells)) is not None]
            self._put_aside(marshal.dumps(([row.packed() for row in read], len(some), findings.packed())))
            yield Batch(read, len(some), findings)
        self._complete = True

    def _again(self) -> Iterator[Batch]:
        self._aside.seek(0)
        while length := self._aside.read(_LENGTH):
            rows, size, findings = marshal.loads(self._aside.read(int.from_bytes(length)))
            yield Batch([self._row.unpacked(row) for row in rows], size, Findings.unpacked(findings))

    def _put_aside(self, packed: bytes) -> None:
        """Write a batch after its length, so that it comes back in one piece: `marshal.load` takes a file byte by byte."""
        self._aside.write(len(packed).to_bytes(_LENGTH))
        self._aside.write(packed)


class Files:
    """The files of one import, opened; `attributes` are the custom attributes that cells are read by, and `topics` the topics:
    the product's own where none are given."""

    def __init__(self, sources: Iterable[Source], attributes: Sequence[Column] = (), topics: Sequence[Topic] = ()):
        """:raises Unreadable: when one is not CSV."""
        self.attributes, self.topics = tuple(attributes), tuple(topics)
        headings = {"customers": Headings(self.attributes)} if self.attributes else {}
        self.by_kind = {source.kind: ReadFile(source, headings.get(source.kind), self.topics) for source in sources}
        self.names = ", ".join(file.name for file in self.by_kind.values())

    def read(self, progress: Callable[[int], None] = lambda rows: None) -> None:
        """Read and judge all rows, so that what follows has only to write. `progress` is told the rows read so far.

        :raises Unreadable: at the first thing that is not CSV.
        """
        rows = 0
        for kind in ("customers", "contacts"):
            for batch in self.by_kind[kind].batches() if kind in self.by_kind else ():
                rows += batch.size
                progress(rows)
