"""The loop that people write first: a SQLAlchemy session per report, ``send_json`` to board after board.

``python -m bench.peers.plain PORT DATABASE VIEWS``, VIEWS being a JSON list of lists of unit ids: it sends a
board only what its view holds, and knows no other right.
"""

import json
import sys
from typing import Any

import uvicorn
from fastapi import FastAPI, WebSocket, WebSocketDisconnect
from sqlalchemy import String, create_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column


class Base(DeclarativeBase):
    """Tables."""


class Report(Base):
    """One report as it came."""

    __tablename__ = "report"
    id: Mapped[int] = mapped_column(primary_key=True)
    body: Mapped[str] = mapped_column(String)


class Boards:
    """Who watches which view."""

    def __init__(self, views: list[list[str]]) -> None:
        self._seen = [set(units) for units in views]
        self.open: dict[WebSocket, int] = {}

    async def tell(self, unit: str, frame: dict[str, Any]) -> None:
        """Send to everybody whose view holds the unit."""
        for board, view in list(self.open.items()):
            if unit in self._seen[view]:
                try:
                    await board.send_json(frame)
                except (WebSocketDisconnect, RuntimeError):
                    self.open.pop(board, None)


def make_app(database: str, views: list[list[str]]) -> FastAPI:
    """The whole service."""
    engine = create_engine(f"sqlite:///{database}")
    with engine.begin() as connection:
        connection.exec_driver_sql("PRAGMA journal_mode=WAL")
        connection.exec_driver_sql("PRAGMA synchronous=FULL")
    Base.metadata.create_all(engine)
    app, boards = FastAPI(), Boards(views)

    @app.post("/report")
    async def report(body: dict[str, Any]) -> dict[str, str]:
        if status := body.get("status"):
            with Session(engine) as session:
                session.add(Report(body=json.dumps(status)))
                session.commit()
            await boards.tell(status["id"], {"type": "delta", "units": [status]})
        for row in body.get("positions", ()):
            await boards.tell(row[0], {"type": "positions", "rows": [row]})
        return {}

    @app.websocket("/board/{view}")
    async def board(socket: WebSocket, view: int) -> None:
        await socket.accept()
        boards.open[socket] = view
        try:
            while True:
                await socket.receive_text()
        except WebSocketDisconnect:
            boards.open.pop(socket, None)

    return app


if __name__ == "__main__":
    port, database, views = sys.argv[1:]
    uvicorn.run(
        make_app(database, json.loads(views)),
        host="127.0.0.1",
        port=int(port),
        log_level="error",
        ws="websockets-sansio",
        ws_per_message_deflate=False,
    )
