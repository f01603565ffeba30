"""The README that goes with the folder."""

from dispatch.simulate.country import pacts, posts
from dispatch.simulate.country.clauses import Pact

TEMPLATE = """# Marlow Valley: the sample region

**Fictional.** The valley, its towns, agencies, roads and people are invented; where a name is also that of
a real place, that is chance, and nothing here is about it. Telephone numbers are from the range kept for
fiction. Everything here is generated from one seed by this project and lies under the project's
own licence. The coordinates are in the open Pacific so that nobody can take it for a real place; the
clocks say America/New_York. Do not use it for real dispatch.

    dispatch sample generate --seed {seed} -o fixtures/marlow

writes the same bytes again (with the locked versions of numpy, scipy, shapely and osmium).

| file | what |
|---|---|
| `marlow.osm.pbf` | roads, water, land, places, house numbers: an OpenStreetMap extract, content invented |
| `jurisdictions.geojson` | {jurisdictions} jurisdictions that tile the county without gap or overlap |
| `stations.geojson`, `units.csv` | {stations} stations, {units} units |
| `hospitals.geojson` | {hospitals} hospitals |
| `agreements/` | {agreements} agreements |
| `calls.json` | a year's pattern of calls |

`calls.json` is our own smooth curve, shaped by two published figures: 1.9 % of a day's EMS calls fall in
the hour from 04h and 6.1 % in the hour from 12h (911 calls of Montgomery County PA from December 2015,
Kaggle `mchirico/montcoalert`), and priorities split 57 / 24.5 / 18.5 % (published for the JEMSS cities; here
critical with emergent / lower acuity / non-acute). No data was copied.

## Jurisdictions

| id | name | agency | stations | units |
|---|---|---|---|---|
{service_rows}

## Agreements

| id | kind | lender → borrower | what it shows |
|---|---|---|---|
{pact_rows}

Each also says that who has lent more than it borrowed is asked later (`balance`), but for life-threatening
calls.

## The story it is made for

Harlow has four ambulances. With all of them out, its dispatcher sees units that may come from Cedar Fen
(easy road), Port Marlow (automatic) and the county (may not decline). Pellam Ferry may come too, but it
lies over the river: a kilometre as the crow flies, more than twenty minutes by road, so it ranks last. Others
may not come, and the dispatcher is told why: Dunmere would fall below its floor, Quillford's agreement
expired and it has not signed the renewal, Norrick Hill has no agreement with Harlow, and some units are
of a type or for a priority that the agreement leaves out.
"""


def text(seed: int, units: int, stations: int) -> str:
    """Says what the folder is, where it comes from and what each agreement is there for."""
    return TEMPLATE.format(
        seed=seed,
        units=units,
        stations=stations,
        jurisdictions=len(posts.SERVICES),
        hospitals=len(posts.HOSPITALS),
        agreements=len(pacts.PACTS),
        service_rows="\n".join(
            f"| `{s.id}` | {s.name} | {s.agency} | {len(s.fleet)} | {sum(map(len, s.fleet))} |"
            for s in posts.SERVICES
        ),
        pact_rows="\n".join(f"| `{p.id}` | {p.kind} | {_directions(p)} | {p.why} |" for p in pacts.PACTS),
    )


def _directions(pact: Pact) -> str:
    pairs = set(pact.directions)
    if all((borrower, lender) in pairs for lender, borrower in pairs):
        return " ↔ ".join(pact.parties)
    lenders = ", ".join(dict.fromkeys(lender for lender, _ in pact.directions))
    return f"{lenders} → {', '.join(dict.fromkeys(borrower for _, borrower in pact.directions))}"
