"""Aid given and received by the caller's jurisdiction, and statements that both parties get alike."""

from typing import Annotated, Any

from fastapi import APIRouter, Query
from starlette.responses import Response

from dispatch.agreements.actions import Action
from dispatch.api.answers import JsonAnswer, file_headers, gives, gives_file
from dispatch.api.auth import Use, Who
from dispatch.api.operation import operation
from dispatch.api.schemas import PRINTABLE
from dispatch.model.ids import JurisdictionId

router = APIRouter(prefix="/api/ledger", tags=["ledger"])

Month = Annotated[str, Query(max_length=7, pattern=r"^20[0-9]{2}-(0[1-9]|1[0-2])$", examples=["2026-10"])]
Partner = Annotated[str, Query(min_length=1, max_length=80, pattern=PRINTABLE)]


@router.get("", responses=gives(dict[str, Any]))
@operation(Action.READ_LEDGER)
async def read_ledger(month: Month, who: Who, services: Use) -> Response:
    """A month's figures per lender and borrower, warnings, and every request that brought no unit."""
    return JsonAnswer(await services.ledger.month(who, month))


@router.get("/statement.csv", responses=gives_file("text/csv"))
@operation(Action.READ_LEDGER)
async def export_statement_csv(partner: Partner, month: Month, who: Who, services: Use) -> Response:
    """The month between the caller's jurisdiction and a partner, as a table."""
    file = await services.ledger.statement_csv(who, JurisdictionId(partner), month)
    return Response(
        file.content, media_type="text/csv; charset=utf-8", headers=file_headers(f"{file.name}.csv")
    )


@router.get("/statement.pdf", responses=gives_file("application/pdf"))
@operation(Action.READ_LEDGER)
async def export_statement_pdf(partner: Partner, month: Month, who: Who, services: Use) -> Response:
    """The same, for filing."""
    file = await services.ledger.statement_pdf(who, JurisdictionId(partner), month)
    return Response(file.content, media_type="application/pdf", headers=file_headers(f"{file.name}.pdf"))
