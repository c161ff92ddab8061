"""Keys of every algorithm, and zones to which somebody did something after they were signed."""

import subprocess

from lab import zones

ALGORITHMS = ["RSASHA1", "RSASHA1-NSEC3-SHA1", "RSASHA256", "RSASHA512", "ECDSAP384SHA384",
              "ED25519", "ED448"]  # and ECDSAP256SHA256, which all the others have
RSA_BITS = "1024"  # small: some machines take long to find primes


class ForeignKey:
    """A key of any algorithm, made by ldns-keygen."""

    def __init__(self, zone, algorithm, directory):
        made = subprocess.run(["ldns-keygen", "-a", algorithm, "-b", RSA_BITS, "-k", zone],
                              cwd=directory, check=True, capture_output=True, text=True)
        self.zone = zone
        self.base = directory / made.stdout.strip()

    def _rdata(self, suffix):
        """What stands behind owner, class and type in a file of one record."""
        text = self.base.with_name(self.base.name + suffix).read_text()
        return " ".join(text.partition(";")[0].split()[3:])

    def ds(self):
        return self._rdata(".ds")

    def write(self, _):
        return self.base


class EditedZone(zones.Zone):
    """EDIT takes the signed zone's records, each as its fields, and returns those to serve."""

    edit = staticmethod(lambda records: records)

    def write(self, directory):
        super().write(directory)
        path = directory / self.file
        lines = [line.partition(";")[0].split() for line in path.read_text().splitlines()]
        records = self.edit([fields for fields in lines if fields])
        path.write_text("".join(" ".join(fields) + "\n" for fields in records))


def without(*kinds):
    """An edit: these types are gone, "RRSIG A" being the signatures of A."""

    def edit(records):
        return [fields for fields in records
                if fields[3] not in kinds and " ".join(fields[3:5]) not in kinds]

    return edit


def without_at(owner, *kinds):
    """An edit: these types of one name are gone."""
    gone = without(*kinds)

    def edit(records):
        return [fields for fields in records if fields[0] != owner or gone([fields])]

    return edit


def with_also(*records):
    """An edit: unsigned records, and nothing that denies or announces them."""
    return lambda before: before + [record.split() for record in records]
