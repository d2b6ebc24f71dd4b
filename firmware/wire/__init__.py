"""The contract between a station and the hub, as data. Standard library only.

Written once and read by both ends: what a badge is (`token`), what a station logs (`passage`), how it is
sent (`batch`), what the hub answers (`receipt`), how both are signed (`signature`) and how a clock without a
battery is put right (`anchor`). docs/formats.md describes the same data for people who write other programs.

Errors:

    WireError (ValueError)
    ├── Malformed            this is not what the schema says
    │   └── UnknownVersion   well formed, but from a version this program does not know
    ├── BadBadge             these letters are not a badge
    │   └── ForeignBadge     a badge, but of another event (or forged)
    └── BadSignature         not signed by who it claims to be from
"""
